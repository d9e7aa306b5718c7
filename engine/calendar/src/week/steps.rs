//! Agents on shift and agents needed, as steps over the week.

use sunline_core::time::{Span, Timestamp};

use super::WeekView;

/// A stretch of constant staffing and load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    /// Agents on shift, of all branches.
    pub(super) staffed: f64,
    /// Agents needed; 0 where there is no forecast.
    pub(super) needed: f64,
}

/// A stretch with fewer agents on shift than needed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shortage {
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// The largest number of agents missing in it.
    pub worst: f64,
}

impl Shortage {
    /// How long it is.
    pub fn length(&self) -> Span {
        self.until.since(self.from)
    }
}

impl WeekView<'_> {
    /// The steps of the week, in order and without holes.
    pub(super) fn steps(&self) -> Vec<Step> {
        let window = self.window();
        let mut edges = vec![window.from, window.horizon];
        for branch in self.branches {
            edges.extend(branch.hours.intervals().iter().flat_map(|i| [i.from, i.until]));
        }
        edges.extend(self.load.iter().flat_map(|step| [step.from, step.until]));
        edges.retain(|&edge| window.from <= edge && edge <= window.horizon);
        edges.sort_unstable();
        edges.dedup();
        let step = |pair: &[Timestamp]| {
            let open = self.branches.iter().filter(|branch| branch.hours.is_open(pair[0]));
            let needed = self.load.iter().find(|step| step.from <= pair[0] && pair[0] < step.until);
            Step {
                from: pair[0],
                until: pair[1],
                staffed: open.map(|branch| f64::from(branch.agents)).sum(),
                needed: needed.map_or(0.0, |step| step.agents),
            }
        };
        edges.windows(2).map(step).collect()
    }

    pub(super) fn find_shortages(&self) -> Vec<Shortage> {
        let mut list: Vec<Shortage> = Vec::new();
        for step in self.steps().into_iter().filter(|step| step.needed > step.staffed) {
            let worst = step.needed - step.staffed;
            match list.last_mut() {
                Some(last) if last.until == step.from => {
                    last.until = step.until;
                    last.worst = last.worst.max(worst);
                }
                _ => list.push(Shortage { from: step.from, until: step.until, worst }),
            }
        }
        list
    }
}
