//! Arrivals have the rates they are told, in every segment, and the luck of their queue alone.

use proptest::prelude::*;

use super::*;
use crate::testing::{assert_follows, mean_and_variance};

fn at(s: i64) -> Timestamp {
    Timestamp::from_secs(s)
}

fn window(from: i64, until: i64) -> Interval {
    Interval { from: at(from), until: at(until) }
}

fn draw(arrivals: &Arrivals, window: Interval, replication: u64) -> Vec<Timestamp> {
    arrivals.ready().unwrap().instants(window, Chance::new(11, replication), 0).collect()
}

fn segments(list: &[(i64, i64, f64)]) -> Arrivals {
    let segment = |&(from, until, rate_per_hour)| Segment { from: at(from), until: at(until), rate_per_hour };
    Arrivals::Piecewise { segments: list.iter().map(segment).collect(), busyness: None }
}

#[test]
fn yesterdays_traffic_arrives_as_recorded() {
    let trace = Arrivals::Trace { instants: [5, 10, 10, 20, 30].map(at).into() };
    assert_eq!(draw(&trace, window(10, 30), 0), [10, 10, 20].map(at), "from is inside, until is not");
    assert_eq!(trace.expected(window(10, 30)), 3.0);
    assert_eq!(draw(&trace, window(30, 10), 0), []);
}

#[test]
fn poisson_gaps_are_exponential() {
    let arrivals = Arrivals::Poisson { rate_per_hour: 720.0 };
    let instants = draw(&arrivals, window(0, 1_000_000), 0);
    let gaps: Vec<f64> = instants.windows(2).map(|w| w[1].since(w[0]).as_secs_f64()).collect();
    assert_follows(&gaps, |x| 1.0 - libm::exp(-x / 5.0));
}

#[test]
fn counts_of_a_day_vary_as_a_poisson_number_does() {
    let arrivals = segments(&[(0, 3600, 30.0), (3600, 7200, 0.0), (9000, 10_800, 140.0)]);
    let counts: Vec<f64> =
        (0..20_000).map(|day| draw(&arrivals, window(0, 10_800), day).len() as f64).collect();
    let (mean, variance) = mean_and_variance(&counts);
    // Mean and variance 100 expected; standard errors 0.07 and 1.0.
    assert_eq!(arrivals.expected(window(0, 10_800)), 100.0);
    assert!((mean - 100.0).abs() < 0.28 && (variance - 100.0).abs() < 4.0, "{mean} {variance}");
}

#[test]
fn within_and_across_segments_arrivals_follow_the_rates() {
    let arrivals = segments(&[(0, 100, 36.0), (100, 300, 0.0), (300, 350, 360.0), (500, 900, 9.0)]);
    let seconds: Vec<f64> = (0..20_000)
        .flat_map(|day| draw(&arrivals, window(0, 1000), day))
        .map(|instant| instant.as_secs_f64())
        .collect();
    // Expected arrivals up to x: 1 by 100 s, 6 by 350 s, 7 by 900 s.
    assert_follows(&seconds, |x| {
        (x.min(100.0) / 100.0 + (x - 300.0).clamp(0.0, 50.0) / 10.0 + (x - 500.0).clamp(0.0, 400.0) / 400.0)
            / 7.0
    });
}

#[test]
fn a_window_cuts_segments_and_starts_afresh() {
    let arrivals = segments(&[(0, 1000, 3600.0)]);
    let counts: Vec<f64> =
        (0..5_000).map(|day| draw(&arrivals, window(990, 2000), day).len() as f64).collect();
    let (mean, _) = mean_and_variance(&counts);
    assert!((mean - 10.0).abs() < 0.18, "{mean}");
    assert_eq!(arrivals.expected(window(990, 2000)), 10.0);
    assert_eq!(draw(&arrivals, window(1000, 2000), 0), []);
}

