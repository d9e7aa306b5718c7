//! Exponential draws: the ziggurat method over xoshiro256++.

use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;

/// One stream of chance; the same seed gives the same stream.
pub struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// The stream of this seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// An exponential span with this mean, in nanoseconds.
    pub fn exponential(&mut self, mean_ns: f64) -> u64 {
        let unit: f64 = Exp1.sample(&mut self.0);
        (unit * mean_ns) as u64
    }

    /// One of `0..count`, each as likely as the next: the high half of a product, whose bias is below 2⁻⁶⁰ here.
    pub fn one_of(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }
}
