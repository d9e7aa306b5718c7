//! What can be wrong with a frame, with a store, with a journal.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use sunline_core::{ConfigError, ContactId, Event, FoldError, Seq, Timestamp};

use crate::tail::{FrameHash, Tail};

/// Why bytes are no frame, or not the next one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameFault {
    /// The bytes end before the frame does.
    #[error("{found} bytes are there, {needed} are needed")]
    Short {
        /// Bytes there.
        found: u64,
        /// Bytes needed.
        needed: u64,
    },
    /// It does not begin like a frame.
    #[error("a frame begins with \"SUNJ\", not with {found:02x?}")]
    Magic {
        /// What is there.
        found: [u8; 4],
    },
    /// A newer release wrote it.
    #[error("format {found} is not known to this release, which reads up to {newest}")]
    Format {
        /// Its format.
        found: u16,
        /// The newest this release reads.
        newest: u16,
    },
    /// A length or a count does not fit.
    #[error("byte {at}: a length of {stated} is stated, {found} is there")]
    Length {
        /// Where it is stated, in bytes from the frame's start.
        at: u64,
        /// What is stated.
        stated: u64,
        /// What is there.
        found: u64,
    },
    /// The checksum does not match.
    #[error("the checksum is {found:08x}, {stated:08x} is stated")]
    Checksum {
        /// As stated.
        stated: u32,
        /// Of the bytes.
        found: u32,
    },
    /// It does not continue the frame before it.
    #[error("byte {at}: {what} is {stated}, expected {expected}")]
    Link {
        /// Where, in bytes from the frame's start.
        at: u64,
        /// Of what.
        what: &'static str,
        /// As stated.
        stated: u64,
        /// What continues the frame before.
        expected: u64,
    },
    /// It follows another frame than the one before it.
    #[error("byte 80: it follows frame {stated}, the one before it is {expected}")]
    Chain {
        /// The one it names.
        stated: FrameHash,
        /// The one before it.
        expected: FrameHash,
    },
    /// A writer wrote it after another had taken over.
    #[error("byte 48: it is of epoch {stated}, the journal is in epoch {expected}")]
    Epoch {
        /// Its epoch.
        stated: u64,
        /// The least it may be.
        expected: u64,
    },
    /// Time went back.
    #[error("byte 72: it ends at {stated}, the journal had reached {expected}")]
    Clock {
        /// Its latest instant.
        stated: Timestamp,
        /// The least it may be.
        expected: Timestamp,
    },
    /// The events are not those whose hash is stated.
    #[error("byte 112: the events hash to {found}, {stated} is stated")]
    EventsHash {
        /// As stated.
        stated: crate::tail::EventsHash,
        /// Of the events.
        found: crate::tail::EventsHash,
    },
    /// An input or event cannot be read.
    #[error("byte {at}: {reason}")]
    Undecodable {
        /// Where it begins, in bytes from the frame's start.
        at: u64,
        /// Why.
        reason: String,
    },
}

impl FrameFault {
    /// Where, in bytes from the frame's start; 0 where the whole frame is meant.
    pub const fn byte(&self) -> u64 {
        match self {
            Self::Short { found, .. } => *found,
            Self::Magic { .. } => 0,
            Self::Format { .. } => 4,
            Self::Checksum { .. } => 8,
            Self::Epoch { .. } => 48,
            Self::Clock { .. } => 72,
            Self::Chain { .. } => 80,
            Self::EventsHash { .. } => 112,
            Self::Length { at, .. } | Self::Link { at, .. } | Self::Undecodable { at, .. } => *at,
        }
    }

    /// Whether a write that was cut short can look like this. No release wrote format 0; a hole in a file reads so.
    pub const fn looks_torn(&self) -> bool {
        matches!(
            self,
            Self::Short { .. }
                | Self::Magic { .. }
                | Self::Format { found: 0, .. }
                | Self::Length { at: 6 | 12, .. }
                | Self::Checksum { .. }
        )
    }
}

/// Why a store did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer was faster, or the caller lost track; nothing was written.
    #[error("the journal ends with {found}; the caller expected {expected}")]
    Conflict {
        /// Where the caller thought the journal ends.
        expected: Box<Tail>,
        /// Where it ends.
        found: Box<Tail>,
    },
    /// What was to be appended is not the next frame; nothing was written.
    #[error("this frame cannot be appended: {0}")]
    Refused(FrameFault),
    /// Another process, or another handle of this one, has the journal open.
    #[error("{} is open elsewhere", path.display())]
    Locked {
        /// Where the journal is.
        path: PathBuf,
    },
    /// A frame that others follow is damaged.
    #[error("frame {index}, at byte {byte} of the journal, is damaged: {fault}")]
    Corrupt {
        /// Which frame, from 0.
        index: u64,
        /// Where, in bytes of the whole journal.
        byte: u64,
        /// What is wrong.
        fault: FrameFault,
    },
    /// The last frame is not whole, as after a crash while it was written. Recovery cuts it off.
    #[error("the last frame, {index}, at byte {byte} of the journal, is torn: {fault}")]
    TornTail {
        /// Which frame, from 0.
        index: u64,
        /// Where it begins, in bytes of the whole journal.
        byte: u64,
        /// What is wrong.
        fault: FrameFault,
    },
    /// The files that hold the frames are damaged.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no room left; nothing was written, and the next attempt may succeed.
    #[error("no room is left at {}", path.display())]
    Full {
        /// Where.
        path: PathBuf,
    },
    /// A copy was to be made where there is something already.
    #[error("{} is there already", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// It is a copy that was cut short, and no journal.
    #[error("{} is a copy of a journal that was not finished", path.display())]
    Unfinished {
        /// Where it is.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{} failed for {}: {error}", doing, path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's answer.
        error: Arc<io::Error>,
    },
}

