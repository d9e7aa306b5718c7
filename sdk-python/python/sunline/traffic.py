"""Worlds that streams alone cannot say: moody days, batches, campaigns, customers who come back, rosters with gaps.

Contacts are drawn here, in Python, and handed to the simulator as planned contacts. They come from the same streams of
chance as the simulator's own, keyed by seed, replication, stream and contact: what is left as it is meets the same
customers, and each contact brings its conversation and patience with it under every policy.

>>> from datetime import UTC, datetime
>>> from sunline.simulation import ContactStream, Exponential, Poisson
>>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
>>> calls = ContactStream(
...     queue="orders", arrivals=Poisson(rate_per_hour=60.0), handling=Exponential(mean_s=180.0)
... )
>>> mailing = Campaign(
...     stream=calls, at=nine, contacts=200.0, spread=Exponential(mean_s=1800.0)
... )
>>> day = drawn([calls], start=nine, end=nine + timedelta(hours=8), seed=1, campaigns=[mailing])
>>> len(day.at) > 8 * 60 + 150
True
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sunline import _native
from sunline._instants import instant, instant_ns, span_ns, whole
from sunline.errors import InvalidArgument, StatisticsRefused
from sunline.simulation.arrivals import Arrivals, Piecewise, Poisson, Segment, Trace
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import Distribution
from sunline.simulation.replications import Replications
from sunline.simulation.result import Result
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import ContactStream, Scenario, Shift

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Shifts = Mapping[str, Sequence[Shift]]

_NONE_NS = -(2**63)
#: Groups of the streams of chance that are no contact stream's.
_MOOD, _CAMPAIGN, _RETURNS = 1 << 40, 1 << 41, 1 << 42
MOST_ROUNDS = 200  #: Of a world whose customers come back, until it agrees with itself.


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """A doubly stochastic day: one factor, mean 1, on the rates of all streams, anew in each period.

    The factor is lognormal. With m contacts expected in a period the variance of its total is m + m²·cv².
    """

    cv: float  #: Coefficient of variation of the factor, above 0.
    period: timedelta = timedelta(days=1)
    keeps: float = 0.0  #: Correlation of the logarithms of one period and the next, 0 to 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Contacts that come several at a time: a delayed train, a broken page."""

    mean: float  #: Contacts at each instant, 1 or more; their number is geometric.


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A mailing, a broadcast: contacts on top of all others, from one instant on."""

    stream: ContactStream  #: What they want; its arrivals are not used.
    at: datetime  #: When it goes out; timezone-aware.
    contacts: float  #: Expected; how many come is by chance.
    spread: Distribution  #: How long after `at` each comes.


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Customers who come back: those who gave up try again, those who were served have forgotten something."""

    gave_up: float  #: Share of those who gave up, 0 to 1.
    served: float = 0.0  #: Share of those who were served, 0 to 1.
    after: Distribution  #: How long after the end.
    most: int = 5  #: How often one customer comes back at most.


def drawn(
    streams: Sequence[ContactStream],
    *,
    start: datetime,
    end: datetime,
    seed: int,
    replication: int = 0,
    mood: Mood | None = None,
    batches: Mapping[int, Batches] | None = None,
    campaigns: Sequence[Campaign] = (),
) -> PlannedContacts:
    """The contacts of one replication, in order of arrival.

    `batches`: by place among the streams; the rate of such a stream is that of its instants. Without a mood, batches
    or campaigns these are exactly the contacts that the simulator would draw from the streams.
    """
    seed, replication = whole(seed, "seed"), whole(replication, "replication")
    start_ns, end_ns = instant_ns(start, "start"), instant_ns(end, "end")
    factors = None if mood is None else _factors(mood, end_ns - start_ns, seed, replication)
    parts = []
    for place, stream in enumerate(streams):
        arrivals = stream.arrivals
        if mood is not None and factors is not None:
            arrivals = _scaled(arrivals, start_ns, end_ns, span_ns(mood.period, "mood.period"), factors)
        at = np.frombuffer(arrivals.to_native().draws(start_ns, end_ns, seed, replication, place), dtype="i8")
        batch = (batches or {}).get(place)
        if batch is not None:
            at = np.repeat(at, _sizes(batch, len(at), seed, replication, place))
        parts.append(_brought(stream, at, seed, replication, place))
    for place, campaign in enumerate(campaigns, _CAMPAIGN):
        at = _answers(campaign, seed, replication, place)
        parts.append(_brought(campaign.stream, at[at < end_ns], seed, replication, place))
    return _joined(parts)


