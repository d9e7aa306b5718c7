//! Scores from outside: who may be asked about, until when, and who wins by them.

use core::cmp::Reverse;

use sunline_core::config::AgentRule;
use sunline_core::limits::MAX_CANDIDATES;
use sunline_core::{AgentId, ContactId, Decision, Event, EventKind, ScoresMiss, TieBreak, Timestamp};

use super::{Books, ContactBook, ensure};

impl Books {
    pub(super) fn of_scores(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::ScoresWanted { contact, queue, candidates, until } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.queue == *queue && known.waits(), || {
                    format!("contact {contact} does not seek")
                })?;
                let settings = self.queue(*queue);
                let wait = settings.scorer.as_ref().map(|scorer| scorer.wait);
                ensure(wait.is_some_and(|wait| *until == at + wait), || {
                    format!("scores for contact {contact} are wanted until {until}")
                })?;
                self.check_candidates(known, candidates, settings.agent_rule, at)?;
                let known = self.contacts.get_mut(contact).expect("just found");
                known.being_scored = Some((*until, candidates.clone()));
            }
            EventKind::ScoresGiven { contact, scores } => {
                let known = self.being_scored(contact, at)?;
                let (_, candidates) = known.being_scored.take().expect("just found");
                let all = scores.iter().all(|(agent, _)| candidates.contains(agent));
                ensure(all && !scores.is_empty(), || format!("{scores:?} are not of {candidates:?}"))?;
                known.scores.clone_from(scores);
            }
            EventKind::ScoresMissed { contact, reason } => {
                let known = self.being_scored(contact, at)?;
                let (until, _) = known.being_scored.take().expect("just found");
                let late = *reason == ScoresMiss::Late;
                ensure((until == at) == late, || format!("scores were due at {until}, and {reason:?}"))?;
            }
            other => return Err(format!("the books know nothing of {other:?}")),
        }
        Ok(())
    }

    /// All who may serve, the first by the rule; beyond 64 the rule chooses whom to ask about.
    fn check_candidates(
        &self,
        contact: &ContactBook,
        candidates: &[AgentId],
        rule: AgentRule,
        now: Timestamp,
    ) -> Result<(), String> {
        let mut able = self.able(contact, now);
        ensure(candidates.len() == able.len().min(MAX_CANDIDATES) && able.len() > 1, || {
            format!("{} agents may serve, {} are asked about", able.len(), candidates.len())
        })?;
        let place = |id: &AgentId| {
            let agent = &self.agents[id.index()];
            (self.rank(rule, &contact.needs[0], *id, agent, now).map(Reverse), agent.idle_since, *id)
        };
        if rule == AgentRule::RoundRobin || able.iter().any(|id| place(id).0.is_none()) {
            let all = candidates.iter().all(|candidate| able.contains(candidate));
            return ensure(all, || format!("{candidates:?} are not all able"));
        }
        able.sort_by_key(place);
        able.truncate(MAX_CANDIDATES);
        ensure(candidates == able, || format!("{able:?} come first by {rule:?}, not {candidates:?}"))
    }

    /// Whether the best score among those who may still serve won.
    pub(super) fn check_score(
        &self,
        contact: &ContactBook,
        chosen: AgentId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), String> {
        let able = self.able(contact, now);
        let scored = contact.scores.iter().filter(|(id, _)| able.contains(id));
        let mut order: Vec<_> =
            scored.map(|(id, score)| (Reverse(*score), self.agents[id.index()].idle_since, *id)).collect();
        order.sort();
        let first = order.first().ok_or("nobody who may serve was scored")?;
        let right = first.2 == chosen && first.0.0 == decision.index;
        ensure(right, || format!("{} came first by score {}", first.2, first.0.0))?;
        let tie = match order.get(1) {
            Some(second) if second.0 == first.0 && second.1 == first.1 => TieBreak::Registration,
            Some(second) if second.0 == first.0 => TieBreak::IdleClock,
            _ => TieBreak::None,
        };
        ensure(tie == decision.tie_break, || format!("the tie was broken by {tie:?}"))
    }

    fn able(&self, contact: &ContactBook, now: Timestamp) -> Vec<AgentId> {
        let agents = (0..).map(AgentId).zip(&self.agents);
        agents.filter(|(id, agent)| self.may_serve(*id, agent, contact, now)).map(|(id, _)| id).collect()
    }

    fn being_scored(&mut self, contact: &ContactId, at: Timestamp) -> Result<&mut ContactBook, String> {
        let asked =
            |known: &&mut ContactBook| known.being_scored.as_ref().is_some_and(|(until, _)| at <= *until);
        let known = self.contacts.get_mut(contact).filter(asked);
        known.ok_or_else(|| format!("no scores are wanted for contact {contact}"))
    }
}
