//! Stories of the predictor: small offices in which the right answer is known.

use super::*;

const MODES: [WaitMode; 2] = [WaitMode::IfYouStay, WaitMode::GivenServed];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

fn ahead(count: u32) -> Place {
    Place { ahead: count, ahead_in_queue: count }
}

fn one_pool() -> WaitPredictor {
    WaitPredictor::new(&[PoolStart::default()], &[QueueStart::default()])
}

/// One pool with so many agents, all at work.
fn office(agents: usize) -> WaitPredictor {
    let mut predictor = one_pool();
    for agent in 0..agents {
        predictor.agent_came(at(0), agent, 0);
        predictor.work_began(at(0), agent);
    }
    predictor
}

/// Contacts join every `gap` seconds and each waits `wait` seconds; one in `one_in` gives up then (0: none). Ends when the
/// last one would have been served; those still in line are withdrawn then.
fn steady(predictor: &mut WaitPredictor, from: i64, contacts: i64, gap: i64, wait: i64, one_in: i64) -> i64 {
    let (last, line) = in_line(predictor, from, contacts, gap, wait, one_in);
    line.into_iter().for_each(|ticket| predictor.withdrawn(at(last + wait), ticket));
    last + wait
}

/// The same, with those still in line left there.
fn in_line(
    predictor: &mut WaitPredictor,
    from: i64,
    contacts: i64,
    gap: i64,
    wait: i64,
    one_in: i64,
) -> (i64, Vec<Ticket>) {
    let mut line = std::collections::VecDeque::new();
    for k in 0..contacts {
        let now = from + k * gap;
        while line.front().is_some_and(|(joined, _, _)| joined + wait <= now) {
            let (joined, ticket, number): (i64, Ticket, i64) = line.pop_front().expect("it is there");
            if one_in > 0 && number % one_in == 0 {
                predictor.abandoned(at(joined + wait), ticket);
            } else {
                predictor.started(at(joined + wait), ticket);
            }
        }
        let place = ahead(line.len() as u32);
        line.push_back((now, predictor.joined(at(now), 0, place), k));
    }
    (from + contacts * gap, line.into_iter().map(|(_, ticket, _)| ticket).collect())
}

#[test]
fn nobody_present_is_unknown_and_not_zero() {
    let predictor = one_pool();
    let asked = predictor.forecast(at(0), 0, ahead(0), WaitMode::IfYouStay);
    assert_eq!(asked, Err(Unknown::NobodyPresent));
    assert_eq!(asked.map_err(Unknown::code), Err("nobody_present"));
}

#[test]
fn a_shift_about_to_start_is_waited_for() {
    let mut predictor = one_pool();
    predictor.staff_will_change(at(0), 0, Some((at(600), 3)));
    let wait = predictor.forecast(at(60), 0, ahead(0), WaitMode::IfYouStay).unwrap();
    assert!(500.0 < wait.mean() && wait.mean() < 800.0, "{}", wait.mean());
}

#[test]
fn a_shift_about_to_end_makes_the_wait_longer() {
    let mut predictor = office(6);
    let before = predictor.forecast(at(10), 0, ahead(9), WaitMode::IfYouStay).unwrap();
    predictor.staff_will_change(at(10), 0, Some((at(70), -4)));
    let after = predictor.forecast(at(10), 0, ahead(9), WaitMode::IfYouStay).unwrap();
    assert!(after.mean() > 1.8 * before.mean(), "{} {}", before.mean(), after.mean());
}

#[test]
fn it_starts_as_the_base_law() {
    let predictor = office(8);
    for n in [3, 7, 20] {
        let wait = predictor.forecast(at(5), 0, ahead(n), WaitMode::GivenServed).unwrap();
        let drain = f64::from(n + 1) * 180.0 / 8.0;
        assert!((wait.mean() / drain - 1.0).abs() < 0.25, "{n} ahead: {} against {drain}", wait.mean());
        let spread = wait.quantile(0.9).unwrap() - wait.quantile(0.1).unwrap();
        let law = 2.56 * drain / f64::from(n + 1).sqrt();
        assert!(0.5 * law < spread && spread < 1.7 * law, "{n} ahead: {spread} against {law}");
    }
}

#[test]
fn half_as_many_agents_double_the_wait_at_once() {
    let mut predictor = office(8);
    let before = predictor.forecast(at(5), 0, ahead(5), WaitMode::GivenServed).unwrap();
    (0..4).for_each(|agent| predictor.agent_left(at(6), agent));
    let after = predictor.forecast(at(6), 0, ahead(5), WaitMode::GivenServed).unwrap();
    assert!((after.mean() / before.mean() - 2.0).abs() < 0.3, "{} {}", before.mean(), after.mean());
}

#[test]
fn it_learns_what_it_was_not_told() {
    let mut predictor = office(2);
    let told = predictor.forecast(at(0), 0, ahead(3), WaitMode::GivenServed).unwrap().mean();
    let (now, _) = in_line(&mut predictor, 10, 3000, 20, 80, 0);
    let learned = predictor.forecast(at(now), 0, ahead(3), WaitMode::GivenServed).unwrap();
    assert!(told > 250.0, "{told}");
    assert!((learned.mean() - 80.0).abs() < 12.0, "{}", learned.mean());
    let p = learned.cdf(120.0).unwrap() - learned.cdf(50.0).unwrap();
    assert!(p > 0.85, "{p}");
}