def _factors(mood: Mood, length_ns: int, seed: int, replication: int) -> Floats:
    if not (mood.cv > 0.0 and 0.0 <= mood.keeps <= 1.0 and mood.period > timedelta(0)):
        raise InvalidArgument(
            "a mood has a cv and a period above 0, and keeps from 0 to 1",
            code="out_of_range",
            argument="mood",
        )
    count = -(-length_ns // span_ns(mood.period, "mood.period"))
    draws = np.frombuffer(_native.uniforms(seed, replication, "busyness", _MOOD, count), dtype="f8")
    normal = np.array([NormalDist().inv_cdf(max(one, 1e-12)) for one in draws.tolist()])
    for place in range(1, count):
        normal[place] = mood.keeps * normal[place - 1] + (1.0 - mood.keeps**2) ** 0.5 * normal[place]
    variance = np.log1p(mood.cv**2)
    return np.asarray(np.exp(variance**0.5 * normal - variance / 2.0), dtype="f8")


def _scaled(arrivals: Arrivals, start_ns: int, end_ns: int, period_ns: int, factors: Floats) -> Piecewise:
    if isinstance(arrivals, Trace):
        raise InvalidArgument(
            "instants of a trace have no rate that a mood could change; leave the mood or the trace out",
            code="contradiction",
            argument="mood",
        )
    if isinstance(arrivals, Poisson):
        pieces = [(start_ns, end_ns, arrivals.rate_per_hour)]
        busyness = None
    else:
        assert isinstance(arrivals, Piecewise), "there are three kinds of arrivals"
        busyness = arrivals.busyness
        pieces = [
            (instant_ns(one.since, "since"), instant_ns(one.until, "until"), one.rate_per_hour)
            for one in arrivals.segments
        ]
    segments = []
    for since, until, rate in pieces:
        edge = max(since, start_ns)
        while edge < min(until, end_ns):
            place = (edge - start_ns) // period_ns
            upto = min(until, end_ns, start_ns + (place + 1) * period_ns)
            scaled = rate * float(factors[place])
            segments.append(Segment(since=instant(edge), until=instant(upto), rate_per_hour=scaled))
            edge = upto
    return Piecewise(segments=segments, busyness=busyness)


def _sizes(batch: Batches, count: int, seed: int, replication: int, place: int) -> Ints:
    if batch.mean < 1.0:
        raise InvalidArgument(
            f"a batch has one contact or more, not {batch.mean} on average",
            code="out_of_range",
            argument="batches",
        )
    if batch.mean == 1.0:
        return np.ones(count, dtype="i8")
    draws = np.frombuffer(_native.uniforms(seed, replication, "study", place, count), dtype="f8")
    return np.asarray(1 + np.log1p(-draws) / np.log1p(-1.0 / batch.mean), dtype="i8")


def _answers(campaign: Campaign, seed: int, replication: int, place: int) -> Ints:
    hour = 3_600_000_000_000
    number = Poisson(rate_per_hour=campaign.contacts).to_native()
    count = len(number.draws(0, hour, seed, replication, place)) // 8
    after = campaign.spread.to_native().draws(seed, replication, "study", place, count)
    return np.sort(instant_ns(campaign.at, "campaign.at") + np.frombuffer(after, dtype="i8"))


@dataclass(frozen=True, slots=True, eq=False)
class _Contacts:
    """Contacts as columns."""

    at: Ints
    queue: "NDArray[np.object_]"
    handling: Ints
    patience: Ints
    points: Ints

    def planned(self) -> PlannedContacts:
        return PlannedContacts(
            at=self.at.view("M8[ns]"),
            queue=self.queue,
            handling=self.handling.view("m8[ns]"),
            patience=self.patience.view("m8[ns]"),
            points=self.points,
        )


def _brought(stream: ContactStream, at: Ints, seed: int, replication: int, place: int) -> _Contacts:
    """What each contact of a stream brings with it."""

    def draws(law: Distribution, purpose: str) -> Ints:
        return np.frombuffer(law.to_native().draws(seed, replication, purpose, place, len(at)), dtype="i8")

    return _Contacts(
        at,
        np.full(len(at), stream.queue, dtype=object),
        draws(stream.handling, "service"),
        np.full(len(at), _NONE_NS) if stream.patience is None else draws(stream.patience, "patience"),
        np.full(len(at), stream.points),
    )


def _joined(parts: Sequence[_Contacts]) -> PlannedContacts:
    if not parts:
        raise InvalidArgument("there is nothing to draw; give a stream", code="empty", argument="streams")
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in _Contacts.__slots__]
    order = np.argsort(columns[0], kind="stable")
    return _Contacts(*(column[order] for column in columns)).planned()


