//! Work in hand: pauses of queues, lost agents, and contacts that are held or go back to their queue.

use sunline_core::config::OnAgentLost;
use sunline_core::{AgentId, ContactId, Event, EventKind, HoldReason, Presence, Span, Timestamp};

use super::agent::{StageBook, WorkBook};
use super::{Books, Phase, ensure};

impl Books {
    pub(super) fn of_hands(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::QueuePauseChanged { agent, queue, paused } => {
                let known = self.agent(*agent)?;
                ensure(known.paused.contains(queue) != *paused, || {
                    format!("{agent} had paused {queue} already, or not at all")
                })?;
                known.pause(*queue, *paused);
            }
            EventKind::AgentLost { agent } => {
                let known = self.agent(*agent)?;
                let concerned = known.presence != Presence::Offline
                    || known.work.iter().any(|work| !work.is_wrap_up() && work.stage != StageBook::Parked);
                ensure(concerned, || format!("{agent} was gone already"))?;
                self.lost = Some(*agent);
            }
            EventKind::ContactHeld { contact, agent, until, reason } => {
                let work = self.in_hand(*agent, contact)?;
                let settings = self.queue(work.queue).clone();
                let unpark_hold = settings.unpark_hold;
                let right = match reason {
                    HoldReason::AgentLost => {
                        settings.on_agent_lost == OnAgentLost::Keep
                            && *until == at + settings.agent_lost_grace
                    }
                    HoldReason::Elsewhere | HoldReason::Forbidden => false,
                    HoldReason::Unparked => {
                        self.unparked.take() == Some(*contact) && *until == at + unpark_hold
                    }
                };
                ensure(right, || format!("contact {contact} cannot be held until {until} ({reason:?})"))?;
                self.set_hold(*agent, contact, Some((*until, *reason)))?;
            }
            EventKind::HoldEnded { contact, agent } => {
                let held = self.in_hand(*agent, contact)?.held;
                ensure(held.is_some_and(|(until, _)| until == at), || {
                    format!("contact {contact} is held until {held:?}")
                })?;
                let known = &self.agents[agent.index()];
                let within = held.is_none_or(|(_, why)| why == HoldReason::AgentLost)
                    || known.is_within(self.document());
                let there = known.presence != Presence::Offline && within;
                ensure(there, || format!("{agent} is gone and keeps contact {contact}"))?;
                self.set_hold(*agent, contact, None)?;
            }
            EventKind::ContactRequeued { contact, queue, agent, reason, handled } => {
                let work = self.in_hand(*agent, contact)?.clone();
                ensure(work.queue == *queue, || format!("contact {contact} is not in {queue}"))?;
                let right = work.handled(at);
                ensure(*handled == right, || format!("{agent} handled it for {right}, not {handled}"))?;
                self.check_return(*agent, contact, &work, *reason, at)?;
                let conversed = self.contacts[contact].served_by().is_some();
                self.finish(*agent, contact, conversed, at)?;
                let joined_at = self.contacts[contact].joined_at;
                let passed = self.delays(*queue).iter().filter(|delay| joined_at + **delay <= at).count();
                let known = self.contacts.get_mut(contact).expect("it is in somebody's hands");
                if let Some((_, waited)) = known.served_by() {
                    known.talked = at.since(known.origin) - waited;
                    known.warned = false;
                }
                known.consult = None;
                (known.phase, known.entered_at, known.passed) = (Phase::Waiting, at, passed as u8);
                known.resume_plan(at);
            }
            other => return Err(format!("the books know nothing of {other:?}")),
        }
        Ok(())
    }

    /// Whether a contact may go back to its queue: at once when its agent is lost and it is not kept, or when its hold is
    /// over and its agent is not there.
    fn check_return(
        &self,
        agent: AgentId,
        contact: &ContactId,
        work: &WorkBook,
        reason: HoldReason,
        at: Timestamp,
    ) -> Result<(), String> {
        let connecting = matches!(self.contacts[contact].phase, Phase::Connecting { .. });
        let settings = self.queue(work.queue);
        let keeps = settings.on_agent_lost == OnAgentLost::Keep && settings.agent_lost_grace > Span::ZERO;
        let at_once = connecting || !keeps;
        let gone = self.agents[agent.index()].presence == Presence::Offline;
        let right = match (reason, work.held) {
            (HoldReason::AgentLost, Some((until, HoldReason::AgentLost))) if until == at => gone,
            (HoldReason::Unparked, Some((until, HoldReason::Unparked))) if until == at => {
                gone || !self.agents[agent.index()].is_within(self.document())
            }
            (HoldReason::Elsewhere, _) => true,
            (HoldReason::Forbidden, _) => {
                let known = &self.contacts[contact];
                let parked = matches!(known.phase, Phase::Parked { .. });
                parked && known.is_forbidden_to(agent, &self.agents[agent.index()].facts)
            }
            (HoldReason::AgentLost, None | Some((_, HoldReason::Unparked))) => {
                at_once && self.lost == Some(agent)
            }
            _ => false,
        };
        ensure(right, || format!("contact {contact} should have stayed with {agent}"))
    }

    fn in_hand(&self, agent: AgentId, contact: &ContactId) -> Result<&WorkBook, String> {
        let known = self.agents.get(agent.index());
        let mut work = known.into_iter().flat_map(|agent| &agent.work);
        let accepted = |work: &&WorkBook| {
            work.contact == *contact && (work.stage == StageBook::Accepted || work.rests())
        };
        work.find(accepted).ok_or_else(|| format!("{agent} has no contact {contact} in hand"))
    }

    fn set_hold(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        held: Option<(Timestamp, HoldReason)>,
    ) -> Result<(), String> {
        let place = self.accepted_work(agent, contact)?;
        self.agents[agent.index()].work[place].held = held;
        Ok(())
    }
}
