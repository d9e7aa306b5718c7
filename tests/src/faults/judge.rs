//! Who says whether anything was lost, made twice, or let out too early. It knows only what left the process, and what is
//! on the disk.

use std::collections::{BTreeMap, BTreeSet};

use sunline_core::{
    Command, CommandKey, ContactId, Domain, Event, EventKind, Receipt, Seq, Stage, Timestamp,
};
use sunline_journal::{Journal, replay};
use sunline_runtime::EngineError;

use super::disk::Disk;
use super::kernel::is_poison;
use super::plant::Plant;
use super::process::{Frame, Steps};
use crate::books::{Books, ensure};

/// Keyed commands that are said again to the recovered state, to see whether it remembers them.
const SAID_AGAIN: usize = 4;

/// The judge of one run.
pub(super) struct Judge {
    pub(super) books: Books,
    /// All that was released.
    record: Vec<Event>,
    steps: Steps,
    /// What was applied and not released when the process died.
    in_flight: Option<Frame>,
    inside: BTreeSet<ContactId>,
    ended: BTreeSet<ContactId>,
    /// Contacts whose arrival was acknowledged, with the receipt's event.
    promised: BTreeMap<ContactId, Seq>,
    keyed: BTreeMap<CommandKey, (Receipt, Command)>,
    /// Keys of which the record says that they are remembered.
    remembered: BTreeSet<CommandKey>,
    acknowledged: Seq,
    relaxed: bool,
    plant: Plant,
    pub(super) replays: u64,
}

impl Judge {
    pub(super) fn new(relaxed: bool, plant: Plant) -> Self {
        Self {
            books: Books::default(),
            record: Vec::new(),
            steps: Vec::new(),
            in_flight: None,
            inside: BTreeSet::new(),
            ended: BTreeSet::new(),
            promised: BTreeMap::new(),
            keyed: BTreeMap::new(),
            remembered: BTreeSet::new(),
            acknowledged: Seq(0),
            relaxed,
            plant,
            replays: 0,
        }
    }

    pub(super) fn released(&self) -> u64 {
        self.record.len() as u64
    }

    pub(super) fn contacts(&self) -> (usize, usize) {
        (self.inside.len() + self.ended.len(), self.ended.len())
    }

    pub(super) fn keeps_in_flight(&mut self, frame: Option<Frame>) {
        self.in_flight = frame;
    }

    // ── what leaves the process ──────────────────────────────────────────────────────────────────────────────

    /// Events were let out.
    pub(super) fn hear(&mut self, frame: &Frame, disk: &Disk) -> Result<(), String> {
        let durable = self.plant.durable(disk.durable().map_err(|error| error.to_string())?);
        let last = frame.events.last().map_or(Seq(0), |event| event.seq);
        ensure(self.relaxed || last <= durable, || format!("{last} was let out, {durable} is durable"))?;
        self.enter(&frame.events, &frame.steps)
    }

    fn enter(&mut self, events: &[Event], steps: &[(Seq, Timestamp, bool)]) -> Result<(), String> {
        // Of steps that end with the same event, the first led to it; the others only brought time.
        let mut ends: BTreeMap<Seq, (Timestamp, bool)> = BTreeMap::new();
        for (seq, now, resumed) in steps {
            let (end, _) = ends.entry(*seq).or_insert((*now, *resumed));
            *end = (*end).max(*now);
        }
        for event in events {
            if let Some((_, (_, true))) = ends.range(event.seq..).next() {
                self.books.resume();
            }
            let expected = Seq(self.released() + 1);
            ensure(event.seq == expected, || format!("{} follows {}", event.seq, self.released()))?;
            let told = self.plant.told(event);
            self.books.record(&told).map_err(|fault| fault.to_string())?;
            self.follow(&told)?;
            self.record.push(event.clone());
            if let Some((now, resumed)) = ends.get(&event.seq) {
                self.books.close(*now).map_err(|fault| fault.to_string())?;
                self.steps.push((event.seq, *now, *resumed));
            }
        }
        Ok(())
    }