# ── customers who come back ──────────────────────────────────────────────────────────────────────────────────


def run_with_returns(
    scenario: Scenario, returns: Returns, *, seed: int, replication: int = 0
) -> tuple[Result, PlannedContacts]:
    """Runs a world whose customers come back, and gives its contacts with them.

    The streams' contacts are drawn first. Who comes back, when, and with which patience belongs to the customer, by
    its first arrival and how often it has come. The world is run again with those who would come back, until that
    changes nothing any more: then each return follows from an end that happened. Conversations stay what they were.
    """
    seed, replication = whole(seed, "seed"), whole(replication, "replication")
    planned = scenario.contacts
    if planned is None:
        planned = drawn(
            scenario.streams, start=scenario.start, end=scenario.end, seed=seed, replication=replication
        )
    elif scenario.streams:
        raise InvalidArgument(
            "give streams or planned contacts, not both", code="contradiction", argument="scenario"
        )
    first = _columns_of(planned)
    back = np.zeros((0, 3), dtype="i8")  # Who came first, how often it has come back, when.
    for _ in range(MOST_ROUNDS):
        contacts, root, attempt = _with(first, back, returns, seed, replication)
        world = replace(scenario, streams=(), contacts=contacts.planned())
        result = Simulation(world).run(seed, replication)
        again = _coming(result, root, attempt, returns, instant_ns(scenario.end, "end"), seed, replication)
        if np.array_equal(again, back):
            return result, contacts.planned()
        back = again
    raise StatisticsRefused(
        f"after {MOST_ROUNDS} rounds customers still come back differently; let fewer come back",
        code="unsettled",
    )


def _columns_of(planned: PlannedContacts) -> _Contacts:
    names, at, places, handling, patience, points = planned.to_columns()
    at_ns = np.array(at, dtype="i8")
    none = np.full(len(at_ns), _NONE_NS)
    return _Contacts(
        at_ns,
        np.array(names, dtype=object)[np.array(places, dtype="i8")],
        np.array(handling, dtype="i8"),
        none if patience is None else np.array(patience, dtype="i8"),
        np.zeros(len(at_ns), dtype="i8") if points is None else np.array(points, dtype="i8"),
    )


