//! The configuration as the kernel uses it: names turned into numbers, ranges checked.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::document::{AgentSpec, Config, IdleClock, QueueConfig};
use super::problem::{ConfigError, Problems};
use crate::contact::Value;
use crate::ids::{ChannelId, PoolId, QueueId, SkillId};
use crate::limits;
use crate::matching::Curve;
use crate::skill::{Expression, Preference, Requirement, SkillGrant};
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
    /// Cheapest channel: an agent with less room than this can take nothing.
    pub(crate) least_cost: u16,
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) name: SmolStr,
    pub(crate) cost: u16,
}

#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) name: SmolStr,
    pub(crate) idle_clock: IdleClock,
    pub(crate) keep_seniority_on_break: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) channel: ChannelId,
    pub(crate) requirement: Requirement,
    pub(crate) curve: Curve,
    pub(crate) settings: QueueConfig,
}

/// An agent's registration with its names resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResolvedAgent {
    pub(crate) pool: PoolId,
    pub(crate) skills: Vec<(SkillId, SkillGrant)>,
}

impl Compiled {
    /// Checks a configuration and resolves its names.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem and its path.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        check_name(&config.name, "name", &mut problems);
        problems.check(!config.channels.is_empty(), "channels", "at least one channel is needed");
        problems.check(!config.queues.is_empty(), "queues", "at least one queue is needed");
        let mut this = Self {
            channels: config
                .channels
                .iter()
                .map(|c| Channel { name: c.name.clone(), cost: c.cost })
                .collect(),
            pools: pools(config),
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
            least_cost: config.channels.iter().map(|c| c.cost).min().unwrap_or(1),
        };
        this.pool_ids = number(this.pools.iter().map(|p| &p.name), PoolId, "pools", &mut problems);
        for (i, channel) in config.channels.iter().enumerate() {
            let path = format!("channels[{i}].cost");
            in_range(channel.cost.into(), 1, limits::MAX_CAPACITY.into(), path, &mut problems);
        }
        for (i, queue) in config.queues.iter().enumerate() {
            let compiled = this.queue(queue, &format!("queues[{i}]"), &mut problems);
            this.queues.push(compiled);
        }
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

    /// Settings of a queue.
    pub fn queue_settings(&self, queue: QueueId) -> Option<&QueueConfig> {
        self.queues.get(queue.index()).map(|q| &q.settings)
    }

    /// Reads a requirement expression with this configuration's skills.
    pub(crate) fn expression(&self, text: &str) -> Result<Expression, crate::skill::ExpressionError> {
        Expression::parse(text, &|name| self.skill_id(name))
    }

    /// Resolves an agent's names; problems carry paths below `path`.
    pub(crate) fn resolve_agent(&self, spec: &AgentSpec) -> Result<ResolvedAgent, ConfigError> {
        let mut problems = Problems::default();
        let resolved = self.agent(spec, "agent", &mut problems);
        problems.into_result(resolved)
    }

    fn queue(&self, queue: &QueueConfig, path: &str, problems: &mut Problems) -> Queue {
        let at = |field: &str| format!("{path}.{field}");
        let mut channel = ChannelId::default();
        if let Some(name) = &queue.channel {
            match self.channel_id(name) {
                Some(id) => channel = id,
                None => problems.add(at("channel"), format!("no channel is called {name:?}")),
            }
        }
        let mandatory = self.expression(&queue.requires).unwrap_or_else(|error| {
            problems.add(at("requires"), error);
            Expression::ALWAYS
        });
        let mut preferred = Vec::new();
        for (i, preference) in queue.prefers.iter().enumerate() {
            in_range(preference.weight.into(), 1, 1000, at(&format!("prefers[{i}].weight")), problems);
            match self.expression(&preference.term) {
                Ok(term) => preferred.push(Preference { term, weight: preference.weight }),
                Err(error) => problems.add(at(&format!("prefers[{i}].term")), error),
            }
        }
        check_names(queue.absolute.data_classes.iter(), &at("absolute.data_classes"), problems);
        check_names(queue.absolute.sites.iter(), &at("absolute.sites"), problems);
        let points = limits::MAX_POINTS;
        in_range(queue.base_points, -points, points, at("base_points"), problems);
        if let Some(cap) = queue.points_cap {
            in_range(cap, -points, points, at("points_cap"), problems);
        }
        let offer = &queue.offer;
        in_range(offer.parallel.into(), 1, limits::MAX_PARALLEL.into(), at("offer.parallel"), problems);
        in_range(offer.max_strikes.into(), 1, u16::MAX.into(), at("offer.max_strikes"), problems);
        problems.check(offer.expires_after > Span::ZERO, at("offer.expires_after"), "must be more than 0s");
        problems.check(offer.connect_grace > Span::ZERO, at("offer.connect_grace"), "must be more than 0s");
        let longest = queue.wrap_up.unwrap_or_default();
        problems.check(longest <= queue.wrap_up_max, at("wrap_up"), "is longer than wrap_up_max");
        Queue {
            channel,
            requirement: Requirement { absolute: queue.absolute.clone(), mandatory, preferred },
            curve: Curve::new(queue.base_points, queue.points_per_hour, queue.points_cap),
            settings: queue.clone(),
        }
    }

