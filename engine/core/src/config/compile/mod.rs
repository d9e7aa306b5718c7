//! The configuration as the kernel uses it: names turned into numbers, ranges checked.

mod admission;
mod agent;
mod checks;
mod entrance;
mod forecast;
mod hours;
mod joint;
mod overflow;
mod plan;
mod pool;
mod queue;
mod rooms;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

pub(crate) use admission::Admission;
use checks::{at_most, check_name, check_names};
pub(crate) use entrance::StandIn;
pub(crate) use overflow::{Overflow, Partner, Surge};
pub(crate) use plan::{Plan, Step};
pub(crate) use pool::Sight;
pub(crate) use rooms::Rooms;

use super::decimal::Decimal;
use super::document::PartnerConfig;
use super::document::{
    AgentRule, AgentSpec, ClosedAction, Config, ContactRule, IdleClock, QueueConfig, ShiftConfig, Staffing,
};
use super::problem::{ConfigError, Problems};
use crate::agent::WorkKind;
use crate::ids::{CalendarId, ChannelId, PoolId, QueueId, SkillId};
use crate::limits;
use crate::matching::{ContactIndex, Curve, JointRule};
use crate::skill::{Expression, Names, Requirement, SkillGrant};
use crate::time::Span;

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(crate) channels: Vec<Channel>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) queues: Vec<Queue>,
    skill_names: Vec<SmolStr>,
    channel_ids: BTreeMap<SmolStr, ChannelId>,
    skill_ids: BTreeMap<SmolStr, SkillId>,
    pool_ids: BTreeMap<SmolStr, PoolId>,
    queue_ids: BTreeMap<SmolStr, QueueId>,
    /// In some queue a contact may stay only while somebody capable is there.
    pub(crate) tests_stay: bool,
    /// In some queue contacts are kept for agents they prefer.
    pub(crate) has_affinity: bool,
    /// In some queue a customer has one contact.
    pub(crate) merges: bool,
    pub(crate) partners: Vec<Partner>,
    pub(crate) surges: Vec<Surge>,
    /// There is an overflow rule or a surge.
    pub(crate) has_triggers: bool,
    /// Some trigger reads waits.
    pub(crate) watches_waits: bool,
    /// Whether some rule or gate counts the agents of pools.
    pub(crate) counts_pools: bool,
    /// Whether some rule asks what an agent did before.
    pub(crate) keeps_history: bool,
    calendar_ids: BTreeMap<SmolStr, CalendarId>,
    /// Distinct expected handle times of queues, shortest first, without zero: where the reach of a shift has steps.
    pub(crate) handle_times: Vec<Span>,
    /// The joint rule, where there is one.
    pub(crate) joint: Option<Arc<dyn JointRule>>,
    /// What may be in hand together.
    pub(crate) rooms: Rooms,
    /// How long a project lock lasts after the work that led to it.
    pub(crate) project_lock: Option<Span>,
    /// Some queue announces breaches.
    pub(crate) announces_breaches: bool,
    /// Some queue was given up, or has one that stands in for it.
    pub(crate) has_entrances: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) name: SmolStr,
    pub(crate) cost: u16,
    pub(crate) asynchronous: bool,
    pub(crate) wrap_up: Option<Span>,
}

#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) name: SmolStr,
    pub(crate) idle_clock: IdleClock,
    pub(crate) keep_seniority_on_break: bool,
    pub(crate) rule: ContactRule,
    pub(crate) index: Arc<dyn ContactIndex>,
    pub(crate) idle_share: Decimal,
    /// How its agents see each queue, by `QueueId`.
    pub(crate) sights: Vec<Sight>,
    /// Points alone decide: the board's own search is enough.
    pub(crate) is_plain: bool,
    pub(crate) is_gated: bool,
    pub(crate) most_reserved: u16,
    pub(crate) shift: ShiftConfig,
    pub(crate) idle_clock_ignores: BTreeSet<WorkKind>,
}

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) channel: ChannelId,
    pub(crate) requirement: Requirement,
    /// What it asks from the start, of contacts on its own channel.
    pub(crate) start: Requirement,
    /// What opens while a contact waits.
    pub(crate) plan: Plan,
    /// Whether what it asks depends on the contact's channel.
    pub(crate) asks_channel: bool,
    pub(crate) curve: Curve,
    pub(crate) settings: QueueConfig,
    pub(crate) admission: Admission,
    pub(crate) overflow: Vec<Overflow>,
    /// Offsets from queue entry at which further pools see a contact, in order.
    pub(crate) delays: Vec<Span>,
    /// The queue that took its place.
    pub(crate) retired_to: Option<QueueId>,
    /// The queue for which it stands in, and the one that stands in for it.
    pub(crate) stands_in_for: Option<QueueId>,
    pub(crate) stand_in: Option<StandIn>,
    /// No gate, and agents are chosen by kind or in turn: the board's own search is enough.
    pub(crate) is_plain: bool,
    pub(crate) opening: Option<Opening>,
    /// In whose business time `answer_within` runs.
    pub(crate) answer_clock: Option<CalendarId>,
}

