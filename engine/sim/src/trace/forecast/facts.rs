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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{COLUMNS, CallLog};

    fn of(lines: &str) -> Vec<(i64, Fact)> {
        let log = format!("{}\n{lines}", COLUMNS.join(","));
        let calls: Vec<CallRow> =
            CallLog::new(log.as_bytes()).expect("a header").map(|row| row.expect("a row")).collect();
        let midnight = Offsets::fixed(Span::ZERO).instant(calls[0].date, 0);
        let facts = facts(&calls, &Offsets::fixed(Span::ZERO)).into_iter();
        facts.map(|(at, fact)| (at.since(midnight).whole_secs(), fact)).collect()
    }

    #[test]
    fn at_one_instant_what_ends_comes_before_what_joins() {
        let facts = of("1999-01-03,PS,1,0,95,5,1,100,30,served,130,20,A1\n\
                        1999-01-03,PS,1,0,125,5,1,130,20,served,150,9,A1\n");
        let expected = [
            (100, Fact::Joined(0)),
            (130, Fact::WaitEnded(0)),
            (130, Fact::Joined(1)),
            (150, Fact::ServiceEnded(0)),
            (150, Fact::WaitEnded(1)),
            (159, Fact::ServiceEnded(1)),
        ];
        assert_eq!(facts, expected);
    }

    #[test]
    fn what_ends_as_it_begins_ends_last() {
        let facts = of("1999-01-03,PS,1,0,95,5,1,100,0,abandoned,-1,-1,\n\
                        1999-01-03,PS,1,0,95,5,0,100,0,served,100,0,A1\n\
                        1999-01-03,PS,1,0,95,5,0,100,0,phantom,-1,-1,\n");
        let expected = [
            (100, Fact::ServedAtOnce(1)),
            (100, Fact::Joined(0)),
            (100, Fact::ServiceEnded(1)),
            (100, Fact::WaitEnded(0)),
        ];
        assert_eq!(facts, expected);
    }

    #[test]
    fn a_conversation_noted_before_the_wait_was_over_begins_with_its_end() {
        let facts = of("1999-01-03,PS,1,0,95,5,1,100,30,served,128,1,A1\n");
        assert_eq!(facts[1..], [(130, Fact::WaitEnded(0)), (130, Fact::ServiceEnded(0))]);
    }
}
