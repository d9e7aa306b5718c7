//! `longest_idle`: all are equal, so the idle clock decides.

use super::AgentOrder;
use crate::skill::{Facts, Requirement};

pub(super) struct LongestIdle;

impl AgentOrder for LongestIdle {
    fn rank(&self, _: &Requirement, _: &Facts, _: u16) -> i64 {
        0
    }
}
