//! The formulas against reference figures that were computed by two other routes each (`tests/reference`).
#![allow(clippy::disallowed_types, reason = "figures for people")]

use serde_json::Value;
use sunline_core::forecast::patience::{Deterministic, Weibull};
use sunline_core::forecast::*;

const MINUTE: f64 = 60.0;

fn reference(name: &str) -> Value {
    let path = format!("{}/../../tests/reference/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{} has no number {key}", case["id"]))
}

fn agents(case: &Value) -> u32 {
    number(case, "agents") as u32
}

fn rows<'a>(case: &'a Value, key: &str) -> &'a [Value] {
    case[key].as_array().unwrap_or_else(|| panic!("no list {key}"))
}

/// The mean patience in seconds, or none.
fn patience(case: &Value) -> Option<f64> {
    case["mean_patience_min"].as_f64().map(|minutes| minutes * MINUTE)
}

fn traffic(case: &Value) -> Traffic {
    Traffic::new(number(case, "arrival_rate_per_min") / MINUTE, number(case, "mean_service_min") * MINUTE)
        .unwrap()
}

/// The figure is the reference's, within `relative`.
#[track_caller]
fn same(what: &str, figure: f64, reference: f64, relative: f64) {
    assert!(
        (figure - reference).abs() <= relative * reference.abs().max(1e-300),
        "{what}: {figure} is not {reference}"
    );
}

fn check_line(case: &Value, line: &impl WaitingLine, relative: f64) {
    let expected = case["expected"].as_object().unwrap();
    let figures = line.figures();
    let at_t = line.service_level(number(case, "T_min") * MINUTE).unwrap();
    for (key, value) in expected {
        let what = format!("{} {key}", case["id"]);
        let figure = match key.as_str() {
            "p_wait" => figures.p_wait,
            "p_abandon" => figures.p_abandon,
            "p_block" => figures.p_block,
            "mean_wait_all" => figures.mean_wait_all / MINUTE,
            "mean_wait_served" => figures.mean_wait_served / MINUTE,
            "mean_wait_given_wait" => figures.mean_wait_given_wait / MINUTE,
            "mean_virtual_wait" => figures.mean_virtual_wait / MINUTE,
            "mean_queue_length" => figures.mean_queue_length,
            "mean_busy" => figures.mean_busy,
            "occupancy" => figures.occupancy,
            "sl_served_within_T_over_offered" => at_t.of_all_arrivals,
            "sl_excluding_short_abandons" => at_t.abandons_count_if_late,
            "p_abandon_within_T" => at_t.p_abandon_within,
            "p_virtual_wait_gt_T" => at_t.p_virtual_wait_longer,
            "virtual_wait_quantiles" => {
                for (p, quantile) in value.as_object().unwrap() {
                    let figure = line.virtual_wait_quantile(p.parse().unwrap()).unwrap() / MINUTE;
                    same(&format!("{what} {p}"), figure, quantile.as_f64().unwrap(), relative);
                }
                continue;
            }
            other => panic!("{other} is not a figure of a waiting line"),
        };
        same(&what, figure, value.as_f64().unwrap(), relative);
    }
}

#[test]
fn waiting_lines_match_the_birth_and_death_solutions() {
    for case in rows(&reference("erlang"), "cases") {
        let n = agents(case);
        match case["model"].as_str().unwrap() {
            "M/M/c" => check_line(case, &DelayQueue::new(n, traffic(case)).unwrap(), 1e-8),
            "M/M/c+M" => {
                check_line(case, &erlang_a(n, traffic(case), patience(case).unwrap()).unwrap(), 1e-8);
            }
            "M/M/c/K" | "M/M/c/K+M" => {
                let capacity = number(case, "capacity_in_system") as u32;
                check_line(case, &finite_room(n, capacity, traffic(case), patience(case)).unwrap(), 1e-8);
            }
            "M/M/n+G" => {
                let law = &case["patience"];
                match law["kind"].as_str().unwrap() {
                    "deterministic" => {
                        let law = Deterministic::new(number(law, "value") * MINUTE).unwrap();
                        check_line(case, &general_patience(n, traffic(case), law).unwrap(), 1e-8);
                    }
                    "weibull" => {
                        let law =
                            Weibull::with_mean(number(law, "shape"), number(law, "mean") * MINUTE).unwrap();
                        check_line(case, &general_patience(n, traffic(case), law).unwrap(), 1e-8);
                    }
                    other => panic!("no law of patience {other}"),
                }
            }
            other => panic!("no model {other}"),
        }
    }
}

