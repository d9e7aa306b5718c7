//! What agents have learnt so far in a run.

use sunline_core::{AgentId, Domain, QueueId};

use super::queue_of;
use crate::learning::Curve;
use crate::scenario::Scenario;

/// The learners of each queue.
#[derive(Debug, Default)]
pub(super) struct Experience(Vec<Learners>);

#[derive(Clone, Debug)]
struct Learners {
    queue: QueueId,
    curve: Curve,
    /// By agent: contacts had before, 0 for who learns nothing, and in this run.
    agents: Vec<(f64, u32)>,
}

impl Experience {
    pub(super) fn new(scenario: &Scenario, domain: &Domain) -> Self {
        let agents = || scenario.config.agents.iter();
        let learners = scenario.learning.iter().map(|learning| Learners {
            queue: queue_of(domain, &learning.queue),
            curve: Curve::of(learning),
            agents: agents()
                .map(|agent| (learning.experience.get(&agent.name).copied().unwrap_or(0.0), 0))
                .collect(),
        });
        Self(learners.collect())
    }

    /// The factor on a conversation that begins now, which counts as experience from now on.
    #[inline]
    pub(super) fn factor(&mut self, queue: QueueId, agent: AgentId) -> f64 {
        let mut factor = 1.0;
        for learners in self.0.iter_mut().filter(|learners| learners.queue == queue) {
            let (before, more) = &mut learners.agents[agent.index()];
            if *before > 0.0 {
                factor *= learners.curve.factor(*before, *more);
                *more += 1;
            }
        }
        factor
    }
}
