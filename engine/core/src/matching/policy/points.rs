//! `points`: base, slope and cap of the contact's class, at its wait since origin.

use super::{ContactIndex, Head};

#[derive(Debug)]
pub(super) struct Points;

impl ContactIndex for Points {
    fn index(&self, head: &Head<'_>) -> i64 {
        head.points
    }
}
