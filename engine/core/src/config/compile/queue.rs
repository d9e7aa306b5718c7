//! A queue's settings, checked, with its names resolved.

use super::checks::{check_names, in_range};
use super::{Compiled, Queue};
use crate::config::document::{Config, QueueConfig};
use crate::config::problem::Problems;
use crate::ids::ChannelId;
use crate::limits;
use crate::matching::Curve;
use crate::skill::{Expression, Preference, Requirement};
use crate::time::Span;

impl Compiled {
    pub(super) fn queue(
        &self,
        config: &Config,
        queue: &QueueConfig,
        path: &str,
        problems: &mut Problems,
    ) -> Queue {
        let at = |field: &str| format!("{path}.{field}");
        let mut channel = ChannelId::default();
        if let Some(name) = &queue.channel {
            match self.channel_id(name) {
                Some(id) => channel = id,
                None => problems.add(at("channel"), format!("no channel is called {name:?}")),
            }
        }
        let mandatory = self.expression(&queue.requires).unwrap_or_else(|error| {
            problems.add(at("requires"), error);
            Expression::ALWAYS
        });
        let mut preferred = Vec::new();
        for (i, preference) in queue.prefers.iter().enumerate() {
            in_range(
                preference.weight.into(),
                1,
                limits::MAX_PREFERENCE_WEIGHT.into(),
                at(&format!("prefers[{i}].weight")),
                problems,
            );
            match self.expression(&preference.term) {
                Ok(term) => preferred.push(Preference { term, weight: preference.weight }),
                Err(error) => problems.add(at(&format!("prefers[{i}].term")), error),
            }
        }
        check_names(queue.absolute.data_classes.iter(), &at("absolute.data_classes"), problems);
        check_names(queue.absolute.sites.iter(), &at("absolute.sites"), problems);
        check_names(queue.absolute.entitlements.iter(), &at("absolute.entitlements"), problems);
        check_names(queue.absolute.project.iter(), &at("absolute.project"), problems);
        let points = limits::MAX_POINTS;
        in_range(queue.base_points, -points, points, at("base_points"), problems);
        if let Some(cap) = queue.points_cap {
            in_range(cap, -points, points, at("points_cap"), problems);
        }
        in_range(queue.rank.into(), 1, 1000, at("rank"), problems);
        for (name, value, most) in [("weight", queue.weight, 1000), ("ratio", queue.ratio, 1)] {
            let within = (0..=most * 1_000_000).contains(&value.millionths());
            problems.check(within, at(name), format_args!("must be from 0 to {most}, not {value}"));
        }
        problems.check(queue.quota_window >= Span::from_secs(1), at("quota_window"), "must be at least 1s");
        if let Some(scorer) = &queue.scorer {
            let within = scorer.wait > Span::ZERO && scorer.wait <= Span::from_secs(1);
            problems.check(within, at("scorer.wait"), "must be more than 0s and at most 1s");
        }
        problems.check(queue.handle_time > Span::ZERO, at("handle_time"), "must be more than 0s");
        for name in &queue.transfers.escalate_to_queues {
            let known = self.queue_id(name).is_some();
            problems.check(
                known,
                at("transfers.escalate_to_queues"),
                format_args!("no queue is called {name:?}"),
            );
        }
        check_names(queue.transfers.escalate_to_groups.iter(), &at("transfers.escalate_to_groups"), problems);
        let offer = &queue.offer;
        in_range(offer.parallel.into(), 1, limits::MAX_PARALLEL.into(), at("offer.parallel"), problems);
        in_range(offer.max_strikes.into(), 1, u16::MAX.into(), at("offer.max_strikes"), problems);
        problems.check(offer.expires_after > Span::ZERO, at("offer.expires_after"), "must be more than 0s");
        problems.check(offer.connect_grace > Span::ZERO, at("offer.connect_grace"), "must be more than 0s");
        let longest = queue.wrap_up.unwrap_or_default();
        problems.check(longest <= queue.wrap_up_max, at("wrap_up"), "is longer than wrap_up_max");
        let expected = queue.expected_handle.unwrap_or_default();
        problems.check(!expected.is_negative(), at("expected_handle"), "must be at least 0s");
        let opening = self.opening(queue, path, problems);
        let clock = queue.answer_clock.as_ref();
        let requirement = Requirement { absolute: queue.absolute.clone(), mandatory, preferred };
        let callback = &queue.callback;
        let attempts = limits::MAX_CALLBACK_ATTEMPTS;
        in_range(callback.max_attempts.into(), 1, attempts.into(), at("callback.max_attempts"), problems);
        problems.check(callback.gap > Span::ZERO, at("callback.gap"), "must be more than 0s");
        problems.check(callback.dial_within > Span::ZERO, at("callback.dial_within"), "must be more than 0s");
        problems.check(callback.owner_delay > Span::ZERO, at("callback.owner_delay"), "must be more than 0s");
        if let Some(slots) = &callback.slots {
            problems.check(slots.length > Span::ZERO, at("callback.slots.length"), "must be more than 0s");
            in_range(slots.share.into(), 1, 100, at("callback.slots.share"), problems);
            let known = queue.expected_handle.is_some_and(|expected| expected > Span::ZERO);
            problems.check(known, at("callback.slots"), "needs expected_handle, to say how many calls fit");
        }
        if let Some(affinity) = &queue.affinity {
            problems.check(affinity.max_wait > Span::ZERO, at("affinity.max_wait"), "must be more than 0s");
            problems.check(affinity.bonus > Span::ZERO, at("affinity.bonus"), "must be more than 0s");
            problems.check(!affinity.memory.is_negative(), at("affinity.memory"), "must be at least 0s");
        }
        check_names(queue.merge_group.iter(), &at("merge_group"), problems);
        let plan = self.plan(config, queue, path, problems);
        let mandatory = plan.at(0, &requirement.mandatory, &Expression::ALWAYS);
        let start = Requirement { mandatory, ..requirement.clone() }.on_channel(channel);
        Queue {
            channel,
            start,
            asks_channel: requirement.asks_channel() || plan.asks_channel(),
            plan,
            requirement,
            curve: Curve::new(queue.base_points, queue.points_per_hour, queue.points_cap),
            settings: queue.clone(),
            admission: self.admission(queue, path, problems),
            overflow: Vec::new(),
            delays: Vec::new(),
            retired_to: None,
            stands_in_for: None,
            stand_in: None,
            is_plain: true,
            opening,
            answer_clock: clock.map(|name| self.calendar(name, at("answer_clock"), problems)),
        }
    }
}
