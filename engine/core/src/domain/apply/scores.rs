//! Applying what happened to scores: while they are wanted, the contact is in no class, so that nobody takes it.

use crate::contact::Scoring;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};

impl Domain {
    pub(super) fn apply_to_scores(&mut self, event: &Event) {
        match &event.kind {
            EventKind::ScoresWanted { contact, candidates, until, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.deadlines.arm(*until, Deadline::ScoresDue(*contact));
                let asked = Scoring::Asked { until: *until, candidates: candidates.clone() };
                self.contacts[place].scoring = Some(Box::new(asked));
            }
            EventKind::ScoresGiven { contact, scores } => {
                let Some(place) = self.place(contact) else { return };
                self.return_to_waiting(place);
                self.contacts[place].scoring = Some(Box::new(Scoring::Given(scores.clone())));
            }
            EventKind::ScoresMissed { contact, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.return_to_waiting(place);
                self.contacts[place].scoring = Some(Box::new(Scoring::Missed));
            }
            other => unreachable!("no event of scores: {other:?}"),
        }
    }

    /// Whatever was asked or answered counts no more.
    #[inline(always)]
    pub(crate) fn forget_scores(&mut self, place: u32) {
        if self.contacts[place].scoring.is_some() {
            self.forget_its_scores(place);
        }
    }

    fn forget_its_scores(&mut self, place: u32) {
        let contact = &mut self.contacts[place];
        let Some(scoring) = contact.scoring.take() else { return };
        if let Scoring::Asked { until, .. } = *scoring {
            self.deadlines.disarm(until, Deadline::ScoresDue(contact.id));
        }
    }
}
