"""Learns when to keep a generalist free, and holds what it learned against the plain rule on customers it has not met.

    python examples/learning/learn_reserve.py [--episodes 150] [--seed 1]

Two queues, a specialist for each and one who serves both. A table of values is learned (Watkins' Q-learning) over who
waits and who is free; then the greedy rule is compared with serving whoever is there, on the same customers.
"""

import argparse
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import sunline
from sunline.gym import Observation, RoutingEnv
from sunline.policies import Choice, Moment, Scores, SelectionRule
from sunline.simulation import ContactStream, Exponential, Poisson, Scenario

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONFIG = """
name = "shop"
channels = [{ name = "voice" }]
skills = [{ name = "loans" }, { name = "cards" }]
pools = [{ name = "loans" }, { name = "cards" }, { name = "both" }]
queues = [
    { name = "loans", requires = "loans >= 1", offer = { answer = "auto" } },
    { name = "cards", requires = "cards >= 1", offer = { answer = "auto" } },
]
agents = [
    { name = "ann", pool = "loans", skills = { loans = 5 } },
    { name = "bea", pool = "cards", skills = { cards = 5 } },
    { name = "cleo", pool = "both", skills = { loans = 5, cards = 5 } },
]
"""
QUEUES, POOLS = 2, 3
ACTIONS = QUEUES * POOLS + 1
LOANS, CARDS = 0, 1


def day() -> Scenario:
    """Loans are long and their customers patient; cards are short, and their customers hang up soon."""

    def stream(queue: str, per_hour: float, handle_s: float, patience_s: float) -> ContactStream:
        return ContactStream(
            queue=queue,
            arrivals=Poisson(rate_per_hour=per_hour),
            handling=Exponential(mean_s=handle_s),
            patience=Exponential(mean_s=patience_s),
        )

    return Scenario(
        config=CONFIG,
        start=NINE,
        end=NINE + timedelta(hours=10),
        streams=[stream("loans", 12.0, 500.0, 1200.0), stream("cards", 40.0, 90.0, 45.0)],
    )


def place(waiting: tuple[int, int], free: tuple[int, int, int]) -> int:
    """A situation as a row of the table: up to two who wait in each queue, who is free."""
    row = 0
    for count, most in [*((n, 3) for n in waiting), *((n, 2) for n in free)]:
        row = row * most + min(count, most - 1)
    return row


def seen(observed: Observation) -> int:
    """The row of what the environment shows."""
    numbers = [int(n) for n in observed]
    return place((numbers[0], numbers[1]), (numbers[4], numbers[5], numbers[6]))


def given_up(happened: "np.typing.NDArray[np.int64]") -> float:
    """The reward: nobody should give up."""
    return -float(happened[:, 3].sum())


def learn(episodes: int, seed: int) -> "np.typing.NDArray[np.float64]":
    """Values of actions by row, after so many days."""
    env, chance = RoutingEnv(day(), reward=given_up), np.random.default_rng(seed)
    values, tried = np.zeros((9 * 8, ACTIONS)), np.zeros((9 * 8, ACTIONS))
    for episode in range(episodes):
        observed, info = env.reset(options={"seed": seed, "replication": episode})
        curious, over = max(0.5 * (1.0 - episode / (0.8 * episodes)), 0.02), False
        while not over:
            row, mask = seen(observed), info["action_mask"].astype("?")
            action = int(np.where(mask, values[row], -np.inf).argmax())
            if chance.random() < curious:
                action = int(chance.choice(np.flatnonzero(mask)))
            observed, reward, over, _, info = env.step(np.int64(action))
            ahead = 0.0 if over else np.where(info["action_mask"] > 0, values[seen(observed)], -np.inf).max()
            tried[row, action] += 1
            step = 1.0 / (1.0 + tried[row, action]) ** 0.6
            values[row, action] += step * (reward + 0.97 * ahead - values[row, action])
    return values


class Learned(SelectionRule):
    """Does what the table says is best."""

    def __init__(self, values: "np.typing.NDArray[np.float64]") -> None:
        self._values = values

    def score_pairs(self, moment: Moment) -> Scores:
        """Not used: pairs are chosen one after another."""
        return np.zeros(moment.may.shape, dtype="i8")

    def choose(self, moment: Moment) -> Choice:
        """Asks the table again after each pair, as in learning."""
        may, pairs = moment.may.copy(), []
        free = np.ones(len(moment.agent), dtype="?")
        waiting = moment.tallies[:, 4].copy()
        while may.any():
            row, column = np.nonzero(may)
            actions = moment.queue[row] * POOLS + moment.agent[column]
            counts = np.bincount(moment.agent[free], minlength=POOLS)
            here = place(
                (int(waiting[LOANS]), int(waiting[CARDS])), (int(counts[0]), int(counts[1]), int(counts[2]))
            )
            mask = np.zeros(ACTIONS, dtype="?")
            mask[actions] = mask[-1] = True
            action = int(np.where(mask, self._values[here], -np.inf).argmax())
            if action == ACTIONS - 1:
                break
            fitting = np.flatnonzero(actions == action)
            best = fitting[moment.waited_s[row[fitting]].argmax()]
            pairs.append((int(row[best]), int(column[best])))
            waiting[moment.queue[row[best]]] -= 1
            free[column[best]] = False
            may[row[best], :] = False
            may[:, column[best]] = False
        return Choice(pairs=pairs)


def main() -> None:
    """Learns, compares and prints."""
    parser = argparse.ArgumentParser(description="Learns when to keep a generalist free.")
    parser.add_argument("--episodes", type=int, default=150, help="days to learn from (default 150)")
    parser.add_argument("--days", type=int, default=40, help="days to compare on (default 40)")
    parser.add_argument("--seed", type=int, default=1, help="of everything (default 1)")
    wish = parser.parse_args()
    values = learn(wish.episodes, wish.seed)
    policies = {"serve whoever is there": day(), "learned": replace(day(), rule=Learned(values))}
    both = sunline.compare(
        policies,
        seed=wish.seed + 1,
        count=wish.days,
        figures=("abandonment", "abandonment:loans", "abandonment:cards"),
    )
    print(both)


if __name__ == "__main__":
    main()
