//! An offer explained: the candidates in order, and how many were rejected for what.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Reason;
use crate::contact::Exclusion;
use crate::domain::{Domain, Matcher};
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, OfferId, Seq};
use crate::record::{ChosenBy, Decision};
use crate::time::Timestamp;

/// Candidates that are named in order; the others are counted.
const NAMED: usize = 5;

/// Why an offer was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The offer.
    pub offer: OfferId,
    /// When it was made.
    pub at: Timestamp,
    /// Which contact.
    pub contact: ContactId,
    /// Which agent.
    pub agent: AgentId,
    /// The agent's name.
    pub agent_name: String,
    /// What was recorded with the offer.
    pub decision: Decision,
    /// Who was sought.
    pub sought: Sought,
    /// Whether the oracle, run again in the state before the offer, chooses the same. A pair of a joint rule or of scores
    /// from outside was weighed with all others of its round, so there it says whether the pair was possible; a pair made
    /// by hand needs no oracle.
    pub confirmed: bool,
    /// How many could have been chosen.
    pub candidates: usize,
    /// The first of them in the rule's order, the chosen one first.
    pub runners: Vec<Runner>,
    /// How many were rejected, by the first reason against each.
    pub rejected: BTreeMap<String, usize>,
    /// Every one that was rejected, with all that was against it.
    pub rejections: Vec<(Runner, Vec<Reason>)>,
}

/// Who was sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sought {
    /// The contact sought an agent.
    Agent,
    /// The agent sought a contact.
    Contact,
}

impl Sought {
    fn by(chosen_by: ChosenBy) -> Self {
        match chosen_by {
            ChosenBy::AgentRule(_) | ChosenBy::Scorer => Self::Agent,
            _ => Self::Contact,
        }
    }
}

/// An agent, by number and name, or a contact, by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runner {
    /// An agent.
    Agent(AgentId, String),
    /// A contact.
    Contact(ContactId),
}

/// Why an event cannot be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// It is no offer.
    #[error("event {seq} is no offer; only offers are decisions")]
    NoOffer {
        /// The event.
        seq: Seq,
    },
    /// The state is not the one before it.
    #[error("event {seq} is explained in the state after event {}, not after {found}", seq.0 - 1)]
    WrongState {
        /// The event.
        seq: Seq,
        /// The last event of the state.
        found: Seq,
    },
    /// The event does not follow from the state.
    #[error("event {seq} names what the state before it does not hold")]
    Foreign {
        /// The event.
        seq: Seq,
    },
}

impl ExplainError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoOffer { .. } => "no_offer",
            Self::WrongState { .. } => "wrong_state",
            Self::Foreign { .. } => "foreign_event",
        }
    }
}

impl Domain {
    /// Why an offer was made; to be asked of the state before its event.
    ///
    /// Costs a look at everybody, and a copy of the state.
    ///
    /// # Errors
    /// [`ExplainError`] when the event is no offer, or not the next one.
    pub fn explain(&self, event: &Event) -> Result<Explanation, ExplainError> {
        let seq = event.seq;
        let EventKind::OfferIssued { offer, contact, agent, decision, .. } = &event.kind else {
            return Err(ExplainError::NoOffer { seq });
        };
        if self.seq.next() != seq {
            return Err(ExplainError::WrongState { seq, found: self.seq });
        }
        let place = self.place(contact).ok_or(ExplainError::Foreign { seq })?;
        let name = self.agents.get(agent.index()).ok_or(ExplainError::Foreign { seq })?.spec.name.to_string();
        let mut state = self.branch();
        state.now = event.at;
        state.matcher = Matcher::Naive;
        let sought = Sought::by(decision.chosen_by);
        let (candidates, rejections) = state.judge_all(sought, place, *agent);
        let runners = match sought {
            Sought::Agent => state.agents_in_order(place),
            Sought::Contact => state.contacts_in_order(*agent),
        };
        let chosen = match sought {
            Sought::Agent => Runner::Agent(*agent, name.clone()),
            Sought::Contact => Runner::Contact(*contact),
        };
        let mut rejected = BTreeMap::new();
        for (_, reasons) in &rejections {
            *rejected.entry(reasons[0].code().to_owned()).or_insert(0) += 1;
        }
        Ok(Explanation {
            offer: *offer,
            at: event.at,
            contact: *contact,
            agent: *agent,
            agent_name: name,
            decision: *decision,
            sought,
            confirmed: match decision.chosen_by {
                ChosenBy::Hand => true,
                ChosenBy::Joint | ChosenBy::Scorer => {
                    rejections.iter().all(|(rejected, _)| *rejected != chosen)
                }
                _ => runners.first() == Some(&chosen),
            },
            candidates,
            runners,
            rejected,
            rejections,
        })
    }

