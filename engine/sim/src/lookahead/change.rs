//! What could be different.

use sunline_core::time::Span;
use sunline_core::{AgentId, AgentSpec, AgentState, AgentView, Command, Config, Presence};

use smol_str::SmolStr;
use std::sync::Arc;

use super::{Assumptions, LookAheadError, copy};
use crate::arrivals::Arrivals;
use crate::world::{Start, Turn};

/// Something that is different from what is assumed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Agents go home: they finish what they have in hand and take nothing new.
    AgentsLeave {
        /// Who.
        who: Who,
        /// When, counted from now.
        after: Span,
    },
    /// Agents that are away become available.
    AgentsCome {
        /// Who.
        agents: Vec<SmolStr>,
        /// When, counted from now.
        after: Span,
    },
    /// Agents whom nobody knew become available.
    AgentsJoin {
        /// What they can do.
        agents: Vec<AgentSpec>,
        /// When, counted from now.
        after: Span,
    },
    /// So many times the contacts come. More than once: the contacts assumed, and others like them besides.
    Arrivals {
        /// Of this queue, or of all.
        queue: Option<SmolStr>,
        /// How many times as many, from 0 to 1000; 2 is twice as many.
        factor: f64,
    },
    /// Other rules: the state goes on under this configuration. See [`Domain::branch_under`](sunline_core::Domain::branch_under).
    Configured {
        /// The configuration; its agents do not count.
        config: Box<Config>,
    },
    /// Conversations take so many times as long, for everybody, as if it had been so all along.
    HandleTime {
        /// How many times as long, above 0 and at most 1000.
        factor: f64,
    },
}

/// Which agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// These.
    Named(Vec<SmolStr>),
    /// So many of those signed in: first who has nothing in hand, each by number of the agent.
    Any {
        /// How many.
        count: u32,
        /// Of this pool only.
        pool: Option<SmolStr>,
    },
}

impl Change {
    pub(super) fn apply(
        &self,
        start: &mut Start,
        assumptions: &mut Assumptions,
    ) -> Result<(), LookAheadError> {
        match self {
            Self::AgentsLeave { who, after } => {
                let agents = who.of(start)?;
                turn(start, agents, *after, &Presence::Offline)
            }
            Self::AgentsCome { agents, after } => {
                let agents = Who::Named(agents.clone()).of(start)?;
                turn(start, agents, *after, &Presence::Available)
            }
            Self::AgentsJoin { agents, after } => {
                let joined = agents.iter().map(|spec| join(start, spec)).collect::<Result<_, _>>()?;
                turn(start, joined, *after, &Presence::Available)
            }
            Self::Arrivals { queue, factor } => {
                if let Some(name) = queue.as_ref().filter(|name| start.domain.queue_id(name).is_none()) {
                    return Err(LookAheadError::UnknownQueue { name: name.clone() });
                }
                within("factor of arrivals", "from 0 to 1000", *factor, (0.0..=1000.0).contains(factor))?;
                multiply(assumptions, queue.as_ref(), *factor)
            }
            Self::Configured { config } => {
                let domain = start.domain.branch_under((**config).clone())?;
                let turns = core::mem::take(&mut start.turns);
                *start = Start { turns, ..copy::start(domain, assumptions)? };
                Ok(())
            }
            Self::HandleTime { factor } => {
                let fine = *factor > 0.0 && *factor <= 1000.0;
                within("factor of handle time", "more than 0 and at most 1000", *factor, fine)?;
                for agent in start.domain.agents() {
                    *assumptions.pace.entry(agent.spec.name.clone()).or_insert(1.0) *= factor;
                }
                Ok(())
            }
        }
    }
}

impl Who {
    fn of(&self, start: &Start) -> Result<Vec<AgentId>, LookAheadError> {
        let domain = &start.domain;
        match self {
            Self::Named(names) => {
                let known = |name: &SmolStr| {
                    domain.agent_id(name).ok_or(LookAheadError::UnknownAgent { name: name.clone() })
                };
                names.iter().map(known).collect()
            }
            Self::Any { count, pool } => {
                if let Some(name) = pool.as_ref().filter(|name| domain.config().pool_id(name).is_none()) {
                    return Err(LookAheadError::UnknownPool { name: name.clone() });
                }
                // An agent that names no pool is in the first.
                let first = domain.config().pool_names().next();
                let of_pool = |agent: &AgentView<'_>| {
                    pool.is_none() || agent.spec.pool.as_ref().or(first) == pool.as_ref()
                };
                let there = |agent: &AgentView<'_>| *agent.presence != Presence::Offline && of_pool(agent);
                let mut agents: Vec<_> = domain.agents().filter(there).collect();
                agents.sort_by_key(|agent| (agent.state == AgentState::Busy, agent.id));
                if agents.len() < *count as usize {
                    let there = agents.len() as u32;
                    return Err(LookAheadError::TooFewAgents { wanted: *count, there });
                }
                Ok(agents[..*count as usize].iter().map(|agent| agent.id).collect())
            }
        }
    }
}

fn within(what: &'static str, expected: &'static str, found: f64, fine: bool) -> Result<(), LookAheadError> {
    let found = found.to_string();
    if fine { Ok(()) } else { Err(LookAheadError::OutOfRange { what, expected, found }) }
}

fn turn(
    start: &mut Start,
    agents: Vec<AgentId>,
    after: Span,
    presence: &Presence,
) -> Result<(), LookAheadError> {
    if after.is_negative() {
        return Err(LookAheadError::OutOfRange {
            what: "after",
            expected: "0 s or more",
            found: after.to_string(),
        });
    }
    let at = start.domain.now() + after;
    start.turns.extend(agents.into_iter().map(|agent| Turn { at, agent, presence: presence.clone() }));
    Ok(())
}

fn join(start: &mut Start, spec: &AgentSpec) -> Result<AgentId, LookAheadError> {
    let (now, command) = (start.domain.now(), Command::RegisterAgent(Arc::new(spec.clone())));
    let receipt = start.domain.handle(now, command).map_err(LookAheadError::Refused)?;
    while start.domain.poll_event().is_some() {}
    receipt.agent.ok_or(LookAheadError::UnknownAgent { name: spec.name.clone() })
}

/// Streams that are thinned stay where they are; what comes in addition are streams of their own, so that the contacts that
/// were assumed come as they would have.
fn multiply(
    assumptions: &mut Assumptions,
    queue: Option<&SmolStr>,
    factor: f64,
) -> Result<(), LookAheadError> {
    for number in 0..assumptions.streams.len() {
        let stream = &mut assumptions.streams[number];
        if queue.is_some_and(|queue| *queue != stream.queue) {
            continue;
        }
        let times = if factor > 1.0 { factor - 1.0 } else { factor };
        let scaled = scaled(&stream.arrivals, times).ok_or(LookAheadError::Recorded { stream: number })?;
        if factor > 1.0 {
            let more = crate::ContactStream { arrivals: scaled, ..stream.clone() };
            assumptions.streams.push(more);
        } else {
            stream.arrivals = scaled;
        }
    }
    Ok(())
}

fn scaled(arrivals: &Arrivals, factor: f64) -> Option<Arrivals> {
    let mut scaled = arrivals.clone();
    match &mut scaled {
        Arrivals::Trace { .. } => return None,
        Arrivals::Poisson { rate_per_hour } => *rate_per_hour *= factor,
        Arrivals::Piecewise { segments, .. } => {
            segments.iter_mut().for_each(|segment| segment.rate_per_hour *= factor);
        }
    }
    Some(scaled)
}