#[test]
fn a_pause_in_which_nobody_is_served_is_news() {
    let mut predictor = office(2);
    let (now, line) = in_line(&mut predictor, 10, 3000, 20, 80, 0);
    let ask = |predictor: &WaitPredictor, now| {
        predictor.forecast(at(now), 0, ahead(3), WaitMode::GivenServed).unwrap().mean()
    };
    let flowing = ask(&predictor, now);
    // Eighty seconds pass with four in line, who are then taken back: by the drain clocks the line moves more slowly
    // now, and so it will be told, though nobody ever waited longer.
    line.into_iter().for_each(|ticket| predictor.withdrawn(at(now + 80), ticket));
    let stalled = ask(&predictor, now + 80);
    assert!((1.05..1.4).contains(&(stalled / flowing)), "{stalled} after {flowing}");
}

#[test]
fn whoever_gave_up_would_have_waited_longer() {
    let mut predictor = office(4);
    let now = steady(&mut predictor, 10, 4000, 20, 80, 3);
    let mean = |mode| predictor.forecast(at(now), 0, ahead(3), mode).unwrap().mean();
    let (stay, served) = (mean(WaitMode::IfYouStay), mean(WaitMode::GivenServed));
    assert!((served - 80.0).abs() < 12.0, "{served}");
    assert!(stay > 1.1 * served, "{stay} against {served}");
}

#[test]
fn abandonment_is_what_was_seen_in_both_modes() {
    let mut predictor = office(4);
    let now = steady(&mut predictor, 10, 4000, 20, 80, 3);
    for mode in MODES {
        let wait = predictor.forecast(at(now), 0, ahead(3), mode).unwrap();
        let p = wait.p_abandons();
        // One in three gave up, all of them at the same age: the hardest case for a rate that is constant in stretches.
        assert!((p - 1.0 / 3.0).abs() < 0.25, "{mode:?}: {p}");
        assert!((wait.p_served() + p - 1.0).abs() < 1e-12);
        let within = wait.p_served_within(1e6).unwrap();
        assert!((within - wait.p_served()).abs() < 1e-9, "{mode:?}: {within}");
    }
}

#[test]
fn quantiles_never_cross_and_agree_with_the_distribution_function() {
    let mut predictor = office(4);
    let now = steady(&mut predictor, 10, 2000, 20, 90, 5);
    for n in [0, 1, 4, 30, 400] {
        for mode in MODES {
            let wait = predictor.forecast(at(now), 0, ahead(n), mode).unwrap();
            for wait in [wait, wait.after(45.0).unwrap(), wait.after(1e9).unwrap()] {
                let mut last = 0.0;
                for p in (1..100).map(|p| f64::from(p) / 100.0) {
                    let quantile = wait.quantile(p).unwrap();
                    assert!(quantile.is_finite() && quantile >= last, "{n} ahead: {p} at {quantile}");
                    let back = wait.cdf(quantile).unwrap();
                    assert!(quantile == 0.0 || (back - p).abs() < 1e-6, "{n} ahead: {p} came back as {back}");
                    last = quantile;
                }
                assert!(wait.mean() >= 0.0 && wait.mean().is_finite());
            }
        }
    }
}

#[test]
fn what_is_left_after_some_waiting_is_the_conditional_law() {
    let predictor = office(4);
    let whole = predictor.forecast(at(5), 0, ahead(5), WaitMode::IfYouStay).unwrap();
    let rest = whole.after(60.0).unwrap();
    let (upto, total) = (whole.cdf(60.0).unwrap(), whole.cdf(100.0).unwrap());
    assert!((rest.cdf(40.0).unwrap() - (total - upto) / (1.0 - upto)).abs() < 1e-9);
    assert!(rest.mean() < whole.mean());
}

#[test]
fn nothing_announced_rises_while_nothing_happens() {
    let mut predictor = office(3);
    steady(&mut predictor, 10, 500, 30, 95, 4);
    let ticket = predictor.joined(at(16_000), 0, ahead(2));
    let mut last = None;
    for second in 16_001..16_400 {
        let told = predictor.announce(at(second), 0, ahead(2), WaitMode::IfYouStay, last.as_ref()).unwrap();
        if let Some(last) = last {
            let Announced { mean, quantiles, .. } = last;
            assert!(
                told.mean <= mean && told.quantiles.iter().zip(quantiles).all(|(now, then)| *now <= then)
            );
        }
        last = Some(told);
    }
    predictor.agent_left(at(16_400), 0);
    predictor.agent_left(at(16_400), 1);
    let told = predictor.announce(at(16_400), 0, ahead(2), WaitMode::IfYouStay, last.as_ref()).unwrap();
    assert!(told.mean > last.unwrap().mean, "two of three agents went home: that is news");
    predictor.withdrawn(at(16_401), ticket);
}

