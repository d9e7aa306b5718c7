"""Whatever Python hands over, the engine takes it or refuses it by name: no panic, no other exception, no change."""

from collections.abc import Iterator

import pytest
import sunline
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import SHOP

#: What a call that cannot be meant may end with. `PanicException` is none of them: it is no `Exception`.
REFUSALS = (sunline.SunlineError, TypeError, ValueError, OverflowError)

#: Anything that a program may hold.
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=300),
    st.binary(max_size=40),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)

#: Words of a configuration, put together wrongly.
WORDS = st.lists(
    st.sampled_from(
        ["name", "queues", "agents", "channels", "skills", "=", "[", "]", "{", "}", "\n", '"', "'", ",", "-1",
         "99999999999999999999", "1e400", '"20s"', "[[queues]]", "requires", "offer", "\x00", "é", "inf"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[sunline.Engine]:
    """One engine for all examples: nothing that is refused may change it."""
    with sunline.Engine(SHOP) as engine:
        yield engine


CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
AS_IT_COMES = settings(max_examples=200, deadline=None, suppress_health_check=CHECKS)


@AS_IT_COMES
@given(contact=ANYTHING, queue=ANYTHING, points=ANYTHING)
def test_a_submission_of_anything(
    engine: sunline.Engine, contact: object, queue: object, points: object
) -> None:
    before = engine.views().queues[engine.queue_id("orders")].inside
    try:
        engine.submit(contact, queue, points=points)  # type: ignore[arg-type]
    except REFUSALS:
        assert engine.views().queues[engine.queue_id("orders")].inside == before


@AS_IT_COMES
@given(agent=ANYTHING, presence=ANYTHING)
def test_a_presence_of_anything(engine: sunline.Engine, agent: object, presence: object) -> None:
    with pytest.raises(REFUSALS):
        engine.set_presence(agent, presence)  # type: ignore[arg-type]


@AS_IT_COMES
@given(document=st.one_of(WORDS, st.text(max_size=200)))
def test_a_configuration_of_anything(document: str) -> None:
    try:
        config = sunline.load_config(document + "\n")
    except REFUSALS:
        return
    except OSError:
        # A short text may be the name of a file.
        return
    assert config == sunline.load_config(config)


@AS_IT_COMES
@given(offer=ANYTHING, contact=ANYTHING)
def test_answers_of_anything(engine: sunline.Engine, offer: object, contact: object) -> None:
    for call in (engine.complete, engine.abandon, engine.withdraw):
        with pytest.raises(REFUSALS):
            call(("nobody", contact))  # type: ignore[arg-type]
    with pytest.raises(REFUSALS):
        engine.accept(offer, contact)  # type: ignore[arg-type]
