//! What is right by every rule of the document and still will not do what people expect.
//!
//! A configuration with such a finding may be used; an error never gets this far. The agents that are looked at are those
//! of the document, so a host that registers its agents later should lint with them in it. Circles of overflow are not found
//! here: they are refused.

use core::fmt;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::compile::Compiled;
use super::document::{ClosedAction, Config, QueueConfig, Staffing};
use super::problem::ConfigError;
use crate::agent::Agent;
use crate::ids::AgentId;
use crate::skill::{Expression, Facts, Requirement, Shortfall};
use crate::time::Timestamp;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// No agent can ever serve a plain contact of the queue.
    UnreachableQueue,
    /// No agent holds the skill.
    SkillNobodyHolds,
    /// The agent can serve no plain contact of any queue.
    IdleAgent,
    /// The pool has no agent.
    EmptyPool,
    /// A contact may wait without end.
    UnboundedWait,
    /// No agent of the partner can serve any queue.
    PartnerWithoutWork,
}

impl FindingKind {
    /// Stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnreachableQueue => "unreachable_queue",
            Self::SkillNobodyHolds => "skill_nobody_holds",
            Self::IdleAgent => "idle_agent",
            Self::EmptyPool => "empty_pool",
            Self::UnboundedWait => "unbounded_wait",
            Self::PartnerWithoutWork => "partner_without_work",
        }
    }

    /// Whether it is only worth knowing. All else is most likely a mistake.
    pub const fn is_note(self) -> bool {
        matches!(self, Self::UnboundedWait)
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// Where it is, for example `queues[2]`.
    pub path: String,
    /// What it means, for people.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.message, self.kind.code())
    }
}

/// Everything that a configuration will do and that its author may not expect, in the order of the document.
///
/// ```
/// use sunline_core::Config;
/// use sunline_core::config::{FindingKind, lint};
///
/// let config = Config::from_toml(r#"
///     name = "shop"
///     channels = [{ name = "voice" }]
///     skills = [{ name = "billing" }]
///     queues = [{ name = "bills", requires = "billing >= 8", admission = { max_wait = "10m" } }]
///     agents = [{ name = "ann", skills = { billing = 7 } }]
/// "#)?;
/// let kinds: Vec<FindingKind> = lint(&config)?.iter().map(|finding| finding.kind).collect();
/// assert_eq!(kinds, [FindingKind::UnreachableQueue, FindingKind::IdleAgent]);
/// # Ok::<(), sunline_core::ConfigError>(())
/// ```
///
/// # Errors
/// [`ConfigError`] with every problem, when it is not a valid configuration at all.
pub fn lint(config: &Config) -> Result<Vec<Finding>, ConfigError> {
    let compiled = Compiled::new(config)?;
    let mut lint = Lint { config, compiled: &compiled, found: Vec::new() };
    if !config.agents.is_empty() {
        let able = lint.able();
        lint.skills();
        lint.pools();
        lint.queues_without_agents(&able);
        lint.agents_without_queues(&able);
        lint.partners(&able);
    }
    lint.waits();
    Ok(lint.found)
}

struct Lint<'a> {
    config: &'a Config,
    compiled: &'a Compiled,
    found: Vec<Finding>,
}

/// Which queues an agent can serve, now or once its dated skills begin, and what it lacks for the others.
struct Able {
    queues: Vec<Result<(), Shortfall>>,
}

