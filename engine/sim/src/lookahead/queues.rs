//! How the queues will do: figures of each replication, and what they say together.

use smol_str::SmolStr;
use sunline_core::QueueId;
use sunline_core::config::Compiled;
use sunline_core::measures::{QueueCounts, ServiceLevel};

use crate::statistics::{Estimate, Replications, StatisticsError};
use crate::world::World;

/// One replication: what was counted from now to the horizon, and how many then wait.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueFigures {
    /// One entry per queue, by `QueueId`: contacts that were answered or ended within the horizon, whenever they came.
    pub counts: Vec<QueueCounts>,
    /// One entry per queue, by `QueueId`: contacts that no agent has accepted at the horizon.
    pub waiting: Vec<u32>,
}

/// A figure of a queue, or of all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Share answered in time, by a named formula.
    ServiceLevel(ServiceLevel),
    /// Mean wait of the answered (ASA), in seconds.
    Asa,
    /// Mean wait of answered and abandoned, in seconds.
    MeanWait,
    /// Share of answered and abandoned that gave up.
    Abandonment,
    /// Contacts that came.
    Arrived,
    /// Contacts that were answered.
    Answered,
    /// Contacts that gave up.
    Abandoned,
    /// Contacts that wait at the horizon.
    Waiting,
}

/// What the replications say about the queues.
#[derive(Clone, Debug)]
pub struct QueueOutlook {
    names: Vec<SmolStr>,
    replications: Vec<QueueFigures>,
}

/// What a change would change of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The changed figure less the unchanged one; its interval counts replications with the same luck in pairs.
    pub change: Estimate,
    /// By how much pairing has cut the variance: as many times more replications would be needed without it; `None`
    /// where the difference never varies.
    pub gain: Option<f64>,
}

impl Figure {
    /// The figure of these counts; `None` where nobody is there to be counted.
    pub fn of(self, counts: &QueueCounts, waiting: u32) -> Option<f64> {
        match self {
            Self::ServiceLevel(formula) => counts.service_level(formula),
            Self::Asa => counts.asa().map(|wait| wait.as_secs_f64()),
            Self::MeanWait => counts.mean_wait().map(|wait| wait.as_secs_f64()),
            Self::Abandonment => counts.abandonment(),
            Self::Arrived => Some(counts.arrived as f64),
            Self::Answered => Some(counts.answered as f64),
            Self::Abandoned => Some(counts.abandoned as f64),
            Self::Waiting => Some(waiting.into()),
        }
    }
}

impl QueueFigures {
    /// A figure of a queue, or of all together (`None`).
    pub fn figure(&self, queue: Option<QueueId>, figure: Figure) -> Option<f64> {
        match queue {
            Some(queue) => figure.of(self.counts.get(queue.index())?, *self.waiting.get(queue.index())?),
            None => {
                let none = QueueCounts::default();
                let all = self.counts.iter().fold(none, |sum, queue| queue.plus(&sum));
                figure.of(&all, self.waiting.iter().sum())
            }
        }
    }
}

impl QueueOutlook {
    pub(super) fn new(config: &Compiled, replications: Vec<QueueFigures>) -> Self {
        Self { names: config.queue_names().cloned().collect(), replications }
    }

    /// The names of the queues, by `QueueId`.
    pub fn names(&self) -> &[SmolStr] {
        &self.names
    }

    /// The replications that were run, in order of their luck.
    pub fn replications(&self) -> &[QueueFigures] {
        &self.replications
    }

    /// Mean of a figure over the replications in which it is there, with its standard error.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] when it is there in fewer than two.
    pub fn estimate(&self, queue: Option<QueueId>, figure: Figure) -> Result<Estimate, StatisticsError> {
        let values = self.replications.iter().filter_map(|figures| figures.figure(queue, figure));
        values.collect::<Replications>().estimate()
    }

    /// What is different here from `base`, in pairs of replications with the same luck in which both have the figure.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] when there are fewer than two such pairs.
    pub fn minus(
        &self,
        base: &Self,
        queue: Option<QueueId>,
        figure: Figure,
    ) -> Result<Difference, StatisticsError> {
        let pairs = self.replications.iter().zip(&base.replications);
        let both =
            pairs.filter_map(|(here, there)| here.figure(queue, figure).zip(there.figure(queue, figure)));
        let (here, there): (Vec<f64>, Vec<f64>) = both.unzip();
        let paired = here.into_iter().collect::<Replications>().minus(&there.into_iter().collect())?;
        Ok(Difference { change: paired.estimate()?, gain: paired.gain() })
    }
}

/// The figures that a world has come to.
pub(super) fn figures(world: &World<'_>) -> QueueFigures {
    QueueFigures {
        counts: world.measures().queues().to_vec(),
        waiting: world.domain().queues().map(|queue| queue.waiting).collect(),
    }
}
