//! What must hold for every queue, whatever its figures: order, bounds, limits, agreement with plain sums,
//! and a typed answer to anything that is put in.
#![allow(clippy::disallowed_types, reason = "figures for people")]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use sunline_core::forecast::patience::*;
use sunline_core::forecast::*;

const HANDLE: f64 = 180.0;
/// What a figure may rise by rounding where it must not rise.
const ROUNDING: f64 = 1.0 + 1e-12;

fn traffic(load: f64) -> Traffic {
    Traffic::new(load / HANDLE, HANDLE).unwrap()
}

/// A number whose logarithm is spread evenly.
fn spread(least: f64, most: f64) -> impl Strategy<Value = f64> {
    (least.ln()..most.ln()).prop_map(f64::exp)
}

/// Whatever a caller might put in, sense or nonsense.
fn anything() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => spread(1e-15, 1e15),
        4 => spread(1e-3, 1e4),
        1 => spread(1e-300, 1e300),
        1 => spread(1e-3, 1e4).prop_map(|x| -x),
        1 => prop::sample::select(vec![0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324]),
    ]
}

fn some_agents() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 1..200_u32, 3 => 1..20_000_u32, 1 => Just(0), 1 => Just(u32::MAX), 1 => any::<u32>()]
}

/// The figures hang together.
fn check_figures(line: &impl WaitingLine, traffic: Traffic, agents: u32) {
    let f = line.figures();
    for share in [f.p_wait, f.p_abandon, f.p_block, f.occupancy] {
        assert!((0.0..=1.0 + 1e-12).contains(&share), "{f:?}");
    }
    let waits = [f.mean_wait_all, f.mean_wait_served, f.mean_wait_given_wait, f.mean_virtual_wait];
    for time in waits.into_iter().chain([f.mean_queue_length, f.mean_busy]) {
        assert!(time.is_finite() && time >= 0.0, "{f:?}");
    }
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-200;
    let let_in = traffic.arrival_rate() * (1.0 - f.p_block);
    if f.p_block < 0.999 {
        assert!(
            near(f.mean_queue_length, let_in * f.mean_wait_all),
            "Little's law for those who wait: {f:?}"
        );
    }
    assert!(near(f.mean_wait_all, f.p_wait * f.mean_wait_given_wait), "{f:?}");
    assert!(f.mean_wait_all <= f.mean_virtual_wait * (1.0 + 1e-9), "{f:?}");
    assert!(f.mean_busy <= f64::from(agents) * (1.0 + 1e-9), "{f:?}");
}

fn check_thresholds(line: &impl WaitingLine, times: [f64; 2]) {
    let [early, late] = times.map(|t| line.service_level(t).unwrap());
    let f = line.figures();
    for level in [early, late] {
        for share in [
            level.of_all_arrivals,
            level.abandons_count_if_late,
            level.p_abandon_within,
            level.p_virtual_wait_longer,
        ] {
            assert!((0.0..=1.0 + 1e-12).contains(&share), "{level:?}");
        }
        assert!(level.of_all_arrivals <= level.abandons_count_if_late + 1e-12, "{level:?}");
        assert!(level.p_abandon_within <= f.p_abandon + 1e-9, "{level:?} {f:?}");
        assert!(level.of_all_arrivals <= 1.0 - f.p_abandon - f.p_block + 1e-9, "{level:?} {f:?}");
    }
    assert!(early.of_all_arrivals <= late.of_all_arrivals + 1e-10);
    assert!(early.p_abandon_within <= late.p_abandon_within + 1e-10);
    assert!(early.p_virtual_wait_longer >= late.p_virtual_wait_longer - 1e-10);
}

fn check_quantiles(line: &impl WaitingLine) {
    let f = line.figures();
    let mut last = 0.0;
    for p in [0.01, 0.3, 0.5, 0.8, 0.95, 0.999] {
        let t = line.virtual_wait_quantile(p).unwrap();
        assert!(t.is_finite() && t >= last, "{p}: {t} after {last}");
        last = t;
        if t > 0.0 && t < 1e14 {
            let beyond = line.service_level(t).unwrap().p_virtual_wait_longer / (1.0 - f.p_block);
            assert!((beyond - (1.0 - p)).abs() < 1e-8, "{p}: {t} leaves {beyond}");
        }
    }
}

