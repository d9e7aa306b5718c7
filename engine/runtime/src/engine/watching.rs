//! What is told of the engine itself: how long things take, and what is wrong.

use tokio::sync::oneshot;

use super::Engine;
use crate::actors::watchdog::WatchdogMessage;
use crate::error::EngineError;
use crate::telemetry::{Finding, Latencies};

impl Engine {
    /// How long the engine takes for what it does, since it started. Never waits; costs some 20 µs of the caller.
    pub fn latencies(&self) -> Latencies {
        self.shared().telemetry.latencies()
    }

    /// What the watchdog has found, by number: everything that lasts, and what is over, 256 in all. Never waits; as fresh as
    /// its last look, see [`WatchdogOptions::every`](crate::WatchdogOptions::every).
    pub fn findings(&self) -> Vec<Finding> {
        self.shared().telemetry.findings.all()
    }

    /// Has the watchdog look now and brings the metrics up to date, then says what [`Self::findings`] does. It does not
    /// wait for the writer. A deadline or an offer that is late counts when two looks in a row have found it.
    ///
    /// # Errors
    /// [`EngineError::Closed`], also while it is closing; [`EngineError::Unavailable`] while the watchdog is being replaced.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the look may still be taken.
    pub async fn look(&self) -> Result<Vec<Finding>, EngineError> {
        let closed = || self.shared().told(EngineError::Closed);
        let gone = || match self.is_closed() {
            true => closed(),
            false => EngineError::unavailable("the watchdog is being replaced"),
        };
        if self.is_closed() {
            return Err(closed());
        }
        let (reply, seen) = oneshot::channel();
        let watchdog = self.shared().addresses.watchdog.load_full().ok_or_else(closed)?;
        watchdog.send_message(WatchdogMessage::Look(reply)).map_err(|_| gone())?;
        seen.await.map_err(|_| gone())
    }
}
