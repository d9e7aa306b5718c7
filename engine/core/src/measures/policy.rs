//! What a policy does to customers and agents, as a fold over the event log.
//!
//! Feed [`PolicyMeasures::observe`] every event in order, live or from a journal. It says for each queue how waits are
//! spread, how many contacts were served ahead of one who had come before them and by how much at most; for each pool its
//! share of the work; and how evenly occupancy lies on the agents.

use std::collections::{BTreeMap, BTreeSet};

use super::agent_time::AgentTime;
use super::histogram::Histogram;
use crate::agent::Presence;
use crate::config::Config;
use crate::event::{Connection, Event, EventKind};
use crate::ids::{AgentId, ContactId, PoolId, QueueId, Seq};
use crate::time::{Span, Timestamp};

/// Running figures of a policy.
#[derive(Clone, Debug, Default)]
pub struct PolicyMeasures {
    pools: Vec<smol_str::SmolStr>,
    queues: Vec<QueuePolicy>,
    agents: Vec<(PoolId, AgentTime)>,
    /// Contacts that have not ended.
    inside: BTreeMap<ContactId, (QueueId, Place)>,
}

/// Origin, then arrival.
type Place = (Timestamp, Seq);

/// Figures of one queue.
#[derive(Clone, Debug, Default)]
struct QueuePolicy {
    waiting: BTreeSet<Place>,
    waits: Histogram,
    answered_by: Vec<u64>,
    overtook: u64,
    longest: Span,
}

/// How many were served ahead of somebody who had come before them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overtaking {
    /// Of the answered, in `[0, 1]`.
    pub share: f64,
    /// How much earlier, at most, the one who was overtaken had begun to wait.
    pub longest: Span,
}

/// How unevenly occupancy lies on agents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OccupancySpread {
    /// The lowest and the highest occupancy.
    pub range: (f64, f64),
    /// Jain's index, (Σx)² ÷ (n Σx²): 1 when all are alike, 1/n when one does everything.
    pub jain: f64,
}

