//! A log as facts in the order of time.

use sunline_core::time::{Span, Timestamp};

use crate::trace::{CallOutcome, CallRow, Offsets};

/// One fact; the number is the call's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    /// An agent has ended a conversation.
    ServiceEnded(usize),
    /// A wait is over: served, given up, or never a call.
    WaitEnded(usize),
    /// A conversation began without a wait.
    ServedAtOnce(usize),
    /// A call joined the queue.
    Joined(usize),
}

/// All facts of a log. At one instant: first what ends, then what begins; what ends at the instant at which it began
/// comes last.
pub(super) fn facts(calls: &[CallRow], offsets: &Offsets) -> Vec<(Timestamp, Fact)> {
    let mut facts = Vec::with_capacity(3 * calls.len());
    for (number, call) in calls.iter().enumerate() {
        if call.outcome == CallOutcome::Phantom && !call.queued {
            continue;
        }
        let joined = offsets.instant(call.date, call.queue_entry_s);
        let wait_ended = joined + Span::from_secs(call.wait_s);
        if call.queued {
            facts.push((joined, 0, Fact::Joined(number)));
            facts.push((wait_ended, u8::from(call.wait_s == 0), Fact::WaitEnded(number)));
        }
        let Some(service) = call.service else { continue };
        let noted = offsets.instant(call.date, service.start_s);
        let began = if call.queued { wait_ended } else { noted };
        if !call.queued {
            facts.push((began, 0, Fact::ServedAtOnce(number)));
        }
        let ended = noted + Span::from_secs(service.length_s);
        facts.push((ended.max(began), u8::from(ended <= began), Fact::ServiceEnded(number)));
    }
    facts.sort_unstable_by_key(|&(at, late, fact)| (at, late, fact));
    facts.into_iter().map(|(at, _, fact)| (at, fact)).collect()
}
