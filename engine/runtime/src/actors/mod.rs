//! The physical actors: they talk with the world and isolate its faults, and never decide a match.
//!
//! ```text
//! Root            restarts what breaks, within an intensity limit; ends the engine beyond it
//! ├─ Journal      owns the ledger; its loss takes the domain with it (rest for one)
//! ├─ Domain       owns the kernel; the only writer
//! ├─ Clock        one armed timer
//! ├─ Sessions     supervises one Session per connected agent (temporary: its end is the agent's loss)
//! ├─ Watchdog     looks at what the others publish; reports, and mends nothing
//! └─ Sinks        supervises one Sink per attached reader (restarted with back-off, from its cursor)
//! ```

pub(crate) mod clock;
pub(crate) mod domain;
pub(crate) mod journal;
pub(crate) mod root;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sink;
pub(crate) mod sinks;
pub(crate) mod watchdog;
