//! Every law has the moments and quantiles it promises, and every wrong parameter is named.

use proptest::prelude::*;

use super::*;
use crate::random::{Chance, Family, Purpose};
use crate::testing::{assert_follows, mean_and_variance};

const DRAWS: u64 = 200_000;

fn chance() -> Family {
    Chance::new(20_260, 1).family(Purpose::Service, 0)
}

fn secs(s: i64) -> Span {
    Span::from_secs(s)
}

/// Seconds drawn for contacts 0, 1, 2 …, each from its own stream.
fn draws(law: &Distribution) -> Vec<f64> {
    let sampler = law.sampler().unwrap();
    (0..DRAWS).map(|contact| sampler.sample(&mut chance().stream(contact)).as_secs_f64()).collect()
}

/// Asserts that mean and variance lie within `tolerance` (relative) of what the law says.
fn assert_moments(law: &Distribution, tolerance: f64) -> Vec<f64> {
    let drawn = draws(law);
    let (mean, variance) = mean_and_variance(&drawn);
    assert!((mean / law.mean_s() - 1.0).abs() < tolerance, "{law:?}: mean {mean}");
    assert!((variance / law.variance_s2() - 1.0).abs() < 3.0 * tolerance, "{law:?}: variance {variance}");
    drawn
}

/// Asserts the share of draws below each quantile: `(probability, quantile in seconds)`.
fn assert_quantiles(drawn: &[f64], quantiles: &[(f64, f64)]) {
    for &(p, quantile) in quantiles {
        let share = drawn.iter().filter(|&&x| x <= quantile).count() as f64 / drawn.len() as f64;
        let error = (p * (1.0 - p) / drawn.len() as f64).sqrt();
        assert!((share - p).abs() < 4.0 * error, "P(X ≤ {quantile}) = {share}, not {p}");
    }
}

#[test]
fn a_constant_conversation_lasts_what_it_says() {
    let law = Distribution::deterministic(Span::from_millis(1_500));
    assert!(draws(&law).iter().all(|&x| x == 1.5));
    assert_eq!((law.mean_s(), law.variance_s2(), law.cv()), (1.5, 0.0, 0.0));
    assert_eq!(Distribution::deterministic(Span::ZERO).cv(), 0.0);
}

#[test]
fn exponential_patience_has_its_law() {
    let drawn = assert_moments(&Distribution::exponential(secs(120)), 0.01);
    assert_follows(&drawn, |x| 1.0 - libm::exp(-x / 120.0));
}

#[test]
fn lognormal_conversations_have_their_law() {
    let law = Distribution::lognormal(secs(180), 1.2);
    let drawn = assert_moments(&law, 0.02);
    let square = libm::log(1.0 + 1.2 * 1.2);
    let mu = libm::log(180.0) - 0.5 * square;
    assert_follows(&drawn, |x| 0.5 * libm::erfc((mu - libm::log(x)) / (2.0 * square).sqrt()));
    let same = Distribution::lognormal_by_median(Span::from_nanos(115_233_191_940), 0.944_456_478_25);
    assert!((same.mean_s() - 180.0).abs() < 1e-7 && (same.cv() - 1.2).abs() < 1e-9, "{same:?}");
}

#[test]
fn gamma_conversations_have_their_law() {
    // Quantiles of both cases: the regularised incomplete gamma function inverted with 20 digits (mpmath).
    let drawn = assert_moments(&Distribution::gamma(secs(180), 0.8), 0.01);
    assert_quantiles(
        &drawn,
        &[(0.1, 36.837_943_83), (0.5, 143.392_038), (0.9, 371.375_894_3), (0.99, 667.877_754_5)],
    );
    let drawn = assert_moments(&Distribution::gamma(secs(180), 2.0), 0.02);
    assert_quantiles(
        &drawn,
        &[(0.1, 0.048_600_449_18), (0.5, 31.445_137_69), (0.9, 540.282_868), (0.99, 1_752.397_504)],
    );
    let by_shape = Distribution::gamma_by_shape(4.0, secs(45));
    assert_eq!(by_shape, Distribution::gamma(secs(180), 0.5));
    // At shape one half the law is that of a squared normal number.
    let drawn = draws(&Distribution::gamma_by_shape(0.5, secs(100)));
    assert_follows(&drawn, |x| libm::erf((x / 100.0).sqrt()));
}

#[test]
fn weibull_patience_has_its_law() {
    let law = Distribution::weibull(0.7, secs(100));
    let drawn = assert_moments(&law, 0.02);
    assert_follows(&drawn, |x| 1.0 - libm::exp(-libm::pow(x / 100.0, 0.7)));
    // Γ(1 + 1/0.7) and the variation that follows, with 12 digits (mpmath).
    assert!((law.mean_s() - 126.582_350_606).abs() < 1e-8 && (law.cv() - 1.462_424_573_05).abs() < 1e-10);
}

