//! Hours: calendars by name, when queues open, how shifts guard their ends.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::hours::HoursTable;
use crate::time::Span;

/// A calendar that queues and agents may name. Its table is made outside, by the `calendar` crate, and replaced with
/// `SetHours` before its horizon comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarConfig {
    /// Its name.
    pub name: SmolStr,
    /// Its hours. Default: none yet; until they are set the calendar is `unknown`, and that is reported.
    #[serde(default)]
    pub hours: Option<Arc<HoursTable>>,
}

/// When customers of one zone may be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallingHoursConfig {
    /// The IANA zone, as contacts name it.
    pub zone: SmolStr,
    /// The hours.
    pub hours: Arc<HoursTable>,
}

/// When a queue is open, and what its closing means. Contacts that an agent has accepted stay in any case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningConfig {
    /// The calendar whose hours it keeps. While that is `unknown` the queue is open: nobody is turned away because a
    /// table was forgotten.
    pub calendar: SmolStr,
    /// What becomes of those who wait when it closes. Default `serve`: a place once given is kept, and whoever is still
    /// there serves it.
    #[serde(default = "serve")]
    pub at_closing: ClosedAction,
    /// What becomes of those who arrive while it is closed. Default `end`: the customer is told at once.
    #[serde(default = "end")]
    pub when_closed: ClosedAction,
    /// The queue that `overflow` moves contacts to.
    #[serde(default)]
    pub overflow_to: Option<SmolStr>,
}

/// What becomes of a contact in a queue that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClosedAction {
    /// It waits as always, and whoever is there serves it.
    Serve,
    /// It keeps its place, and nobody is asked before the queue opens again.
    Defer,
    /// It ends as `Closed`.
    End,
    /// It moves to the queue named by `overflow_to`, with its origin.
    Overflow,
}

/// How the shifts of a pool's agents guard their ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ShiftConfig {
    /// How far the expected end of new work may lie past the end of the shift, at least 0. Default 0: who goes home at
    /// six is given nothing that is expected to last beyond six.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub overrun: Span,
    /// What an agent is given outside its shifts. Default `nothing`.
    pub off_shift: OffShift,
    /// Who signs agents in and out. Default `by_agent`.
    pub sign_in: SignIn,
}

/// What an agent who is signed in outside its shifts is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OffShift {
    /// No new work.
    #[default]
    Nothing,
    /// Work as always: overtime counts.
    Anything,
}

/// Who signs agents in and out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// The agent, or the host in its name.
    #[default]
    ByAgent,
    /// The shift: its start makes an offline agent available, its end makes any agent offline. Work in progress goes
    /// on; and in between the agent's own word counts.
    ByShift,
}

const fn serve() -> ClosedAction {
    ClosedAction::Serve
}

const fn end() -> ClosedAction {
    ClosedAction::End
}