    fn follow(&mut self, event: &Event) -> Result<(), String> {
        match &event.kind {
            EventKind::ContactArrived { contact, .. } => {
                self.ended.remove(contact);
                ensure(self.inside.insert(*contact), || format!("contact {contact} arrived twice"))
            }
            // A question of one agent to another stands where contacts stand.
            EventKind::ConsultBegun { consult, .. } => {
                ensure(self.inside.insert(*consult), || format!("question {consult} was asked twice"))
            }
            EventKind::ContactHandedOver { consult, .. } => {
                self.ended.insert(*consult);
                ensure(self.inside.remove(consult), || format!("question {consult} was not there"))
            }
            EventKind::ContactEnded { contact, .. } => {
                self.ended.insert(*contact);
                ensure(self.inside.remove(contact), || format!("contact {contact} ended and was not there"))
            }
            EventKind::CommandRemembered { key, .. } => {
                ensure(self.remembered.insert(*key), || format!("{key:?} is remembered twice"))
            }
            _ => Ok(()),
        }
    }

    /// An answer was let out.
    pub(super) fn answered(
        &mut self,
        key: Option<CommandKey>,
        command: &Command,
        answer: &Result<Receipt, EngineError>,
    ) -> Result<(), String> {
        let Ok(receipt) = answer else { return Ok(()) };
        let receipt = self.plant.receipt(*receipt);
        ensure(!is_poison(command), || "what broke the kernel was acknowledged".to_owned())?;
        ensure(receipt.seq.0 <= self.released(), || {
            format!("{} was acknowledged, {} is released", receipt.seq, self.released())
        })?;
        self.acknowledged = self.acknowledged.max(receipt.seq);
        if let Command::Arrive(new) = command {
            self.promised.entry(new.id).or_insert(receipt.seq);
        }
        let Some(key) = key else { return Ok(()) };
        match self.keyed.get(&key) {
            None => {
                // A contact that came before, under no key, is answered as a duplicate too.
                if !receipt.duplicate {
                    self.keyed.insert(key, (receipt, command.clone()));
                }
            }
            Some((first, _)) => {
                let same = receipt.duplicate && receipt.seq == first.seq;
                ensure(same, || format!("{key:?} was answered {first:?}, and then {receipt:?}"))?;
            }
        }
        Ok(())
    }

    /// A reader was given events from its cursor on.
    pub(super) fn read(&mut self, from: Seq, events: &[Event]) -> Result<(), String> {
        for (place, event) in (from.0 - 1..).zip(self.plant.read(events).iter()) {
            let expected = self.record.get(place as usize);
            ensure(expected == Some(event), || format!("a reader at {} was given {event:?}", place + 1))?;
        }
        Ok(())
    }

    // ── what is on the disk ──────────────────────────────────────────────────────────────────────────────────

    /// The process is back. `survives`: the last event that had been synced when it died.
    pub(super) fn recovered(&mut self, domain: &Domain, disk: &Disk, survives: Seq) -> Result<(), String> {
        let wrong = |error: &dyn core::fmt::Display| format!("the journal: {error}");
        let journal = Journal::open(disk.open()).map_err(|error| wrong(&error))?;
        let events = journal.events(Seq(1)).map_err(|error| wrong(&error))?;
        let events: Vec<Event> = events.collect::<Result<_, _>>().map_err(|error| wrong(&error))?;
        let events = self.plant.recorded(events);
        let end = Seq(events.len() as u64);
        ensure(end >= survives, || format!("{survives} was synced, the journal ends with {end}"))?;
        ensure(self.relaxed || end >= self.acknowledged, || {
            format!("{} was acknowledged, the journal ends with {end}", self.acknowledged)
        })?;
        ensure(self.relaxed || end.0 >= self.released(), || {
            format!("{} was released, the journal ends with {end}", self.released())
        })?;
        let first_other = events.iter().zip(&self.record).find(|(found, released)| found != released);
        ensure(first_other.is_none(), || format!("recorded and released differ: {first_other:?}"))?;
        if end.0 < self.released() {
            self.forget_after(&events)?;
        } else {
            self.catch_up(&events)?;
        }
        self.agree(domain)?;
        self.keys_are_known(domain)
    }

