//! Applying what happened to contacts that may not be served yet, or whose customer is called back; and merging.

use smol_str::SmolStr;

use crate::contact::{Contact, Phase};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_callbacks(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::CallbackAccepted { contact, not_before, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.disarm_longest_wait(place);
                self.end_keep(place);
                let known = &mut self.contacts[place];
                let counted = known.waits_now();
                known.kept = None;
                known.dialled = Some(known.dialled.unwrap_or(0));
                self.contacts[place].uncallable = self.is_uncallable(&self.contacts[place]);
                self.count_waiting(place, counted);
                self.hold_until(place, *not_before);
                self.return_to_waiting(place);
            }
            EventKind::ContactEligible { contact } => {
                let Some(place) = self.place(contact) else { return };
                self.hold_until(place, None);
                if self.contacts[place].dialled.is_none() {
                    self.begins_to_wait(place, at);
                }
                self.resume_plan(place, at);
                self.return_to_waiting(place);
            }
            EventKind::CustomerNotReached { contact, agent, attempts, retry_at, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.stop_connecting(place);
                self.release_work(*agent, contact, at);
                let known = &mut self.contacts[place];
                known.phase = Phase::Waiting;
                known.dialled = Some(*attempts);
                self.count_waiting(place, false);
                self.hold_until(place, *retry_at);
                self.resume_delays(place, at);
                self.resume_plan(place, at);
                self.return_to_waiting(place);
            }
            EventKind::ContactMerged { contact, origin, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.disarm_risk_test(place);
                self.contacts[place].origin = *origin;
                self.arm_risk_test(place);
                self.return_to_waiting(place);
            }
            other => unreachable!("no event of callbacks: {other:?}"),
        }
    }

    /// Nobody is asked for the contact before then; `None`: it may be served.
    pub(super) fn hold_until(&mut self, place: u32, until: Option<Timestamp>) {
        let contact = &mut self.contacts[place];
        let (id, counted) = (contact.id, contact.waits_now());
        let before = core::mem::replace(&mut contact.not_before, until);
        self.count_waiting(place, counted);
        if let Some(before) = before {
            self.deadlines.disarm(before, Deadline::MayBeServed(id));
        }
        if let Some(until) = until {
            self.deadlines.arm(until, Deadline::MayBeServed(id));
        }
    }

    /// An agent has the contact before the instant it was held for: it is not held again, and waits from now on if it comes
    /// back. Whether it was held.
    #[inline(always)]
    pub(super) fn no_longer_held(&mut self, place: u32, at: Timestamp) -> bool {
        let was_held = self.contacts[place].not_before.is_some();
        if was_held {
            self.release(place, at);
        }
        was_held
    }

    fn release(&mut self, place: u32, at: Timestamp) {
        let waits = self.contacts[place].dialled.is_none();
        self.hold_until(place, None);
        if waits {
            self.begin_longest_wait(place, at);
            self.arm_risk_test(place);
        }
    }

    /// Whether the contact waits and may be served has perhaps changed: `counted` says what its queue counted before.
    pub(super) fn count_waiting(&mut self, place: u32, counted: bool) {
        let contact = &self.contacts[place];
        let waiting = &mut self.queues[contact.queue.index()].waiting;
        *waiting = *waiting + u32::from(contact.waits_now()) - u32::from(counted);
    }

    /// Whether a contact has to be dialled and its customer may not be called now.
    pub(crate) fn is_uncallable(&self, contact: &Contact) -> bool {
        let details = contact.details.as_deref().filter(|_| contact.dialled.is_some());
        let zone = details.and_then(|details| details.time_zone.as_deref());
        zone.is_some_and(|zone| !self.calendars.lets_call(zone))
    }

    /// What the calling hours say of a contact is looked up again.
    pub(super) fn ask_calling_hours(&mut self, place: u32) {
        let uncallable = self.is_uncallable(&self.contacts[place]);
        let contact = &mut self.contacts[place];
        let counted = contact.waits_now();
        if core::mem::replace(&mut contact.uncallable, uncallable) == uncallable {
            return;
        }
        self.count_waiting(place, counted);
        self.leave_waiting(place);
        let offers = self.contacts[place].offers.iter().map(|(offer, _)| *offer);
        self.doubtful.extend(offers);
        self.return_to_waiting(place);
    }

    /// The calling hours of a zone begin or end: who is to be dialled there is asked for, or not any more.
    pub(super) fn calling_hours_turn(&mut self, zone: &str) {
        self.to_be_dialled_in(zone).into_iter().for_each(|place| self.ask_calling_hours(place));
    }

    /// Who is to be dialled in a zone, by arrival.
    pub(crate) fn to_be_dialled_in(&self, zone: &str) -> Vec<u32> {
        let there = |contact: &Contact| {
            let details = contact.details.as_deref().filter(|_| contact.dialled.is_some());
            details.and_then(|details| details.time_zone.as_deref()) == Some(zone)
        };
        self.by_arrival(there)
    }

    /// Where the contact's customer has one contact: queue group and customer.
    fn customer_key(&self, place: u32) -> Option<(SmolStr, SmolStr)> {
        let contact = &self.contacts[place];
        let group = self.config.queues[contact.queue.index()].settings.merge_group.clone()?;
        if contact.is_question() {
            return None;
        }
        Some((group, contact.details.as_ref()?.customer.clone()?))
    }

    #[inline(always)]
    pub(crate) fn list_customer(&mut self, place: u32) {
        if self.config.merges {
            self.list_its_customer(place);
        }
    }

    fn list_its_customer(&mut self, place: u32) {
        if let Some(key) = self.customer_key(place) {
            self.customers.entry(key).or_default().push(self.contacts[place].id);
        }
    }

    #[inline(always)]
    pub(crate) fn unlist_customer(&mut self, place: u32) {
        if self.config.merges {
            self.unlist_its_customer(place);
        }
    }

    fn unlist_its_customer(&mut self, place: u32) {
        let Some(key) = self.customer_key(place) else { return };
        let id = self.contacts[place].id;
        if let Some(listed) = self.customers.get_mut(&key) {
            listed.retain(|other| *other != id);
            if listed.is_empty() {
                self.customers.remove(&key);
            }
        }
    }
}
