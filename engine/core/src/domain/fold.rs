//! State from events: what recovery does, with the same `apply` that ran live.

use super::Domain;
use crate::config::{Compiled, ConfigError};
use crate::event::{Event, EventKind};
use crate::ids::Seq;

impl Domain {
    /// The state that follows from a journal's events, all from the first on.
    ///
    /// # Errors
    /// [`FoldError`] names the first event that cannot follow from those before it.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FoldError> {
        let mut events = events.into_iter();
        let first = events.next().ok_or(FoldError::Empty)?;
        let EventKind::Configured { config } = &first.kind else {
            return Err(FoldError::NotConfigured { seq: first.seq });
        };
        let compiled = Compiled::new(config).map_err(FoldError::InvalidConfig)?;
        let mut domain = Self::configured(config.clone(), compiled, first.at);
        domain.fold_event(first)?;
        for event in events {
            domain.fold_event(event)?;
        }
        Ok(domain)
    }

    /// Applies one more event of a journal, without deciding anything.
    ///
    /// # Errors
    /// [`FoldError::OutOfOrder`] unless it is the event after the last one.
    pub fn fold_event(&mut self, event: &Event) -> Result<(), FoldError> {
        let expected = self.seq.next();
        if event.seq != expected {
            return Err(FoldError::OutOfOrder { expected, found: event.seq });
        }
        if let EventKind::Reconfigured { config, .. } = &event.kind {
            Compiled::new(config).map_err(FoldError::InvalidConfig)?;
        }
        self.seq = event.seq;
        self.outbox.last = event.seq;
        self.now = self.now.max(event.at);
        // Live they have fired by now, and had nothing to say.
        self.deadlines.drop_tests_before(event.at);
        self.apply(event);
        self.list_seeking();
        self.freed.clear();
        self.seeking.clear();
        if let Some(gauges) = &mut self.gauges {
            // Live they were asked in the same settle.
            gauges.take_woken();
        }
        self.doubtful.clear();
        self.rearm_joint();
        self.rearm_triggers();
        self.relieved.clear();
        self.orphans.clear();
        self.newcomers.clear();
        self.departed = false;
        self.narrowed = false;
        self.turned_away.clear();
        self.moved_hours.clear();
        Ok(())
    }
}

/// Why events do not make a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FoldError {
    /// There is no event.
    #[error("there is no event to start from")]
    Empty,
    /// The first event does not bring a configuration.
    #[error("event {seq} should be the configuration")]
    NotConfigured {
        /// The first event.
        seq: Seq,
    },
    /// The configuration is refused by this release.
    #[error("the journal's {0}")]
    InvalidConfig(ConfigError),
    /// An event is missing or repeated.
    #[error("expected event {expected}, found {found}")]
    OutOfOrder {
        /// What should have come.
        expected: Seq,
        /// What came.
        found: Seq,
    },
}
