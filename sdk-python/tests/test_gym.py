"""The engine as an environment for learning."""

import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
import sunline
from gymnasium.utils.env_checker import check_env
from sunline.gym import Observation, RoutingEnv
from sunline.simulation import Simulation

from tests.test_policies import OldestToLongestIdle, ring


def played(env: RoutingEnv, seed: int, replication: int = 0) -> tuple[list[Observation], float]:
    """An episode in which the first possible action is taken."""
    observed, info = env.reset(options={"seed": seed, "replication": replication})
    seen, total, over = [observed], 0.0, False
    while not over:
        observed, reward, over, _, info = env.step(np.int64(info["action_mask"].argmax()))
        seen.append(observed)
        total += reward
    return seen, total


def test_gymnasiums_own_checker_finds_nothing() -> None:
    with warnings.catch_warnings():
        # The checker would rather have bounds; waits and counts have none.
        warnings.filterwarnings("ignore", message=".*infinity.*")
        env = RoutingEnv(ring())
        check_env(env, skip_render_check=True)
        env.close()


def test_rewards_add_up_to_what_the_day_came_to() -> None:
    env = RoutingEnv(ring())
    seen, total = played(env, seed=5, replication=2)
    assert env.result is not None
    assert total == env.result.total.answered_within - env.result.total.abandoned
    assert env.result.total.answered > 100
    assert len(seen) > env.result.total.answered
    assert all(env.observation_space.contains(one) for one in seen)
    again, same = played(env, seed=5, replication=2)
    assert (total, len(seen)) == (same, len(again))
    other, _ = played(env, seed=6)
    assert len(other) != len(seen)


def test_the_learner_meets_the_customers_of_a_simulation() -> None:
    env = RoutingEnv(ring())
    played(env, seed=5)
    assert env.result is not None
    assert env.result.total.arrived == Simulation(ring()).run(seed=5).total.arrived


def test_waiting_for_ever_loses_everybody() -> None:
    env = RoutingEnv(ring())
    env.reset(seed=1)
    over, total = False, 0.0
    while not over:
        _, reward, over, _, _ = env.step(np.int64(2))
        total += reward
    assert env.result is not None
    assert total == -env.result.total.arrived


def test_an_action_that_cannot_be_done_is_to_wait_and_said() -> None:
    env = RoutingEnv(ring())
    _, info = env.reset(seed=1)
    impossible = int(np.flatnonzero(info["action_mask"] == 0)[0])
    _, _, _, _, info = env.step(np.int64(impossible))
    assert info["possible"] is False
    env.close()
    with pytest.raises(Exception, match="call reset"):
        env.step(np.int64(0))


def test_episodes_given_up_leave_no_thread() -> None:
    before = threading.active_count()
    env = RoutingEnv(ring())
    for seed in range(20):
        env.reset(seed=seed)
    env.close()
    assert threading.active_count() == before


def test_a_world_with_a_rule_of_its_own_is_taken_over() -> None:
    env = RoutingEnv(ring(OldestToLongestIdle()), reward=lambda happened: float(happened[:, 1].sum()))
    _, total = played(env, seed=1)
    assert env.result is not None
    assert total == env.result.total.answered
    with pytest.raises(sunline.InvalidArgument):
        env.reset(options={"seed": -1})


def test_the_example_learns_and_compares() -> None:
    script = Path(__file__).resolve().parents[2] / "examples/learning/learn_reserve.py"
    told = subprocess.run(
        [sys.executable, script, "--episodes", "3", "--days", "3"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "learned" in told.stdout