/// When a queue is open, with its calendar found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) calendar: CalendarId,
    pub(crate) at_closing: ClosedAction,
    pub(crate) when_closed: ClosedAction,
    pub(crate) overflow_to: Option<QueueId>,
}

/// An agent's registration with its names resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResolvedAgent {
    pub(crate) pool: PoolId,
    pub(crate) skills: Vec<(SkillId, SkillGrant)>,
    /// Data classes it may see, its partner's terms taken into account.
    pub(crate) clearance: BTreeSet<SmolStr>,
    pub(crate) handle_times: BTreeMap<QueueId, Span>,
    pub(crate) shift: Option<CalendarId>,
    pub(crate) caps: Vec<(ChannelId, u16)>,
}

impl Channel {
    fn new(channel: &super::document::ChannelConfig) -> Self {
        let super::document::ChannelConfig { name, cost, asynchronous, wrap_up, .. } = channel;
        Self { name: name.clone(), cost: *cost, asynchronous: *asynchronous, wrap_up: *wrap_up }
    }
}

impl Compiled {
    /// Checks a configuration and resolves its names.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem and its path.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        let config = &*config.with_stand_ins_named();
        check_name(&config.name, "name", &mut problems);
        problems.check(!config.channels.is_empty(), "channels", "at least one channel is needed");
        problems.check(!config.queues.is_empty(), "queues", "at least one queue is needed");
        let mut this = Self {
            channels: config.channels.iter().map(Channel::new).collect(),
            pools: Vec::new(),
            queues: Vec::with_capacity(config.queues.len()),
            skill_names: config.skills.iter().map(|s| s.name.clone()).collect(),
            channel_ids: number(
                config.channels.iter().map(|c| &c.name),
                ChannelId,
                "channels",
                &mut problems,
            ),
            skill_ids: number(config.skills.iter().map(|s| &s.name), SkillId, "skills", &mut problems),
            pool_ids: BTreeMap::new(),
            queue_ids: number(config.queues.iter().map(|q| &q.name), QueueId, "queues", &mut problems),
            rooms: Rooms::default(),
            partners: Vec::new(),
            surges: Vec::new(),
            has_triggers: false,
            watches_waits: false,
            has_affinity: config.queues.iter().any(|queue| queue.affinity.is_some()),
            merges: config.queues.iter().any(|queue| queue.merge_group.is_some()),
            tests_stay: config.queues.iter().any(|queue| queue.admission.stay != Staffing::Always),
            counts_pools: false,
            keeps_history: false,
            calendar_ids: number(
                config.calendars.iter().map(|c| &c.name),
                CalendarId,
                "calendars",
                &mut problems,
            ),
            handle_times: hours::handle_times(config),
            joint: None,
            project_lock: config.project_lock,
            announces_breaches: config.queues.iter().any(|queue| queue.at_risk.is_some()),
            has_entrances: false,
        };
        this.pools = this.pools(config, &mut problems);
        hours::check_tables(config, &mut problems);
        for (i, pool) in config.pools.iter().enumerate() {
            hours::check_shift(&pool.shift, &format!("pools[{i}].shift"), &mut problems);
        }
        let locks = config.project_lock.is_none_or(|lock| lock > Span::ZERO);
        problems.check(locks, "project_lock", "must be more than 0s");
        this.pool_ids = number(this.pools.iter().map(|p| &p.name), PoolId, "pools", &mut problems);
        this.rooms = Rooms::new(config, &|name| this.channel_ids.get(name).copied(), &mut problems);
        for (i, queue) in config.queues.iter().enumerate() {
            let compiled = this.queue(config, queue, &format!("queues[{i}]"), &mut problems);
            this.queues.push(compiled);
        }
        this.resolve_overflow(config, &mut problems);
        this.resolve_entrances(config, &mut problems);
        this.check_overflow_cycles(config, &mut problems);
        this.see_queues(&mut problems);
        let rules = || config.queues.iter().map(|queue| queue.agent_rule);
        this.counts_pools = this.pools.iter().any(|pool| pool.is_gated || pool.rule == ContactRule::SlaRisk)
            || rules().any(|rule| rule == AgentRule::IdlenessRatio);
        this.keeps_history = rules().any(AgentRule::asks_history) || config.joint.is_some();
        this.joint = this.joint(config, &mut problems);
        forecast::check(config, &mut problems);
        let private = &config.private_attributes;
        at_most(private.len(), limits::MAX_ATTRIBUTES, "private_attributes".into(), &mut problems);
        check_names(private.iter(), "private_attributes", &mut problems);
        let mut names = BTreeMap::new();
        for (i, agent) in config.agents.iter().enumerate() {
            this.agent(agent, &format!("agents[{i}]"), &mut problems);
            if let Some(first) = names.insert(&agent.name, i) {
                problems
                    .add(format!("agents[{i}].name"), format!("{:?} is already agents[{first}]", agent.name));
            }
        }
        problems.into_result(this)
    }

    /// The queue called `name`.
    pub fn queue_id(&self, name: &str) -> Option<QueueId> {
        self.queue_ids.get(name).copied()
    }

    /// The skill called `name`.
    pub fn skill_id(&self, name: &str) -> Option<SkillId> {
        self.skill_ids.get(name).copied()
    }

    /// The channel called `name`.
    pub fn channel_id(&self, name: &str) -> Option<ChannelId> {
        self.channel_ids.get(name).copied()
    }

    /// The pool called `name`.
    pub fn pool_id(&self, name: &str) -> Option<PoolId> {
        self.pool_ids.get(name).copied()
    }

    /// Names of the queues, by `QueueId`.
    pub fn queue_names(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.queues.iter().map(|q| &q.settings.name)
    }

    /// Names of the skills, by `SkillId`.
    pub fn skill_names(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.skill_names.iter()
    }

    /// Names of the channels, by `ChannelId`.
    pub fn channel_names(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.channels.iter().map(|c| &c.name)
    }

    /// Names of the pools, by `PoolId`.
    pub fn pool_names(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.pools.iter().map(|p| &p.name)
    }

    /// The terms of the partner called `name`.
    pub fn partner(&self, name: &str) -> Option<&PartnerConfig> {
        self.partners.iter().map(|partner| &partner.terms).find(|terms| terms.name == name)
    }

    /// Settings of a queue.
    pub fn queue_settings(&self, queue: QueueId) -> Option<&QueueConfig> {
        self.queues.get(queue.index()).map(|q| &q.settings)
    }

    /// Reads a requirement expression with this configuration's skills.
    pub(crate) fn expression(&self, text: &str) -> Result<Expression, crate::skill::ExpressionError> {
        Expression::parse(text, self)
    }

    /// Resolves an agent's names; problems carry paths below `path`.
    pub(crate) fn resolve_agent(&self, spec: &AgentSpec) -> Result<ResolvedAgent, ConfigError> {
        let mut problems = Problems::default();
        let resolved = self.agent(spec, "agent", &mut problems);
        problems.into_result(resolved)
    }
}