impl PolicyMeasures {
    /// Takes one event into account.
    pub fn observe(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::Configured { config } | EventKind::Reconfigured { config, .. } => {
                self.configure(config);
            }
            EventKind::AgentRegistered { agent, spec } if self.agents.len() <= agent.index() => {
                let pool = self.pool(spec.pool.as_deref());
                self.agents.resize(agent.index() + 1, (pool, AgentTime::new(at)));
            }
            EventKind::AgentUpdated { agent, spec } => {
                self.agents[agent.index()].0 = self.pool(spec.pool.as_deref());
            }
            EventKind::PresenceChanged { agent, presence } => {
                self.agents[agent.index()].1.available(*presence == Presence::Available, at);
            }
            EventKind::ContactArrived { contact, queue, origin, .. } => {
                self.enters(*contact, *queue, (*origin, event.seq));
            }
            EventKind::ContactMoved { contact, to, .. } => {
                if let Some((queue, place)) = self.inside.remove(contact) {
                    self.queues[queue.index()].waiting.remove(&place);
                    self.enters(*contact, *to, place);
                }
            }
            EventKind::OfferAccepted { contact, queue, agent, connection, .. } => {
                self.agents[agent.index()].1.work_begins(queue.index(), at);
                if let Connection::Made { waited } = connection {
                    self.answered(contact, *agent, *waited);
                }
            }
            EventKind::ContactConnected { contact, agent, waited, .. } => {
                self.answered(contact, *agent, *waited);
            }
            EventKind::ConnectionFailed { agent, .. } | EventKind::WrapUpEnded { agent, .. } => {
                self.agents[agent.index()].1.work_ends(at);
            }
            EventKind::ContactRequeued { contact, agent, .. } => {
                self.agents[agent.index()].1.work_ends(at);
                if let Some((queue, place)) = self.inside.get(contact) {
                    self.queues[queue.index()].waiting.insert(*place);
                }
            }
            EventKind::ContactEnded { contact, agent, wrap_up_until, .. } => {
                if let Some((queue, place)) = self.inside.remove(contact) {
                    self.queues[queue.index()].waiting.remove(&place);
                }
                if let (Some(agent), None) = (agent, wrap_up_until) {
                    self.agents[agent.index()].1.work_ends(at);
                }
            }
            _ => {}
        }
    }

    /// Forgets what was counted so far; who waits and who works stays. For the end of a warm-up.
    pub fn restart(&mut self, at: Timestamp) {
        for queue in &mut self.queues {
            let (waiting, pools) = (core::mem::take(&mut queue.waiting), queue.answered_by.len());
            *queue = QueuePolicy { waiting, answered_by: vec![0; pools], ..QueuePolicy::default() };
        }
        self.agents.iter_mut().for_each(|(_, time)| time.restart(at));
    }

    /// The wait that a share `quantile` of the answered contacts of a queue did not exceed, right to a hundredth; `None`
    /// where nobody was answered.
    pub fn wait_quantile(&self, queue: QueueId, quantile: f64) -> Option<Span> {
        self.queues.get(queue.index())?.waits.quantile(quantile)
    }

    /// Share of a queue's answered contacts that each pool served, by `PoolId`; `None` where nobody was answered.
    pub fn share_by_pool(&self, queue: QueueId) -> Option<Vec<f64>> {
        let counts = &self.queues.get(queue.index())?.answered_by;
        let all: u64 = counts.iter().sum();
        (all > 0).then(|| counts.iter().map(|count| *count as f64 / all as f64).collect())
    }

    /// How many contacts of a queue were answered ahead of one of the same queue who had come before them and still
    /// waited; `None` where nobody was answered.
    pub fn overtaking(&self, queue: QueueId) -> Option<Overtaking> {
        let queue = self.queues.get(queue.index())?;
        let all = queue.waits.count();
        (all > 0).then(|| Overtaking { share: queue.overtook as f64 / all as f64, longest: queue.longest })
    }

    /// How occupancy lies on the agents that were there, up to `at`; `None` when nobody was.
    pub fn occupancy_spread(&self, at: Timestamp) -> Option<OccupancySpread> {
        let occupancy = |time: &AgentTime| {
            let (handle, idle) = (time.handle(at).as_secs_f64(), time.idle(at).as_secs_f64());
            (handle + idle > 0.0).then(|| handle / (handle + idle))
        };
        let all: Vec<f64> = self.agents.iter().filter_map(|(_, time)| occupancy(time)).collect();
        let (sum, squares) = all.iter().fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        let lowest = all.iter().copied().reduce(f64::min)?;
        let highest = all.iter().copied().reduce(f64::max)?;
        let jain = if squares > 0.0 { sum * sum / (all.len() as f64 * squares) } else { 1.0 };
        Some(OccupancySpread { range: (lowest, highest), jain })
    }

    fn configure(&mut self, config: &Config) {
        self.pools = config.pools.iter().map(|pool| pool.name.clone()).collect();
        let pools = self.pools.len().max(1);
        let queue = || QueuePolicy { answered_by: vec![0; pools], ..QueuePolicy::default() };
        self.queues.resize_with(config.queues.len(), queue);
        self.queues.iter_mut().for_each(|queue| queue.answered_by.resize(pools, 0));
    }

    fn pool(&self, name: Option<&str>) -> PoolId {
        let number = name.and_then(|name| self.pools.iter().position(|pool| pool == name));
        PoolId(number.unwrap_or(0) as u16)
    }

    fn enters(&mut self, contact: ContactId, queue: QueueId, place: Place) {
        self.queues[queue.index()].waiting.insert(place);
        self.inside.insert(contact, (queue, place));
    }

    fn answered(&mut self, contact: &ContactId, agent: AgentId, waited: Span) {
        let Some((queue, place)) = self.inside.get(contact).copied() else { return };
        let pool = self.agents[agent.index()].0;
        let queue = &mut self.queues[queue.index()];
        queue.waiting.remove(&place);
        queue.waits.record(waited);
        queue.answered_by[pool.index()] += 1;
        if let Some(overtaken) = queue.waiting.first().filter(|first| **first < place) {
            queue.overtook += 1;
            queue.longest = queue.longest.max(place.0.since(overtaken.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Domain, NewContact};

    /// Ann takes who came last, twice; cleo of the other pool takes one of three.
    fn played() -> (PolicyMeasures, Timestamp) {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            pools = [{ name = "a" }, { name = "b" }]
            queues = [{ name = "bills", order = "lifo", offer = { answer = "auto" } }]
            agents = [{ name = "ann", pool = "a" }, { name = "cleo", pool = "b" }]
            "#,
        );
        let at = Timestamp::from_secs;
        let mut domain = Domain::new(at(0), config.unwrap()).unwrap();
        let mut measures = PolicyMeasures::default();
        let mut tell = |second, command| {
            domain.handle(at(second), command).unwrap();
            while let Some(event) = domain.poll_event() {
                measures.observe(&event);
            }
        };
        for (second, id) in [(0, 1), (10, 2), (20, 3)] {
            tell(second, Command::Arrive(NewContact::new(ContactId::from(id), QueueId(0))));
        }
        tell(30, Command::SetPresence(AgentId(0), Presence::Available));
        tell(40, Command::Complete(ContactId::from(3)));
        tell(50, Command::SetPresence(AgentId(1), Presence::Available));
        tell(60, Command::Complete(ContactId::from(2)));
        (measures, at(70))
    }

    #[test]
    fn who_comes_last_and_goes_first_overtakes() {
        let (measures, _) = played();
        let overtaking = measures.overtaking(QueueId(0)).unwrap();
        assert_eq!((overtaking.share, overtaking.longest), (2.0 / 3.0, Span::from_secs(20)));
        assert_eq!(measures.share_by_pool(QueueId(0)), Some(vec![2.0 / 3.0, 1.0 / 3.0]));
        let median = measures.wait_quantile(QueueId(0), 0.5).unwrap().as_secs_f64();
        assert!((median - 30.0).abs() < 0.3, "{median}");
        assert_eq!(measures.overtaking(QueueId(1)), None);
    }

    #[test]
    fn occupancy_that_lies_on_one_agent_is_uneven() {
        let (measures, end) = played();
        // Ann worked from 30 to 60 of her 40 seconds, cleo all of her 20.
        let spread = measures.occupancy_spread(end).unwrap();
        assert_eq!(spread.range, (0.75, 1.0));
        assert!((spread.jain - 1.75 * 1.75 / (2.0 * (0.75 * 0.75 + 1.0))).abs() < 1e-12);
        assert_eq!(PolicyMeasures::default().occupancy_spread(end), None);
    }
}
