//! Centres with drawn rules, run at random: the index, the oracle and the books agree after every command.

use sunline_tests::random::{Kind, check};

#[test]
fn small_centres_with_any_rules_agree_with_the_oracle_and_the_books() {
    let commands: usize = (0..150).map(|seed| check(seed, Kind::Small, 150).commands).sum();
    assert!(commands > 15_000, "only {commands} commands were told");
}

#[test]
fn large_centres_with_any_rules_agree_with_the_oracle_and_the_books() {
    for seed in 0..12 {
        check(seed, Kind::Large, 250);
    }
}
