"""What cannot be meant is refused by name, with its facts, and changes nothing."""

import math
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sunline
from sunline import forecast, ids
from sunline.config import AgentSpec
from sunline.simulation import Answers, Exponential, Gamma, Lognormal, Poisson, Scenario, Uniform, Weibull

from tests.conftest import NINE
from tests.test_simulation import shop as simulated_shop

Engine = sunline.Engine
NOBODY = ids.AgentId(99)
OFFER = ids.OfferId(6)  #: The one that bob holds: the sixth event of each story.


def held(engine: Engine) -> ids.OfferId:
    """Bob is available and is offered contact c1."""
    engine.set_presence("bob", sunline.AVAILABLE)
    engine.submit("c1", "orders")
    seen = engine.contact("c1")
    assert seen is not None
    return seen.offers[0]


def details(**parts: object) -> Callable[[Engine], object]:
    """Submits a contact that carries these."""
    return lambda engine: engine.submit("c2", "orders", details=sunline.ContactDetails(**parts))  # type: ignore[arg-type]


#: What is refused, by the name of the story: the call, its code, and the facts that the refusal knows.
REFUSED: dict[str, tuple[Callable[[Engine], object], str, dict[str, object]]] = {
    # unknown ids
    "an agent's number that nobody has": (
        lambda e: e.set_presence(NOBODY, sunline.AVAILABLE),
        "unknown_agent",
        {"agent": 99},
    ),
    "an agent's name that nobody has": (
        lambda e: e.set_presence("eve", sunline.AVAILABLE),
        "unknown_agent",
        {"name": "eve"},
    ),
    "a look at an agent who is not there": (lambda e: e.agent(NOBODY), "unknown_agent", {"agent": 99}),
    "an update of an agent who is not there": (
        lambda e: e.update_agent(AgentSpec(name="eve")),
        "unknown_agent",
        {"name": "eve"},
    ),
    "a session of an agent who is not there": (lambda e: e.session(NOBODY), "unknown_agent", {"agent": 99}),
    "a queue's number that there is not": (
        lambda e: e.submit("c2", ids.QueueId(7)),
        "unknown_queue",
        {"queue": 7},
    ),
    "a queue's name that there is not": (
        lambda e: e.submit("c2", "refunds"),
        "unknown_queue",
        {"name": "refunds"},
    ),
    "a channel's number that there is not": (
        lambda e: e.submit("c2", "orders", channel=ids.ChannelId(7)),
        "unknown_channel",
        {"channel": 7},
    ),
    "a channel's name that there is not": (
        lambda e: e.submit("c2", "orders", channel="fax"),
        "unknown_channel",
        {"name": "fax"},
    ),
    "a contact that never was": (lambda e: e.complete("c9"), "unknown_contact", {"contact": "c9"}),
    "an offer that never was": (
        lambda e: e.accept(ids.OfferId(4_000_000), "bob"),
        "unknown_offer",
        {"offer": 4_000_000},
    ),
    # illegal transitions
    "a conversation that ends before it begins": (
        lambda e: e.complete("c1"),
        "wrong_contact_state",
        {"contact": "c1", "state": "offered"},
    ),
    "a connection that nobody waits for": (
        lambda e: e.connected("c1"),
        "wrong_contact_state",
        {"contact": "c1"},
    ),
    "an answer to somebody else's offer": (
        lambda e: e.accept(OFFER, "ann"),
        "not_your_offer",
        {"offer": OFFER, "agent": 0, "holder": 1},
    ),
    "an end of a wrap-up that is none": (
        lambda e: e.finish_wrap_up("bob", "c1"),
        "no_wrap_up",
        {"contact": "c1", "agent": 1},
    ),
    "a name that is taken": (
        lambda e: e.register_agent(AgentSpec(name="ann")),
        "duplicate_agent",
        {"name": "ann"},
    ),
    "an agent with three mistakes": (
        lambda e: e.register_agent(AgentSpec(name="eve", skills={"dance": 3}, pool="none", capacity=0)),
        "invalid_agent",
        {},
    ),
    "the same contact with other content": (
        lambda e: e.submit("c1", "orders", points=5),
        "duplicate_contact",
        {"contact": "c1"},
    ),
    "a customer from the future": (
        lambda e: e.submit("c2", "orders", origin=NINE + timedelta(hours=1)),
        "origin_in_future",
        {},
    ),
    # oversized
    "sixty-five attributes": (
        details(attributes={f"a{n}": n for n in range(65)}),
        "too_large",
        {"limit": 64},
    ),
    "a long attribute": (
        details(attributes={"note": "x" * 1025}),
        "too_large",
        {"size": 1025, "limit": 1024},
    ),
    "a long name of an attribute": (details(attributes={"x" * 129: 1}), "too_large", {"limit": 128}),
    "sixty-five tags": (details(tags={f"t{n}" for n in range(65)}), "too_large", {"size": 65, "limit": 64}),
    "thirty-three excluded agents": (
        details(excluded_agents={ids.AgentId(n) for n in range(33)}),
        "too_large",
        {"size": 33, "limit": 32},
    ),
    "a payload of more than 64 KiB": (details(payload=bytes(65_537)), "too_large", {"limit": 65_536}),
    "a requirement without an end": (
        details(requires="french or " * 500 + "french"),
        "invalid_requirement",
        {},
    ),
    "more points than there may be": (
        lambda e: e.submit("c2", "orders", points=2_000_000_000),
        "too_large",
        {"limit": 1_000_000_000},
    ),
    # what cannot be read
    "a requirement that is no expression": (details(requires="french and"), "invalid_requirement", {}),
    "a requirement that names no skill": (details(requires="dance >= 3"), "invalid_requirement", {}),
}


