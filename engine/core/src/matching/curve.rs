//! How a contact's points grow with its wait.

use serde::{Deserialize, Serialize};

use crate::time::Span;

/// Points at a wait of w: `base + ⌊slope × whole seconds of w ÷ 3600⌋`, never above `cap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Curve {
    base: i64,
    cap: i64,
    slope: u32,
}

impl Curve {
    /// A curve from `base` points, gaining `slope` points per hour, up to `cap` (`None`: without end).
    pub const fn new(base: i64, slope: u32, cap: Option<i64>) -> Self {
        let cap = match cap {
            Some(cap) => cap,
            None => i64::MAX,
        };
        Self { base, cap, slope }
    }

    /// The same curve from a base that is `points` higher.
    #[must_use]
    pub const fn raised(self, points: i64) -> Self {
        Self { base: self.base.saturating_add(points), ..self }
    }

    /// Points after waiting this long; a negative wait counts as none.
    pub fn points(self, waited: Span) -> i64 {
        let seconds = waited.as_nanos().max(0) as u64 / 1_000_000_000;
        let gained = seconds.saturating_mul(self.slope.into()) / 3600;
        self.base.saturating_add(gained as i64).min(self.cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_grow_by_whole_seconds_up_to_the_cap() {
        let curve = Curve::new(10, 1800, Some(12));
        assert_eq!(curve.points(Span::from_millis(1_999)), 10);
        assert_eq!(curve.points(Span::from_secs(2)), 11);
        assert_eq!(curve.points(Span::from_secs(99)), 12);
        assert_eq!(curve.points(Span::from_secs(-5)), 10);
        assert!(Curve::new(0, u32::MAX, None).points(Span::MAX) > 0);
    }
}
