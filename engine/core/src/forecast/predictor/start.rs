//! What is known before anything was seen: the predictor's cold start.

use crate::time::Span;

/// What is known of a pool from its configuration. None of it must be right: the predictor learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStart {
    /// Mean time an agent takes for a contact, wrap-up included. Default 180 s, a common telephone contact. It also sets
    /// the unit in which waits are measured, a twelfth of it: too long by ten, and short waits are told apart less
    /// well; too short by ten, and long waits are.
    pub handle_time: Span,
    /// Agents usually there together, at least 1; default 8. It sets how wide the first forecasts are.
    pub agents: u32,
    /// Mean time after which a contact gives up; default 300 s.
    pub patience: Span,
    /// What local time is ahead of UTC where its contacts live; default 0. It only shifts the time of day at which the
    /// predictor sees habits.
    pub local_offset: Span,
    /// Waits whose probability is scored; default 30, 60, 120 and 180 s.
    pub horizons: [Span; 4],
}

impl Default for PoolStart {
    fn default() -> Self {
        Self {
            handle_time: Span::from_secs(180),
            agents: 8,
            patience: Span::from_secs(300),
            local_offset: Span::ZERO,
            horizons: [30, 60, 120, 180].map(Span::from_secs),
        }
    }
}

impl PoolStart {
    /// Rate of giving up, per second.
    pub(super) fn giving_up(&self) -> f64 {
        1.0 / self.patience.as_secs_f64().max(0.001)
    }
}

/// What is known of a queue from its configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueStart {
    /// Its pool, by the order in which pools were given.
    pub pool: u32,
    /// Whether its contacts overtake others of the pool who joined before them; default no.
    pub favoured: bool,
}