impl Names for Compiled {
    fn skill(&self, name: &str) -> Option<SkillId> {
        self.skill_id(name)
    }

    fn pool(&self, name: &str) -> Option<PoolId> {
        self.pool_id(name)
    }

    fn channel(&self, name: &str) -> Option<ChannelId> {
        self.channel_id(name)
    }
}

/// Things with their numbers, as channels.
fn number_of<T>(things: &[T]) -> impl Iterator<Item = (ChannelId, &T)> {
    (0..).map(ChannelId).zip(things)
}

fn number<'a, Id: Copy>(
    names: impl Iterator<Item = &'a SmolStr>,
    id: impl Fn(u16) -> Id,
    path: &str,
    problems: &mut Problems,
) -> BTreeMap<SmolStr, Id> {
    let mut ids = BTreeMap::new();
    for (i, name) in names.enumerate() {
        let at = format!("{path}[{i}].name");
        let Some(number) = u16::try_from(i).ok().filter(|_| i < limits::MAX_ENTRIES) else {
            problems.add(path, format_args!("at most {} are allowed", limits::MAX_ENTRIES));
            break;
        };
        check_name(name, at.clone(), problems);
        if ids.insert(name.clone(), id(number)).is_some() {
            problems.add(at, format!("{name:?} is used twice"));
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_name_and_so_have_all_labels() {
        // Two lists of sites without a common one leave a site that nobody may be at: the one without a name.
        let refused = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills", absolute = { sites = [""], data_classes = ["a\nb"] } }]
            agents = [{ name = "ann", site = "", partner = "", groups = [""], clearance = [""] }]
            "#,
        );
        let paths: Vec<String> = refused.unwrap_err().problems.into_iter().map(|p| p.path).collect();
        let sites = ["queues[0].absolute.data_classes", "queues[0].absolute.sites"];
        let labels = ["agents[0].site", "agents[0].partner", "agents[0].groups", "agents[0].clearance"];
        assert_eq!(paths, [sites.as_slice(), &labels].concat());
    }
}