#[test]
fn a_weibull_law_is_found_from_its_mean_and_variation() {
    for cv in [0.01, 0.3, 1.0, 1.462_424_573_05, 20.0] {
        let law = Distribution::weibull_by_mean(secs(90), cv).unwrap();
        assert!((law.mean_s() - 90.0).abs() < 1e-9 && (law.cv() / cv - 1.0).abs() < 1e-9, "{law:?}");
        law.check().unwrap();
    }
    let error = Distribution::weibull_by_mean(secs(90), 1e-6).unwrap_err();
    assert_eq!((error.path.as_str(), error.code()), ("cv", "too_small"));
}

#[test]
fn erlang_phases_add_up() {
    let drawn = assert_moments(&Distribution::erlang(3, secs(60)), 0.01);
    assert_follows(&drawn, |x| {
        let y = x / 20.0;
        1.0 - libm::exp(-y) * (1.0 + y + 0.5 * y * y)
    });
    let one = Distribution::erlang(1, secs(60)).sampler().unwrap();
    assert_eq!(one, Distribution::exponential(secs(60)).sampler().unwrap());
}

#[test]
fn uniform_lengths_fill_their_bounds() {
    let drawn = assert_moments(&Distribution::uniform(secs(20), secs(30)), 0.01);
    assert_follows(&drawn, |x| ((x - 20.0) / 10.0).clamp(0.0, 1.0));
}

#[test]
fn a_mixture_of_short_and_long_cases_has_its_law() {
    let branches =
        vec![Branch { probability: 0.8, mean_s: 60.0 }, Branch { probability: 0.2, mean_s: 600.0 }];
    let law = Distribution::Hyperexponential { branches };
    let drawn = assert_moments(&law, 0.02);
    assert_follows(&drawn, |x| 1.0 - 0.8 * libm::exp(-x / 60.0) - 0.2 * libm::exp(-x / 600.0));
    let balanced = Distribution::hyperexponential_by_mean(secs(168), 1.7).unwrap();
    assert!((balanced.mean_s() - 168.0).abs() < 1e-9 && (balanced.cv() - 1.7).abs() < 1e-12);
    let error = Distribution::hyperexponential_by_mean(secs(168), 0.9).unwrap_err();
    assert_eq!((error.path.as_str(), error.code()), ("cv", "too_small"));
}

#[test]
fn recorded_lengths_come_as_often_as_they_were_seen() {
    let seen = [secs(0), secs(10), secs(10), secs(40)];
    let drawn = assert_moments(&Distribution::empirical(&seen, false), 0.01);
    assert_quantiles(&drawn, &[(0.25, 0.0), (0.75, 10.0), (0.75, 39.9)]);
    assert!(drawn.iter().all(|x| [0.0, 10.0, 40.0].contains(x)));
}

#[test]
fn interpolation_fills_the_gaps_between_records() {
    let seen = [secs(40), secs(0), secs(10)];
    let law = Distribution::empirical(&seen, true);
    let drawn = assert_moments(&law, 0.01);
    assert_follows(&drawn, |x| if x < 10.0 { x / 20.0 } else { 0.5 + (x - 10.0) / 60.0 });
    let single = Distribution::empirical(&[secs(7)], true);
    assert!(draws(&single).iter().all(|&x| x == 7.0));
    assert_eq!((single.mean_s(), single.variance_s2()), (7.0, 0.0));
}

#[test]
fn laws_of_another_scale_share_their_luck() {
    let lengths = |law: Distribution| draws(&law);
    let pairs = [
        (Distribution::exponential(secs(100)), Distribution::exponential(secs(200))),
        (Distribution::lognormal(secs(100), 1.0), Distribution::lognormal(secs(200), 1.0)),
        (Distribution::gamma(secs(100), 1.5), Distribution::gamma(secs(200), 1.5)),
        (Distribution::weibull(0.8, secs(100)), Distribution::weibull(0.8, secs(200))),
    ];
    for (short, long) in pairs {
        for (a, b) in lengths(short).into_iter().zip(lengths(long)) {
            assert!((2.0 * a - b).abs() <= 3e-9 + 1e-12 * b, "{a} and {b}");
        }
    }
}

#[test]
fn the_drawn_lengths_are_the_same_for_ever() {
    let laws = [
        Distribution::exponential(secs(100)),
        Distribution::lognormal(secs(100), 1.0),
        Distribution::gamma(secs(100), 0.7),
        Distribution::gamma(secs(100), 1.7),
        Distribution::weibull(0.7, secs(100)),
        Distribution::erlang(4, secs(100)),
        Distribution::uniform(secs(50), secs(150)),
        Distribution::hyperexponential_by_mean(secs(100), 2.0).unwrap(),
        Distribution::empirical(&[secs(80), secs(100), secs(120)], true),
    ];
    let sums = laws.map(|law| {
        let sampler = law.sampler().unwrap();
        let sum = |sum: i64, contact| sum + sampler.sample(&mut chance().stream(contact)).as_nanos();
        (0..1_000).fold(0, sum)
    });
    assert_eq!(sums, GOLDEN_SUMS);
}

/// Path and code of every problem.
fn problems(law: &Distribution) -> Vec<(String, &'static str)> {
    law.check().unwrap_err().iter().map(|e| (e.path.clone(), e.code())).collect()
}

