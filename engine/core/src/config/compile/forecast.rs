//! Whether forecasts can be meant.

use super::checks::in_range;
use crate::config::document::Config;
use crate::config::problem::Problems;
use crate::time::Span;

pub(super) fn check(config: &Config, problems: &mut Problems) {
    if let Some(forecast) = &config.forecast {
        problems.check(forecast.handle_time > Span::ZERO, "forecast.handle_time", "must be more than 0s");
        problems.check(forecast.patience > Span::ZERO, "forecast.patience", "must be more than 0s");
        let known = [900, 1_800, 3_600].map(Span::from_secs).contains(&forecast.interval);
        problems.check(known, "forecast.interval", "must be 15m, 30m or 1h");
        in_range(forecast.agents.into(), 1, 100_000, "forecast.agents".to_owned(), problems);
    }
    for (i, queue) in config.queues.iter().enumerate() {
        let Some(at_risk) = &queue.at_risk else { continue };
        let at = |field: &str| format!("queues[{i}].at_risk{field}");
        problems.check(config.forecast.is_some(), at(""), "needs [forecast]");
        in_range(at_risk.percent.into(), 1, 100, at(".percent"), problems);
        problems.check(at_risk.lead < queue.answer_within, at(".lead"), "must be less than answer_within");
        problems.check(!at_risk.lead.is_negative(), at(".lead"), "must be 0s or more");
    }
}
