//! How many contacts an arrival finds ahead of it when all agents are busy: the weights of the birth and
//! death chain.
//!
//! The weight of n ahead is that of n − 1 times λ/(drain + nθ), so the weights rise to one peak and fall.
//! They are scaled to be about 1 there; one that is too small for a number is kept by its logarithm.

/// Below this a weight is kept by its logarithm.
const SMALL: f64 = 1e-200;
/// A weight whose logarithm has fallen below this is 0, and so are all that follow.
const NOTHING: f64 = -750.0;
/// Weights this far below the greatest no longer count where the room is endless: e^(−50).
const NEGLIGIBLE: f64 = 2e-22;

/// The weights of 0, 1, 2, … contacts ahead of one that waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ahead {
    pub(super) arrival_rate: f64,
    /// Contacts per second that the agents finish.
    pub(super) drain: f64,
    pub(super) abandonment_rate: f64,
    /// Places to wait, or places that count where the room is endless.
    pub(super) places: u32,
    /// Whether a contact that finds every place taken is turned away.
    walled: bool,
    first_weight: f64,
    /// Logarithm of the weight of nobody ahead.
    pub(super) ln_first_weight: f64,
}

impl Ahead {
    /// With `places` to wait and no more.
    pub(super) fn walled(arrival_rate: f64, drain: f64, abandonment_rate: f64, places: u32) -> Self {
        let mut law = Self {
            arrival_rate,
            drain,
            abandonment_rate,
            places,
            walled: true,
            first_weight: 1.0,
            ln_first_weight: 0.0,
        };
        law.ln_first_weight = -law.ln_greatest();
        law.first_weight = libm::exp(law.ln_first_weight);
        law
    }

    /// With endless room; `None` when more than `most` places count.
    pub(super) fn endless(arrival_rate: f64, drain: f64, abandonment_rate: f64, most: u32) -> Option<Self> {
        let mut law = Self::walled(arrival_rate, drain, abandonment_rate, most);
        law.walled = false;
        let (mut weight, mut greatest) = (1.0_f64, 1.0_f64);
        for n in 0..most {
            if weight < NEGLIGIBLE * greatest {
                law.places = n;
                return Some(law);
            }
            weight *= law.ratio(f64::from(n) + 1.0);
            greatest = greatest.max(weight);
            if greatest > 1e200 {
                weight /= greatest;
                greatest = 1.0;
            }
        }
        None
    }

    /// λ/(drain + nθ): the weight of n ahead over that of n − 1.
    fn ratio(&self, ahead: f64) -> f64 {
        self.arrival_rate / (self.drain + ahead * self.abandonment_rate)
    }

    /// Logarithm of the greatest weight, when that of nobody ahead is 1.
    fn ln_greatest(&self) -> f64 {
        let (mut ln, mut weight, mut n) = (0.0, 1.0, 0.0);
        while n < f64::from(self.places) && self.ratio(n + 1.0) > 1.0 {
            n += 1.0;
            weight *= self.ratio(n);
            if weight > 1e200 {
                ln += libm::log(weight);
                weight = 1.0;
            }
        }
        ln + libm::log(weight)
    }

    /// Shows each number ahead of a contact that waits, with its weight; gives the weight of those turned
    /// away.
    pub(super) fn each(&self, mut show: impl FnMut(f64, f64)) -> f64 {
        let mut weight = self.first_weight;
        let mut ln = (weight < SMALL).then_some(self.ln_first_weight);
        for n in 0..self.places {
            show(f64::from(n), weight);
            let ratio = self.ratio(f64::from(n) + 1.0);
            if let Some(small) = ln.as_mut() {
                *small += libm::log(ratio);
                if *small < NOTHING && ratio < 1.0 {
                    return 0.0;
                }
                weight = libm::exp(*small);
            } else {
                weight *= ratio;
            }
            ln = if weight >= SMALL { None } else { ln.or_else(|| Some(libm::log(weight))) };
        }
        if self.walled { weight } else { 0.0 }
    }
}
