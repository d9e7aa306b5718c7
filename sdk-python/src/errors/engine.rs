//! What the live engine and the journal answered besides yes.

use sunline_core::Beyond;
use sunline_journal::{JournalError, StoreError};
use sunline_runtime::EngineError;

use super::Refusal;

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        let refusal = |family| Self::new(family, code, message);
        match error {
            EngineError::Command(error) => error.into(),
            EngineError::Config(error) => error.into(),
            EngineError::Id(error) => error.into(),
            EngineError::Busy(busy) => refusal("Busy")
                .with("waiting", busy.waiting as u64)
                .with("retry_after_s", busy.retry_after.as_secs_f64()),
            EngineError::SinkLagged(lagged) => {
                refusal("ReaderLagged").with("next_seq", lagged.next.0).with("oldest_seq", lagged.oldest.0)
            }
            EngineError::EventsGone { wanted, oldest } => {
                refusal("ReaderLagged").with("next_seq", wanted.0).with("oldest_seq", oldest.0)
            }
            EngineError::Journal { code, .. } => refusal(journal_family(code)),
            EngineError::OtherConfig { found } => refusal("JournalError").with("found", found.as_str()),
            EngineError::UnknownAgentName { name }
            | EngineError::UnknownQueueName { name }
            | EngineError::UnknownChannelName { name } => {
                refusal("CommandRefused").with("name", name.as_str())
            }
            EngineError::KernelPanicked { command, .. } => {
                refusal("EngineUnavailable").with("command", command)
            }
            EngineError::Closed => refusal("EngineClosed"),
            EngineError::SessionOver { agent } => refusal("EngineClosed").with("agent", agent.0),
            EngineError::ClockNotManual => refusal("InvalidArgument").with("argument", "clock"),
            EngineError::ClockFactor { .. } => refusal("InvalidArgument").with("argument", "factor"),
            EngineError::Forbidden(forbidden) => {
                let refusal = refusal("Forbidden").with("right", forbidden.right.to_string());
                let refusal = refusal.with("call", forbidden.call);
                match forbidden.what {
                    Beyond::Agent(agent) => refusal.with("agent", agent.0),
                    Beyond::Contact(contact) => refusal.with("contact", contact.to_string()),
                    Beyond::Offer(offer) => refusal.with("offer", offer.0),
                    Beyond::Queue(queue) => refusal.with("queue", u32::from(queue.0)),
                    _ => refusal,
                }
            }
            EngineError::Explain(_) => refusal("JournalError"),
            EngineError::TimedOut { waited } => {
                refusal("EngineUnavailable").with("waited_s", waited.as_secs_f64())
            }
            _ => refusal("EngineUnavailable"),
        }
    }
}

/// The class of a journal's error, by its code.
fn journal_family(code: &str) -> &'static str {
    match code {
        "locked" => "JournalLocked",
        "corrupt" | "torn_tail" | "damaged" => "JournalCorrupt",
        _ => "JournalError",
    }
}

impl From<JournalError> for Refusal {
    fn from(error: JournalError) -> Self {
        let message = error.to_string();
        let refusal = |code: &'static str| Self::new(journal_family(code), code, &message);
        match error {
            JournalError::Store(error) => error.into(),
            JournalError::Config(error) => error.into(),
            JournalError::Empty => refusal("empty"),
            JournalError::NotEmpty { .. } => refusal("not_empty"),
            JournalError::OutOfOrder { found, .. } => refusal("out_of_order").with("seq", found.0),
            JournalError::NoSuchEvent { seq, .. } => refusal("no_such_event").with("seq", seq.0),
            JournalError::Fold { index, .. } => refusal("fold").with("frame", index),
            JournalError::Panicked { index, after, .. } => {
                refusal("panicked").with("frame", index).with("seq", after.0)
            }
            JournalError::Diverged { index, seq, .. } => {
                refusal("diverged").with("frame", index).with("seq", seq.0)
            }
            JournalError::Explain(error) => refusal(error.code()),
            JournalError::Snapshot { seq, .. } => refusal("snapshot").with("seq", seq.0),
            JournalError::StillInside { contact } => {
                refusal("still_inside").with("contact", contact.to_string())
            }
            JournalError::Decides { seq } => refusal("decides").with("seq", seq.0),
            JournalError::OtherLogic { index, .. } => refusal("other_logic").with("frame", index),
            JournalError::UnknownCustomer => refusal("unknown_customer"),
            _ => refusal("journal"),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let refusal = Self::new(journal_family(error.code()), error.code(), &error);
        match error {
            StoreError::Corrupt { index, byte, .. } | StoreError::TornTail { index, byte, .. } => {
                refusal.with("frame", index).with("byte", byte)
            }
            StoreError::Locked { path }
            | StoreError::Damaged { path, .. }
            | StoreError::Full { path }
            | StoreError::Exists { path }
            | StoreError::Unfinished { path }
            | StoreError::Io { path, .. } => refusal.with("path", path.display().to_string()),
            _ => refusal,
        }
    }
}
