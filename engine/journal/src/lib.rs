//! The journal: commands and the events they led to, durable, checked, replayable.
//!
//! The writer appends one [`Frame`] for each group commit, and lets no effect out before it is durable. After a crash
//! [`recover`] folds the events back into the state; [`replay`] decides the inputs again and proves that they lead to
//! the same events, byte for byte.
//!
//! ```
//! use sunline_core::{Command, Config, Presence, Timestamp};
//! use sunline_journal::{Batch, Journal, MemoryStore, recover, replay};
//!
//! let config = Config::from_toml(r#"
//!     name = "shop"
//!     channels = [{ name = "voice" }]
//!     queues = [{ name = "orders" }]
//!     agents = [{ name = "ann" }]
//! "#)?;
//! let nine = Timestamp::from_secs(9 * 3600);
//! let mut store = MemoryStore::new();
//! let (mut journal, mut domain) = Journal::create(store.clone(), nine, config)?;
//!
//! let mut batch = Batch::after(journal.tail());
//! let ann = domain.agent_id("ann").unwrap();
//! batch.apply(&mut domain, nine, None, Command::SetPresence(ann, Presence::Available))?;
//! journal.append(batch.inputs(), batch.events())?;
//!
//! let recovered = recover(&mut store)?;
//! assert_eq!(recovered.domain.state_hash(), domain.state_hash());
//! assert_eq!(replay(&store)?.state_hash, domain.state_hash());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to know | read |
//! |---|---|
//! | what a frame looks like | [`Header`] |
//! | what a store promises | [`Store`] |
//! | what must be journaled, and what need not | [`Batch`] |
//! | what can be wrong | [`FrameFault`], [`StoreError`], [`JournalError`] |

mod backup;
mod batch;
mod codec;
mod conformance;
mod error;
mod explain;
mod forget;
mod forgetting;
mod frame;
mod header;
mod input;
mod journal;
mod read;
mod recover;
mod replay;
mod snapshot;
mod store;
mod tail;

pub use backup::{Backup, backup, restore};
pub use batch::Batch;
pub use conformance::{BrokenPromise, conformance};
pub use error::{FrameFault, JournalError, StoreError};
pub use explain::{explain, explain_among};
pub use forget::{Forgotten, forget};
pub use frame::{Frame, MAX_FRAME_BYTES};
pub use header::{FORMAT_VERSION, Header, LOGIC_VERSION};
pub use input::{Input, InputKind};
pub use journal::Journal;
pub use read::{Events, Frames, JournalReader};
pub use recover::{Recovered, RecoveryReport, SkippedSnapshot, TornFrame, recover};
pub use replay::{Replayed, replay};
pub use store::{Durability, FrameBytes, MemoryStore, RedbStore, SEGMENT_BYTES, Source, Store};
pub use tail::{EventsHash, FrameHash, Tail};
