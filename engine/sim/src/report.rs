//! What a run came to: figures per queue, and records of contacts where wanted.

use smol_str::SmolStr;
use sunline_core::forecast::Assessment;
use sunline_core::measures::{AgentTime, Measures, QueueCounts, ServiceLevel};
use sunline_core::time::{Span, Timestamp};

use crate::scenario::Scenario;
use crate::world::World;

/// Figures of one replication.
#[derive(Clone, Debug)]
pub struct Report {
    /// One entry per queue, by `QueueId`.
    pub queues: Vec<QueueReport>,
    /// All queues together.
    pub total: QueueReport,
    /// One entry per agent, by `AgentId`.
    pub agents: Vec<AgentReport>,
    /// When figures began.
    pub from: Timestamp,
    /// When they ended.
    pub until: Timestamp,
    /// Commands that the engine applied.
    pub commands: u64,
    /// Contacts still inside at the end.
    pub inside: u64,
}

/// Figures of one queue.
#[derive(Clone, Debug)]
pub struct QueueReport {
    /// Its name.
    pub name: SmolStr,
    /// Its counts.
    pub counts: QueueCounts,
    /// Occupancy of the agents who served it at least once, in `[0, 1]`; of all agents for the total.
    pub occupancy: Option<f64>,
    /// How well the forecasts of its waits came true; none where the configuration wants no forecasts.
    pub forecasts: Option<Assessment>,
}

/// Figures of one agent.
#[derive(Clone, Debug)]
pub struct AgentReport {
    /// Its name.
    pub name: SmolStr,
    /// Time with accepted work in hand.
    pub handle: Span,
    /// Time available with nothing accepted.
    pub idle: Span,
}

impl QueueReport {
    /// Contacts that arrived.
    pub fn offered(&self) -> u64 {
        self.counts.arrived
    }

    /// Share answered in time by the default formula.
    pub fn service_level(&self) -> Option<f64> {
        self.counts.service_level(ServiceLevel::default())
    }
}

impl AgentReport {
    /// Handle ÷ (handle + idle), in `[0, 1]`.
    pub fn occupancy(&self) -> Option<f64> {
        let (handle, all) = (self.handle.as_secs_f64(), (self.handle + self.idle).as_secs_f64());
        (all > 0.0).then(|| handle / all)
    }
}

impl Report {
    pub(crate) fn of(scenario: &Scenario, world: &World<'_>) -> Self {
        let measures: &Measures = world.measures();
        let until = world.now();
        let config = world.domain().config();
        let times = measures.agents();
        let mut queues: Vec<QueueReport> = config
            .queue_names()
            .zip(measures.queues())
            .map(|(name, counts)| QueueReport {
                name: name.clone(),
                counts: *counts,
                occupancy: None,
                forecasts: None,
            })
            .collect();
        for (queue, report) in queues.iter_mut().enumerate() {
            let served = times.iter().filter(|agent| agent.has_served(queue));
            report.occupancy = Measures::occupancy(served, until);
        }
        let records = world.forecast_records();
        for (report, record) in queues.iter_mut().zip(&records) {
            report.forecasts = Some(*record);
        }
        let total = QueueReport {
            forecasts: records.iter().copied().reduce(|sum, record| sum.plus(&record)),
            name: "total".into(),
            counts: *measures.total(),
            occupancy: Measures::occupancy(times, until),
        };
        let agent = |(spec, time): (&sunline_core::AgentSpec, &AgentTime)| AgentReport {
            name: spec.name.clone(),
            handle: time.handle(until),
            idle: time.idle(until),
        };
        Self {
            agents: scenario.config.agents.iter().zip(times).map(agent).collect(),
            queues,
            total,
            from: scenario.start + scenario.warm_up,
            until,
            commands: world.commands(),
            inside: world.domain().queues().map(|queue| u64::from(queue.inside)).sum(),
        }
    }
}
