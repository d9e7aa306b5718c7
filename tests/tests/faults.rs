//! The simulation of faults: whatever breaks, nothing is lost, nothing is done twice, and nothing is let out too early.
//!
//! A program that says what it ran. `SUNLINE_FAULT_DAYS` and `SUNLINE_FAULT_SEED` make it longer and begin elsewhere;
//! `make campaign` does. A case that fails is added to `fault_regressions.txt` and runs first from then on.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use sunline_tests::faults::{TICKS, Tally, make_all};
use sunline_tests::random::{Case, Failure, Kind, read};

const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fault_regressions.txt");

/// Simulated days that belong to every check, and the faults that must have been injected for each.
const DAYS: u64 = 50;
const FAULTS_A_DAY: u64 = 200;

/// What a simulation must have seen, or it has grown tame and proves nothing.
const MUST_SEE: [&str; 24] = [
    "a command comes late",
    "a command comes twice",
    "a command is lost",
    "a command is poison",
    "a deadline is poison",
    "a host reads old views",
    "a notice is lost",
    "a reader loses its cursor",
    "a record cannot be written",
    "a session breaks off",
    "a snapshot is not kept",
    "a sync fails",
    "an agent's heartbeats are lost",
    "an answer comes late",
    "an answer comes twice",
    "an answer is lost",
    "the clock steps",
    "the process dies after a release",
    "the process dies after an append",
    "the process dies after apply",
    "the process dies in an append",
    "the process dies right after its recovery",
    "the process is killed between rounds",
    "the timer fires late",
];

fn main() -> ExitCode {
    let name = "whatever_breaks_nothing_is_lost_and_nothing_is_done_twice";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        say(&format!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
        return ExitCode::SUCCESS;
    }
    // Kernels that break are part of the play; whatever else panics is told as a failed run.
    std::panic::set_hook(Box::new(|_| {}));
    match all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

/// First the cases that failed once, then days at random.
fn all() -> Result<(), String> {
    let text = std::fs::read_to_string(REGRESSIONS).map_err(|error| format!("{REGRESSIONS}: {error}"))?;
    let known = read(&text).map_err(|error| format!("{REGRESSIONS}: {error}"))?;
    let days = asked("SUNLINE_FAULT_DAYS", DAYS)?;
    let seed = asked("SUNLINE_FAULT_SEED", 1)?;
    let began = Instant::now();
    say(&format!("{} cases that failed once", known.len()));
    make_all(&known).map_err(|failure| failure.report)?;
    let mut sum = Tally::default();
    let mut next = seed;
    while sum.days() < days as f64 {
        // About as many runs as days; what is missing is added in another turn.
        let missing = (days as f64 - sum.days()).ceil() as u64;
        let cases: Vec<Case> = (next..next + missing).map(case).collect();
        next += missing;
        sum.add(&make_all(&cases).map_err(|failure| kept(&failure, &known))?);
    }
    say(&format!("faults from seed {seed} on: {sum}\n  took {:.1} s", began.elapsed().as_secs_f64()));
    is_wild_enough(&sum, days)
}

fn case(seed: u64) -> Case {
    let kind = match seed % 10 {
        3 => Kind::Large,
        7 => Kind::Restless,
        _ => Kind::Small,
    };
    Case { kind, seed, length: TICKS }
}

fn asked(name: &str, usual: u64) -> Result<u64, String> {
    let Some(text) = std::env::var_os(name) else { return Ok(usual) };
    let number = text.to_str().and_then(|text| text.replace('_', "").parse().ok());
    number.ok_or_else(|| format!("{name} is a whole number, not {text:?}"))
}

fn is_wild_enough(sum: &Tally, days: u64) -> Result<(), String> {
    let least = days * FAULTS_A_DAY;
    if sum.injected() < least {
        return Err(format!("{} faults were injected, at least {least} should have been", sum.injected()));
    }
    // A few days do not see everything.
    let missed: Vec<&str> = MUST_SEE.into_iter().filter(|name| !sum.faults.contains_key(name)).collect();
    let counts = [sum.torn, sum.lost_frames, sum.spoilt_snapshots, sum.withdrawn, sum.rebuilds, sum.lags];
    if days < DAYS || missed.is_empty() && counts.iter().all(|count| *count > 0) {
        return Ok(());
    }
    Err(format!("this never happened: {}; or one of {counts:?}", missed.join(", ")))
}

/// Keeps a case that failed, so that it runs first from now on; the report.
fn kept(failure: &Failure, known: &[Case]) -> String {
    let Failure { case, report } = failure;
    let told = match OpenOptions::new().append(true).open(REGRESSIONS) {
        _ if known.contains(case) => Ok(()),
        Ok(mut file) => writeln!(file, "{case}"),
        Err(error) => Err(error),
    };
    match told {
        Ok(()) => format!("{report}\n`{case}` is in fault_regressions.txt now; commit it with the repair."),
        Err(error) => format!("{report}\nKeep `{case}` in fault_regressions.txt ({error})."),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens no more needs no word.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