/// Two models of the same queue.
fn same_line(one: &impl WaitingLine, other: &impl WaitingLine) {
    let (a, b) = (one.figures(), other.figures());
    let near = |x: f64, y: f64| (x - y).abs() <= 1e-10 * x.abs().max(y.abs()) + 1e-100;
    assert!(
        near(a.p_wait, b.p_wait) && near(a.p_abandon, b.p_abandon) && near(a.occupancy, b.occupancy),
        "{a:?} {b:?}"
    );
    assert!(
        near(a.mean_wait_all, b.mean_wait_all) && near(a.mean_wait_served, b.mean_wait_served),
        "{a:?} {b:?}"
    );
    assert!(near(a.mean_wait_given_wait, b.mean_wait_given_wait), "{a:?} {b:?}");
    assert!(near(a.mean_virtual_wait, b.mean_virtual_wait), "{a:?} {b:?}");
    assert!(a.p_block < 1e-12 && b.p_block < 1e-12, "{a:?} {b:?}");
    for t in [1.0, 30.0, 200.0, a.mean_wait_given_wait] {
        let (a, b) = (one.service_level(t).unwrap(), other.service_level(t).unwrap());
        assert!((a.of_all_arrivals - b.of_all_arrivals).abs() < 1e-10, "{a:?} {b:?}");
        assert!((a.p_abandon_within - b.p_abandon_within).abs() < 1e-10, "{a:?} {b:?}");
        assert!((a.p_virtual_wait_longer - b.p_virtual_wait_longer).abs() < 1e-10, "{a:?} {b:?}");
    }
    for p in [0.5, 0.9] {
        let (a, b) = (one.virtual_wait_quantile(p).unwrap(), other.virtual_wait_quantile(p).unwrap());
        assert!((a - b).abs() <= 1e-8 * (a + 1.0), "{a} {b}");
    }
}

