//! Every scenario on every target: one test each, named after the situation.

use sunline_tests::targets::KERNEL;
use sunline_tests::{language, parity};

fn on_every_target(topic: &str, text: &str, title: &str) {
    let scenarios = language::read(text).unwrap_or_else(|error| panic!("{topic}.scenario: {error}"));
    let scenario =
        scenarios.iter().find(|scenario| scenario.title == title).expect("the title was read from this text");
    parity(scenario, &KERNEL).unwrap_or_else(|failure| panic!("{topic}.scenario: {failure}"));
}

include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
