//! `points`: base, slope and cap of the contact's class, at its wait since origin.

use super::ContactIndex;
use crate::matching::Curve;
use crate::time::Span;

pub(crate) struct Points;

impl ContactIndex for Points {
    fn index(&self, curve: Curve, waited: Span) -> i64 {
        curve.points(waited)
    }
}
