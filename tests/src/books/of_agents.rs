//! What events of agents and their wrap-up must follow from, and what they change.

use sunline_core::{AgentId, ContactId, Event, EventKind, Presence, Timestamp};

use super::agent::{AgentBook, StageBook, WorkBook, counts};
use super::{Books, ensure};

impl Books {
    pub(super) fn of_agent(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        let config = self.shared();
        let (document, compiled) = &*config;
        match &event.kind {
            EventKind::AgentRegistered { agent, spec } => {
                ensure(agent.index() == self.agents.len(), || format!("{agent} is registered out of turn"))?;
                let taken = self.agents.iter().any(|known| known.spec.name == spec.name);
                ensure(!taken, || format!("{} is registered twice", spec.name))?;
                let mut known = AgentBook::new(spec.clone(), compiled, at);
                (known.standing, known.reach) = self.shift_of(&known, at);
                self.agents.push(known);
                self.shun(&spec.never_serves);
            }
            EventKind::AgentUpdated { agent, spec } => {
                let known = self.agent(*agent)?;
                ensure(known.spec.name == spec.name, || format!("{agent} changed its name"))?;
                let told = known.spec.never_serves.union(&spec.never_serves).cloned().collect();
                known.update(spec.clone(), compiled, at);
                let shift = self.shift_of(&self.agents[agent.index()], at);
                let known = &mut self.agents[agent.index()];
                (known.standing, known.reach) = shift;
                self.shun(&told);
            }
            EventKind::SkillValidityChanged { agent, skill, valid } => {
                let known = self.agent(*agent)?;
                let grant = known.skills.iter().find(|(held, ..)| held == skill).map(|(_, grant, _)| *grant);
                let grant = grant.ok_or_else(|| format!("{agent} was never granted {skill}"))?;
                let bound = grant.from == Some(at) || grant.until == Some(at);
                ensure(bound && *valid == counts(&grant, at), || {
                    format!("{skill} of {agent} does not change at {at}")
                })?;
                known.set_validity(*skill, *valid, compiled);
            }
            EventKind::PresenceChanged { agent, presence } => {
                let known = self.agent(*agent)?;
                let changes = known.presence != *presence || known.not_responding;
                ensure(changes, || format!("{agent} is already {presence}"))?;
                known.set_presence(presence.clone(), document, at);
            }
            EventKind::AgentNotResponding { agent } => {
                let known = self.agent(*agent)?;
                let least = document.queues.iter().map(|queue| queue.offer.max_strikes).min();
                let struck = least.is_some_and(|least| known.strikes >= least) && !known.not_responding;
                ensure(struck, || format!("{agent} has only {} strikes", known.strikes))?;
                known.not_responding = true;
            }
            EventKind::AgentCooledDown { agent } => {
                let known = self.agent(*agent)?;
                ensure(known.cooling_until == Some(at), || {
                    format!("{agent} cools down until {:?}", known.cooling_until)
                })?;
                known.cooling_until = None;
            }
            EventKind::WrapUpExtended { agent, contact, until } => {
                let (_, end, limit) = self.wrap_up(*agent, contact, at)?;
                ensure(*until >= end, || format!("the wrap-up after {contact} became shorter"))?;
                ensure(*until <= limit, || {
                    format!("the wrap-up after {contact} passes its ceiling {limit}")
                })?;
                let work = self.agents[agent.index()].work.iter_mut();
                let wrap_up = work.filter(|work| work.contact == *contact);
                for work in wrap_up.filter(|work| matches!(work.stage, StageBook::WrapUp { .. })) {
                    work.stage = StageBook::WrapUp { until: *until, limit };
                }
            }
            EventKind::WrapUpEnded { agent, contact, handled, .. } => {
                let (place, ..) = self.wrap_up(*agent, contact, at)?;
                let right = self.agents[agent.index()].work[place].handled(at);
                ensure(*handled == right, || format!("{contact} was handled for {right}, not {handled}"))?;
                self.agents[agent.index()].finished(place, true, document, at);
            }
            other => return Err(format!("the books know nothing of {other:?}")),
        }
        Ok(())
    }

    pub(super) fn agent(&mut self, id: AgentId) -> Result<&mut AgentBook, String> {
        self.agents.get_mut(id.index()).ok_or_else(|| format!("{id} was never registered"))
    }

    /// Place, end and ceiling of a wrap-up that is not overdue.
    pub(super) fn wrap_up(
        &mut self,
        id: AgentId,
        contact: &ContactId,
        at: Timestamp,
    ) -> Result<(usize, Timestamp, Timestamp), String> {
        let work = self.agent(id)?.work.iter().enumerate().find_map(|(place, work)| match work.stage {
            StageBook::WrapUp { until, limit } if work.contact == *contact => Some((place, until, limit)),
            _ => None,
        });
        let (place, until, limit) = work.ok_or_else(|| format!("{id} is in no wrap-up after {contact}"))?;
        ensure(at <= until, || format!("the wrap-up of {id} was over at {until}"))?;
        Ok((place, until, limit))
    }

    // ── offers ───────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn accepted_work(&mut self, agent: AgentId, contact: &ContactId) -> Result<usize, String> {
        let work = &self.agent(agent)?.work;
        let accepted = |work: &WorkBook| work.stage == StageBook::Accepted || work.rests();
        let place = work.iter().position(|work| work.contact == *contact && accepted(work));
        place.ok_or_else(|| format!("{agent} has no contact {contact} in hand"))
    }

    /// Whether an agent wants to work.
    pub(super) fn is_available(&self, id: AgentId) -> bool {
        self.agents[id.index()].presence == Presence::Available
    }
}