impl Lint<'_> {
    fn add(&mut self, kind: FindingKind, path: String, message: String) {
        self.found.push(Finding { kind, path, message });
    }

    /// For each agent of the document, what it can serve.
    fn able(&self) -> Vec<Able> {
        let agents = self.config.agents.iter().zip(0..).map(|(spec, number)| {
            let resolved = self.compiled.resolve_agent(spec).expect("checked with the configuration");
            let agent = Agent::new(AgentId(number), Arc::new(spec.clone()), resolved, Timestamp::MIN);
            let mut times: BTreeSet<Timestamp> = agent.changes_from(Timestamp::MIN).collect();
            times.insert(Timestamp::MIN);
            let facts: Vec<Facts> = times.into_iter().map(|at| agent.facts_at(at)).collect();
            Able {
                queues: (0..self.compiled.queues.len())
                    .map(|queue| self.serves(queue, &agent, &facts))
                    .collect(),
            }
        });
        agents.collect()
    }

    /// Whether an agent with one of these facts can serve a plain contact of a queue; else the nearest it comes.
    fn serves(&self, queue: usize, agent: &Agent, facts: &[Facts]) -> Result<(), Shortfall> {
        let queue = &self.compiled.queues[queue];
        if self.compiled.channels[queue.channel.index()].cost > agent.spec.capacity
            || agent.never_serves(queue.channel)
        {
            return Err(Shortfall::Capacity);
        }
        // Whoever some step of the plan lets in serves the queue too.
        let stages = 0..=queue.plan.steps.len() as u16;
        let needs: Vec<Requirement> = stages
            .map(|stage| {
                let mandatory = queue.plan.at(stage, &queue.requirement.mandatory, &Expression::ALWAYS);
                Requirement { mandatory, ..queue.requirement.clone() }.on_channel(queue.channel)
            })
            .collect();
        let shortfalls: Option<Vec<Shortfall>> =
            facts.iter().flat_map(|facts| needs.iter().map(|need| need.shortfall(facts))).collect();
        match shortfalls {
            None => Ok(()),
            Some(shortfalls) => Err(nearest(shortfalls).expect("there is at least one instant")),
        }
    }

    fn skills(&mut self) {
        for (i, skill) in self.config.skills.iter().enumerate() {
            if !self.config.agents.iter().any(|agent| agent.skills.contains_key(&skill.name)) {
                let message = format!("no agent holds {:?}", skill.name);
                self.add(FindingKind::SkillNobodyHolds, format!("skills[{i}]"), message);
            }
        }
    }

    fn pools(&mut self) {
        for (i, pool) in self.config.pools.iter().enumerate() {
            let is_of = |named: &Option<SmolStr>| named.as_ref().map_or(i == 0, |name| *name == pool.name);
            if !self.config.agents.iter().any(|agent| is_of(&agent.pool)) {
                let message = format!("pool {:?} has no agent", pool.name);
                self.add(FindingKind::EmptyPool, format!("pools[{i}]"), message);
            }
        }
    }

    fn queues_without_agents(&mut self, able: &[Able]) {
        for (i, queue) in self.config.queues.iter().enumerate() {
            if able.iter().any(|able| able.queues[i].is_ok()) {
                continue;
            }
            let nearest = nearest(able.iter().filter_map(|able| able.queues[i].as_ref().err()));
            let lacks = nearest.map_or_else(String::new, |shortfall| {
                format!("; who comes nearest fails {}", words(shortfall))
            });
            let message = format!("no agent can serve queue {:?}{lacks}", queue.name);
            self.add(FindingKind::UnreachableQueue, format!("queues[{i}]"), message);
        }
    }

    fn agents_without_queues(&mut self, able: &[Able]) {
        for (i, (agent, able)) in self.config.agents.iter().zip(able).enumerate() {
            if able.queues.iter().all(Result::is_err) {
                let message = format!("agent {:?} can serve no queue", agent.name);
                self.add(FindingKind::IdleAgent, format!("agents[{i}]"), message);
            }
        }
    }

    fn partners(&mut self, able: &[Able]) {
        let partners: BTreeSet<&SmolStr> =
            self.config.agents.iter().filter_map(|agent| agent.partner.as_ref()).collect();
        for partner in partners {
            let mut of_it = self
                .config
                .agents
                .iter()
                .zip(able)
                .filter(|(agent, _)| agent.partner.as_ref() == Some(partner));
            if of_it.all(|(_, able)| able.queues.iter().all(Result::is_err)) {
                let message = format!("nobody of partner {partner:?} may serve any queue");
                self.add(FindingKind::PartnerWithoutWork, "agents".into(), message);
            }
        }
    }

    fn waits(&mut self) {
        for (i, queue) in self.config.queues.iter().enumerate() {
            if waits_without_end(queue) {
                let message = format!(
                    "a contact of queue {:?} may wait without end: set admission.max_wait or admission.stay",
                    queue.name
                );
                self.add(FindingKind::UnboundedWait, format!("queues[{i}]"), message);
            }
        }
    }
}

/// The shortfall of who comes closest to serving.
fn nearest<S: core::borrow::Borrow<Shortfall>>(shortfalls: impl IntoIterator<Item = S>) -> Option<S> {
    let closeness = |shortfall: &S| {
        let (kind, name) = shortfall.borrow().closeness();
        (kind, name.to_owned())
    };
    shortfalls.into_iter().max_by_key(closeness)
}

fn waits_without_end(queue: &QueueConfig) -> bool {
    let ends_at_closing =
        queue.opening.as_ref().is_some_and(|opening| opening.at_closing == ClosedAction::End);
    queue.admission.max_wait.is_none() && queue.admission.stay == Staffing::Always && !ends_at_closing
}

