//! What entered the domain: a command with its instant and key, or the passing of time.

use serde::{Deserialize, Serialize};
use sunline_core::{Command, CommandKey, Timestamp};

/// One thing that was put into the domain and had an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The instant it was stamped with. The domain lifts an earlier instant to the last one applied; the events carry
    /// the lifted one, so the record has both.
    pub at: Timestamp,
    /// The key under which the host may repeat the command.
    pub key: Option<CommandKey>,
    /// What it was.
    pub kind: InputKind,
}

/// What an input was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InputKind {
    /// The world told something.
    Command(Command),
    /// Time went on and fired deadlines, or lifted the domain's clock, without a command that was applied.
    AdvanceTo,
}

impl Input {
    /// A command as of `at`, without a key.
    pub fn command(at: Timestamp, command: Command) -> Self {
        Self { at, key: None, kind: InputKind::Command(command) }
    }

    /// Time that reached `at`.
    pub fn advance_to(at: Timestamp) -> Self {
        Self { at, key: None, kind: InputKind::AdvanceTo }
    }
}