fn named(path: &str, code: &'static str) -> (String, &'static str) {
    (path.to_owned(), code)
}

#[test]
fn every_wrong_parameter_is_named() {
    let all = Distribution::Gamma { mean_s: f64::NAN, cv: -0.5 };
    assert_eq!(problems(&all), [named("mean_s", "not_a_number"), named("cv", "negative")]);
    let all = Distribution::Lognormal { mean_s: f64::INFINITY, cv: 0.0 };
    assert_eq!(problems(&all), [named("mean_s", "infinite"), named("cv", "zero")]);
    let all = Distribution::Weibull { shape: 0.05, scale_s: 2e9 };
    assert_eq!(problems(&all), [named("shape", "too_small"), named("scale_s", "too_large")]);
    assert_eq!(problems(&Distribution::erlang(0, secs(1))), [named("phases", "zero")]);
    assert_eq!(problems(&Distribution::uniform(secs(9), secs(9))), [named("high_s", "not_above")]);
    assert_eq!(problems(&Distribution::empirical(&[], true)), [named("samples_s", "empty")]);
    let all = Distribution::Empirical { samples_s: vec![1.0, -2.0, f64::NAN], interpolate: false };
    assert_eq!(problems(&all), [named("samples_s[1]", "negative"), named("samples_s[2]", "not_a_number")]);
    let branches = vec![Branch { probability: 0.5, mean_s: 1.0 }, Branch { probability: 0.4, mean_s: 0.0 }];
    let all = Distribution::Hyperexponential { branches };
    assert_eq!(problems(&all), [named("branches[1].mean_s", "zero"), named("branches", "sum_not_one")]);
}

#[test]
fn a_refusal_reads_well_in_its_place() {
    let error = Distribution::uniform(secs(30), secs(20)).sampler().unwrap_err().under("queues[2].service");
    assert_eq!(error.to_string(), "queues[2].service.high_s is 20, and must be above low_s, which is 30");
}

#[test]
fn laws_are_written_as_data_and_unknown_fields_are_refused() {
    let law: Distribution = toml::from_str("kind = 'lognormal'\nmean_s = 180\ncv = 1.2").unwrap();
    assert_eq!(law, Distribution::lognormal(secs(180), 1.2));
    let text = serde_json::to_string(&Distribution::erlang(2, secs(3))).unwrap();
    assert_eq!(text, r#"{"kind":"erlang","phases":2,"mean_s":3.0}"#);
    let samples: Distribution = toml::from_str("kind = 'empirical'\nsamples_s = [1, 2]").unwrap();
    assert_eq!(samples, Distribution::empirical(&[secs(1), secs(2)], false));
    let wrong = toml::from_str::<Distribution>("kind = 'exponential'\nmean_s = 3\nsigma = 1").unwrap_err();
    assert!(wrong.to_string().contains("unknown field `sigma`"), "{wrong}");
    let wrong = serde_json::from_str::<Distribution>(
        r#"{"kind":"hyperexponential","branches":[{"probability":1,"mean_s":1,"x":1}]}"#,
    );
    assert!(wrong.unwrap_err().to_string().contains("unknown field `x`"));
}

prop_compose! {
    fn any_number()(choice in 0_usize..6, fine in 1e-3_f64..1e6) -> f64 {
        [fine, -fine, 0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY][choice]
    }
}

proptest! {
    #[test]
    fn no_numbers_make_a_sampler_fail_or_draw_below_zero(
        a in any_number(), b in any_number(), kind in 0..8, phases in 0_u32..5, seed: u64,
    ) {
        let law = match kind {
            0 => Distribution::Deterministic { value_s: a },
            1 => Distribution::Exponential { mean_s: a },
            2 => Distribution::Lognormal { mean_s: a, cv: b },
            3 => Distribution::Gamma { mean_s: a, cv: b },
            4 => Distribution::Weibull { shape: a, scale_s: b },
            5 => Distribution::Erlang { phases, mean_s: a },
            6 => Distribution::Uniform { low_s: a, high_s: b },
            _ => Distribution::Empirical { samples_s: vec![a, b], interpolate: phases > 2 },
        };
        match law.sampler() {
            Ok(sampler) => {
                let family = Chance::new(seed, 0).family(Purpose::Study, 0);
                for contact in 0..20 {
                    prop_assert!(!sampler.sample(&mut family.stream(contact)).is_negative());
                }
                let (mean, variance) = (law.mean_s(), law.variance_s2());
                prop_assert!(mean.is_finite() && mean >= 0.0 && variance.is_finite() && variance >= 0.0);
            }
            Err(error) => prop_assert!(!error.path.is_empty()),
        }
    }
}

const GOLDEN_SUMS: [i64; 9] = [
    92_510_029_609_227,
    98_902_435_870_227,
    100_661_833_742_304,
    102_619_927_068_409,
    114_252_766_380_618,
    100_726_239_485_008,
    97_945_960_128_226,
    96_905_302_118_751,
    99_178_384_051_292,
];
