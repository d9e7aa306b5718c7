//! The figures of every rule, worked out anew from the books: what each says in its own sentence.

use core::cmp::Reverse;

use sunline_core::config::{AgentRule, ContactRule, PastDue, PoolConfig, PoolQueueConfig, QueueOrder};
use sunline_core::hours::Due;
use sunline_core::skill::label_score;
use sunline_core::{AgentId, QueueId, Span, Timestamp};

use super::hours::open_time;
use super::{AgentBook, Books, ContactBook};

/// What settles it between equal figures, smallest first.
pub(crate) type Ties = (i64, i64, i64);

const HOUR: Span = Span::from_secs(3600);

impl Books {
    /// The pool of an agent as configured; without pools there is one with every default.
    pub(crate) fn pool_of(&self, agent: &AgentBook) -> PoolConfig {
        let pools = &self.document().pools;
        pools.get(agent.facts.pool.index()).cloned().unwrap_or_else(|| PoolConfig::new("default"))
    }

    /// How the agent's pool sees a queue.
    pub(crate) fn seen_by(&self, agent: &AgentBook, queue: QueueId) -> PoolQueueConfig {
        let name = &self.queue(queue).name;
        self.pool_of(agent).queues.get(name).cloned().unwrap_or_default()
    }

    /// What keeps the agent's pool from a contact.
    pub(crate) fn closed_gate(
        &self,
        agent: &AgentBook,
        contact: &ContactBook,
        now: Timestamp,
    ) -> Option<&'static str> {
        let seen = self.seen_by(agent, contact.queue);
        let pool = agent.facts.pool;
        let colleagues = || self.agents.iter().filter(|other| other.facts.pool == pool);
        let takes = |other: &&AgentBook| other.takes(contact.channel, self.document());
        let idle = colleagues().filter(takes).count();
        let work = colleagues().flat_map(|other| &other.work);
        let in_hand = work.filter(|work| work.queue == contact.queue).count();
        let kept = self.surges_on().find_map(|surge| {
            let (pool, queue) = (&self.pool_of(agent).name, &self.queue(contact.queue).name);
            surge.reserves.iter().find(|kept| kept.pool == *pool && kept.queue == *queue)
        });
        let reserve = usize::from(kept.map_or(seen.reserve, |kept| kept.reserve));
        let reasons = [
            (contact.joined_at + seen.delay > now, "does not see it yet"),
            (reserve > 0 && idle <= reserve, "is kept for others"),
            (seen.cap.is_some_and(|cap| in_hand >= cap as usize), "is of a pool with its cap in hand"),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
    }

    /// Place of a contact in the order of its queue, smallest first.
    pub(crate) fn place_in_queue(&self, contact: &ContactBook, now: Timestamp) -> (i128, i64, i64) {
        let queue = self.queue(contact.queue);
        let (origin, arrival) = (contact.origin.as_nanos(), contact.arrival.0 as i64);
        match queue.order {
            QueueOrder::Points => (-self.points(contact, now), origin, arrival),
            QueueOrder::Lifo => (0, -origin, -arrival),
            QueueOrder::EarliestDeadline { past: PastDue::Last } => {
                (i128::from(self.left(contact, now) < 0), origin, arrival)
            }
            QueueOrder::Fifo | QueueOrder::EarliestDeadline { .. } => (0, origin, arrival),
        }
    }

    /// Tier, figure and ties of a head for an agent: smallest first.
    pub(crate) fn figure(
        &self,
        agent: &AgentBook,
        contact: &ContactBook,
        now: Timestamp,
    ) -> (u8, Reverse<i128>, Ties) {
        let seen = self.seen_by(agent, contact.queue);
        let rule = self.pool_of(agent).contact_rule;
        let handle_time = seen.handle_time.unwrap_or(self.queue(contact.queue).handle_time);
        let (origin, arrival) = (contact.origin.as_nanos(), contact.arrival.0 as i64);
        let ties = match rule {
            ContactRule::QueueRatio | ContactRule::LongestQueue => (contact.queue.0.into(), 0, 0),
            ContactRule::Lifo => (0, -origin, -arrival),
            _ => (0, origin, arrival),
        };
        (seen.tier, Reverse(self.index(rule, agent, contact, handle_time, now)), ties)
    }

