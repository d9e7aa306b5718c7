//! Overflow and surge: figures are tested after every settle, and what they turn on stands in for a queue's own settings.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Domain;
use crate::agent::Presence;
use crate::config::{AdmissionConfig, FORECAST_EVERY, Partner, Signal, Surge, TriggerConfig};
use crate::contact::Contact;
use crate::deadlines::Deadline;
use crate::event::EventKind;
use crate::forecast::{Unknown, WaitMode};
use crate::ids::{QueueId, Seq};
use crate::prediction::NoForecast;
use crate::time::{Span, Timestamp};

/// Whether a trigger is entered, and since when it is as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) active: bool,
    pub(crate) since: Option<Timestamp>,
}

/// All triggers that have ever turned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standings {
    pub(crate) overflows: BTreeMap<(QueueId, u16), Standing>,
    pub(crate) surges: BTreeMap<u16, Standing>,
}

/// What triggers read, kept up to date where some trigger reads it. It can be made again from contacts and agents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// When those who wait and are not being offered came to their queue, by queue.
    entries: BTreeSet<(QueueId, Timestamp, u32)>,
    /// The same contacts of queues that some surge sheds, by arrival.
    sheddable: BTreeSet<(QueueId, Seq, u32)>,
    /// Agents signed in, by trigger; empty once anything of an agent has changed.
    signed_in: BTreeMap<u32, u32>,
    /// Whether this is an instant at which forecasts are looked at.
    looks_ahead: bool,
}

/// How many looks follow a change at the shortest distance.
const OFTEN: i64 = 16;

impl Domain {
    /// Turns what has to be turned; whether anything was.
    pub(crate) fn test_triggers(&mut self) -> bool {
        let mut figures = core::mem::take(&mut self.figures);
        let (turned, next) = self.tested(&mut figures);
        let any = !turned.is_empty();
        figures.looks_ahead &= any;
        self.figures = figures;
        for event in turned {
            self.emit(event);
        }
        self.apply_emitted();
        if !any {
            self.set_test(next);
        }
        any
    }

    /// What has to be turned now, and when that is to be asked again although nothing happens.
    fn tested(&self, figures: &mut Figures) -> (Vec<EventKind>, Option<Timestamp>) {
        let mut next: Option<Timestamp> = None;
        let mut turned = Vec::new();
        let mut trigger = 0;
        for (queue, rules) in (0..).map(QueueId).zip(&self.config.queues) {
            for (rule, overflow) in (0..).zip(&rules.overflow) {
                let standing = self.standings.overflows.get(&(queue, rule)).copied().unwrap_or_default();
                let value = self.figure(overflow.when.signal, &[queue], trigger, figures);
                trigger += 1;
                match value.filter(|value| self.turns(&overflow.when, standing, *value, &mut next)) {
                    Some(value) => {
                        turned.push(EventKind::OverflowTurned {
                            queue,
                            rule,
                            active: !standing.active,
                            value,
                        });
                    }
                    None => self.wait_for_figure(&overflow.when, standing, &[queue], figures, &mut next),
                }
            }
        }
        for (number, surge) in (0..).zip(&self.config.surges) {
            turned.extend(self.surge_turns(number, surge, trigger + u32::from(number), figures, &mut next));
        }
        (turned, next)
    }

    fn surge_turns(
        &self,
        number: u16,
        surge: &Surge,
        trigger: u32,
        figures: &mut Figures,
        next: &mut Option<Timestamp>,
    ) -> Option<EventKind> {
        let standing = self.standings.surges.get(&number).copied().unwrap_or_default();
        let planned = surge.settings.planned.iter();
        let edges = planned.clone().flat_map(|window| [window.from, window.until]);
        edges.filter(|edge| *edge > self.now).for_each(|edge| sooner(next, edge));
        let on_plan = planned.clone().any(|window| window.from <= self.now && self.now < window.until);
        let turn = |value| Some(EventKind::SurgeTurned { surge: number, active: !standing.active, value });
        if on_plan {
            return if standing.active { None } else { turn(None) };
        }
        let Some(when) = &surge.settings.when else {
            return if standing.active { turn(None) } else { None };
        };
        let value = self.figure(when.signal, &surge.queues, trigger, figures);
        if value.is_some_and(|value| self.turns(when, standing, value, next)) {
            return turn(value);
        }
        self.wait_for_figure(when, standing, &surge.queues, figures, next);
        None
    }

