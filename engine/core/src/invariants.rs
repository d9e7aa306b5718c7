//! What is always true between two calls. Tests, the simulator and debug builds ask; nothing here changes anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::Stage;
use crate::contact::Phase;
use crate::deadlines::Deadline;
use crate::domain::Domain;

impl Domain {
    /// Every broken invariant, each as a sentence; empty when all hold. Costs a look at everybody and every pair.
    pub fn broken_invariants(&self) -> Vec<String> {
        let mut broken = Vec::new();
        self.check_agents(&mut broken);
        self.check_contacts(&mut broken);
        self.check_counts(&mut broken);
        self.check_nobody_idle(&mut broken);
        self.check_hours(&mut broken);
        self.check_prediction(&mut broken);
        broken
    }

    fn check_agents(&self, broken: &mut Vec<String>) {
        for agent in &self.agents {
            let name = &agent.spec.name;
            let active = agent.work.iter().filter(|work| work.stage.is_active()).map(|work| work.cost);
            let used: u16 = active.chain(agent.external.iter().map(|external| external.cost)).sum();
            if used != agent.used {
                broken.push(format!("{name} counts {} cost units in use, its work costs {used}", agent.used));
            }
            let should = agent.takes_work(&self.config.rooms);
            if should != self.board.groups.current(agent.id).is_some() {
                broken.push(format!(
                    "{name} {} in a group",
                    if should { "should be" } else { "should not be" }
                ));
            }
            let suspended = agent.work.iter().filter(|work| work.stage == Stage::Suspended).count();
            if suspended != usize::from(agent.suspended) {
                broken.push(format!("{name} counts {} suspended contacts, not {suspended}", agent.suspended));
            }
            if let Some(contact) = agent.next_to_resume(&self.config.rooms) {
                broken.push(format!("{name} has room for contact {contact}, which is suspended"));
            }
            for work in &agent.work {
                let held = match work.stage {
                    Stage::WrapUp { ends_at, .. } => {
                        let armed = Deadline::WrapUpEnds(agent.id, work.contact);
                        let engaged_here = self.place(&work.contact).is_some_and(|place| {
                            self.contacts[place].served_by().is_some_and(|(holder, _)| holder == agent.id)
                        });
                        self.deadlines.contains(ends_at, armed) && !engaged_here
                    }
                    Stage::Reserved { offer } => self.offers.get(&offer).is_some_and(|o| o.agent == agent.id),
                    stage => {
                        self.place(&work.contact).is_some_and(|place| match self.contacts[place].phase {
                            Phase::Waiting => false,
                            Phase::Connecting { agent: a, .. } => a == agent.id && stage == Stage::Connecting,
                            Phase::Engaged { agent: a, .. } => a == agent.id && stage == Stage::Engaged,
                            Phase::Suspended { agent: a, .. } => a == agent.id && stage == Stage::Suspended,
                            Phase::Parked { agent: a, .. } => a == agent.id && stage == Stage::Parked,
                        })
                    }
                };
                let hold = work.held.is_none_or(|(until, _)| {
                    self.deadlines.contains(until, Deadline::HoldEnds(agent.id, work.contact))
                });
                if !hold {
                    broken.push(format!("{name} holds contact {} without a deadline", work.contact));
                }
                if !held {
                    broken.push(format!(
                        "{name} holds contact {} without a reason ({:?})",
                        work.contact, work.stage
                    ));
                }
            }
        }
    }

    fn check_contacts(&self, broken: &mut Vec<String>) {
        for (place, contact) in self.contacts.iter() {
            let id = &contact.id;
            if self.place(id) != Some(place) {
                broken.push(format!("contact {id} is not found by its id"));
            }
            let listed = self.board.classes.waiting.list_of(place).is_some();
            if listed != contact.is_listed() {
                broken.push(format!(
                    "contact {id} is {} and {} a class",
                    contact.state(),
                    if listed { "in" } else { "out of" }
                ));
            }
            if listed && self.is_overdue(contact) {
                broken.push(format!("contact {id} has waited longer than its queue lets it"));
            }
            let overdue = contact.not_before.is_some_and(|at| at <= self.now);
            if overdue && contact.phase == Phase::Waiting {
                broken.push(format!("contact {id} should have become eligible at {:?}", contact.not_before));
            }
            let kept = contact.kept.as_deref().filter(|kept| kept.agent.is_some()).map(|kept| kept.until);
            if kept.is_some_and(|at| at <= self.now || !self.deadlines.contains(at, Deadline::KeepEnds(*id)))
            {
                broken.push(format!("contact {id} should have been kept for an agent until {kept:?}"));
            }
            let next = contact.plan.as_ref().and_then(|plan| plan.opens_at);
            if next.is_some_and(|at| at <= self.now || !self.deadlines.contains(at, Deadline::StepOpens(*id)))
            {
                broken.push(format!("the plan of contact {id} should have gone on at {next:?}"));
            }
            if contact.uncallable != self.is_uncallable(contact) {
                broken.push(format!("contact {id} does not follow the calling hours of its customer"));
            }
            let stay = self.bounds_of(contact.queue).0.stay;
            if listed && contact.dialled.is_none() && !self.is_staffed(contact, stay) {
                broken.push(format!("contact {id} stays where nobody capable is"));
            }
            let asked: BTreeSet<_> = contact.offers.iter().map(|(_, agent)| agent).collect();
            if asked.len() != contact.offers.len() {
                broken.push(format!("contact {id} is offered twice to one agent"));
            }
            if contact.phase != Phase::Waiting && !contact.offers.is_empty() {
                broken.push(format!("contact {id} has an agent and live offers"));
            }
            for (offer, agent) in &contact.offers {
                if let Some(why) = self.forbidden(&self.agents[agent.index()], contact, contact.queue) {
                    broken.push(format!("{offer} of contact {id} is to {agent}: {why:?}"));
                }
                let live = self.offers.get(offer);
                let armed = live.is_some_and(|o| {
                    o.agent == *agent && self.deadlines.contains(o.expires_at, Deadline::OfferExpires(*offer))
                });
                if !armed {
                    broken.push(format!("{offer} of contact {id} has no deadline"));
                }
                if live.is_some_and(|offer| !self.may_stand(offer)) {
                    broken.push(format!("{offer} of contact {id} is to {agent}, who may not serve it"));
                }
            }
            let engaged = self.agents.iter().filter(|agent| agent.works_on(id)).count();
            let expected = if contact.phase == Phase::Waiting { contact.offers.len() } else { 1 };
            if engaged != expected {
                broken.push(format!("contact {id} is in the hands of {engaged} agents, not {expected}"));
            }
        }
    }