/// Erlang A by its birth and death chain, state by state: p_wait, p_abandon, mean wait of all and of the
/// served.
fn naive_erlang_a(agents: u32, load: f64, theta: f64, room: usize) -> [f64; 4] {
    let (c, mu) = (f64::from(agents), 1.0 / HANDLE);
    let lambda = load * mu;
    let mut weights = vec![1.0];
    for n in 1..=agents as usize + room {
        let deaths = (n as f64).min(c) * mu + (n as f64 - c).max(0.0) * theta;
        weights.push(weights[n - 1] * lambda / deaths);
    }
    let total: f64 = weights.iter().sum();
    let (mut waits, mut abandons, mut queue, mut served, mut served_wait) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut wait_if_served = 0.0;
    for (n, weight) in weights.iter().enumerate() {
        let ahead = n as f64 - c;
        if ahead < 0.0 {
            served += weight;
            continue;
        }
        let leaving = c * mu + (ahead + 1.0) * theta;
        wait_if_served += 1.0 / leaving;
        waits += weight;
        abandons += weight * (ahead + 1.0) * theta / leaving;
        served += weight * c * mu / leaving;
        served_wait += weight * c * mu / leaving * wait_if_served;
        queue += weight * ahead;
    }
    [waits / total, abandons / total, queue / total / lambda, served_wait / served]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/forecast_properties.seeds"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn erlang_b_and_c_match_plain_sums(agents in 1..60_u32, part in 0.01..0.999_f64) {
        let a = part * f64::from(agents);
        let mut term = 1.0;
        let mut below = 0.0;
        for k in 1..=agents {
            below += term;
            term *= a / f64::from(k);
        }
        let b = term / (below + term);
        prop_assert!((erlang_b(agents, a).unwrap() - b).abs() < 1e-12 * b);
        let tail = term / (1.0 - part);
        let c = tail / (below + tail);
        prop_assert!((erlang_c(agents, a).unwrap() - c).abs() < 1e-12 * c);
    }

    #[test]
    fn one_more_agent_never_makes_it_worse(
        agents in 1..3_000_u32,
        part in 0.3..1.6_f64,
        patience in spread(1.0, 1e5),
        t in spread(0.1, 1e3),
    ) {
        let traffic = traffic(part * f64::from(agents));
        let [few, more] = [agents, agents + 1].map(|n| erlang_a(n, traffic, patience).unwrap());
        prop_assert!(more.figures().p_wait <= few.figures().p_wait * ROUNDING);
        prop_assert!(more.figures().p_abandon <= few.figures().p_abandon * ROUNDING);
        prop_assert!(more.figures().mean_wait_all <= few.figures().mean_wait_all * ROUNDING);
        prop_assert!(more.figures().mean_wait_served <= few.figures().mean_wait_served * ROUNDING);
        prop_assert!(more.figures().occupancy <= few.figures().occupancy * ROUNDING);
        let level = |queue: &ErlangAQueue| queue.service_level(t).unwrap().of_all_arrivals;
        prop_assert!(level(&more) >= level(&few) - 1e-12);
        let load = traffic.offered_load();
        prop_assert!(erlang_b(agents + 1, load).unwrap() <= erlang_b(agents, load).unwrap());
        if load < f64::from(agents) {
            prop_assert!(erlang_c(agents + 1, load).unwrap() <= erlang_c(agents, load).unwrap());
            // Those who give up only ever help the others.
            // The two come by sums of thousands of terms, each its own way.
            prop_assert!(few.figures().p_wait <= erlang_c(agents, load).unwrap() * (1.0 + 1e-11));
        }
        // And B is the least: there nobody waits at all.
        prop_assert!(few.figures().p_wait >= erlang_b(agents, load).unwrap() * (1.0 - 1e-11));
    }

    #[test]
    fn erlang_a_matches_the_chain_state_by_state(
        agents in 1..60_u32,
        part in 0.2..1.8_f64,
        ratio in spread(0.05, 50.0),
    ) {
        let load = part * f64::from(agents);
        let queue = erlang_a(agents, traffic(load), HANDLE / ratio).unwrap();
        let f = queue.figures();
        let exact = naive_erlang_a(agents, load, ratio / HANDLE, 3_000);
        for (figure, exact) in [f.p_wait, f.p_abandon, f.mean_wait_all, f.mean_wait_served].into_iter().zip(exact) {
            prop_assert!((figure - exact).abs() <= 1e-10 * exact, "{figure} {exact} {f:?}");
        }
        // The same by an integral over the wait, and with a room so large that nobody is turned away.
        let law = Exponential::with_mean(HANDLE / ratio).unwrap();
        let integral = general_patience(agents, traffic(load), law).unwrap();
        let walled = finite_room(agents, agents + 3_000, traffic(load), Some(HANDLE / ratio)).unwrap();
        same_line(&queue, &integral);
        same_line(&queue, &walled);
    }

    #[test]
    fn both_routes_to_erlang_a_agree(
        agents in 1..20_000_u32,
        part in 0.5..1.5_f64,
        ratio in spread(1e-4, 1e3),
    ) {
        let traffic = traffic(part * f64::from(agents));
        let law = Exponential::with_mean(HANDLE / ratio).unwrap();
        let integral = general_patience(agents, traffic, law).unwrap();
        same_line(&erlang_a(agents, traffic, HANDLE / ratio).unwrap(), &integral);
    }

    #[test]
    fn endless_patience_is_the_limit_of_patience(agents in 1..500_u32, part in 0.1..0.97_f64) {
        let traffic = traffic(part * f64::from(agents));
        let endless = DelayQueue::new(agents, traffic).unwrap();
        let mut last = f64::INFINITY;
        for patience in [1e8, 1e10, 1e12] {
            let queue = erlang_a(agents, traffic, patience).unwrap();
            let off = (queue.figures().p_wait / endless.figures().p_wait - 1.0).abs();
            prop_assert!(off < last.max(1e-12), "{off} at {patience}");
            last = off;
        }
        prop_assert!(last < 1e-6);
        let queue = erlang_a(agents, traffic, 1e15).unwrap();
        let (a, c) = (queue.figures(), endless.figures());
        prop_assert!((a.mean_wait_all - c.mean_wait_all).abs() <= 1e-8 * c.mean_wait_all);
        let t = c.mean_wait_given_wait;
        let (a, c) = (queue.service_level(t).unwrap(), endless.service_level(t).unwrap());
        prop_assert!((a.of_all_arrivals - c.of_all_arrivals).abs() < 1e-8);
    }

    #[test]
    fn patience_laws_of_one_shape_agree(
        agents in 1..100_u32,
        part in 0.3..1.5_f64,
        mean in spread(5.0, 2_000.0),
    ) {
        let traffic = traffic(part * f64::from(agents));
        let plain = *erlang_a(agents, traffic, mean).unwrap().figures();
        let same = |other: &SteadyState| {
            (plain.p_wait - other.p_wait).abs() <= 1e-9 * plain.p_wait
                && (plain.p_abandon - other.p_abandon).abs() <= 1e-9 * plain.p_abandon
                && (plain.mean_wait_served - other.mean_wait_served).abs() <= 1e-9 * plain.mean_wait_served
        };
        let weibull = Weibull::with_mean(1.0, mean).unwrap();
        prop_assert!(same(general_patience(agents, traffic, weibull).unwrap().figures()));
        let gamma = Gamma::with_mean(mean, 1.0).unwrap();
        prop_assert!(same(general_patience(agents, traffic, gamma).unwrap().figures()));
        let two = Hyperexponential::new(&[(0.4, mean), (0.6, mean)]).unwrap();
        prop_assert!(same(general_patience(agents, traffic, &two).unwrap().figures()));
        // One observed wait is patience that is always the same.
        let fixed = *general_patience(agents, traffic, Deterministic::new(mean).unwrap()).unwrap().figures();
        let seen = Empirical::from_waits(&[(mean, true)]).unwrap();
        let seen = *general_patience(agents, traffic, &seen).unwrap().figures();
        prop_assert!((fixed.p_abandon - seen.p_abandon).abs() <= 1e-12 * fixed.p_abandon);
        prop_assert!((fixed.mean_wait_all - seen.mean_wait_all).abs() <= 1e-10 * fixed.mean_wait_all);
    }

    #[test]
    fn every_law_of_patience_gives_figures_that_hang_together(
        agents in 1..300_u32,
        part in 0.2..1.8_f64,
        mean in spread(1.0, 5_000.0),
        cv in 0.05..3.0_f64,
        t in spread(0.1, 1e4),
    ) {
        fn check<P: Patience>(agents: u32, traffic: Traffic, law: P, t: f64) {
            let queue = general_patience(agents, traffic, law).unwrap();
            check_figures(&queue, traffic, agents);
            check_thresholds(&queue, [t, 1.7 * t]);
            check_quantiles(&queue);
            // Agents finish what is not abandoned.
            let f = queue.figures();
            assert!((f.mean_busy - traffic.offered_load() * (1.0 - f.p_abandon)).abs() < 1e-9 * f.mean_busy, "{f:?}");
        }
        let traffic = traffic(part * f64::from(agents));
        check(agents, traffic, Exponential::with_mean(mean).unwrap(), t);
        check(agents, traffic, Deterministic::new(mean).unwrap(), t);
        check(agents, traffic, Uniform::new(0.3 * mean, 1.7 * mean).unwrap(), t);
        check(agents, traffic, Weibull::with_mean(1.0 / cv, mean).unwrap(), t);
        check(agents, traffic, Gamma::with_mean(mean, cv).unwrap(), t);
        check(agents, traffic, LogNormal::with_mean(mean, cv).unwrap(), t);
        check(agents, traffic, Hyperexponential::new(&[(0.3, 0.01 * mean), (0.7, mean)]).unwrap(), t);
        let seen = [(0.2 * mean, true), (0.5 * mean, false), (0.9 * mean, true), (2.0 * mean, true)];
        check(agents, traffic, Empirical::from_waits(&seen).unwrap(), t);
    }

    #[test]
    fn finite_rooms_hang_together(
        agents in 1..400_u32,
        places in 0..600_u32,
        part in 0.1..3.0_f64,
        patience in prop::option::of(spread(1.0, 1e6)),
        t in spread(0.1, 1e4),
    ) {
        let traffic = traffic(part * f64::from(agents));
        let queue = finite_room(agents, agents + places, traffic, patience).unwrap();
        check_figures(&queue, traffic, agents);
        check_thresholds(&queue, [t, 1.7 * t]);
        check_quantiles(&queue);
        let f = queue.figures();
        let busy = traffic.offered_load() * (1.0 - f.p_abandon - f.p_block);
        prop_assert!((f.mean_busy - busy).abs() < 1e-9 * traffic.offered_load());
        if places == 0 {
            prop_assert!((f.p_block - erlang_b(agents, traffic.offered_load()).unwrap()).abs() < 1e-12);
        }
        let wider = *finite_room(agents, agents + places + 1, traffic, patience).unwrap().figures();
        prop_assert!(wider.p_block <= f.p_block * (1.0 + 1e-12) && wider.p_wait >= f.p_wait - 1e-12);
    }

    #[test]
    fn smallest_staff_meets_the_target_and_one_fewer_does_not(
        load in spread(0.05, 3_000.0),
        patience in prop::option::of(spread(5.0, 1e4)),
        share in 0.02..0.98_f64,
        kind in 0..5,
    ) {
        let target = match kind {
            0 => Target::ServiceLevel { share, threshold: 20.0 },
            1 => Target::MeanWait { most: 100.0 * share },
            2 => Target::Waiting { most: share },
            3 => Target::Abandonment { most: share },
            _ => Target::Occupancy { most: share },
        };
        let figure = |agents: u32| -> Option<f64> {
            fn read(line: &impl WaitingLine, target: Target) -> f64 {
                let f = line.figures();
                match target {
                    Target::ServiceLevel { threshold, .. } => line.service_level(threshold).unwrap().of_all_arrivals,
                    Target::MeanWait { .. } => f.mean_wait_served,
                    Target::Waiting { .. } => f.p_wait,
                    Target::Abandonment { .. } => f.p_abandon,
                    Target::Occupancy { .. } => f.occupancy,
                }
            }
            match patience {
                None => DelayQueue::new(agents, traffic(load)).ok().map(|line| read(&line, target)),
                Some(patience) => erlang_a(agents, traffic(load), patience).ok().map(|line| read(&line, target)),
            }
        };
        let met = |value: f64| match target {
            Target::ServiceLevel { share, .. } => value >= share,
            Target::MeanWait { most } => value <= most,
            Target::Waiting { most } | Target::Abandonment { most } | Target::Occupancy { most } => value <= most,
        };
        let staff = smallest_agents(traffic(load), patience, target).unwrap();
        let achieved = figure(staff.agents).unwrap();
        prop_assert!(met(staff.achieved), "{staff:?}");
        prop_assert!((staff.achieved - achieved).abs() <= 1e-9 * achieved, "{staff:?} {achieved}");
        match (staff.with_one_fewer, figure(staff.agents - 1)) {
            (Some(fewer), Some(again)) => {
                prop_assert!(!met(fewer) && (fewer - again).abs() <= 1e-9 * again, "{staff:?} {again}");
            }
            (fewer, again) => prop_assert!(fewer.is_none() && again.is_none(), "{staff:?} {again:?}"),
        }
        if patience.is_none() {
            let start = load.ceil() as u32;
            let searched = smallest_agents_by(target, start, |n| DelayQueue::new(n, traffic(load))).unwrap();
            prop_assert_eq!(searched.agents, staff.agents);
        }
    }

    #[test]
    fn base_law_is_a_law(
        ahead in 0..2_000_u32,
        drain in spread(1e-4, 1e3),
        ratio in prop::option::of(spread(1e-9, 1e3)),
        p in 0.001..0.999_f64,
        part in 0.0..3.0_f64,
    ) {
        let theta = ratio.map_or(0.0, |ratio| drain * ratio);
        let law = |mode| BaseLaw::new(ahead, drain, theta, mode).unwrap();
        let laws = [WaitMode::IfYouStay, WaitMode::GivenServed].map(law);
        prop_assert!(laws[1].mean() <= laws[0].mean());
        for law in laws {
            let t = law.quantile(p).unwrap();
            prop_assert!((law.cdf(t).unwrap() - p).abs() < 1e-10, "{law:?}");
            prop_assert!((law.cdf(t).unwrap() + law.survival(t).unwrap() - 1.0).abs() < 1e-14);
            prop_assert!(law.quantile(0.5 * p).unwrap() <= t);
            let longer = BaseLaw::new(ahead + 1, drain, theta, law.mode()).unwrap();
            prop_assert!(longer.quantile(p).unwrap() >= t * (1.0 - 1e-12) && longer.mean() > law.mean());
            // What is left after some time: mean and variance are integrals of its tail.
            let rest = law.after(part * law.mean()).unwrap();
            let again = rest.quantile(p).unwrap();
            prop_assert!((rest.cdf(again).unwrap() - p).abs() < 1e-9, "{rest:?}");
            prop_assert!(rest.mean() <= law.mean() * (1.0 + 1e-9), "{rest:?}");
            prop_assert!(rest.variance() <= law.variance() * (1.0 + 1e-6), "{rest:?}");
            prop_assert!(rest.p_served() >= law.p_served() * (1.0 - 1e-9) && rest.p_served() <= 1.0, "{rest:?}");
        }
    }

    #[test]
    fn what_is_left_of_a_wait_has_the_moments_of_its_tail(
        ahead in 0..40_u32,
        ratio in spread(1e-3, 3.0),
        part in 0.0..3.0_f64,
    ) {
        let law = BaseLaw::new(ahead, 1.0, ratio, WaitMode::IfYouStay).unwrap();
        let rest = law.after(part * law.mean()).unwrap();
        let end = rest.quantile(1.0 - 1e-13).unwrap();
        // Simpson's rule on the tail.
        let steps = 4_000;
        let h = end / f64::from(steps);
        let (mut mean, mut square) = (0.0, 0.0);
        for i in 0..=steps {
            let weight = if i == 0 || i == steps { 1.0 } else if i % 2 == 1 { 4.0 } else { 2.0 };
            let t = h * f64::from(i);
            let tail = 1.0 - rest.cdf(t).unwrap();
            mean += weight * tail * h / 3.0;
            square += weight * 2.0 * t * tail * h / 3.0;
        }
        prop_assert!((rest.mean() - mean).abs() < 1e-7 * mean, "{} {mean}", rest.mean());
        let variance = square - mean * mean;
        prop_assert!((rest.variance() - variance).abs() < 1e-6 * variance, "{} {variance}", rest.variance());
    }

    #[test]
    fn head_of_line_lies_between_its_neighbours(
        rate in spread(0.1, 100.0),
        drain in spread(0.1, 100.0),
        theta in spread(1e-3, 1.0),
        age in spread(1e-3, 100.0),
    ) {
        let wait = HeadOfLine::new(rate, drain, theta, age).unwrap();
        let between = rate * (1.0 - (-theta * age).exp()) / theta;
        let at = |ahead: f64| BaseLaw::new(ahead as u32, drain, theta, WaitMode::IfYouStay).unwrap();
        // The mean wait is concave in the number ahead, so the mixture waits no longer than the mean number
        // would.
        prop_assert!(wait.mean() <= at(between.ceil() + 1.0).mean() * (1.0 + 1e-9));
        prop_assert!(wait.mean() >= at(0.0).mean() * (1.0 - 1e-9));
        prop_assert!(wait.variance() >= at(0.0).variance() * (1.0 - 1e-9));
        let patient = HeadOfLine::new(rate, drain, 0.0, age).unwrap();
        let n = rate * age;
        prop_assert!((patient.mean() - (n + 2.0) / drain).abs() < 1e-10 * (n + 2.0) / drain);
        let variance = (2.0 * n + 2.0) / (drain * drain);
        prop_assert!((patient.variance() - variance).abs() < 1e-9 * variance);
    }

    #[test]
    fn higher_classes_wait_less_and_work_is_conserved(
        agents in 1..200_u32,
        part in 0.05..0.98_f64,
        split in prop::collection::vec(0.0..1.0_f64, 1..5),
        t in spread(0.1, 1e4),
    ) {
        let whole: f64 = split.iter().sum::<f64>() + 1e-9;
        let rates: Vec<f64> = split.iter().map(|s| s / whole * part * f64::from(agents) / HANDLE).collect();
        let queue = PriorityQueue::new(agents, HANDLE, &rates).unwrap();
        let (mut length, mut last, mut longest) = (0.0, 0.0, 0.0);
        for k in 0..rates.len() {
            let class = queue.class(k).unwrap();
            prop_assert!(class.mean_wait >= last);
            let longer = class.p_wait_longer(t).unwrap();
            prop_assert!((0.0..=1.0).contains(&longer) && longer >= longest - 1e-12);
            prop_assert!((class.p_wait_longer(0.0).unwrap() - queue.p_wait()).abs() < 1e-10);
            (last, longest) = (class.mean_wait, longer);
            length += class.mean_queue_length;
            let p = 1.0 - 0.3 * queue.p_wait();
            if p > 1.0 - 1e-12 {
                continue;
            }
            let quantile = class.wait_quantile(p).unwrap();
            prop_assert!((class.p_wait_longer(quantile).unwrap() - (1.0 - p)).abs() < 1e-9);
        }
        // With one service rate the order of service does not change how many wait.
        let total: f64 = rates.iter().sum();
        if total > 0.0 {
            let plain = DelayQueue::new(agents, Traffic::new(total, HANDLE).unwrap()).unwrap();
            prop_assert!((length - plain.figures().mean_queue_length).abs() < 1e-10 * length);
        }
    }

    #[test]
    fn nothing_that_is_put_in_gives_a_nan_or_a_panic(
        agents in some_agents(),
        capacity in some_agents(),
        x in anything(),
        y in anything(),
        z in anything(),
        t in anything(),
        p in prop_oneof![0.0..1.0_f64, anything()],
    ) {
        let finite = |result: Result<f64, ForecastError>| {
            if let Ok(value) = result {
                assert!(value.is_finite(), "{agents} {capacity} {x} {y} {z} {t} {p}: {value}");
            }
        };
        type Figure = Result<f64, ForecastError>;
        fn look(line: Result<impl WaitingLine, ForecastError>, t: f64, p: f64, finite: &impl Fn(Figure)) {
            let Ok(line) = line else { return };
            let f = line.figures();
            for figure in [
                f.p_wait, f.p_abandon, f.p_block, f.mean_wait_all, f.mean_wait_served, f.mean_wait_given_wait,
                f.mean_virtual_wait, f.mean_queue_length, f.mean_busy, f.occupancy,
            ] {
                finite(Ok(figure));
            }
            if let Ok(level) = line.service_level(t) {
                finite(Ok(level.of_all_arrivals + level.abandons_count_if_late));
                finite(Ok(level.p_abandon_within + level.p_virtual_wait_longer));
            }
            finite(line.virtual_wait_quantile(p));
        }
        finite(erlang_b(agents, x));
        finite(erlang_c(agents, x));
        finite(erlang_b_real(y, x));
        finite(erlang_c_real(y, x));
        finite(erlang_b_load(agents, p));
        finite(halfin_whitt(x));
        finite(halfin_whitt_beta(p));
        finite(square_root_margin(agents, x));
        finite(square_root_staffing(x, y).map(f64::from));
        finite(garnett_limit(x, y, z).map(|limit| limit.p_wait + limit.p_abandon_given_wait_root));
        finite(with_shrinkage(agents, p).map(f64::from));
        let ahead = capacity % 20_000;
        for mode in [WaitMode::IfYouStay, WaitMode::GivenServed] {
            let Ok(law) = BaseLaw::new(ahead, x, y, mode) else { continue };
            for figure in [law.mean(), law.variance(), law.p_served()] {
                finite(Ok(figure));
            }
            finite(law.cdf(t));
            finite(law.survival(t));
            finite(law.p_served_within(t));
            finite(law.quantile(p));
            if let Ok(rest) = law.after(z) {
                finite(Ok(rest.mean() + rest.variance() + rest.p_served()));
                finite(rest.cdf(t));
                finite(rest.quantile(p));
                finite(rest.p_served_within(t));
            }
        }
        finite(HeadOfLine::new(x, y, z, t).map(|wait| wait.mean() + wait.variance()));
        let first = CobhamClass { arrival_rate: x, mean_handle_time: y, cv: z };
        let classes = [first, CobhamClass { arrival_rate: t, cv: p, ..first }];
        finite(cobham_mean_wait(&classes, 1));
        let rates = [x, t];
        if let Ok(class) = PriorityQueue::new(agents, y, &rates).and_then(|queue| queue.class(1)) {
            finite(Ok(class.mean_wait + class.mean_queue_length));
            finite(class.p_wait_longer(z));
            finite(class.wait_quantile(p));
        }
        let Ok(traffic) = Traffic::new(x, y) else { return Ok(()) };
        let targets = [
            Target::ServiceLevel { share: p, threshold: t },
            Target::MeanWait { most: t },
            Target::Waiting { most: p },
            Target::Abandonment { most: p },
            Target::Occupancy { most: p },
        ];
        for target in targets {
            for patience in [None, Some(z)] {
                if let Ok(staff) = smallest_agents(traffic, patience, target) {
                    finite(Ok(staff.achieved));
                    finite(Ok(staff.with_one_fewer.unwrap_or(0.0)));
                }
            }
        }
        look(DelayQueue::new(agents, traffic), t, p, &finite);
        look(erlang_a(agents, traffic, z), t, p, &finite);
        let places = capacity % 2_000;
        look(finite_room(agents, agents.saturating_add(places), traffic, Some(z)), t, p, &finite);
        look(finite_room(agents, agents.saturating_add(places), traffic, None), t, p, &finite);
        if let Ok(law) = LogNormal::with_mean(z, p) {
            look(general_patience(agents, traffic, law), t, p, &finite);
        }
        if let Ok(law) = Gamma::with_mean(z, p) {
            look(general_patience(agents, traffic, law), t, p, &finite);
        }
        if let Ok(law) = Weibull::with_mean(p, z) {
            look(general_patience(agents, traffic, law), t, p, &finite);
        }
    }
}

