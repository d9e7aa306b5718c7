//! Overflow rules, partners and surges, checked, with their names resolved.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::checks::{check_name, check_names, in_range};
use super::{Admission, Compiled};
use crate::config::document::{
    AdmissionConfig, Config, PartnerConfig, Signal, SurgeConfig, TriggerConfig, TurnAway,
};
use crate::config::problem::Problems;
use crate::ids::{PoolId, QueueId};
use crate::time::Span;

/// An overflow rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overflow {
    pub(crate) when: TriggerConfig,
    pub(crate) to: QueueId,
}

/// A partner.
#[derive(Clone, Debug)]
pub(crate) struct Partner {
    pub(crate) queue: QueueId,
    pub(crate) topics: BTreeSet<QueueId>,
    pub(crate) terms: PartnerConfig,
}

/// A surge.
#[derive(Clone, Debug)]
pub(crate) struct Surge {
    pub(crate) queues: Vec<QueueId>,
    pub(crate) bounds: Vec<(QueueId, AdmissionConfig, Option<QueueId>)>,
    pub(crate) deflect: BTreeSet<QueueId>,
    pub(crate) shed: Vec<QueueId>,
    pub(crate) opens: BTreeSet<u16>,
    pub(crate) reserves: Vec<(PoolId, QueueId, u16)>,
    pub(crate) settings: SurgeConfig,
}

impl Compiled {
    /// Resolves overflow rules, partners and surges, once the queues are known.
    pub(super) fn resolve_overflow(&mut self, config: &Config, problems: &mut Problems) {
        for (i, partner) in config.partners.iter().enumerate() {
            let path = format!("partners[{i}]");
            check_name(&partner.name, format!("{path}.name"), problems);
            check_names(partner.data_classes.iter(), &format!("{path}.data_classes"), problems);
            in_range(partner.share.into(), 1, 100, format!("{path}.share"), problems);
            let twice = config.partners[..i].iter().any(|other| other.name == partner.name);
            problems.check(!twice, format!("{path}.name"), format_args!("{:?} is used twice", partner.name));
            if let (Some(from), Some(until)) = (partner.from, partner.until) {
                problems.check(from < until, format!("{path}.until"), "ends at or before its own start");
            }
            let queue = self.named_queue(&partner.queue, format!("{path}.queue"), problems);
            let topics = partner.topics.iter();
            let topics = topics.map(|name| self.named_queue(name, format!("{path}.topics"), problems));
            let topics = topics.collect();
            for (n, other) in config.queues.iter().enumerate() {
                let by_hours = other.opening.as_ref().and_then(|opening| opening.overflow_to.as_ref());
                problems.check(
                    by_hours != Some(&partner.queue),
                    format!("queues[{n}].opening.overflow_to"),
                    "is a partner's queue: contacts come there by rules and bounds, which test its terms",
                );
            }
            self.partners.push(Partner { queue, topics, terms: partner.clone() });
        }
        for (i, queue) in config.queues.iter().enumerate() {
            for (n, rule) in queue.overflow.iter().enumerate() {
                let path = format!("queues[{i}].overflow[{n}]");
                check_trigger(&rule.when, &format!("{path}.when"), problems);
                let to = self.named_queue(&rule.to, format!("{path}.to"), problems);
                problems.check(to.index() != i, format!("{path}.to"), "a queue does not overflow to itself");
                self.queues[i].overflow.push(Overflow { when: rule.when, to });
            }
        }
        for (i, surge) in config.surges.iter().enumerate() {
            let compiled = self.surge(surge, &format!("surges[{i}]"), problems);
            self.surges.push(compiled);
        }
        for queue in 0..self.queues.len() {
            let id = QueueId(queue as u16);
            let surged = self.surges.iter().filter(|surge| surge.touches(id));
            let bounds = surged.flat_map(|surge| &surge.bounds).filter(|(of, ..)| *of == id);
            let stays = bounds.clone().any(|(_, admission, _)| Admission::of(admission).tests_stay);
            let any =
                self.surges.iter().any(|surge| surge.touches(id)) || !self.queues[queue].overflow.is_empty();
            let admission = &mut self.queues[queue].admission;
            admission.is_bounded |= any;
            admission.tests_newcomers |= any;
            admission.tests_stay |= stays;
            self.tests_stay |= stays;
        }
        let rules = self.queues.iter().flat_map(|queue| &queue.overflow).map(|rule| rule.when);
        let triggers: Vec<TriggerConfig> =
            rules.chain(self.surges.iter().filter_map(|surge| surge.settings.when)).collect();
        self.has_triggers = !(self.surges.is_empty() && triggers.is_empty());
        let foretold = triggers.iter().any(|when| when.signal.is_forecast());
        problems.check(
            !foretold || config.forecast.is_some(),
            "forecast",
            "a trigger asks for a forecast, and none is wanted: `[forecast]` is missing",
        );
        let sheds = self.surges.iter().any(|surge| !surge.shed.is_empty());
        self.watches_waits = foretold || sheds || triggers.iter().any(|when| when.signal == Signal::Wait);
    }

