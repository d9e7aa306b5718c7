//! Follow the sun: who may serve a contact, and from when on, as the day moves around the earth.
//!
//! ```text
//! contact arrives ──0 s──▶ home ──after 30 s──▶ any open branch ──after 90 s──▶ partner
//!                                                    home closed: callback at its next opening
//! ```
//!
//! A plan is data and [`SunPlan::route`] is a pure function of it, the instant and the tables of hours. It asks
//! nobody and remembers nothing.

use serde::{Deserialize, Serialize};
use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

/// Targets that one plan may have.
pub const MAX_TARGETS: usize = 256;

/// Where a contact may go, by name of the calendars that say when each is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SunPlan {
    /// The home branch: first, without delay.
    pub home: String,
    /// Other branches, each after its own delay.
    #[serde(default)]
    pub spill: Vec<Spill>,
    /// A partner, after every branch.
    #[serde(default)]
    pub partner: Option<Spill>,
    /// Targets that would open later than this after arrival are left out, in seconds.
    pub look_ahead_secs: u32,
    /// What happens around a closing.
    #[serde(default)]
    pub closing: ClosingRule,
}

/// A target that opens after a delay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spill {
    /// Its calendar.
    pub branch: String,
    /// Seconds a contact waits before it may go there.
    pub after_secs: u32,
}

/// What happens around the closing of a target. Calls in progress are never cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingRule {
    /// A target takes nobody new in its last so many seconds; default 0, so that every open second counts.
    #[serde(default)]
    pub last_entry_secs: u32,
    /// What becomes of those who wait when no target is open.
    #[serde(default)]
    pub waiting: WhenClosed,
}

/// What becomes of those who wait when no target is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenClosed {
    /// They keep their place until the next opening. The default: a place once given is not taken away.
    #[default]
    KeepPlace,
    /// They are offered a callback at the next opening of their home.
    OfferCallback,
    /// They are told that it is closed.
    Close,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// The home branch.
    Home,
    /// Another branch.
    Branch,
    /// The partner.
    Partner,
}

/// A target, and from when on it may serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// Its calendar.
    pub name: &'a str,
    /// What it is.
    pub kind: TargetKind,
    /// How long after arrival it opens for this contact: its delay, or its opening where that is later.
    pub opens_after: Span,
    /// Until when it takes this contact; `None` when that lies beyond the horizon of its table.
    pub takes_until: Option<Timestamp>,
}

/// The answer for one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route<'a> {
    /// Targets in the order in which they open; the home before branches before the partner where they open together.
    pub targets: Vec<Target<'a>>,
    /// The next opening of the home, when it is closed at arrival.
    pub callback_at: Option<Timestamp>,
    /// What becomes of the contact while no target is open.
    pub waiting: WhenClosed,
}

/// Why a plan cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SunError {
    /// There is no table for a target.
    #[error("{path}: no calendar is called {name:?}")]
    UnknownCalendar {
        /// Where in the plan.
        path: String,
        /// The name.
        name: String,
    },
    /// A target is named twice.
    #[error("{path}: {name:?} is already a target")]
    NamedTwice {
        /// Where in the plan, the second time.
        path: String,
        /// The name.
        name: String,
    },
    /// The partner would come before a branch.
    #[error("partner.after_secs: {after_secs} s is before the branch {branch:?}")]
    PartnerFirst {
        /// The partner's delay.
        after_secs: u32,
        /// A branch with a longer one.
        branch: String,
    },
    /// Too many targets.
    #[error("spill: more than {bound} targets")]
    TooManyTargets {
        /// The bound, inclusive.
        bound: usize,
    },
}

impl SunError {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownCalendar { .. } => "unknown_calendar",
            Self::NamedTwice { .. } => "named_twice",
            Self::PartnerFirst { .. } => "partner_first",
            Self::TooManyTargets { .. } => "too_many_targets",
        }
    }
}

impl SunPlan {
    /// Every problem of the plan; none when it can be used. `knows` tells whether a calendar exists.
    pub fn check(&self, knows: impl Fn(&str) -> bool) -> Vec<SunError> {
        let mut errors = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        if self.spill.len() > MAX_TARGETS {
            errors.push(SunError::TooManyTargets { bound: MAX_TARGETS });
        }
        for (path, _, name, _) in self.named() {
            if !knows(name) {
                errors.push(SunError::UnknownCalendar { path: path.clone(), name: name.into() });
            }
            if seen.contains(&name) {
                errors.push(SunError::NamedTwice { path, name: name.into() });
            }
            seen.push(name);
        }
        if let Some(partner) = &self.partner {
            let later = self.spill.iter().find(|spill| spill.after_secs > partner.after_secs);
            errors.extend(later.map(|spill| SunError::PartnerFirst {
                after_secs: partner.after_secs,
                branch: spill.branch.clone(),
            }));
        }
        errors
    }

    /// Where a contact that arrives at `at` may go. `table` gives the hours of each target.
    ///
    /// # Errors
    /// [`SunError::UnknownCalendar`] names the first target without a table.
    pub fn route<'t>(
        &self,
        at: Timestamp,
        table: impl Fn(&str) -> Option<&'t HoursTable>,
    ) -> Result<Route<'_>, SunError> {
        let mut targets = Vec::new();
        let mut callback_at = None;
        for (path, kind, name, after_secs) in self.named() {
            let unknown = || SunError::UnknownCalendar { path, name: name.into() };
            let hours = table(name).ok_or_else(unknown)?;
            if kind == TargetKind::Home && !hours.is_open(at) {
                callback_at = hours.next_open(at);
            }
            targets.extend(self.target(at, kind, name, after_secs, hours));
        }
        // A stable sort: where two open together, the order of the plan decides.
        targets.sort_by_key(|target| target.opens_after);
        Ok(Route { targets, callback_at, waiting: self.closing.waiting })
    }

    fn target<'p>(
        &self,
        at: Timestamp,
        kind: TargetKind,
        name: &'p str,
        after_secs: u32,
        hours: &HoursTable,
    ) -> Option<Target<'p>> {
        let last_entry = Span::from_secs(self.closing.last_entry_secs.into());
        let mut earliest = at + Span::from_secs(after_secs.into());
        loop {
            let opens = hours.next_open(earliest)?;
            let opens_after = opens.since(at);
            if opens_after > Span::from_secs(self.look_ahead_secs.into()) {
                return None;
            }
            let closes = hours.next_change(opens);
            let takes_until = closes.map(|closes| closes - last_entry);
            match (closes, takes_until) {
                // Too close to its closing: the next opening counts.
                (Some(closes), Some(until)) if until <= opens => earliest = closes,
                _ => return Some(Target { name, kind, opens_after, takes_until }),
            }
        }
    }

    /// Every target with its path, kind, name and delay, in the order of the plan.
    fn named(&self) -> impl Iterator<Item = (String, TargetKind, &str, u32)> {
        let home = std::iter::once(("home".to_owned(), TargetKind::Home, self.home.as_str(), 0));
        let spill = self.spill.iter().take(MAX_TARGETS).enumerate().map(|(index, spill)| {
            (format!("spill[{index}].branch"), TargetKind::Branch, spill.branch.as_str(), spill.after_secs)
        });
        let partner = self.partner.iter().map(|partner| {
            ("partner.branch".to_owned(), TargetKind::Partner, partner.branch.as_str(), partner.after_secs)
        });
        home.chain(spill).chain(partner)
    }
}

#[cfg(test)]
mod tests;
