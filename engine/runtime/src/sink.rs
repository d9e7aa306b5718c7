//! Sinks: readers that the engine drives, each at its own pace, restarted from its cursor when it fails.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smol_str::SmolStr;
use sunline_core::{Event, Seq};

use crate::actors::sinks::SinksMessage;
use crate::error::SinkLagged;
use crate::shared::Shared;

/// A failure of a sink, in its own words.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// What a delivery resolves to.
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<(), SinkError>> + Send + 'a>>;

/// A reader of events that the engine drives: a webhook, a metrics exporter, a copy in another store.
///
/// It gets all events from its cursor on, in order, in batches. A batch that fails, or during which the sink panics, is
/// delivered again, whole, after a pause that doubles from 100 ms to 30 s; by the `Seq` of its events a sink knows what it
/// has seen. Slowness and failures of one sink touch nobody else.
pub trait EventSink: Send + 'static {
    /// Takes a batch; never empty. The cursor moves past it when this resolves to `Ok`.
    fn deliver<'a>(&'a mut self, events: &'a [Event]) -> Delivery<'a>;

    /// How long to wait after so many failures in a row, at least one. Default `None`: as said above.
    fn pause(&mut self, _failures: u32) -> Option<Duration> {
        None
    }

    /// The sink fell behind events that are kept no more: those from `gap.next` to before `gap.oldest` are lost to it. When
    /// this resolves to `Ok` it goes on with the oldest there is. Default: it is a failure, tried again like any other.
    fn lost<'a>(&'a mut self, gap: SinkLagged) -> Delivery<'a> {
        Box::pin(core::future::ready(Err(gap.into())))
    }
}

/// Makes a sink: at the start, and again after it panicked.
pub(crate) type SinkFactory = Arc<dyn Fn() -> Box<dyn EventSink> + Send + Sync>;

/// An attached sink: what makes it, and how far it has come.
#[derive(Clone)]
pub(crate) struct Attached {
    pub(crate) progress: Arc<Progress>,
    pub(crate) factory: SinkFactory,
    /// Whether what is private is kept from it.
    pub(crate) masked: bool,
}

/// How far a sink has come; survives the sink.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) name: SmolStr,
    next: AtomicU64,
    pub(crate) failures: AtomicU64,
    pub(crate) lags: AtomicU64,
}

impl Progress {
    pub(crate) fn new(name: SmolStr, from: Seq) -> Self {
        Self {
            name,
            next: AtomicU64::new(from.0.max(1)),
            failures: AtomicU64::new(0),
            lags: AtomicU64::new(0),
        }
    }

    pub(crate) fn next(&self) -> Seq {
        Seq(self.next.load(Ordering::Acquire))
    }

    pub(crate) fn reached(&self, next: Seq) {
        self.next.store(next.0, Ordering::Release);
    }
}

/// First pause after a failure, and the longest.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
pub(crate) const PAUSE_MOST: Duration = Duration::from_secs(30);

/// The pause after so many failures in a row, at least one.
pub(crate) fn pause_after(failures: u32) -> Duration {
    PAUSE_FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(PAUSE_MOST)
}

/// An attached sink. Dropping it leaves the sink attached; [`detach`](Self::detach) ends it.
#[derive(Clone)]
pub struct SinkHandle {
    pub(crate) shared: Arc<Shared>,
    pub(crate) progress: Arc<Progress>,
}

impl SinkHandle {
    /// The name it was attached under.
    pub fn name(&self) -> &str {
        &self.progress.name
    }

    /// The first event that the sink has not taken yet. Attached there again, it misses nothing.
    pub fn position(&self) -> Seq {
        self.progress.next()
    }

    /// Deliveries that failed so far.
    pub fn failures(&self) -> u64 {
        self.progress.failures.load(Ordering::Relaxed)
    }

    /// How often it fell behind the buffer of recent events and went on from the journal.
    pub fn lags(&self) -> u64 {
        self.progress.lags.load(Ordering::Relaxed)
    }

    /// Ends the sink. A batch under way may be cut short; it does not count as taken.
    pub fn detach(self) {
        self.shared.detach(&self.progress);
        if let Some(sinks) = &*self.shared.addresses.sinks.load() {
            let _ = sinks.send_message(SinksMessage::Detach(self.progress.clone()));
        }
    }
}

impl fmt::Debug for SinkHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SinkHandle({} at {})", self.progress.name, self.position())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let pauses: Vec<u64> = [1, 2, 3, 8, 9, 10, 100].map(|n| pause_after(n).as_millis() as u64).to_vec();
        assert_eq!(pauses, [100, 200, 400, 12_800, 25_600, 30_000, 30_000]);
    }
}
