//! What an input may be at most. Beyond a limit the answer is a typed refusal, never a silent cut.
//!
//! Each limit is said once, below; the constant that enforces it and its entry in [`KernelLimits`] are made of that.

use serde::{Deserialize, Serialize};

use crate::time::Span;

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident, $field:ident: $type:ty = $value:expr;)*) => {
        $(
            $(#[doc = $doc])+
            pub const $name: $type = $value;
        )*

        /// Every limit of the kernel, as a value that can be shown and sent on.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct KernelLimits {
            $(
                $(#[doc = $doc])+
                pub $field: $type,
            )*
        }

        impl KernelLimits {
            /// The limits that are enforced.
            pub const fn enforced() -> Self {
                Self { $($field: $name,)* }
            }
        }
    };
}

limits! {
    /// Bytes of a contact id.
    MAX_ID_BYTES, id_bytes: usize = 38;
    /// Bytes of a name (agent, queue, skill, group, site, attribute, tag), and of a reason.
    MAX_NAME_BYTES, name_bytes: usize = 128;
    /// Attributes of one contact or agent.
    MAX_ATTRIBUTES, attributes: usize = 64;
    /// Bytes of one text attribute.
    MAX_ATTRIBUTE_BYTES, attribute_bytes: usize = 1024;
    /// Tags of one contact.
    MAX_TAGS, tags: usize = 64;
    /// Agents that one contact may exclude.
    MAX_EXCLUDED_AGENTS, excluded_agents: usize = 32;
    /// Agents that one contact prefers.
    MAX_PREFERRED_AGENTS, preferred_agents: usize = 32;
    /// Customers of whom it is remembered who served them last, where some queue has affinity.
    HANDLER_MEMORY, handler_memory: usize = 1_000_000;
    /// Customers that one agent never serves.
    MAX_NEVER_SERVES, never_serves: usize = 1024;
    /// Labels of one kind: groups or clearances of an agent, data classes, sites or entitlements that a contact asks for.
    MAX_LABELS, labels: usize = 256;
    /// Preferred terms of one contact.
    MAX_PREFERENCES, preferences: usize = 64;
    /// Weight of one preferred term.
    MAX_PREFERENCE_WEIGHT, preference_weight: u16 = 1_000;
    /// Delays after which pools see the contacts of one queue.
    MAX_DELAYS, delays: usize = 64;
    /// Slots for callbacks that one question is answered with.
    MAX_SLOTS, slots: usize = 1_000;
    /// Problems that a configuration is refused with at most.
    MAX_PROBLEMS, problems: usize = 100;
    /// Entries of one kind in a configuration: queues, pools, skills.
    MAX_ENTRIES, entries: usize = 65_536;
    /// Steps of one queue's plan.
    MAX_STEPS, steps: usize = 64;
    /// Targets that a queue starts with, or that one step names.
    MAX_TARGETS, targets: usize = 32;
    /// Skills of one agent.
    MAX_SKILLS_PER_AGENT, skills_per_agent: usize = 256;
    /// Bytes of a contact's opaque payload.
    MAX_PAYLOAD_BYTES, payload_bytes: usize = 64 * 1024;
    /// Bytes of a requirement expression.
    MAX_REQUIREMENT_BYTES, requirement_bytes: usize = 4096;
    /// Nesting of a requirement expression.
    MAX_REQUIREMENT_DEPTH, requirement_depth: usize = 32;
    /// Priority points, above and below zero.
    MAX_POINTS, points: i64 = 1_000_000_000;
    /// Value of one feedback, above and below zero, in the host's own unit.
    MAX_FEEDBACK, feedback: i64 = 1_000_000_000_000_000;
    /// Times that a customer may be dialled for one callback.
    MAX_CALLBACK_ATTEMPTS, callback_attempts: u16 = 100;
    /// Distinct (base, slope, cap) in one domain: each costs a little in every choice of a contact.
    MAX_CURVES, curves: usize = 256;
    /// Cost units of one agent.
    MAX_CAPACITY, capacity: u16 = 1_000;
    /// Agents of whom scores are asked at once.
    MAX_CANDIDATES, candidates: usize = 64;
    /// Agents in one wave of parallel offers.
    MAX_PARALLEL, parallel: u16 = 64;
    /// Channels of a domain: room is a set of channels, one bit each.
    MAX_CHANNELS, channels: usize = 64;
    /// Private calls and other work from outside that one agent may have at a time.
    MAX_EXTERNAL, external: usize = 16;
    /// Agents or contacts that one command in bulk may name.
    MAX_BULK, bulk: usize = 10_000;
    /// Contacts that one reconciliation may name, over all its agents.
    MAX_RECONCILED, reconciled: usize = 100_000;
    /// Shortest time before an agent is asked again for the contact of an offer that failed between the two, whatever shorter
    /// delay is configured: no delay of zero, and no host that answers by itself, makes the same offer in a tight loop.
    LEAST_REST, least_rest: Span = Span::from_secs(1);
    /// Messages that may follow from one another within one step before it counts as a loop.
    MAX_DEPTH, depth: u8 = 64;
    /// Calendars of one configuration.
    MAX_CALENDARS, calendars: usize = 20_000;
    /// Zones whose calling hours are loaded; the tz database has about 600 names.
    MAX_CALLING_ZONES, calling_zones: usize = 4_096;
    /// Intervals of one table of hours: ten shifts on each day of 55 years.
    MAX_INTERVALS, intervals: usize = 200_000;
    /// Ended offers that are remembered, so that a late answer is told how its offer ended.
    OFFER_MEMORY, offer_memory: usize = 16_384;
    /// Command keys that are remembered, so that a repeated command gets its first answer.
    COMMAND_KEY_MEMORY, command_key_memory: usize = 65_536;
    /// Differing choices that a shadow keeps; the oldest are let go.
    SHADOW_DIFFERENCES, shadow_differences: usize = 256;
}
