//! What opens while a contact waits, as the plan of its queue says.

use sunline_core::{Event, EventKind, MoveCause, Timestamp};

use super::need::Need;
use super::{Books, ContactBook, Owed, Phase, ensure};

impl Books {
    pub(super) fn of_plan(&mut self, event: &Event) -> Result<(), String> {
        let EventKind::StepOpened { contact, queue, step } = &event.kind else { return Ok(()) };
        let mut known = self.take_waiting(contact)?;
        let (number, next) = (usize::from(*step), known.stage + 1);
        ensure(known.queue == *queue && number == next, || format!("step {next} of {contact} comes next"))?;
        let due = self.next_step(&known);
        ensure(due == Some(event.at), || format!("step {number} of {contact} should open at {due:?}"))?;
        known.stage = number;
        known.forget_scores();
        let asked = self.queue(*queue).plan[number - 1].clone();
        let may_call = known.dialled.is_none() && known.about.is_none();
        self.contacts.insert(*contact, known);
        self.renew_need(contact);
        self.fresh.push(*contact);
        if asked.callback && may_call {
            self.owed = Some(Owed::Callback(*contact));
        }
        if let Some(to) = &asked.move_to_queue {
            // Where another queue has taken its place, or it stands for this one, that may be where the contact is.
            let stays = self.leads(to, *queue);
            let to = self.number_in_use(to);
            self.planned_moves.insert(*contact, (to, !stays));
        }
        Ok(())
    }

    /// When the next step of a contact that waits opens.
    pub(super) fn next_step(&self, contact: &ContactBook) -> Option<Timestamp> {
        let step = self.queue(contact.queue).plan.get(contact.stage)?;
        let entered = contact.planned.filter(|_| contact.phase == Phase::Waiting)?;
        Some((entered + step.after).max(contact.back_at))
    }

    /// A move by a plan is one that a step has just asked for.
    pub(super) fn moves_by_plan(&mut self, event: &EventKind) -> Result<(), String> {
        let EventKind::ContactMoved { contact, to, cause: MoveCause::Plan, .. } = event else {
            return Ok(());
        };
        let asked = self.planned_moves.remove(contact);
        let right = asked.is_some_and(|(asked, _)| self.leads(&self.queue(asked).name, *to));
        ensure(right, || format!("the plan of {contact} moves it to {asked:?}, not to {to}"))
    }

    /// Every step that was due has opened, and every move that a step asked for was made.
    pub(super) fn plans_are_followed(&self, now: Timestamp) -> Result<(), String> {
        for (id, contact) in &self.contacts {
            let next = self.next_step(contact);
            ensure(next.is_none_or(|at| at > now), || {
                format!("the plan of {id} should have gone on at {next:?}")
            })?;
        }
        let left = self.planned_moves.iter().find(|(_, (_, must))| *must);
        ensure(left.is_none(), || format!("a step should have moved {left:?}"))
    }

    /// What the contact needs now, once more of its plan is open, and in the queues that it moves on to.
    pub(super) fn prospects(&self, contact: &ContactBook) -> Vec<Need> {
        let mut later = contact.clone();
        let mut needs = vec![contact.need.clone()];
        if contact.planned.is_none() {
            return needs;
        }
        let mut seen = Vec::new();
        loop {
            seen.push(later.queue);
            let plan = &self.queue(later.queue).plan;
            for stage in later.stage..=plan.len() {
                later.stage = stage;
                needs.push(Need::of(
                    &later,
                    self.queue(later.queue),
                    &self.document().queues,
                    self.compiled(),
                ));
            }
            let to = plan.last().and_then(|step| step.move_to_queue.as_ref());
            let Some(to) = to.and_then(|name| self.compiled().queue_id(name)) else { return needs };
            if seen.contains(&to) {
                return needs;
            }
            later.carried.insert(0, self.queue(later.queue).absolute.clone());
            (later.queue, later.stage) = (to, 0);
        }
    }
}
