//! Applying for whom contacts are kept.

use crate::contact::Kept;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::ids::{AgentId, ContactId};
use crate::offer::OfferOutcome;
use crate::time::Timestamp;

impl Domain {
    pub(super) fn contact_kept(&mut self, id: &ContactId, agent: AgentId, until: Timestamp, owned: bool) {
        let Some(place) = self.place(id) else { return };
        self.leave_waiting(place);
        self.end_keep(place);
        let owner = owned.then_some(agent);
        self.contacts[place].kept = Some(Box::new(Kept { agent: Some(agent), until, owner }));
        self.deadlines.arm(until, Deadline::KeepEnds(*id));
        self.return_to_waiting(place);
    }

    pub(super) fn keep_ended(&mut self, id: &ContactId) {
        let Some(place) = self.place(id) else { return };
        self.leave_waiting(place);
        self.end_keep(place);
        self.return_to_waiting(place);
    }

    /// The contact is everybody's. It must not be in its class.
    #[inline(always)]
    pub(super) fn end_keep(&mut self, place: u32) {
        if self.contacts[place].kept.is_some() {
            self.end_its_keep(place);
        }
    }

    fn end_its_keep(&mut self, place: u32) {
        let contact = &mut self.contacts[place];
        let Some(kept) = &mut contact.kept else { return };
        if kept.agent.take().is_some() {
            self.deadlines.disarm(kept.until, Deadline::KeepEnds(contact.id));
        }
    }

    /// An agent for whom the contact is kept has given it up.
    #[inline]
    pub(super) fn may_end_keep(&mut self, place: u32, agent: AgentId, outcome: OfferOutcome) {
        let refused = matches!(
            outcome,
            OfferOutcome::Declined | OfferOutcome::Expired | OfferOutcome::Busy | OfferOutcome::Unreachable
        );
        if refused && self.contacts[place].kept_for() == Some(agent) {
            self.end_keep(place);
        }
    }
}