    fn agent(&self, spec: &AgentSpec, path: &str, problems: &mut Problems) -> ResolvedAgent {
        let at = |field: &str| format!("{path}.{field}");
        check_name(&spec.name, at("name"), problems);
        in_range(spec.capacity.into(), 1, limits::MAX_CAPACITY.into(), at("capacity"), problems);
        let mut pool = PoolId::default();
        if let Some(name) = &spec.pool {
            match self.pool_id(name) {
                Some(id) => pool = id,
                None => problems.add(at("pool"), format!("no pool is called {name:?}")),
            }
        }
        at_most(spec.skills.len(), limits::MAX_SKILLS_PER_AGENT, at("skills"), problems);
        let mut skills = Vec::with_capacity(spec.skills.len());
        for (name, grant) in &spec.skills {
            match self.skill_id(name) {
                Some(skill) => skills.push((skill, *grant)),
                None => problems.add(at(&format!("skills.{name}")), "no skill has this name"),
            }
            if let (Some(from), Some(until)) = (grant.from, grant.until) {
                problems.check(
                    from < until,
                    at(&format!("skills.{name}")),
                    "ends at or before its own start",
                );
            }
        }
        skills.sort_unstable_by_key(|(skill, _)| *skill);
        check_names(spec.site.iter(), &at("site"), problems);
        check_names(spec.partner.iter(), &at("partner"), problems);
        check_names(spec.groups.iter(), &at("groups"), problems);
        check_names(spec.clearance.iter(), &at("clearance"), problems);
        check_attributes(&spec.attributes, &at("attributes"), problems);
        ResolvedAgent { pool, skills }
    }
}

fn pools(config: &Config) -> Vec<Pool> {
    if config.pools.is_empty() {
        let idle_clock = IdleClock::default();
        return vec![Pool { name: "default".into(), idle_clock, keep_seniority_on_break: false }];
    }
    let one = |p: &super::document::PoolConfig| Pool {
        name: p.name.clone(),
        idle_clock: p.idle_clock,
        keep_seniority_on_break: p.keep_seniority_on_break,
    };
    config.pools.iter().map(one).collect()
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
        let Ok(number) = u16::try_from(i) else {
            problems.add(path, "more than 65,536 entries");
            break;
        };
        check_name(name, at.clone(), problems);
        if ids.insert(name.clone(), id(number)).is_some() {
            problems.add(at, format!("{name:?} is used twice"));
        }
    }
    ids
}

fn check_name(name: &str, path: impl Into<String>, problems: &mut Problems) {
    let good = !name.is_empty() && name.len() <= limits::MAX_NAME_BYTES && !name.contains(char::is_control);
    let limit = limits::MAX_NAME_BYTES;
    problems.check(good, path, format_args!("a name has 1 to {limit} bytes and no control character"));
}

fn check_names<'a>(names: impl Iterator<Item = &'a SmolStr>, path: &str, problems: &mut Problems) {
    names.for_each(|name| check_name(name, path, problems));
}

fn in_range(value: i64, least: i64, most: i64, path: String, problems: &mut Problems) {
    problems.check(
        (least..=most).contains(&value),
        path,
        format_args!("must be from {least} to {most}, not {value}"),
    );
}

fn at_most(count: usize, limit: usize, path: String, problems: &mut Problems) {
    problems.check(count <= limit, path, format_args!("at most {limit} are allowed, not {count}"));
}

fn check_attributes(attributes: &BTreeMap<SmolStr, Value>, path: &str, problems: &mut Problems) {
    at_most(attributes.len(), limits::MAX_ATTRIBUTES, path.to_owned(), problems);
    for (name, value) in attributes {
        check_name(name, format!("{path}.{name}"), problems);
        if let Value::Text(text) = value {
            let limit = limits::MAX_ATTRIBUTE_BYTES;
            let fits = text.len() <= limit;
            problems.check(fits, format!("{path}.{name}"), format_args!("a text has at most {limit} bytes"));
        }
    }
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
