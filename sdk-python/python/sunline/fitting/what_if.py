"""A day that really was, under another policy: what would have changed, for whom, and why.

What a log does not say is drawn once and is the same for every policy: how long one who was answered would have waited
on (from the fitted patience, given that it was longer than the wait), and how long the conversation of one who gave up
would have been. All else is as it was: arrivals, queues, points, conversations at the pace of an average agent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sunline._tabular import Given, counts, durations_s, labelled, made, moments
from sunline.config import Config
from sunline.errors import InvalidArgument
from sunline.fitting._local import Floats, Ints
from sunline.fitting.agents import at_average_pace
from sunline.fitting.fitted import Fit, roster_of
from sunline.fitting.log import ContactLog
from sunline.fitting.roster import Roster
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import Empirical
from sunline.simulation.result import Result
from sunline.simulation.run import Simulation
from sunline.tables import Table

Column = NDArray[np.generic]

FOR_EVER_S = 1e6  #: Patience of a queue in which too few gave up to tell: beyond any day.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIf:
    """The same day under two policies. Made by `what_if`."""

    base: Result  #: As it was decided, run again.
    other: Result  #: As it would have been.
    changes: Table  #: One row a contact for whom something changed, in order of arrival.
    contacts: int  #: Of the day.

    @property
    def changed(self) -> int:
        """Contacts for whom something changed."""
        return len(self.changes)

    def __str__(self) -> str:
        before, after = self.base.total, self.other.total
        return (
            f"{self.changed} of {self.contacts} contacts would have had another wait, end or agent; answered"
            f" {before.answered} to {after.answered}, gave up {before.abandoned} to {after.abandoned}, mean wait"
            f" {(before.mean_wait_ns or 0) / 1e9:.1f} to {(after.mean_wait_ns or 0) / 1e9:.1f} s"
        )


def planned(fitted: Fit, log: ContactLog, *, seed: int = 0) -> PlannedContacts:
    """The contacts of a log with what it does not say drawn from the fitted laws; the same seed, the same draws."""
    chance = np.random.default_rng(seed)
    handling = at_average_pace(log, fitted.agents)
    patience = np.where(log.served, FOR_EVER_S, log.waited_s)
    for place, name in enumerate(log.queues):
        mine = log.queue == place
        if not mine.any():
            continue
        if name not in fitted.queues:
            raise InvalidArgument(
                f"the fit has no queue {name!r}; leave its contacts out with `of_queues`, or fit them",
                code="unknown_queue",
                argument="log",
            )
        queue = fitted.queues[name]
        unknown = mine & np.isnan(handling)
        handling[unknown] = chance.choice(_samples(queue.handling.empirical.law), int(unknown.sum()))
        if queue.patience is not None:
            served = mine & log.served
            patience[served] = _longer_than(
                log.waited_s[served], _samples(queue.patience.follows_curve), chance.random(int(served.sum()))
            )
    return PlannedContacts(
        at=log.arrived_ns.astype("M8[ns]"),
        queue=[log.queues[place] for place in log.queue],
        handling=handling,
        patience=patience,
        points=log.points
        + np.array([fitted.credit.get(name, 0) for name in log.queues], dtype="i8")[log.queue],
    )


def what_if(
    fitted: Fit,
    log: ContactLog,
    day: date,
    change: Config,
    *,
    base: Config | None = None,
    roster: Roster | None = None,
    seed: int = 0,
) -> WhatIf:
    """Runs a local day of a log under `base` (`None`: `Fit.config`) and under `change`, with the same people.

    `change` starts best from `fitted.config(...)`: `dataclasses.replace` what is different. `roster`: who is there;
    without one, as it shows in the day. A journal becomes a log by `log_of`. Raises `InvalidArgument` where the day has
    no contact.
    """
    one = log.between(day, day).of_queues([name for name in log.queues if name in fitted.queues])
    if len(one) == 0:
        days = log.days
        told = f"{days[0]} to {days[-1]}" if days else "none"
        raise InvalidArgument(
            f"the log has no contact on {day}; it has days {told}", code="empty", argument="day"
        )
    there = roster or roster_of(one, day)
    contacts = planned(fitted, one, seed=seed)
    settings = base or fitted.config(sorted(there.shifts), wrap_up=there)
    runs = []
    for config in (settings, change):
        world = fitted.scenario(day, roster=there, config=config)
        world = replace(world, streams=(), contacts=contacts)
        runs.append(Simulation(world).run(seed, record_decisions=True))
    before, after = runs
    return WhatIf(base=before, other=after, changes=_changes(before, after), contacts=len(one))


def log_of(result: Result, *, zone: str = "UTC") -> ContactLog:
    """The contacts of a run, or of a journal by `sunline.open_journal`, as a log: who was answered or gave up."""
    contacts = result.contacts
    outcome = contacts.to_numpy("outcome")
    kept = np.isin(outcome, ["served", "abandoned"])
    arrived = contacts.to_numpy("arrived_at").astype("i8")[kept]
    order = np.argsort(arrived, kind="stable")
    served = (outcome == "served")[kept][order]
    talked = contacts.to_numpy("talked").astype("i8")[kept][order] / 1e9
    return ContactLog(
        arrived_ns=arrived[order],
        queue=contacts.codes("queue").astype("i8")[kept][order],
        waited_s=contacts.to_numpy("waited").astype("i8")[kept][order] / 1e9,
        served=served,
        handled_s=np.where(served, talked, np.nan),
        agent=contacts.codes("agent").astype("i8")[kept][order],
        points=np.zeros(len(order), dtype="i8"),
        queues=contacts.labels("queue"),
        agents=contacts.labels("agent"),
        zone=zone,
        dropped={str(name): int((outcome == name).sum()) for name in np.unique(outcome[~kept])},
    )


def _samples(law: object) -> Floats:
    assert isinstance(law, Empirical), "what was seen is an empirical law"
    return np.sort(np.asarray(law.samples_s, dtype="f8"))


def _longer_than(waited_s: Floats, samples: Floats, luck: Floats) -> Floats:
    """Patience given that it was longer than the wait; beyond all that was seen, by the mean of the upper tenth."""
    beyond = np.searchsorted(samples, waited_s, side="right")
    left = len(samples) - beyond
    place = np.minimum(beyond + (luck * left).astype("i8"), len(samples) - 1)
    tail = float(samples[int(0.9 * len(samples)) :].mean())
    return np.where(left > 0, samples[place], waited_s - tail * np.log1p(-luck))


def _changes(before: Result, after: Result) -> Table:
    was, would = _by_number(before), _by_number(after)
    numbers = np.intersect1d(was[0], would[0])
    a, b = np.searchsorted(was[0], numbers), np.searchsorted(would[0], numbers)
    waits = was[1][a], would[1][b]
    ends = was[2][a], would[2][b]
    agents = was[3][a], would[3][b]
    differ = (np.abs(waits[0] - waits[1]) >= 0.001) | (ends[0] != ends[1]) | (agents[0] != agents[1])
    rows = np.flatnonzero(differ)
    why_was, why_would = _why(before), _why(after)

    def texts(name: str, doc: str, values: Column) -> Given:
        return labelled(name, doc, [None if values[row] is None else str(values[row]) for row in rows])

    def why(name: str, doc: str, words: Mapping[int, str]) -> Given:
        return labelled(name, doc, [words.get(int(numbers[row])) for row in rows])

    return made(
        [
            counts("contact", "number", "Number of the contact in order of arrival, from 0.", numbers[rows]),
            moments("arrived_at", "When it began to wait.", was[4][a][rows].astype("M8[ns]")),
            texts("queue", "Its queue.", was[5][a]),
            durations_s("waited_before", "Its wait as decided.", waits[0][rows].tolist()),
            durations_s("waited_after", "Its wait under the change.", waits[1][rows].tolist()),
            texts("outcome_before", "How it ended as decided.", ends[0]),
            texts("outcome_after", "How it ended under the change.", ends[1]),
            texts("agent_before", "Who served it as decided.", agents[0]),
            texts("agent_after", "Who served it under the change.", agents[1]),
            why("why_before", "The decision as it was; none: nobody was found.", why_was),
            why("why_after", "The decision under the change; none: nobody was found.", why_would),
        ]
    )


def _by_number(result: Result) -> tuple[Ints, Floats, Column, Column, Ints, Column]:
    contacts = result.contacts
    number = contacts.to_numpy("contact").astype("i8")
    order = np.argsort(number)
    return (
        number[order],
        contacts.to_numpy("waited").astype("i8")[order] / 1e9,
        contacts.to_numpy("outcome")[order],
        contacts.to_numpy("agent")[order],
        contacts.to_numpy("arrived_at").astype("i8")[order],
        contacts.to_numpy("queue")[order],
    )


def _why(result: Result) -> dict[int, str]:
    decisions = result.decisions
    words = decisions.to_numpy("why")
    accepted = decisions.to_numpy("outcome") == "accepted"
    numbers = decisions.to_numpy("contact").astype("i8")
    return {int(number): str(word) for number, word in zip(numbers[accepted], words[accepted], strict=True)}


__all__ = ["WhatIf", "log_of", "planned", "what_if"]
