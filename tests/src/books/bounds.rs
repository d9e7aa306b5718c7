//! The bounds of queues in the books: who may be turned away, and who should have been.

use sunline_core::config::{Staffing, TurnAway};
use sunline_core::{AgentId, Bound, ContactId, ContactOutcome, MoveCause, Presence, QueueId, Timestamp};

use super::{Books, ContactBook, OUTCOMES, ensure};

impl Books {
    /// Books an end.
    pub(super) fn ends(&mut self, queue: QueueId, outcome: ContactOutcome) {
        let ledger = &mut self.ledgers[queue.index()];
        ledger.ended += 1;
        let place = OUTCOMES.iter().position(|known| *known == outcome).expect("every outcome is known");
        ledger.outcomes[place] += 1;
    }

    /// Books a change of queue: out of one, into another, with its origin.
    pub(super) fn moved(
        &mut self,
        id: &ContactId,
        from: QueueId,
        to: QueueId,
        cause: MoveCause,
        at: Timestamp,
    ) -> Result<(), String> {
        let contact = self.take_waiting(id)?;
        ensure(contact.queue == from && from != to, || format!("contact {id} is not in {from}"))?;
        let right = match cause {
            MoveCause::Bound(bound) => {
                let admission = self.bounds(from);
                let named = admission.overflow_to.as_ref();
                named.is_some_and(|name| self.leads(name, to))
                    && self.action_at(from, bound) == TurnAway::Overflow
                    && self.is_at(&contact, bound, at)
                    && self.takes(&contact, to, at)
            }
            MoveCause::Overflow => {
                let rules = (0..).zip(&self.queue(from).overflow);
                let mut entered = rules.filter(|(rule, _)| {
                    self.overflows.get(&(from, *rule)).is_some_and(|(active, _)| *active)
                });
                (contact.entered_at == at || self.resuming)
                    && entered.any(|(_, rule)| self.leads(&rule.to, to))
                    && self.takes(&contact, to, at)
            }
            MoveCause::Closed => self.overflows_when_closed(from, to, self.leaving.contains(id)),
            MoveCause::Retired => {
                let given_up = self.queue(from).retired_to.as_ref();
                contact.offers.is_empty() && given_up.is_some_and(|name| self.leads(name, to))
            }
            // Whether a step has just asked for it was looked at before.
            MoveCause::Host | MoveCause::Plan => true,
            other => return Err(format!("the books know nothing of a move by {other:?}")),
        };
        ensure(right, || format!("contact {id} has no reason to move to {to} ({cause})"))?;
        self.comes_in(id, to)?;
        if self.document().partners.iter().any(|partner| partner.queue == self.queue(to).name) {
            self.flows.entry(from).or_default().1 += 1;
        }
        self.flows.entry(to).or_default().0 += 1;
        self.ledgers[from.index()].moved_out += 1;
        self.ledgers[to.index()].moved_in += 1;
        let mut contact = contact;
        contact.carried.insert(0, self.queue(from).absolute.clone());
        let mut moved = ContactBook {
            queue: to,
            entered_at: at,
            joined_at: at,
            passed: 0,
            kept: None,
            being_scored: None,
            scores: Vec::new(),
            unservable: false,
            deferred: false,
            due: None,
            left: None,
            ..contact
        };
        moved.enter_plan(at);
        self.contacts.insert(*id, moved);
        self.renew_need(id);
        self.fresh.push(*id);
        self.leaving.remove(id);
        self.comes_when_closed(id, to);
        Ok(())
    }

