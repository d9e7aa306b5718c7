//! A pool's settings, checked, with its names resolved: how its agents see each queue.

use super::checks::{at_most, in_range};
use super::{Compiled, Pool};
use crate::config::Decimal;
use crate::config::document::{Config, ContactRule, PoolConfig, PoolQueueConfig, QueueConfig, QueueOrder};
use crate::config::problem::Problems;
use crate::ids::{PoolId, QueueId};
use crate::limits::MAX_DELAYS;
use crate::matching::{contact_index, is_personal};
use crate::time::Span;

/// How the agents of a pool see one queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) tier: u8,
    pub(crate) delay: Span,
    pub(crate) reserve: u16,
    /// The largest reserve that some surge puts in its place.
    pub(crate) surged: Option<u16>,
    pub(crate) cap: Option<u32>,
    pub(crate) handle_time: Span,
    pub(crate) share: Decimal,
}

impl Sight {
    fn new(seen: &PoolQueueConfig, queue: &QueueConfig, surged: Option<u16>) -> Self {
        let handle_time = seen.handle_time.unwrap_or(queue.handle_time);
        Self {
            tier: seen.tier,
            delay: seen.delay,
            reserve: seen.reserve,
            surged,
            cap: seen.cap,
            handle_time,
            share: seen.share,
        }
    }

    /// Whether anything but eligibility may keep the pool from a contact it can see.
    pub(crate) const fn is_gated(&self) -> bool {
        self.reserve > 0 || self.surged.is_some() || self.cap.is_some()
    }
}

impl Compiled {
    pub(super) fn pools(&self, config: &Config, problems: &mut Problems) -> Vec<Pool> {
        if config.pools.is_empty() {
            return vec![self.pool(&PoolConfig::new("default"), config, "pools", problems)];
        }
        let one = |(i, pool)| self.pool(pool, config, &format!("pools[{i}]"), problems);
        config.pools.iter().enumerate().map(one).collect()
    }

    fn pool(&self, pool: &PoolConfig, config: &Config, path: &str, problems: &mut Problems) -> Pool {
        let standard = PoolQueueConfig::default();
        for (name, seen) in &pool.queues {
            let at = format!("{path}.queues.{name}");
            problems.check(self.queue_id(name).is_some(), &*at, "no queue has this name");
            in_range(seen.reserve.into(), 0, 10_000, format!("{at}.reserve"), problems);
            let within = (Decimal::ZERO..=Decimal::ONE).contains(&seen.share);
            let wrong = format_args!("must be from 0 to 1, not {}", seen.share).to_string();
            problems.check(within, format!("{at}.share"), wrong);
            let positive = seen.handle_time.is_none_or(|time| time > Span::ZERO);
            problems.check(positive, format!("{at}.handle_time"), "must be more than 0s");
        }
        let share = pool.idle_share;
        let within = (Decimal::ZERO..=Decimal::ONE).contains(&share);
        problems.check(
            within,
            format!("{path}.idle_share"),
            format_args!("must be from 0 to 1, not {share}"),
        );
        if let ContactRule::GeneralisedCmu { beta } = pool.contact_rule {
            let within = (1_000_000..=4_000_000).contains(&beta.millionths());
            let at = format!("{path}.contact_rule.generalised_cmu.beta");
            problems.check(within, at, format_args!("must be from 1 to 4, not {beta}"));
        }
        let kept =
            || config.surges.iter().flat_map(|surge| &surge.reserves).filter(|it| it.pool == pool.name);
        let seen = |queue: &QueueConfig| {
            let surged = kept().filter(|it| it.queue == queue.name).map(|it| it.reserve).max();
            Sight::new(pool.queues.get(&queue.name).unwrap_or(&standard), queue, surged)
        };
        let sights: Vec<Sight> = config.queues.iter().map(seen).collect();
        let one_tier = sights.windows(2).all(|two| two[0].tier == two[1].tier);
        let by_points = config.queues.iter().all(|queue| queue.order == QueueOrder::Points);
        let gated = sights.iter().any(Sight::is_gated);
        Pool {
            name: pool.name.clone(),
            idle_clock: pool.idle_clock,
            keep_seniority_on_break: pool.keep_seniority_on_break,
            shift: pool.shift,
            idle_clock_ignores: pool.idle_clock_ignores.clone(),
            rule: pool.contact_rule,
            index: contact_index(pool.contact_rule),
            idle_share: share,
            is_plain: pool.contact_rule == ContactRule::Points && one_tier && by_points && !gated,
            most_reserved: sights.iter().map(|it| it.reserve.max(it.surged.unwrap_or(0))).max().unwrap_or(0),
            sights,
            is_gated: gated,
        }
    }

    /// What only all pools together say of a queue: when it becomes visible to one more, and how its agents are sought.
    pub(super) fn see_queues(&mut self, problems: &mut Problems) {
        for (id, queue) in (0..).map(QueueId).zip(&mut self.queues) {
            let sights = || self.pools.iter().map(|pool| &pool.sights[id.index()]);
            queue.delays = sights().map(|sight| sight.delay).filter(|delay| *delay > Span::ZERO).collect();
            queue.delays.sort_unstable();
            queue.delays.dedup();
            at_most(queue.delays.len(), MAX_DELAYS, format!("queues[{}]", id.0), problems);
            let personal = is_personal(queue.settings.agent_rule);
            queue.is_plain = !personal && !sights().any(Sight::is_gated);
        }
    }

    /// How a pool sees a queue.
    pub(crate) fn sight(&self, pool: PoolId, queue: QueueId) -> &Sight {
        &self.pools[pool.index()].sights[queue.index()]
    }

    /// Pools to which contacts of the queue are not visible yet when so many of its delays have passed.
    pub(crate) fn hidden_from(&self, queue: QueueId, passed: u8) -> Vec<PoolId> {
        let delays = &self.queues[queue.index()].delays;
        let known = passed.checked_sub(1).map_or(Span::ZERO, |last| delays[usize::from(last)]);
        let pools = (0..).map(PoolId).zip(&self.pools);
        pools.filter(|(_, pool)| pool.sights[queue.index()].delay > known).map(|(id, _)| id).collect()
    }
}