    /// Who was looked at for a pair that is about to be made, as an event: how many could be chosen, and how many of the others
    /// were rejected for what.
    pub(crate) fn candidates_judged(&self, chosen_by: ChosenBy, place: u32, agent: AgentId) -> EventKind {
        let sought = Sought::by(chosen_by);
        let (candidates, rejections) = self.judge_all(sought, place, agent);
        let mut rejected: BTreeMap<SmolStr, u32> = BTreeMap::new();
        for (_, reasons) in &rejections {
            *rejected.entry(reasons[0].code().into()).or_default() += 1;
        }
        let (contact, queue) = (self.contacts[place].id, self.contacts[place].queue);
        EventKind::CandidatesJudged { contact, queue, agent, sought, candidates: candidates as u32, rejected }
    }

    /// Everybody that was sought: how many could be chosen, and what was against the others.
    fn judge_all(&self, sought: Sought, place: u32, agent: AgentId) -> (usize, Vec<(Runner, Vec<Reason>)>) {
        let all: Vec<(Runner, Vec<Reason>)> = match sought {
            Sought::Agent => {
                let contact = &self.contacts[place];
                let judged = |agent: AgentId| {
                    let reasons = self.reasons_beside_the_contact(&self.agents[agent.index()], contact);
                    (self.runner(agent), reasons)
                };
                (0..self.agents.len() as u32).map(AgentId).map(judged).collect()
            }
            Sought::Contact => {
                let agent = &self.agents[agent.index()];
                let mut contacts: Vec<_> = self.contacts.iter().map(|(_, contact)| contact).collect();
                contacts.sort_unstable_by_key(|contact| contact.arrival);
                let judged = |contact: &crate::contact::Contact| {
                    (Runner::Contact(contact.id), self.reasons(agent, contact))
                };
                contacts.into_iter().map(judged).collect()
            }
        };
        let (candidates, rejections): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, reasons)| reasons.is_empty());
        (candidates.len(), rejections)
    }

    /// The first agents in rule order. Each is found by the oracle once those before it are out of the question.
    fn agents_in_order(&mut self, place: u32) -> Vec<Runner> {
        let mut runners = Vec::new();
        while runners.len() < NAMED {
            let Some(choice) = self.select_agent(place) else { break };
            runners.push(self.runner(choice.winner));
            self.rule_out(place, choice.winner);
        }
        runners
    }

    /// The first contacts in rule order, found in the same way.
    fn contacts_in_order(&mut self, agent: AgentId) -> Vec<Runner> {
        let mut runners = Vec::new();
        while runners.len() < NAMED {
            let Some(choice) = self.select_contact(agent) else { break };
            runners.push(Runner::Contact(self.contacts[choice.winner].id));
            self.rule_out(choice.winner, agent);
        }
        runners
    }

    /// Takes a pair out of the question, in a copy of the state that is thrown away.
    fn rule_out(&mut self, place: u32, agent: AgentId) {
        self.contacts[place].exclusions.push(Exclusion { agent, until: Timestamp::MAX });
    }

    pub(super) fn runner(&self, agent: AgentId) -> Runner {
        Runner::Agent(agent, self.agents[agent.index()].spec.name.to_string())
    }
}
