"""Look-ahead from a live engine: the same answers as the formulas give, and the engine untouched."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sunline
from sunline import aio
from sunline.forecast import WaitLaw
from sunline.lookahead import (
    AgentsCome,
    AgentsJoin,
    AgentsLeave,
    Assumptions,
    Change,
    Configured,
    LongerHandling,
    MoreContacts,
    Plan,
)
from sunline.simulation import ContactStream, Exponential, Poisson, Shift, Trace

from tests.conftest import NINE

AGENTS, WAITING = 5, 4
CENTRE = sunline.load_config(
    f"""
name = "centre"
channels = [{{ name = "voice" }}]
queues = [{{ name = "all", offer = {{ answer = "auto" }} }}]
agents = [{", ".join(f'{{ name = "agent {i}" }}' for i in range(AGENTS))}]
"""
)


def calls(per_hour: float = 100.0) -> Assumptions:
    stream = ContactStream(
        queue="all",
        arrivals=Poisson(rate_per_hour=per_hour),
        handling=Exponential(mean_s=150.0),
        patience=Exponential(mean_s=200.0),
    )
    return Assumptions(streams=[stream])


def fill(engine: sunline.Engine) -> None:
    for agent in range(AGENTS):
        engine.set_presence(f"agent {agent}", sunline.AVAILABLE)
    for contact in range(AGENTS + WAITING):
        engine.submit(f"call {contact}", "all")
    engine.advance(timedelta(seconds=15))


@pytest.fixture
def centre() -> sunline.Engine:
    store = sunline.Memory(keep_history=True)
    engine = sunline.Engine(CENTRE, store=store, clock=sunline.Manual(start=NINE))
    fill(engine)
    return engine


def test_waits_are_what_the_law_of_those_ahead_says(centre: sunline.Engine) -> None:
    with centre:
        before = centre.state_hash()
        ahead = centre.look_ahead(calls())
        plan = Plan(replications=3000, seed=4)
        last = ahead.wait(f"call {AGENTS + WAITING - 1}", plan=plan)
        newcomer = ahead.wait_of_newcomer("all", mode="given_served", plan=plan)
        assert centre.state_hash() == before
        assert ahead.now == NINE + timedelta(seconds=15)
    law = WaitLaw(ahead=WAITING - 1, agents=AGENTS, mean_handle_s=150.0, mean_patience_s=200.0)
    low, high = last.mean.interval(0.999)
    assert low < law.mean_s < high
    low, high = last.p_within(timedelta(seconds=60)).interval(0.999)
    assert low < law.cdf(60.0) < high
    median = last.quantile(0.5)
    assert median.low is not None
    assert median.high is not None
    assert median.low.total_seconds() < law.quantile(0.5) < median.high.total_seconds()
    law = WaitLaw(ahead=WAITING, agents=AGENTS, mean_handle_s=150.0, mean_patience_s=200.0, given_served=True)
    low, high = newcomer.mean.interval(0.999)
    assert low < law.mean_s < high
    low, high = newcomer.p_abandons.interval(0.999)
    assert low < 1 - law.p_served < high
    assert newcomer.p_beyond_horizon.value == 0.0
    assert (newcomer.mode, newcomer.replications, newcomer.horizon) == (
        "given_served",
        3000,
        timedelta(hours=2),
    )


def test_what_if_is_seen_against_the_same_luck(centre: sunline.Engine) -> None:
    plan = Plan(horizon=timedelta(hours=1), replications=60)
    with centre:
        ahead = centre.look_ahead(calls())
    base = ahead.queues(plan)
    changes: list[tuple[Change, bool]] = [
        (AgentsLeave(count=1, after=timedelta(minutes=2)), True),
        (AgentsLeave(agents=["agent 2", "agent 3"]), True),
        (MoreContacts(factor=1.5, queue="all"), True),
        (LongerHandling(factor=1.3), True),
        (AgentsJoin(agents=[sunline.AgentSpec(name="zoe")]), False),
    ]
    for change, more in changes:
        difference = ahead.what_if(change).queues(plan).minus(base, "abandonment", "all")
        low, high = difference.change.interval(0.99)
        assert low > 0 if more else high < 0, (change, difference)
        assert difference.gain is not None
    both = ahead.what_if(AgentsLeave(agents=["agent 2"]), AgentsCome(agents=["agent 2"]))
    nothing = both.queues(plan).minus(base, "waiting")
    assert (nothing.change.mean, nothing.gain) == (0.0, None)
    assert base.replications == 60
    assert len(base.values("arrived")) == 60
    assert 0.0 < base.estimate("short_excluded").mean < 1.0


def test_shifts_are_followed(centre: sunline.Engine) -> None:
    day = Assumptions(
        streams=calls(0.0).streams,
        shifts={
            f"agent {n}": [Shift(since=NINE - timedelta(hours=1), until=NINE + timedelta(minutes=1))]
            for n in range(AGENTS)
        },
    )
    with centre:
        ahead = centre.look_ahead(day)
    # In 45 s everybody goes home; who has not been answered then gives up or waits.
    wait = ahead.wait("call 8", plan=Plan(horizon=timedelta(hours=1), replications=300))
    assert wait.p_beyond_horizon.value > 0.5
    assert wait.quantile(0.95).value is None
    assert wait.p_abandons.value == 0.0


def test_assumptions_are_learned_from_the_engines_own_events(centre: sunline.Engine) -> None:
    with centre:
        for contact in range(3):
            centre.advance(timedelta(seconds=60))
            centre.complete(f"call {contact}")
        centre.abandon("call 8")
        learned = centre.observed(window=timedelta(minutes=30))
        ahead = centre.look_ahead(learned.with_agents(Assumptions()))
        outlook = ahead.queues(Plan(horizon=timedelta(hours=1), replications=50))
    # Nine contacts within 195 s.
    assert outlook.estimate("arrived").mean == pytest.approx(9 * 3600 / 195, rel=0.2)


def test_what_cannot_be_meant_is_refused(centre: sunline.Engine) -> None:
    with centre:
        with pytest.raises(sunline.LookAheadRefused, match="no assumed stream") as refused:
            centre.look_ahead(Assumptions())
        assert (refused.value.code, refused.value.name) == ("no_law", "all")
        ahead = centre.look_ahead(calls())
        recorded = ContactStream(queue="all", arrivals=Trace(instants=[]), handling=Exponential(mean_s=9.0))
        of_trace = centre.look_ahead(Assumptions(streams=[recorded]))
    with pytest.raises(sunline.LookAheadRefused) as refused:
        ahead.wait("call 0")
    assert (refused.value.code, refused.value.found) == ("not_waiting", "engaged")
    with pytest.raises(sunline.LookAheadRefused, match="call 77"):
        ahead.wait("call 77")
    with pytest.raises(sunline.LookAheadRefused) as refused:
        ahead.wait_of_newcomer("nowhere")
    assert refused.value.code == "unknown_queue"
    for change, code in [
        (AgentsLeave(count=9), "too_few_agents"),
        (AgentsLeave(count=1, pool="x"), "unknown_pool"),
        (AgentsCome(agents=["x"]), "unknown_agent"),
        (MoreContacts(factor=-1.0), "out_of_range"),
        (LongerHandling(factor=0.0), "out_of_range"),
    ]:
        with pytest.raises(sunline.LookAheadRefused) as refused:
            ahead.what_if(change)
        assert refused.value.code == code
    with pytest.raises(sunline.LookAheadRefused, match="recorded"):
        of_trace.what_if(MoreContacts(factor=2.0))
    with pytest.raises(sunline.InvalidArgument, match="by name or by count"):
        ahead.what_if(AgentsLeave(agents=["agent 1"], count=1))
    with pytest.raises(sunline.LookAheadRefused, match="horizon"):
        ahead.queues(Plan(horizon=timedelta(0)))
    with pytest.raises(sunline.InvalidArgument, match="budget"):
        ahead.queues(Plan(budget=timedelta(seconds=-1)))
    with pytest.raises(sunline.InvalidArgument, match="no queue"):
        ahead.queues(Plan(replications=2)).estimate("asa_s", "nobody")
    with pytest.raises(sunline.StatisticsRefused):
        ahead.queues(Plan(replications=1)).estimate("arrived")


def test_a_budget_gives_what_there_is(centre: sunline.Engine) -> None:
    with centre:
        ahead = centre.look_ahead(calls())
    outlook = ahead.queues(Plan(replications=10_000_000, budget=timedelta(milliseconds=100)))
    assert 1 <= outlook.replications < 10_000_000


def test_from_asyncio_other_tasks_go_on() -> None:
    async def look() -> tuple[float, int]:
        clock = sunline.Manual(start=NINE)
        async with aio.Engine(CENTRE, store=sunline.Memory(keep_history=True), clock=clock) as engine:
            await engine.set_presence("agent 0", sunline.AVAILABLE)
            await engine.submit(1, "all")
            await engine.submit(2, "all")
            learned = await engine.observed()
            assert learned is not None
            ahead = await engine.look_ahead(calls())
            ticks = 0
            looking = asyncio.create_task(asyncio.to_thread(ahead.wait, 2, plan=Plan(replications=3000)))
            while not looking.done():
                ticks += 1
                await asyncio.sleep(0.001)
            return (await looking).mean.mean, ticks

    mean, ticks = asyncio.run(look())
    assert mean == pytest.approx(150.0, rel=0.1)
    assert ticks > 1


def test_other_rules_are_tried_on_the_state_of_now(centre: sunline.Engine) -> None:
    ahead, plan = centre.look_ahead(calls(per_hour=40.0)), Plan(replications=60)
    strict = replace(CENTRE, queues=[replace(CENTRE.queues[0], wrap_up=timedelta(minutes=5))])
    slower = ahead.what_if(Configured(strict)).queues(plan)
    assert slower.minus(ahead.queues(plan), "asa_s").change.mean > 10.0
    same = ahead.what_if(Configured(CENTRE)).queues(plan)
    assert same.minus(ahead.queues(plan), "asa_s").change.mean == 0.0
    other = replace(CENTRE, queues=[replace(CENTRE.queues[0], name="else")])
    with pytest.raises(sunline.LookAheadRefused) as refused:
        ahead.what_if(Configured(other))
    assert refused.value.code == "config_refused"
