//! Figures of a morning after: targets that ran in business time.

use super::*;
use crate::config::{CalendarConfig, Config};
use crate::hours::{HoursTable, Interval};
use crate::{Command, NewContact};

fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(second)
}

/// One queue with a target of a minute of business time, open in the first hour and from second 10,000 on; two agents.
fn office() -> Domain {
    let mut config = Config::from_toml(
        r#"
        name = "office"
        channels = [{ name = "voice" }]
        queues = [{ name = "mail", answer_within = "60s", short_abandon = "5s", offer = { answer = "auto" } }]
        agents = [{ name = "ann" }, { name = "bob" }]
        "#,
    )
    .unwrap();
    let open =
        [(0, 3_600), (10_000, 20_000)].map(|(from, until)| Interval { from: at(from), until: at(until) });
    let hours = HoursTable::new(&open, at(30_000), "").unwrap();
    config.calendars.push(CalendarConfig { name: "day".into(), hours: Some(hours.into()) });
    config.queues[0].answer_clock = Some("day".into());
    Domain::new(at(0), config).unwrap()
}

/// Tells commands and counts along.
fn play(domain: &mut Domain, commands: Vec<(i64, Command)>, mut seen: impl FnMut(&Event)) {
    core::iter::from_fn(|| domain.poll_event()).for_each(|event| seen(&event));
    for (second, command) in commands {
        domain.handle(at(second), command).unwrap();
        core::iter::from_fn(|| domain.poll_event()).for_each(|event| seen(&event));
    }
}

fn arrive(id: u64) -> Command {
    Command::Arrive(NewContact::new(ContactId::from(id), QueueId(0)))
}

#[test]
fn who_is_answered_before_the_due_instant_is_in_time_though_a_night_lay_between() {
    let mut domain = office();
    let (ann, bob) = (AgentId(0), AgentId(1));
    let commands = vec![
        (3_580, arrive(1)),
        (3_590, arrive(2)),
        // Both have waited through the night. One is due at 10,040, the other at 10,050.
        (10_040, Command::SetPresence(ann, Presence::Available)),
        (10_051, Command::SetPresence(bob, Presence::Available)),
        (10_060, arrive(3)),
        (10_110, Command::Abandon(ContactId::from(3))),
    ];
    let (mut measures, mut legs) =
        (Measures::new(&[(Span::from_secs(60), Span::from_secs(5))]), Legs::default());
    play(&mut domain, commands, |event| {
        measures.observe(event);
        legs.observe(event);
    });
    let counts = measures.queue(QueueId(0)).unwrap();
    assert_eq!((counts.answered, counts.answered_within), (2, 1), "a second after the due instant is late");
    assert_eq!((counts.abandoned, counts.abandoned_within), (1, 1));
    let ask = Ask { queue: Some(QueueId(0)), ..Ask::new(Span::from_secs(60), Span::from_secs(5)) };
    assert_eq!(legs.counts(&ask), *counts);
    let by_length = Ask { by_due: false, ..ask };
    assert_eq!(legs.counts(&by_length).answered_within, 0, "by the length of the wait nobody was in time");
}

#[test]
fn figures_from_now_on_know_who_is_due_when() {
    let mut domain = office();
    play(&mut domain, vec![(3_580, arrive(1))], |_| {});
    let mut measures = Measures::from_now_on(&domain);
    let signed_in = vec![(10_040, Command::SetPresence(AgentId(0), Presence::Available))];
    play(&mut domain, signed_in, |event| measures.observe(event));
    assert_eq!(measures.total().answered_within, 1);
}

#[test]
fn who_is_handed_over_and_then_off_has_not_waited_again() {
    let mut domain = office();
    let (ann, bob) = (AgentId(0), AgentId(1));
    let (contact, question) = (ContactId::from(1), ContactId::from(2));
    let commands = vec![
        (0, Command::SetPresence(ann, Presence::Available)),
        (1, arrive(1)),
        (2, Command::SetPresence(bob, Presence::Available)),
        (3, Command::Consult(contact, question, crate::TransferTarget::Agent(bob))),
        (4, Command::HandOver(question)),
        (5, Command::HandOff(contact)),
    ];
    let (mut measures, mut legs) =
        (Measures::new(&[(Span::from_secs(60), Span::from_secs(5))]), Legs::default());
    play(&mut domain, commands, |event| {
        measures.observe(event);
        legs.observe(event);
    });
    let total = measures.total();
    assert_eq!((total.answered, total.handed_off, total.handed_off_waiting), (1, 1, 0));
    let ask = Ask::new(Span::from_secs(60), Span::from_secs(5));
    let again = QueueCounts::default().plus(&legs.counts(&ask));
    assert_eq!(again, QueueCounts::default().plus(total));
}
