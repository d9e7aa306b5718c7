//! Announced breaches: of contacts that wait, before they are due, once each, where the queue wants it.

use sunline_core::hours::Due;
use sunline_core::{Event, EventKind, Span};

use super::{Books, ensure};

impl Books {
    pub(super) fn at_risk(&mut self, event: &Event) -> Result<(), String> {
        let EventKind::SlaAtRisk { contact, queue, probability, due, lead } = &event.kind else {
            return Ok(());
        };
        let known = self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
        ensure(known.waits() && known.queue == *queue, || {
            format!("contact {contact} does not wait in {queue}")
        })?;
        ensure(known.dialled.is_none() && known.about.is_none(), || {
            format!("nobody waits for an answer to contact {contact}")
        })?;
        let settings = self.queue(*queue);
        let wanted = settings.at_risk.as_ref().ok_or_else(|| format!("{queue} announces no breaches"))?;
        let enough = u32::from(wanted.percent) * 10_000;
        ensure((enough..=1_000_000).contains(probability), || format!("{probability} is not enough"))?;
        let right = match known.due {
            None => Some(known.origin + known.talked + settings.answer_within),
            Some(Due::At(at)) => Some(at),
            Some(Due::Beyond { .. }) => None,
        };
        ensure(right == Some(*due), || format!("it is not due at {due}"))?;
        ensure(*lead == due.since(event.at) && *lead > Span::ZERO, || format!("{lead} is no lead"))?;
        ensure(!known.warned, || format!("contact {contact} was announced before"))?;
        if let Some(known) = self.contacts.get_mut(contact) {
            known.warned = true;
        }
        Ok(())
    }
}
