//! Putting the actors of a snapshot back: places, names, deadlines and the board follow from them.

use super::Domain;
use crate::agent::{Agent, Stage};
use crate::contact::{Contact, Phase, Scoring};
use crate::deadlines::Deadline;
use crate::hours::{Calendars, CalendarsState};
use crate::ids::{AgentId, QueueId, Seq, SkillId};
use crate::offer::Offer;
use crate::queue::{Queue, is_open};
use crate::skill::Skill;

impl Domain {
    /// The next event gets the number after `seq`.
    pub(crate) fn resume_after(&mut self, seq: Seq) {
        self.seq = seq;
        self.outbox.last = seq;
    }

    pub(crate) fn install_calendars(&mut self, calendars: CalendarsState) {
        self.calendars = Calendars::from_state(calendars);
        self.arm_calendars(self.now);
    }

    /// Queues and skills that the configuration has and the state does not: they are new.
    pub(crate) fn open_new_queues(&mut self) {
        for number in self.queues.len()..self.config.queues.len() {
            let mut queue = Queue::new(QueueId(number as u16));
            if let Some(opening) = self.config.queues[number].opening {
                queue.open = is_open(self.calendars.get(opening.calendar).standing);
            }
            self.queues.push(queue);
        }
        let skills = self.skills.len()..self.config.skill_names().len();
        self.skills.extend(skills.map(|number| Skill::new(SkillId(number as u16))));
    }

    pub(crate) fn install(&mut self, agents: Vec<Agent>, contacts: Vec<Contact>, offers: Vec<Offer>) {
        for agent in &agents {
            self.agent_names.insert(agent.spec.name.clone(), agent.id);
            self.arm_agent(agent);
        }
        self.agents = agents;
        for number in 0..self.agents.len() as u32 {
            self.arm_grants(AgentId(number));
            self.arm_shift(AgentId(number), self.now);
            self.shun(AgentId(number), true);
        }
        for mut contact in contacts {
            self.arm_contact(&contact);
            contact.shunned_by = self.shunning(contact.customer());
            contact.uncallable = self.is_uncallable(&contact);
            let hash = contact.id.hash64();
            let place = self.contacts.insert(contact);
            self.places.insert(hash, place);
            self.list_customer(place);
        }
        for mut offer in offers {
            if let Some(place) = self.place(&offer.contact) {
                offer.place = place;
            }
            self.deadlines.arm(offer.expires_at, Deadline::OfferExpires(offer.id));
            self.offers.insert(offer.id, offer);
        }
        self.rebuild_board();
        self.rearm_joint();
        self.rearm_triggers();
    }

    fn arm_agent(&mut self, agent: &Agent) {
        if let Some(until) = agent.cooling_until {
            self.deadlines.arm(until, Deadline::CoolDownEnds(agent.id));
        }
        if let Some(until) = agent.lock_until() {
            self.deadlines.arm(until, Deadline::LockEnds(agent.id));
        }
        for work in &agent.work {
            if let Some((until, _)) = work.held {
                self.deadlines.arm(until, Deadline::HoldEnds(agent.id, work.contact));
            }
            if let Stage::WrapUp { ends_at, .. } = work.stage {
                self.deadlines.arm(ends_at, Deadline::WrapUpEnds(agent.id, work.contact));
            }
        }
    }

    fn arm_contact(&mut self, contact: &Contact) {
        if let Phase::Connecting { until, .. } = contact.phase {
            self.deadlines.arm(until, Deadline::ConnectionFails(contact.id));
        }
        if let Some(longest) = self.bounds_of(contact.queue).0.max_wait
            && contact.entered_at + longest > self.now
            && contact.waits_to_its_bound()
        {
            self.deadlines.arm(contact.entered_at + longest, Deadline::WaitRunsOut(contact.id));
        }
        if let (Phase::Waiting, Some(at)) = (contact.phase, self.next_delay(contact)) {
            self.deadlines.arm(at, Deadline::DelayPasses(contact.id));
        }
        if let Some(Scoring::Asked { until, .. }) = contact.scoring.as_deref() {
            self.deadlines.arm(*until, Deadline::ScoresDue(contact.id));
        }
        if let Some(at) = contact.not_before {
            self.deadlines.arm(at, Deadline::MayBeServed(contact.id));
        }
        if let Some(at) = self.risk_test_at(contact).filter(|at| *at > self.now) {
            self.deadlines.arm(at, Deadline::RiskIsTested(contact.id));
        }
        if let Some(kept) = contact.kept.as_deref().filter(|kept| kept.agent.is_some()) {
            self.deadlines.arm(kept.until, Deadline::KeepEnds(contact.id));
        }
        if let Some(at) = contact.plan.as_ref().and_then(|plan| plan.opens_at) {
            self.deadlines.arm(at, Deadline::StepOpens(contact.id));
        }
        for exclusion in &contact.exclusions {
            self.deadlines.arm(exclusion.until, Deadline::ExclusionEnds(contact.id, exclusion.agent));
        }
    }
}
