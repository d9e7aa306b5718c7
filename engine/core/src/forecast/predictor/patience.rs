//! How long contacts have been seen to wait before they give up, though most are served first.

use serde::{Deserialize, Serialize};

/// Stretches of waiting in which the rate of giving up is taken as constant.
const STRETCHES: usize = 8;
/// Where each begins, in units of the pool's scale.
const BEGINS: [f64; STRETCHES] = [0.0, 1.0 / 3.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
/// How much is kept at each contact: the last two thousand count.
const KEPT: f64 = 0.9995;
/// What the rate at the start is worth, in contacts that gave up.
const PRIOR_CONTACTS: f64 = 2.0;

/// The rate of giving up, by time waited: Kaplan and Meier's idea, for the recent past.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Patience {
    scale: f64,
    gone: [f64; STRETCHES],
    waited: [f64; STRETCHES],
    /// Cumulative hazard at each begin.
    upto: [f64; STRETCHES],
}

impl Patience {
    pub(super) fn new(scale: f64, rate: f64) -> Self {
        let rate = rate.max(1e-9);
        let mut patience = Self {
            scale,
            gone: [PRIOR_CONTACTS; STRETCHES],
            waited: [PRIOR_CONTACTS / rate; STRETCHES],
            upto: [0.0; STRETCHES],
        };
        patience.add_up();
        patience
    }

    /// A contact waited so long, and gave up or did not.
    pub(super) fn learn(&mut self, wait: f64, gave_up: bool) {
        for (gone, waited) in self.gone.iter_mut().zip(&mut self.waited) {
            *gone *= KEPT;
            *waited *= KEPT;
        }
        let last = self.stretch(wait);
        for k in 0..=last {
            let end = if k == last { wait } else { BEGINS[k + 1] * self.scale };
            self.waited[k] += end - BEGINS[k] * self.scale;
        }
        self.gone[last] += f64::from(u8::from(gave_up));
        self.add_up();
    }

    /// Probability that a contact is still patient after `wait` seconds.
    pub(super) fn survival(&self, wait: f64) -> f64 {
        let k = self.stretch(wait);
        libm::exp(-self.upto[k] - self.hazard(k) * (wait - BEGINS[k] * self.scale))
    }

    fn hazard(&self, k: usize) -> f64 {
        self.gone[k] / self.waited[k].max(1e-9)
    }

    fn stretch(&self, wait: f64) -> usize {
        BEGINS.iter().rposition(|begin| begin * self.scale <= wait).unwrap_or(0)
    }

    fn add_up(&mut self) {
        for k in 1..STRETCHES {
            self.upto[k] = self.upto[k - 1] + self.hazard(k - 1) * (BEGINS[k] - BEGINS[k - 1]) * self.scale;
        }
    }
}

/// The rate of giving up of one queue, over all waits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct GivingUp {
    gone: f64,
    waited: f64,
}

impl GivingUp {
    pub(super) fn new(rate: f64) -> Self {
        Self { gone: PRIOR_CONTACTS, waited: PRIOR_CONTACTS / rate.max(1e-9) }
    }

    pub(super) fn learn(&mut self, wait: f64, gave_up: bool) {
        self.gone = self.gone * FAST_KEPT + f64::from(u8::from(gave_up));
        self.waited = self.waited * FAST_KEPT + wait;
    }

    /// Per second; never zero.
    pub(super) fn rate(&self) -> f64 {
        ((self.gone + 1e-3) / (self.waited + 1e-3)).max(1e-9)
    }
}

/// The last thousand contacts of a queue count.
const FAST_KEPT: f64 = 0.999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survival_is_that_of_the_seen_rate() {
        let mut patience = Patience::new(15.0, 1.0 / 300.0);
        for i in 0..20_000 {
            // Waits of a minute; one in five gives up at its end: a rate of 1/300 in all, none before a minute.
            patience.learn(60.0, i % 5 == 0);
        }
        assert!(patience.survival(29.0) > 0.98, "{}", patience.survival(29.0));
        assert!(patience.survival(119.9) < 0.75, "{}", patience.survival(119.9));
        assert!(patience.survival(1e6) >= 0.0);
    }

    #[test]
    fn a_queue_that_nobody_leaves_has_a_rate() {
        let mut rate = GivingUp::new(1.0 / 300.0);
        for _ in 0..100_000 {
            rate.learn(10.0, false);
        }
        assert!(rate.rate() > 0.0);
    }
}
