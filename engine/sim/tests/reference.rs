//! The simulator against exact figures: each estimate lies within 3.3 standard errors of the truth.
//!
//! The cases and their figures are in `tests/reference`. Thirty independent replications a case; the standard error is
//! that of their mean.
//!
//! Not here, because the engine has no rule that says it: in `multiskill.json` the longest queue first (S-b), one bound
//! over two queues (S-c), agents kept for a class (S-d) and shares of the queue (S-e).

use std::path::Path;

use serde_json::Value;
use sunline_core::measures::{QueueCounts, ServiceLevel};
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Config, Proficiency};
use sunline_sim::statistics::Replications;
use sunline_sim::{AgentReport, Arrivals, ContactStream, Distribution, Report, Scenario};

const REPLICATIONS: u64 = 30;
const MINUTE: f64 = 60.0;

fn case(file: &str, id: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference").join(file);
    let text = std::fs::read_to_string(path).expect("the reference figures are in the repository");
    let all: Value = serde_json::from_str(&text).expect("they are JSON");
    let cases = all["cases"].as_array().expect("a list of cases");
    cases.iter().find(|case| case["id"] == id).expect("the case is there").clone()
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("{name} is a number"))
}

fn minutes(length: f64) -> Span {
    Span::from_secs_f64(length * MINUTE).expect("a length")
}

fn exponential(mean: f64) -> Distribution {
    Distribution::exponential(minutes(mean))
}

/// One kind of contact: its queue in TOML, arrivals a minute, service and patience.
struct Kind {
    queue: String,
    rate: f64,
    service: Distribution,
    patience: Option<Distribution>,
}

/// Thirty replications of a centre in its long run: `contacts` in each, a tenth of them to warm up.
fn run(kinds: &[Kind], agents: Vec<AgentSpec>, contacts: f64, seed: u64) -> Vec<Report> {
    let mut text = String::from("name = 'reference'\nchannels = [{ name = 'voice' }]\n");
    text.push_str("skills = [{ name = 'a' }, { name = 'b' }]\n");
    for kind in kinds {
        text.push_str(&format!("[[queues]]\n{}\noffer = {{ answer = 'auto' }}\n", kind.queue));
    }
    let mut config = Config::from_toml(&text).expect("a configuration");
    config.agents = agents;
    let length = contacts / kinds.iter().map(|kind| kind.rate).sum::<f64>();
    let mut scenario = Scenario::new(config, Timestamp::EPOCH, Timestamp::EPOCH + minutes(length));
    scenario.warm_up = minutes(length / 10.0);
    scenario.stop_at_end = true;
    for (kind, queue) in kinds.iter().zip(scenario.config.queues.clone()) {
        scenario.streams.push(ContactStream {
            queue: queue.name,
            arrivals: Arrivals::Poisson { rate_per_hour: kind.rate * 60.0 },
            handling: kind.service.clone(),
            patience: kind.patience.clone(),
            points: 0,
        });
    }
    scenario.replicate(seed, REPLICATIONS).expect("it runs")
}

fn everybody(count: u64) -> Vec<AgentSpec> {
    (0..count).map(|i| AgentSpec::new(&format!("agent {i}"))).collect()
}

/// Asserts that a figure's mean over the replications lies within 3.3 standard errors of `exact`.
fn agrees(what: &str, reports: &[Report], exact: f64, figure: impl Fn(&Report) -> f64) {
    let estimate = reports.iter().map(figure).collect::<Replications>().estimate().expect("replications");
    let distance = (estimate.mean - exact).abs() / estimate.standard_error;
    assert!(distance <= 3.3, "{what}: {estimate}, exact {exact}: {distance:.2} standard errors apart");
}

fn mean_wait(counts: &QueueCounts) -> f64 {
    counts.mean_wait().unwrap_or_default().as_secs_f64()
}

fn abandonment(counts: &QueueCounts) -> f64 {
    counts.abandonment().unwrap_or(0.0)
}