    /// What was applied when the process died is in the record whole, or not at all.
    fn catch_up(&mut self, events: &[Event]) -> Result<(), String> {
        let more = &events[self.record.len()..];
        let in_flight = self.in_flight.take();
        if more.is_empty() {
            return Ok(());
        }
        let frame = in_flight.ok_or_else(|| format!("nobody wrote {:?}", more[0]))?;
        ensure(more == &frame.events[..], || "another frame was recorded than was written".to_owned())?;
        self.enter(&frame.events, &frame.steps)
    }

    /// A relaxed journal has lost its end: the books are made again of what is left.
    fn forget_after(&mut self, events: &[Event]) -> Result<(), String> {
        let end = Seq(events.len() as u64);
        let steps: Steps =
            core::mem::take(&mut self.steps).into_iter().filter(|step| step.0 <= end).collect();
        (self.books, self.record, self.in_flight) = (Books::default(), Vec::new(), None);
        (self.inside, self.ended, self.remembered) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        self.promised.retain(|_, seq| *seq <= end);
        self.acknowledged = self.acknowledged.min(end);
        self.enter(events, &steps)?;
        // What a command led to may be older than the word that its key is remembered.
        self.keyed.retain(|key, _| self.remembered.contains(key));
        Ok(())
    }

    /// The state is the one that the record tells of: no contact lost, none with two agents.
    pub(super) fn agree(&self, domain: &Domain) -> Result<(), String> {
        let there: BTreeSet<ContactId> = domain.contacts().map(|contact| contact.id).collect();
        let lost: Vec<_> = self.inside.difference(&there).collect();
        ensure(lost.is_empty(), || format!("lost contacts: {lost:?}"))?;
        let unknown: Vec<_> = there.difference(&self.inside).collect();
        ensure(unknown.is_empty(), || format!("contacts from nowhere: {unknown:?}"))?;
        let gone = self.promised.keys().find(|id| !self.inside.contains(id) && !self.ended.contains(id));
        ensure(gone.is_none(), || format!("contact {gone:?} was acknowledged and never came"))?;
        self.one_agent_each(domain)?;
        let broken = domain.broken_invariants();
        ensure(broken.is_empty(), || format!("broken: {}", broken.join("; ")))?;
        self.books.agree(domain).map_err(|fault| fault.to_string())
    }

    fn one_agent_each(&self, domain: &Domain) -> Result<(), String> {
        let mut served = BTreeMap::new();
        for agent in domain.agents() {
            for work in agent.work {
                if matches!(work.stage, Stage::Connecting | Stage::Engaged | Stage::Suspended | Stage::Parked)
                {
                    let other = served.insert(work.contact, agent.id);
                    ensure(other.is_none(), || {
                        format!("contact {} is with agents {other:?} and {}", work.contact, agent.id)
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Keyed commands, said again, are answered as they were, and change nothing.
    fn keys_are_known(&self, domain: &Domain) -> Result<(), String> {
        let mut again = domain.clone();
        let known = self.keyed.iter().rev().filter(|(_, (_, command))| !matches!(command, Command::Resume));
        let known: Vec<_> = known.take(SAID_AGAIN).collect();
        for (key, (receipt, command)) in known {
            let answer = again.handle_once(again.now(), *key, command.clone());
            let same = answer.as_ref().is_ok_and(|answer| answer.duplicate && answer.seq == receipt.seq);
            ensure(same, || format!("{key:?} was answered {receipt:?}; said again, {answer:?}"))?;
        }
        Ok(())
    }

    /// The inputs, decided again, lead to the same events and the same state.
    pub(super) fn replays_to(&mut self, domain: &Domain, disk: &Disk) -> Result<(), String> {
        let store = self.plant.stored(disk.frames())?;
        let replayed = replay(&store).map_err(|error| format!("replay: {error}"))?;
        self.replays += 1;
        ensure(replayed.events >= self.released(), || "the replay is shorter than the record".to_owned())?;
        let mut other = replayed.domain;
        let mut same = domain.clone();
        // Time in which nothing happened is in no record.
        let now = same.now().max(other.now());
        same.handle_deadlines(now);
        other.handle_deadlines(now);
        ensure(other.state_hash() == same.state_hash(), || "the replay comes to another state".to_owned())
    }
}
