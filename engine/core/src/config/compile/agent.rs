//! An agent's registration, checked, with its names resolved.

use std::collections::BTreeMap;

use super::checks::{at_most, check_attributes, check_dates, check_name, check_names, in_range};
use super::{Compiled, ResolvedAgent};
use crate::config::document::AgentSpec;
use crate::config::problem::Problems;
use crate::ids::PoolId;
use crate::limits;
use crate::time::Span;

impl Compiled {
    pub(super) fn agent(&self, spec: &AgentSpec, path: &str, problems: &mut Problems) -> ResolvedAgent {
        let at = |field: &str| format!("{path}.{field}");
        check_name(&spec.name, at("name"), problems);
        in_range(spec.capacity.into(), 1, limits::MAX_CAPACITY.into(), at("capacity"), problems);
        let mut pool = PoolId::default();
        if let Some(name) = &spec.pool {
            match self.pool_id(name) {
                Some(id) => pool = id,
                None => problems.add(at("pool"), format!("no pool is called {name:?}")),
            }
        }
        at_most(spec.skills.len(), limits::MAX_SKILLS_PER_AGENT, at("skills"), problems);
        let mut skills = Vec::with_capacity(spec.skills.len());
        for (name, grant) in &spec.skills {
            match self.skill_id(name) {
                Some(skill) => skills.push((skill, *grant)),
                None => problems.add(at(&format!("skills.{name}")), "no skill has this name"),
            }
            if let (Some(from), Some(until)) = (grant.from, grant.until) {
                problems.check(
                    from < until,
                    at(&format!("skills.{name}")),
                    "ends at or before its own start",
                );
            }
        }
        skills.sort_unstable_by_key(|(skill, _)| *skill);
        check_names(spec.site.iter(), &at("site"), problems);
        check_names(spec.partner.iter(), &at("partner"), problems);
        at_most(spec.groups.len(), limits::MAX_LABELS, at("groups"), problems);
        check_names(spec.groups.iter(), &at("groups"), problems);
        at_most(spec.clearance.len(), limits::MAX_LABELS, at("clearance"), problems);
        check_names(spec.clearance.iter(), &at("clearance"), problems);
        check_attributes(&spec.attributes, &at("attributes"), problems);
        in_range(spec.weight.into(), 1, 100, at("weight"), problems);
        let mut handle_times = BTreeMap::new();
        for (name, time) in &spec.handle_times {
            let path = at(&format!("handle_times.{name}"));
            match self.queue_id(name) {
                Some(queue) => {
                    handle_times.insert(queue, time.0);
                }
                None => problems.add(&*path, "no queue has this name"),
            }
            problems.check(time.0 > Span::ZERO, path, "must be more than 0s");
        }
        for (queue, time) in handle_times.clone() {
            for queue in self.stands_for(queue) {
                handle_times.entry(queue).or_insert(time);
            }
        }
        let shift = spec.shift.as_ref().map(|name| self.calendar(name, at("shift"), problems));
        at_most(spec.entitlements.len(), limits::MAX_ATTRIBUTES, at("entitlements"), problems);
        for (name, dates) in &spec.entitlements {
            check_name(name, at(&format!("entitlements.{name}")), problems);
            check_dates(*dates, at(&format!("entitlements.{name}")), problems);
        }
        at_most(spec.never_serves.len(), limits::MAX_NEVER_SERVES, at("never_serves"), problems);
        check_names(spec.never_serves.iter(), &at("never_serves"), problems);
        let mut caps = Vec::with_capacity(spec.caps.len());
        for (name, cap) in &spec.caps {
            match self.channel_id(name) {
                Some(channel) => caps.push((channel, *cap)),
                None => problems.add(at(&format!("caps.{name}")), "no channel has this name"),
            }
        }
        let partner = spec.partner.as_ref();
        let terms = partner.and_then(|name| self.partners.iter().find(|known| known.terms.name == *name));
        let clearance = match terms {
            Some(partner) => spec.clearance.intersection(&partner.terms.data_classes).cloned().collect(),
            None => spec.clearance.clone(),
        };
        ResolvedAgent { clearance, pool, skills, handle_times, shift, caps }
    }
}
