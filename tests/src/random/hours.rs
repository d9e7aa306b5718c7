//! Hours of a drawn centre: calendars that turn every few minutes, run out, and are replaced.

use std::sync::Arc;

use sunline_core::config::{
    CalendarConfig, CallingHoursConfig, ClosedAction, OffShift, OpeningConfig, ShiftConfig, SignIn,
    SlotConfig,
};
use sunline_core::hours::{HoursOf, HoursTable, Interval};
use sunline_core::{Command, Config, Span, Timestamp};

use super::centre::OPENING;
use super::chance::Chance;

/// Zones that contacts may name. The last is never in a configuration.
pub(super) const ZONES: [&str; 3] = ["Europe/Paris", "Asia/Kathmandu", "Asia/Kamchatka"];

/// Draws the calendars of half of all centres.
pub(super) fn draw(config: &mut Config, chance: &mut Chance) {
    if chance.percent(50) {
        return;
    }
    config.calendars = (0..chance.from(1, 3))
        .map(|n| CalendarConfig {
            name: format!("calendar{n}").into(),
            hours: chance.percent(85).then(|| Arc::new(table(OPENING, chance))),
        })
        .collect();
    for zone in &ZONES[..chance.below(ZONES.len())] {
        let hours = Arc::new(table(OPENING, chance));
        config.calling_hours.push(CallingHoursConfig { zone: (*zone).into(), hours });
    }
}

/// Has queues and pools keep them.
pub(super) fn keep(config: &mut Config, chance: &mut Chance) {
    if config.calendars.is_empty() {
        return;
    }
    for pool in &mut config.pools {
        pool.shift = ShiftConfig {
            overrun: Span::from_secs(*chance.pick(&[0, 0, 1, 10])),
            off_shift: *chance.pick(&[OffShift::Nothing, OffShift::Nothing, OffShift::Anything]),
            sign_in: *chance.pick(&[SignIn::ByAgent, SignIn::ByShift]),
        };
    }
    let names: Vec<_> = config.calendars.iter().map(|calendar| calendar.name.clone()).collect();
    let queues: Vec<_> = config.queues.iter().map(|queue| queue.name.clone()).collect();
    let partners: Vec<_> = config.partners.iter().map(|partner| partner.queue.clone()).collect();
    for (number, queue) in config.queues.iter_mut().enumerate() {
        const ACTIONS: [ClosedAction; 3] = [ClosedAction::Serve, ClosedAction::Defer, ClosedAction::End];
        queue.opening = chance.percent(50).then(|| OpeningConfig {
            calendar: chance.pick(&names).clone(),
            at_closing: *chance.pick(&ACTIONS),
            when_closed: *chance.pick(&ACTIONS),
            overflow_to: None,
        });
        // Contacts move on to later queues only, as at bounds: so nobody goes round in a circle.
        let next = queues.get(number + 1).filter(|next| !partners.contains(next));
        if let (Some(opening), Some(next)) = (&mut queue.opening, next) {
            opening.overflow_to = Some(next.clone());
            for action in [&mut opening.at_closing, &mut opening.when_closed] {
                if chance.percent(25) {
                    *action = ClosedAction::Overflow;
                }
            }
        }
        queue.answer_clock = chance.percent(40).then(|| chance.pick(&names).clone());
        queue.callback.owner_delay = Span::from_secs(chance.from(1, 60));
        queue.expected_handle =
            chance.percent(60).then(|| Span::from_secs(*chance.pick(&[0, 5, 5, 20, 60, 400])));
        let timed = queue.expected_handle.is_some_and(|expected| expected > Span::ZERO);
        queue.callback.slots = (timed && chance.percent(25)).then(|| SlotConfig {
            length: Span::from_secs(chance.from(5, 60)),
            share: chance.from(1, 100) as u8,
        });
    }
}

/// A table that turns a few times in the minutes around an instant, mostly beyond any run.
fn table(now: Timestamp, chance: &mut Chance) -> HoursTable {
    let mut intervals = Vec::new();
    let mut clock = now - Span::from_secs(chance.from(0, 90));
    for _ in 0..chance.from(0, 6) {
        let from = clock + Span::from_secs(chance.from(1, 60));
        let until = from + Span::from_secs(chance.from(1, 120));
        intervals.push(Interval { from, until });
        clock = until;
    }
    let horizon = clock + Span::from_secs(*chance.pick(&[0, 5, 1_000, 100_000]));
    HoursTable::new(&intervals, horizon, "drawn").expect("drawn in order")
}

/// Another table for some calendar, known or not.
pub(super) fn change(config: &Config, now: Timestamp, chance: &mut Chance) -> Command {
    let hours = Arc::new(table(now, chance));
    let of = match chance.any(config.calendars.iter()) {
        Some(calendar) if chance.percent(75) => HoursOf::Calendar(calendar.name.clone()),
        _ if chance.percent(80) => HoursOf::CallingZone((*chance.pick(&ZONES)).into()),
        _ => HoursOf::Calendar("nobody".into()),
    };
    Command::SetHours(of, hours)
}
