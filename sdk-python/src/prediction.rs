//! Call logs through the engine's wait predictor.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use pyo3::prelude::*;
use sunline_core::forecast::{Assessment, LEVELS};
use sunline_core::time::Span;
use sunline_sim::trace::{CallLog, CallRow, LogForecast, LogRules, TraceError, forecast_calls, total_record};

use crate::errors::Refusal;
use crate::table::{Columns, Table};

/// Count, then bias, absolute error, root mean square error and pinball loss in seconds, shares below each quantile,
/// and for each horizon: its seconds and for each tenth of probability a count, the mean announced and the share true.
pub(crate) type Record = (u64, [f64; 4], Vec<f64>, Vec<(f64, Vec<(u64, f64, f64)>)>);

/// Type and priority of a queue's calls, and its record.
type QueueRecord = (String, u8, Record);

/// What each caller of the logs would have been told on joining: a table, and the predictor's own record, of all and by
/// queue.
#[pyfunction]
#[pyo3(signature = (logs, *, credit_ns, apart))]
pub(crate) fn forecast_logs(
    py: Python<'_>,
    logs: Vec<PathBuf>,
    credit_ns: i64,
    apart: Vec<String>,
) -> PyResult<(Table, Option<Record>, Vec<QueueRecord>)> {
    let rules = LogRules { credit: Span::from_nanos(credit_ns), apart, ..LogRules::default() };
    py.detach(|| {
        let (mut calls, mut rows) = (Vec::new(), Vec::new());
        for (number, log) in (0..).zip(&logs) {
            for (row, call) in (0..).zip(read(log)?) {
                calls.push(call);
                rows.push((number, row));
            }
        }
        let (told, records) = forecast_calls(&calls, &rules);
        let names: Vec<String> = logs.iter().map(|log| name(log)).collect();
        let of_queue = |queue: &sunline_sim::trace::QueueRecord| {
            Some((queue.kind.clone(), queue.priority, figures(&queue.record)?))
        };
        let by_queue = records.iter().filter_map(of_queue).collect();
        Ok::<_, Refusal>((table(&told, &rows, &names), figures(&total_record(&records)), by_queue))
    })
    .map_err(PyErr::from)
}

fn read(log: &PathBuf) -> Result<Vec<CallRow>, Refusal> {
    let refused = |error: TraceError| {
        let line = match &error {
            TraceError::Header { .. } => 1,
            TraceError::Fields { line, .. }
            | TraceError::Field { line, .. }
            | TraceError::TooLong { line, .. }
            | TraceError::Io { line, .. } => *line,
            _ => 0,
        };
        let message = format!("{}: {error}", log.display());
        Refusal::new("LogInvalid", error.code(), message)
            .with("path", log.display().to_string())
            .with("line", line)
    };
    let file = File::open(log).map_err(|source| refused(TraceError::Io { line: 1, source }))?;
    CallLog::new(BufReader::new(file)).map_err(refused)?.map(|row| row.map_err(refused)).collect()
}

fn name(log: &std::path::Path) -> String {
    log.file_name().unwrap_or(log.as_os_str()).to_string_lossy().into_owned()
}

fn table(told: &[LogForecast], rows: &[(i32, i64)], names: &[String]) -> Table {
    let each = |value: &dyn Fn(&LogForecast) -> f64| told.iter().map(value).collect::<Vec<_>>();
    let mut columns = Columns::default()
        .label(
            "file",
            "Name of the log.",
            told.iter().map(|told| rows[told.row].0),
            names.iter().map(String::as_str),
        )
        .whole("row", "number", "Row of the log, from 0.", told.iter().map(|told| rows[told.row].1).collect())
        .real(
            "mean",
            "seconds",
            "Mean of the wait, given that the caller is served.",
            each(&|told| told.mean),
        );
    for (k, level) in LEVELS.iter().enumerate() {
        let name = format!("q{:02}", (100.0 * level).round());
        columns = columns.real(&name, "seconds", "Quantile of the wait.", each(&|told| told.quantiles[k]));
    }
    for (k, horizon) in LogRules::default().start.horizons.iter().enumerate() {
        let name = format!("p{}", horizon.whole_secs());
        let within = each(&|told| told.within[k]).into_iter().map(Some).collect();
        columns = columns.share(&name, "Probability of a wait of at most so many seconds.", within);
    }
    columns.finish()
}

pub(crate) fn figures(record: &Assessment) -> Option<Record> {
    let means = [
        record.bias()?,
        record.mean_absolute_error()?,
        record.root_mean_square_error()?,
        record.mean_pinball()?,
    ];
    let horizons = record.horizons.iter().map(|score| {
        let bins = score.bins.iter().filter(|bin| bin.count > 0).map(|bin| {
            let count = bin.count as f64;
            (bin.count, bin.announced / count, bin.came_true as f64 / count)
        });
        (score.horizon, bins.collect())
    });
    Some((record.count, means, record.coverage()?.to_vec(), horizons.collect()))
}
