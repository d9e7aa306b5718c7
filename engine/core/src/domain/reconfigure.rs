//! Another configuration while the domain runs: looked at, then in force at one event, with everybody where they are.

use std::sync::Arc;

use super::Domain;
use super::commands::Begun;
use crate::config::{Compiled, Config};
use crate::error::CommandError;
use crate::event::EventKind;
use crate::snapshot::Snapshot;

impl Domain {
    pub(super) fn reconfigure(&self, wanted: &Config) -> Result<Begun, CommandError> {
        let config = wanted.following(&self.document);
        if let Some(path) = self.document.fixed_change(&config) {
            return Err(CommandError::FixedSetting { path });
        }
        Compiled::new(&config).map_err(CommandError::InvalidConfig)?;
        let config_version = self.config_version.saturating_add(1);
        Ok(Begun::Emit(EventKind::Reconfigured { config: Arc::new(config), config_version }))
    }

    /// The same state, led by another configuration from now on. What is published and armed follows from it anew.
    ///
    /// Everybody seeks again, and what is on offer is looked at: by the new rules somebody may be served at once, and an
    /// offer may be against them.
    pub(super) fn reconfigured(&mut self, config: &Arc<Config>, config_version: u32) {
        let compiled = Compiled::new(config).expect("it was looked at before it was said");
        let snapshot = Snapshot::under(self.snapshot(), config.clone(), config_version);
        let mut next = Self::restored(snapshot, compiled);
        next.matcher = self.matcher;
        next.firing = self.firing;
        core::mem::swap(&mut next.outbox, &mut self.outbox);
        core::mem::swap(&mut next.run_queue, &mut self.run_queue);
        *self = next;
        self.freed = self.agents.iter().map(|agent| agent.id).collect();
        self.relieved =
            self.agents.iter().filter(|agent| agent.suspended > 0).map(|agent| agent.id).collect();
        self.seeking = self.by_arrival(|contact| contact.is_listed());
        let offers = self.agents.iter().flat_map(|agent| agent.offers());
        self.doubtful = offers.collect();
        self.doubtful.sort_unstable();
        (self.departed, self.narrowed) = (true, true);
    }
}
