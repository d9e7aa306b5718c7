//! The Python binding of Sunline: converts and delegates, nothing else.
//!
//! Everything here is private to the package `sunline`, whose pure-Python front has the types, the docs and the
//! manners. Long calls run detached from the interpreter; no thread of the engine ever runs Python.
//!
//! | subject | file |
//! |---|---|
//! | exceptions | `errors/` |
//! | configurations | `config.rs` |
//! | the live engine | `engine/` |
//! | journals | `journal.rs`, `history.rs` |
//! | what was decided, offer by offer | `decisions.rs` |
//! | scenarios and what they consist of | `scenario.rs`, `laws.rs` |
//! | running them | `simulation.rs`, `interrupts.rs` |
//! | Python that decides | `choosing.rs` |
//! | looking ahead from the live state | `lookahead.rs` |
//! | predicted waits | `predicted.rs` |
//! | tables | `table.rs` |
//! | queueing formulas | `forecast.rs` |
//! | waits learned from call logs | `prediction.rs` |
//! | calendars | `calendar/` |
#![allow(clippy::needless_pass_by_value, reason = "what crosses from Python is handed over by value")]

mod calendar;
mod choosing;
mod columns;
mod config;
mod decisions;
mod engine;
mod errors;
mod explain;
mod forecast;
mod history;
mod interrupts;
mod journal;
mod laws;
mod lookahead;
mod measures;
mod predicted;
mod prediction;
mod report;
mod scenario;
mod shadow;
mod simulation;
mod statistics;
mod table;

/// The compiled part of the package `sunline`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::calendar::{
        CalendarBook, HoursTable, compile_calendar, due_after, due_moved, holidays_from_csv,
        holidays_from_ical, read_rules, week, zone_database,
    };
    #[pymodule_export]
    use super::config::{
        canary_config, check_config, config_schema, diff_config, duration_ns, end_canary_config, lint_config,
        message_schemas, normal_config, read_config,
    };
    #[pymodule_export]
    use super::engine::{
        Command, Engine, EventStream, Handle, Latencies, Operation, Reactor, Session, after_fork_in_child,
        limits,
    };
    #[pymodule_export]
    use super::explain::explain_journal;
    #[pymodule_export]
    use super::forecast::forecast;
    #[pymodule_export]
    use super::history::journal_tables;
    #[pymodule_export]
    use super::journal::{JournalEvents, forget, recover, replay, restore};
    #[pymodule_export]
    use super::laws::{Arrivals, Distribution, uniforms};
    #[pymodule_export]
    use super::lookahead::{Assumptions, LookAhead, QueueOutlook, WaitOutlook, share_interval};
    #[pymodule_export]
    use super::measures::Legs;
    #[pymodule_export]
    use super::predicted::PredictedWait;
    #[pymodule_export]
    use super::prediction::forecast_logs;
    #[pymodule_export]
    use super::report::Report;
    #[pymodule_export]
    use super::scenario::Scenario;
    #[pymodule_export]
    use super::shadow::Shadow;
    #[pymodule_export]
    use super::simulation::{replicate, run};
    #[pymodule_export]
    use super::statistics::{estimate, needed, student_t};
    #[pymodule_export]
    use super::table::Table;

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
