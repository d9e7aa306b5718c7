//! What an input may be at most. Beyond a limit the answer is a typed refusal, never a silent cut.

use crate::time::Span;

/// Bytes of a contact id.
pub const MAX_ID_BYTES: usize = 38;
/// Bytes of a name (agent, queue, skill, group, site, attribute, tag).
pub const MAX_NAME_BYTES: usize = 128;
/// Attributes of one contact or agent.
pub const MAX_ATTRIBUTES: usize = 64;
/// Bytes of one text attribute.
pub const MAX_ATTRIBUTE_BYTES: usize = 1024;
/// Tags of one contact.
pub const MAX_TAGS: usize = 64;
/// Agents that one contact may exclude.
pub const MAX_EXCLUDED_AGENTS: usize = 32;
/// Agents that one contact prefers.
pub const MAX_PREFERRED_AGENTS: usize = 32;
/// Customers of whom it is remembered who served them last, where some queue has affinity.
pub const HANDLER_MEMORY: usize = 1_000_000;
/// Customers that one agent never serves.
pub const MAX_NEVER_SERVES: usize = 1024;
/// Steps of one queue's plan.
pub const MAX_STEPS: usize = 64;
/// Targets that a queue starts with, or that one step names.
pub const MAX_TARGETS: usize = 32;
/// Skills of one agent.
pub const MAX_SKILLS_PER_AGENT: usize = 256;
/// Bytes of a contact's opaque payload.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
/// Bytes of a requirement expression.
pub const MAX_REQUIREMENT_BYTES: usize = 4096;
/// Nesting of a requirement expression.
pub const MAX_REQUIREMENT_DEPTH: usize = 32;
/// Priority points, above and below zero.
pub const MAX_POINTS: i64 = 1_000_000_000;
/// Value of one feedback, above and below zero, in the host's own unit.
pub const MAX_FEEDBACK: i64 = 1_000_000_000_000_000;
/// Times that a customer may be dialled for one callback.
pub const MAX_CALLBACK_ATTEMPTS: u16 = 100;
/// Distinct (base, slope, cap) in one domain: each costs a little in every choice of a contact.
pub const MAX_CURVES: usize = 256;
/// Cost units of one agent.
pub const MAX_CAPACITY: u16 = 1_000;
/// Agents of whom scores are asked at once.
pub const MAX_CANDIDATES: usize = 64;
/// Agents in one wave of parallel offers.
pub const MAX_PARALLEL: u16 = 64;
/// Channels of a domain: room is a set of channels, one bit each.
pub const MAX_CHANNELS: usize = 64;
/// Private calls and other work from outside that one agent may have at a time.
pub const MAX_EXTERNAL: usize = 16;
/// Agents or contacts that one command in bulk may name.
pub const MAX_BULK: usize = 10_000;
/// Shortest time before an agent is asked again for the contact of an offer that failed between the two, whatever shorter
/// delay is configured: no delay of zero, and no host that answers by itself, makes the same offer in a tight loop.
pub const LEAST_REST: Span = Span::from_secs(1);
/// Messages that may follow from one another within one step before it counts as a loop.
pub const MAX_DEPTH: u8 = 64;
/// Calendars of one configuration.
pub const MAX_CALENDARS: usize = 20_000;
/// Zones whose calling hours are loaded; the tz database has about 600 names.
pub const MAX_CALLING_ZONES: usize = 4_096;
/// Intervals of one table of hours: ten shifts on each day of 55 years.
pub const MAX_INTERVALS: usize = 200_000;
/// Ended offers that are remembered, so that a late answer is told how its offer ended.
pub const OFFER_MEMORY: usize = 16_384;
/// Command keys that are remembered, so that a repeated command gets its first answer.
pub const COMMAND_KEY_MEMORY: usize = 65_536;
/// Differing choices that a shadow keeps; the oldest are let go.
pub const SHADOW_DIFFERENCES: usize = 256;
