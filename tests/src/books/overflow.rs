//! Overflow, partners and surges in the books: when each may turn, and who may be given to whom.

use sunline_core::config::{AdmissionConfig, FORECAST_EVERY, Signal, SurgeConfig, TriggerConfig};
use sunline_core::{Presence, QueueId, Timestamp};

use super::{Books, ContactBook, ensure};

impl Books {
    /// The surges that are on, in order.
    pub(crate) fn surges_on(&self) -> impl Iterator<Item = &SurgeConfig> {
        let on = self.surges.iter().filter(|(_, (active, _))| *active);
        on.map(|(surge, _)| &self.document().surges[*surge as usize])
    }

    /// The bounds of a queue as they are now.
    pub(super) fn bounds(&self, queue: QueueId) -> &AdmissionConfig {
        let name = &self.queue(queue).name;
        let surged = self.surges_on().find_map(|surge| surge.bounds.iter().find(|it| it.queue == *name));
        surged.map_or(&self.queue(queue).admission, |bounds| &bounds.admission)
    }

    pub(super) fn overflow_turned(
        &mut self,
        queue: QueueId,
        rule: u16,
        active: bool,
        value: u32,
        at: Timestamp,
    ) -> Result<(), String> {
        let when = self.queue(queue).overflow[rule as usize].when;
        let standing = self.overflows.get(&(queue, rule)).copied();
        let figure = self.signal_of(when.signal, &[queue], at);
        self.may_turn(&when, standing, active, Some(value), figure, at)?;
        self.overflows.insert((queue, rule), (active, at));
        Ok(())
    }

    pub(super) fn surge_turned(
        &mut self,
        surge: u16,
        active: bool,
        value: Option<u32>,
        at: Timestamp,
    ) -> Result<(), String> {
        let config = self.document().surges[surge as usize].clone();
        let planned = config.planned.iter().any(|window| window.from <= at && at < window.until);
        let standing = self.surges.get(&surge).copied();
        let was = standing.is_some_and(|(active, _)| active);
        ensure(was != active, || format!("surge {} is so already", config.name))?;
        match (planned, value, &config.when) {
            (true, None, _) => ensure(active, || "a planned surge ends too early".to_owned())?,
            (false, None, None) => ensure(!active, || "a surge begins out of plan".to_owned())?,
            (false, Some(_), Some(when)) => {
                let queues: Vec<QueueId> =
                    config.queues.iter().filter_map(|name| self.compiled().queue_id(name)).collect();
                let figure = self.signal_of(when.signal, &queues, at);
                self.may_turn(when, standing, active, value, figure, at)?;
            }
            _ => return Err(format!("surge {} turned without a reason", config.name)),
        }
        self.surges.insert(surge, (active, at));
        Ok(())
    }

    fn may_turn(
        &self,
        when: &TriggerConfig,
        standing: Option<(bool, Timestamp)>,
        active: bool,
        value: Option<u32>,
        figure: u32,
        at: Timestamp,
    ) -> Result<(), String> {
        // What is foretold cannot be counted again; when it is looked at is known.
        let figure = match (when.signal.is_forecast(), value) {
            (true, Some(foretold)) => {
                let every = FORECAST_EVERY.as_nanos();
                ensure(at.as_nanos() % every == 0, || "no instant to look at forecasts".to_owned())?;
                foretold
            }
            _ => figure,
        };
        ensure(value == Some(figure), || format!("the figure is {figure}, not {value:?}"))?;
        let (was, since) = standing.map_or((false, None), |(was, since)| (was, Some(since)));
        ensure(was != active, || "it is so already".to_owned())?;
        let reached = if active { when.enters_at(figure) } else { when.leaves_at(figure) };
        ensure(reached, || format!("{figure} is no reason to turn"))?;
        let dwell = if was { when.min_active } else { when.min_idle };
        ensure(since.is_none_or(|since| at.since(since) >= dwell), || "it turned back too soon".to_owned())
    }

    fn signal_of(&self, signal: Signal, queues: &[QueueId], at: Timestamp) -> u32 {
        let of = || self.contacts.values().filter(|contact| queues.contains(&contact.queue));
        match signal {
            Signal::Length => of().filter(|contact| contact.waits_now()).count() as u32,
            Signal::Wait => {
                let waits = of().filter(|contact| contact.waits());
                let longest = waits.map(|contact| at.since(contact.entered_at).whole_secs()).max();
                longest.unwrap_or(0).max(0) as u32
            }
            Signal::SignedIn => {
                let needs: Vec<_> = queues
                    .iter()
                    .map(|queue| super::need::Need::of_queue(self.queue(*queue), self.compiled()))
                    .collect();
                let there = self.agents.iter().filter(|agent| agent.presence != Presence::Offline);
                there.filter(|agent| needs.iter().any(|need| need.is_met_by(&agent.facts))).count() as u32
            }
            Signal::PredictedWait | Signal::PredictedServiceLevel => 0,
        }
    }

    /// Whether a queue takes a contact; a partner's only on its terms.
    pub(super) fn takes(&self, contact: &ContactBook, to: QueueId, at: Timestamp) -> bool {
        let name = &self.queue(to).name;
        let Some(partner) = self.document().partners.iter().find(|partner| partner.queue == *name) else {
            return true;
        };
        let queue = self.queue(contact.queue);
        let inside = self.contacts.values().filter(|other| other.queue == to).count();
        let (taken_in, given_out) = self.flows.get(&contact.queue).copied().unwrap_or_default();
        let opened = || self.surges_on().any(|surge| surge.open_partners.contains(&partner.name));
        contact
            .need
            .absolute
            .iter()
            .all(|need| need.data_classes.is_subset(&partner.data_classes) && !need.in_house_only)
            && (partner.topics.is_empty() || partner.topics.contains(&queue.name))
            && partner.from.is_none_or(|from| from <= at)
            && partner.until.is_none_or(|until| at < until)
            && partner.concurrency.is_none_or(|most| inside < most as usize)
            && (given_out + 1) * 100 <= u64::from(partner.share) * taken_in
            && (!partner.only_in_surge || opened())
    }

    /// No agent of a partner holds a contact that the partner may not see.
    pub(super) fn partners_see_only_what_they_may(&self) -> Result<(), String> {
        for (id, offer) in &self.offers {
            let agent = &self.agents[offer.agent.index()];
            let partner = agent.spec.partner.as_ref();
            let terms = self.document().partners.iter().find(|terms| Some(&terms.name) == partner);
            let (Some(terms), Some(contact)) = (terms, self.contacts.get(&offer.contact)) else { continue };
            let may =
                contact.need.absolute.iter().all(|need| need.data_classes.is_subset(&terms.data_classes));
            ensure(may, || format!("{id} shows {} what it may not see", terms.name))?;
        }
        Ok(())
    }
}
