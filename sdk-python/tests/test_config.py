"""Configurations: read, built, refused with every problem."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sunline
from sunline import _native
from sunline.config import (
    Absolute,
    AgentRule,
    AgentSpec,
    AnswerMode,
    ChannelConfig,
    Config,
    ContactRule,
    EarliestDeadline,
    GeneralisedCmu,
    OfferConfig,
    PastDue,
    PoolConfig,
    PoolQueueConfig,
    PreferenceConfig,
    QueueConfig,
    SkillConfig,
    SkillGrant,
    load_config,
)

from tests.conftest import SHOP


def test_a_document_reads_the_same_from_text_file_json_and_mapping(tmp_path: Path) -> None:
    from_text = load_config(SHOP)
    toml, as_json = tmp_path / "shop.toml", tmp_path / "shop.json"
    toml.write_text(SHOP)
    as_json.write_text(from_text.to_json())
    mapping: Mapping[str, object] = json.loads(from_text.to_json())
    assert load_config(toml) == from_text
    assert load_config(as_json) == from_text
    assert load_config(mapping) == from_text
    assert load_config(from_text.to_json()) == from_text


def test_defaults_of_the_dataclasses_are_those_of_the_engine() -> None:
    built = Config(
        name="shop",
        channels=[ChannelConfig(name="voice")],
        skills=[SkillConfig(name="billing")],
        pools=[PoolConfig(name="all")],
        queues=[QueueConfig(name="bills", prefers=[PreferenceConfig(term="billing >= 3")])],
        agents=[AgentSpec(name="ann")],
    )
    written = """
        name = "shop"
        channels = [{ name = "voice" }]
        skills = [{ name = "billing" }]
        pools = [{ name = "all" }]
        queues = [{ name = "bills", prefers = [{ term = "billing >= 3" }] }]
        agents = [{ name = "ann" }]
    """
    assert load_config(built) == load_config(written)


POOLS = 'name = "x"\nchannels = [{ name = "v" }]\npools = [{ name = "p" }]\nqueues = [{ name = "q" }]'


def test_every_field_of_the_document_has_a_field_here() -> None:
    """A setting that the engine gains and this package does not know shows here."""
    document = json.loads(_native.read_config(SHOP, json=False))
    for part, here in [
        (document, Config),
        (document["queues"][0], QueueConfig),
        (json.loads(_native.read_config(POOLS, json=False))["pools"][0], PoolConfig),
        (document["queues"][0]["offer"], OfferConfig),
        (document["queues"][0]["absolute"], Absolute),
        (document["agents"][0], AgentSpec),
        (document["channels"][0], ChannelConfig),
    ]:
        assert set(part) <= {field.name for field in fields(here)}


def test_everything_that_can_be_said_survives_the_way_there_and_back() -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC)
    config = Config(
        name="bank",
        memory=sunline.config.MemoryConfig(ended_ids_for=timedelta(hours=3), ended_ids_max=7),
        channels=(ChannelConfig(name="voice", cost=4),),
        skills=(SkillConfig(name="billing"), SkillConfig(name="french")),
        pools=(
            PoolConfig(
                name="main",
                idle_clock=sunline.config.IdleClock.SINCE_AVAILABLE,
                contact_rule=GeneralisedCmu(beta=Decimal("1.5")),
                queues={
                    "bills": PoolQueueConfig(
                        tier=2,
                        delay=timedelta(seconds=30),
                        reserve=1,
                        cap=4,
                        handle_time=timedelta(seconds=240),
                        share=Decimal("0.4"),
                    )
                },
                idle_share=Decimal("0.25"),
            ),
            PoolConfig(name="last", contact_rule=EarliestDeadline(past=PastDue.FIRST)),
            PoolConfig(name="long", contact_rule=ContactRule.LONGEST_QUEUE),
        ),
        queues=(
            QueueConfig(
                name="bills",
                channel="voice",
                absolute=Absolute(data_classes={"medical"}, in_house_only=True, sites={"Haifa", "Bonn"}),
                requires="billing >= 3 and not french >= 9",
                prefers=(PreferenceConfig(term="french >= 5", weight=3),),
                agent_rule=AgentRule.BEST_SCORE,
                base_points=-5,
                points_per_hour=7200,
                points_cap=900,
                offer=OfferConfig(
                    answer=AnswerMode.AUTO, parallel=2, expires_after=timedelta(milliseconds=1500)
                ),
                wrap_up=timedelta(seconds=45),
                on_unservable=sunline.config.OnUnservable.BLOCK,
                answer_within=timedelta(seconds=30),
                short_abandon=timedelta(microseconds=7),
                admission=sunline.config.AdmissionConfig(
                    max_length=9,
                    when_full=sunline.config.TurnAway.SHED,
                    max_wait=timedelta(minutes=4),
                    join=sunline.config.Staffing.SIGNED_IN,
                    stay=sunline.config.Staffing.AVAILABLE,
                ),
                order=EarliestDeadline(past=PastDue.LAST),
                rank=3,
                credit=timedelta(seconds=12),
                weight=Decimal("2.5"),
                ratio=Decimal("0.4"),
                handle_time=timedelta(seconds=200),
                seed=2**64 - 1,
                quota_window=timedelta(hours=1),
                scorer=sunline.config.ScorerConfig(wait=timedelta(milliseconds=50)),
            ),
        ),
        agents=(
            AgentSpec(
                name="ann",
                pool="main",
                skills={
                    "billing": 7,
                    "french": SkillGrant(level=5, since=day, until=day + timedelta(days=1)),
                },
                groups={"early"},
                site="Bonn",
                partner="Helpers Ltd",
                clearance={"medical"},
                attributes={"desk": 12, "vip": True, "nick": "Annie"},
                capacity=9,
                wrap_up=timedelta(0),
                weight=3,
                handle_times={"bills": timedelta(seconds=150)},
            ),
        ),
    )
    assert load_config(config) == config


@pytest.mark.parametrize(
    "joint",
    [
        sunline.config.Assignment(tick=timedelta(milliseconds=500), urgency=Decimal("0.5")),
        sunline.config.Weights(
            cells=(sunline.config.WeightsConfig(queue="q", pool="p", constant=Decimal(-30)),)
        ),
    ],
)
def test_a_joint_rule_survives_the_way_there_and_back(joint: sunline.config.JointRule) -> None:
    config = Config(
        name="x",
        channels=(ChannelConfig(name="v"),),
        pools=(PoolConfig(name="p"),),
        queues=(QueueConfig(name="q"),),
        joint=joint,
    )
    assert load_config(config) == config


def test_five_mistakes_are_reported_with_their_paths() -> None:
    wrong = """
        name = ""
        channels = [{ name = "voice", cost = 0 }]
        skills = [{ name = "billing" }]
        queues = [
            { name = "bills", requires = "billling >= 3", offer = { expires_after = "20 fortnights" } },
            { name = "orders", colour = "blue" },
        ]
    """
    with pytest.raises(sunline.ConfigInvalid) as refused:
        load_config(wrong)
    paths = {path for path, _ in refused.value.problems}
    assert {"name", "channels[0].cost", "queues[0].requires", "queues[0].offer.expires_after"} <= paths
    assert any(path.startswith("queues[1]") for path in paths)
    assert len(refused.value.problems) == 5
    assert refused.value.code == "invalid_config"
    assert all(path in str(refused.value) for path in paths)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (Path("/nowhere/shop.toml"), "unreadable"),
        ({"name": object()}, "unreadable"),
        ({"name": float("nan")}, "unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused(source: Path | Mapping[str, object], code: str) -> None:
    with pytest.raises(sunline.InvalidArgument) as refused:
        load_config(source)
    assert (refused.value.code, refused.value.argument) == (code, "source")


def test_text_that_is_no_document_says_where() -> None:
    for text in ["shop.toml", "{", "name = "]:
        with pytest.raises(sunline.ConfigInvalid) as refused:
            load_config(text)
        assert refused.value.problems


def test_a_length_below_a_microsecond_is_refused_and_not_rounded() -> None:
    with pytest.raises(sunline.ConfigInvalid) as refused:
        load_config(SHOP.replace('"30s"', '"30s7ns"'))
    assert refused.value.code == "not_representable"


@pytest.mark.parametrize(
    "agent",
    [
        AgentSpec(name="ann", attributes={"share": 0.5}),  # type: ignore[dict-item]
        AgentSpec(name="ann", wrap_up=timedelta.max),
        AgentSpec(name="ann", skills={"billing": SkillGrant(level=5, since=datetime(2026, 3, 2))}),
    ],
)
def test_what_has_no_place_in_a_document_is_refused(agent: AgentSpec) -> None:
    with pytest.raises(sunline.InvalidArgument):
        load_config(
            Config(
                name="x", channels=[ChannelConfig(name="v")], queues=[QueueConfig(name="q")], agents=[agent]
            )
        )
