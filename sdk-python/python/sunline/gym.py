"""The engine as a Gymnasium environment: a program that learns decides who is served next; everything else is real.

A step is one question: somebody waits whom somebody free may serve. The learner says which queue is served by which
pool, or that all wait until something happens. The oldest contact of the queue goes to the agent idle for longest of
the pool. While more pairs can be made the question is asked again at the same instant.

- **Action**, discrete: queue × number of pools + pool, by their places in the configuration; the last one waits.
  `info["action_mask"]` and `action_masks()` say which can be done now. Another one counts as waiting, and
  `info["possible"]` is false.
- **Observation**, a row of numbers: by queue the contacts waiting, by queue the seconds that the oldest of those has
  waited whom somebody free may serve, by pool the agents with room, and the seconds since the start.
- **Reward**: contacts answered in time less contacts given up since the last step, or what `reward` makes of it.

An episode is one replication. `info["seed"]` and `info["replication"]` say which luck it has, so that a rule can meet
the same customers in `Simulation.run`; `options={"seed": …, "replication": …}` chooses it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sunline._instants import whole
from sunline._optional import need
from sunline.config import load_config
from sunline.policies import Bools, Choice, Ints, Moment, Scores, SelectionRule
from sunline.simulation.result import Result
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario

if TYPE_CHECKING:
    import gymnasium
else:
    gymnasium = need("gymnasium", "an environment for learning", "gym")

Observation = NDArray[np.float32]
Reward = Callable[[Ints], float]
"""Makes a reward of what happened since the last step: contacts arrived, answered, answered in time and given up, by
queue; shape (queues, 4)."""


def in_time_less_given_up(happened: Ints) -> float:
    """Contacts answered in time less contacts given up."""
    return float(happened[:, 2].sum() - happened[:, 3].sum())


class RoutingEnv(gymnasium.Env[Observation, np.int64]):
    """A scenario as an environment. Close it, or reset it, to end an episode half-way."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - as gymnasium has it

    def __init__(self, scenario: Scenario, *, reward: Reward = in_time_less_given_up) -> None:
        config = load_config(scenario.config)
        self._scenario = scenario
        self._reward = reward
        self._queues = [queue.name for queue in config.queues]
        pools = [pool.name for pool in config.pools] or ["all"]
        place = {name: number for number, name in enumerate(pools)}
        self._pools = len(pools)
        self._pool_of = np.array(
            [place.get(agent.pool or pools[0], 0) for agent in config.agents], dtype="i8"
        )
        rows = 2 * len(self._queues) + self._pools + 1
        self.observation_space = gymnasium.spaces.Box(0.0, np.inf, (rows,), np.float32)
        self.action_space = gymnasium.spaces.Discrete(len(self._queues) * self._pools + 1)
        self._episode: _Episode | None = None
        self._seen = np.zeros((len(self._queues), 4), dtype="i8")
        self.result: Result | None = None  #: Of the last episode that came to its end.

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begins an episode."""
        super().reset(seed=seed)
        self.close()
        wanted = options or {}
        luck = whole(wanted.get("seed", int(self.np_random.integers(2**63))), "options.seed")
        replication = whole(wanted.get("replication", 0), "options.replication")
        self._seen = np.zeros((len(self._queues), 4), dtype="i8")
        self._episode = _Episode(self._scenario, luck, replication)
        self._episode.go_on()
        return self._observed(), {**self._info(), "seed": luck, "replication": replication}

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Serves a queue by a pool, or waits, and goes on to the next question or the end."""
        episode = self._episode
        if episode is None:
            raise gymnasium.error.ResetNeeded("the episode is over; call reset first")
        possible = bool(self.action_masks()[int(action)])
        queue, pool = divmod(int(action), self._pools)
        pair = self._pair(queue, pool) if possible and queue < len(self._queues) else None
        if pair is None:
            episode.wait()
        else:
            episode.take(pair)
            if not self.action_masks()[:-1].any():
                episode.wait()
        tallies = self._tallies()
        reward = self._reward(tallies - self._seen)
        self._seen = tallies
        over = episode.result is not None
        if over:
            self.result = episode.result
        told = self._observed(), reward, over, False, {**self._info(), "possible": possible}
        if over:
            self._episode = None
        return told

    def action_masks(self) -> Bools:
        """Which actions can be done now; waiting always can."""
        masks = np.zeros(len(self._queues) * self._pools + 1, dtype="?")
        masks[-1] = True
        moment = None if self._episode is None else self._episode.moment
        if moment is not None:
            row, column = np.nonzero(moment.may)
            masks[moment.queue[row] * self._pools + self._pool_of[moment.agent[column]]] = True
        return masks

    def close(self) -> None:
        """Ends an episode that is under way."""
        if self._episode is not None:
            self._episode.close()
            self._episode = None

    def _pair(self, queue: int, pool: int) -> tuple[int, int]:
        assert self._episode is not None, "an episode is under way"
        assert self._episode.moment is not None, "there is a question"
        moment = self._episode.moment
        row, column = np.nonzero(moment.may)
        mine = (moment.queue[row] == queue) & (self._pool_of[moment.agent[column]] == pool)
        row, column = row[mine], column[mine]
        best = np.lexsort((moment.agent[column], -moment.idle_s[column], -moment.waited_s[row]))[0]
        return int(row[best]), int(column[best])

    def _tallies(self) -> Ints:
        episode = self._episode
        assert episode is not None, "an episode is under way"
        if episode.result is not None:
            queues = [episode.result.queue(name) for name in self._queues]
            return np.array([[q.arrived, q.answered, q.answered_within, q.abandoned] for q in queues])
        return np.asarray(episode.tallies[:, :4])

    def _observed(self) -> Observation:
        observed = np.zeros(2 * len(self._queues) + self._pools + 1, dtype="f4")
        episode, queues = self._episode, len(self._queues)
        if episode is not None and episode.moment is not None:
            moment = episode.moment
            observed[:queues] = episode.tallies[:, 4]
            servable = moment.may.any(axis=1)
            np.maximum.at(observed, queues + moment.queue[servable], moment.waited_s[servable].astype("f4"))
            np.add.at(observed, 2 * queues + self._pool_of[moment.agent[episode.free]], np.float32(1.0))
            observed[-1] = moment.now_ns / 1e9 - self._scenario.start.timestamp()
        return observed

    def _info(self) -> dict[str, Any]:
        return {"action_mask": self.action_masks().astype("i1")}


