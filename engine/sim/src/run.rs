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
        Ok(world.report())
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

#[cfg(test)]
mod tests {
    use sunline_core::time::{Span, Timestamp};
    use sunline_core::{AgentSpec, Config};

    use super::*;
    use crate::{Arrivals, ContactStream, Distribution};

    fn shop() -> Scenario {
        let text = "name = 'shop'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'all', offer = { answer = 'auto' } }]";
        let mut config = Config::from_toml(text).unwrap();
        config.agents = (0..5).map(|i| AgentSpec::new(&format!("agent {i}"))).collect();
        let mut shop = Scenario::new(config, Timestamp::EPOCH, Timestamp::from_secs(100 * 3600));
        shop.streams.push(ContactStream {
            queue: "all".into(),
            arrivals: Arrivals::Poisson { rate_per_hour: 100.0 },
            handling: Distribution::exponential(Span::from_secs(150)),
            patience: Some(Distribution::exponential(Span::from_secs(120))),
            points: 0,
        });
        shop
    }

    #[test]
    fn a_run_that_pauses_ends_like_one_that_does_not() {
        let shop = shop();
        let whole = shop.run(7, 0).unwrap();
        let mut world = World::new(&shop, 7, 0).unwrap();
        let mut pauses = 0;
        while !world.run_while(&mut (), || false) {
            pauses += 1;
        }
        let paused = world.report();
        assert!(pauses > 2, "{pauses}");
        assert_eq!((paused.total.counts, paused.commands), (whole.total.counts, whole.commands));
    }

    #[test]
    fn points_out_of_range_are_refused_before_the_run() {
        let mut shop = shop();
        shop.streams[0].points = 1_000_000_001;
        let refused = shop.run(7, 0).unwrap_err();
        assert_eq!(
            (refused.code(), refused.to_string().contains("streams[0].points")),
            ("out_of_range", true)
        );
    }
}
