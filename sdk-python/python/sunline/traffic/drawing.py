"""Contacts drawn from streams that have moods, batches and campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sunline import _native
from sunline._instants import instant, instant_ns, span_ns, whole
from sunline.errors import InvalidArgument
from sunline.simulation.arrivals import Arrivals, Piecewise, Poisson, Segment, Trace
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import Distribution
from sunline.simulation.scenario import ContactStream
from sunline.traffic.columns import brought, joined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Groups of the streams of chance that are no contact stream's.
_MOOD, _CAMPAIGN = 1 << 40, 1 << 41


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
        parts.append(brought(stream, at, seed, replication, place))
    for place, campaign in enumerate(campaigns, _CAMPAIGN):
        at = _answers(campaign, seed, replication, place)
        parts.append(brought(campaign.stream, at[at < end_ns], seed, replication, place))
    return joined(parts)


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


__all__ = ["Batches", "Campaign", "Mood", "drawn"]
