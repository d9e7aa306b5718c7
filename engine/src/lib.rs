//! Sunline: an embeddable real-time contact routing engine.
//!
//! Tell it which contacts arrive and what your agents do; it decides who serves whom, when, and why. The same decision
//! code runs live ([`Engine`]), in virtual time ([`sim`]) and again from the journal ([`journal`]).
//!
//! | you want to | use |
//! |---|---|
//! | embed it in an async program | [`Engine`] |
//! | embed it in a plain program | [`blocking::Engine`] |
//! | let others say only what is theirs | [`IngressHandle`], [`AgentHandle`], [`SupervisorHandle`], [`ObserverHandle`] |
//! | decide without any runtime | [`Domain`] |
//! | try a policy on traffic | [`sim::Scenario`] |
//! | open a journal, replay it | [`journal`] |
//! | compute waits and staff | [`forecast`] |
//! | turn local hours into UTC | [`calendar`] |
//! | know what may be how large | [`limits()`] |
//!
//! ```
//! // The value that is published is the constant that is enforced.
//! assert_eq!(sunline::limits().kernel.tags, sunline::limits::MAX_TAGS);
//! ```

pub use sunline_calendar as calendar;
pub use sunline_core::*;
pub use sunline_journal as journal;
pub use sunline_runtime::*;
pub use sunline_sim as sim;
