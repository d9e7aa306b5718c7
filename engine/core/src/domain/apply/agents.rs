//! Applying what happened to agents: registration, skills, presence, wrap-up, and what they publish.

use crate::agent::{Agent, History, Presence, Stage};
use crate::channel_set::ChannelSet;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_agents(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::AgentRegistered { agent, spec } => {
                let resolved = self.config.resolve_agent(spec).expect("checked before it was registered");
                self.agent_names.insert(spec.name.clone(), *agent);
                let mut new = Agent::new(*agent, spec.clone(), resolved, at);
                new.history = self.config.keeps_history.then(|| Box::new(History::new(at)));
                self.agents.push(new);
                self.take_up_shift(*agent, at);
                self.shun(*agent, true);
                self.join_board(*agent);
                self.arm_grants(*agent);
            }
            EventKind::AgentUpdated { agent, spec } => {
                let resolved = self.config.resolve_agent(spec).expect("checked before it was updated");
                self.disarm_grants(*agent);
                self.disarm_shift(*agent, at);
                self.leave_board(*agent);
                self.shun(*agent, false);
                self.agents[agent.index()].apply_update(spec.clone(), resolved, at);
                self.take_up_shift(*agent, at);
                self.shun(*agent, true);
                self.join_board(*agent);
                self.arm_grants(*agent);
                self.doubtful.extend(self.agents[agent.index()].offers());
                self.departed |= self.config.tests_stay;
                self.narrowed = true;
            }
            EventKind::SkillValidityChanged { agent, skill, valid } => {
                self.deadlines.disarm(at, Deadline::SkillValidityChanges(*agent, *skill));
                self.leave_board(*agent);
                self.agents[agent.index()].apply_skill_validity(*skill, *valid);
                self.join_board(*agent);
                self.doubtful.extend(self.agents[agent.index()].offers());
                self.departed |= self.config.tests_stay;
                self.narrowed = true;
            }
            EventKind::PresenceChanged { agent, presence } => self.presence_changed(*agent, presence, at),
            EventKind::AgentNotResponding { agent } => {
                self.agents[agent.index()].not_responding = true;
                self.departed |= self.config.tests_stay;
                self.refresh_agent(*agent);
            }
            EventKind::AgentCooledDown { agent } => {
                self.set_pause(*agent, None);
                self.refresh_agent(*agent);
            }
            EventKind::WrapUpExtended { agent, contact, until } => {
                self.disarm_wrap_up(*agent, contact);
                self.agents[agent.index()].apply_wrap_up_extended(contact, *until);
                self.deadlines.arm(*until, Deadline::WrapUpEnds(*agent, *contact));
            }
            EventKind::WrapUpEnded { agent, contact, .. } => {
                self.disarm_wrap_up(*agent, contact);
                self.memory.let_contact_go(contact);
                self.release_work(*agent, contact, at);
            }
            other => unreachable!("no event of agents: {other:?}"),
        }
    }

    /// Publishes an agent's facts: on the board and to its skills.
    pub(crate) fn join_board(&mut self, id: AgentId) {
        self.count_agents_again();
        let agent = &mut self.agents[id.index()];
        agent.profile = self.board.join_profile(&agent.facts());
        let signed_in = agent.presence != Presence::Offline;
        for (skill, _, counts) in &agent.skills {
            if *counts {
                self.skills[skill.index()].apply_holder(true, signed_in);
            }
        }
        self.refresh_agent(id);
    }

    /// Takes back all that [`Self::join_board`] published.
    pub(crate) fn leave_board(&mut self, id: AgentId) {
        if self.config.has_affinity {
            self.perhaps_gone.push(id);
        }
        let agent = &self.agents[id.index()];
        let signed_in = agent.presence != Presence::Offline;
        for (skill, _, counts) in &agent.skills {
            if *counts {
                self.skills[skill.index()].apply_holder(false, signed_in);
            }
        }
        self.board.leave(id);
        self.board.groups.leave_profile(agent.profile);
    }

    /// Arms the deadlines of an agent's grants that are still to come.
    pub(crate) fn arm_grants(&mut self, id: AgentId) {
        for (skill, grant, _) in &self.agents[id.index()].skills {
            for at in [grant.from, grant.until].into_iter().flatten().filter(|at| *at > self.now) {
                self.deadlines.arm(at, Deadline::SkillValidityChanges(id, *skill));
            }
        }
        self.arm_entitlements(id);
    }

    pub(crate) fn disarm_grants(&mut self, id: AgentId) {
        for (skill, grant, _) in &self.agents[id.index()].skills {
            for at in [grant.from, grant.until].into_iter().flatten() {
                self.deadlines.disarm(at, Deadline::SkillValidityChanges(id, *skill));
            }
        }
        self.disarm_entitlements(id);
    }

    /// Puts an agent into the group it now belongs to; with room, it looks for work at the next settle.
    pub(crate) fn refresh_agent(&mut self, id: AgentId) {
        self.board.leave(id);
        if self.config.has_affinity {
            self.perhaps_gone.push(id);
        }
        let agent = &self.agents[id.index()];
        if agent.suspended > 0 {
            self.relieved.push(id);
        }
        let room = agent.room(&self.config.rooms);
        let idle = agent.is_ready() && agent.reach != crate::agent::Reach::Nothing && !room.is_none();
        if idle {
            self.board.enter(id, agent.profile, room, agent.reach, agent.idle_since);
            self.freed.push(id);
        }
        if let Some(gauges) = &mut self.gauges {
            gauges.see(agent, if idle { room.open } else { ChannelSet::NONE }, &self.config);
        }
    }

    /// The agent has accepted an offer that it had. Who has no room left has none the more for it, where nothing is ever
    /// interrupted.
    pub(crate) fn refresh_accepting(&mut self, id: AgentId) {
        let full = self.board.groups.current(id).is_none();
        if !full || self.config.rooms.interrupts || self.gauges.is_some() {
            self.refresh_agent(id);
        }
    }

    /// A piece of the agent's work may be interrupted now, or no more; where nothing ever is, that changes no room.
    pub(crate) fn refresh_interruptible(&mut self, id: AgentId) {
        if self.config.rooms.interrupts {
            self.refresh_agent(id);
            self.doubtful.extend(self.agents[id.index()].offers());
        }
    }

    pub(crate) fn presence_changed(&mut self, id: AgentId, presence: &Presence, at: Timestamp) {
        let agent = &mut self.agents[id.index()];
        let was = agent.presence != Presence::Offline;
        agent.apply_presence(presence.clone(), &self.config, at);
        let is = agent.presence != Presence::Offline;
        if was != is {
            for (skill, ..) in agent.skills.iter().filter(|(.., counts)| *counts) {
                self.skills[skill.index()].apply_sign_in(is);
            }
        }
        self.departed |= self.config.tests_stay;
        self.count_agents_again();
        if is {
            self.end_holds_of_the_lost(id);
        }
        self.refresh_agent(id);
    }

    /// The agent is asked nothing until then. Of two pauses the later end counts; `None` leaves a running one alone.
    pub(crate) fn cool_down(&mut self, id: AgentId, until: Option<Timestamp>) {
        let running = self.agents[id.index()].cooling_until;
        self.set_pause(id, running.max(until));
    }

    pub(crate) fn set_pause(&mut self, id: AgentId, until: Option<Timestamp>) {
        let before = core::mem::replace(&mut self.agents[id.index()].cooling_until, until);
        if let Some(before) = before {
            self.deadlines.disarm(before, Deadline::CoolDownEnds(id));
        }
        if let Some(until) = until {
            self.deadlines.arm(until, Deadline::CoolDownEnds(id));
        }
    }

    pub(crate) fn disarm_wrap_up(&mut self, id: AgentId, contact: &ContactId) {
        if let Some(Stage::WrapUp { ends_at, .. }) =
            self.agents[id.index()].work_on(contact).map(|work| work.stage)
        {
            self.deadlines.disarm(ends_at, Deadline::WrapUpEnds(id, *contact));
        }
    }
}