    fn check_counts(&self, broken: &mut Vec<String>) {
        let mut inside: BTreeMap<_, (u32, u32)> = BTreeMap::new();
        for (_, contact) in self.contacts.iter() {
            let counts = inside.entry(contact.queue).or_default();
            counts.0 += 1;
            counts.1 += u32::from(contact.waits_now());
        }
        for queue in &self.queues {
            let counted = inside.get(&queue.id).copied().unwrap_or_default();
            if (queue.inside, queue.waiting) != counted {
                broken.push(format!(
                    "{} counts {:?}, it holds {counted:?}",
                    queue.id,
                    (queue.inside, queue.waiting)
                ));
            }
        }
        let live: usize = self.contacts.iter().map(|(_, contact)| contact.offers.len()).sum();
        if live != self.offers.len() {
            broken.push(format!("{} offers are live, contacts know {live}", self.offers.len()));
        }
        // One that is kept for somebody names everybody else.
        let listed =
            || self.contacts.iter().map(|(_, contact)| contact).filter(|contact| contact.is_listed());
        let any_kept = listed().any(|contact| contact.kept_for().is_some());
        for agent in &self.agents {
            let named =
                any_kept || listed().any(|contact| contact.named_agents().any(|named| named == agent.id));
            if named != self.board.is_named(agent.id) {
                broken.push(format!("{} is named by a waiting contact: {named}", agent.spec.name));
            }
        }
    }

    fn check_nobody_idle(&self, broken: &mut Vec<String>) {
        if self.config.joint.as_ref().is_some_and(|rule| rule.leaves_idle()) {
            return;
        }
        for (_, contact) in self.contacts.iter().filter(|(_, c)| c.is_listed()) {
            for agent in &self.agents {
                if self.naive_may_serve(agent, contact) {
                    broken
                        .push(format!("{} could serve contact {}, which waits", agent.spec.name, contact.id));
                }
            }
        }
    }

    fn check_hours(&self, broken: &mut Vec<String>) {
        for calendar in self.calendars.iter() {
            let (of, hours) = (&calendar.of, &calendar.hours);
            if hours.standing(self.now) != calendar.standing {
                broken.push(format!("{of} is {}, its hours say otherwise", calendar.standing));
            }
            let armed = |at| self.deadlines.contains(at, Deadline::CalendarTurns(calendar.id));
            if !hours.next_turn(self.now).is_none_or(armed) {
                broken.push(format!("{of} has no deadline for its next turn"));
            }
        }
        for (queue, compiled) in self.queues.iter().zip(&self.config.queues) {
            let standing = compiled.opening.map(|opening| self.calendars.get(opening.calendar).standing);
            if queue.open != standing.is_none_or(crate::queue::is_open) {
                broken.push(format!("{} is open: {}, its calendar says {standing:?}", queue.id, queue.open));
            }
        }
        for agent in &self.agents {
            let Some(guard) = agent.guard(&self.config, &self.calendars) else { continue };
            let name = &agent.spec.name;
            if guard.at(self.now) != (agent.standing, agent.reach) {
                broken.push(format!(
                    "the shift of {name} says {:?}, not {:?}",
                    guard.at(self.now),
                    agent.reach
                ));
            }
            let armed = |at| self.deadlines.contains(at, Deadline::ShiftTurns(agent.id));
            if !guard.next_turn(self.now).is_none_or(armed) {
                broken.push(format!("the shift of {name} has no deadline for its next turn"));
            }
        }
        for (_, contact) in self.contacts.iter().filter(|(_, contact)| contact.deferred) {
            if self.queues[contact.queue.index()].open {
                broken.push(format!("contact {} is deferred in a queue that is open", contact.id));
            }
        }
    }
}
