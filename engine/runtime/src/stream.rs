//! Reading events by cursor: from any point of the past, through the present, without a gap and without a duplicate.
//!
//! ```text
//! journal ──(older than the buffer)──▶ ┐
//!                                      ├─▶ next() ─▶ event n, n+1, n+2 …
//! buffer of recent events ───────────▶ ┘
//! ```
//!
//! A reader costs the engine nothing. One that has followed live and falls behind the buffer is told so once, with
//! [`SinkLagged`]; its next read goes on where it stood, from the journal.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use sunline_core::{Event, Seq};
use tokio::sync::watch;

use crate::error::{EngineError, SinkLagged};
use crate::ledger::LedgerError;
use crate::log::{Found, Frame, Tail};
use crate::shared::Shared;
use crate::wait::park_on_until;

/// Events read from the journal at once.
const READ_AHEAD: usize = 1024;

/// A reader of events. It sees an event once its record is durable, in order.
#[derive(Debug)]
pub struct EventStream {
    shared: Arc<Shared>,
    bell: watch::Receiver<Tail>,
    next: Seq,
    /// The frame that is being read, and how far.
    frame: Option<(Frame, usize)>,
    /// When that frame was decided, and the oldest of the last batch; unknown for what comes from the journal.
    decided: Option<Instant>,
    batch_decided: Option<Instant>,
    /// Whether it has read from the buffer, so that falling behind is news.
    live: bool,
    /// Whether what is private is left out.
    masked: bool,
}

impl EventStream {
    pub(crate) fn new(shared: Arc<Shared>, from: Seq) -> Self {
        let bell = shared.log.watch();
        let next = Seq(from.0.max(1));
        Self {
            shared,
            bell,
            next,
            frame: None,
            decided: None,
            batch_decided: None,
            live: false,
            masked: false,
        }
    }

    /// Leaves out what is private: payloads, and the values of the attributes that the configuration marks, as it is when
    /// an event is read.
    #[must_use]
    pub fn masked(mut self) -> Self {
        self.masked = true;
        self
    }

    /// The number of the next event; a reader that resumes later begins there.
    pub fn position(&self) -> Seq {
        self.next
    }

    /// Whether events that have happened wait to be read. They come without waiting for the world, though perhaps from the
    /// journal.
    pub fn is_behind(&self) -> bool {
        self.next <= self.shared.log.tail().seq
    }

    /// The next event; `None` when the engine is closed and everything has been read.
    ///
    /// # Errors
    /// [`EngineError::SinkLagged`], once, when the reader fell behind the buffer; [`EngineError::EventsGone`] when the
    /// event is in no journal either; [`EngineError::Journal`] when that cannot be read; [`EngineError::Closed`] when it is
    /// closed with the engine.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, no event is lost: the cursor moves only with an event returned.
    pub async fn next(&mut self) -> Result<Option<Event>, EngineError> {
        if !self.fill().await? {
            return Ok(None);
        }
        Ok(self.take())
    }

    /// The next events, at least one and at most `most`; empty when the engine is closed and everything has been read.
    ///
    /// # Errors
    /// As [`Self::next`].
    ///
    /// # Cancel safety
    /// As [`Self::next`].
    pub async fn next_batch(&mut self, most: usize) -> Result<Vec<Event>, EngineError> {
        self.fill().await?;
        self.batch_decided = self.decided;
        let mut events = Vec::new();
        while events.len() < most.max(1) {
            match self.take() {
                Some(event) => events.push(event),
                None if self.turn() => {}
                None => break,
            }
        }
        Ok(events)
    }

    /// When the oldest event of the last batch was decided, where that is known.
    pub(crate) fn batch_decided(&self) -> Option<Instant> {
        self.batch_decided
    }

