//! A joint rule, checked and made.

use std::sync::Arc;

use super::Compiled;
use crate::config::Decimal;
use crate::config::document::{Config, JointConfig};
use crate::config::problem::Problems;
use crate::matching::{JointRule, joint_rule};
use crate::time::Span;

impl Compiled {
    pub(super) fn joint(&self, config: &Config, problems: &mut Problems) -> Option<Arc<dyn JointRule>> {
        let rule = config.joint.as_ref()?;
        let mut within = |value: Decimal, least: i64, path: String| {
            let good = (least * 1_000_000..=1_000_000_000).contains(&value.millionths());
            problems.check(good, path, format_args!("must be from {least} to 1000, not {value}"));
        };
        match rule {
            JointConfig::Assignment(settings) => {
                within(settings.urgency, 0, "joint.assignment.urgency".into());
                let tick = settings.tick <= Span::from_secs(2);
                problems.check(tick, "joint.assignment.tick", "must be at most 2s");
            }
            JointConfig::Weights(cells) => {
                for (i, cell) in cells.iter().enumerate() {
                    let at = |field: &str| format!("joint.weights[{i}].{field}");
                    within(cell.per_wait, 0, at("per_wait"));
                    within(cell.per_idle, 0, at("per_idle"));
                    within(cell.constant, -1000, at("constant"));
                }
                for (i, cell) in cells.iter().enumerate() {
                    let at = |field: &str| format!("joint.weights[{i}].{field}");
                    problems.check(
                        self.queue_id(&cell.queue).is_some(),
                        at("queue"),
                        "no queue has this name",
                    );
                    problems.check(self.pool_id(&cell.pool).is_some(), at("pool"), "no pool has this name");
                    let first = cells.iter().position(|c| c.queue == cell.queue && c.pool == cell.pool);
                    problems.check(first == Some(i), at("queue"), "this queue and pool have weights already");
                }
            }
        }
        Some(joint_rule(rule, config))
    }
}