    fn index(
        &self,
        rule: ContactRule,
        agent: &AgentBook,
        contact: &ContactBook,
        handle_time: Span,
        now: Timestamp,
    ) -> i128 {
        let queue = self.queue(contact.queue);
        let wait = i128::from(now.since(contact.origin).as_nanos().max(0));
        let target = i128::from(queue.answer_within.as_nanos());
        let left = self.left(contact, now);
        let waiting = |queue: Option<QueueId>| {
            let those = self.contacts.values().filter(|c| c.waits_now());
            those.filter(|c| queue.is_none_or(|queue| c.queue == queue)).count() as i128
        };
        let weight = i128::from(queue.weight.millionths());
        match rule {
            ContactRule::Points => self.points(contact, now),
            ContactRule::LongestWait => wait,
            ContactRule::Priority => -i128::from(queue.rank),
            ContactRule::Credit => wait + i128::from(queue.credit.as_nanos()),
            ContactRule::WeightedWait => wait * weight / 1_000_000,
            ContactRule::SlaRatio => self.spent(contact, now) * 1_000_000 / target.max(1),
            ContactRule::EarliestDeadline { past } => match past {
                PastDue::First if left < 0 => wait + i128::from(i64::MAX / 2),
                PastDue::Last if left < 0 => -left - i128::from(i64::MAX) + 1,
                _ => -left.min(i128::from(i64::MAX)),
            },
            ContactRule::GeneralisedCmu { beta } => {
                let beta = beta.millionths() as f64 / 1e6;
                // By the second up to two hours, then by the minute up to a week.
                let seconds = match wait / 1_000_000_000 {
                    second @ ..=7_200 => second as f64,
                    second => ((second / 60).min(7 * 24 * 60) * 60) as f64,
                };
                let slope = (1000.0 * beta * seconds.powf(beta - 1.0)).round_ties_even() as i128;
                slope * 1_000_000 * weight / i128::from(handle_time.as_nanos())
            }
            ContactRule::QueueRatio => {
                let ratio = i128::from(queue.ratio.millionths());
                waiting(Some(contact.queue)) * 1_000_000 - ratio * waiting(None)
            }
            ContactRule::LongestQueue => waiting(Some(contact.queue)),
            ContactRule::SlaRisk if left < 0 => 0,
            ContactRule::SlaRisk => {
                let pool = agent.facts.pool;
                let busy = self.agents.iter().filter(|a| a.facts.pool == pool && !a.work.is_empty()).count();
                let rate = busy as f64 / handle_time.as_secs_f64();
                let missed = (1e6 * (-rate * (left as f64 / 1e9)).exp()).round_ties_even() as i128;
                missed * weight / 1_000_000
            }
            ContactRule::Lifo => 0,
        }
    }

    /// What is left of a contact's target by its queue's clock, in ns; below zero when it has passed.
    fn left(&self, contact: &ContactBook, now: Timestamp) -> i128 {
        let due = match contact.due {
            None => contact.origin + self.queue(contact.queue).answer_within,
            Some(Due::At(due)) => due,
            Some(Due::Beyond { .. }) => return i64::MAX.into(),
        };
        i128::from(due.as_nanos()) - i128::from(now.as_nanos())
    }

    /// What of the target has passed, in ns of the time in which it runs.
    fn spent(&self, contact: &ContactBook, now: Timestamp) -> i128 {
        let queue = self.queue(contact.queue);
        let (Some(due), Some(clock)) = (contact.due, &queue.answer_clock) else {
            return i128::from(now.since(contact.origin).as_nanos().max(0));
        };
        let hours = &self.calendar(clock).hours;
        let open = |from, until| i128::from(open_time(hours, from, until).as_nanos());
        let left = match due {
            Due::At(due) if due < now => -open(due, now),
            Due::At(due) => open(now, due),
            Due::Beyond { left } => open(now, hours.horizon()) + i128::from(left.as_nanos()),
        };
        (i128::from(queue.answer_within.as_nanos()) - left).max(0)
    }

