//! `assignment`: all that wait and all that are free, together: in the oldest layer first as many pairs as can be made,
//! then the least total cost.

use super::{JointRule, Pair, Scene, assign::assign};
use crate::config::AssignmentConfig;
use crate::time::{Span, Timestamp};

#[derive(Debug)]
pub(super) struct Assignment(pub(super) AssignmentConfig);

impl JointRule for Assignment {
    fn pairs(&self, scene: &Scene<'_>) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let mut agents: Vec<usize> = (0..scene.agents.len()).collect();
        let mut from = 0;
        while from < scene.contacts.len() && !agents.is_empty() {
            let end = scene.contacts[from].origin + self.0.layer;
            let layer = scene.contacts[from..].iter().take_while(|contact| contact.origin <= end).count();
            let costs: Vec<Vec<Option<i64>>> = (from..from + layer)
                .map(|contact| agents.iter().map(|agent| self.cost(scene, contact, *agent)).collect())
                .collect();
            let columns = assign(&costs);
            let mut taken = Vec::new();
            for (row, column) in columns.iter().enumerate() {
                let Some(column) = *column else { continue };
                let cost = costs[row][column].unwrap_or(0);
                pairs.push(Pair { contact: from + row, agent: agents[column], index: cost.saturating_neg() });
                taken.push(agents[column]);
            }
            agents.retain(|agent| !taken.contains(agent));
            from += layer;
        }
        pairs
    }

    fn tick(&self) -> Span {
        self.0.tick
    }

    fn wakes_at(&self, _: &Scene<'_>) -> Option<Timestamp> {
        None
    }
}

impl Assignment {
    /// Expected handle time − what suiting well is worth − what the wait is worth, in nanoseconds.
    fn cost(&self, scene: &Scene<'_>, contact: usize, agent: usize) -> Option<i64> {
        let fit = scene.fit(contact, agent)?;
        let times = |span: i64, millionths: i64| i128::from(span) * i128::from(millionths) / 1_000_000;
        let suits = times(self.0.value.as_nanos(), fit.score);
        let waited = scene.now.since(scene.contacts[contact].origin).max(Span::ZERO);
        let urgent = times(waited.as_nanos(), self.0.urgency.millionths());
        let cost = i128::from(fit.handle_time.as_nanos()) - suits - urgent;
        Some(cost.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }
}
