//! Whom a queue lets wait, and for how long: its bounds, and what follows at each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::optional_duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// The bounds of a queue. Nothing is bounded unless it is said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdmissionConfig {
    /// How many contacts may be ahead of one that has to wait, those being offered included; 0: nobody waits. Default:
    /// no bound.
    pub max_length: Option<u32>,
    /// What becomes of a contact that would have to wait in a full queue. Default `block`: it is told at once, and
    /// counted as `Blocked`.
    pub when_full: TurnAway,
    /// How long a contact may wait in the queue without being offered, since it entered it, more than 0. A wait of
    /// exactly this is still served by an agent who becomes free at that instant. Default: no bound.
    #[serde(with = "optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub max_wait: Option<Span>,
    /// What becomes of a contact that has waited so long. Default `block`: it ends as `TimedOut`.
    pub after_max_wait: TurnAway,
    /// Whether a contact may begin to wait when nobody capable is there. Default `always`.
    pub join: Staffing,
    /// Whether a contact may go on waiting when the last capable agent has left. Default `always`.
    pub stay: Staffing,
    /// What becomes of a contact that may not join or stay. Default `block`: it ends as `Blocked`.
    pub when_unstaffed: TurnAway,
    /// The queue that `overflow` moves contacts to.
    pub overflow_to: Option<SmolStr>,
}

/// What becomes of a contact at a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnAway {
    /// It ends, as `Blocked`; after the longest wait, as `TimedOut`.
    #[default]
    Block,
    /// It moves to the queue named by `overflow_to`, with its origin.
    Overflow,
    /// It ends, as `Shed`.
    Shed,
    /// Its customer will be called back: it keeps origin and place, and no line is held.
    Callback,
}

/// Which agents count as there. The test is made with the contact's own requirement, not its queue's alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Staffing {
    /// Nobody needs to be there.
    #[default]
    Always,
    /// A capable agent is signed in, if on a break.
    SignedIn,
    /// A capable agent is available, if busy.
    Available,
}

impl AdmissionConfig {
    /// The actions in use at the bounds that are set.
    pub(crate) fn actions(&self) -> impl Iterator<Item = TurnAway> {
        let full = self.max_length.map(|_| self.when_full);
        let late = self.max_wait.map(|_| self.after_max_wait);
        let guarded = self.join != Staffing::Always || self.stay != Staffing::Always;
        [full, late, guarded.then_some(self.when_unstaffed)].into_iter().flatten()
    }
}