    /// Whether a trigger turns now; where only its dwell time stands in the way, when that is over.
    fn turns(
        &self,
        when: &TriggerConfig,
        standing: Standing,
        value: u32,
        next: &mut Option<Timestamp>,
    ) -> bool {
        let (wants, dwell) = if standing.active {
            (when.leaves_at(value), when.min_active)
        } else {
            (when.enters_at(value), when.min_idle)
        };
        let free_at = standing.since.map(|since| since + dwell);
        match free_at {
            _ if !wants => false,
            Some(at) if at > self.now => {
                sooner(next, at);
                false
            }
            _ => true,
        }
    }

    /// A figure of queues as it is now; `None` where it is not known, or not looked at now.
    fn figure(&self, signal: Signal, queues: &[QueueId], trigger: u32, figures: &mut Figures) -> Option<u32> {
        match signal {
            Signal::Length => Some(queues.iter().map(|queue| self.queues[queue.index()].waiting).sum()),
            Signal::Wait => {
                let first = figures.first_entry(queues);
                let seconds = first.map_or(0, |entered| self.now.since(entered).whole_secs());
                Some(u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
            }
            Signal::SignedIn => {
                Some(*figures.signed_in.entry(trigger).or_insert_with(|| self.signed_in_for(queues)))
            }
            _ if !figures.looks_ahead => None,
            Signal::PredictedWait => {
                queues.iter().filter_map(|queue| self.seconds_for_a_newcomer(*queue)).max()
            }
            Signal::PredictedServiceLevel => {
                queues.iter().filter_map(|queue| self.percent_when_the_interval_ends(*queue)).min()
            }
        }
    }

    fn seconds_for_a_newcomer(&self, queue: QueueId) -> Option<u32> {
        match self.predicted_wait_in(self.now, queue, 0, WaitMode::IfYouStay) {
            Ok(wait) => Some(libm::ceil(wait.mean()) as u32),
            Err(NoForecast::Unknown(Unknown::QueueClosed)) => None,
            Err(NoForecast::Unknown(_)) => Some(u32::MAX),
            Err(_) => None,
        }
    }

    fn percent_when_the_interval_ends(&self, queue: QueueId) -> Option<u32> {
        let level = self.predicted_service_level(self.now, queue).ok()?;
        Some(libm::rint(level.expected * 100.0) as u32)
    }

    /// A figure that changes by itself is looked at again: a wait when it comes to the threshold, a forecast from time to time;
    /// unless something happens before.
    fn wait_for_figure(
        &self,
        when: &TriggerConfig,
        standing: Standing,
        queues: &[QueueId],
        figures: &Figures,
        next: &mut Option<Timestamp>,
    ) {
        if when.signal == Signal::Wait && !standing.active {
            let first = figures.first_entry(queues);
            let at = first.map(|entered| entered + Span::from_secs(when.enter.into()));
            at.filter(|at| *at > self.now).into_iter().for_each(|at| sooner(next, at));
        }
        if when.signal.is_forecast() {
            let turned = standing.since.filter(|_| standing.active);
            let last_change = figures.last_entry(queues).max(turned);
            last_change
                .and_then(|last| next_look(last, self.now))
                .into_iter()
                .for_each(|at| sooner(next, at));
        }
    }

    /// Agents signed in who meet the requirement of one of the queues.
    fn signed_in_for(&self, queues: &[QueueId]) -> u32 {
        let needs = |queue: &QueueId| &self.config.queues[queue.index()].requirement;
        let facts = self.board.groups.profiles().iter().map(|profile| &profile.facts);
        let able: Vec<bool> =
            facts.map(|facts| queues.iter().any(|queue| needs(queue).shortfall(facts).is_none())).collect();
        let there = self.agents.iter().filter(|agent| agent.presence != Presence::Offline);
        there.filter(|agent| able[agent.profile as usize]).count() as u32
    }

    /// A contact waits, not being offered; said again when it does so no more.
    #[inline(always)]
    pub(crate) fn watch_wait(&mut self, place: u32, waits: bool) {
        if self.config.watches_waits {
            self.note_wait(place, waits);
        }
    }

    fn note_wait(&mut self, place: u32, waits: bool) {
        let contact = &self.contacts[place];
        let entry = (contact.queue, contact.entered_at, place);
        let changed = match waits {
            true => self.figures.entries.insert(entry),
            false => self.figures.entries.remove(&entry),
        };
        debug_assert!(changed, "a contact is listed once, and leaves as it came");
        if self.config.surges.iter().any(|surge| surge.shed.contains(&contact.queue)) {
            let entry = (contact.queue, contact.arrival, place);
            match waits {
                true => self.figures.sheddable.insert(entry),
                false => self.figures.sheddable.remove(&entry),
            };
        }
    }

    /// What an agent can do, or whether it is there, has changed.
    #[inline]
    pub(crate) fn count_agents_again(&mut self) {
        if self.config.has_triggers {
            self.figures.signed_in.clear();
        }
    }

    /// A test that was armed is due.
    pub(crate) fn tests_come_due(&mut self, at: Timestamp) {
        self.figures.looks_ahead = look_before(at) == at;
    }

    /// Arms the next test of a state that was put back or folded. In the midst of a step something may have to turn still.
    pub(crate) fn rearm_triggers(&mut self) {
        if self.config.has_triggers {
            let mut figures = core::mem::take(&mut self.figures);
            let (turned, next) = self.tested(&mut figures);
            self.figures = figures;
            self.set_test(if turned.is_empty() { next } else { Some(self.now) });
        }
    }

    fn set_test(&mut self, at: Option<Timestamp>) {
        if let Some(before) = self.test_at {
            self.deadlines.disarm(before, Deadline::TriggersTested);
        }
        self.test_at = at;
        if let Some(at) = at {
            self.deadlines.arm(at, Deadline::TriggersTested);
        }
    }

    /// The surges that are on, in order.
    pub(crate) fn surges_on(&self) -> impl Iterator<Item = &Surge> {
        let on = self.standings.surges.iter().filter(|(_, standing)| standing.active);
        on.filter_map(|(number, _)| self.config.surges.get(*number as usize))
    }

    /// The bounds of a queue as they are now, and where its overflow goes.
    #[inline(always)]
    pub(crate) fn bounds_of(&self, queue: QueueId) -> (&AdmissionConfig, Option<QueueId>) {
        if !self.standings.surges.is_empty()
            && let Some((_, admission, to)) = self.surged_bounds_of(queue)
        {
            return (admission, *to);
        }
        let known = &self.config.queues[queue.index()];
        (&known.settings.admission, known.admission.overflow_to)
    }

    fn surged_bounds_of(&self, queue: QueueId) -> Option<&(QueueId, AdmissionConfig, Option<QueueId>)> {
        self.surges_on().find_map(|surge| surge.bounds.iter().find(|(of, ..)| *of == queue))
    }

    /// Whether a contact may move to a queue: where that is a partner's, all of its terms hold.
    pub(crate) fn may_overflow_to(&self, contact: &Contact, to: QueueId) -> bool {
        let to = self.config.in_use(to);
        let partner = (0..).zip(&self.config.partners).find(|(_, partner)| partner.queue == to);
        partner.is_none_or(|(number, partner)| self.partner_takes(number, partner, contact))
    }

    fn partner_takes(&self, number: u16, partner: &Partner, contact: &Contact) -> bool {
        let terms = &partner.terms;
        let need = &self.board.classes.requirement(contact.class).absolute;
        let from = &self.queues[contact.queue.index()];
        let opened = || self.surges_on().any(|surge| surge.opens.contains(&number));
        need.data_classes.is_subset(&terms.data_classes)
            && !need.in_house_only
            && (partner.topics.is_empty() || partner.topics.contains(&contact.queue))
            && terms.from.is_none_or(|from| from <= self.now)
            && terms.until.is_none_or(|until| self.now < until)
            && terms.concurrency.is_none_or(|most| self.queues[partner.queue.index()].inside < most)
            && (from.given_out + 1) * 100 <= u64::from(terms.share) * from.taken_in
            && (!terms.only_in_surge || opened())
    }
}

impl Figures {
    /// When the one who has been in its queue longest came there.
    fn first_entry(&self, queues: &[QueueId]) -> Option<Timestamp> {
        let first = |queue: &QueueId| {
            let from = (*queue, Timestamp::MIN, 0)..;
            self.entries.range(from).next().filter(|(of, ..)| of == queue).map(|(_, entered, _)| *entered)
        };
        queues.iter().filter_map(first).min()
    }

