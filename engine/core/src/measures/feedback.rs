//! What customers thought of it and what it brought, joined to the decision that routed them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::{Event, EventKind};
use crate::ids::{AgentId, QueueId};

/// What is known of a contact afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Feedback {
    /// Of what kind.
    pub kind: FeedbackKind,
    /// How much, in the host's own unit.
    pub value: i64,
}

/// Kinds of feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// How content the customer was.
    Csat,
    /// Whether something was sold, or how much.
    Sale,
    /// What the contact was worth.
    Value,
}

/// Sum and count of one kind of feedback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedbackSum {
    /// How often it was given.
    pub count: u64,
    /// Sum of the values, in the host's own unit.
    pub sum: i128,
}

impl FeedbackSum {
    /// Mean value; `None` when there is none.
    #[allow(clippy::disallowed_types, reason = "a figure for people")]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }
}

/// Feedback by queue and by who served, as a fold over the event log.
#[derive(Clone, Debug, Default)]
pub struct FeedbackTable {
    sums: BTreeMap<(QueueId, Option<AgentId>, FeedbackKind), FeedbackSum>,
}

impl FeedbackTable {
    /// Takes one event into account.
    pub fn observe(&mut self, event: &Event) {
        if let EventKind::FeedbackGiven { queue, agent, feedback, .. } = &event.kind {
            let sum = self.sums.entry((*queue, *agent, feedback.kind)).or_default();
            sum.count += 1;
            sum.sum += i128::from(feedback.value);
        }
    }

    /// What was said of contacts that `queue` and `agent` ended or served; `None` asks for any.
    pub fn of(&self, kind: FeedbackKind, queue: Option<QueueId>, agent: Option<AgentId>) -> FeedbackSum {
        let mut all = FeedbackSum::default();
        for ((of_queue, of_agent, of_kind), sum) in &self.sums {
            let asked = *of_kind == kind
                && queue.is_none_or(|queue| queue == *of_queue)
                && agent.is_none_or(|agent| *of_agent == Some(agent));
            if asked {
                all.count += sum.count;
                all.sum += sum.sum;
            }
        }
        all
    }
}