fn words(shortfall: &Shortfall) -> String {
    match shortfall {
        Shortfall::Clearance(class) => format!("clearance for {class:?}"),
        Shortfall::NotInHouse(partner) => format!("to be in-house, being of {partner:?}"),
        Shortfall::Site => "the permitted sites".into(),
        Shortfall::Mandatory => "`requires`".into(),
        Shortfall::Capacity => "the cost of its channel".into(),
        Shortfall::Excluded => "not to be excluded".into(),
        Shortfall::Entitlement(name) => format!("to be entitled to {name:?}"),
        Shortfall::ProjectLock(project) => format!("to be free of project {project:?}"),
        Shortfall::Customer(customer) => format!("to serve customer {customer:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, String)> {
        let config = Config::from_toml(text).unwrap();
        lint(&config).unwrap().into_iter().map(|finding| (finding.kind.code(), finding.path)).collect()
    }

    fn expect(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(code, path)| (*code, (*path).to_owned())).collect();
        assert_eq!(found(text), expected, "{text}");
    }

    const BOUND: &str = "admission = { max_wait = '10m' }";

    #[test]
    fn a_sound_configuration_has_no_findings() {
        expect(
            &format!(
                "name = 's'\nchannels = [{{ name = 'voice' }}]\nqueues = [{{ name = 'q', {BOUND} }}]\nagents = [{{ name = 'ann' }}]"
            ),
            &[],
        );
    }

    #[test]
    fn a_wait_without_end_is_a_note() {
        expect(
            "name = 's'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'q' }]",
            &[("unbounded_wait", "queues[0]")],
        );
        assert!(FindingKind::UnboundedWait.is_note());
        assert!(!FindingKind::UnreachableQueue.is_note());
    }

    #[test]
    fn a_skill_nobody_holds_and_the_queue_that_asks_for_it_are_found() {
        expect(
            &format!(
                "name = 's'\nchannels = [{{ name = 'voice' }}]\nskills = [{{ name = 'a' }}, {{ name = 'b' }}]\n\
                 queues = [{{ name = 'q', requires = 'a', {BOUND} }}, {{ name = 'r', requires = 'b', {BOUND} }}]\n\
                 agents = [{{ name = 'ann', skills = {{ a = 5 }} }}]"
            ),
            &[("skill_nobody_holds", "skills[1]"), ("unreachable_queue", "queues[1]")],
        );
    }

    #[test]
    fn a_skill_that_begins_later_makes_a_queue_reachable() {
        let text = format!(
            "name = 's'\nchannels = [{{ name = 'voice' }}]\nskills = [{{ name = 'a' }}]\n\
             queues = [{{ name = 'q', requires = 'a', {BOUND} }}]\nagents = [{{ name = 'ann', skills = {{ a = 5 }} }}]"
        );
        let mut config = Config::from_toml(&text).unwrap();
        let grant = config.agents[0].skills.get_mut("a").unwrap();
        grant.from = Some(Timestamp::from_secs(2_000_000_000));
        assert_eq!(lint(&config).unwrap(), []);
    }

    #[test]
    fn a_contact_that_costs_more_than_anybody_has_is_found() {
        expect(
            &format!(
                "name = 's'\nchannels = [{{ name = 'voice', cost = 3 }}]\nqueues = [{{ name = 'q', {BOUND} }}]\n\
                 agents = [{{ name = 'ann', capacity = 2 }}]"
            ),
            &[("unreachable_queue", "queues[0]"), ("idle_agent", "agents[0]")],
        );
    }

    #[test]
    fn a_partner_who_may_serve_nothing_and_a_pool_without_agents_are_found() {
        expect(
            &format!(
                "name = 's'\nchannels = [{{ name = 'voice' }}]\npools = [{{ name = 'own' }}, {{ name = 'spare' }}]\n\
                 queues = [{{ name = 'q', absolute = {{ in_house_only = true }}, {BOUND} }}]\n\
                 agents = [{{ name = 'ann' }}, {{ name = 'zoe', partner = 'acme' }}]"
            ),
            &[("empty_pool", "pools[1]"), ("idle_agent", "agents[1]"), ("partner_without_work", "agents")],
        );
    }

    #[test]
    fn whoever_a_step_lets_in_has_work_and_whoever_no_ring_holds_has_none() {
        let shop = |targets: &str, plan: &str| {
            format!(
                "name = 's'\nchannels = [{{ name = 'voice' }}]\nskills = [{{ name = 'a' }}]\n\
                 queues = [{{ name = 'q', requires = 'a >= 7', {targets} plan = [{plan}], {BOUND} }}]\n\
                 agents = [{{ name = 'ann', site = 'rome', skills = {{ a = 7 }} }}, {{ name = 'bob', skills = {{ a = 3 }} }}]"
            )
        };
        expect(&shop("", ""), &[("idle_agent", "agents[1]")]);
        expect(&shop("", "{ after = '30s', lower = { a = 3 } }"), &[]);
        let elsewhere = "targets = [{ site = 'oslo' }],";
        let nobody =
            [("unreachable_queue", "queues[0]"), ("idle_agent", "agents[0]"), ("idle_agent", "agents[1]")];
        expect(&shop(elsewhere, ""), &nobody);
        let later = "{ after = '30s', add = ['everyone'] }";
        expect(&shop(elsewhere, later), &[("idle_agent", "agents[1]")]);
    }
}
