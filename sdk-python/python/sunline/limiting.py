"""Every bound of an engine as one value, taken from the constants and sizes that enforce it.

>>> import sunline
>>> sunline.limits().kernel.tags
64
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from sunline import _native
from sunline._instants import span


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelLimits:
    """What an input may be at most; the same for every engine."""

    #: Bytes of a contact id.
    id_bytes: int
    #: Bytes of a name (agent, queue, skill, group, site, attribute, tag), and of a reason.
    name_bytes: int
    #: Attributes of one contact or agent.
    attributes: int
    #: Bytes of one text attribute.
    attribute_bytes: int
    #: Tags of one contact.
    tags: int
    #: Agents that one contact may exclude.
    excluded_agents: int
    #: Agents that one contact prefers.
    preferred_agents: int
    #: Customers of whom it is remembered who served them last, where some queue has affinity.
    handler_memory: int
    #: Customers that one agent never serves.
    never_serves: int
    #: Labels of one kind: groups or clearances of an agent, data classes, sites or entitlements that a
    #: contact asks for.
    labels: int
    #: Preferred terms of one contact.
    preferences: int
    #: Weight of one preferred term.
    preference_weight: int
    #: Delays after which pools see the contacts of one queue.
    delays: int
    #: Slots for callbacks that one question is answered with.
    slots: int
    #: Problems that a configuration is refused with at most.
    problems: int
    #: Entries of one kind in a configuration: queues, pools, skills.
    entries: int
    #: Steps of one queue's plan.
    steps: int
    #: Targets that a queue starts with, or that one step names.
    targets: int
    #: Skills of one agent.
    skills_per_agent: int
    #: Bytes of a contact's opaque payload.
    payload_bytes: int
    #: Bytes of a requirement expression.
    requirement_bytes: int
    #: Nesting of a requirement expression.
    requirement_depth: int
    #: Priority points, above and below zero.
    points: int
    #: Value of one feedback, above and below zero, in the host's own unit.
    feedback: int
    #: Times that a customer may be dialled for one callback.
    callback_attempts: int
    #: Distinct (base, slope, cap) in one domain: each costs a little in every choice of a contact.
    curves: int
    #: Cost units of one agent.
    capacity: int
    #: Agents of whom scores are asked at once.
    candidates: int
    #: Agents in one wave of parallel offers.
    parallel: int
    #: Channels of a domain: room is a set of channels, one bit each.
    channels: int
    #: Private calls and other work from outside that one agent may have at a time.
    external: int
    #: Agents or contacts that one command in bulk may name.
    bulk: int
    #: Contacts that one reconciliation may name, over all its agents.
    reconciled: int
    #: Shortest time before an agent is asked again for the contact of an offer that failed between the
    #: two, whatever shorter delay is configured: no delay of zero, and no host that answers by itself,
    #: makes the same offer in a tight loop.
    least_rest: timedelta
    #: Messages that may follow from one another within one step before it counts as a loop.
    depth: int
    #: Calendars of one configuration.
    calendars: int
    #: Zones whose calling hours are loaded; the tz database has about 600 names.
    calling_zones: int
    #: Intervals of one table of hours: ten shifts on each day of 55 years.
    intervals: int
    #: Ended offers that are remembered, so that a late answer is told how its offer ended.
    offer_memory: int
    #: Command keys that are remembered, so that a repeated command gets its first answer.
    command_key_memory: int
    shadow_differences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """What an engine was built with, and what its parts keep to."""

    #: Arrivals that may wait to be applied; more are refused as busy.
    arrivals_ring: int
    #: Other commands that may wait to be applied; then callers wait.
    control_ring: int
    #: Recent events kept for readers and sinks; who falls further behind is told so and goes on from the
    #: journal.
    event_buffer: int
    #: Audit records kept of refusals, and as many of what was done by hand.
    audit_length: int
    #: Commands of one group commit.
    commit: int
    #: Notices of one session that may wait to be read, unless it says otherwise; more end it.
    session_buffer: int
    #: Events that a sink gets at once.
    sink_batch: int
    #: Longest pause of a sink after failures, in milliseconds.
    sink_pause_ms: int
    #: Shortest time after which one who was refused as busy is asked to come back, in milliseconds.
    retry_least_ms: int
    #: Longest time after which one who was refused as busy is asked to come back, in milliseconds.
    retry_most_ms: int
    #: Times that parts of an engine are started again within `restarts_within_ms`; then it gives up.
    restarts: int
    #: The time in which restarts are counted, in milliseconds.
    restarts_within_ms: int
    #: Bytes of one frame of the journal.
    frame_bytes: int
    #: Bytes after which the journal begins another segment.
    segment_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an input may be at most, and how much of everything is kept."""

    kernel: KernelLimits
    engine: EngineLimits


def limits() -> Limits:
    """The limits of an engine that is built with the defaults."""
    return read_limits(_native.limits())


def read_limits(text: str) -> Limits:
    """Limits from what an engine tells."""
    tree = json.loads(text)
    kernel = dict(tree["kernel"])
    kernel["least_rest"] = span(kernel["least_rest"])
    return Limits(kernel=KernelLimits(**kernel), engine=EngineLimits(**tree["engine"]))


__all__ = ["EngineLimits", "KernelLimits", "Limits", "limits"]
