//! Contacts in the books that may not be served yet, or whose customer is called back; and merging.

use smol_str::SmolStr;
use sunline_core::hours::{HoursOf, Standing};
use sunline_core::{ContactOutcome, Event, EventKind};

use super::{Books, Owed, Phase, ensure};

impl Books {
    /// Which of those to be dialled may not be called now: those in whose zone it is not calling time.
    pub(super) fn renew_callable(&mut self) {
        let calendars = &self.calendars;
        let is_open = |zone: &SmolStr| {
            let mut tables = calendars.iter();
            let table = tables.find(|book| book.of == HoursOf::CallingZone(zone.clone()));
            table.is_none_or(|book| book.standing == Standing::Open)
        };
        for known in self.contacts.values_mut() {
            let zone = known.details.as_ref().and_then(|details| details.time_zone.as_ref());
            let uncallable = known.dialled.is_some() && zone.is_some_and(|zone| !is_open(zone));
            if uncallable != known.uncallable {
                known.forget_scores();
            }
            known.uncallable = uncallable;
        }
    }

    pub(super) fn of_callback(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::CallbackAccepted { contact, queue, not_before } => {
                let mut known = self.take_waiting(contact)?;
                ensure(known.queue == *queue, || format!("contact {contact} is not in {queue}"))?;
                ensure(not_before.is_none_or(|from| from > at), || format!("{not_before:?} is not to come"))?;
                ensure(known.about.is_none(), || format!("{contact} is a question"))?;
                known.forget_scores();
                known.dialled = Some(known.dialled.unwrap_or(0));
                known.not_before = *not_before;
                (known.kept, known.owner) = (None, None);
                self.contacts.insert(*contact, known);
                self.renew_callable();
            }
            EventKind::ContactKept { contact, agent, until, owned } => {
                if !owned {
                    return self.prefers(contact, *agent, *until, at);
                }
                let mut known = self.take_waiting(contact)?;
                ensure(known.dialled.is_some(), || format!("{contact} is nobody's own"))?;
                let delay = self.queue(known.queue).callback.owner_delay;
                let right = known.not_before.unwrap_or(at) + delay;
                ensure(*until == right, || format!("{contact} is kept for {agent} until {right}"))?;
                let barred = known.is_forbidden_to(*agent, &self.agents[agent.index()].facts);
                ensure(!barred || known.owner == Some(*agent), || format!("{agent} may not have {contact}"))?;
                (known.kept, known.owner) = (Some((*agent, *until)), Some(*agent));
                known.forget_scores();
                self.contacts.insert(*contact, known);
            }
            EventKind::KeepEnded { contact, agent } => {
                let mut known = self.take_waiting(contact)?;
                let (kept, until) = known.kept.ok_or_else(|| format!("{contact} is kept for nobody"))?;
                let gone = known.owner.is_none() && !self.is_there_for(*agent, &known);
                ensure(kept == *agent && (until == at || gone), || {
                    format!("{contact} is kept for {kept} until {until}")
                })?;
                known.kept = None;
                known.forget_scores();
                self.contacts.insert(*contact, known);
            }
            EventKind::ContactEligible { contact } => {
                let mut known = self.take_waiting(contact)?;
                ensure(known.not_before == Some(at), || {
                    format!("contact {contact} may be served from {:?} on", known.not_before)
                })?;
                known.not_before = None;
                if known.planned.is_none() {
                    known.enter_plan(at);
                }
                if known.dialled.is_none() {
                    known.entered_at = at;
                    self.fresh.push(*contact);
                }
                self.contacts.insert(*contact, known);
            }
            EventKind::CustomerNotReached { contact, agent, attempts, retry_at, .. } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let dialling =
                    matches!(known.phase, Phase::Connecting { agent: a, until } if a == *agent && at < until);
                let before = known.dialled;
                ensure(dialling && before.is_some(), || format!("nobody dials for contact {contact}"))?;
                let callback = &self.queue(known.queue).callback;
                let right = before.map(|before| before + 1) == Some(*attempts);
                ensure(right, || format!("attempt {attempts} of {contact} follows {before:?}"))?;
                let last = *attempts >= callback.max_attempts;
                let retry = (!last).then(|| at + callback.gap);
                ensure(*retry_at == retry, || format!("contact {contact} is dialled again at {retry:?}"))?;
                self.owed = last.then_some(Owed::Ended(*contact, ContactOutcome::CallbackFailed));
                let (joined_at, queue) = (known.joined_at, known.queue);
                self.finish(*agent, contact, false, at)?;
                let passed = self.delays(queue).iter().filter(|delay| joined_at + **delay <= at).count();
                let known = self.contacts.get_mut(contact).expect("just found");
                known.passed = passed as u8;
                known.forget_scores();
                (known.phase, known.dialled, known.not_before) = (Phase::Waiting, Some(*attempts), *retry_at);
                known.resume_plan(at);
            }
            EventKind::ContactMerged { contact, merged, origin } => {
                let of = |id| {
                    let known = self.contacts.get(id).filter(|known| known.phase == Phase::Waiting);
                    known.ok_or_else(|| format!("contact {id} does not wait"))
                };
                let (stays, ends) = (of(contact)?, of(merged)?);
                let customer = |known: &super::ContactBook| {
                    let group = self.queue(known.queue).merge_group.clone();
                    group.zip(known.details.as_ref().and_then(|details| details.customer.clone()))
                };
                let question = stays.about.or(ends.about);
                ensure(question.is_none(), || format!("{question:?} was asked about"))?;
                let same = customer(stays).is_some() && customer(stays) == customer(ends);
                ensure(same, || format!("contacts {contact} and {merged} are of two customers"))?;
                let oldest = stays.origin.min(ends.origin);
                ensure(*origin == oldest, || format!("the older origin is {oldest}, not {origin}"))?;
                let stays = self.contacts.get_mut(contact).expect("just found");
                if oldest < stays.origin {
                    (stays.origin, stays.due, stays.left) = (oldest, None, None);
                }
                stays.forget_scores();
                self.merging.insert(*merged);
            }
            _ => {}
        }
        Ok(())
    }
}