#[test]
fn busy_days_are_busy_all_day() {
    let Arrivals::Piecewise { segments, .. } =
        segments(&[(0, 86_400, 100.0 / 24.0), (86_400, 172_800, 100.0 / 24.0)])
    else {
        unreachable!()
    };
    let busyness = Some(Busyness { cv: 0.2, period: Span::from_secs(86_400) });
    let arrivals = Arrivals::Piecewise { segments, busyness };
    let days: Vec<[f64; 3]> = (0..20_000)
        .map(|replication| {
            let instants = draw(&arrivals, window(0, 172_800), replication);
            let first = instants.partition_point(|i| *i < at(86_400));
            let morning = instants.partition_point(|i| *i < at(43_200));
            [morning as f64, (first - morning) as f64, (instants.len() - first) as f64]
        })
        .collect();
    let column = |i: usize| -> Vec<f64> { days.iter().map(|day| day[i]).collect() };
    let (mean, variance) = mean_and_variance(&column(2));
    // Mean 100, variance 100 + 100²·0.2² = 500; standard errors 0.16 and about 5.5.
    assert!((mean - 100.0).abs() < 0.64 && (variance - 500.0).abs() < 25.0, "{mean} {variance}");
    // Covariance of morning and afternoon 50²·0.2² = 100, variance of each 150: correlation two thirds.
    let halves = crate::testing::correlation(&column(0), &column(1));
    assert!((halves - 2.0 / 3.0).abs() < 0.02, "{halves}");
    let next_day = crate::testing::correlation(&column(0), &column(2));
    assert!(next_day.abs() < 0.03, "{next_day}");
}

#[test]
fn a_change_of_tomorrow_leaves_today_as_it_was() {
    let (today, tomorrow) = ((0, 3600, 60.0), (3600, 7200, 60.0));
    let usual = draw(&segments(&[today, tomorrow]), window(0, 7200), 3);
    let changed = draw(&segments(&[today, (3600, 7200, 600.0)]), window(0, 7200), 3);
    let first_hour = |all: &[Timestamp]| all[..all.partition_point(|i| *i < at(3600))].to_vec();
    assert!(first_hour(&usual).len() > 30);
    assert_eq!(first_hour(&usual), first_hour(&changed));
    assert!(changed.len() > usual.len());
}

#[test]
fn queues_and_replications_have_arrivals_of_their_own() {
    let arrivals = Arrivals::Poisson { rate_per_hour: 60.0 };
    let ready = arrivals.ready().unwrap();
    let first = |replication, queue| {
        ready.instants(window(0, 86_400), Chance::new(1, replication), queue).next().unwrap()
    };
    assert_eq!(first(0, 0), first(0, 0));
    assert!(first(0, 0) != first(0, 1) && first(0, 0) != first(1, 0));
}

#[test]
fn the_instants_are_the_same_for_ever() {
    let arrivals =
        Arrivals::from_expected(at(1_000_000_000), Span::from_secs(1800), &[40.0, 0.0, 80.0, 20.5]);
    let instants = draw(&arrivals, window(999_999_000, 1_000_010_000), 5);
    let sum = instants.iter().fold(0_u64, |sum, i| sum.wrapping_mul(31).wrapping_add(i.as_nanos() as u64));
    assert_eq!((instants.len(), sum), GOLDEN);
}

#[test]
fn rounding_to_nanoseconds_loses_no_contacts() {
    // 277,778 contacts a second: gaps of 3,600 ns, where half a nanosecond each would show.
    let arrivals = Arrivals::Poisson { rate_per_hour: MAX_RATE_PER_HOUR };
    let count = draw(&arrivals, window(0, 10), 0).len() as f64;
    assert!((count - 2_777_777.8).abs() < 4.0 * 1666.7, "{count}");
}