/// `answer_within` of a queue, in milliseconds, from a number of minutes.
fn within(threshold: f64) -> String {
    format!("answer_within = '{}ms'", (threshold * MINUTE * 1000.0).round())
}

fn check_single_queue(id: &str, patience: Option<Distribution>) {
    let case = case("erlang.json", id);
    let kind = Kind {
        queue: format!("name = 'all'\n{}", within(number(&case, "T_min"))),
        rate: number(&case, "arrival_rate_per_min"),
        service: exponential(number(&case, "mean_service_min")),
        patience,
    };
    let agents = everybody(case["agents"].as_u64().expect("a count"));
    let reports = run(&[kind], agents, 30_000.0, 20);
    let exact = |name: &str| number(&case["expected"], name);
    agrees(&format!("{id} occupancy"), &reports, exact("occupancy"), |r| r.total.occupancy.unwrap_or(0.0));
    let wait = exact("mean_wait_all") * MINUTE;
    agrees(&format!("{id} mean wait"), &reports, wait, |r| mean_wait(&r.total.counts));
    agrees(&format!("{id} service level"), &reports, exact("sl_served_within_T_over_offered"), |r| {
        r.total.counts.service_level(ServiceLevel::AbandonsFail).unwrap_or(0.0)
    });
    if exact("p_abandon") > 0.0 {
        agrees(&format!("{id} abandonment"), &reports, exact("p_abandon"), |r| abandonment(&r.total.counts));
    }
}

#[test]
fn customers_wait_as_long_as_erlang_c_says() {
    for id in ["C-a", "C-b", "C-c"] {
        check_single_queue(id, None);
    }
}

#[test]
fn impatient_customers_leave_as_often_as_erlang_a_says() {
    for id in ["A-a", "A-b", "A-c"] {
        let patience = number(&case("erlang.json", id), "mean_patience_min");
        check_single_queue(id, Some(exponential(patience)));
    }
}

#[test]
fn patience_of_any_law_gives_the_exact_figures() {
    check_single_queue("G-a", Some(Distribution::deterministic(minutes(1.0))));
    let law = &case("erlang.json", "G-b")["patience"];
    let (shape, mean) = (number(law, "shape"), number(law, "mean"));
    let scale = minutes(mean / libm::tgamma(1.0 + 1.0 / shape));
    check_single_queue("G-b", Some(Distribution::weibull(shape, scale)));
}

/// Shares are of all arrivals here, those who found no room among them.
#[test]
fn those_who_find_no_room_are_as_many_as_the_formula_says() {
    for id in ["K-a", "K-b"] {
        let case = case("erlang.json", id);
        let agents = case["agents"].as_u64().expect("a count");
        let room = case["capacity_in_system"].as_u64().expect("a count") - agents;
        let kind = Kind {
            queue: format!(
                "name = 'all'\nadmission = {{ max_length = {room} }}\n{}",
                within(number(&case, "T_min"))
            ),
            rate: number(&case, "arrival_rate_per_min"),
            service: exponential(number(&case, "mean_service_min")),
            patience: case["mean_patience_min"].as_f64().map(exponential),
        };
        let reports = run(&[kind], everybody(agents), 30_000.0, 23);
        let exact = |name: &str| number(&case["expected"], name);
        let share = |part: u64, report: &Report| part as f64 / report.total.counts.arrived as f64;
        let blocked = exact("p_block");
        agrees(&format!("{id} blocked"), &reports, blocked, |r| share(r.total.counts.blocked, r));
        let in_time = exact("sl_served_within_T_over_offered");
        agrees(&format!("{id} service level"), &reports, in_time, |r| {
            share(r.total.counts.answered_within, r)
        });
        let wait = exact("mean_wait_all") * MINUTE;
        agrees(&format!("{id} mean wait"), &reports, wait, |r| mean_wait(&r.total.counts));
        agrees(&format!("{id} occupancy"), &reports, exact("occupancy"), |r| {
            r.total.occupancy.unwrap_or(0.0)
        });
        if exact("p_abandon") > 0.0 {
            let gone = exact("p_abandon");
            agrees(&format!("{id} abandonment"), &reports, gone, |r| share(r.total.counts.abandoned, r));
        }
    }
}

