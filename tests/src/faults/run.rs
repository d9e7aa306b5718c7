//! Runs, by their seed, and many of them.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::plant::Plant;
use super::tally::Tally;
use super::world::World;
use crate::random::{Case, Chance, Failure, shorten};

/// Ticks of one run: a little more than a day.
pub const TICKS: u32 = 2_000;

/// A run that went wrong.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// After so many ticks.
    pub after: usize,
    /// What went wrong.
    pub what: String,
    /// What had happened last, latest last.
    pub diary: Vec<String>,
}

/// Runs those ticks of a case, with something planted or nothing.
///
/// # Errors
/// [`Trouble`] at the first thing that went wrong; a panic counts.
pub fn run(case: Case, ticks: &[u32], plant: Plant) -> Result<Tally, Box<Trouble>> {
    let mut made = 0;
    let mut diary = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| drive(case, ticks, plant, &mut made, &mut diary)));
    let what = match outcome {
        Ok(Ok(tally)) => return Ok(tally),
        Ok(Err(what)) => what,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
        }
    };
    Err(Box::new(Trouble { after: made, what, diary }))
}

fn drive(
    case: Case,
    ticks: &[u32],
    plant: Plant,
    made: &mut usize,
    diary: &mut Vec<String>,
) -> Result<Tally, String> {
    let mut world = World::new(case.seed, case.kind, plant)?;
    let done = ticks.iter().try_for_each(|number| {
        *made += 1;
        world.tick(*number, &mut Chance::part(case.seed, u64::from(*number)))
    });
    let done = done.and_then(|()| world.finish(&mut Chance::part(case.seed, u64::MAX - 78)));
    diary.extend(world.diary.drain(..));
    let mut tally = done?;
    tally.runs = 1;
    Ok(tally)
}

/// Makes one run, and a failing one short.
///
/// # Errors
/// [`Failure`], shortened.
pub fn make(case: Case) -> Result<Tally, Box<Failure>> {
    let ticks: Vec<u32> = (0..case.length).collect();
    run(case, &ticks, Plant::Nothing).map_err(|trouble| {
        let first = trouble.what.clone();
        let (ticks, short) =
            shorten(&ticks, trouble, |trouble| trouble.after, |fewer| run(case, fewer, Plant::Nothing).err());
        let count = ticks.len();
        let Trouble { what, diary, .. } = *short;
        let report = format!("{case}: {first}\n{count} ticks show: {what}\n{}", diary.join("\n"));
        Box::new(Failure { case, report })
    })
}

/// Makes all runs, on as many threads as there are cores; what they saw, or the first that failed.
///
/// # Errors
/// [`Failure`], shortened.
pub fn make_all(cases: &[Case]) -> Result<Tally, Box<Failure>> {
    let next = AtomicUsize::new(0);
    let sum = Mutex::new(Ok(Tally::default()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = make(*case);
            let mut sum = sum.lock().expect("no thread panics while it adds");
            match (&mut *sum, outcome) {
                (Ok(sum), Ok(tally)) => sum.add(&tally),
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
    sum.into_inner().expect("no thread panics while it adds")
}