#[test]
fn every_wrong_parameter_is_named() {
    let problems = |arrivals: Arrivals| -> Vec<(String, &'static str)> {
        arrivals.check().unwrap_err().iter().map(|e| (e.path.clone(), e.code())).collect()
    };
    let wrong = Arrivals::Trace { instants: [3, 2, 2, 1].map(at).into() };
    assert_eq!(
        problems(wrong),
        [("instants[1]".to_owned(), "out_of_order"), ("instants[3]".to_owned(), "out_of_order")]
    );
    assert_eq!(
        problems(Arrivals::Poisson { rate_per_hour: f64::NAN }),
        [("rate_per_hour".to_owned(), "not_a_number")]
    );
    assert_eq!(
        problems(segments(&[(0, 10, -1.0), (9, 9, f64::INFINITY)])),
        [
            ("segments[0].rate_per_hour".to_owned(), "negative"),
            ("segments[1].from".to_owned(), "out_of_order"),
            ("segments[1].until".to_owned(), "out_of_order"),
            ("segments[1].rate_per_hour".to_owned(), "infinite"),
        ]
    );
    let busyness = Some(Busyness { cv: 11.0, period: Span::ZERO });
    assert_eq!(
        problems(Arrivals::Piecewise { segments: vec![], busyness }),
        [("busyness.cv".to_owned(), "too_large"), ("busyness.period".to_owned(), "zero")]
    );
    let error = segments(&[(0, 20, 1.0), (10, 30, 1.0)]).ready().unwrap_err();
    assert_eq!(
        error.to_string(),
        "segments[1].from is out of order: it must not come before 1970-01-01T00:00:20Z"
    );
}

#[test]
fn arrivals_are_written_as_data_and_unknown_fields_are_refused() {
    let arrivals: Arrivals = toml::from_str("kind = 'poisson'\nrate_per_hour = 90").unwrap();
    assert_eq!(arrivals, Arrivals::Poisson { rate_per_hour: 90.0 });
    let text = serde_json::to_string(&segments(&[(1, 2, 3.0)])).unwrap();
    let expected =
        r#"{"kind":"piecewise","segments":[{"from":1000000000,"until":2000000000,"rate_per_hour":3.0}]}"#;
    assert_eq!(text, expected);
    assert_eq!(serde_json::from_str::<Arrivals>(&text).unwrap(), segments(&[(1, 2, 3.0)]));
    let wrong = toml::from_str::<Arrivals>("kind = 'poisson'\nrate_per_hour = 90\nrate = 1").unwrap_err();
    assert!(wrong.to_string().contains("unknown field `rate`"), "{wrong}");
}

proptest! {
    #[test]
    fn any_process_arrives_in_order_inside_window_and_segments(
        lengths in prop::collection::vec((1_i64..2_000, 0_i64..2_000, 0.0..4e6_f64), 1..8),
        from in -3_000_i64..10_000, length in 0_i64..20_000, busy: bool, seed: u64,
    ) {
        let mut clock = 0;
        let segments: Vec<Segment> = lengths.iter().map(|&(length, pause, rate_per_hour)| {
            let from = Timestamp::from_nanos(clock * 1_000_000);
            let until = Timestamp::from_nanos((clock + length) * 1_000_000);
            clock += length + pause;
            Segment { from, until, rate_per_hour }
        }).collect();
        let busyness = busy.then_some(Busyness { cv: 0.5, period: Span::from_millis(700) });
        let arrivals = Arrivals::Piecewise { segments: segments.clone(), busyness };
        let from = Timestamp::from_nanos(from * 1_000_000);
        let window = Interval { from, until: from + Span::from_millis(length) };
        let mut earlier = window.from;
        for instant in arrivals.ready().unwrap().instants(window, Chance::new(seed, 0), 0) {
            prop_assert!(earlier <= instant && instant < window.until);
            prop_assert!(segments.iter().any(|s| s.from <= instant && instant < s.until && s.rate_per_hour > 0.0));
            earlier = instant;
        }
    }
}

const GOLDEN: (usize, u64) = (137, 18_164_782_836_525_908_286);
