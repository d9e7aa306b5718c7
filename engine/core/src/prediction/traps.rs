//! Situations in which a predictor is easily wrong, each by its name.

use super::tests::{Desk, STAY, at, centre, same_when_rebuilt};
use super::*;
use crate::config::{CalendarConfig, ClosedAction, OpeningConfig, PoolConfig, ShiftConfig, SignIn};
use crate::forecast::Unknown;
use crate::hours::{HoursTable, Interval};
use crate::{Command, Domain, NoForecast, Presence, TransferTarget};

const OPEN_UNTIL: i64 = 9_000;

fn calendar(name: &str, from: i64, until: i64) -> CalendarConfig {
    let hours =
        HoursTable::new(&[Interval { from: at(from), until: at(until) }], at(2 * OPEN_UNTIL), "").unwrap();
    CalendarConfig { name: name.into(), hours: Some(hours.into()) }
}

/// The centre of nine, of whom the last `many` have a shift from one second to another.
fn with_shift(many: usize, from: i64, until: i64, sign_in: SignIn) -> Desk {
    let mut config = centre().document().clone();
    config.calendars.push(calendar("shift", from, until));
    config.pools.push(PoolConfig {
        shift: ShiftConfig { sign_in, ..ShiftConfig::default() },
        ..PoolConfig::new("all")
    });
    for (number, agent) in config.agents.iter_mut().enumerate() {
        agent.pool = Some("all".into());
        agent.shift = (number >= 9 - many).then(|| "shift".into());
    }
    let domain = Domain::new(at(0), config).unwrap();
    match sign_in {
        SignIn::ByAgent => Desk::of(domain),
        SignIn::ByShift => {
            let mut desk = Desk::new(domain);
            for agent in 0..9 - many as u32 {
                desk.tell(0, Command::SetPresence(AgentId(agent), Presence::Available));
            }
            for _ in 0..9 - many {
                desk.arrives(1, 0);
            }
            desk
        }
    }
}

#[test]
fn a_shift_about_to_start_shortens_a_long_line() {
    let mut desk = with_shift(6, 60, OPEN_UNTIL, SignIn::ByShift);
    for second in 2..22 {
        desk.arrives(second, 0);
    }
    // Twenty wait. Three agents take one a minute; from second 60 on nine take one each twenty seconds.
    let mut alone = with_shift(6, 8_000, OPEN_UNTIL, SignIn::ByShift);
    for second in 2..22 {
        alone.arrives(second, 0);
    }
    let (helped, alone) = (desk.newcomer(22, 0).mean(), alone.newcomer(22, 0).mean());
    assert!(helped < 0.6 * alone, "{helped} against {alone}");
    assert!((300.0..700.0).contains(&helped), "{helped}");
    same_when_rebuilt(&desk);
}

#[test]
fn where_nobody_is_there_the_wait_begins_with_the_shift() {
    let mut desk = with_shift(9, 600, OPEN_UNTIL, SignIn::ByShift);
    let first = desk.arrives(2, 0);
    let (early, later) = (desk.wait(2, first), desk.wait(300, first));
    assert_eq!((early.starts_in.whole_secs(), later.starts_in.whole_secs()), (598, 300));
    assert!(early.quantile(0.05).unwrap() > 598.0 && later.mean() < early.mean());
    assert!(
        early.p_within(500.0).unwrap() == 0.0 && early.p_meets_target() == 0.0 && early.p_breach() == 1.0
    );
    // The skill that only one of them has is waited for as well.
    assert_eq!(desk.newcomer(2, 1).starts_in.whole_secs(), 598);
    desk.domain.handle_deadlines(at(600));
    desk.drain();
    assert!(desk.domain.predicted_wait(at(600), &first, STAY).is_err(), "it is served");
    same_when_rebuilt(&desk);
}

#[test]
fn a_shift_about_to_end_lengthens_the_wait() {
    let mut ends = with_shift(6, 0, 100, SignIn::ByAgent);
    let mut stays = with_shift(6, 0, OPEN_UNTIL, SignIn::ByAgent);
    for desk in [&mut ends, &mut stays] {
        for second in 2..14 {
            desk.arrives(second, 0);
        }
    }
    let (ends, stays) = (ends.newcomer(14, 0).mean(), stays.newcomer(14, 0).mean());
    assert!(ends > 1.5 * stays, "six of nine go in a minute and a half: {ends} against {stays}");
}

