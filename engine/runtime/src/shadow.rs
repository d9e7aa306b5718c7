//! A version of the configuration that runs beside the engine: it decides, and does nothing.
//!
//! It follows the events on a thread of its own, so the writer gives it one copy of the state and waits for it no more.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use sunline_core::{Config, Shadow, ShadowReport};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::host::panic_message;
use crate::stream::EventStream;

/// Events judged before the report is published again.
const BATCH: usize = 1024;
/// How long it sleeps at most before it looks whether it is still wanted.
const LOOK_UP: Duration = Duration::from_millis(100);

/// A version that runs beside the engine, until this is dropped.
pub struct ShadowHandle {
    run: Arc<Run>,
}

#[derive(Debug)]
struct Run {
    report: ArcSwap<ShadowReport>,
    stopped: AtomicBool,
    failure: OnceLock<String>,
}

impl Engine {
    /// Lets another version of the configuration decide beside the one in force, on the real contacts of now: for each offer it
    /// says whether it would have made the same. It ends when another version comes into force, or when the handle is
    /// dropped. The writer waits while the state is copied once.
    ///
    /// # Errors
    /// [`EngineError::Command`] when this version could not be put in force either; as [`Self::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn shadow(&self, version: Config) -> Result<ShadowHandle, EngineError> {
        let shadow = self.inspect(move |domain| domain.shadow(&version)).await??;
        let events = self.events(shadow.report().seq.next());
        let report = ArcSwap::from_pointee(shadow.report().clone());
        let run = Arc::new(Run { report, stopped: AtomicBool::new(false), failure: OnceLock::new() });
        let thread = std::thread::Builder::new().name("sunline-shadow".into());
        let follower = run.clone();
        thread
            .spawn(move || follower.follow(shadow, events))
            .map_err(|error| EngineError::unavailable(format!("no thread for the shadow: {error}")))?;
        Ok(ShadowHandle { run })
    }
}

impl Run {
    fn follow(&self, mut shadow: Shadow, mut events: EventStream) {
        while !self.stopped.load(Ordering::Relaxed) && shadow.report().ended.is_none() {
            let batch = match events.wait_next_batch(BATCH, LOOK_UP) {
                Ok(batch) if batch.is_empty() => return,
                Ok(batch) => batch,
                // It goes on from the journal.
                Err(EngineError::TimedOut { .. } | EngineError::SinkLagged(_)) => continue,
                Err(error) => return self.fail(error.to_string()),
            };
            let heard = catch_unwind(AssertUnwindSafe(|| {
                batch.iter().try_for_each(|event| shadow.hear(event)).map_err(|error| error.to_string())
            }));
            match heard {
                Ok(Ok(())) => self.report.store(Arc::new(shadow.report().clone())),
                Ok(Err(error)) => return self.fail(error),
                Err(panic) => return self.fail(panic_message(&*panic)),
            }
        }
    }

    fn fail(&self, why: String) {
        tracing::warn!(why, "a shadow follows no more");
        let _ = self.failure.set(why);
    }
}

impl ShadowHandle {
    /// What it has seen so far. Never waits.
    pub fn report(&self) -> Arc<ShadowReport> {
        self.run.report.load_full()
    }

    /// Why it follows no more, where it could not.
    pub fn failure(&self) -> Option<&str> {
        self.run.failure.get().map(String::as_str)
    }
}

impl Drop for ShadowHandle {
    fn drop(&mut self) {
        self.run.stopped.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for ShadowHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShadowHandle").field("seq", &self.report().seq).finish_non_exhaustive()
    }
}
