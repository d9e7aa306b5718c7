//! Lies told to the judge, to prove that it would notice. Nothing is planted in the product: only what the judge is told.

use std::borrow::Cow;

use sunline_core::{Config, ContactId, Event, EventKind, Receipt, Seq};
use sunline_journal::{Input, InputKind, Journal, JournalError, MemoryStore};

/// What is planted; it works once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plant {
    /// Nothing.
    #[default]
    Nothing,
    /// An event is told another way, the first of these that comes after so many: see [`Lie`].
    Told(Lie, u64),
    /// An answer promises an event that was never recorded.
    Receipt,
    /// The second answer to a key is another than the first.
    SecondReceipt,
    /// The last recorded event is missing after a crash.
    LostTail,
    /// A recorded event is another than the one released.
    OtherRecord,
    /// Something is let out before it is durable.
    TooEarly,
    /// A reader misses an event.
    Gap,
    /// A reader gets an event twice.
    Twice,
    /// The record that is replayed has lost its last input's effect.
    Replay,
}

/// How an event is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Another agent accepts than was asked: the contact would be with two.
    OtherAgent,
    /// Another contact ends: this one would never.
    OtherContactEnds,
    /// A contact arrives that nobody sent.
    OtherContactArrives,
}

impl Plant {
    fn works(&mut self, planted: bool) -> bool {
        if planted {
            *self = Self::Nothing;
        }
        planted
    }

    pub(super) fn told<'a>(&mut self, event: &'a Event) -> Cow<'a, Event> {
        let Self::Told(lie, after) = *self else { return Cow::Borrowed(event) };
        let mut told = event.clone();
        let stranger = ContactId::from(404_404_404);
        let changed = match (&mut told.kind, lie) {
            (EventKind::OfferAccepted { agent, .. }, Lie::OtherAgent) => {
                agent.0 += 1;
                true
            }
            (EventKind::ContactEnded { contact, .. }, Lie::OtherContactEnds)
            | (EventKind::ContactArrived { contact, .. }, Lie::OtherContactArrives) => {
                *contact = stranger;
                true
            }
            _ => false,
        };
        if self.works(changed && event.seq.0 > after) { Cow::Owned(told) } else { Cow::Borrowed(event) }
    }

    pub(super) fn receipt(&mut self, receipt: Receipt) -> Receipt {
        if self.works(*self == Self::Receipt) {
            return Receipt { seq: Seq(receipt.seq.0 + 1_000_000), ..receipt };
        }
        if self.works(*self == Self::SecondReceipt && receipt.duplicate) {
            return Receipt { duplicate: false, ..receipt };
        }
        receipt
    }

    pub(super) fn durable(&mut self, durable: Seq) -> Seq {
        if self.works(*self == Self::TooEarly && durable.0 > 20) { Seq(durable.0 - 1) } else { durable }
    }

    pub(super) fn recorded(&mut self, mut events: Vec<Event>) -> Vec<Event> {
        if self.works(*self == Self::LostTail) {
            events.pop();
        }
        if self.works(*self == Self::OtherRecord && events.len() > 2) {
            events[2].at += sunline_core::Span::from_nanos(1);
        }
        events
    }

    pub(super) fn read<'a>(&mut self, events: &'a [Event]) -> Cow<'a, [Event]> {
        if self.works(*self == Self::Gap && events.len() > 1) {
            return Cow::Owned(events[1..].to_vec());
        }
        if self.works(*self == Self::Twice && events.len() > 1) {
            let mut twice = events.to_vec();
            twice.insert(0, events[0].clone());
            return Cow::Owned(twice);
        }
        Cow::Borrowed(events)
    }

    /// The record as it is replayed.
    pub(super) fn stored(&mut self, store: MemoryStore) -> Result<MemoryStore, String> {
        if !self.works(*self == Self::Replay) {
            return Ok(store);
        }
        without_one_command(store).map_err(|error| error.to_string())
    }
}

/// The same journal, sound in itself, but for one command that is missing: the last that had an effect.
fn without_one_command(store: MemoryStore) -> Result<MemoryStore, JournalError> {
    let journal = Journal::open(store)?;
    let frames = journal.frames(0)?.collect::<Result<Vec<_>, _>>()?;
    let first = &frames[0].events[0];
    let config = first.config().expect("a journal begins with a configuration").clone();
    let copy = MemoryStore::new();
    let (mut copied, _) = Journal::create(copy.clone(), first.at, Config::clone(&config))?;
    let commands = frames.iter().map(|frame| frame.inputs.iter().filter(|input| is_command(input)).count());
    let chosen = commands.enumerate().rfind(|(_, count)| *count > 0).map_or(0, |(place, _)| place);
    for (place, frame) in frames.iter().enumerate().skip(1) {
        let mut inputs = frame.inputs.clone();
        if place == chosen {
            inputs.remove(inputs.iter().rposition(is_command).expect("it has one"));
        }
        copied.append(&inputs, &frame.events)?;
    }
    Ok(copy)
}

fn is_command(input: &Input) -> bool {
    matches!(input.kind, InputKind::Command(_))
}