@pytest.mark.parametrize("story", REFUSED)
def test_a_command_that_does_not_fit_is_refused_and_changes_nothing(engine: Engine, story: str) -> None:
    call, code, facts = REFUSED[story]
    assert held(engine) == OFFER
    before, told = engine.state_hash(), engine.events(1).read(timeout=0)
    with pytest.raises(sunline.CommandRefused) as refused:
        call(engine)
    assert refused.value.code == code
    known = {name: getattr(refused.value, name) for name in facts}
    assert known == facts
    assert str(refused.value)
    assert engine.state_hash() == before
    assert engine.events(1).read(timeout=0) == told


def test_an_answer_that_comes_too_late_is_told_how_the_offer_ended(engine: Engine) -> None:
    offer = held(engine)
    engine.advance(timedelta(seconds=20))
    before = engine.state_hash()
    for answer in (engine.accept, engine.decline):
        with pytest.raises(sunline.CommandRefused) as refused:
            answer(offer, "bob")
        assert (refused.value.code, refused.value.offer) == ("offer_ended", offer)
        assert refused.value.outcome == "expired"
        assert refused.value.ended_at == NINE + timedelta(seconds=20)
    assert engine.state_hash() == before


def test_a_contact_that_has_ended_ends_no_more(engine: Engine) -> None:
    held(engine)
    engine.abandon("c1")
    before = engine.state_hash()
    for call in (engine.abandon, engine.withdraw, engine.complete, engine.connected):
        with pytest.raises(sunline.CommandRefused) as refused:
            call("c1")
        assert (refused.value.code, refused.value.contact) == ("contact_ended", "c1")
        assert refused.value.ended_at == NINE
    assert engine.state_hash() == before


