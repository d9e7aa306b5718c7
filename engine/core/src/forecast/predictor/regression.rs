//! Recursive least squares: a linear fit that takes one observation at a time.

use serde::{Deserialize, Serialize};

use super::inputs::{INPUTS, Inputs};

/// A linear function of the inputs, fitted to what came in, the old fading.
///
/// It starts as zero. What it has not seen it does not claim to know: an input's uncertainty never grows beyond what it
/// was at the start, so a quiet night or a constant input cannot make it restless.
///
/// # Source
/// Recursive least squares with exponential forgetting; Ljung and Söderström, "Theory and Practice of Recursive
/// Identification", 1983.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Regression {
    weights: Inputs,
    /// Covariance of the weights, symmetric.
    spread: Vec<Inputs>,
}

impl Regression {
    pub(super) fn new() -> Self {
        let row = |i: usize| {
            let mut row = [0.0; INPUTS];
            row[i] = PRIOR_VARIANCE;
            row
        };
        Self { weights: [0.0; INPUTS], spread: (0..INPUTS).map(row).collect() }
    }

    pub(super) fn predict(&self, inputs: &Inputs) -> f64 {
        dot(&self.weights, inputs)
    }

    /// The answer to `inputs` would have been `answer`; it counts `weight` times.
    pub(super) fn learn(&mut self, inputs: &Inputs, answer: f64, weight: f64) {
        let error = answer - self.predict(inputs);
        let mut along = [0.0; INPUTS];
        for (along, row) in along.iter_mut().zip(&self.spread) {
            *along = dot(row, inputs);
        }
        let noise = KEPT / weight + dot(&along, inputs);
        for (weight, along) in self.weights.iter_mut().zip(&along) {
            *weight += along / noise * error;
        }
        for (i, row) in self.spread.iter_mut().enumerate() {
            let gain = along[i] / noise;
            for (cell, along) in row.iter_mut().zip(&along) {
                *cell = (*cell - gain * along) * GROWTH;
            }
        }
        self.hold();
    }

    /// Shrinks rows and columns whose variance has grown beyond the start.
    fn hold(&mut self) {
        for i in 0..INPUTS {
            let variance = self.spread[i][i];
            if variance > PRIOR_VARIANCE {
                let shrink = (PRIOR_VARIANCE / variance).sqrt();
                for cell in &mut self.spread[i] {
                    *cell *= shrink;
                }
                for row in &mut self.spread {
                    row[i] *= shrink;
                }
            }
        }
    }
}

fn dot(a: &Inputs, b: &Inputs) -> f64 {
    // Four sums side by side: one order of addition on every machine, and a short chain.
    let mut sums = [0.0; 4];
    for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for k in 0..4 {
            sums[k] += a[k] * b[k];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

const _: () = assert!(INPUTS.is_multiple_of(4));

/// How much of the past is kept at each observation: the last five thousand count.
const KEPT: f64 = 0.9998;
/// By how much uncertainty grows when the past fades.
const GROWTH: f64 = 1.0 / KEPT;

/// Variance of each weight before anything was seen: a weight of 0.3 is no surprise, one of 1 is.
const PRIOR_VARIANCE: f64 = 0.1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_a_line() {
        let mut fit = Regression::new();
        let mut inputs = [0.0; INPUTS];
        inputs[0] = 1.0;
        for i in 0..3000 {
            let x = f64::from(i % 17) / 8.0 - 1.0;
            inputs[1] = x;
            fit.learn(&inputs, 2.0 + 0.5 * x, 1.0);
        }
        inputs[1] = 0.25;
        // What it started with still counts a little.
        assert!((fit.predict(&inputs) - 2.125).abs() < 0.03, "{}", fit.predict(&inputs));
    }

    #[test]
    fn an_input_that_never_moves_does_not_wind_it_up() {
        let mut fit = Regression::new();
        let mut inputs = [0.0; INPUTS];
        inputs[0] = 1.0;
        for i in 0..200_000 {
            fit.learn(&inputs, f64::from(i % 2), 1.0);
        }
        inputs[5] = 1.0;
        fit.learn(&inputs, 40.0, 1.0);
        assert!(fit.predict(&inputs).abs() < 5.0, "{}", fit.predict(&inputs));
        let positive = (0..INPUTS).all(|i| fit.spread[i][i] > 0.0);
        assert!(positive);
    }
}
