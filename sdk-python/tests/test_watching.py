"""What a live engine tells of itself."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sunline
from sunline import watching
from sunline.ids import AgentId, ContactId, OfferId, Seq

from tests.conftest import NINE, SHOP

DAY = timedelta(days=1)


def test_commands_notices_and_commits_are_counted(engine: sunline.Engine) -> None:
    before = engine.latencies()
    with engine.session("ann") as ann:
        ann.set_presence(sunline.AVAILABLE)
        engine.submit("c1", "bills")
        with pytest.raises(sunline.CommandRefused):
            engine.complete("nobody")
        assert ann.next_offer(timeout=20) is not None
        since = engine.latencies().since(before)
    assert (since.decision.count, since.to_session.count, since.to_sink.count) == (3, 2, 0)
    assert since.commit.count >= 2
    decision = since.decision
    figures = (decision.p50_ns, decision.p90_ns, decision.p99_ns, decision.p999_ns, decision.max_ns)
    assert figures[0] > 0
    assert figures == tuple(sorted(figures))
    assert 0 < decision.mean_ns <= decision.max_ns
    lengths = (decision.mean, decision.p50, decision.p90, decision.p99, decision.p999, decision.max)
    wanted = (decision.mean_ns, *figures)
    assert lengths == tuple(timedelta(microseconds=ns // 1000) for ns in wanted)


def test_an_interval_needs_an_earlier_reading(engine: sunline.Engine) -> None:
    before = engine.latencies()
    engine.submit("c1", "bills")
    after = engine.latencies()
    with pytest.raises(sunline.InvalidArgument) as refused:
        before.since(after)
    assert refused.value.code == "not_earlier"
    assert after.since(after).decision.count == 0


def test_a_healthy_engine_has_no_findings(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    engine.advance(timedelta(minutes=5))
    assert (engine.look(), engine.look(), engine.findings()) == ((), (), ())


def test_a_commit_that_takes_longer_than_is_borne_is_found(tmp_path: Path) -> None:
    # Nothing is done in no time, so the first commit is found; nobody looks but this test.
    watchdog = sunline.Watchdog(every=DAY, commit_at_most=timedelta(0))
    store, clock = sunline.Durable(path=tmp_path), sunline.Manual(start=NINE)
    with sunline.Engine(SHOP, store=store, clock=clock, watchdog=watchdog) as engine:
        engine.look()
        engine.submit("c1", "bills")
        found = engine.look()[-1]
        assert isinstance(found.problem, watching.CommitSlow)
        assert found.is_open
        assert found.ended_at is None
        assert found.found_at == NINE
        assert found.problem.took_ns > 0
        assert not found.problem.under_way
        assert found.problem.sentence.startswith("a group commit took ")
        engine.advance(timedelta(seconds=1))
        engine.look()
        ended = engine.look()[-1]
        assert engine.findings()[-1] == ended
        assert not ended.is_open
        assert ended.ended_at == NINE + timedelta(seconds=1)


def test_the_same_is_told_to_asyncio(tmp_path: Path) -> None:
    async def story() -> None:
        watchdog = sunline.Watchdog(every=DAY, commit_at_most=timedelta(0))
        store = sunline.Durable(path=tmp_path)
        async with sunline.aio.Engine(SHOP, store=store, watchdog=watchdog) as engine:
            before = engine.latencies()
            await engine.submit("c1", "bills")
            found = await engine.look()
            assert isinstance(found[-1].problem, watching.CommitSlow)
            assert engine.findings() == found
            assert engine.latencies().since(before).decision.count == 1

    asyncio.run(story())


def test_a_closed_engine_tells_nothing() -> None:
    engine = sunline.Engine(SHOP)
    engine.close()
    for ask in (engine.latencies, engine.findings, engine.look):
        with pytest.raises(sunline.EngineClosed):
            ask()


def test_every_kind_of_finding_is_read() -> None:
    nobody = (None, None, None, None, None, None)
    native: list[watching.NativeFinding] = [
        (1, 0, 5, ("offer_overdue", "late", (7, "c1", 3, None, None, None), (2_000, None, None))),
        (2, 0, None, ("deadline_missed", "late", nobody, (2_000, 3_000, None))),
        (3, 0, None, ("sink_stalled", "stands", (None, None, None, "crm", 9, 4), (None, 5_000, None))),
        (4, 0, None, ("commit_slow", "slow", nobody, (None, 6_000, True))),
        (5, 0, None, ("invariant_broken", "two heads", nobody, (None, None, None))),
        (6, 0, None, ("writer_held", "held", (None, None, None, None, None, 8), (None, 7_000, None))),
        (7, 0, None, ("of_tomorrow", "what?", nobody, (None, None, None))),
    ]
    problems = [found.problem for found in watching.read_findings(native)]
    offer, deadline, sink, commit = problems[:4]
    assert problems == [
        watching.OfferOverdue(
            sentence="late", offer=OfferId(7), contact=ContactId("c1"), agent=AgentId(3), expired_at_ns=2_000
        ),
        watching.DeadlineMissed(sentence="late", due_ns=2_000, late_ns=3_000),
        watching.SinkStalled(sentence="stands", sink="crm", position=Seq(9), lag_events=4, still_ns=5_000),
        watching.CommitSlow(sentence="slow", took_ns=6_000, under_way=True),
        watching.InvariantBroken(sentence="two heads"),
        watching.WriterHeld(sentence="held", waiting=8, still_ns=7_000),
        watching.OtherProblem(sentence="what?", kind="of_tomorrow"),
    ]
    assert isinstance(offer, watching.OfferOverdue)
    assert offer.expired_at.microsecond == 2
    assert isinstance(deadline, watching.DeadlineMissed)
    assert deadline.due.microsecond == 2
    assert deadline.late == timedelta(microseconds=3)
    assert isinstance(sink, watching.SinkStalled)
    assert sink.still == timedelta(microseconds=5)
    assert isinstance(commit, watching.CommitSlow)
    assert commit.took == timedelta(microseconds=6)


@pytest.mark.parametrize(
    ("watchdog", "argument"),
    [
        (sunline.Watchdog(every=timedelta(milliseconds=9)), "watchdog.every"),
        (sunline.Watchdog(late_at_most=timedelta(seconds=-1)), "watchdog.late_at_most"),
        (sunline.Watchdog(sink_lag_events=-1), "watchdog.sink_lag_events"),
        (sunline.Watchdog(sink_still=2 * DAY), "watchdog.sink_still"),
        (sunline.Watchdog(commit_at_most=-DAY), "watchdog.commit_at_most"),
        (sunline.Watchdog(invariants_every=timedelta(0)), "watchdog.invariants_every"),
    ],
)
def test_settings_out_of_range_are_refused(watchdog: sunline.Watchdog, argument: str) -> None:
    with pytest.raises(sunline.InvalidArgument) as refused:
        sunline.Engine(SHOP, watchdog=watchdog)
    assert (refused.value.code, refused.value.argument) == ("out_of_range", argument)


def test_invariants_are_checked_where_that_is_asked_for() -> None:
    watchdog = sunline.Watchdog(every=timedelta(milliseconds=10), invariants_every=timedelta(milliseconds=10))
    with sunline.Engine(SHOP, watchdog=watchdog) as engine:
        for number in range(50):
            engine.submit(number, "bills")
        assert engine.look() == ()
