//! What the watchdog found.

use core::fmt;
use core::time::Duration;

use smol_str::SmolStr;
use sunline_core::{AgentId, ContactId, OfferId, Seq, Timestamp};

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Counts the findings of an engine from 1, without a gap: a reader sees whether it missed some.
    pub number: u64,
    /// When it was found, by the engine's clock.
    pub found_at: Timestamp,
    /// When it was found no more; `None` while it lasts.
    pub ended_at: Option<Timestamp>,
    /// What it is, as it was seen last.
    pub kind: FindingKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// An offer awaits an answer although its time is over: nobody else is asked, and the contact waits for nothing.
    OfferOverdue {
        /// Which offer; of several the one whose time was over first.
        offer: OfferId,
        /// The contact that is held out.
        contact: ContactId,
        /// Who was asked.
        agent: AgentId,
        /// When it should have ended.
        expired_at: Timestamp,
    },
    /// A deadline is due and has not fired: the writer is held up, its timer is lost, or its record cannot be written.
    DeadlineMissed {
        /// When it was due; of several the first.
        due: Timestamp,
        /// How late it was at the last look.
        late: Duration,
    },
    /// The writer does not come although entries wait for it: a look at the state takes long, a commit does, or its thread
    /// gets no time.
    WriterHeld {
        /// How many entries wait.
        waiting: usize,
        /// For how long it has not come.
        still: Duration,
    },
    /// A sink is too far behind, or is behind and stands still.
    SinkStalled {
        /// Its name.
        sink: SmolStr,
        /// The first event that it has not taken.
        position: Seq,
        /// How many events it is behind.
        lag_events: u64,
        /// For how long it has not moved.
        still: Duration,
    },
    /// The kernel's state contradicts itself.
    InvariantBroken {
        /// What does not hold, as a sentence.
        sentence: String,
    },
    /// A group commit takes too long, or took too long since the look before; under relaxed durability the write to disk that
    /// follows the window, too.
    CommitSlow {
        /// How long: so far, or in all.
        took: Duration,
        /// Whether it is still under way.
        under_way: bool,
    },
}

impl Finding {
    /// Whether it lasts.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}

impl FindingKind {
    /// A short stable name, the same as in the metrics' label `kind`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OfferOverdue { .. } => "offer_overdue",
            Self::DeadlineMissed { .. } => "deadline_missed",
            Self::WriterHeld { .. } => "writer_held",
            Self::SinkStalled { .. } => "sink_stalled",
            Self::InvariantBroken { .. } => "invariant_broken",
            Self::CommitSlow { .. } => "commit_slow",
        }
    }

    /// All names.
    pub(super) const NAMES: [&'static str; 6] = [
        "offer_overdue",
        "deadline_missed",
        "writer_held",
        "sink_stalled",
        "invariant_broken",
        "commit_slow",
    ];

    /// Whether both say the same thing, perhaps at different times.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OfferOverdue { offer, .. }, Self::OfferOverdue { offer: other, .. }) => offer == other,
            (Self::DeadlineMissed { .. }, Self::DeadlineMissed { .. })
            | (Self::WriterHeld { .. }, Self::WriterHeld { .. })
            | (Self::CommitSlow { .. }, Self::CommitSlow { .. }) => true,
            (Self::SinkStalled { sink, .. }, Self::SinkStalled { sink: other, .. }) => sink == other,
            (Self::InvariantBroken { sentence }, Self::InvariantBroken { sentence: other }) => {
                sentence == other
            }
            _ => false,
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfferOverdue { offer, contact, agent, expired_at } => {
                write!(
                    f,
                    "offer {offer} of contact {contact} to agent {agent} should have ended at {expired_at}"
                )
            }
            Self::DeadlineMissed { due, late } => {
                write!(f, "a deadline due at {due} is {late:?} late")
            }
            Self::WriterHeld { waiting, still } => {
                write!(f, "the writer has not come for {still:?}, and {waiting} entries wait")
            }
            Self::SinkStalled { sink, position, lag_events, still } => {
                write!(
                    f,
                    "sink {sink} is {lag_events} events behind and has stood at {position} for {still:?}"
                )
            }
            Self::InvariantBroken { sentence } => f.write_str(sentence),
            Self::CommitSlow { took, under_way: true } => {
                write!(f, "a group commit has taken {took:?} so far")
            }
            Self::CommitSlow { took, under_way: false } => write!(f, "a group commit took {took:?}"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}