    /// Those of a queue who wait and are not being offered, the newest first.
    pub(crate) fn newest_of(&self, queue: QueueId) -> impl Iterator<Item = u32> {
        let all = (queue, Seq(0), 0)..=(queue, Seq(u64::MAX), u32::MAX);
        self.sheddable.range(all).rev().map(|(.., place)| *place)
    }

    /// When the one who came last of those who wait came.
    fn last_entry(&self, queues: &[QueueId]) -> Option<Timestamp> {
        let last = |queue: &QueueId| {
            let until = ..=(*queue, Timestamp::MAX, u32::MAX);
            self.entries
                .range(until)
                .next_back()
                .filter(|(of, ..)| of == queue)
                .map(|(_, entered, _)| *entered)
        };
        queues.iter().filter_map(last).max()
    }
}

/// The last instant at or before this one at which forecasts may be looked at.
fn look_before(at: Timestamp) -> Timestamp {
    at - Span::from_nanos(at.as_nanos().rem_euclid(FORECAST_EVERY.as_nanos()))
}

/// When forecasts are looked at again, if nothing changes: every few seconds at first, then at distances that double, so that a
/// domain that is left alone is not kept awake. It follows from the two instants alone.
fn next_look(last_change: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let soon = look_before(now) + FORECAST_EVERY;
    let mut quiet = Span::from_nanos(FORECAST_EVERY.as_nanos() * OFTEN);
    if soon.since(last_change) <= quiet {
        return Some(soon);
    }
    while last_change + quiet < Timestamp::MAX {
        let at = look_before(last_change + quiet);
        if at > now {
            return Some(at);
        }
        quiet = Span::from_nanos(quiet.as_nanos().saturating_mul(2));
    }
    None
}

fn sooner(next: &mut Option<Timestamp>, at: Timestamp) {
    *next = Some(next.map_or(at, |known| known.min(at)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_frequent_after_a_change_and_few_in_a_long_silence() {
        let at = Timestamp::from_secs;
        assert_eq!(next_look(at(103), at(103)), Some(at(110)));
        assert_eq!(next_look(at(103), at(110)), Some(at(120)));
        let mut looks = vec![at(103)];
        while let Some(next) = next_look(at(103), *looks.last().unwrap()) {
            // Whenever it is asked in between, the answer is the same.
            assert_eq!(next_look(at(103), next - Span::from_nanos(1)), Some(next));
            looks.push(next);
        }
        assert!(looks[1..].iter().all(|look| look_before(*look) == *look));
        assert_eq!(looks[15..19], [at(250), at(260), at(420), at(740)]);
        assert!(looks.len() < 60, "{}", looks.len());
    }
}