    /// Base and own points, and what the wait adds, up to the cap.
    pub(crate) fn points(&self, contact: &ContactBook, now: Timestamp) -> i128 {
        let queue = self.queue(contact.queue);
        let seconds = i128::from(now.since(contact.origin).max(Span::ZERO).whole_secs());
        let base = i128::from(queue.base_points) + i128::from(contact.points);
        let points = base + seconds * i128::from(queue.points_per_hour) / 3600;
        queue.points_cap.map_or(points, |cap| points.min(cap.into()))
    }

    /// An agent's figure under an agent rule, larger first; `None` where chance decides.
    pub(crate) fn rank(
        &self,
        rule: AgentRule,
        contact: &ContactBook,
        id: AgentId,
        agent: &AgentBook,
        now: Timestamp,
    ) -> Option<i64> {
        Some(match rule {
            AgentRule::LongestIdle | AgentRule::RoundRobin => 0,
            AgentRule::BestScore => {
                let terms = [contact.need.preferred.clone(), contact.need.skill_terms()].concat();
                label_score(&terms, &agent.facts)
            }
            AgentRule::LeastQualifiedSufficient => {
                let needed = contact.need.skills();
                let (within, beyond): (Vec<_>, Vec<_>) =
                    agent.facts.skills.iter().partition(|(skill, _)| needed.contains(skill));
                let levels: i64 = within.iter().map(|(_, level)| i64::from(level.get())).sum();
                -(10_000 * beyond.len() as i64 + levels)
            }
            AgentRule::LeastLoaded => {
                let total = i64::from(agent.spec.capacity);
                (total - i64::from(agent.used())) * 1_000_000 / total
            }
            AgentRule::MostLoaded => i64::from(agent.used()) * 1_000_000 / i64::from(agent.spec.capacity),
            AgentRule::Linear => -i64::from(id.0),
            AgentRule::BestLevel => {
                let needed = contact.need.skills();
                let held = agent.facts.skills.iter().filter(|(skill, _)| needed.contains(skill));
                held.map(|(_, level)| i64::from(level.get())).sum()
            }
            AgentRule::FewestContacts => {
                -(agent.accepted_at.iter().filter(|at| now.since(**at) < HOUR).count() as i64)
            }
            AgentRule::LeastOccupied => -agent.occupancy(now),
            AgentRule::Fastest => {
                let seen = self.seen_by(agent, contact.queue).handle_time;
                let queue = self.queue(contact.queue);
                let times = &agent.spec.handle_times;
                let of_other = || queue.canary.as_ref().and_then(|canary| times.get(&canary.of));
                let own = times.get(&queue.name).or_else(of_other).map(|time| time.0);
                let configured = own.or(seen).unwrap_or(queue.handle_time);
                let lengths = agent.handled.iter().filter(|(known, _)| *known == contact.queue);
                let (count, sum) = lengths.fold((0, 0), |(count, sum), (_, length)| {
                    (count + 1, sum + i128::from(length.as_nanos()))
                });
                -((sum + 10 * i128::from(configured.as_nanos())) / (count + 10)) as i64
            }
            AgentRule::IdlenessRatio => {
                let idle = || self.agents.iter().filter(|agent| agent.takes_work(self.document()));
                let here = idle().filter(|other| other.facts.pool == agent.facts.pool).count() as i64;
                here * 1_000_000 - self.pool_of(agent).idle_share.millionths() * idle().count() as i64
            }
            AgentRule::Quota => {
                let queue = self.queue(contact.queue);
                let window = |at: Timestamp| at.as_nanos().div_euclid(queue.quota_window.as_nanos());
                let given = self
                    .given
                    .iter()
                    .filter(|(known, _, at)| *known == contact.queue && window(*at) == window(now));
                let all = given.clone().count() as i64;
                let own = given.filter(|(_, pool, _)| *pool == agent.facts.pool).count() as i64;
                let share = self.seen_by(agent, contact.queue).share.millionths();
                (all + 1) * share - own * 1_000_000
            }
            _ => return None,
        })
    }
}
