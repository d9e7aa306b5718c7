"""The whole configuration."""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta

from sunline.config.admission import PartnerConfig, SurgeConfig
from sunline.config.agents import AgentSpec, ChannelConfig, PoolConfig, SkillConfig
from sunline.config.hours import CalendarConfig, CallingHoursConfig
from sunline.config.queues import QueueConfig
from sunline.config.rules import JointRule
from sunline.config.writing import document


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConfig:
    """What is remembered of contacts that have ended."""

    #: How long an ended contact's id is remembered, so that a late repetition is recognised. 7 days: hosts retry
    #: within hours, at worst after a weekend.
    ended_ids_for: timedelta = timedelta(days=7)
    #: How many ended ids at most; 0 remembers none, as in a simulation.
    ended_ids_max: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastConfig:
    """That waits are predicted, and what is known of them at first. None of it must be right: it is learned."""

    handle_time: timedelta = timedelta(minutes=3)  #: Mean time for a contact, wrap-up included; more than 0.
    patience: timedelta = timedelta(minutes=5)  #: Mean time after which a customer gives up; more than 0.
    agents: int = 8  #: Usually there together, 1 to 100,000. It sets how wide the first forecasts are.
    #: Of the intervals whose service level is foretold, in UTC: 15, 30 or 60 minutes.
    interval: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A routing domain: its channels, skills, pools, queues and, where wanted, its agents."""

    name: str
    memory: MemoryConfig = field(default_factory=MemoryConfig)
    channels: Sequence[ChannelConfig]  #: At least one.
    skills: Sequence[SkillConfig] = ()
    pools: Sequence[PoolConfig] = ()  #: Without any, there is one called `default`.
    queues: Sequence[QueueConfig]  #: At least one.
    agents: Sequence[AgentSpec] = ()  #: More may register at any time.
    partners: Sequence[PartnerConfig] = ()
    surges: Sequence[
        SurgeConfig
    ] = ()  #: Where several are on, the first that says something of a queue counts.
    calendars: Sequence[CalendarConfig] = ()  #: That queues and agents may name.
    #: By zone. With any, a contact that names a zone without a table is refused: load its table first.
    calling_hours: Sequence[CallingHoursConfig] = ()
    joint: JointRule | None = None  #: In place of the rules of queues and pools.
    #: Channels that one agent may have in hand together, each a whole set; without any, all go together.
    combinations: Sequence[AbstractSet[str]] = ()
    #: How long an agent who served a project takes no other project's work, from the end of that work; `None`: no lock.
    project_lock: timedelta | None = None
    forecast: ForecastConfig | None = (
        None  #: That waits are predicted; `None`: they are not, which costs nothing.
    )
    #: Attributes of contacts and agents, by name, whose values leave the engine to nobody but the host; at most 64.
    private_attributes: AbstractSet[str] = frozenset()

    def to_json(self) -> str:
        """The configuration as JSON text."""
        return json.dumps(document(self))