def _with(
    first: _Contacts, back: Ints, returns: Returns, seed: int, replication: int
) -> tuple[_Contacts, Ints, Ints]:
    """All contacts in order of arrival; whose each is, and how often that one has come back."""
    root = np.concatenate([np.arange(len(first.at)), back[:, 0]])
    attempt = np.concatenate([np.zeros(len(first.at), dtype="i8"), back[:, 1]])
    patience = first.patience[root].copy()
    for number in range(1, returns.most + 1):
        # Whoever has come back waits as long as another customer of the same world would.
        mine = attempt == number
        if mine.any() and len(first.at):
            shift = np.frombuffer(
                _native.uniforms(seed, replication, "journey", _RETURNS + 3 * number, len(first.at)),
                dtype="f8",
            )
            other = (shift[root[mine]] * len(first.at)).astype("i8")
            same = first.queue[other] == first.queue[root[mine]]
            patience[mine] = np.where(same, first.patience[other], patience[mine])
    at = np.concatenate([first.at, back[:, 2]])
    order = np.argsort(at, kind="stable")
    root, attempt = root[order], attempt[order]
    contacts = _Contacts(
        at[order], first.queue[root], first.handling[root], patience[order], first.points[root]
    )
    return contacts, root, attempt


def _coming(
    result: Result, root: Ints, attempt: Ints, returns: Returns, end_ns: int, seed: int, replication: int
) -> Ints:
    """Who comes back, how often it has then, and when; by customer and time."""
    table = result.contacts
    number, outcome = table.to_numpy("contact").astype("i8"), table.to_numpy("outcome")
    ended = table.to_numpy("ended_at").astype("i8")
    found = []
    customers = int(root.max()) + 1 if len(root) else 0
    law = returns.after.to_native()
    for times in range(1, returns.most + 1):
        group = _RETURNS + 3 * times
        luck = np.frombuffer(_native.uniforms(seed, replication, "journey", group + 1, customers), dtype="f8")
        after = np.frombuffer(law.draws(seed, replication, "study", group + 2, customers), dtype="i8")
        mine = attempt[number] == times - 1
        who = root[number[mine]]
        share = np.select(
            [outcome[mine] == "abandoned", outcome[mine] == "served"], [returns.gave_up, returns.served], 0.0
        )
        at = ended[mine] + after[who]
        comes = (luck[who] < share) & (at < end_ns)
        found.append(np.stack([who[comes], np.full(int(comes.sum()), times), at[comes]], axis=1))
    back = np.concatenate(found) if found else np.zeros((0, 3), dtype="i8")
    return np.asarray(back[np.lexsort((back[:, 0], back[:, 2]))], dtype="i8")


# ── rosters with gaps ────────────────────────────────────────────────────────────────────────────────────────


def absent(shifts: Shifts, share: float, *, seed: int, replication: int = 0) -> dict[str, tuple[Shift, ...]]:
    """The shifts without those that nobody keeps: each is missed with this chance, by agent and number of the shift."""
    _share(share, "share")
    kept = {}
    for place, (agent, own) in enumerate(sorted(shifts.items())):
        luck = np.frombuffer(_native.uniforms(seed, replication, "attendance", place, len(own)), dtype="f8")
        kept[agent] = tuple(shift for shift, one in zip(own, luck, strict=True) if one >= share)
    return kept


def shrunk(
    shifts: Shifts,
    share: float,
    *,
    length: timedelta = timedelta(minutes=15),
    seed: int,
    replication: int = 0,
) -> dict[str, tuple[Shift, ...]]:
    """The shifts with gaps of `length` that take this share of each: breaks, training, questions.

    Gaps are spread evenly; where in its part of the shift each lies is by chance.
    """
    _share(share, "share")
    kept = {}
    for place, (agent, own) in enumerate(sorted(shifts.items())):
        left: list[Shift] = []
        for number, shift in enumerate(own):
            gaps = round(share * ((shift.until - shift.since) / length))
            group = (place << 20) + number
            luck = np.frombuffer(_native.uniforms(seed, replication, "attendance", group, gaps), dtype="f8")
            since = shift.since
            part = (shift.until - shift.since) / max(gaps, 1)
            for gap, one in enumerate(luck.tolist()):
                begins = shift.since + gap * part + (part - length) * one
                if begins > since:
                    left.append(Shift(since=since, until=begins))
                since = begins + length
            if shift.until > since:
                left.append(Shift(since=since, until=shift.until))
        kept[agent] = tuple(left)
    return kept


