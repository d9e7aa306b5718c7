//! The calendars of a live engine, kept ahead of its clock.
//!
//! Tables of hours end at a horizon. This makes them anew long before it, and whenever rules or zone data change, and
//! tells the engine by commands like any other, so that they are journaled. Should it stop, the engine reports the
//! calendar as unknown at its horizon (`CalendarTurned`) and goes on by the rule for that: never a silent "closed".

use core::time::Duration;
use std::sync::Arc;

use sunline_calendar::{BookError, CallingError, Keeper, RuleSet, Zones};
use sunline_core::{Command, CommandError, NewContact, Receipt};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::engine::Engine;
use crate::error::EngineError;

/// How often the keeper looks at the engine's clock. A table is made anew weeks before its horizon, so that half a minute
/// plays no part, even on a clock that runs a thousand times as fast.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Keeps the calendars of a live engine; dropped, it stops.
///
/// ```
/// use sunline_calendar::{CalendarBook, Keeper, Reach, RuleSet, Zones};
/// use sunline_core::Config;
/// use sunline_runtime::{Clock, Engine, KeptCalendars};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let zones = Zones::bundled();
/// let rules = RuleSet::from_toml(r#"
///     [calendars.office]
///     zone = "Asia/Kathmandu"
///     weekly = [{ days = "sun-fri", open = "10:00", close = "17:00" }]
/// "#, &zones)?;
/// let book = CalendarBook::open(zones, rules, Reach::default(), Clock::wall().now())?;
/// let mut keeper = Keeper::new(book);
/// let config = keeper.fill(Config::from_toml(r#"
///     name = "shop"
///     channels = [{ name = "voice" }]
///     queues = [{ name = "bills", opening = { calendar = "office" } }]
///     calendars = [{ name = "office" }]
/// "#)?, &[])?;
/// let engine = Engine::in_memory(config).start().await?;
/// let calendars = KeptCalendars::keep(engine.clone(), keeper).await?;
/// # drop(calendars);
/// # engine.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct KeptCalendars {
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Kept {
    engine: Engine,
    keeper: Mutex<Keeper>,
}

/// Why calendars were not brought to the engine.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// Rules or zones cannot be compiled; the old ones stay in force.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The hours of a customer's zone cannot be made.
    #[error(transparent)]
    Calling(#[from] CallingError),
    /// The engine did not take a command.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl KeptCalendars {
    /// Brings the tables of an engine up to date and keeps them so, on the current tokio runtime. The engine may have
    /// been started with tables from [`Keeper::fill`], or go on from a journal with older ones.
    ///
    /// # Errors
    /// [`KeepError`] when a table cannot be made, or the engine does not take it.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, some tables may be up to date and others not; nothing is kept.
    pub async fn keep(engine: Engine, mut keeper: Keeper) -> Result<Self, KeepError> {
        let has = engine.inspect(|domain| {
            let tables = domain.calendars().map(|view| (view.of.clone(), Arc::new(view.hours.clone())));
            tables.collect::<Vec<_>>()
        });
        for (of, hours) in has.await? {
            keeper.has(of, hours);
        }
        let kept = Arc::new(Kept { engine, keeper: Mutex::new(keeper) });
        kept.refresh().await?;
        let task = tokio::spawn(Arc::clone(&kept).run());
        Ok(Self { kept, task })
    }

    /// Submits a contact. Where its customer's zone has no calling hours yet they are loaded first.
    ///
    /// # Errors
    /// As [`Engine::submit`]; [`KeepError::Calling`] when there is no such zone.
    ///
    /// # Cancel safety
    /// As [`Engine::submit`].
    pub async fn submit(&self, contact: NewContact) -> Result<Receipt, KeepError> {
        let refused = match self.kept.engine.submit(contact.clone()).await {
            Err(EngineError::Command(CommandError::UnknownZone { zone })) => zone,
            answer => return Ok(answer?),
        };
        let load = self.kept.keeper.lock().await.zone(&refused)?;
        self.kept.send(load.into_iter().collect()).await?;
        Ok(self.kept.engine.submit(contact).await?)
    }

    /// Takes other rules: what moved is told to the engine at once.
    ///
    /// # Errors
    /// [`KeepError::Book`] with everything that cannot be compiled; the old rules stay in force.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, some tables may have been told; the others follow within half a minute.
    pub async fn set_rules(&self, rules: RuleSet) -> Result<(), KeepError> {
        let now = self.kept.engine.now();
        let commands = self.kept.keeper.lock().await.set_rules(rules, now)?;
        self.kept.send(commands).await
    }

    /// Takes another zone database: what moved is told to the engine at once.
    ///
    /// # Errors
    /// [`KeepError::Book`] with everything that cannot be compiled; the old database stays in use.
    ///
    /// # Cancel safety
    /// As [`Self::set_rules`].
    pub async fn set_zones(&self, zones: Zones) -> Result<(), KeepError> {
        let now = self.kept.engine.now();
        let commands = self.kept.keeper.lock().await.set_zones(zones, now)?;
        self.kept.send(commands).await
    }

    /// Looks now instead of within half a minute; for clocks that are moved by hand.
    ///
    /// # Errors
    /// As [`Self::keep`].
    ///
    /// # Cancel safety
    /// As [`Self::set_rules`].
    pub async fn refresh(&self) -> Result<(), KeepError> {
        self.kept.refresh().await
    }
}

impl Drop for KeptCalendars {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Kept {
    async fn run(self: Arc<Self>) {
        while !self.engine.is_closed() {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Err(error) = self.refresh().await {
                tracing::error!(%error, "calendars could not be refreshed; they will be tried again");
            }
        }
    }

    async fn refresh(&self) -> Result<(), KeepError> {
        let commands = self.keeper.lock().await.commands(self.engine.now())?;
        self.send(commands).await
    }

    async fn send(&self, commands: Vec<Command>) -> Result<(), KeepError> {
        for command in commands {
            self.engine.apply(command.clone()).await?;
            self.keeper.lock().await.applied(&command);
        }
        Ok(())
    }
}
