//! Who is there, as far as the log has shown.

use std::collections::{HashMap, VecDeque};

use sunline_core::forecast::WaitPredictor;
use sunline_core::time::{Span, Timestamp};

use crate::trace::CallRow;

/// An agent without a call for so long has gone. Calls come every few minutes, breaks are longer.
const GONE_AFTER: Span = Span::from_secs(20 * 60);

/// Agents as seen in their calls. Numbers 0 and 1 stand for those the log does not name: one for each pool, always there.
pub(super) struct Floor<'a> {
    numbers: HashMap<&'a str, usize>,
    agents: Vec<Seen>,
    /// When an agent was last seen, in order: once a long time has passed it is looked at again.
    seen: VecDeque<(Timestamp, usize)>,
}

#[derive(Clone, Copy)]
struct Seen {
    at: Timestamp,
    /// The pool it is in, if it is there.
    pool: Option<usize>,
    /// The call it is in.
    call: Option<usize>,
}

impl<'a> Floor<'a> {
    pub(super) fn new(predictor: &mut WaitPredictor) -> Self {
        let at = Timestamp::EPOCH;
        for pool in 0..2 {
            predictor.agent_came(at, pool, pool);
        }
        let agents = (0..2).map(|pool| Seen { at, pool: Some(pool), call: None }).collect();
        Self { numbers: HashMap::new(), agents, seen: VecDeque::new() }
    }

    /// The agent of `call` begins it; what it did before is over.
    pub(super) fn begins(
        &mut self,
        now: Timestamp,
        call: usize,
        row: &'a CallRow,
        pool: usize,
        predictor: &mut WaitPredictor,
    ) {
        let Some(name) = row.agent.as_deref() else {
            predictor.work_began(now, pool);
            return;
        };
        let next = self.agents.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.agents.push(Seen { at: now, pool: None, call: None });
        }
        if self.agents[number].call.take().is_some() {
            predictor.work_ended(now, number);
        }
        if self.agents[number].pool != Some(pool) {
            predictor.agent_came(now, number, pool);
            self.agents[number].pool = Some(pool);
        }
        predictor.work_began(now, number);
        self.agents[number].call = Some(call);
        self.touch(now, number);
    }

    /// The conversation of `call` is over.
    pub(super) fn ends(
        &mut self,
        now: Timestamp,
        call: usize,
        row: &CallRow,
        pool: usize,
        predictor: &mut WaitPredictor,
    ) {
        let Some(name) = row.agent.as_deref() else {
            predictor.work_ended(now, pool);
            return;
        };
        let Some(&number) = self.numbers.get(name) else { return };
        if self.agents[number].call == Some(call) {
            self.agents[number].call = None;
            predictor.work_ended(now, number);
            self.touch(now, number);
        }
    }

    /// Those not seen for long have gone, unless they are in a call.
    pub(super) fn sweep(&mut self, now: Timestamp, predictor: &mut WaitPredictor) {
        while let Some(&(at, number)) = self.seen.front() {
            if at + GONE_AFTER > now {
                return;
            }
            self.seen.pop_front();
            let agent = &mut self.agents[number];
            if agent.at == at && agent.call.is_none() && agent.pool.take().is_some() {
                predictor.agent_left(at + GONE_AFTER, number);
            }
        }
    }

    fn touch(&mut self, now: Timestamp, number: usize) {
        self.agents[number].at = now;
        self.seen.push_back((now, number));
    }
}
