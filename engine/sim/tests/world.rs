//! Worlds beyond streams and shifts: contacts that are handed on, agents who learn, patience by the hour; and a world that
//! somebody else has a say in.

use std::collections::BTreeMap;

use sunline_core::forecast::erlang_c;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentId, Command, Config, ContactId, Event, EventKind, NewContact, Presence, QueueId};
use sunline_sim::{
    Arrivals, ContactStream, Cycle, Distribution, Learning, Scenario, ScenarioError, Transfer, World,
};

const HOUR: Span = Span::from_secs(3600);

/// Two queues, `front` and `back`, with agents of their own.
fn house(front: u32, back: u32, hours: i64) -> Scenario {
    let agents = |skill: &str, count: u32| -> String {
        (0..count).map(|n| format!("{{ name = '{skill} {n}', skills = {{ {skill} = 5 }} }},")).collect()
    };
    let config = Config::from_toml(&format!(
        "name = 'house'\nchannels = [{{ name = 'voice' }}]\nskills = [{{ name = 'front' }}, {{ name = 'back' }}]\n\
         queues = [{{ name = 'front', requires = 'front', offer = {{ answer = 'auto' }} }},\n\
                   {{ name = 'back', requires = 'back', offer = {{ answer = 'auto' }} }}]\n\
         agents = [{}{}]",
        agents("front", front),
        agents("back", back)
    ));
    Scenario::new(config.unwrap(), Timestamp::EPOCH, Timestamp::EPOCH + Span::from_secs(hours * 3600))
}

fn stream(per_hour: f64, handling_s: i64) -> ContactStream {
    ContactStream {
        queue: "front".into(),
        arrivals: Arrivals::Poisson { rate_per_hour: per_hour },
        handling: Distribution::exponential(Span::from_secs(handling_s)),
        patience: None,
        points: 0,
    }
}

fn to_the_back(share: f64, handling_s: i64) -> Transfer {
    Transfer {
        source: "front".into(),
        target: "back".into(),
        share,
        talk: None,
        handling: Distribution::exponential(Span::from_secs(handling_s)),
        patience: None,
    }
}

/// What happened to contacts that were handed on.
#[derive(Default)]
struct Seen {
    handed_on: BTreeMap<ContactId, Timestamp>,
    /// Waits after it, in seconds.
    waits: Vec<f64>,
    /// Whole lengths of first conversations.
    talks: BTreeMap<ContactId, Span>,
    answered: BTreeMap<ContactId, Timestamp>,
    abandoned: u64,
}

impl Seen {
    fn of(scenario: &Scenario, replication: u64) -> Self {
        let mut seen = Self::default();
        scenario.run_with(11, replication, &mut |event: &Event| seen.hear(event)).unwrap();
        seen
    }

