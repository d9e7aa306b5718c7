//! Every bound of an engine as one value, taken from the constants and sizes that enforce it.

use serde::{Deserialize, Serialize};
use sunline_core::limits::KernelLimits;
use sunline_journal::{MAX_FRAME_BYTES, SEGMENT_BYTES};

use crate::actors::domain::COMMIT_MOST;
use crate::actors::root::{RESTARTS_MOST, RESTARTS_WITHIN};
use crate::actors::sink::BATCH;
use crate::engine::Engine;
use crate::rings::{RETRY_LEAST, RETRY_MOST};
use crate::session::SessionOptions;
use crate::shared::Sizes;
use crate::sink::PAUSE_MOST;

/// What an input may be at most, and how much of everything is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// What the kernel enforces; the same for every engine.
    pub kernel: KernelLimits,
    /// What this engine was built with, and what its parts keep to.
    pub engine: EngineLimits,
}

/// The bounds of a live engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EngineLimits {
    /// Arrivals that may wait to be applied; more are refused as busy.
    pub arrivals_ring: usize,
    /// Other commands that may wait to be applied; then callers wait.
    pub control_ring: usize,
    /// Recent events kept for readers and sinks; who falls further behind is told so and goes on from the journal.
    pub event_buffer: usize,
    /// Audit records kept of refusals, and as many of what was done by hand.
    pub audit_length: usize,
    /// Commands of one group commit.
    pub commit: usize,
    /// Notices of one session that may wait to be read, unless it says otherwise; more end it.
    pub session_buffer: usize,
    /// Events that a sink gets at once.
    pub sink_batch: usize,
    /// Longest pause of a sink after failures, in milliseconds.
    pub sink_pause_ms: u64,
    /// Shortest time after which one who was refused as busy is asked to come back, in milliseconds.
    pub retry_least_ms: u64,
    /// Longest time after which one who was refused as busy is asked to come back, in milliseconds.
    pub retry_most_ms: u64,
    /// Times that parts of an engine are started again within `restarts_within_ms`; then it gives up.
    pub restarts: usize,
    /// The time in which restarts are counted, in milliseconds.
    pub restarts_within_ms: u64,
    /// Bytes of one frame of the journal.
    pub frame_bytes: usize,
    /// Bytes after which the journal begins another segment.
    pub segment_bytes: u64,
}

/// The limits of an engine that is built with the defaults.
pub fn limits() -> Limits {
    Limits::of(Sizes::DEFAULT)
}

impl Engine {
    /// Every bound of this engine.
    pub fn limits(&self) -> Limits {
        Limits::of(self.shared().sizes)
    }
}

impl crate::blocking::Engine {
    /// Every bound of this engine.
    pub fn limits(&self) -> Limits {
        self.handle().limits()
    }
}

impl Limits {
    fn of(sizes: Sizes) -> Self {
        let ms = |span: core::time::Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let engine = EngineLimits {
            arrivals_ring: sizes.arrivals,
            control_ring: sizes.control,
            event_buffer: sizes.events,
            audit_length: sizes.audit,
            commit: COMMIT_MOST,
            session_buffer: SessionOptions::default().buffer,
            sink_batch: BATCH,
            sink_pause_ms: ms(PAUSE_MOST),
            retry_least_ms: ms(RETRY_LEAST),
            retry_most_ms: ms(RETRY_MOST),
            restarts: RESTARTS_MOST,
            restarts_within_ms: ms(RESTARTS_WITHIN),
            frame_bytes: MAX_FRAME_BYTES,
            segment_bytes: SEGMENT_BYTES,
        };
        Self { kernel: KernelLimits::enforced(), engine }
    }
}