#[test]
fn a_question_changes_nothing_and_a_copy_goes_the_same_way() {
    let mut predictor = office(3);
    steady(&mut predictor, 10, 300, 30, 95, 4);
    let copy = predictor.clone();
    copy.forecast(at(9_900), 0, ahead(2), WaitMode::IfYouStay).unwrap();
    assert_eq!(copy, predictor);
    let bytes = postcard::to_allocvec(&predictor).unwrap();
    let mut restored: WaitPredictor = postcard::from_bytes(&bytes).unwrap();
    steady(&mut predictor, 20_000, 300, 25, 60, 7);
    steady(&mut restored, 20_000, 300, 25, 60, 7);
    assert_eq!(restored, predictor);
}

#[test]
fn agents_who_come_and_go_in_any_order_leave_no_trace() {
    let mut predictor = office(2);
    predictor.work_ended(at(10), 0);
    predictor.agent_left(at(20), 1);
    predictor.work_ended(at(30), 1);
    predictor.agent_left(at(30), 0);
    predictor.agent_left(at(31), 0);
    predictor.work_ended(at(32), 0);
    let pool = &predictor.pools[0];
    assert_eq!((pool.agents, pool.busy), (0, 0));
    assert!(pool.freed.at(at(40)) < 1e-12 && pool.busy_since.at(at(40)) < 1e-12);
    predictor.agent_came(at(50), 1, 0);
    predictor.agent_came(at(51), 1, 0);
    assert_eq!(predictor.pools[0].agents, 1);
}

#[test]
fn a_contact_taken_back_teaches_nothing() {
    let mut predictor = office(2);
    let ticket = predictor.joined(at(10), 0, ahead(0));
    predictor.withdrawn(at(500), ticket);
    assert_eq!(predictor.assessments()[0].count, 0);
    assert_eq!((predictor.pools[0].waiting, predictor.queues[0].waiting), (0, 0));
}

#[test]
fn a_night_teaches_nothing() {
    let mut predictor = one_pool();
    let ticket = predictor.joined(at(10), 0, ahead(0));
    predictor.agent_came(at(30_000), 0, 0);
    predictor.started(at(30_000), ticket);
    let wait = predictor.forecast(at(30_010), 0, ahead(0), WaitMode::GivenServed).unwrap();
    assert!(wait.mean() < 400.0, "{}", wait.mean());
    assert_eq!(predictor.assessments()[0].count, 0);
}

#[test]
fn extremes_stay_finite() {
    let mut predictor = office(1);
    let early = predictor.joined(at(1), 0, ahead(u32::MAX - 1));
    predictor.started(at(4_000_000_000), early);
    for (second, wait) in [(4_000_000_001, 0), (4_000_000_002, 1_000_000)] {
        let ticket = predictor.joined(at(second), 0, ahead(0));
        predictor.abandoned(at(second + wait), ticket);
    }
    for n in [0, u32::MAX - 1] {
        let wait = predictor.forecast(at(4_100_000_000), 0, ahead(n), WaitMode::IfYouStay).unwrap();
        assert!(wait.mean().is_finite() && wait.quantile(0.95).unwrap().is_finite());
    }
    let bad = predictor.forecast(at(4_100_000_000), 0, ahead(0), WaitMode::IfYouStay).unwrap();
    assert!(bad.quantile(1.0).is_err() && bad.cdf(f64::NAN).is_err() && bad.after(-1.0).is_err());
}

#[test]
fn its_own_record_adds_up() {
    let mut predictor = office(3);
    steady(&mut predictor, 10, 1000, 30, 95, 0);
    let record = predictor.assessments()[0];
    let both = record.plus(&record);
    assert_eq!(both.count, 2 * record.count);
    let (one, two) = (record.root_mean_square_error().unwrap(), both.root_mean_square_error().unwrap());
    assert!((one - two).abs() < 1e-9);
    assert_eq!(record.coverage80(), both.coverage80());
    assert_eq!(record.horizons[0].horizon, 30.0);
    assert!(record.horizons.iter().all(|score| score.brier().is_some_and(|brier| brier <= 1.0)));
    assert!(record.horizons.iter().all(|score| score.calibration_error().is_some_and(|off| off <= 1.0)));
}

#[test]
fn from_who_cannot_give_up_nobody_learns_patience() {
    let mut predictor = office(1);
    steady(&mut predictor, 0, 40, 30, 90, 3);
    let known = predictor.pools[0].patience;
    let waits = predictor.joined(at(2_000), 0, ahead(0));
    let called_back = predictor.joined(at(2_000), 0, ahead(1));
    let restless = predictor.pools[0].restless;
    predictor.cannot_give_up(called_back);
    assert!(restless > 0.0 && predictor.pools[0].restless < 0.6 * restless, "{restless}");
    predictor.started(at(9_000), called_back);
    assert_eq!(predictor.pools[0].patience, known);
    predictor.started(at(9_000), waits);
    assert_ne!(predictor.pools[0].patience, known);
}