    fn hear(&mut self, event: &Event) {
        match &event.kind {
            EventKind::OfferAccepted { contact, .. } => {
                if let Some(since) = self.handed_on.get(contact) {
                    self.waits.push(event.at.since(*since).as_secs_f64());
                } else {
                    self.answered.insert(*contact, event.at);
                }
            }
            EventKind::ContactTransferred { contact, .. } => {
                self.handed_on.insert(*contact, event.at);
                self.talks.insert(*contact, event.at.since(self.answered[contact]));
            }
            EventKind::ContactEnded { contact, agent, .. } => {
                self.abandoned += u64::from(agent.is_none());
                if !self.handed_on.contains_key(contact) && agent.is_some() {
                    self.talks.insert(*contact, event.at.since(self.answered[contact]));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn a_share_of_contacts_handed_on_is_poisson_traffic_for_the_next_queue() {
    // Burke: what leaves M/M/n is Poisson, so the second queue is M/M/2 at 0.3 · 40 an hour, and Erlang C is exact.
    let mut house = house(5, 2, 8_000);
    house.streams.push(stream(40.0, 300));
    house.transfers.push(to_the_back(0.3, 400));
    let load = 0.3 * 40.0 / 3600.0 * 400.0;
    let exact = erlang_c(2, load).unwrap() * 400.0 / (2.0 - load);
    let (mut means, mut handed_on, mut arrived) = (Vec::new(), 0, 0);
    for replication in 0..8 {
        let seen = Seen::of(&house, replication);
        means.push(seen.waits.iter().sum::<f64>() / seen.waits.len() as f64);
        handed_on += seen.handed_on.len();
        arrived += seen.talks.len();
    }
    let share = handed_on as f64 / arrived as f64;
    assert!((share - 0.3).abs() < 3.3 * (0.3 * 0.7 / arrived as f64).sqrt(), "{share}");
    let mean = means.iter().sum::<f64>() / 8.0;
    let variance = means.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 7.0;
    let error = (variance / 8.0).sqrt();
    assert!((mean - exact).abs() < 3.3 * error, "{mean} ± {error}, exact {exact}");
    assert!(error < 0.02 * exact, "{error}");
}

#[test]
fn whoever_is_handed_on_stays_so_when_more_are_and_keeps_its_conversation() {
    let with = |share| {
        let mut house = house(5, 3, 100);
        house.streams.push(stream(40.0, 300));
        house.transfers.push(to_the_back(share, 400));
        Seen::of(&house, 0)
    };
    let (none, few, many) = (with(0.0), with(0.2), with(0.5));
    assert!(none.handed_on.is_empty() && few.handed_on.len() > 500);
    assert!(few.handed_on.keys().all(|contact| many.handed_on.contains_key(contact)));
    assert_eq!(none.talks, few.talks);
    assert_eq!(none.talks, many.talks);
}

#[test]
fn a_contact_handed_on_in_place_of_its_service_is_sorted_out_shortly_and_may_give_up() {
    let mut house = house(5, 1, 100);
    house.streams.push(stream(40.0, 300));
    house.transfers.push(Transfer {
        talk: Some(Distribution::deterministic(Span::from_secs(20))),
        patience: Some(Distribution::deterministic(Span::from_secs(30))),
        ..to_the_back(1.0, 400)
    });
    let seen = Seen::of(&house, 0);
    assert!(seen.talks.values().all(|talk| *talk == Span::from_secs(20)), "{:?}", seen.talks);
    assert!(seen.abandoned > 1_000);
    assert!(seen.waits.iter().all(|wait| *wait <= 30.0));
}

#[test]
fn a_transfer_that_the_engine_refuses_does_not_happen() {
    let mut house = house(5, 3, 20);
    house.streams.push(stream(40.0, 300));
    house.transfers.push(to_the_back(1.0, 100));
    // Back again: the engine lets no contact return to a queue that it has left.
    house.transfers.push(Transfer { source: "back".into(), target: "front".into(), ..to_the_back(1.0, 100) });
    let report = house.run(3, 0).unwrap();
    assert_eq!(report.total.counts.served, report.total.counts.arrived);
    assert_eq!(report.queues[1].counts.moved_in, report.total.counts.arrived);
    assert_eq!(report.queues[0].counts.moved_in, 0);
}

#[test]
fn an_agent_who_learns_is_faster_with_every_contact() {
    let mut house = house(1, 1, 2);
    let even = ContactStream {
        arrivals: Arrivals::Trace { instants: (0..6).map(|n| Timestamp::from_secs(n * 600)).collect() },
        handling: Distribution::deterministic(Span::from_secs(120)),
        ..stream(1.0, 1)
    };
    house.streams.push(even);
    house.learning.push(Learning {
        queue: "front".into(),
        rate: 0.5,
        floor: 0.3,
        experience: BTreeMap::from([("front 0".into(), 1.0)]),
    });
    let talks: Vec<Span> = Seen::of(&house, 0).talks.into_values().collect();
    // 120 s ÷ (1 + contacts had), and never under three tenths of it.
    assert_eq!(talks, [120, 60, 40, 36, 36, 36].map(Span::from_secs));
}

#[test]
fn patience_follows_the_hour_of_arrival() {
    let mut house = house(0, 1, 4);
    house.config.queues[0].on_unservable = sunline_core::config::OnUnservable::Wait;
    let patient = Some(Distribution::deterministic(Span::from_secs(60)));
    house.streams.push(ContactStream { patience: patient, ..stream(60.0, 300) });
    house
        .patience_cycles
        .insert("front".into(), Cycle { from: Timestamp::EPOCH, step: HOUR, factors: vec![1.0, 2.5] });
    let (report, records) = house.run_recorded(5, 0).unwrap();
    assert!(report.total.counts.abandoned > 150);
    for row in 0..records.len() {
        let hour = records.arrived_at(row).as_nanos() / HOUR.as_nanos();
        let expected = if hour % 2 == 0 { 60 } else { 150 };
        assert_eq!(records.waited[row], Span::from_secs(expected), "row {row}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_by_its_path() {
    let refused = |change: fn(&mut Scenario)| {
        let mut house = house(1, 1, 1);
        change(&mut house);
        house.check().unwrap_err().to_string()
    };
    type Change = fn(&mut Scenario);
    let cases: [(Change, &str); 7] = [
        (|s| s.transfers = vec![to_the_back(0.6, 1), to_the_back(0.6, 1)], "transfers[1].share"),
        (
            |s| s.transfers = vec![Transfer { target: "front".into(), ..to_the_back(0.1, 1) }],
            "transfers[0].target",
        ),
        (
            |s| s.transfers = vec![Transfer { source: "side".into(), ..to_the_back(0.1, 1) }],
            "transfers[0].source",
        ),
        (|s| s.learning = vec![learns(1.2, 5.0)], "learning[0].rate"),
        (|s| s.learning = vec![learns(0.9, 0.0)], "learning[0].experience.front 0"),
        (|s| s.patience_cycles = cycle(vec![]), "patience_cycles.front.factors"),
        (|s| s.patience_cycles = cycle(vec![1.0, 0.0]), "patience_cycles.front.factors"),
    ];
    for (change, path) in cases {
        let message = refused(change);
        assert!(message.starts_with(path), "{message}");
    }
    let mut stranger = house(1, 1, 1);
    stranger.learning =
        vec![Learning { experience: BTreeMap::from([("nobody".into(), 1.0)]), ..learns(0.9, 1.0) }];
    assert!(matches!(stranger.check(), Err(ScenarioError::UnknownAgent { path: "learning", .. })));
}

fn learns(rate: f64, before: f64) -> Learning {
    let experience = BTreeMap::from([("front 0".into(), before)]);
    Learning { queue: "front".into(), rate, floor: 0.0, experience }
}

fn cycle(factors: Vec<f64>) -> BTreeMap<smol_str::SmolStr, Cycle> {
    BTreeMap::from([("front".into(), Cycle { from: Timestamp::EPOCH, step: HOUR, factors })])
}

// ── somebody else has a say ──────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_world_begins_once_and_a_first_step_begins_it_too() {
    let house = house(2, 1, 1);
    let mut world = World::new(&house, 1, 0).unwrap();
    let mut told = Vec::new();
    world.begin(&mut |event: &Event| told.push(event.kind.clone()));
    let came = told.iter().filter(|kind| matches!(kind, EventKind::PresenceChanged { .. })).count();
    assert_eq!(came, 3, "all agents without shifts sign in: {told:?}");
    let before = told.len();
    world.begin(&mut |event: &Event| told.push(event.kind.clone()));
    assert!(!world.step(&mut |event: &Event| told.push(event.kind.clone())), "nothing is going to happen");
    assert_eq!(told.len(), before);
}

#[test]
fn what_a_caller_says_happens_at_the_instant_reached_and_what_does_not_fit_is_refused() {
    let house = house(1, 1, 1);
    let mut world = World::new(&house, 1, 0).unwrap();
    world.begin(&mut ());
    let noon = Timestamp::EPOCH + Span::from_secs(60);
    world.wake_at(noon);
    assert!(world.step(&mut ()));
    assert_eq!(world.now(), noon);
    let commands = world.commands();
    let mut told = Vec::new();
    let arrives = Command::Arrive(NewContact::new(ContactId::new("a guest").unwrap(), QueueId(0)));
    world.say(arrives, &mut |event: &Event| told.push(event.clone())).unwrap();
    assert!(told.iter().all(|event| event.at == noon));
    assert!(told.iter().any(|event| matches!(event.kind, EventKind::OfferAccepted { .. })), "{told:?}");
    let unknown = Command::Complete(ContactId::from(99));
    assert_eq!(world.say(unknown, &mut ()).unwrap_err().code(), "unknown_contact");
    assert_eq!(world.commands(), commands + 2);
}

#[test]
fn a_wish_to_look_again_comes_in_time_order_and_never_in_the_past() {
    let mut house = house(1, 1, 1);
    let at = |second| Timestamp::from_secs(second);
    house.streams.push(ContactStream {
        arrivals: Arrivals::Trace { instants: vec![at(100)] },
        handling: Distribution::deterministic(Span::from_secs(50)),
        ..stream(1.0, 1)
    });
    let mut world = World::new(&house, 1, 0).unwrap();
    world.begin(&mut ());
    world.wake_at(at(120));
    world.wake_at(at(90));
    let mut reached = Vec::new();
    while world.step(&mut ()) {
        reached.push(world.now());
        if world.now() == at(120) && reached.len() < 5 {
            // The past is over: it looks again at once.
            world.wake_at(at(10));
        }
    }
    assert_eq!(reached, [at(90), at(100), at(120), at(120), at(120), at(150)]);
    assert_eq!(world.report().total.counts.served, 1);
}

#[test]
fn only_an_agent_who_is_there_able_and_free_could_pull_a_contact_that_waits() {
    let mut house = house(2, 1, 1);
    house.config.queues[0].offer.answer = sunline_core::config::AnswerMode::Agent;
    let mut world = World::new(&house, 1, 0).unwrap();
    let [free, away, other] = [0, 1, 2].map(AgentId);
    world.begin(&mut ());
    let contact = ContactId::from(7);
    assert!(!world.domain().could_pull(free, &contact), "it is not there yet");
    for agent in [free, away] {
        world.say(Command::SetPresence(agent, Presence::Offline), &mut ()).unwrap();
    }
    world.say(Command::Arrive(NewContact::new(contact, QueueId(0))), &mut ()).unwrap();
    let could =
        |world: &World<'_>| [free, away, other].map(|agent| world.domain().could_pull(agent, &contact));
    assert_eq!(could(&world), [false, false, false], "two are away, and one cannot serve it");
    world.say(Command::SetPresence(free, Presence::Available), &mut ()).unwrap();
    assert_eq!(could(&world), [true, false, false], "it is offered to the one, who may take it at once");
    assert!(!world.domain().could_pull(AgentId(99), &contact));
    world.say(Command::Pull(free, contact), &mut ()).unwrap();
    assert_eq!(could(&world), [false, false, false], "it waits no more");
}
