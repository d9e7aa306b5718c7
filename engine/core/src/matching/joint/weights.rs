//! `weights`: each queue and pool have an index, constant + per_wait × longest wait + per_idle × longest idle; the largest
//! starts, none while it is negative.

use super::{JointRule, Pair, Scene};
use crate::config::WeightsConfig;
use crate::ids::{PoolId, QueueId};
use crate::time::{Span, Timestamp};

#[derive(Debug)]
pub(super) struct Weights {
    /// By queue, then by pool.
    pub(super) cells: Vec<Vec<WeightsConfig>>,
}

/// A pair that could start, and its index in nanoseconds.
#[derive(Clone, Copy)]
struct Candidate {
    pair: Pair,
    /// How fast the index grows, in millionths.
    slope: i64,
}

impl JointRule for Weights {
    fn pairs(&self, scene: &Scene<'_>) -> Vec<Pair> {
        // One pair at a time: what it leaves is looked at anew.
        let best = self.candidates(scene).into_iter().filter(|candidate| candidate.pair.index >= 0);
        let order = |candidate: &Candidate| {
            let Pair { contact, agent, index } = candidate.pair;
            (core::cmp::Reverse(index), contact, agent)
        };
        best.min_by_key(order).map(|candidate| candidate.pair).into_iter().collect()
    }

    fn tick(&self) -> Span {
        Span::ZERO
    }

    fn leaves_idle(&self) -> bool {
        true
    }

    /// The first instant at which an index is negative no more.
    fn wakes_at(&self, scene: &Scene<'_>) -> Option<Timestamp> {
        let growing = self.candidates(scene).into_iter().filter(|candidate| candidate.slope > 0);
        let rest = growing.map(|Candidate { pair, slope }| {
            let missing = -i128::from(pair.index.min(0)) * 1_000_000;
            let nanos = (missing + i128::from(slope) - 1) / i128::from(slope);
            Span::from_nanos(nanos.clamp(1, i64::MAX.into()) as i64)
        });
        rest.min().map(|rest| scene.now + rest)
    }
}

impl Weights {
    /// For each queue and pool the contact that has waited longest among those somebody idle there may serve, with the
    /// agent who has been idle longest of those who may serve it.
    fn candidates(&self, scene: &Scene<'_>) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (queue, cells) in (0..).map(QueueId).zip(&self.cells) {
            for (pool, weights) in (0..).map(PoolId).zip(cells) {
                let contacts = (0..scene.contacts.len()).filter(|c| scene.contacts[*c].queue == queue);
                let agents = || (0..scene.agents.len()).filter(|a| scene.agents[*a].pool == pool);
                let mut pairs =
                    contacts.filter_map(|c| agents().find(|a| scene.fit(c, *a).is_some()).map(|a| (c, a)));
                let Some((contact, agent)) = pairs.next() else { continue };
                let waited = scene.now.since(scene.contacts[contact].origin).max(Span::ZERO);
                let idle = scene.now.since(scene.agents[agent].idle_since).max(Span::ZERO);
                let part = |span: Span, by: i64| i128::from(span.as_nanos()) * i128::from(by) / 1_000_000;
                let (per_wait, per_idle) = (weights.per_wait.millionths(), weights.per_idle.millionths());
                let constant = i128::from(weights.constant.millionths()) * 1_000;
                let index = constant + part(waited, per_wait) + part(idle, per_idle);
                let index = index.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
                let slope = per_wait + per_idle;
                found.push(Candidate { pair: Pair { contact, agent, index }, slope });
            }
        }
        found
    }
}