class _Closed(BaseException):
    """Ends a run whose episode was given up."""


@dataclass(slots=True, eq=False)
class _Asks(SelectionRule):
    """Hands every question to another thread and waits for its answer."""

    questions: "SimpleQueue[Moment | Result | BaseException]"
    answers: "SimpleQueue[list[tuple[int, int]] | None]"

    def score_pairs(self, moment: Moment) -> Scores:
        """Not asked: `choose` is."""
        return np.zeros(moment.may.shape, dtype="i8")

    def choose(self, moment: Moment) -> Choice:
        """What the other thread says."""
        self.questions.put(moment)
        pairs = self.answers.get()
        if pairs is None:
            raise _Closed
        return Choice(pairs=pairs)


class _Episode:
    """A run in a thread of its own, which stands still while it asks."""

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self.moment: Moment | None = None  #: The question, without those already paired.
        self.tallies: Ints = np.zeros((0, 5), dtype="i8")
        self.free: Bools = np.zeros(0, dtype="?")  #: Which agents of the question are not yet paired.
        self.result: Result | None = None
        self._pairs: list[tuple[int, int]] = []
        self._questions: SimpleQueue[Moment | Result | BaseException] = SimpleQueue()
        self._answers: SimpleQueue[list[tuple[int, int]] | None] = SimpleQueue()
        rule = _Asks(questions=self._questions, answers=self._answers)
        simulation = Simulation(replace(scenario, rule=rule))
        self._thread = Thread(target=self._run, args=(simulation, seed, replication), daemon=True)
        self._thread.start()

    def _run(self, simulation: Simulation, seed: int, replication: int) -> None:
        try:
            self._questions.put(simulation.run(seed, replication, record_contacts=False))
        except _Closed:
            pass
        except BaseException as raised:
            self._questions.put(raised)

    def go_on(self) -> None:
        """Waits for the next question, or for the end."""
        told = self._questions.get()
        self.moment, self._pairs = None, []
        if isinstance(told, BaseException):
            raise told
        if isinstance(told, Moment):
            self.moment, self.tallies = told, told.tallies.copy()
            self.free = np.ones(len(told.agent), dtype="?")
        else:
            self.result = told

    def take(self, pair: tuple[int, int]) -> None:
        """Makes a pair; the question stays, without the two."""
        assert self.moment is not None, "there is a question"
        self._pairs.append(pair)
        row, column = pair
        moment = self.moment
        self.tallies[moment.queue[row], 4] -= 1
        self.free[column] = False
        may = moment.may.copy()
        may[row, :] = False
        may[:, column] = False
        self.moment = replace(moment, may=may)

    def wait(self) -> None:
        """Answers the question with the pairs made, and goes on."""
        self._answers.put(self._pairs)
        self.go_on()

    def close(self) -> None:
        """Ends the run, wherever it is."""
        if self.result is None:
            self._answers.put(None)
        self._thread.join()


__all__ = ["Observation", "Reward", "RoutingEnv", "in_time_less_given_up"]