def outage(
    shifts: Shifts, since: datetime, until: datetime, *, agents: Collection[str] | None = None
) -> dict[str, tuple[Shift, ...]]:
    """The shifts without a stretch in which these agents (`None`: all) can do nothing: a line, a site, a system down.

    Conversations under way are finished, as at the end of a shift.
    """
    kept = {}
    for agent, own in shifts.items():
        if agents is not None and agent not in agents:
            kept[agent] = tuple(own)
            continue
        parts = [
            Shift(since=one, until=other)
            for shift in own
            for one, other in ((shift.since, min(shift.until, since)), (max(shift.since, until), shift.until))
        ]
        kept[agent] = tuple(part for part in parts if part.until > part.since)
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """Agents who get faster with every contact: pace = settled + (first − settled) · 2^(−contacts ÷ half).

    A run has one pace an agent, so a world of several days is run day by day: `pace` says with which.
    """

    first: float = 1.5  #: Pace with the first contact, relative to the settled ones' 1.
    settled: float = 1.0
    half: float = 500.0  #: Contacts after which half of the difference is gone.

    def pace(self, contacts: Mapping[str, int]) -> dict[str, float]:
        """The pace of each agent after so many contacts."""
        gap = self.first - self.settled
        return {agent: self.settled + gap * 0.5 ** (count / self.half) for agent, count in contacts.items()}


def run_days(
    days: Sequence[Scenario],
    learning: Mapping[str, Learning],
    *,
    seed: int,
    replication: int = 0,
    before: Mapping[str, int] | None = None,
) -> list[Result]:
    """Runs days one after another; agents with an entry have learned from what they served on the days before.

    `before`: contacts that each had served when the first day began. Day n has luck of its own under `seed`.
    """
    served = {agent: (before or {}).get(agent, 0) for agent in learning}
    results = []
    for number, day in enumerate(days):
        paces = dict(day.pace)
        for agent, law in learning.items():
            paces[agent] = paces.get(agent, 1.0) * law.pace({agent: served[agent]})[agent]
        result = Simulation(replace(day, pace=paces)).run(whole(seed, "seed") + number, replication)
        contacts = result.contacts
        names = contacts.to_numpy("agent")[contacts.codes("agent") >= 0]
        for agent, count in zip(*np.unique(names.astype("U"), return_counts=True), strict=True):
            if str(agent) in served:
                served[str(agent)] += int(count)
        results.append(result)
    return results


# ── worlds that differ from replication to replication ───────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Varied:
    """A world made anew for each replication, wherever a scenario may stand: in `compare`, and by itself.

    `make` gets seed and replication. Policies to compare must draw the same traffic from them.
    """

    make: Callable[[int, int], Scenario]

    def replicate(
        self,
        seed: int,
        count: int,
        *,
        first: int = 0,
        threads: int | None = None,
        record_contacts: bool = False,
        measure_policy: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> Replications:
        """Runs replications one after another; `threads` is taken and not used."""

        def one(replication: int) -> Result:
            return Simulation(self.make(seed, replication)).run(
                seed, replication, record_contacts=record_contacts, measure_policy=measure_policy
            )

        return Replications.one_by_one(one, whole(first, "first"), whole(count, "count"), progress)


def _share(share: float, argument: str) -> None:
    if not 0.0 <= share <= 1.0:
        raise InvalidArgument(
            f"a share lies from 0 to 1, not at {share}", code="out_of_range", argument=argument
        )


__all__ = [
    "Batches",
    "Campaign",
    "Learning",
    "Mood",
    "Returns",
    "Varied",
    "absent",
    "drawn",
    "outage",
    "run_days",
    "run_with_returns",
    "shrunk",
]
