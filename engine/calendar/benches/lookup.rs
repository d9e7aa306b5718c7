//! Cost of asking a table of hours: one question to a table of ten years with a break each day, 7,300 intervals and a
//! typical one of 15 months. The bound is 50 ns for a lookup.
//!
//! Instants are drawn beforehand from a fixed sequence and spread over the table, so that the branch predictor
//! cannot learn the answers.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sunline_calendar::{RuleSet, Window, Zones};
use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

const DAY: i64 = 86_400;
const RULES: &str = r#"
    [calendars.desk]
    zone = "Europe/Paris"
    weekly = [{ days = "daily", open = "08:00", close = "20:00" }]
    breaks = [{ days = "daily", start = "12:30", end = "13:15" }]
"#;

fn table(days: i64) -> HoursTable {
    let zones = Zones::bundled();
    let rules = RuleSet::from_toml(RULES, &zones).expect("the rules are right");
    let from = Timestamp::from_secs(1_767_225_600);
    let window = Window::new(from, from + Span::from_secs(days * DAY)).expect("the window is right");
    rules.compile("desk", &zones, window).expect("the rules compile").hours
}

/// 4,096 instants over the table, by a multiplicative congruential sequence.
fn instants(hours: &HoursTable) -> Vec<Timestamp> {
    let first = hours.intervals()[0].from;
    let length = hours.horizon().since(first).as_nanos().unsigned_abs();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        first + Span::from_nanos(((state >> 1) % length) as i64)
    };
    (0..4096).map(|_| next()).collect()
}

fn lookups(c: &mut Criterion) {
    for (name, days) in [("15 months", 457), ("10 years", 3_652)] {
        let hours = table(days);
        let instants = instants(&hours);
        let mut at = instants.iter().cycle();
        let mut draw = move || *at.next().expect("the cycle has no end");
        c.bench_function(&format!("is_open/{name}"), |b| b.iter(|| hours.is_open(black_box(draw()))));
        c.bench_function(&format!("next_change/{name}"), |b| b.iter(|| hours.next_change(black_box(draw()))));
        let hour = Span::from_secs(3600);
        c.bench_function(&format!("after_open_time 1 h/{name}"), |b| {
            b.iter(|| hours.after_open_time(black_box(draw()), hour));
        });
    }
    c.bench_function("compile 10 years", |b| b.iter(|| table(black_box(3_652))));
}

criterion_group!(benches, lookups);
criterion_main!(benches);
