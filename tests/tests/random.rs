//! Runs at random: index and oracle, books, fold, snapshot and replay must agree, whatever happens.
//!
//! Here only as many as a change can wait for; `sunline_tests::random::check` makes as many as wanted.

use sunline_tests::random::{Kind, check};

#[test]
fn runs_that_failed_once_pass() {
    for line in include_str!("../regressions.txt").lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [kind, seed, length] = words[..] else {
            panic!("a line has a kind, a seed and a length: {line}")
        };
        let kind = match kind {
            "Small" => Kind::Small,
            "Large" => Kind::Large,
            "Restless" => Kind::Restless,
            other => panic!("there is no kind {other}"),
        };
        check(seed.parse().expect("a seed"), kind, length.parse().expect("a length"));
    }
}

#[test]
fn small_centres_hold() {
    let mut turned_away = 0;
    for seed in 0..150 {
        let seen = check(seed, Kind::Small, 300).seen;
        turned_away += seen.get("ContactMoved").copied().unwrap_or(0);
        turned_away += seen.get("ContactEnded timed_out").copied().unwrap_or(0);
    }
    assert!(turned_away > 100, "the moves come to the bounds of queues: {turned_away}");
}

#[test]
fn large_and_restless_centres_hold() {
    for seed in 0..12 {
        check(seed, Kind::Large, 400);
        check(seed, Kind::Restless, 400);
    }
}
