//! `longest_wait`: the wait since origin, in nanoseconds.

use super::{ContactIndex, Head};

#[derive(Debug)]
pub(super) struct LongestWait;

impl ContactIndex for LongestWait {
    fn index(&self, head: &Head<'_>) -> i64 {
        head.waited().as_nanos()
    }
}
