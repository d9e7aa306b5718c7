//! Chance in streams that carry a name, so that two policies meet the same luck.
//!
//! A stream is named by (seed, replication, purpose, group, entity): "the patience of contact 17 of queue 3
//! in replication 5". Naming one costs two hashes and no memory, so every contact has streams of its own and
//! draws its service time and its patience when it arrives, whatever any policy does afterwards. Two policies
//! run with the same seed and replication therefore differ only by what they decide (common random numbers).
//!
//! The rule a reader must not miss: the values of a stream never change between releases, machines or
//! builds. Only integer arithmetic, `+ − × ÷ √` and the pure-Rust `libm` are used, and golden values guard them.
//!
//! ```
//! use sunline_sim::random::{Chance, Purpose};
//!
//! let patience = Chance::new(42, 5).family(Purpose::Patience, 3);
//! let first = patience.stream(17).exponential();
//! assert_eq!(first, patience.stream(17).exponential(), "the same name, the same luck");
//! assert_ne!(first, patience.stream(18).exponential());
//! ```

mod ziggurat;

/// What a stream of random numbers is for. The discriminants are part of every name and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u64)]
pub enum Purpose {
    /// Instants of arrival; the group is a queue.
    Arrivals = 1,
    /// How busy a day is, as a factor on an arrival rate; the group is a queue.
    Busyness = 2,
    /// Length of a conversation; the group is a queue, the entity a contact.
    Service = 3,
    /// Length of the work after it; the group is a queue, the entity a contact.
    WrapUp = 4,
    /// How long a customer is willing to wait; the group is a queue, the entity a contact.
    Patience = 5,
    /// Attributes of a contact: its type, requirements, priority; the group is a queue, the entity a contact.
    Attributes = 6,
    /// Whether and when an agent answers an offer; the group is an agent, the entity an offer.
    Answer = 7,
    /// What a customer does next: transfers, callbacks, returns; the group is a queue, the entity a contact.
    Journey = 8,
    /// Absence, lateness and early leaving; the group is an agent, the entity a shift.
    Attendance = 9,
    /// Anything a study adds of its own; the group tells its uses apart.
    Study = 10,
    /// Whether a contact is handed on, and what it brings then; the group is a stream and through how many hands it went,
    /// the entity a contact.
    Transfer = 11,
}

/// All chance of one replication. Replications are independent; policies to compare share both numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    key: u64,
}

impl Chance {
    /// The chance of replication number `replication` under `seed`.
    pub const fn new(seed: u64, replication: u64) -> Self {
        Self { key: absorb(absorb(0, seed), replication) }
    }

    /// The streams for one purpose in one group (a queue, an agent: see [`Purpose`]), one for each entity.
    pub const fn family(self, purpose: Purpose, group: u64) -> Family {
        let key = absorb(absorb(self.key, purpose as u64), group);
        Family { state: key, gamma: absorb(key, 0) }
    }
}

/// The streams of one purpose in one group, one for each entity. Kept where contacts are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    state: u64,
    gamma: u64,
}

impl Family {
    /// The stream of `entity`, at its start.
    #[inline]
    pub const fn stream(self, entity: u64) -> Stream {
        let offset = entity.wrapping_mul(GOLDEN);
        Stream {
            state: mix(self.state.wrapping_add(offset)),
            gamma: mix_gamma(self.gamma.wrapping_add(offset)),
        }
    }
}

/// One stream of random numbers: 2⁶⁴ draws before it repeats.
///
/// The generator is `SplitMix64`; each stream has its own start and its own odd increment, so that two streams
/// do not run over the same values shifted.
///
/// # Source
/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, with the mixing
/// constants of Stafford's variant 13.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    state: u64,
    gamma: u64,
}

impl Stream {
    /// 64 random bits.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(self.gamma);
        mix(self.state)
    }

    /// A number in `[0, 1)`, a multiple of 2⁻⁵³.
    #[inline]
    pub const fn uniform(&mut self) -> f64 {
        to_unit(self.bits())
    }

    /// A number in `(0, 1]`, a multiple of 2⁻⁵³: safe to take the logarithm of.
    #[inline]
    pub const fn uniform_above_zero(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * UNIT
    }

    /// An integer in `[0, n)`; 0 when `n` is 0.
    ///
    /// # Source
    /// Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019, without the rejection
    /// step: no value is off its share by more than `n`·2⁻⁶⁴.
    #[inline]
    pub const fn below(&mut self, n: u64) -> u64 {
        ((self.bits() as u128 * n as u128) >> 64) as u64
    }

    /// An exponential number with mean 1, by the ziggurat.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        ziggurat::exponential(self)
    }

    /// A normal number with mean 0 and variance 1, by the ziggurat.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        ziggurat::normal(self)
    }
}

/// 2⁶⁴ ÷ the golden ratio, odd: multiples of it are spread evenly.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// 2⁻⁵³, the spacing of the uniform numbers.
const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;

/// The upper 53 bits as a number in `[0, 1)`.
#[inline]
const fn to_unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * UNIT
}

/// The key of a name one word longer. For a given key, different words give different keys.
const fn absorb(key: u64, word: u64) -> u64 {
    mix(key.wrapping_add(GOLDEN) ^ mix_other(word.wrapping_add(GOLDEN)))
}

/// Spreads every bit of `z` over all 64; a bijection (Stafford's variant 13).
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A second bijection, the end of `MurmurHash3`, so that mixing a mixed word undoes nothing.
#[inline]
const fn mix_other(mut z: u64) -> u64 {
    z = (z ^ (z >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    z = (z ^ (z >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    z ^ (z >> 33)
}

/// An odd increment whose bits change often enough to be a good one.
#[inline]
const fn mix_gamma(z: u64) -> u64 {
    let gamma = mix_other(z) | 1;
    if (gamma ^ (gamma >> 1)).count_ones() < 24 { gamma ^ 0xaaaa_aaaa_aaaa_aaaa } else { gamma }
}

#[cfg(test)]
mod tests;