#[test]
fn ten_thousand_agents_and_beyond_keep_every_digit() {
    for agents in [10_000_u32, 100_000, 1_000_000] {
        let c = f64::from(agents);
        for beta in [-1.0, 0.0, 0.5, 2.0] {
            let load = c - beta * c.sqrt();
            let queue = erlang_a(agents, traffic(load), HANDLE).unwrap();
            let f = queue.figures();
            // With θ = μ the number in the centre is Poisson: p_wait = P(N ≥ c), summed from c upwards.
            let mut term = (c * (load / c).ln() + c
                - load
                - 0.5 * (2.0 * std::f64::consts::PI * c).ln()
                - 1.0 / (12.0 * c))
                .exp();
            let (mut waits, mut k) = (0.0, c);
            while term > 1e-18 {
                waits += term;
                k += 1.0;
                term *= load / k;
            }
            assert!((f.p_wait - waits).abs() < 1e-8 * waits, "{agents} {beta}: {} {waits}", f.p_wait);
            let limit = garnett_limit(square_root_margin(agents, load).unwrap(), HANDLE, HANDLE).unwrap();
            assert!((f.p_wait - limit.p_wait).abs() < 2.0 / c.sqrt(), "{agents} {beta}");
        }
        let load = c - 0.5 * c.sqrt();
        let exact = erlang_c(agents, load).unwrap();
        let limit = halfin_whitt(square_root_margin(agents, load).unwrap()).unwrap();
        assert!((exact - limit).abs() < 1.0 / c.sqrt(), "{agents}: {exact} {limit}");
    }
}