def test_wrap_up_has_its_longest_and_never_shrinks(engine: Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    seen = engine.contact("c1")
    assert seen is not None
    engine.accept(seen.offers[0], "ann")
    engine.complete("c1")
    before = engine.state_hash()
    for by in (timedelta(hours=9), timedelta(seconds=-1)):
        with pytest.raises(sunline.CommandRefused) as refused:
            engine.extend_wrap_up("ann", "c1", by)
        assert refused.value.code == "wrap_up_too_long"
        assert refused.value.limit_ns is not None
    assert engine.state_hash() == before


#: Arguments that cannot be meant, whatever the engine's state.
SENSELESS: dict[str, tuple[Callable[[Engine], object], str]] = {
    "an empty id": (lambda e: e.submit("", "orders"), "invalid_id"),
    "an id of 39 bytes": (lambda e: e.submit("x" * 39, "orders"), "invalid_id"),
    "an id with a line break": (lambda e: e.submit("a\nb", "orders"), "invalid_id"),
    "a negative id": (lambda e: e.submit(-1, "orders"), "invalid_id"),
    "an id that is no text": (lambda e: e.submit(1.5, "orders"), "invalid_id"),  # type: ignore[arg-type]
    "a negative agent": (lambda e: e.set_presence(ids.AgentId(-1), sunline.AVAILABLE), "out_of_range"),
    "a negative queue": (lambda e: e.submit("c1", ids.QueueId(-1)), "out_of_range"),
    "a queue beyond 16 bits": (lambda e: e.submit("c1", ids.QueueId(2**16)), "out_of_range"),
    "a queue beyond 16 bits, unanswered": (
        lambda e: e.submit_nowait("c1", ids.QueueId(2**16)),
        "out_of_range",
    ),
    "points beyond 64 bits": (lambda e: e.submit("c1", "orders", points=2**63), "out_of_range"),
    "points beyond 64 bits, unanswered": (lambda e: e.submit_nowait("c1", "orders", 2**63), "out_of_range"),
    "a key beyond 128 bits": (lambda e: e.submit("c1", "orders", key=2**128), "out_of_range"),
    "a position before the first": (lambda e: e.events(-1), "out_of_range"),
    "an offer nobody names the agent of": (lambda e: e.accept(ids.OfferId(5)), "no_agent"),
    "an instant without a zone": (
        lambda e: e.submit("c1", "orders", origin=NINE.replace(tzinfo=None)),
        "naive_datetime",
    ),
    "a clock told a time without a zone": (
        lambda e: e.advance_to(NINE.replace(tzinfo=None)),
        "naive_datetime",
    ),
    "a wait that is no number": (lambda e: e.events(1).read(timeout=math.nan), "out_of_range"),
    "a wait below nothing": (lambda e: e.events(1).read(timeout=-1.0), "out_of_range"),
    "no events at all": (lambda e: e.events(1).read(0), "out_of_range"),
    "a session without room": (lambda e: e.session("bob", buffer=0), "out_of_range"),
    "a payload that is text": (
        lambda e: e.submit("c1", "orders", details=sunline.ContactDetails(payload="x")),  # type: ignore[arg-type]
        "wrong_type",
    ),
}


@pytest.mark.parametrize("story", SENSELESS)
def test_an_argument_that_cannot_be_meant_is_refused(engine: Engine, story: str) -> None:
    call, code = SENSELESS[story]
    before = engine.state_hash()
    with pytest.raises(sunline.InvalidArgument) as refused:
        call(engine)
    assert refused.value.code == code
    assert isinstance(refused.value, ValueError)
    assert engine.state_hash() == before


@pytest.mark.parametrize("factor", [math.nan, math.inf, 0.0, -1.0])
def test_a_clock_runs_at_a_finite_pace_above_zero(shop: sunline.Config, factor: float) -> None:
    with pytest.raises(sunline.InvalidArgument) as refused:
        sunline.Engine(shop, clock=sunline.Scaled(start=NINE, factor=factor))
    assert (refused.value.code, refused.value.argument) == ("clock_factor", "factor")


def test_only_a_manual_clock_is_told_the_time(shop: sunline.Config) -> None:
    with sunline.Engine(shop) as engine, pytest.raises(sunline.InvalidArgument) as refused:
        engine.advance(timedelta(seconds=1))
    assert refused.value.code == "clock_not_manual"


@pytest.mark.parametrize(
    "sizes", [{"arrivals": 0}, {"control": 0}, {"events": 0}, {"snapshot_every": 0}, {"arrivals": -1}]
)
def test_every_ring_has_room_for_one(shop: sunline.Config, sizes: dict[str, int]) -> None:
    with pytest.raises(sunline.InvalidArgument) as refused:
        sunline.Engine(shop, sizes=sunline.Sizes(**sizes))
    assert refused.value.argument == f"sizes.{next(iter(sizes))}"


def test_a_full_ring_of_arrivals_says_when_to_come_back(shop: sunline.Config) -> None:
    with sunline.Engine(shop, sizes=sunline.Sizes(arrivals=1)) as engine:
        orders = engine.queue_id("orders")

        def flood() -> None:
            for number in range(1_000_000):
                engine.submit_nowait(number, orders)

        with pytest.raises(sunline.Busy) as refused:
            flood()
        assert refused.value.waiting == 1
        assert refused.value.retry_after_s is not None
        assert 0 < refused.value.retry_after_s <= 1


NAN, INFINITE = math.nan, math.inf


@pytest.mark.parametrize(
    ("law", "path"),
    [
        (Exponential(mean_s=NAN), "mean"),
        (Exponential(mean_s=-1.0), "mean"),
        (Exponential(mean_s=INFINITE), "mean"),
        (Gamma(mean_s=60.0, cv=NAN), "cv"),
        (Gamma(mean_s=60.0, cv=-0.5), "cv"),
        (Lognormal(mean_s=-60.0, cv=1.0), "mean"),
        (Weibull(shape=NAN, scale_s=60.0), "shape"),
        (Weibull(shape=-1.0, scale_s=60.0), "shape"),
        (Uniform(low_s=5.0, high_s=1.0), "high"),
        (Poisson(rate_per_hour=NAN), "rate_per_hour"),
        (Poisson(rate_per_hour=-1.0), "rate_per_hour"),
    ],
)
def test_a_law_with_a_parameter_that_is_no_number_is_refused(law: Exponential | Poisson, path: str) -> None:
    with pytest.raises(sunline.SunlineError) as refused:
        law.check()
    assert path in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"pace": {"ann": NAN}},
        {"pace": {"ann": -1.0}},
        {"pace": {"eve": 1.0}},
        {"answers": Answers(ignored=NAN)},
        {"answers": Answers(ignored=-0.1)},
        {"answers": Answers(declined=1.5)},
        {"warm_up": timedelta(seconds=-1)},
        {"end": NINE - timedelta(days=9)},
        {"shifts": {"eve": []}},
    ],
)
def test_a_scenario_that_cannot_be_meant_is_refused(change: dict[str, object]) -> None:
    day = simulated_shop()
    parts: dict[str, object] = {name: getattr(day, name) for name in Scenario.__slots__}
    with pytest.raises(sunline.SunlineError) as refused:
        sunline.Simulation(Scenario(**(parts | change)))  # type: ignore[arg-type]
    assert refused.value.code