#[test]
fn with_nobody_scheduled_the_wait_is_unknown() {
    // The only shift is over, and the table says no more.
    let mut desk = with_shift(9, 0, 100, SignIn::ByShift);
    desk.domain.handle_deadlines(at(100));
    desk.drain();
    let asked = desk.domain.predicted_wait_in(at(200), QueueId(0), 0, STAY);
    assert_eq!(asked, Err(NoForecast::Unknown(Unknown::NobodyPresent)));
}

/// The centre, whose first queue closes at second 100.
fn closing_soon(at_closing: ClosedAction) -> Desk {
    let mut config = centre().document().clone();
    config.calendars.push(calendar("day", 0, 100));
    config.queues[0].answer_within = crate::Span::from_secs(600);
    config.queues[0].opening = Some(OpeningConfig {
        calendar: "day".into(),
        at_closing,
        when_closed: ClosedAction::Defer,
        overflow_to: None,
    });
    let mut desk = Desk::of(Domain::new(at(0), config).unwrap());
    for second in 2..12 {
        desk.arrives(second, 0);
    }
    desk
}

#[test]
fn who_would_be_served_after_closing_is_told_so() {
    // Ten ahead and one in twenty seconds: about 220 s, and 88 s are left.
    let wait = closing_soon(ClosedAction::End).newcomer(12, 0);
    assert_eq!(
        wait.closes_in.map(|closing| (closing.within.whole_secs(), closing.ends_wait)),
        Some((88, true))
    );
    assert!(wait.p_closes_first() > 0.9 && wait.p_breach() > 0.9, "{wait}");
    // Those who wait on are late for the same reason only if the target says so.
    let wait = closing_soon(ClosedAction::Defer).newcomer(12, 0);
    assert!(wait.p_closes_first() > 0.9 && wait.p_breach() < 0.2, "{wait}");
    let wait = closing_soon(ClosedAction::Serve).newcomer(12, 0);
    assert!(wait.p_closes_first() == 0.0 && wait.p_meets_target() > 0.3, "{wait}");
}

#[test]
fn a_surge_that_has_just_begun_counts_at_once() {
    let mut desk = Desk::full();
    let before = desk.newcomer(2, 0).mean();
    for contact in 0..60 {
        desk.arrives(2 + contact / 20, 0);
    }
    // Nobody has left yet, so no history knows it: sixty-one of twenty seconds each.
    let wait = desk.newcomer(5, 0);
    assert!((0.7..1.3).contains(&(wait.mean() / 1_220.0)), "{wait}, {before} s before");
    assert!(wait.p_breach() > 0.99);
}

#[test]
fn shared_agents_are_not_promised_to_two_queues() {
    let mut shared = Desk::full();
    for second in 2..12 {
        shared.arrives(second, 0);
        shared.arrives(second, 2);
    }
    // Twenty ahead at nine agents, whichever queue they stand in.
    let mut alone = Desk::full();
    for second in 2..12 {
        alone.arrives(second, 0);
        alone.arrives(second, 0);
    }
    let (shared, alone) = (shared.newcomer(12, 0).mean(), alone.newcomer(12, 0).mean());
    assert!((0.8..1.25).contains(&(shared / alone)), "{shared} against {alone}");
}

#[test]
fn a_skill_held_by_few_is_no_shorter_for_the_many_who_cannot_help() {
    let mut desk = Desk::full();
    for second in 2..6 {
        desk.arrives(second, 1);
    }
    let before = desk.newcomer(6, 1).mean();
    // Eight more free hands without the skill change nothing for those who need it; the one who has it going does.
    desk.tell(7, Command::SetPresence(AgentId(0), Presence::Offline));
    let asked = desk.domain.predicted_wait_in(at(8), QueueId(1), 0, STAY);
    assert_eq!(asked, Err(NoForecast::Unknown(Unknown::NobodyPresent)));
    assert!(before > 500.0, "five at one agent of three minutes: {before}");
}

