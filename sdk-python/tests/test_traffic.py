"""Worlds beyond streams, made in Python from the simulator's own chance."""

import itertools
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sunline
from sunline.simulation import (
    Deterministic,
    Exponential,
    PlannedContacts,
    Poisson,
    Scenario,
    Shift,
    Simulation,
    Trace,
)
from sunline.traffic import (
    Batches,
    Campaign,
    Learning,
    Mood,
    Returns,
    Varied,
    absent,
    drawn,
    outage,
    run_days,
    run_with_returns,
    shrunk,
)

from tests.test_policies import START, SpecialistsFirst, ring

END = START + timedelta(hours=10)


def counts(day: PlannedContacts) -> int:
    return len(np.asarray(day.at))


def sampled(
    replication: int, mood: Mood | None = None, batches: dict[int, Batches] | None = None
) -> PlannedContacts:
    streams = [replace(stream, arrivals=Poisson(rate_per_hour=60.0)) for stream in ring().streams]
    return drawn(streams, start=START, end=END, seed=3, replication=replication, mood=mood, batches=batches)


def test_without_extras_the_contacts_are_those_of_the_streams() -> None:
    world = ring()
    contacts = drawn(world.streams, start=world.start, end=world.end, seed=3, replication=2)
    planned = Simulation(replace(world, streams=(), contacts=contacts)).run(3, 2)
    assert planned.total == Simulation(world).run(3, 2).total


def test_a_mood_moves_all_streams_together_and_keeps_the_mean() -> None:
    mood = Mood(cv=0.3)
    days = [sampled(n, mood) for n in range(120)]
    by_queue = np.array([[int((np.asarray(day.queue) == name).sum()) for name in "ab"] for day in days])
    totals = by_queue.sum(axis=1)
    assert totals.mean() == pytest.approx(1200.0, rel=0.1)
    assert totals.std() / totals.mean() == pytest.approx(0.3, rel=0.25)
    assert np.corrcoef(by_queue.T)[0, 1] > 0.8
    assert counts(sampled(5, mood)) == totals[5]


def test_a_mood_that_keeps_goes_on_in_the_next_period() -> None:
    def halves(keeps: float) -> float:
        rows = []
        for replication in range(60):
            mood = Mood(cv=0.5, period=timedelta(hours=5), keeps=keeps)
            at = np.asarray(sampled(replication, mood).at).astype("i8")
            early = int((at < (START + timedelta(hours=5)).timestamp() * 1e9).sum())
            rows.append([early, len(at) - early])
        return float(np.corrcoef(np.array(rows).T)[0, 1])

    assert halves(0.95) > 0.7
    assert abs(halves(0.0)) < 0.4


def test_batches_come_at_one_instant() -> None:
    plain, batched = sampled(1), sampled(1, batches={0: Batches(mean=3.0)})
    at = np.asarray(batched.at)[np.asarray(batched.queue) == "a"]
    instants = np.asarray(plain.at)[np.asarray(plain.queue) == "a"]
    assert np.array_equal(np.unique(at), instants)
    assert len(at) / len(instants) == pytest.approx(3.0, rel=0.15)


def test_a_campaign_comes_on_top() -> None:
    world = ring()
    nine = START + timedelta(hours=1)
    mailing = Campaign(stream=world.streams[1], at=nine, contacts=150.0, spread=Exponential(mean_s=600.0))
    plain = drawn(world.streams, start=START, end=END, seed=1)
    more = drawn(world.streams, start=START, end=END, seed=1, campaigns=[mailing])
    extra = np.setdiff1d(np.asarray(more.at), np.asarray(plain.at)).astype("i8") - int(nine.timestamp() * 1e9)
    assert len(extra) == pytest.approx(150, abs=45)
    assert extra.min() > 0
    assert float(np.median(extra)) / 1e9 == pytest.approx(600 * np.log(2), rel=0.35)
    assert np.isin(np.asarray(plain.at), np.asarray(more.at)).all()


def test_whoever_comes_back_had_an_end_before() -> None:
    world = ring()
    plain = Simulation(world).run(1)
    returns = Returns(gave_up=0.6, after=Deterministic(value_s=400.0), most=3)
    result, contacts = run_with_returns(world, returns, seed=1)
    frame = result.contacts.to_pandas()
    gave_up = frame[frame["outcome"] == "abandoned"]["ended_at"].astype("int64").to_numpy()
    at = np.asarray(contacts.at).astype("i8")
    first = np.asarray(drawn(world.streams, start=world.start, end=world.end, seed=1).at).astype("i8")
    back = at[~np.isin(at, first)]
    assert len(back) > 20
    assert np.isin(back - 400_000_000_000, gave_up).all()
    assert result.total.arrived == plain.total.arrived + len(back)
    again, _ = run_with_returns(world, returns, seed=1)
    assert again.total == result.total
    nobody, _ = run_with_returns(world, replace(returns, gave_up=0.0), seed=1)
    assert nobody.total == plain.total


