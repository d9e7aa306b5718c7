//! Agents who learn: the more contacts of a queue they have had, the shorter the next one takes them.
//!
//! The curve is a power of experience: whenever experience doubles, the same share of the handle time is left. What a
//! contact brings is drawn as ever and shortened by the agent who gets it, so two policies still meet the same customers.
//!
//! # Source
//! Wright, "Factors Affecting the Cost of Airplanes", J. Aeronautical Sciences 3(4), 1936, for the power law; Gans, Liu,
//! Mandelbaum, Shen and Ye, "Service Times in Call Centers: Agent Heterogeneity and Learning with some Operational
//! Consequences", IMS Collections 6, 2010, for agents of call centres, whose curves differ and level off.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// How some agents learn the contacts of one queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// Name of the queue.
    pub queue: SmolStr,
    /// Share of the handle time that is left when experience has doubled, above 0 and at most 1: 0.9 is a tenth less.
    pub rate: f64,
    /// Share of the first handle time that is always left, in `[0, 1]`. Default 0.
    #[serde(default)]
    pub floor: f64,
    /// Contacts of the queue that an agent has had before, by name, 1 or more. Who is not named has nothing to learn.
    pub experience: BTreeMap<SmolStr, f64>,
}

/// A curve made ready.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Curve {
    exponent: f64,
    floor: f64,
}

impl Curve {
    pub(crate) fn of(learning: &Learning) -> Self {
        Self { exponent: libm::log2(learning.rate), floor: learning.floor }
    }

    /// The factor on the handle time after so many contacts more than `before`.
    pub(crate) fn factor(self, before: f64, more: u32) -> f64 {
        libm::exp2(self.exponent * libm::log2(1.0 + f64::from(more) / before)).max(self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_doubling_leaves_the_same_share_down_to_the_floor() {
        let learning = Learning { queue: "q".into(), rate: 0.8, floor: 0.5, experience: BTreeMap::new() };
        let curve = Curve::of(&learning);
        for (before, more, expected) in [
            (1.0, 0, 1.0),
            (1.0, 1, 0.8),
            (1.0, 3, 0.64),
            (10.0, 10, 0.8),
            (10.0, 30, 0.64),
            (1.0, 1023, 0.5),
        ] {
            let factor = curve.factor(before, more);
            assert!((factor - expected).abs() < 1e-12, "{before} {more}: {factor}");
        }
    }
}
