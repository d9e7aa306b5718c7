//! Look-ahead against exact laws: every estimate lies within 3.3 standard errors of the truth.
//!
//! A look-ahead is right when its mean over all states that can be reached is the mean of what follows them. So besides
//! single states with known laws, whole histories are run, copied half way and run on in the copies.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use sunline_core::forecast::{BaseLaw, WaitMode};
use sunline_core::hours::{HoursTable, Interval};
use sunline_core::measures::ServiceLevel;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Command, Config, ContactId, Domain, NewContact, Presence};
use sunline_sim::lookahead::{
    Assumptions, Change, Figure, LookAhead, LookAheadError, Observed, Plan, QueueOutlook, Subject, Who,
};
use sunline_sim::statistics::{Estimate, Replications};
use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario, World};

const HOUR: f64 = 3600.0;

fn secs(s: f64) -> Span {
    Span::from_secs_f64(s).unwrap()
}

fn at(s: f64) -> Timestamp {
    Timestamp::EPOCH + secs(s)
}

fn centre(agents: usize) -> Config {
    let text = "name = 'centre'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'all', offer = { answer = 'auto' } }]";
    let mut config = Config::from_toml(text).unwrap();
    config.agents = (0..agents).map(|i| AgentSpec::new(&format!("agent {i}"))).collect();
    config
}

fn stream(rate_per_hour: f64, handling: Distribution, patience: Option<Distribution>) -> ContactStream {
    let arrivals = Arrivals::Poisson { rate_per_hour };
    ContactStream { queue: "all".into(), arrivals, handling, patience, points: 0 }
}

fn exponential(mean_s: f64) -> Distribution {
    Distribution::exponential(secs(mean_s))
}

fn close(what: &str, estimate: Estimate, exact: f64) {
    let distance = estimate.distance_from(exact).abs();
    assert!(distance <= 3.3, "{what}: {estimate}, exact {exact}: {distance:.2} standard errors apart");
}

/// Every agent in conversation since second 0, and these contacts waiting since second 30.
fn full(agents: usize, waiting: u64) -> Domain {
    let mut domain = Domain::new(Timestamp::EPOCH, centre(agents)).unwrap();
    let all = domain.queue_id("all").unwrap();
    let ids: Vec<_> = domain.agents().map(|agent| agent.id).collect();
    for agent in ids {
        domain.handle(Timestamp::EPOCH, Command::SetPresence(agent, Presence::Available)).unwrap();
    }
    for id in 0..agents as u64 + waiting {
        let now = if id < agents as u64 { Timestamp::EPOCH } else { at(30.0) };
        // The host's ids are not the simulator's.
        let id = ContactId::new(&format!("call {id}")).unwrap();
        domain.handle(now, Command::Arrive(NewContact::new(id, all))).unwrap();
    }
    while domain.poll_event().is_some() {}
    domain
}

fn call(number: usize) -> ContactId {
    ContactId::new(&format!("call {number}")).unwrap()
}

const MANY: Plan =
    Plan { horizon: Span::from_secs(7200), replications: 6_000, budget: None, seed: 5, threads: None };

