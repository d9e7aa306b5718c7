//! A campaign: many runs at random, those that failed once before all others.
//!
//! Its size is a number of commands; the rest follows. So a small one and one of a million commands are the same
//! campaign, and the longer one begins with the shorter.

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::centre::Kind;
use super::plant::Plant;
use super::run::{Tally, describe, run};
use super::shrink::shrink;
use crate::books::Ledger;

/// Commands of one run.
pub const LENGTH: u32 = 2_000;

/// One run, named by all that decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// What kind of centre.
    pub kind: Kind,
    /// Its seed.
    pub seed: u64,
    /// How many moves are made.
    pub length: u32,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {}", self.kind, self.seed, self.length)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let wrong = || format!("{line:?} is not a kind of centre, a seed and a number of moves");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [kind, seed, length] = words[..] else { return Err(wrong()) };
        let kind = Kind::ALL.into_iter().find(|known| format!("{known:?}") == kind).ok_or_else(wrong)?;
        let number = |word: &str| word.parse::<u64>().map_err(|_| wrong());
        Ok(Self { kind, seed: number(seed)?, length: number(length)?.try_into().map_err(|_| wrong())? })
    }
}

/// The runs of a campaign of so many commands: mostly small centres, where everything is checked after every command.
pub fn cases(commands: usize, first_seed: u64) -> Vec<Case> {
    let kind = |seed: u64| match seed % 10 {
        3 => Kind::Large,
        7 => Kind::Restless,
        _ => Kind::Small,
    };
    let seeds = first_seed..first_seed + commands.div_ceil(LENGTH as usize) as u64;
    seeds.map(|seed| Case { kind: kind(seed), seed, length: LENGTH }).collect()
}

/// The cases of a file, one a line; lines that begin with `#` are words for people.
///
/// # Errors
/// Which line cannot be read.
pub fn read(text: &str) -> Result<Vec<Case>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::parse).collect()
}

/// What a campaign has seen.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// Runs by their kind, and the commands of each kind.
    pub kinds: BTreeMap<&'static str, (usize, usize)>,
    /// Events told.
    pub events: usize,
    /// Contacts that came and went.
    pub ledger: Ledger,
    /// Events by their name, and answers by their code.
    pub seen: BTreeMap<String, usize>,
    /// How long it took.
    pub took: Duration,
}

impl Sum {
    /// Runs in all.
    pub fn runs(&self) -> usize {
        self.kinds.values().map(|(runs, _)| runs).sum()
    }

    /// Commands in all.
    pub fn commands(&self) -> usize {
        self.kinds.values().map(|(_, commands)| commands).sum()
    }

    fn add(&mut self, kind: Kind, tally: Tally) {
        let (runs, commands) = self.kinds.entry(kind.name()).or_default();
        (*runs, *commands) = (*runs + 1, *commands + tally.commands);
        self.events += tally.events.len();
        self.ledger.arrived += tally.ledger.arrived;
        self.ledger.ended += tally.ledger.ended;
        for (name, count) in tally.seen {
            *self.seen.entry(name).or_default() += count;
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} runs, {} commands, {} events", self.runs(), self.commands(), self.events)?;
        for (kind, (runs, commands)) in &self.kinds {
            writeln!(f, "  {kind}: {runs} runs, {commands} commands")?;
        }
        let Ledger { arrived, ended, .. } = self.ledger;
        writeln!(
            f,
            "  {arrived} contacts arrived, {ended} ended, {} were inside at the end",
            arrived - ended
        )?;
        for (name, count) in &self.seen {
            writeln!(f, "  {count:>9}  {name}")?;
        }
        write!(f, "  took {:.1} s", self.took.as_secs_f64())
    }
}

/// A run that failed, made short.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which.
    pub case: Case,
    /// What went wrong, and the moves that show it.
    pub report: String,
}

/// Makes all runs, on as many threads as there are cores; what they saw, or the first that failed.
///
/// # Errors
/// [`Failure`], shortened.
pub fn campaign(cases: &[Case]) -> Result<Sum, Box<Failure>> {
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    let sum = Mutex::new(Ok(Sum::default()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = make(*case);
            let mut sum = sum.lock().expect("no thread panics while it adds");
            match (&mut *sum, outcome) {
                (Ok(sum), Ok(tally)) => sum.add(case.kind, tally),
                (Ok(_), Err(failure)) => {
                    next.store(cases.len(), Ordering::Relaxed);
                    *sum = Err(failure);
                }
                (Err(_), _) => {}
            }
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        (0..cores).for_each(|_| drop(scope.spawn(work)));
    });
    let sum = sum.into_inner().expect("no thread panics while it adds");
    sum.map(|sum| Sum { took: began.elapsed(), ..sum })
}

/// Makes one run of so many moves.
///
/// # Panics
/// With the shortened run, when something goes wrong.
pub fn check(seed: u64, kind: Kind, length: u32) -> Tally {
    make(Case { kind, seed, length }).unwrap_or_else(|failure| panic!("{}", failure.report))
}

fn make(case: Case) -> Result<Tally, Box<Failure>> {
    let Case { kind, seed, length } = case;
    let moves: Vec<u32> = (0..length).collect();
    run(seed, kind, &moves, Plant::Nothing).map_err(|trouble| {
        let first = trouble.what.lines().next().unwrap_or_default().to_owned();
        // Shortening takes a while; whoever watches knows already.
        eprintln!("{case}: {first}");
        let short = shrink(seed, kind, &moves, Plant::Nothing, trouble);
        let lines: Vec<String> = short.trouble.last.iter().map(describe).collect();
        let report = format!(
            "{case}: {first}\n{} moves show: {}\n{}",
            short.moves.len(),
            short.trouble.what,
            lines.join("\n")
        );
        Box::new(Failure { case, report })
    })
}