#[test]
fn those_with_priority_wait_less_and_the_others_exactly_as_much_more() {
    for id in ["P-a", "P-b", "P-c", "G1-a"] {
        let case = case("priority.json", id);
        let classes = case["classes_highest_first"].as_array().expect("classes");
        let threshold = case["T_min"].as_f64().unwrap_or(1.0);
        let service = |class: &Value| match class.get("service") {
            Some(law) if law["kind"] == "gamma" => {
                Distribution::gamma(minutes(number(law, "mean")), number(law, "cv"))
            }
            Some(law) => exponential(number(law, "mean")),
            None => exponential(number(&case, "mean_service_min")),
        };
        let kind = |(rank, class): (usize, &Value)| Kind {
            queue: format!(
                "name = 'class {rank}'\nbase_points = {}\n{}",
                (classes.len() - rank) * 100_000_000,
                within(threshold)
            ),
            rate: number(class, "arrival_rate_per_min"),
            service: service(class),
            patience: None,
        };
        let kinds: Vec<Kind> = classes.iter().enumerate().map(kind).collect();
        let agents = everybody(case["agents"].as_u64().unwrap_or(1));
        let reports = run(&kinds, agents, 40_000.0, 4242);
        for (rank, class) in classes.iter().enumerate() {
            let what = format!("{id} class {rank}");
            let exact = number(class, "mean_wait") * MINUTE;
            agrees(&format!("{what} mean wait"), &reports, exact, |r| mean_wait(&r.queues[rank].counts));
            if let Some(late) = class["p_wait_gt_T"].as_f64() {
                agrees(&format!("{what} in time"), &reports, 1.0 - late, |r| {
                    r.queues[rank].counts.service_level(ServiceLevel::AnsweredOnly).unwrap_or(0.0)
                });
            }
        }
    }
}

#[test]
fn specialists_go_first_and_the_shared_pool_prefers_its_own_class() {
    let case = case("multiskill.json", "S-a");
    let mut agents = Vec::new();
    for i in 0..3 {
        let able = |name: &str| AgentSpec::new(&format!("{name} {i}")).with_skill("a", Proficiency::BEST);
        agents.push(able("specialist"));
        agents.push(able("shared").with_skill("b", Proficiency::BEST));
    }
    let kind = |class: usize, queue: &str| Kind {
        queue: queue.to_owned(),
        rate: case["arrival_rates"][class].as_f64().expect("a rate"),
        service: exponential(if class == 0 { 1.0 / 0.8 } else { 1.0 }),
        patience: Some(exponential(5.0)),
    };
    let kinds = [
        kind(0, "name = 'A'\nrequires = 'a'\nagent_rule = 'least_qualified_sufficient'"),
        kind(1, "name = 'B'\nrequires = 'b'\nbase_points = 100000000"),
    ];
    let reports = run(&kinds, agents, 40_000.0, 22);
    for class in 0..2 {
        let expected = &case["expected"]["classes"][class];
        let what = format!("S-a class {class}");
        let gone = number(expected, "p_abandon");
        agrees(&format!("{what} abandonment"), &reports, gone, |r| abandonment(&r.queues[class].counts));
        let wait = number(expected, "mean_wait_accepted") * MINUTE;
        agrees(&format!("{what} mean wait"), &reports, wait, |r| mean_wait(&r.queues[class].counts));
    }
    for pool in 0..2 {
        let exact = number(&case["expected"]["pools"][pool], "occupancy");
        agrees(&format!("S-a occupancy of pool {pool}"), &reports, exact, |r| {
            r.agents.iter().skip(pool).step_by(2).filter_map(AgentReport::occupancy).sum::<f64>() / 3.0
        });
    }
}