#[test]
fn a_newcomer_waits_as_the_law_of_those_ahead_says() {
    let (agents, waiting, handle, patience) = (6, 5, 180.0, 240.0);
    let live = full(agents, waiting);
    let before = live.state_hash();
    let assumed =
        Assumptions::of_streams(vec![stream(150.0, exponential(handle), Some(exponential(patience)))]);
    let ahead = LookAhead::new(&live, at(45.0), assumed).unwrap();
    let law = |mode| BaseLaw::new(waiting as u32, agents as f64 / handle, 1.0 / patience, mode).unwrap();

    let stay = ahead.wait(&Subject::newcomer("all"), WaitMode::IfYouStay, &MANY).unwrap();
    let exact = law(WaitMode::IfYouStay);
    close("mean", stay.mean().unwrap(), exact.mean());
    for t in [60.0, 120.0, 180.0] {
        let share = stay.p_within(secs(t)).unwrap();
        let (low, high) = share.interval(0.999).unwrap();
        let exact = exact.cdf(t).unwrap();
        assert!(low <= exact && exact <= high, "P(W ≤ {t}): {share:?}, exact {exact}");
    }
    for q in [0.05, 0.5, 0.95] {
        let found = stay.quantile(q).unwrap().value.unwrap().as_secs_f64();
        let reach = 3.3 * (q * (1.0 - q) / MANY.replications as f64).sqrt();
        let share = exact.cdf(found).unwrap();
        assert!((share - q).abs() <= reach, "quantile {q} is {found} s, and P(W ≤ {found}) = {share}");
    }
    assert_eq!(stay.p_abandons().unwrap().value, 0.0);

    let may_leave = ahead.wait(&Subject::newcomer("all"), WaitMode::GivenServed, &MANY).unwrap();
    let exact = law(WaitMode::GivenServed);
    close("mean of the served", may_leave.mean().unwrap(), exact.mean());
    let (low, high) = may_leave.p_abandons().unwrap().interval(0.999).unwrap();
    assert!((low..=high).contains(&(1.0 - exact.p_served())), "{low} {high} {}", exact.p_served());
    let (low, high) = may_leave.p_meets_target().unwrap().interval(0.999).unwrap();
    assert!((low..=high).contains(&exact.p_served_within(20.0).unwrap()));
    assert_eq!(live.state_hash(), before, "the live state was only read");
}

#[test]
fn a_waiting_contact_keeps_its_place_and_the_time_it_has_waited() {
    let (agents, handle, patience) = (4, 150.0, 200.0);
    let assumed =
        || Assumptions::of_streams(vec![stream(90.0, exponential(handle), Some(exponential(patience)))]);
    let ahead = LookAhead::new(&full(agents, 4), at(40.0), assumed()).unwrap();
    // Third in line; it began to wait ten seconds ago, so ten of its twenty seconds are left.
    let third = Subject::Contact(call(agents + 2));
    let wait = ahead.wait(&third, WaitMode::GivenServed, &MANY).unwrap();
    let exact = BaseLaw::new(2, agents as f64 / handle, 1.0 / patience, WaitMode::GivenServed).unwrap();
    close("mean", wait.mean().unwrap(), exact.mean());
    let (low, high) = wait.p_meets_target().unwrap().interval(0.999).unwrap();
    let in_time = exact.p_served_within(10.0).unwrap();
    assert!((low..=high).contains(&in_time), "{low} to {high}, exact {in_time}");

    let snapshot = full(agents, 4).snapshot();
    let same = LookAhead::of_snapshot(snapshot, at(40.0), assumed()).unwrap();
    assert_eq!(same.wait(&third, WaitMode::GivenServed, &MANY).unwrap(), wait);
}

#[test]
fn a_customer_who_will_be_called_back_does_not_give_up() {
    let assumed = || Assumptions::of_streams(vec![stream(0.0, exponential(600.0), Some(exponential(5.0)))]);
    let mut live = full(4, 1);
    let subject = Subject::Contact(call(4));
    let gives_up = |live: &Domain| {
        let ahead = LookAhead::new(live, at(40.0), assumed()).unwrap();
        ahead.wait(&subject, WaitMode::GivenServed, &MANY).unwrap().p_abandons().unwrap().value
    };
    assert!(gives_up(&live) > 0.9);
    live.handle(at(40.0), Command::RequestCallback(call(4), None, None)).unwrap();
    while live.poll_event().is_some() {}
    assert_eq!(gives_up(&live), 0.0);
}