@pytest.mark.parametrize(
    "figure",
    [
        lambda: forecast.erlang_b(-1, 1.0),
        lambda: forecast.erlang_b(3, NAN),
        lambda: forecast.erlang_c(10, -2.0),
        lambda: forecast.erlang_c(10, 12.0),
        lambda: forecast.erlang_c(INFINITE, 1.0),
        lambda: forecast.erlang_a(3, arrivals_per_hour=NAN, mean_handle_s=180.0, mean_patience_s=120.0),
        lambda: forecast.erlang_a(3, arrivals_per_hour=20.0, mean_handle_s=-180.0, mean_patience_s=120.0),
    ],
)
def test_a_formula_refuses_what_has_no_answer(figure: Callable[[], object]) -> None:
    with pytest.raises(sunline.ForecastRefused) as refused:
        figure()
    assert refused.value.code


def test_a_closed_engine_says_so(shop: sunline.Config) -> None:
    engine = sunline.Engine(shop)
    engine.close()
    engine.close()
    for call in (
        lambda: engine.submit("c1", "orders"),
        lambda: engine.submit_nowait("c1", ids.QueueId(0)),
        engine.state_hash,
        engine.views,
        lambda: engine.session("ann"),
        lambda: engine.submit("c1", "orders", key=UUID(int=1)),
    ):
        with pytest.raises(sunline.EngineClosed) as refused:
            call()
        assert refused.value.code == "closed"