/// Three of ten who came are answered, the others wait; each of three agents needs three minutes.
fn a_bad_half_hour() -> Desk {
    let mut desk = with_shift(6, 8_000, OPEN_UNTIL, SignIn::ByShift);
    for second in 1_602..1_609 {
        desk.arrives(second, 0);
    }
    desk
}

#[test]
fn the_service_level_of_an_interval_falls_with_a_line_and_knows_its_bounds() {
    let mut desk = a_bad_half_hour();
    let level = desk.domain.predicted_service_level(at(1_610), QueueId(0)).unwrap();
    assert_eq!((level.in_time, level.counted, level.waiting), (3, 3, 7));
    assert_eq!((level.from, level.until), (at(0), at(1_800)));
    assert!(level.low < level.expected && level.expected < level.high && level.to_come > 0.0, "{level:?}");
    let mut easy = with_shift(6, 8_000, OPEN_UNTIL, SignIn::ByShift);
    easy.arrives(1_602, 0);
    let relaxed = easy.domain.predicted_service_level(at(1_610), QueueId(0)).unwrap();
    assert!(level.expected < relaxed.expected - 0.1, "{level:?} against {relaxed:?}");
    // Those who wait have missed it when they are answered, and the next interval knows nothing of it.
    for contact in 0..3 {
        desk.tell(1_750, Command::Complete(ContactId::from(contact)));
    }
    let level = desk.domain.predicted_service_level(at(1_750), QueueId(0)).unwrap();
    assert_eq!((level.in_time, level.counted, level.waiting), (3, 6, 4));
    let next = desk.domain.predicted_service_level(at(1_900), QueueId(0)).unwrap();
    assert_eq!((next.in_time, next.counted, next.waiting, next.from), (0, 0, 0, at(1_800)));
    same_when_rebuilt(&desk);
}

#[test]
fn who_gives_up_soon_counts_in_no_service_level() {
    let mut desk = a_bad_half_hour();
    let (soon, late) = (desk.arrives(1_620, 0), desk.arrives(1_620, 0));
    desk.tell(1_622, Command::Abandon(soon));
    desk.tell(1_670, Command::Abandon(late));
    let level = desk.domain.predicted_service_level(at(1_670), QueueId(0)).unwrap();
    assert_eq!((level.in_time, level.counted, level.waiting), (3, 4, 7));
}

#[test]
fn a_question_and_a_callback_count_in_no_service_level() {
    let mut desk = a_bad_half_hour();
    let before = desk.domain.predicted_service_level(at(1_610), QueueId(0)).unwrap();
    let (later, question) = (desk.arrives(1_611, 0), ContactId::from(500));
    desk.tell(1_612, Command::RequestCallback(later, None, None));
    desk.tell(1_612, Command::Consult(ContactId::from(0), question, TransferTarget::Queue(QueueId(0))));
    let after = desk.domain.predicted_service_level(at(1_612), QueueId(0)).unwrap();
    assert_eq!(
        (after.in_time, after.counted, after.waiting),
        (before.in_time, before.counted, before.waiting)
    );
    same_when_rebuilt(&desk);
}

#[test]
fn where_nobody_comes_no_service_level_is_foretold() {
    let desk = Desk::full();
    let asked = desk.domain.predicted_service_level(at(5), QueueId(1));
    assert_eq!(asked, Err(NoForecast::Unknown(Unknown::NobodyExpected)));
}

#[test]
fn what_came_true_is_kept_when_pools_become_one() {
    let mut desk = Desk::full();
    let waits = desk.arrives(2, 0);
    desk.tell(60, Command::Complete(ContactId::from(0)));
    assert!(desk.domain.predicted_wait(at(60), &waits, STAY).is_err(), "it is served");
    let counts = |desk: &Desk| desk.domain.forecast_record().iter().map(|of| of.count).collect::<Vec<_>>();
    assert_eq!(counts(&desk)[0], 1);
    let record = desk.domain.forecast_record()[0];
    assert_eq!(record.since(&record).count, 0);
    desk.domain.prediction.as_mut().unwrap().begin(at(61));
    assert_eq!(counts(&desk)[0], 1);
}
