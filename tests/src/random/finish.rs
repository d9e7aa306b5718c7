//! What must hold when a run is over: however its state is made again, it is the same state, and goes on the same way.

use sunline_core::{Command, Domain, Event, Span, StateHash};
use sunline_journal::{Batch, Journal, MemoryStore, recover, replay};

use super::centre::OPENING;
use super::chance::Chance;
use super::moves::{Move, Said, draw};
use super::plant::Plant;
use super::run::{Run, Tally, drain, ensure, restored, tell};

impl Run {
    /// Folded, restored, decided again, journaled, recovered and replayed: the same state, the same events, and the
    /// same from here on.
    pub(super) fn finish(mut self, made: &[Move]) -> Result<Tally, String> {
        self.measures_agree()?;
        self.explanations_hold()?;
        let hash = self.indexed.state_hash();
        let all = self.events.len() - usize::from(matches!(self.plant, Plant::Fold));
        let folded = Domain::fold(&self.events[..all]).map_err(|error| error.to_string())?;
        ensure(folded.state_hash() == hash, || "the folded events give another state".to_owned())?;
        let restored = restored(&self.indexed)?;
        ensure(restored.state_hash() == hash, || "a snapshot gives another state".to_owned())?;
        self.tail(hash)?;
        self.decide_again(made, hash)?;
        self.journal(made, hash)?;
        for (mut other, name) in [(folded, "folded"), (restored, "restored")] {
            self.live_on(&mut other, name)?;
        }
        self.tally.ledger = self.books.ledger();
        self.tally.events = self.events;
        Ok(self.tally)
    }

    /// A snapshot from half way, and the events after it.
    fn tail(&mut self, hash: StateHash) -> Result<(), String> {
        let Some((mut domain, told)) = self.halfway.take() else { return Ok(()) };
        let mut tail = &self.events[told..];
        if matches!(self.plant, Plant::Tail) {
            tail = &tail[..tail.len().saturating_sub(1)];
        }
        for event in tail {
            domain.fold_event(event).map_err(|error| error.to_string())?;
        }
        ensure(domain.state_hash() == hash, || "a snapshot and its tail give another state".to_owned())
    }

    fn decide_again(&mut self, made: &[Move], hash: StateHash) -> Result<(), String> {
        let mut again =
            Domain::new(OPENING, self.centre.config.clone()).map_err(|error| error.to_string())?;
        let mut events = drain(&mut again);
        for (next, answer) in made.iter().zip(&self.answers) {
            let applied = answer.as_ref().is_ok_and(|receipt| !receipt.duplicate) && next.command.is_some();
            if self.plant.forgets_replay(applied) {
                continue;
            }
            ensure(tell(&mut again, next) == *answer, || {
                format!("decided again, {next:?} is answered otherwise")
            })?;
            events.extend(drain(&mut again));
        }
        let bytes = |events: &[Event]| postcard::to_allocvec(events).expect("events are plain data");
        ensure(bytes(&events) == bytes(&self.events), || "decided again, other events are told".to_owned())?;
        ensure(again.state_hash() == hash, || "decided again, another state is reached".to_owned())
    }

    /// The run in a journal, some commands to a frame, with a snapshot half way: recovered and replayed.
    fn journal(&mut self, made: &[Move], hash: StateHash) -> Result<(), String> {
        let wrong = |error: sunline_journal::JournalError| format!("the journal: {error}");
        let mut store = MemoryStore::new();
        let config = self.centre.config.clone();
        let (mut journal, mut domain) = Journal::create(store.clone(), OPENING, config).map_err(wrong)?;
        let mut batch = Batch::after(journal.tail());
        let frame = 1 + self.events.len() % 40;
        for (i, commands) in made.chunks(frame).enumerate() {
            for next in commands {
                // A refusal is answered as it was before; that has been seen.
                let _ = match next.command.clone() {
                    Some(command) => batch.apply(&mut domain, next.at, next.key, command).is_ok(),
                    None => batch.advance(&mut domain, next.at),
                };
            }
            let events = self.plant.changed_for_the_journal(batch.events());
            journal.append(batch.inputs(), &events).map_err(wrong)?;
            batch.clear();
            if i == made.len() / frame / 2 {
                journal.save_snapshot(&domain).map_err(wrong)?;
            }
        }
        let replayed = replay(&store).map_err(wrong)?;
        ensure(replayed.events == self.events.len() as u64, || "the journal holds other events".to_owned())?;
        let recovered = recover(&mut store).map_err(wrong)?;
        ensure(made.len() < frame || recovered.report.snapshot.is_some(), || {
            "the snapshot is not used".to_owned()
        })?;
        for (mut domain, name) in [(replayed.domain, "replayed"), (recovered.domain, "recovered")] {
            // Time that only refused commands have seen is not journaled.
            domain.handle_deadlines(self.indexed.now());
            ensure(domain.poll_event().is_none(), || format!("{name}, a journal lacks what fell due"))?;
            ensure(domain.state_hash() == hash, || format!("{name}, the journal gives another state"))?;
        }
        Ok(())
    }

    /// Another kernel in the same state does the same after a stop, short or long.
    fn back_after_a_stop(&self, other: &Domain, name: &str) -> Result<(), String> {
        for away in [0, 1, 5, 20, 60, 600] {
            let (mut me, mut other) = (self.indexed.clone(), other.clone());
            let at = me.now() + Span::from_secs(away);
            let resume = Move { at, key: None, command: Some(Command::Resume) };
            let (mine, theirs) = (tell(&mut me, &resume), tell(&mut other, &resume));
            let (told, others) = (drain(&mut me), drain(&mut other));
            let other = told.iter().zip(&others).find(|(mine, theirs)| mine != theirs);
            ensure(told == others, || {
                format!(
                    "{name}, back after {away} s, the kernel tells otherwise: {other:?}, {told:?}, {others:?}"
                )
            })?;
            ensure(mine == theirs, || format!("{name}, back after {away} s, the kernel answers {theirs:?}"))?;
        }
        Ok(())
    }

    /// Another kernel in the same state does the same from here on.
    fn live_on(&self, other: &mut Domain, name: &str) -> Result<(), String> {
        let mut me = self.indexed.clone();
        let mut said = Said::default();
        // Time in which nothing happened is in no event.
        other.handle_deadlines(me.now());
        ensure(other.poll_event().is_none(), || format!("{name}, something fell due that had happened"))?;
        self.back_after_a_stop(other, name)?;
        for number in 0..50 {
            let chance = &mut Chance::part(self.events.len() as u64, number);
            let next = draw(&self.centre, &self.books, &mut said, me.now(), me.next_deadline(), chance);
            let (mine, theirs) = (tell(&mut me, &next), tell(other, &next));
            ensure(mine == theirs, || {
                format!("{name}, the kernel answers {next:?} otherwise: {mine:?}, {theirs:?}")
            })?;
            let (mine, theirs) = (drain(&mut me), drain(other));
            ensure(mine == theirs, || {
                format!("{name}, the kernel tells otherwise of {next:?}: {mine:?}, not {theirs:?}")
            })?;
        }
        let same = me.state_hash() == other.state_hash();
        ensure(same, || format!("{name}, the kernel came to another state"))
    }
}
