//! What a supervisor would be told, in situations where it is known what is right.

use super::*;
use crate::config::{CalendarConfig, ClosedAction, OpeningConfig};
use crate::event::Event;
use crate::forecast::{Unknown, WaitMode};
use crate::hours::{HoursTable, Interval};
use crate::{Command, Config, Domain, NewContact, NoForecast, PredictedWait, Presence};

pub(super) const STAY: WaitMode = WaitMode::IfYouStay;

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(second)
}

/// Two queues, one of which asks for a skill; nine agents, of whom one has it.
pub(super) fn centre() -> Domain {
    let mut text = String::from(
        r#"
        name = "centre"
        channels = [{ name = "voice" }]
        skills = [{ name = "french" }]
        forecast = { handle_time = "180s", patience = "300s", agents = 9 }
        [[queues]]
        name = "all"
        offer = { answer = "auto" }
        [[queues]]
        name = "paris"
        requires = "french"
        offer = { answer = "auto" }
        [[queues]]
        name = "urgent"
        base_points = 600
        offer = { answer = "auto" }
        "#,
    );
    text.push_str("[[agents]]\nname = 'eve'\nskills = { french = 7 }\n");
    for agent in 0..8 {
        text.push_str(&format!("[[agents]]\nname = 'agent {agent}'\n"));
    }
    Domain::new(at(0), Config::from_toml(&text).unwrap()).unwrap()
}

pub(super) struct Desk {
    pub(super) domain: Domain,
    next: u64,
    events: Vec<Event>,
}

impl Desk {
    /// Nobody signed in, and nothing happened.
    pub(super) fn new(domain: Domain) -> Self {
        let mut desk = Self { domain, next: 0, events: Vec::new() };
        desk.drain();
        desk
    }

    /// Everybody signed in and in conversation since second 1.
    pub(super) fn full() -> Self {
        Self::of(centre())
    }

    pub(super) fn of(domain: Domain) -> Self {
        let mut desk = Self::new(domain);
        for agent in 0..9 {
            desk.tell(0, Command::SetPresence(AgentId(agent), Presence::Available));
        }
        for _ in 0..9 {
            desk.arrives(1, 0);
        }
        desk
    }

    pub(super) fn tell(&mut self, second: i64, command: Command) {
        self.domain.handle(at(second), command).unwrap();
        self.drain();
    }

    pub(super) fn drain(&mut self) {
        self.events.extend(core::iter::from_fn(|| self.domain.poll_event()));
    }

    pub(super) fn arrives(&mut self, second: i64, queue: u16) -> ContactId {
        let id = ContactId::from(self.next);
        self.next += 1;
        self.tell(second, Command::Arrive(NewContact::new(id, QueueId(queue))));
        id
    }

    pub(super) fn wait(&self, second: i64, contact: ContactId) -> PredictedWait {
        self.domain.predicted_wait(at(second), &contact, STAY).unwrap()
    }

    pub(super) fn newcomer(&self, second: i64, queue: u16) -> PredictedWait {
        self.domain.predicted_wait_in(at(second), QueueId(queue), 0, STAY).unwrap()
    }
}

/// Seven quantiles and the mean.
fn figures(wait: &PredictedWait) -> Vec<f64> {
    let mut figures: Vec<f64> =
        [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95].map(|q| wait.law.quantile(q).unwrap()).to_vec();
    figures.push(wait.law.mean());
    figures
}

#[test]
fn a_first_forecast_follows_from_the_configuration() {
    let mut desk = Desk::full();
    let first = desk.arrives(2, 0);
    let second = desk.arrives(3, 0);
    // Nine agents of three minutes: somebody is free every 20 s.
    let (one, two, three) = (desk.wait(3, first), desk.wait(3, second), desk.newcomer(3, 0));
    assert_eq!((one.position, two.position, three.position), (1, 2, 3));
    assert!((10.0..40.0).contains(&one.law.mean()), "{one}");
    assert!(one.law.mean() < two.law.mean() && two.law.mean() < three.law.mean());
    assert!(figures(&one)[..7].is_sorted());
    let (p, breach) = (one.p_meets_target(), one.p_breach());
    assert!((0.3..0.9).contains(&p) && p <= 1.0 - breach, "{p} {breach}");
}

#[test]
fn who_overtakes_counts_as_ahead() {
    let mut desk = Desk::full();
    for second in 2..5 {
        desk.arrives(second, 0);
    }
    let urgent = desk.arrives(6, 2);
    let plain = desk.arrives(7, 0);
    let (urgent, plain) = (desk.wait(7, urgent), desk.wait(7, plain));
    assert_eq!((urgent.position, plain.position), (1, 4));
    assert!(urgent.law.mean() < 50.0 && plain.law.mean() > 60.0, "{urgent}; {plain}");
}

