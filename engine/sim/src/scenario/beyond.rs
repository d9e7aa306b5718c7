//! Whether what a world has beyond streams and shifts can be meant: transfers, learning, patience by the hour.

use smol_str::SmolStr;
use sunline_core::config::Compiled;
use sunline_core::time::Span;

use super::{Scenario, ScenarioError, out_of_range};
use crate::learning::Learning;
use crate::transfer::Transfer;

impl Scenario {
    pub(super) fn check_beyond_streams(&self, config: &Compiled) -> Result<(), ScenarioError> {
        for (i, transfer) in self.transfers.iter().enumerate() {
            self.check_transfer(i, transfer, config)?;
        }
        for (i, learning) in self.learning.iter().enumerate() {
            self.check_learning(i, learning, config)?;
        }
        for (queue, cycle) in &self.patience_cycles {
            let path = format!("patience_cycles.{queue}");
            known(config, path.clone(), queue)?;
            if cycle.step <= Span::ZERO {
                return Err(out_of_range(format!("{path}.step"), "more than 0 s", cycle.step));
            }
            let fits = |factor: &f64| *factor > 0.0 && *factor <= 1000.0;
            if cycle.factors.is_empty() || !cycle.factors.iter().all(fits) {
                let found = format!("{:?}", cycle.factors);
                let expected = "one or more, each above 0 and at most 1000";
                return Err(out_of_range(format!("{path}.factors"), expected, found));
            }
        }
        Ok(())
    }

    fn check_transfer(&self, i: usize, transfer: &Transfer, config: &Compiled) -> Result<(), ScenarioError> {
        let at = |part: &str| format!("transfers[{i}].{part}");
        known(config, at("source"), &transfer.source)?;
        known(config, at("target"), &transfer.target)?;
        if transfer.source == transfer.target {
            return Err(out_of_range(at("target"), "another queue", &transfer.target));
        }
        let before = self.transfers[..i].iter().filter(|other| other.source == transfer.source);
        let together = before.map(|other| other.share).sum::<f64>() + transfer.share;
        if !(0.0..=1.0).contains(&transfer.share) || together > 1.0 + 1e-9 {
            return Err(out_of_range(at("share"), "from 0 to 1, with all others of its queue", together));
        }
        let laws = [("talk", transfer.talk.as_ref()), ("patience", transfer.patience.as_ref())];
        for (part, law) in laws.into_iter().chain([("handling", Some(&transfer.handling))]) {
            if let Some(law) = law {
                law.sampler().map_err(|error| ScenarioError::Parameter { path: at(part), error })?;
            }
        }
        Ok(())
    }

    fn check_learning(&self, i: usize, learning: &Learning, config: &Compiled) -> Result<(), ScenarioError> {
        let at = |part: &str| format!("learning[{i}].{part}");
        known(config, at("queue"), &learning.queue)?;
        if !(learning.rate > 0.0 && learning.rate <= 1.0) {
            return Err(out_of_range(at("rate"), "more than 0 and at most 1", learning.rate));
        }
        if !(0.0..=1.0).contains(&learning.floor) {
            return Err(out_of_range(at("floor"), "from 0 to 1", learning.floor));
        }
        for (name, contacts) in &learning.experience {
            if !self.config.agents.iter().any(|agent| agent.name == *name) {
                return Err(ScenarioError::UnknownAgent { path: "learning", name: name.clone() });
            }
            if !(*contacts >= 1.0 && contacts.is_finite()) {
                return Err(out_of_range(at(&format!("experience.{name}")), "1 or more", contacts));
            }
        }
        Ok(())
    }
}

fn known(config: &Compiled, path: String, name: &SmolStr) -> Result<(), ScenarioError> {
    match config.queue_id(name) {
        Some(_) => Ok(()),
        None => Err(ScenarioError::UnknownQueue { path, name: name.clone() }),
    }
}