#[test]
fn priorities_match_their_reference() {
    for case in rows(&reference("priority"), "cases") {
        let classes = rows(case, "classes_highest_first");
        if case["model"].as_str().unwrap().starts_with("M/G/1") {
            let classes: Vec<CobhamClass> = classes
                .iter()
                .map(|class| CobhamClass {
                    arrival_rate: number(class, "arrival_rate_per_min") / MINUTE,
                    mean_handle_time: number(&class["service"], "mean") * MINUTE,
                    cv: number(&class["service"], "cv"),
                })
                .collect();
            for (k, class) in rows(case, "classes_highest_first").iter().enumerate() {
                let wait = cobham_mean_wait(&classes, k).unwrap() / MINUTE;
                same(&format!("{} class {k}", case["id"]), wait, number(class, "mean_wait"), 1e-8);
            }
            continue;
        }
        let rates: Vec<f64> =
            classes.iter().map(|class| number(class, "arrival_rate_per_min") / MINUTE).collect();
        let queue =
            PriorityQueue::new(agents(case), number(case, "mean_service_min") * MINUTE, &rates).unwrap();
        same(&format!("{} p_wait", case["id"]), queue.p_wait(), number(case, "p_wait"), 1e-8);
        for (k, class) in classes.iter().enumerate() {
            let what = format!("{} class {k}", case["id"]);
            let figures = queue.class(k).unwrap();
            same(&what, figures.mean_wait / MINUTE, number(class, "mean_wait"), 1e-8);
            same(&what, figures.mean_queue_length, number(class, "mean_queue_length"), 1e-8);
            let longer = figures.p_wait_longer(number(case, "T_min") * MINUTE).unwrap();
            same(&what, longer, number(class, "p_wait_gt_T"), 1e-8);
        }
    }
}

#[test]
fn base_law_matches_its_reference() {
    for case in rows(&reference("predictor"), "conditional") {
        let law = |mode| {
            BaseLaw::new(
                number(case, "waiting_ahead") as u32,
                number(case, "agents") * number(case, "service_rate"),
                number(case, "abandonment_rate"),
                mode,
            )
            .unwrap()
        };
        let (stay, served) = (law(WaitMode::IfYouStay), law(WaitMode::GivenServed));
        let t = number(case, "T");
        let check =
            |key: &str, figure: f64| same(&format!("{} {key}", case["id"]), figure, number(case, key), 1e-9);
        check("virtual_mean", stay.mean());
        check("virtual_sd", stay.variance().sqrt());
        check("p_virtual_wait_le_T", stay.cdf(t).unwrap());
        check("p_served", stay.p_served());
        check("p_served_within_T", stay.p_served_within(t).unwrap());
        check("served_mean", served.mean());
        check("served_sd", served.variance().sqrt());
        for (p, quantile) in case["virtual_quantiles"].as_object().unwrap() {
            let figure = stay.quantile(p.parse().unwrap()).unwrap();
            same(&format!("{} quantile {p}", case["id"]), figure, quantile.as_f64().unwrap(), 1e-9);
        }
    }
}

/// Mean squared error, its root over the mean wait, and bias of a forecast for each number ahead, over the
/// weights of these numbers.
fn score(weights: &[f64], laws: &[BaseLaw], forecast: impl Fn(usize) -> f64) -> (f64, f64, f64) {
    let (mut mass, mut square, mut bias, mut mean) = (0.0, 0.0, 0.0, 0.0);
    for (ahead, (weight, law)) in weights.iter().zip(laws).enumerate() {
        let off = forecast(ahead) - law.mean();
        mass += weight;
        square += weight * (law.variance() + off * off);
        bias += weight * off;
        mean += weight * law.mean();
    }
    (square / mass, (square / mass).sqrt() / (mean / mass), bias / mass)
}

