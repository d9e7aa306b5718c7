//! What each caller of a log would have been told on joining the queue, as CSV.
//!
//! ```console
//! cargo run --release -p sunline-sim --example log_waits -- examples/data/bank-day.csv
//! ```
#![allow(clippy::print_stdout, reason = "an example that prints")]

use std::fs::File;
use std::io::{BufReader, Write, stdout};

use sunline_sim::trace::{CallLog, LogRules, forecast_calls, total_record};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut calls, mut names) = (Vec::new(), Vec::new());
    for path in std::env::args().skip(1) {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        for (row, call) in CallLog::new(BufReader::new(File::open(&path)?))?.enumerate() {
            calls.push(call?);
            names.push((name.clone(), row));
        }
    }
    let (forecasts, records) = forecast_calls(&calls, &LogRules::default());
    let record = total_record(&records);
    let mut out = stdout().lock();
    writeln!(out, "file,row,mean,q05,q10,q25,q50,q75,q90,q95,p30,p60,p120,p180")?;
    for told in &forecasts {
        let (file, row) = &names[told.row];
        write!(out, "{file},{row},{:.3}", told.mean)?;
        told.quantiles.iter().try_for_each(|quantile| write!(out, ",{quantile:.3}"))?;
        told.within.iter().try_for_each(|within| write!(out, ",{within:.5}"))?;
        writeln!(out)?;
    }
    if let (Some(error), Some(covered)) = (record.root_mean_square_error(), record.coverage80()) {
        eprintln!("RMSE {error:.2} s, {:.1} % within the 80 % interval", 100.0 * covered);
    }
    Ok(())
}