fn reference(id: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/nonstationary.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    all["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone()
}

fn exact(case: &Value, t: f64, path: &[&str]) -> f64 {
    let moment = case["at_times"].as_array().unwrap().iter().find(|moment| moment["t"] == t).unwrap();
    path.iter().fold(moment, |value, key| &value[key]).as_f64().unwrap()
}

/// The scenario of the case with four agents, three more from the first hour on, up to an instant.
fn transient(case: &Value, until_hours: f64) -> Scenario {
    let number = |name: &str| case[name].as_f64().unwrap();
    let mut scenario = Scenario::new(centre(7), Timestamp::EPOCH, at(until_hours * HOUR));
    scenario.stop_at_end = true;
    let rates: Vec<f64> = case["arrival_rate"]["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rate| rate.as_f64().unwrap())
        .collect();
    let mut stream = stream(
        0.0,
        exponential(HOUR / number("service_rate")),
        Some(exponential(HOUR / number("abandonment_rate"))),
    );
    stream.arrivals = Arrivals::from_expected(Timestamp::EPOCH, secs(HOUR), &rates);
    scenario.streams.push(stream);
    for agent in 4..7 {
        let late = Interval { from: at(HOUR), until: at(100.0 * HOUR) };
        let shifts = HoursTable::new(&[late], at(100.0 * HOUR), "").unwrap();
        scenario.shifts.insert(format!("agent {agent}").into(), shifts);
    }
    scenario
}

fn assumptions_of(scenario: &Scenario) -> Assumptions {
    Assumptions {
        streams: scenario.streams.clone(),
        shifts: scenario.shifts.clone(),
        ..Assumptions::default()
    }
}

/// Runs histories up to an instant, copies each there and looks ahead once; the figures over all of them.
fn over_histories(
    scenario: &Scenario,
    histories: u64,
    horizon: Span,
    change: impl Fn(LookAhead) -> LookAhead,
    figures: &[Figure],
) -> Vec<Estimate> {
    let mut values = vec![Replications::new(); figures.len()];
    for history in 0..histories {
        let mut world = World::new(scenario, 9, history).unwrap();
        world.run(&mut ());
        let ahead = LookAhead::new(world.domain(), scenario.end, assumptions_of(scenario)).unwrap();
        let plan = Plan { horizon, replications: 1, seed: 1_000 + history, ..Plan::default() };
        let outlook = change(ahead).queues(&plan).unwrap();
        for (list, figure) in values.iter_mut().zip(figures) {
            list.push(outlook.replications()[0].figure(None, *figure).unwrap_or(0.0));
        }
    }
    values.iter().map(|list| list.estimate().unwrap()).collect()
}

#[test]
fn what_follows_the_states_of_a_busy_hour_is_what_the_equations_say() {
    let case = reference("N-bn");
    // Three more agents begin at the very instant of the copy.
    let figures = [Figure::Waiting, Figure::Abandoned, Figure::Arrived];
    let found = over_histories(&transient(&case, 1.0), 4_000, secs(0.5 * HOUR), |ahead| ahead, &figures);
    close("waiting", found[0], exact(&case, 1.5, &["mean_queue"]));
    let between = |name| exact(&case, 1.5, &["cumulative", name]) - exact(&case, 1.0, &["cumulative", name]);
    close("abandoned", found[1], between("abandonments"));
    close("arrived", found[2], between("arrivals"));
}

#[test]
fn if_two_agents_go_home_what_follows_is_what_the_equations_say() {
    let case = reference("N-bn");
    let go_home = |ahead: LookAhead| {
        let two = Who::Any { count: 2, pool: None };
        ahead.what_if(&[Change::AgentsLeave { who: two, after: Span::ZERO }]).unwrap()
    };
    let figures = [Figure::Waiting, Figure::Abandoned];
    let found = over_histories(&transient(&case, 2.0), 4_000, secs(0.5 * HOUR), go_home, &figures);
    close("waiting", found[0], exact(&case, 2.5, &["mean_queue"]));
    let abandoned = exact(&case, 2.5, &["cumulative", "abandonments"])
        - exact(&case, 2.0, &["cumulative", "abandonments"]);
    close("abandoned", found[1], abandoned);
}

#[test]
fn a_copy_half_way_changes_nothing_on_average_whatever_the_laws() {
    let laws = [
        (Distribution::lognormal(secs(300.0), 1.4), Distribution::weibull(0.6, secs(150.0))),
        (Distribution::erlang(5, secs(300.0)), Distribution::uniform(secs(30.0), secs(200.0))),
        (
            Distribution::hyperexponential_by_mean(secs(300.0), 2.5).unwrap(),
            Distribution::empirical(&[secs(20.0), secs(60.0), secs(240.0)], true),
        ),
    ];
    for (handling, patience) in laws {
        let until = |s: f64| {
            let mut scenario = Scenario::new(centre(8), Timestamp::EPOCH, at(s));
            scenario.streams.push(stream(120.0, handling.clone(), Some(patience.clone())));
            scenario.stop_at_end = true;
            scenario
        };
        let (half, whole) = (until(600.0), until(1500.0));
        let figures = [Figure::Waiting, Figure::Abandoned, Figure::Answered];
        let copied = over_histories(&half, 2_000, secs(900.0), |ahead| ahead, &figures);
        let first_half: Vec<_> = (0..2_000).map(|n| half.run(77, n).unwrap().total.counts).collect();
        let through: Vec<_> = (0..2_000).map(|n| whole.run(78, n).unwrap()).collect();
        let mean =
            |values: &mut dyn Iterator<Item = f64>| values.collect::<Replications>().estimate().unwrap();
        let expected = [
            mean(&mut through.iter().map(waiting)),
            minus(
                mean(&mut through.iter().map(|report| report.total.counts.abandoned as f64)),
                mean(&mut first_half.iter().map(|counts| counts.abandoned as f64)),
            ),
            minus(
                mean(&mut through.iter().map(|report| report.total.counts.answered as f64)),
                mean(&mut first_half.iter().map(|counts| counts.answered as f64)),
            ),
        ];
        for ((figure, copied), expected) in figures.iter().zip(&copied).zip(&expected) {
            let difference = minus(*copied, *expected);
            close(&format!("{figure:?} with {handling:?}"), difference, 0.0);
        }
    }
}

/// Contacts that wait at the end: those inside beyond the ones in conversation.
fn waiting(report: &sunline_sim::Report) -> f64 {
    let counts = &report.total.counts;
    (counts.arrived - counts.answered - counts.abandoned) as f64
}

/// The difference of two independent estimates.
fn minus(one: Estimate, other: Estimate) -> Estimate {
    let variance = one.standard_error.powi(2) + other.standard_error.powi(2);
    Estimate { mean: one.mean - other.mean, standard_error: variance.sqrt(), ..one }
}

fn level(outlook: &QueueOutlook) -> Estimate {
    outlook.estimate(None, Figure::ServiceLevel(ServiceLevel::AbandonsFail)).unwrap()
}

#[test]
fn a_change_is_seen_much_surer_than_the_figures_it_changes() {
    let assumed = Assumptions::of_streams(vec![stream(200.0, exponential(180.0), Some(exponential(120.0)))]);
    let ahead = LookAhead::new(&full(10, 3), at(60.0), assumed).unwrap();
    let plan = Plan { horizon: Span::from_secs(3600), replications: 60, ..Plan::default() };
    let base = ahead.queues(&plan).unwrap();
    let home = Change::AgentsLeave { who: Who::Any { count: 2, pool: None }, after: secs(300.0) };
    let doubled = Change::Arrivals { queue: None, factor: 2.0 };
    let hired =
        Change::AgentsJoin { agents: vec![AgentSpec::new("zoe"), AgentSpec::new("yan")], after: Span::ZERO };
    let slower = Change::HandleTime { factor: 1.2 };
    let figure = Figure::ServiceLevel(ServiceLevel::AbandonsFail);
    // The luck of the calls that come besides is their own.
    let changes = [(home, true, 0.8), (doubled, true, 1.05), (hired, false, 0.8), (slower, true, 0.8)];
    for (change, worse, most) in changes {
        let other = ahead.what_if(std::slice::from_ref(&change)).unwrap().queues(&plan).unwrap();
        let difference = other.minus(&base, None, figure).unwrap();
        let (low, high) = difference.change.interval(0.99).unwrap();
        assert!(if worse { high < 0.0 } else { low > 0.0 }, "{change:?}: {low} to {high}");
        let apart = minus(level(&other), level(&base));
        assert!(difference.change.standard_error < most * apart.standard_error, "{change:?}: {difference:?}");
    }
    let nothing = ahead.what_if(&[]).unwrap().queues(&plan).unwrap();
    let difference = nothing.minus(&base, None, figure).unwrap();
    assert_eq!((difference.change.mean, difference.change.standard_error), (0.0, 0.0));
}

#[test]
fn twice_the_calls_are_the_same_calls_and_as_many_besides() {
    let assumed = Assumptions::of_streams(vec![stream(60.0, exponential(10.0), None)]);
    let ahead = LookAhead::new(&full(2, 0), at(60.0), assumed).unwrap();
    let plan = Plan { horizon: Span::from_secs(36_000), replications: 40, ..Plan::default() };
    for (factor, expected) in [(2.0, 1200.0), (0.5, 300.0), (0.0, 0.0)] {
        let change = Change::Arrivals { queue: Some("all".into()), factor };
        let outlook = ahead.what_if(&[change]).unwrap().queues(&plan).unwrap();
        close("arrived", outlook.estimate(None, Figure::Arrived).unwrap(), expected);
    }
}

#[test]
fn an_offer_held_out_is_answered_and_a_pause_ends_at_its_own_instant() {
    let mut config = centre(2);
    config.queues[0].offer = sunline_core::config::OfferConfig::default();
    config.queues[0].wrap_up = Some(secs(60.0));
    let mut live = Domain::new(Timestamp::EPOCH, config).unwrap();
    let all = live.queue_id("all").unwrap();
    let arrive = |id: u64| Command::Arrive(NewContact::new(ContactId::from(id), all));
    let agents: Vec<_> = live.agents().map(|agent| agent.id).collect();
    // Agent 0 wraps up until second 80; agent 1 is asked for contact 2 from second 30 on; contact 3 waits.
    live.handle(at(0.0), Command::SetPresence(agents[0], Presence::Available)).unwrap();
    live.handle(at(0.0), arrive(1)).unwrap();
    let offer = live.contact_view(&ContactId::from(1)).unwrap().offers[0];
    live.handle(at(1.0), Command::AcceptOffer(offer, agents[0])).unwrap();
    live.handle(at(20.0), Command::Complete(ContactId::from(1))).unwrap();
    live.handle(at(30.0), Command::SetPresence(agents[1], Presence::Available)).unwrap();
    live.handle(at(30.0), arrive(2)).unwrap();
    live.handle(at(31.0), arrive(3)).unwrap();
    while live.poll_event().is_some() {}

    let mut assumed =
        Assumptions::of_streams(vec![stream(0.0, Distribution::deterministic(secs(500.0)), None)]);
    assumed.answers.after = Distribution::uniform(secs(0.0), secs(16.0));
    let ahead = LookAhead::new(&live, at(42.0), assumed).unwrap();
    let plan = Plan { replications: 2_000, ..Plan::default() };
    let wait =
        |id: u64| ahead.wait(&Subject::Contact(ContactId::from(id)), WaitMode::IfYouStay, &plan).unwrap();
    // Twelve of at most sixteen seconds have passed: the answer comes evenly within the next four.
    let asked = wait(2);
    close("the answer", asked.mean().unwrap(), 2.0);
    assert!(asked.quantile(0.99).unwrap().value.unwrap() <= secs(4.0));
    // 38 s of wrap-up are left, and then agent 0 takes eight seconds on average to answer.
    let next = wait(3);
    close("the wrap-up", next.mean().unwrap(), 38.0 + 8.0);
    assert!(next.quantile(0.01).unwrap().value.unwrap() >= secs(38.0));
}

#[test]
fn what_nobody_can_mean_is_refused_by_name() {
    let live = full(3, 1);
    let laws = || vec![stream(10.0, exponential(60.0), None)];
    let look = |assumed| LookAhead::new(&live, at(60.0), assumed);
    let refused = look(Assumptions::default()).unwrap_err();
    assert_eq!((refused.code(), refused.to_string().contains("\"all\"")), ("no_law", true));
    let ahead = look(Assumptions::of_streams(laws())).unwrap();
    let plan = Plan::default();
    let ask = |subject| ahead.wait(&subject, WaitMode::IfYouStay, &plan).unwrap_err();
    assert_eq!(ask(Subject::Contact(call(99))).code(), "unknown_contact");
    assert_eq!(ask(Subject::Contact(call(0))).to_string(), "contact call 0 does not wait: it is engaged");
    assert_eq!(ask(Subject::newcomer("none")).code(), "unknown_queue");
    let too_many = Subject::Newcomer { queue: "all".into(), points: 2_000_000_000, details: None };
    assert!(matches!(ask(too_many), LookAheadError::Arrival(_)));
    let change = |change: Change| ahead.what_if(&[change]).unwrap_err();
    let leave = |who| Change::AgentsLeave { who, after: Span::ZERO };
    let five = change(leave(Who::Any { count: 5, pool: None }));
    assert_eq!(five.to_string(), "5 agents should leave, and 3 are signed in");
    assert_eq!(change(leave(Who::Any { count: 1, pool: Some("x".into()) })).code(), "unknown_pool");
    assert_eq!(change(leave(Who::Named(vec!["x".into()]))).code(), "unknown_agent");
    let past = Change::AgentsCome { agents: vec!["agent 0".into()], after: Span::from_secs(-1) };
    assert_eq!(change(past).code(), "out_of_range");
    assert_eq!(change(Change::Arrivals { queue: None, factor: f64::NAN }).code(), "out_of_range");
    let known = Change::AgentsJoin { agents: vec![AgentSpec::new("agent 0")], after: Span::ZERO };
    assert_eq!(change(known).code(), "duplicate_agent");
    let mut recorded = laws();
    recorded[0].arrivals = Arrivals::Trace { instants: vec![at(100.0)] };
    let ahead = look(Assumptions::of_streams(recorded)).unwrap();
    let twice = ahead.what_if(&[Change::Arrivals { queue: None, factor: 2.0 }]).unwrap_err();
    assert_eq!(twice.code(), "recorded_arrivals");
}

#[test]
fn what_was_observed_is_what_is_assumed() {
    let mut scenario = Scenario::new(centre(10), Timestamp::EPOCH, at(20_000.0));
    scenario.streams.push(stream(240.0, exponential(160.0), Some(exponential(90.0))));
    scenario.stop_at_end = true;
    let mut world = World::new(&scenario, 3, 0).unwrap();
    let mut observed = Observed::new(world.domain().config(), secs(15_000.0));
    world.run(&mut observed);
    let assumed = observed.assumptions(scenario.end, &Distribution::deterministic(Span::ZERO));
    let ContactStream { arrivals, handling, patience, .. } = &assumed.streams[0];
    let Arrivals::Poisson { rate_per_hour } = arrivals else { panic!("{arrivals:?}") };
    // A thousand arrivals, lengths and some hundred who gave up: within four standard deviations.
    assert!((rate_per_hour / 240.0 - 1.0).abs() < 0.13, "{rate_per_hour}");
    assert!((handling.mean_s() / 160.0 - 1.0).abs() < 0.13, "{}", handling.mean_s());
    let patience = patience.as_ref().unwrap().mean_s();
    assert!((patience / 90.0 - 1.0).abs() < 0.25, "{patience}");
    LookAhead::new(world.domain(), scenario.end, assumed).unwrap();
    let nothing = Observed::new(world.domain().config(), secs(1800.0));
    let otherwise = Distribution::deterministic(secs(7.0));
    let stream = &nothing.assumptions(at(0.0), &otherwise).streams[0];
    assert_eq!((&stream.handling, &stream.patience), (&otherwise, &None));
}

#[test]
fn a_budget_gives_what_there_is() {
    let assumed = Assumptions::of_streams(vec![stream(100.0, exponential(180.0), None)]);
    let ahead = LookAhead::new(&full(6, 2), at(60.0), assumed).unwrap();
    let plan = Plan { replications: 1_000_000, budget: Some(Duration::from_millis(100)), ..Plan::default() };
    let outlook = ahead.queues(&plan).unwrap();
    let done = outlook.replications().len();
    assert!(done < 1_000_000, "{done}");
    let same = Plan { replications: done as u64, budget: None, threads: Some(1), ..plan };
    assert_eq!(ahead.queues(&same).unwrap().replications(), outlook.replications());
}