def test_a_service_that_must_be_asked_for_twice_brings_everybody_back() -> None:
    easy = replace(ring(rate=6.0), streams=[replace(ring(rate=6.0).streams[0], patience=None)])
    returns = Returns(gave_up=0.0, served=1.0, after=Deterministic(value_s=60.0), most=1)
    result, _ = run_with_returns(easy, returns, seed=1)
    late = Simulation(easy).run(1).total.arrived
    assert 1.9 * late < result.total.arrived <= 2 * late


NIGHT = {
    name: [Shift(since=START, until=END), Shift(since=END, until=END + timedelta(hours=8))]
    for name in "abcdefgh"
}


def worked(shifts: dict[str, tuple[Shift, ...]]) -> float:
    return sum((shift.until - shift.since) / timedelta(hours=1) for own in shifts.values() for shift in own)


def test_shifts_are_missed_shrink_and_break_off() -> None:
    whole = worked({name: tuple(own) for name, own in NIGHT.items()})
    share = np.mean([worked(absent(NIGHT, 0.2, seed=1, replication=n)) / whole for n in range(100)])
    assert share == pytest.approx(0.8, abs=0.03)
    less = shrunk(NIGHT, 0.15, seed=1)
    assert worked(less) / whole == pytest.approx(0.85, abs=0.01)
    assert less == shrunk(NIGHT, 0.15, seed=1)
    assert less != shrunk(NIGHT, 0.15, seed=2)
    assert all(one.until <= other.since for own in less.values() for one, other in itertools.pairwise(own))
    down = outage(NIGHT, START + timedelta(hours=2), START + timedelta(hours=3), agents=["a"])
    assert worked(down) == whole - 1.0
    assert next(shift.until for shift in down["a"]) == START + timedelta(hours=2)
    assert down["b"] == tuple(NIGHT["b"])


def test_absence_costs_service() -> None:
    world = replace(ring(), shifts={name: [Shift(since=START, until=END)] for name in ("ann", "bob", "cleo")})
    policies: dict[str, Scenario | Varied] = {
        "everybody": world,
        "as it is": Varied(
            lambda s, r: replace(world, shifts=absent(world.shifts, 0.3, seed=s, replication=r))
        ),
    }
    both = sunline.compare(policies, seed=1, count=30)
    low, _ = both.difference("as it is", "abandonment").change.interval()
    assert low > 0.0


def test_agents_learn_from_day_to_day() -> None:
    law = Learning(first=2.0, half=40.0)
    assert law.pace({"ann": 0, "bob": 40, "cleo": 10_000}) == pytest.approx(
        {"ann": 2.0, "bob": 1.5, "cleo": 1.0}
    )
    days = [
        replace(ring(), start=ring().start + timedelta(days=n), end=ring().end + timedelta(days=n))
        for n in range(4)
    ]
    runs = run_days(days, dict.fromkeys(("ann", "bob", "cleo"), law), seed=1)
    handled = [run.total.aht_ns for run in runs]
    assert handled[0] is not None
    assert handled[-1] is not None
    assert handled[-1] < 0.75 * handled[0]
    settled = run_days(days[:1], {"ann": law}, seed=1, before={"ann": 10_000})
    assert settled[0].total == Simulation(days[0]).run(1).total


def test_policies_meet_the_same_varied_traffic() -> None:
    def world(seed: int, replication: int) -> Scenario:
        base = ring()
        contacts = drawn(
            base.streams,
            start=base.start,
            end=base.end,
            seed=seed,
            replication=replication,
            mood=Mood(cv=0.3),
        )
        return replace(base, streams=(), contacts=contacts)

    both = sunline.compare(
        {
            "engine": Varied(world),
            "specialists": Varied(lambda s, r: replace(world(s, r), rule=SpecialistsFirst())),
        },
        seed=4,
        count=10,
        figures=("arrived", "mean_wait_s"),
    )
    assert both.difference("specialists", "arrived").change.mean == 0.0
    assert both.difference("specialists", "mean_wait_s").change.mean != 0.0


def test_what_cannot_be_meant_is_refused() -> None:
    fixed = [replace(ring().streams[0], arrivals=Trace(instants=[START]))]
    with pytest.raises(sunline.InvalidArgument, match="no rate that a mood could change"):
        drawn(fixed, start=START, end=END, seed=1, mood=Mood(cv=0.1))
    with pytest.raises(sunline.InvalidArgument, match="one contact or more"):
        sampled(1, batches={0: Batches(mean=0.5)})
    with pytest.raises(sunline.InvalidArgument, match="0 to 1"):
        absent(NIGHT, 1.5, seed=1)
    with pytest.raises(sunline.InvalidArgument, match="cv and a period"):
        sampled(1, Mood(cv=0.0))
    with pytest.raises(sunline.InvalidArgument, match="give a stream"):
        drawn([], start=START, end=END, seed=1)
