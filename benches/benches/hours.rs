//! A table of opening hours alone: nanoseconds to know whether it is open, and when that changes.
//!
//! Instants come in an order without a pattern that a cache could learn. `docs/benchmarks.md` tells what came out.
#![allow(missing_docs, reason = "criterion's macros make an undocumented function")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use sunline_core::hours::{HoursTable, Interval};
use sunline_core::time::{Span, Timestamp};

const DAY: i64 = 86_400;

/// So many days with opening hours from 9 to 13 and from 14 to 18.
fn days(count: i64) -> HoursTable {
    let shift = |day: i64, from: i64, until: i64| Interval {
        from: Timestamp::from_secs(day * DAY + from * 3_600),
        until: Timestamp::from_secs(day * DAY + until * 3_600),
    };
    let intervals: Vec<_> = (0..count).flat_map(|day| [shift(day, 9, 13), shift(day, 14, 18)]).collect();
    HoursTable::new(&intervals, Timestamp::from_secs(count * DAY), "bench").expect("the table is sound")
}

/// Whole seconds below the end of the table, scattered.
fn instants(days: i64) -> impl FnMut() -> Timestamp {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Timestamp::from_secs((state >> 20) as i64 % (days * DAY))
    }
}

fn lookup(c: &mut Criterion) {
    let mut group = c.benchmark_group("hours");
    for count in [400, 40_000] {
        let table = days(count);
        let intervals = table.intervals().len();
        group.bench_function(format!("is open, {intervals} intervals"), |b| {
            b.iter_batched(instants(count), |at| black_box(&table).is_open(at), BatchSize::SmallInput);
        });
        group.bench_function(format!("next change, {intervals} intervals"), |b| {
            b.iter_batched(instants(count), |at| black_box(&table).next_change(at), BatchSize::SmallInput);
        });
        group.bench_function(format!("due after 8 open hours, {intervals} intervals"), |b| {
            let eight = Span::from_secs(8 * 3_600);
            b.iter_batched(
                instants(count),
                |at| black_box(&table).after_open_time(at, eight),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, lookup);
criterion_main!(benches);