#[test]
fn a_law_of_patience_that_is_no_law_is_refused() {
    #[derive(Debug)]
    struct Broken;
    impl Patience for Broken {
        fn survival(&self, t: f64) -> f64 {
            if t < 10.0 { 1.0 } else { f64::NAN }
        }
        fn mean_capped(&self, t: f64) -> f64 {
            if t < 10.0 { t } else { f64::NAN }
        }
    }
    let error = general_patience(4, traffic(3.0), Broken).unwrap_err();
    assert_eq!(error.code(), "not_a_number");
}

#[test]
fn a_refusal_names_what_was_wrong() {
    assert_eq!(erlang_c(3, 3.0).unwrap_err(), ForecastError::Overloaded { offered_load: 3.0, agents: 3.0 });
    assert_eq!(erlang_c(0, 1.0).unwrap_err(), ForecastError::NoAgents);
    assert_eq!(erlang_b(3, f64::NAN).unwrap_err(), ForecastError::NotANumber { quantity: "offered_load" });
    let error = Traffic::new(f64::INFINITY, 60.0).unwrap_err();
    assert_eq!(error.to_string(), "arrival_rate is inf; it must lie between 0 and 1000000000000000");
    let error = finite_room(10, 9, traffic(5.0), None).unwrap_err();
    assert_eq!(error, ForecastError::RoomBelowAgents { capacity: 9, agents: 10 });
    let endless = Empirical::from_waits(&[(10.0, true), (20.0, false)]).unwrap();
    let error = general_patience(4, traffic(8.0), &endless).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an offered load of 4 erlangs is too much for 4 agents when nobody gives up: the queue grows without end"
    );
    let error = smallest_agents(traffic(1e10), None, Target::Waiting { most: 0.5 }).unwrap_err();
    assert_eq!(error.code(), "target_out_of_reach");
    assert_eq!(Hyperexponential::new(&[]).unwrap_err().code(), "empty");
    assert_eq!(PriorityQueue::new(3, 60.0, &[]).unwrap_err().code(), "empty");
}
