//! Running a scenario: once, or many times with different luck.

use rayon::prelude::*;

use crate::records::Records;
use crate::report::Report;
use crate::scenario::{Scenario, ScenarioError};
use crate::world::{Listener, World};

impl Scenario {
    /// Runs one replication.
    ///
    /// # Errors
    /// [`ScenarioError`] names what cannot run.
    pub fn run(&self, seed: u64, replication: u64) -> Result<Report, ScenarioError> {
        self.run_with(seed, replication, &mut ())
    }

    /// Runs one replication; `listener` hears every event.
    ///
    /// # Errors
    /// [`ScenarioError`] names what cannot run.
    pub fn run_with(
        &self,
        seed: u64,
        replication: u64,
        listener: &mut impl Listener,
    ) -> Result<Report, ScenarioError> {
        let mut world = World::new(self, seed, replication)?;
        world.run(listener);
        Ok(Report::of(self, &world))
    }

    /// Runs one replication and keeps a row for each contact.
    ///
    /// # Errors
    /// [`ScenarioError`] names what cannot run.
    pub fn run_recorded(&self, seed: u64, replication: u64) -> Result<(Report, Records), ScenarioError> {
        let mut records = Records::default();
        let report = self.run_with(seed, replication, &mut records)?;
        Ok((report, records))
    }

    /// Runs replications 0 to `count − 1` on as many threads as rayon's pool has; one entry each, in order. The
    /// results do not depend on the number of threads.
    ///
    /// # Errors
    /// [`ScenarioError`] names what cannot run.
    pub fn replicate(&self, seed: u64, count: u64) -> Result<Vec<Report>, ScenarioError> {
        (0..count).into_par_iter().map(|replication| self.run(seed, replication)).collect()
    }
}