#[test]
fn a_skill_held_by_one_of_nine_makes_the_line_nine_times_as_slow() {
    let mut desk = Desk::full();
    let (plain, french) = (desk.arrives(2, 0), desk.arrives(3, 1));
    let ratio = desk.wait(3, french).law.mean() / desk.wait(3, plain).law.mean();
    assert!((4.0..14.0).contains(&ratio), "{ratio}");
}

#[test]
fn an_agent_of_two_queues_is_counted_once() {
    let desk = Desk::full();
    let staff = &desk.domain.prediction.as_ref().unwrap().staff;
    assert_eq!((staff.pools(), staff.in_pool_of(QueueId(0)), staff.there(QueueId(1))), (1, 9, 1));
}

#[test]
fn where_nobody_can_or_nobody_is_there_the_wait_is_unknown_and_never_zero() {
    let mut desk = Desk::full();
    let french = desk.arrives(2, 1);
    let eve = AgentId(0);
    desk.tell(3, Command::SetPresence(eve, Presence::Break("lunch".into())));
    let unknown = |desk: &Desk| desk.domain.predicted_wait(at(9), &french, STAY).unwrap_err();
    assert_eq!(unknown(&desk), NoForecast::Unknown(Unknown::NobodyPresent));
    assert_eq!(desk.domain.predicted_wait_in(at(9), QueueId(1), 0, STAY), Err(unknown(&desk)));
    desk.tell(4, Command::UpdateAgent(eve, std::sync::Arc::new(crate::AgentSpec::new("eve"))));
    assert_eq!(unknown(&desk), NoForecast::Unknown(Unknown::NobodyCapable));
    assert_eq!(unknown(&desk).code(), "nobody_capable");
    let served = ContactId::from(0);
    let not_waiting = NoForecast::NotWaiting { contact: served };
    assert_eq!(desk.domain.predicted_wait(at(9), &served, STAY), Err(not_waiting));
    let queue = QueueId(9);
    assert_eq!(desk.domain.predicted_wait_in(at(9), queue, 0, STAY), Err(NoForecast::UnknownQueue { queue }));
    let silent = Domain::new(at(0), Config { forecast: None, ..desk.domain.document().clone() }).unwrap();
    assert_eq!(silent.predicted_wait(at(9), &french, STAY), Err(NoForecast::NotConfigured));
}

#[test]
fn while_nothing_happens_no_figure_rises() {
    let mut desk = Desk::full();
    for second in 2..12 {
        desk.arrives(second, if second % 4 == 0 { 2 } else { 0 });
    }
    let last = desk.arrives(13, 0);
    let mut before = desk.wait(13, last);
    for second in 14..400 {
        let now = desk.wait(second, last);
        assert!(figures(&now).iter().zip(figures(&before)).all(|(now, before)| *now <= before), "{second}");
        assert!(now.p_meets_target() <= before.p_meets_target());
        before = now;
    }
}

#[test]
fn when_half_the_agents_leave_the_wait_grows_at_once() {
    let mut desk = Desk::full();
    for second in 2..6 {
        desk.arrives(second, 0);
    }
    let last = desk.arrives(7, 0);
    let before = desk.wait(7, last).law.mean();
    for agent in 1..6 {
        desk.tell(8, Command::SetPresence(AgentId(agent), Presence::Offline));
    }
    let after = desk.wait(8, last).law.mean();
    assert!(after > 1.2 * before, "{before} {after}");
}

/// A busy hour, told by a small generator; every contact ends somehow.
fn busy_hour(desk: &mut Desk) {
    let (mut state, mut talking, mut waiting) = (7_u64, (0..9).collect::<Vec<u64>>(), Vec::new());
    for second in 2..1_500 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let draw = state >> 40;
        if draw % 14 == 0 {
            waiting.push(desk.arrives(second, (draw % 5 == 0).into()).number().unwrap());
        }
        if draw % 19 == 1 && !talking.is_empty() {
            let done = talking.remove(draw as usize % talking.len());
            desk.tell(second, Command::Complete(ContactId::from(done)));
        }
        let answered = |id: &u64| {
            desk.domain
                .contact_view(&ContactId::from(*id))
                .is_some_and(|c| c.state == crate::ContactState::Engaged)
        };
        let (now, still): (Vec<u64>, Vec<u64>) = waiting.into_iter().partition(answered);
        talking.extend(now);
        waiting = still;
        if draw % 61 == 2 && !waiting.is_empty() {
            let gone = ContactId::from(waiting.remove(draw as usize % waiting.len()));
            desk.tell(second, Command::Abandon(gone));
        }
    }
}

