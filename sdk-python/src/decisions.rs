//! What was decided: a row an offer, and what became of it.

use std::collections::BTreeMap;

use sunline_core::{AgentId, ContactId, Decision, Event, EventKind, OfferOutcome, QueueId, Timestamp};
use sunline_sim::Listener;

use crate::columns::NONE_NS;
use crate::engine::decision_tuple;
use crate::table::{Columns, Table};

/// Columns over offers, in the order in which they were issued.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    offer: Vec<i64>,
    at: Vec<Timestamp>,
    contact: Vec<ContactId>,
    queue: Vec<QueueId>,
    agent: Vec<AgentId>,
    decision: Vec<Decision>,
    ended_at: Vec<i64>,
    outcome: Vec<i32>,
    /// Rows of the offers that have not ended.
    open: BTreeMap<u64, usize>,
}

impl Listener for Decisions {
    fn hear(&mut self, event: &Event) {
        match &event.kind {
            EventKind::OfferIssued { offer, contact, queue, agent, decision, .. } => {
                self.open.insert(offer.0, self.offer.len());
                self.offer.push(i64::try_from(offer.0).unwrap_or(i64::MAX));
                self.at.push(event.at);
                self.contact.push(*contact);
                self.queue.push(*queue);
                self.agent.push(*agent);
                self.decision.push(*decision);
                self.ended_at.push(NONE_NS);
                self.outcome.push(-1);
            }
            EventKind::OfferAccepted { offer, .. } => self.ends(offer.0, event.at, ACCEPTED),
            EventKind::OfferEnded { offer, outcome, .. } => self.ends(offer.0, event.at, code(*outcome)),
            _ => {}
        }
    }
}

impl Decisions {
    fn ends(&mut self, offer: u64, at: Timestamp, outcome: i32) {
        if let Some(row) = self.open.remove(&offer) {
            (self.ended_at[row], self.outcome[row]) = (at.as_nanos(), outcome);
        }
    }

    /// The rows as a table; `number` says which contact an id stands for.
    pub(crate) fn table<'a>(
        &self,
        queues: impl IntoIterator<Item = &'a str>,
        agents: impl IntoIterator<Item = &'a str>,
        number: impl Fn(&ContactId) -> i64,
    ) -> Table {
        let told: Vec<_> = self.decision.iter().map(decision_tuple).collect();
        let (ways, ties) =
            (Codes::of(told.iter().map(|d| d.0)), Codes::of(told.iter().map(|d| d.4.as_str())));
        let rules = Codes::of(told.iter().map(|d| d.1.as_deref().or(d.2.as_deref()).unwrap_or("none")));
        let whys: Vec<String> = self.decision.iter().map(Decision::to_string).collect();
        let whys = Codes::of(whys.iter().map(String::as_str));
        Columns::default()
            .whole("offer", "number", "The offer: the number of its event.", self.offer.clone())
            .instant("at", "When it was decided.", self.at.iter().map(|at| at.as_nanos()).collect())
            .whole(
                "contact",
                "number",
                "Number of the contact in order of arrival, from 0.",
                self.contact.iter().map(number).collect(),
            )
            .label("queue", "Its queue.", self.queue.iter().map(|queue| i32::from(queue.0)), queues)
            .label("agent", "Who was chosen.", self.agent.iter().map(|agent| agent.0 as i32), agents)
            .label("chosen_by", "What made the choice.", ways.codes, ways.labels)
            .label("rule", "The rule that chose.", rules.codes, rules.labels)
            .whole(
                "index",
                "the rule's own",
                "The rule's figure for the winner; larger won.",
                told.iter().map(|d| d.3).collect(),
            )
            .label("tie_break", "What settled it between equals.", ties.codes, ties.labels)
            .whole(
                "compatible",
                "kinds",
                "Compatible kinds of agent with somebody free, or classes of contacts with somebody waiting.",
                told.iter().map(|d| i64::from(d.5)).collect(),
            )
            .whole(
                "config_version",
                "number",
                "Version of the configuration that decided.",
                told.iter().map(|d| i64::from(d.6)).collect(),
            )
            .label(
                "outcome",
                "How the offer ended; none: it had not.",
                self.outcome.iter().copied(),
                OUTCOMES,
            )
            .duration_or_none(
                "answered_after",
                "From the offer to its end.",
                (0..self.offer.len())
                    .map(|row| {
                        (self.ended_at[row] != NONE_NS).then(|| self.ended_at[row] - self.at[row].as_nanos())
                    })
                    .collect(),
            )
            .label("why", "The decision in words.", whys.codes, whys.labels)
            .finish()
    }
}

/// Texts as places in a list of the distinct ones, by first appearance.
struct Codes<'a> {
    codes: Vec<i32>,
    labels: Vec<&'a str>,
}

impl<'a> Codes<'a> {
    fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut codes, mut labels, mut places) = (Vec::new(), Vec::new(), BTreeMap::new());
        for text in texts {
            let place = *places.entry(text).or_insert_with(|| {
                labels.push(text);
                labels.len() as i32 - 1
            });
            codes.push(place);
        }
        Self { codes, labels }
    }
}

const ACCEPTED: i32 = 0;
/// Labels of the column `outcome`.
const OUTCOMES: [&str; 9] = [
    "accepted",
    "declined",
    "expired",
    "busy",
    "unreachable",
    "rescinded",
    "revoked",
    "contact_left",
    "other",
];

fn code(outcome: OfferOutcome) -> i32 {
    let word = crate::engine::word(&outcome);
    let place = OUTCOMES.iter().position(|label| *label == word);
    place.unwrap_or(OUTCOMES.len() - 1) as i32
}