    fn surge(&self, surge: &SurgeConfig, path: &str, problems: &mut Problems) -> Surge {
        let at = |field: &str| format!("{path}.{field}");
        check_name(&surge.name, at("name"), problems);
        problems.check(!surge.queues.is_empty(), at("queues"), "at least one queue is needed");
        let never = surge.when.is_none() && surge.planned.is_empty();
        problems.check(!never, at("when"), "it is neither planned nor triggered");
        if let Some(when) = &surge.when {
            check_trigger(when, &at("when"), problems);
        }
        for (n, window) in surge.planned.iter().enumerate() {
            let good = window.from < window.until;
            problems.check(good, at(&format!("planned[{n}]")), "ends at or before its own start");
        }
        let set = |names: &BTreeSet<SmolStr>, field: &str, problems: &mut Problems| -> BTreeSet<QueueId> {
            names.iter().map(|name| self.named_queue(name, at(field), problems)).collect()
        };
        let bounds = surge.bounds.iter().enumerate().map(|(n, bounds)| {
            let field = at(&format!("bounds[{n}]"));
            let queue = self.named_queue(&bounds.queue, format!("{field}.queue"), problems);
            let admission = &bounds.admission;
            let zero = admission.max_wait.is_some_and(|wait| wait <= Span::ZERO);
            problems.check(!zero, format!("{field}.admission.max_wait"), "must be more than 0s");
            let to = admission.overflow_to.as_ref();
            let to =
                to.map(|name| self.named_queue(name, format!("{field}.admission.overflow_to"), problems));
            let overflows = admission.actions().any(|action| action == TurnAway::Overflow);
            let named = to.is_some() || !overflows;
            problems.check(
                named,
                format!("{field}.admission.overflow_to"),
                "no queue is named to overflow to",
            );
            (queue, admission.clone(), to)
        });
        let bounds = bounds.collect();
        let opens = surge.open_partners.iter().filter_map(|name| {
            let found = self.partners.iter().position(|partner| partner.terms.name == *name);
            problems.check(
                found.is_some(),
                at("open_partners"),
                format_args!("no partner is called {name:?}"),
            );
            found.map(|place| place as u16)
        });
        let opens = opens.collect();
        let reserves = surge.reserves.iter().enumerate().map(|(n, kept)| {
            let field = at(&format!("reserves[{n}]"));
            let pool = self.pool_id(&kept.pool).unwrap_or_else(|| {
                problems.add(format!("{field}.pool"), format!("no pool is called {:?}", kept.pool));
                PoolId::default()
            });
            let queue = self.named_queue(&kept.queue, format!("{field}.queue"), problems);
            in_range(kept.reserve.into(), 0, 10_000, format!("{field}.reserve"), problems);
            (pool, queue, kept.reserve)
        });
        let reserves = reserves.collect();
        Surge {
            queues: set(&surge.queues, "queues", problems).into_iter().collect(),
            bounds,
            deflect: set(&surge.deflect, "deflect", problems),
            shed: surge.shed.iter().map(|name| self.named_queue(name, at("shed"), problems)).collect(),
            opens,
            reserves,
            settings: surge.clone(),
        }
    }

    fn named_queue(&self, name: &str, path: String, problems: &mut Problems) -> QueueId {
        self.queue_id(name).unwrap_or_else(|| {
            problems.add(path, format!("no queue is called {name:?}"));
            QueueId::default()
        })
    }
}

impl Surge {
    /// Whether it says something of a queue.
    pub(crate) fn touches(&self, queue: QueueId) -> bool {
        self.bounds.iter().any(|(of, ..)| *of == queue)
            || self.deflect.contains(&queue)
            || self.shed.contains(&queue)
    }
}

fn check_trigger(when: &TriggerConfig, path: &str, problems: &mut Problems) {
    let apart = if when.signal.falls() { when.leave > when.enter } else { when.leave < when.enter };
    problems.check(
        apart,
        format!("{path}.leave"),
        "must lie on the better side of `enter`, or it would flap",
    );
    for (name, length) in [("min_active", when.min_active), ("min_idle", when.min_idle)] {
        problems.check(length > Span::ZERO, format!("{path}.{name}"), "must be more than 0s");
    }
}
