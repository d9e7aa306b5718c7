//! Regression and residuals together: what one mode of the question has learned in one pool.

use serde::{Deserialize, Serialize};

use super::inputs::{Inputs, Look};
use super::regression::Regression;
use super::residuals::{BINS, Between, Residuals, bucket_wait};
use super::start::PoolStart;
use crate::forecast::{BaseLaw, WaitMode};

/// What one mode of the question has learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Learner {
    regression: Regression,
    residuals: Residuals,
}

/// A prediction, as remembered until its outcome is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Predicted {
    /// Logarithm of 1 + wait/scale.
    pub(super) log_wait: f64,
    pub(super) between: Between,
}

impl Learner {
    /// Before anything was seen: the base law of the wait with the agents, handle time and patience at the start.
    pub(super) fn new(start: &PoolStart, scale: f64, mode: WaitMode) -> Self {
        let drain = f64::from(start.agents.max(1)) / (12.0 * scale);
        let giving_up = start.giving_up();
        let below = |bucket: usize, error: f64| {
            let mean = bucket_wait(bucket) * scale;
            let ahead = (mean * (drain + giving_up) - 1.0).clamp(0.0, 10_000.0) as u32;
            let law = BaseLaw::new(ahead, drain, giving_up, mode);
            let wait = scale * ((1.0 + mean / scale) * libm::exp(error) - 1.0);
            // Only the shape is taken: the law is stretched to the mean of the bucket.
            law.and_then(|law| law.cdf((wait * law.mean() / mean).max(0.0))).unwrap_or(1.0)
        };
        Self { regression: Regression::new(), residuals: Residuals::new(below) }
    }

    pub(super) fn predict(&self, look: &Look) -> Predicted {
        let log_wait = (base_log(look.base_wait) + self.regression.predict(&look.inputs)).clamp(0.0, LONGEST);
        Predicted { log_wait, between: Between::of(libm::exp(log_wait) - 1.0) }
    }

    pub(super) fn law(&self, predicted: &Predicted) -> [f64; BINS] {
        self.residuals.law(predicted.between)
    }

    /// The contact was served after a wait of this logarithm. Returns the error of what was predicted.
    pub(super) fn learn(
        &mut self,
        inputs: &Inputs,
        base_wait: f64,
        predicted: &Predicted,
        log_wait: f64,
    ) -> f64 {
        let error = log_wait - predicted.log_wait;
        self.regression.learn(inputs, log_wait - base_log(base_wait), weight(base_wait));
        self.residuals.learn(predicted.between, error);
        error
    }

    /// The contact gave up after a wait of this logarithm: it would have waited longer.
    pub(super) fn learn_beyond(
        &mut self,
        inputs: &Inputs,
        base_wait: f64,
        predicted: &Predicted,
        log_wait: f64,
    ) {
        let beyond = self.residuals.learn_beyond(predicted.between, log_wait - predicted.log_wait);
        let answer = predicted.log_wait + beyond - base_log(base_wait);
        self.regression.learn(inputs, answer, weight(base_wait));
    }
}

fn base_log(base_wait: f64) -> f64 {
    libm::log1p(base_wait).min(LONGEST)
}

/// Long waits count for more: their errors are the ones that cost, and in logarithms they are small.
fn weight(base_wait: f64) -> f64 {
    (base_wait / 4.0).sqrt().clamp(0.3, 3.0)
}

/// The longest predicted logarithm: half a million units of the pool's scale.
const LONGEST: f64 = 13.0;
