//! Real traffic: reading call logs, so that a policy can be tried on yesterday's calls.
//!
//! The format is CSV without quotes, with exactly the columns of [`COLUMNS`] in that order. One line is
//! one call, sorted by `date` and `vru_entry_s`; times are seconds after local midnight of `date`, and a value over
//! 86,400 is past midnight. Reading is strict: a line that says something impossible is refused with its
//! number and column, and the caller decides whether to go on.
//!
//! | column | meaning |
//! |---|---|
//! | `date` | local day, `YYYY-MM-DD` |
//! | `type` | what the call is about; letters, digits, `-` and `_` |
//! | `priority` | 0 to 255; 0 unknown |
//! | `customer` | number of an identified caller; 0 unknown |
//! | `vru_entry_s`, `vru_s` | entry to the voice menu; seconds in it (a few are below zero: clock noise) |
//! | `queued` | 1 if the call joined the queue, otherwise 0 |
//! | `queue_entry_s` | when it joined the queue, or left the menu if it did not |
//! | `wait_s` | seconds in queue; 0 if not queued |
//! | `outcome` | `served`, `abandoned`, `vru_exit` (left in the menu), `phantom` (to be ignored) |
//! | `service_start_s`, `service_s` | start and length of the conversation; −1 if not served |
//! | `agent` | who served; empty if not recorded |
//!
//! # Source
//! The columns of the "Anonymous Bank" call log (Guedj and Mandelbaum, Technion, Haifa), as CSV.
//!
//! ```
//! use sunline_core::time::{Span, Timestamp};
//! use sunline_sim::trace::{COLUMNS, CallLog, CallOutcome, Offsets};
//!
//! let log = format!("{}\n1999-01-03,PS,2,1313,32434,6,1,32440,140,served,32580,82,A36\n", COLUMNS.join(","));
//! let offsets = Offsets::fixed(Span::from_secs(2 * 3600));
//! for row in CallLog::new(log.as_bytes())? {
//!     let row = row?;
//!     let call = row.service.expect("it was served");
//!     assert_eq!((row.outcome, row.wait_s, call.length_s), (CallOutcome::Served, 140, 82));
//!     let joined = offsets.instant(row.date, row.queue_entry_s);
//!     assert_eq!(joined.to_string(), "1999-01-03T07:00:40Z");
//! }
//! # Ok::<(), sunline_sim::trace::TraceError>(())
//! ```

mod error;
mod forecast;
mod local;
mod reader;
mod row;

pub use error::{TraceError, Wrong};
pub use forecast::{LogForecast, LogRules, QueueRecord, forecast_calls, total_record};
pub use local::{LocalDate, Offset, Offsets, OffsetsError};
pub use reader::CallLog;
pub use row::{COLUMNS, CallOutcome, CallRow, Conversation};

#[cfg(test)]
mod tests;
