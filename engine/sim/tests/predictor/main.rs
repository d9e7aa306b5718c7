//! The wait predictor on traces of the real kernel, beside every simple predictor of `tests/reference/README.md`.
//!
//! A centre with three queues and agents who each serve one or two of them, in a chain: FIFO, static priority, points that
//! age, customers who are called back, shifts that come and go, and half the agents leaving at once. All predictors see the same facts in the same order
//! and are scored on the contacts that waited and were served. `cargo test -p sunline-sim --test predictor -- --nocapture`
//! prints the figures.
#![allow(clippy::print_stdout, reason = "the figures are shown with --nocapture")]

mod centre;
mod rivals;
mod trace;

use centre::{Centre, HALF_LEAVE_AT};
use sunline_core::forecast::LEVELS;
use trace::{Scored, Trace};

/// Share of waits between the 10 % and the 90 % quantile.
fn coverage80(contacts: &[Scored]) -> f64 {
    let inside = |scored: &&Scored| {
        let quantiles = &scored.told[0].quantiles;
        quantiles[1] < scored.wait && scored.wait <= quantiles[5]
    };
    contacts.iter().filter(inside).count() as f64 / contacts.len() as f64
}

fn rmse(contacts: &[Scored], of: usize) -> f64 {
    let squares: f64 = contacts.iter().map(|scored| (scored.told[of].mean - scored.wait).powi(2)).sum();
    (squares / contacts.len() as f64).sqrt()
}

fn pinball(contacts: &[Scored], of: usize) -> f64 {
    let loss = |scored: &Scored| {
        let off = LEVELS.iter().zip(scored.told[of].quantiles).map(|(level, quantile)| {
            let off = scored.wait - quantile;
            (level * off).max((level - 1.0) * off)
        });
        off.sum::<f64>() / LEVELS.len() as f64
    };
    contacts.iter().map(loss).sum::<f64>() / contacts.len() as f64
}

/// Runs a centre and asserts that the engine's predictor is the best; prints the figures.
fn best_on(name: &str, centre: &Centre) -> Trace {
    let trace = Trace::of(centre);
    let contacts = &trace.scored;
    assert!(contacts.len() > 10_000, "{name}: {} contacts", contacts.len());
    let (error, loss, covered) = (rmse(contacts, 0), pinball(contacts, 0), coverage80(contacts));
    println!(
        "{name}: {} contacts, RMSE {error:.2} s, pinball {loss:.3} s, coverage {covered:.3}",
        contacts.len()
    );
    let mut worse = Vec::new();
    for (number, rival) in (1..).zip(rivals::NAMES) {
        let (rival_error, rival_loss) = (rmse(contacts, number), pinball(contacts, number));
        println!("    {rival:10} RMSE {rival_error:.2} s, with a histogram pinball {rival_loss:.3} s");
        if error >= rival_error || loss >= rival_loss {
            worse.push(rival);
        }
    }
    assert!(worse.is_empty(), "{name}: not better than {worse:?}");
    assert!((0.75..=0.85).contains(&covered), "{name}: coverage {covered:.3}");
    trace
}

#[test]
fn first_come_first_served() {
    best_on("fifo", &Centre::default());
}

#[test]
fn static_priority() {
    best_on("static priority", &Centre { points: [(200, 0), (100, 0), (0, 0)], ..Centre::default() });
}

#[test]
fn points_that_age() {
    best_on("ageing points", &Centre { points: [(120, 3600), (60, 7200), (0, 3600)], ..Centre::default() });
}

#[test]
fn customers_who_are_called_back() {
    let trace = best_on("callbacks", &Centre { callbacks: true, ..Centre::default() });
    assert!(trace.called_back > 1_000, "only {} were called back", trace.called_back);
}

#[test]
fn shifts_come_and_go() {
    best_on("shift changes", &Centre { shifts: true, ..Centre::default() });
}

#[test]
fn half_the_agents_leave_at_once() {
    let trace = best_on("half leave", &Centre { half_leave: true, ..Centre::default() });
    let step = trace.scored.partition_point(|scored| scored.joined < HALF_LEAVE_AT);
    let after = &trace.scored[step..];
    let (at_once, back) = (coverage80(&after[..1000]), coverage80(&after[1000..2000]));
    println!("    after the step: coverage {at_once:.3} of the first 1,000 contacts, {back:.3} of the next");
    assert!((0.75..=0.85).contains(&back), "coverage {back:.3} a thousand contacts after the step");
}