    /// Waits for the next event on this thread, at most so long.
    ///
    /// # Errors
    /// As [`Self::next`]; [`EngineError::TimedOut`] when none came.
    pub fn wait_next(&mut self, at_most: Duration) -> Result<Option<Event>, EngineError> {
        let deadline = Instant::now().checked_add(at_most);
        let timed_out = Err(EngineError::TimedOut { waited: at_most });
        park_on_until(self.next(), deadline).unwrap_or(timed_out)
    }

    /// Waits for the next events on this thread, at most so long; empty as with [`Self::next_batch`].
    ///
    /// # Errors
    /// As [`Self::wait_next`].
    pub fn wait_next_batch(&mut self, most: usize, at_most: Duration) -> Result<Vec<Event>, EngineError> {
        let deadline = Instant::now().checked_add(at_most);
        let timed_out = Err(EngineError::TimedOut { waited: at_most });
        park_on_until(self.next_batch(most), deadline).unwrap_or(timed_out)
    }

    /// An event of the frame at hand.
    fn take(&mut self) -> Option<Event> {
        let (frame, index) = self.frame.as_mut()?;
        let event = frame.get(*index).map(|event| match self.masked {
            true => event.masked(&self.shared.private.load()).into_owned(),
            false => event.clone(),
        });
        match &event {
            Some(event) => (*index, self.next) = (*index + 1, event.seq.next()),
            None => self.frame = None,
        }
        event
    }

    /// Turns to the next frame, if it is in the buffer already.
    fn turn(&mut self) -> bool {
        let Found::Frame(frame, index, decided) = self.shared.log.find(self.next) else { return false };
        (self.frame, self.decided, self.live) = (Some((frame, index)), decided, true);
        true
    }

    /// Sees to it that there is a frame at hand; `false` when there will be none any more.
    async fn fill(&mut self) -> Result<bool, EngineError> {
        loop {
            if self.frame.as_ref().is_some_and(|(frame, index)| *index < frame.len()) {
                return Ok(true);
            }
            // What comes after this look rings the bell.
            let closed = self.bell.borrow_and_update().closed;
            match self.shared.log.find(self.next) {
                Found::Frame(frame, index, decided) => {
                    (self.frame, self.decided, self.live) = (Some((frame, index)), decided, true);
                }
                Found::Nothing if closed => return self.ended(),
                Found::Nothing => {
                    self.live = true;
                    // The sender lives in `shared`, which this holds.
                    let _ = self.bell.changed().await;
                }
                Found::Gone { oldest } if self.live => {
                    self.live = false;
                    return Err(SinkLagged { next: self.next, oldest }.into());
                }
                Found::Gone { oldest } => self.read_journal(oldest).await?,
            }
        }
    }

    /// Nothing more will come: because the engine was closed, or because it gave up.
    fn ended(&self) -> Result<bool, EngineError> {
        match self.shared.fault() {
            None => Ok(false),
            Some(reason) => Err(EngineError::unavailable(reason)),
        }
    }

    async fn read_journal(&mut self, oldest: Seq) -> Result<(), EngineError> {
        // A view that is kept would keep the journal's files open.
        let reader = self.shared.journal_reader().await?;
        let reader = reader.ok_or(EngineError::EventsGone { wanted: self.next, oldest })?;
        let (from, released) = (self.next, self.shared.released());
        let read = move || {
            let events = reader.events(from)?.take(READ_AHEAD);
            let events =
                events.take_while(|event| event.as_ref().map_or(true, |event| event.seq <= released));
            events.collect::<Result<Vec<Event>, _>>()
        };
        let done = self.shared.runtime.spawn_blocking(read).await;
        let done = done.map_err(|_| EngineError::unavailable("the engine's runtime is shutting down"))?;
        let events = done.map_err(|error| EngineError::from(LedgerError::from(error)))?;
        if events.first().is_none_or(|first| first.seq != from) {
            return Err(EngineError::EventsGone { wanted: from, oldest });
        }
        (self.frame, self.decided) = (Some((Arc::new(events), 0)), None);
        Ok(())
    }
}
