//! What the streams must be: repeatable for ever, even, and strangers to one another.

use super::*;
use crate::testing::{assert_follows, correlation, mean_and_variance};

fn patience() -> Family {
    Chance::new(1, 0).family(Purpose::Patience, 0)
}

#[test]
fn the_values_of_a_stream_are_the_same_for_ever() {
    let mut stream = Chance::new(42, 7).family(Purpose::Service, 3).stream(1_000);
    let bits: Vec<u64> = (0..4).map(|_| stream.bits()).collect();
    assert_eq!(bits, GOLDEN_BITS);
    let mut stream = Chance::new(42, 7).family(Purpose::Service, 3).stream(1_001);
    assert_eq!([stream.exponential(), stream.normal(), stream.uniform()], GOLDEN_DRAWS);
    // A long run meets the tails and edges of the ziggurat too; the sum of all bit patterns guards them.
    let mut stream = patience().stream(0);
    let sum = (0..1_000_000).fold(0_u64, |sum, _| {
        sum.wrapping_add(stream.exponential().to_bits())
            .wrapping_add(stream.normal().to_bits().rotate_left(7))
    });
    assert_eq!(sum, GOLDEN_SUM);
}

#[test]
fn every_word_of_a_name_makes_another_stream() {
    let first = |seed, replication, purpose, group, entity| {
        Chance::new(seed, replication).family(purpose, group).stream(entity).bits()
    };
    let mut seen = std::collections::BTreeSet::new();
    for name in 0..3_u64.pow(4) {
        let digit = |i: u32| name / 3_u64.pow(i) % 3;
        for purpose in [Purpose::Arrivals, Purpose::Service, Purpose::Patience] {
            seen.insert(first(digit(0), digit(1), purpose, digit(2), digit(3)));
        }
    }
    assert_eq!(seen.len(), 243, "two names share their first draw");
}

#[test]
fn neighbouring_contacts_draw_evenly_and_independently() {
    const N: u64 = 200_000;
    let firsts: Vec<f64> = (0..N).map(|contact| patience().stream(contact).uniform()).collect();
    assert_follows(&firsts, |x| x.clamp(0.0, 1.0));
    for lag in [1, 2, 3, 16, 256] {
        let r = correlation(&firsts[lag..], &firsts[..firsts.len() - lag]);
        assert!(r.abs() < 4.0 / (N as f64).sqrt(), "contacts {lag} apart correlate by {r}");
    }
}

#[test]
fn draws_of_one_stream_and_of_its_relatives_are_independent() {
    const N: u64 = 200_000;
    let draws = |chance: Chance, purpose, group, skip: usize| -> Vec<f64> {
        let family = chance.family(purpose, group);
        let nth = |contact| {
            let mut stream = family.stream(contact);
            for _ in 0..skip {
                stream.bits();
            }
            stream.uniform()
        };
        (0..N).map(nth).collect()
    };
    let base = draws(Chance::new(1, 0), Purpose::Patience, 0, 0);
    let relatives = [
        ("the next draw", draws(Chance::new(1, 0), Purpose::Patience, 0, 1)),
        ("the third draw", draws(Chance::new(1, 0), Purpose::Patience, 0, 2)),
        ("another purpose", draws(Chance::new(1, 0), Purpose::Service, 0, 0)),
        ("another queue", draws(Chance::new(1, 0), Purpose::Patience, 1, 0)),
        ("another replication", draws(Chance::new(1, 1), Purpose::Patience, 0, 0)),
        ("another seed", draws(Chance::new(2, 0), Purpose::Patience, 0, 0)),
    ];
    for (name, other) in relatives {
        let r = correlation(&base, &other);
        assert!(r.abs() < 4.0 / (N as f64).sqrt(), "{name} correlates by {r}");
    }
}

#[test]
fn every_bit_is_set_half_the_time() {
    const N: u64 = 100_000;
    let mut set = [0_u32; 64];
    for contact in 0..N {
        let bits = patience().stream(contact).bits();
        for (i, count) in set.iter_mut().enumerate() {
            *count += (bits >> i & 1) as u32;
        }
    }
    for (i, &count) in set.iter().enumerate() {
        let deviations = (f64::from(count) - N as f64 / 2.0) / (N as f64 / 4.0).sqrt();
        assert!(deviations.abs() < 4.5, "bit {i} is {deviations} standard deviations off");
    }
}

#[test]
fn exponential_numbers_have_the_exponential_law() {
    let mut stream = patience().stream(0);
    let draws: Vec<f64> = (0..1_000_000).map(|_| stream.exponential()).collect();
    assert_follows(&draws, |x| 1.0 - libm::exp(-x));
    let (mean, variance) = mean_and_variance(&draws);
    assert!((mean - 1.0).abs() < 0.004 && (variance - 1.0).abs() < 0.012, "{mean} {variance}");
    // Beyond the ziggurat's last layer: 1,000,000 × e⁻⁸ = 335.5 expected, standard deviation 18.3.
    let tail = draws.iter().filter(|&&x| x > 8.0).count();
    assert!((262..=409).contains(&tail), "{tail}");
}

#[test]
fn normal_numbers_have_the_normal_law() {
    let mut stream = patience().stream(1);
    let draws: Vec<f64> = (0..1_000_000).map(|_| stream.normal()).collect();
    assert_follows(&draws, |x| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2));
    let (mean, variance) = mean_and_variance(&draws);
    assert!(mean.abs() < 0.004 && (variance - 1.0).abs() < 0.006, "{mean} {variance}");
    // Beyond the last layer on each side: 1,000,000 × P(Z > 3.7) = 107.8 expected, standard deviation 10.4.
    let (low, high) = (draws.iter().filter(|&&x| x < -3.7), draws.iter().filter(|&&x| x > 3.7));
    for count in [low.count(), high.count()] {
        assert!((66..=149).contains(&count), "{count}");
    }
}

#[test]
fn integers_below_a_bound_are_even_and_stay_below_it() {
    let mut stream = patience().stream(2);
    let mut counts = [0_u32; 7];
    for _ in 0..70_000 {
        counts[stream.below(7) as usize] += 1;
    }
    // Each 10,000 expected, standard deviation 92.6.
    assert!(counts.iter().all(|&c| (9_600..=10_400).contains(&c)), "{counts:?}");
    assert_eq!((stream.below(1), stream.below(0)), (0, 0));
}

const GOLDEN_BITS: [u64; 4] = [
    12_231_031_977_939_723_096,
    1_509_875_788_604_340_013,
    17_219_531_157_177_843_401,
    3_566_238_455_677_610_371,
];
const GOLDEN_DRAWS: [f64; 3] = [1.4971026114862256, -0.7076399531212091, 0.5880119427858125];
const GOLDEN_SUM: u64 = 6_629_390_022_658_248_367;