impl StoreError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Refused(_) => "refused",
            Self::Locked { .. } => "locked",
            Self::Corrupt { .. } => "corrupt",
            Self::TornTail { .. } => "torn_tail",
            Self::Damaged { .. } => "damaged",
            Self::Full { .. } => "full",
            Self::Exists { .. } => "exists",
            Self::Unfinished { .. } => "unfinished",
            Self::Io { .. } => "io",
        }
    }
}

/// Why a journal could not be written, read, recovered or replayed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The store did not do what was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no frame.
    #[error("the journal is empty")]
    Empty,
    /// There are frames where a new journal was to begin.
    #[error("the journal already has {frames} frames")]
    NotEmpty {
        /// How many.
        frames: u64,
    },
    /// The configuration of a new journal is refused.
    #[error("{0}")]
    Config(ConfigError),
    /// The first event of a journal is its configuration.
    #[error("the first event of a journal is its configuration")]
    NotConfigured,
    /// The events to append do not follow the ones that are there.
    #[error("expected event {expected}, found {found}")]
    OutOfOrder {
        /// What should have come.
        expected: Seq,
        /// What came.
        found: Seq,
    },
    /// A group commit is larger than a frame may be.
    #[error("a frame may have at most {limit} bytes, this one would have {bytes}")]
    TooLarge {
        /// What it would have.
        bytes: usize,
        /// What it may have.
        limit: usize,
    },
    /// There is no such event yet.
    #[error("event {seq} is not in the journal, which ends with {last}")]
    NoSuchEvent {
        /// Which.
        seq: Seq,
        /// The last one there is.
        last: Seq,
    },
    /// The events of a sound frame do not make a state.
    #[error("frame {index} cannot be folded: {error}")]
    Fold {
        /// Which frame, from 0.
        index: u64,
        /// Why.
        error: FoldError,
    },
    /// The kernel panicked over a sound frame: it was written by other code than this, or there is a bug.
    #[error("the kernel panicked over frame {index}, after event {after}: {message}")]
    Panicked {
        /// Which frame, from 0.
        index: u64,
        /// The last event applied.
        after: Seq,
        /// What it said.
        message: String,
    },
    /// The inputs, decided again, did not give the journaled events.
    #[error("replay differs at event {seq} in frame {index}: journaled {journaled:?}, decided {decided:?}")]
    Diverged {
        /// Which frame, from 0.
        index: u64,
        /// The first event that differs.
        seq: Seq,
        /// As journaled; `None` when the frame has no event left.
        journaled: Option<Box<Event>>,
        /// As decided now; `None` when the inputs led to no further event.
        decided: Option<Box<Event>>,
    },
    /// A snapshot could not be made or used.
    #[error("snapshot at {seq}: {reason}")]
    Snapshot {
        /// The last event in it.
        seq: Seq,
        /// Why.
        reason: String,
    },
    /// The customer who was to be forgotten has a contact that has not ended.
    #[error("contact {contact} of this customer has not ended")]
    StillInside {
        /// Which.
        contact: ContactId,
    },
    /// Nothing in the journal names the customer who was to be forgotten.
    #[error("nothing in the journal names this customer")]
    UnknownCustomer,
    /// What was to be forgotten decided something.
    #[error("without what was to be forgotten, event {seq} would have been another")]
    Decides {
        /// The first event that would differ.
        seq: Seq,
    },
    /// Only what this logic decided can be decided again.
    #[error("frame {index} was decided by logic version {found}, this is another")]
    OtherLogic {
        /// Which frame, from 0.
        index: u64,
        /// The logic version that wrote it.
        found: u32,
    },
    /// The event cannot be explained.
    #[error(transparent)]
    Explain(#[from] sunline_core::ExplainError),
}

impl JournalError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Empty => "empty",
            Self::NotEmpty { .. } => "not_empty",
            Self::Config(_) => "config",
            Self::NotConfigured => "not_configured",
            Self::OutOfOrder { .. } => "out_of_order",
            Self::TooLarge { .. } => "too_large",
            Self::NoSuchEvent { .. } => "no_such_event",
            Self::Fold { .. } => "fold",
            Self::Panicked { .. } => "panicked",
            Self::Diverged { .. } => "diverged",
            Self::Snapshot { .. } => "snapshot",
            Self::StillInside { .. } => "still_inside",
            Self::UnknownCustomer => "unknown_customer",
            Self::Decides { .. } => "decides",
            Self::OtherLogic { .. } => "other_logic",
            Self::Explain(error) => error.code(),
        }
    }
}

/// What a caught panic said.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without words")
        .into()
}
