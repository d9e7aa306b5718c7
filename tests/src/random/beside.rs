//! What runs beside a kernel for a while: one restored from a snapshot, and shadows under this and another configuration.

use sunline_core::{Command, Domain, Event, Shadow};

use super::chance::Chance;
use super::moves::Move;
use super::reload;
use super::run::{Answer, drain, ensure, restored, tell};

/// For how many moves they run along.
const MOVES: usize = 100;

pub(super) struct Beside {
    twin: Domain,
    /// Under the configuration in force: it must choose as the kernel does.
    same: Shadow,
    /// Under another: it may choose as it likes.
    other: Option<Shadow>,
    until: usize,
}

impl Beside {
    pub(super) fn begin(kernel: &Domain, move_number: usize, chance: &mut Chance) -> Result<Self, String> {
        let same = kernel.shadow(kernel.document()).map_err(|error| error.to_string())?;
        let Command::Reconfigure(version) = reload::change(kernel.document(), chance) else {
            return Err("no other version was drawn".to_owned());
        };
        // Some versions that are drawn are to be refused.
        let other = kernel.shadow(&version).ok();
        Ok(Self { twin: restored(kernel)?, same, other, until: move_number + MOVES })
    }

    /// The kernel has made a move, and told these events.
    pub(super) fn follow(
        &mut self,
        next: &Move,
        answer: &Answer,
        events: &[Event],
        untold: bool,
    ) -> Result<(), String> {
        let same = untold || tell(&mut self.twin, next) == *answer;
        let told = drain(&mut self.twin);
        ensure(same && told == events, || {
            let apart = told.iter().zip(events).position(|(told, right)| told != right);
            let from = apart.unwrap_or(told.len().min(events.len()));
            format!(
                "a restored kernel did something else than the one it was taken from: {:?}, not {:?}",
                told.get(from),
                events.get(from)
            )
        })?;
        for event in events {
            self.same.hear(event).map_err(|error| error.to_string())?;
            if let Some(other) = &mut self.other {
                other.hear(event).map_err(|error| error.to_string())?;
            }
        }
        let total = self.same.report().total();
        ensure(total.other + total.nobody + total.sooner == 0, || {
            let differs = self.same.report().differences.back();
            format!("a shadow under the same configuration chose otherwise: {differs:?}")
        })
    }

    pub(super) fn is_over(&self, move_number: usize) -> bool {
        self.until == move_number
    }

    /// The end: the restored kernel is where the other is. How often the other version chose in the same way, and how
    /// often not.
    pub(super) fn end(self, kernel: &Domain) -> Result<[u64; 4], String> {
        let same = self.twin.state_hash() == kernel.state_hash();
        ensure(same, || "a restored kernel went astray".to_owned())?;
        let other = self.other.map(|shadow| shadow.report().total()).unwrap_or_default();
        Ok([other.same, other.other, other.nobody, other.sooner])
    }
}
