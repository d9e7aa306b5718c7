//! Shifts still to come: when who of a pool comes or goes by its calendar.
//!
//! Agents with one shift calendar, of one pool of the configuration and one pool of queues, make a *team*: they come and go
//! together. Of each pool of queues the predictor is told the next change that is known.

use serde::{Deserialize, Serialize};

use crate::config::{OffShift, ShiftConfig, SignIn};
use crate::hours::{HoursTable, Standing};
use crate::ids::{CalendarId, QueueId};
use crate::time::Timestamp;

/// What a shift does to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Duty {
    pub(super) calendar: CalendarId,
    /// Its start signs the agent in.
    comes: bool,
    /// After its end the agent is given nothing.
    goes: bool,
}

impl Duty {
    pub(super) fn new(calendar: CalendarId, rule: ShiftConfig) -> Self {
        let by_shift = rule.sign_in == SignIn::ByShift;
        Self { calendar, comes: by_shift, goes: by_shift || rule.off_shift == OffShift::Nothing }
    }
}

/// Agents who come and go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Team {
    duty: Duty,
    pool: u32,
    present: u32,
    away: u32,
}

/// The next turn of a calendar, if it is known, and whether its shift begins then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Turn {
    calendar: CalendarId,
    at: Timestamp,
    begins: bool,
}

/// All teams and the turns of their calendars.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shifts {
    teams: Vec<Team>,
    /// Agents who could serve each queue, there or not, by what their shifts do to them.
    able: Vec<(Duty, Vec<u32>)>,
    /// One for each calendar of a team whose next turn is known, by `CalendarId`.
    turns: Vec<Turn>,
}

impl Shifts {
    /// Whether any agent has shifts.
    pub(super) fn is_empty(&self) -> bool {
        self.teams.is_empty()
    }

    /// An agent of a team is counted in, or out.
    pub(super) fn count(&mut self, duty: Duty, pool: usize, present: bool, into: bool) {
        let pool = pool as u32;
        let known = self.teams.iter().position(|team| team.duty == duty && team.pool == pool);
        let place = known.unwrap_or_else(|| {
            self.teams.push(Team { duty, pool, present: 0, away: 0 });
            self.teams.len() - 1
        });
        let team = &mut self.teams[place];
        let count = if present { &mut team.present } else { &mut team.away };
        *count = if into { *count + 1 } else { count.saturating_sub(1) };
    }

    /// An agent is counted in, or out, for the queues it could serve, of so many in all.
    pub(super) fn count_able(&mut self, duty: Duty, serves: &[QueueId], queues: usize, into: bool) {
        let known = self.able.iter().position(|(other, _)| *other == duty);
        let place = known.unwrap_or_else(|| {
            self.able.push((duty, vec![0; queues]));
            self.able.len() - 1
        });
        for queue in serves {
            let count = &mut self.able[place].1[queue.index()];
            *count = if into { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    /// Nobody is counted any more.
    pub(super) fn clear(&mut self) {
        self.teams.clear();
        self.able.clear();
    }

    /// When the first shift begins that brings somebody who could serve a queue, and how many it brings.
    pub(super) fn coming(&self, queue: QueueId) -> Option<(Timestamp, u32)> {
        let mut next: Option<(Timestamp, u32)> = None;
        for (duty, able) in self.able.iter().filter(|(_, able)| able[queue.index()] > 0) {
            let Some(at) = self.begins(*duty) else { continue };
            let many = able[queue.index()];
            next = Some(match next {
                Some((first, sum)) if first == at => (at, sum + many),
                Some((first, sum)) if first < at => (first, sum),
                _ => (at, many),
            });
        }
        next
    }

    /// A calendar says this from now on.
    pub(super) fn turns(&mut self, calendar: CalendarId, hours: &HoursTable, now: Timestamp) {
        let place = self.turns.partition_point(|turn| turn.calendar < calendar);
        if self.turns.get(place).is_some_and(|turn| turn.calendar == calendar) {
            self.turns.remove(place);
        }
        if let Some(at) = hours.next_turn(now).filter(|at| hours.standing(*at) != Standing::Unknown) {
            let begins = hours.standing(at) == Standing::Open;
            self.turns.insert(place, Turn { calendar, at, begins });
        }
    }

    /// When a calendar's next shift begins; `None` where that is not known, or one is on.
    fn begins(&self, duty: Duty) -> Option<Timestamp> {
        let place = self.turns.binary_search_by_key(&duty.calendar, |turn| turn.calendar).ok()?;
        let turn = self.turns[place];
        (turn.begins && duty.comes).then_some(turn.at)
    }

    /// The next change of a pool: when, and how many come, or go where it is below zero.
    pub(super) fn next_change(&self, pool: usize) -> Option<(Timestamp, i32)> {
        let mut next: Option<(Timestamp, i32)> = None;
        for team in self.teams.iter().filter(|team| team.pool as usize == pool) {
            let place = self.turns.binary_search_by_key(&team.duty.calendar, |turn| turn.calendar);
            let Ok(turn) = place.map(|place| self.turns[place]) else { continue };
            let by = match turn.begins {
                true if team.duty.comes => team.away as i32,
                false if team.duty.goes => -(team.present as i32),
                _ => 0,
            };
            if by == 0 {
                continue;
            }
            next = Some(match next {
                Some((at, sum)) if at == turn.at => (at, sum + by),
                Some((at, sum)) if at < turn.at => (at, sum),
                _ => (turn.at, by),
            });
        }
        next.filter(|(_, by)| *by != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::Interval;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(second)
    }

    #[test]
    fn those_who_come_and_go_at_one_instant_are_one_change() {
        let hours = |from, until| {
            HoursTable::new(&[Interval { from: at(from), until: at(until) }], at(1_000), "").unwrap()
        };
        let rule = ShiftConfig { sign_in: SignIn::ByShift, ..ShiftConfig::default() };
        let duty = |calendar| Duty::new(CalendarId(calendar), rule);
        let mut shifts = Shifts::default();
        shifts.turns(CalendarId(1), &hours(100, 900), at(0));
        shifts.turns(CalendarId(0), &hours(0, 100), at(0));
        for (calendar, present) in [(0, true), (0, true), (1, false), (1, false), (1, false)] {
            shifts.count(duty(calendar), 0, present, true);
        }
        assert_eq!(shifts.next_change(0), Some((at(100), 1)), "two go and three come");
        shifts.count(duty(0), 0, true, false);
        assert_eq!(shifts.next_change(0), Some((at(100), 2)));
        assert_eq!((shifts.begins(duty(1)), shifts.begins(duty(0))), (Some(at(100)), None));
        assert_eq!(shifts.next_change(1), None);
        // What comes after the horizon is not known.
        shifts.turns(CalendarId(1), &hours(100, 1_000), at(500));
        shifts.turns(CalendarId(0), &hours(0, 100), at(500));
        assert_eq!(shifts.next_change(0), None);
    }
}
