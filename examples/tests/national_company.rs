//! The worked example keeps what it says: a promise with gaps, one surge, nothing confidential at a partner, and a ledger
//! in balance. Its own checks are the test.

#[path = "../examples/national_company/main.rs"]
mod national_company;

#[test]
fn the_day_after_the_storm() {
    national_company::main().expect("the example runs");
}