#[test]
fn forecasts_from_the_number_ahead_err_as_much_as_theory_says() {
    for case in rows(&reference("predictor"), "steady_state") {
        let (arrival_rate, theta) = (number(case, "arrival_rate"), number(case, "abandonment_rate"));
        let drain = number(case, "agents") * number(case, "service_rate");
        let ahead = 0..1000_u32;
        let laws = |mode| -> Vec<BaseLaw> {
            ahead.clone().map(|n| BaseLaw::new(n, drain, theta, mode).unwrap()).collect()
        };
        let (stay, served) = (laws(WaitMode::IfYouStay), laws(WaitMode::GivenServed));
        // Share of each number ahead among those that wait, and among those of them that are served.
        let mut weight = 1.0;
        let waiting: Vec<f64> = ahead
            .clone()
            .map(|n| {
                let now = weight;
                weight *= arrival_rate / (drain + f64::from(n + 1) * theta);
                now
            })
            .collect();
        let in_the_end: Vec<f64> =
            waiting.iter().zip(&stay).map(|(weight, law)| weight * law.p_served()).collect();
        let p_abandon = if theta > 0.0 {
            let traffic = Traffic::new(arrival_rate, 1.0 / number(case, "service_rate")).unwrap();
            erlang_a(agents(case), traffic, 1.0 / theta).unwrap().figures().p_abandon
        } else {
            0.0
        };
        for (key, weights, truth) in
            [("virtual_wait_of_all_that_wait", &waiting, &stay), ("served_that_waited", &in_the_end, &served)]
        {
            let mass: f64 = weights.iter().sum();
            let mean = weights.iter().zip(truth).map(|(weight, law)| weight * law.mean()).sum::<f64>() / mass;
            same(&format!("{} {key}", case["id"]), mean, number(&case[key], "mean_wait"), 1e-8);
            for (name, figures) in case[key]["predictors"].as_object().unwrap() {
                let position = |n: usize| (n as f64 + 1.0) / drain;
                let (mse, rase, bias) = match name.as_str() {
                    "state_mean" => score(weights, truth, |n| stay[n].mean()),
                    "state_mean_given_served" => score(weights, truth, |n| served[n].mean()),
                    "naive_position_times_aht_over_agents" => score(weights, truth, position),
                    "naive_times_one_minus_abandonment" => {
                        score(weights, truth, |n| position(n) * (1.0 - p_abandon))
                    }
                    "constant_mean" => score(weights, truth, |_| mean),
                    other => panic!("no predictor {other}"),
                };
                let what = format!("{} {key} {name}", case["id"]);
                same(&what, mse, number(figures, "mse"), 1e-8);
                same(&what, rase, number(figures, "rase"), 1e-8);
                assert!((bias - number(figures, "bias")).abs() < 1e-10, "{what}: {bias}");
            }
        }
    }
}

#[test]
fn head_of_line_forecast_matches_its_reference() {
    for case in rows(&reference("predictor"), "head_of_line_refined") {
        let wait = HeadOfLine::new(
            number(case, "arrival_rate"),
            number(case, "agents") * number(case, "service_rate"),
            number(case, "abandonment_rate"),
            number(case, "elapsed_wait_at_head"),
        )
        .unwrap();
        same("mean", wait.mean(), number(case, "mean"), 1e-9);
        same("sd", wait.variance().sqrt(), number(case, "sd"), 1e-9);
    }
}

#[test]
fn smallest_staff_matches_exactly() {
    for case in rows(&reference("staffing"), "smallest_staff") {
        let value = number(&case["target"], "value");
        let target = match case["target"]["kind"].as_str().unwrap() {
            "sl" => {
                Target::ServiceLevel { share: value, threshold: number(&case["target"], "T_min") * MINUTE }
            }
            "abandon_max" => Target::Abandonment { most: value },
            "asa_max" => Target::MeanWait { most: value * MINUTE },
            other => panic!("no target {other}"),
        };
        let unit = if matches!(target, Target::MeanWait { .. }) { MINUTE } else { 1.0 };
        let staff = smallest_agents(traffic(case), patience(case), target).unwrap();
        assert_eq!(staff.agents, agents(case), "{}", case["id"]);
        same("achieved", staff.achieved / unit, number(case, "achieved"), 1e-8);
        same("one fewer", staff.with_one_fewer.unwrap() / unit, number(case, "with_one_fewer"), 1e-8);
        let beta = square_root_margin(staff.agents, number(case, "offered_load")).unwrap();
        same("beta", beta, number(case, "square_root_beta"), 1e-8);
    }
}

#[test]
fn published_figures_are_met() {
    for case in rows(&reference("published"), "cases") {
        let model = &case["model"];
        if let Some(exact) = case.get("exact_steady_state") {
            // The simulated days start empty, so only the exact long-run figures must agree.
            let traffic = Traffic::new(number(model, "arrival_rate") / MINUTE, 2.0 * MINUTE).unwrap();
            let queue = DelayQueue::new(agents(model), traffic).unwrap();
            let level = queue.service_level(number(model, "acceptable_wait") * MINUTE).unwrap();
            same("service level", level.of_all_arrivals, number(exact, "service_level"), 1e-8);
            same("mean wait", queue.figures().mean_wait_served / MINUTE, number(exact, "mean_wait"), 1e-8);
            same("occupancy", queue.figures().occupancy, number(exact, "occupancy"), 1e-8);
            continue;
        }
        let rate = number(model, "arrivals") / (number(model, "interval_min") * MINUTE);
        let traffic = Traffic::new(rate, number(model, "mean_service_min") * MINUTE).unwrap();
        let threshold = number(model, "target_wait_min") * MINUTE;
        let target = Target::ServiceLevel { share: number(model, "target_service_level"), threshold };
        let staff = smallest_agents(traffic, None, target).unwrap();
        let published = &case["published"];
        assert_eq!(staff.agents, agents(published));
        same("service level", staff.achieved, number(published, "service_level"), 1e-12);
        let queue = DelayQueue::new(staff.agents, traffic).unwrap();
        same("p_wait", queue.figures().p_wait, number(published, "p_wait"), 1e-12);
        same("occupancy", queue.figures().occupancy, number(published, "occupancy"), 1e-12);
    }
}