    /// Whether a contact that was turned away had come to a bound with this end.
    pub(super) fn may_be_turned_away(
        &self,
        contact: &ContactBook,
        queue: QueueId,
        outcome: ContactOutcome,
        at: Timestamp,
    ) -> bool {
        if !contact.waits() {
            return false;
        }
        let ends_so = |bound: Bound| {
            // A question has no customer who could be called back.
            let action = match self.action_at(queue, bound) {
                TurnAway::Callback if contact.about.is_some() => TurnAway::Block,
                action => action,
            };
            let end = match (action, bound) {
                (TurnAway::Block, Bound::Wait) => Some(ContactOutcome::TimedOut),
                (TurnAway::Block, _) => Some(ContactOutcome::Blocked),
                (TurnAway::Shed, _) => Some(ContactOutcome::Shed),
                (TurnAway::Overflow | TurnAway::Callback, _) => None,
            };
            end == Some(outcome) && self.is_at(contact, bound, at)
        };
        let shed = || self.surges_on().any(|surge| surge.shed.contains(&self.queue(queue).name));
        // Where no target takes it, an overflow is a block.
        let in_vain = |bound: Bound| {
            let end = if bound == Bound::Wait { ContactOutcome::TimedOut } else { ContactOutcome::Blocked };
            let to = self.bounds(queue).overflow_to.as_ref().map(|name| self.number_in_use(name));
            self.action_at(queue, bound) == TurnAway::Overflow
                && outcome == end
                && self.is_at(contact, bound, at)
                && to.is_none_or(|to| !self.takes(contact, to, at))
        };
        (outcome == ContactOutcome::Blocked && contact.unservable)
            || (outcome == ContactOutcome::Shed && shed())
            || [Bound::Length, Bound::Wait, Bound::Staffing].into_iter().any(in_vain)
            || [Bound::Length, Bound::Wait, Bound::Staffing].into_iter().any(ends_so)
    }

    fn action_at(&self, queue: QueueId, bound: Bound) -> TurnAway {
        let admission = self.bounds(queue);
        match bound {
            Bound::Length => admission.when_full,
            Bound::Wait => admission.after_max_wait,
            Bound::Staffing => admission.when_unstaffed,
            Bound::Deflected | Bound::Surge => TurnAway::Shed,
        }
    }

    /// Whether a contact that waits has come to a bound of its queue.
    fn is_at(&self, contact: &ContactBook, bound: Bound, at: Timestamp) -> bool {
        let admission = self.bounds(contact.queue);
        // Who became eligible while nobody was there comes, as far as bounds go, when the process is back.
        let is_new = contact.entered_at == at || self.resuming;
        match bound {
            Bound::Length => {
                let alike = |other: &&ContactBook| {
                    other.queue == contact.queue && other.waits_now() && other.arrival != contact.arrival
                };
                let ahead = self.contacts.values().filter(alike).count();
                is_new && admission.max_length.is_some_and(|most| ahead >= most as usize)
            }
            Bound::Wait => admission.max_wait.is_some_and(|most| at.since(contact.entered_at) >= most),
            Bound::Deflected | Bound::Surge => false,
            Bound::Staffing => {
                (is_new && !self.is_staffed(contact, admission.join))
                    || !self.is_staffed(contact, admission.stay)
            }
        }
    }

    fn is_staffed(&self, contact: &ContactBook, rule: Staffing) -> bool {
        let mut agents = (0..).map(AgentId).zip(&self.agents);
        rule == Staffing::Always
            || agents.any(|(id, agent)| {
                let there = match rule {
                    Staffing::Always => true,
                    Staffing::SignedIn => agent.presence != Presence::Offline,
                    Staffing::Available => agent.presence == Presence::Available && !agent.not_responding,
                };
                there
                    && self.cost(contact) <= agent.spec.capacity
                    && !agent.facts.closed.contains(&contact.channel)
                    && !contact.excludes(id)
                    && contact.need.is_met_by(&agent.facts)
            })
    }

    pub(super) fn nobody_beyond_a_bound(&self, now: Timestamp) -> Result<(), String> {
        for (id, contact) in &self.contacts {
            let due = contact.not_before.is_none_or(|from| from > now);
            ensure(due, || format!("contact {id} should be eligible since {:?}", contact.not_before))?;
            if !contact.waits() || contact.dialled.is_some() {
                continue;
            }
            let admission = self.bounds(contact.queue);
            let late = admission.max_wait.is_some_and(|most| now.since(contact.entered_at) >= most);
            ensure(!late, || format!("contact {id} has waited longer than its queue lets it"))?;
            let staffed = self.is_staffed(contact, admission.stay);
            ensure(staffed, || format!("contact {id} stays where nobody capable is"))?;
        }
        Ok(())
    }
}