/// Folded from its events and restored from a snapshot, a domain predicts the same to the last bit.
pub(super) fn same_when_rebuilt(desk: &Desk) {
    let folded = Domain::fold(&desk.events).unwrap();
    let bytes = desk.domain.snapshot().to_bytes();
    let restored = Domain::restore(crate::Snapshot::from_bytes(&bytes).unwrap()).unwrap();
    for other in [&folded, &restored] {
        assert_eq!(other.prediction, desk.domain.prediction);
        assert_eq!(other.state_hash(), desk.domain.state_hash());
        let ask = |domain: &Domain| domain.predicted_wait_in(at(1_600), QueueId(0), 0, STAY);
        assert_eq!(ask(other), ask(&desk.domain));
    }
}

#[test]
fn folded_and_restored_domains_predict_the_same_to_the_last_bit() {
    let mut desk = Desk::full();
    busy_hour(&mut desk);
    same_when_rebuilt(&desk);
}

#[test]
fn nothing_is_decided_differently_because_it_is_predicted() {
    let mut predicting = Desk::full();
    busy_hour(&mut predicting);
    let silent = Config { forecast: None, ..predicting.domain.document().clone() };
    let mut other = Desk { domain: Domain::new(at(0), silent).unwrap(), next: 0, events: Vec::new() };
    other.drain();
    for agent in 0..9 {
        other.tell(0, Command::SetPresence(AgentId(agent), Presence::Available));
    }
    for _ in 0..9 {
        other.arrives(1, 0);
    }
    busy_hour(&mut other);
    let kinds =
        |desk: &Desk| desk.events[1..].iter().map(|event| (event.at, event.kind.clone())).collect::<Vec<_>>();
    assert_eq!(kinds(&predicting), kinds(&other));
}

/// The centre, with its first queue open in the first minute and from second 600 on; nobody new is asked meanwhile.
fn with_hours() -> Domain {
    let mut config = centre().document().clone();
    let open = [(0, 60), (600, 9_000)].map(|(from, until)| Interval { from: at(from), until: at(until) });
    let hours = HoursTable::new(&open, at(9_000), "").unwrap();
    config.calendars.push(CalendarConfig { name: "office".into(), hours: Some(hours.into()) });
    config.queues[0].opening = Some(OpeningConfig {
        calendar: "office".into(),
        at_closing: ClosedAction::Defer,
        when_closed: ClosedAction::Defer,
        overflow_to: None,
    });
    Domain::new(at(0), config).unwrap()
}

#[test]
fn whom_a_closed_queue_holds_is_told_nothing_and_stands_in_nobodys_way() {
    let mut desk = Desk::of(with_hours());
    let held = [desk.arrives(2, 0), desk.arrives(61, 0)];
    let french = desk.arrives(62, 1);
    let closed = NoForecast::Unknown(Unknown::QueueClosed);
    for contact in &held {
        assert_eq!(desk.domain.predicted_wait(at(62), contact, STAY), Err(closed.clone()));
    }
    assert_eq!(desk.domain.predicted_wait_in(at(62), QueueId(0), 0, STAY), Err(closed));
    let ahead = |desk: &Desk| {
        let prediction = desk.domain.prediction.as_ref().unwrap();
        let Standing { queue, curve, key, .. } = *prediction.standing.get(&french).unwrap();
        prediction.place(desk.domain.now, queue, curve, key).ahead
    };
    let before = ahead(&desk);
    desk.domain.handle_deadlines(at(600));
    desk.drain();
    assert_eq!(held.map(|contact| desk.wait(600, contact).position), [1, 2]);
    assert!(ahead(&desk) > before);
    same_when_rebuilt(&desk);
}

#[test]
fn who_is_passed_on_is_watched_anew() {
    let mut desk = Desk::full();
    let works = |desk: &Desk| {
        desk.domain.prediction.as_ref().unwrap().staff.members.iter().map(|m| m.works).sum::<u32>()
    };
    assert_eq!(works(&desk), 9);
    let passed = ContactId::from(3);
    let to = crate::contact::TransferTarget::Queue(QueueId(1));
    desk.tell(100, Command::Transfer(passed, to));
    assert_eq!((desk.wait(100, passed).position, works(&desk)), (1, 8));
    // The next fact shows that nobody took it at once.
    desk.arrives(101, 0);
    assert!(desk.domain.prediction.as_ref().unwrap().standing.get(&passed).unwrap().ticket.is_some());
    same_when_rebuilt(&desk);
}

#[test]
fn a_forecast_that_cannot_be_meant_is_refused_with_its_path() {
    let text = r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "a", at_risk = { percent = 0, lead = "20s" } }]
        "#;
    let refused = Config::from_toml(text).unwrap_err();
    let paths: Vec<&str> = refused.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["queues[0].at_risk", "queues[0].at_risk.percent", "queues[0].at_risk.lead"]);
}
