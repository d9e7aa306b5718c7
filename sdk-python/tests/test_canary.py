"""Another version on a share of the contacts, and queues that come and go while contacts are inside."""

import pytest
import sunline
import sunline.review
from sunline.events import CandidatesJudged, ContactMoved
from sunline.words import MoveCause

SHOP = """
name = "shop"
channels = [{ name = "voice" }]
skills = [{ name = "french" }]
queues = [{ name = "bills" }, { name = "orders" }]
agents = [{ name = "ann", skills = { french = 3 } }]
"""
FLUENT = SHOP.replace(
    '{ name = "bills" }', '{ name = "bills", requires = "french >= 5", answer_within = "10s" }'
)


@pytest.fixture
def engine() -> sunline.Engine:
    return sunline.Engine(SHOP, store=sunline.Memory(keep_history=True))


def _waiting(engine: sunline.Engine, queue: str) -> int:
    return len(engine.supervisor([queue], "counts").contacts(queue))


@pytest.mark.parametrize("promote", [True, False])
def test_a_canary_is_on_for_its_share_and_ends_either_way(engine: sunline.Engine, promote: bool) -> None:
    with engine:
        trial = sunline.review.canary(engine.config(), FLUENT, 0.25, label="fluent")
        assert (trial.queues, trial.left_out) == (("bills",), ())
        engine.reconfigure(trial.config)
        for number in range(400):
            engine.submit(number, "bills")
        assert 60 < _waiting(engine, "bills@fluent") < 140
        assert _waiting(engine, "bills") + _waiting(engine, "bills@fluent") == 400
        end = sunline.review.promoted if promote else sunline.review.withdrawn
        engine.reconfigure(end(engine.config()))
        assert (_waiting(engine, "bills"), _waiting(engine, "bills@fluent")) == (400, 0)
        assert engine.config().queues[0].requires == ("french >= 5" if promote else "")


def test_what_of_a_candidate_is_no_queue_is_left_out_and_told() -> None:
    candidate = FLUENT.replace(
        'skills = [{ name = "french" }]', 'skills = [{ name = "french" }, { name = "latin" }]'
    )
    trial = sunline.review.canary(SHOP, candidate, 1)
    assert [str(change) for change in trial.left_out] == ['skills[latin]: new, {"name": "latin"}']
    canary = trial.config.queues[2].canary
    assert canary is not None
    assert canary.of == "bills"
    assert canary.share == 1


@pytest.mark.parametrize(
    ("candidate", "share", "message"),
    [
        (SHOP, 0.5, "nothing to try"),
        (FLUENT, 0, "above 0"),
        (FLUENT.replace('"voice"', '"voice", cost = 2'), 0.5, "channels[voice].cost may not change"),
        (SHOP.replace(', { name = "orders" }', ""), 0.5, "no_destination|is gone"),
    ],
)
def test_what_cannot_be_tried_is_refused(candidate: str, share: float, message: str) -> None:
    with pytest.raises(sunline.InvalidArgument) as refused:
        sunline.review.canary(SHOP, candidate, share)
    assert refused.value.code == "no_canary"
    assert any(part in str(refused.value) for part in message.split("|"))


def test_a_queue_that_is_given_up_sends_its_contacts_on_and_one_that_is_new_is_known_by_name(
    engine: sunline.Engine,
) -> None:
    with engine:
        engine.submit("c1", "bills")
        engine.reconfigure(
            SHOP.replace(
                '{ name = "bills" }', '{ name = "bills", retired_to = "orders" }, { name = "returns" }'
            )
        )
        engine.submit("c2", "bills")
        engine.submit("c3", "returns")
        assert (_waiting(engine, "bills"), _waiting(engine, "orders"), _waiting(engine, "returns")) == (
            0,
            2,
            1,
        )
        [moved] = [event for event in engine.events(1).read(timeout=0) if isinstance(event, ContactMoved)]
        assert (moved.contact, moved.cause) == ("c1", MoveCause.RETIRED)
        with pytest.raises(sunline.CommandRefused) as refused:
            engine.reconfigure(SHOP.replace(', { name = "orders" }', ""))
        assert (refused.value.code, refused.value.path) == ("no_destination", "queues[orders]")


def test_choices_are_recorded_in_full_where_a_queue_says_so() -> None:
    full = SHOP.replace('{ name = "bills" }', '{ name = "bills", requires = "french", record = "full" }')
    full = full.replace(
        '"ann", skills = { french = 3 } }', '"ann", skills = { french = 3 } }, { name = "bob" }'
    )
    with sunline.Engine(full, store=sunline.Memory(keep_history=True)) as engine:
        engine.set_presence("ann", sunline.AVAILABLE)
        engine.submit("c1", "bills")
        [judged] = [
            event for event in engine.events(1).read(timeout=0) if isinstance(event, CandidatesJudged)
        ]
        assert (judged.sought, judged.candidates, judged.rejected) == ("agent", 1, {"mandatory": 1})
