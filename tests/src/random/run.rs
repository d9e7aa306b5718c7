//! One run at random: two kernels, one with each matcher, the books, and what must hold between them after every command.
//! What must hold at the end is in `finish.rs`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sunline_core::measures::{Ask, By, Legs, Measures, QueueCounts};
use sunline_core::{
    ChosenBy, Command, CommandError, ContactState, ContactView, Domain, Event, EventKind, Matcher, OfferId,
    QueueId, Receipt, Snapshot, Sought, Span, Timestamp,
};

/// What counts as answered in time and as a short abandonment in every drawn queue.
const THRESHOLDS: (Span, Span) = (Span::from_secs(20), Span::from_secs(5));

use super::beside::Beside;
use super::centre::{Centre, Kind, OPENING};
use super::chance::Chance;
use super::moves::{Move, Said, draw};
use super::plant::Plant;
use crate::books::{Books, Ledger};

/// How often the costly looks are taken: every so many commands.
#[derive(Clone, Copy, Debug)]
pub struct Care {
    /// The kernel's own invariants and the books against its views.
    pub invariants: usize,
    /// The state hashes of both kernels.
    pub hash: usize,
}

impl Care {
    /// What a kind of centre can afford.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Small => Self { invariants: 1, hash: 16 },
            Kind::Large => Self { invariants: 1, hash: 64 },
            Kind::Restless => Self { invariants: 4, hash: 256 },
        }
    }
}

/// What a run has seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Commands told.
    pub commands: usize,
    /// The events told.
    pub events: Vec<Event>,
    /// Contacts that came and went.
    pub ledger: Ledger,
    /// Events by their name, and refusals by their code.
    pub seen: BTreeMap<String, usize>,
}

/// A run that went wrong.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// How many moves had been made.
    pub after: usize,
    /// What went wrong.
    pub what: String,
    /// The last moves, latest last.
    pub last: Vec<Move>,
}

/// Runs the moves of a seed, those numbered in `moves`, with something planted or nothing.
///
/// # Errors
/// [`Trouble`] at the first thing that went wrong; a panic counts.
pub fn run(seed: u64, kind: Kind, moves: &[u32], plant: Plant) -> Result<Tally, Box<Trouble>> {
    let mut made = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| drive(seed, kind, moves, plant, &mut made)));
    let what = match outcome {
        Ok(Ok(tally)) => return Ok(tally),
        Ok(Err(what)) => what,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
        }
    };
    let last = made.split_off(made.len().saturating_sub(40));
    Err(Box::new(Trouble { after: made.len() + last.len(), what, last }))
}

pub(super) type Answer = Result<Receipt, CommandError>;

fn drive(seed: u64, kind: Kind, moves: &[u32], plant: Plant, made: &mut Vec<Move>) -> Result<Tally, String> {
    let centre = Centre::draw(seed, kind);
    let care = Care::of(kind);
    let mut run = Run::new(&centre, plant)?;
    let mut beside: Option<Beside> = None;
    let mut said = Said::default();
    for (i, number) in moves.iter().enumerate() {
        let chance = &mut Chance::part(seed, u64::from(*number));
        let next =
            draw(&centre, &run.books, &mut said, run.indexed.now(), run.indexed.next_deadline(), chance);
        made.push(next.clone());
        let before = run.events.len();
        let answer = run.make(&next).map_err(|what| run.with_the_last_step(what, before))?;
        if let Some(beside) = &mut beside {
            let untold = run.plant.forgets_twin(answer.is_ok());
            beside.follow(&next, &answer, &run.events[before..], untold)?;
        }
        let issued = run.events[before..].iter().filter_map(|event| match &event.kind {
            EventKind::OfferIssued { offer, .. } => Some(*offer),
            _ => None,
        });
        said.remember(&next, issued.collect::<Vec<OfferId>>().into_iter());
        run.look(i, care)?;
        // From time to time others run along for a while.
        if beside.as_ref().is_some_and(|beside| beside.is_over(i)) {
            let chose = beside.take().expect("just seen").end(&run.indexed)?;
            for (name, times) in ["as before", "otherwise", "nobody", "sooner"].iter().zip(chose) {
                *run.tally.seen.entry(format!("shadow chose {name}")).or_default() += times as usize;
            }
        }
        if beside.is_none() && chance.percent(1) {
            beside = Some(Beside::begin(&run.indexed, i, chance)?);
        }
        if i == moves.len() / 2 {
            run.halfway = Some((restored(&run.indexed)?, run.events.len()));
        }
    }
    run.finish(made)
}

pub(super) struct Run {
    pub(super) indexed: Domain,
    naive: Domain,
    pub(super) books: Books,
    pub(super) events: Vec<Event>,
    pub(super) answers: Vec<Answer>,
    /// The kernel as restored from a snapshot half way, and how many events had been told by then.
    pub(super) halfway: Option<(Domain, usize)>,
    pub(super) tally: Tally,
    pub(super) centre: Centre,
    pub(super) plant: Plant,
    pub(super) measures: Measures,
    pub(super) legs: Legs,
}

impl Run {
    fn new(centre: &Centre, plant: Plant) -> Result<Self, String> {
        let make = |matcher| {
            Domain::with_matcher(OPENING, centre.config.clone(), matcher).map_err(|e| e.to_string())
        };
        let mut run = Self {
            indexed: make(Matcher::Indexed)?,
            naive: make(Matcher::Naive)?,
            books: Books::default(),
            events: Vec::new(),
            answers: Vec::new(),
            halfway: None,
            measures: Measures::new(&vec![THRESHOLDS; centre.config.queues.len()]),
            legs: Legs::default(),
            tally: Tally::default(),
            centre: centre.clone(),
            plant,
        };
        run.hear()?;
        Ok(run)
    }

    /// What went wrong, and the events of the step in which it did.
    fn with_the_last_step(&self, what: String, before: usize) -> String {
        let told = self.events.get(before..).unwrap_or_default();
        told.iter().fold(what, |what, event| format!("{what}\n  {event:?}"))
    }

    fn make(&mut self, next: &Move) -> Result<Answer, String> {
        let answer = tell(&mut self.indexed, next);
        let untold = self.plant.forgets_oracle(self.tally.commands, answer.is_ok());
        let other = if untold { answer.clone() } else { tell(&mut self.naive, next) };
        ensure(answer == other, || format!("the index answers {answer:?}, the oracle {other:?}"))?;
        self.hear()?;
        self.books.close(self.indexed.now()).map_err(|fault| fault.to_string())?;
        self.tally.commands += 1;
        let code = match &answer {
            Ok(receipt) if receipt.duplicate => "duplicate",
            Ok(_) => "applied",
            Err(error) => error.code(),
        };
        *self.tally.seen.entry(code.to_owned()).or_default() += 1;
        self.answers.push(answer.clone());
        Ok(answer)
    }

    /// Both kernels tell the same, and the books find nothing wrong with it.
    fn hear(&mut self) -> Result<(), String> {
        let other = drain(&mut self.naive);
        let mut others = other.iter();
        for event in drain(&mut self.indexed) {
            let twin = others.next();
            ensure(twin == Some(&event), || format!("the index tells {event:?}\nthe oracle tells {twin:?}"))?;
            let entered = self.plant.changed_for_the_books(self.tally.commands, &event);
            self.books.record(&entered).map_err(|fault| fault.to_string())?;
            self.measures.observe(&event);
            self.legs.observe(&event);
            *self.tally.seen.entry(event_name(&event)).or_default() += 1;
            self.events.push(event);
        }
        ensure(others.next().is_none(), || "the oracle tells more than the index".to_owned())
    }

    /// The ledger of the measures balances with what is inside, per queue and over all; questions of one agent to another
    /// are inside and in no figure.
    fn ledger_balances(&self) -> Result<(), String> {
        let mut all = 0;
        let questions: Vec<QueueId> = self
            .indexed
            .contacts()
            .filter(|contact| contact.about.is_some())
            .map(|contact| contact.queue)
            .collect();
        for (queue, counts) in self.indexed.queues().zip(self.measures.queues()) {
            let asked = questions.iter().filter(|home| **home == queue.id).count();
            let inside = u64::from(queue.inside) - asked as u64;
            all += inside;
            ensure(counts.balances_with(inside), || format!("{}: {counts:?}, {inside} inside", queue.name))?;
        }
        let total = self.measures.total();
        ensure(total.balances_with(all), || format!("over all: {total:?}, {all} inside"))
    }

    /// Counted again from the legs, the figures are the running ones; and by arrival they come to as many.
    pub(super) fn measures_agree(&self) -> Result<(), String> {
        let plain = |counts: &QueueCounts| QueueCounts::default().plus(counts);
        let ask = Ask::new(THRESHOLDS.0, THRESHOLDS.1);
        for (number, counts) in (0..).zip(self.measures.queues()) {
            let of_queue = Ask { queue: Some(QueueId(number)), ..ask };
            let again = self.legs.counts(&of_queue);
            ensure(again == *counts, || format!("running {counts:?}\nagain   {again:?}"))?;
        }
        let total = plain(self.measures.total());
        for by in [By::End, By::Arrival] {
            let ask = Ask { by, ..ask };
            let again = plain(&self.legs.counts(&ask));
            ensure(again == total, || format!("running {total:?}\nagain   {again:?}"))?;
            let quarters = self.legs.quarter_hours(&ask);
            let summed = quarters.values().fold(QueueCounts::default(), |sum, one| sum.plus(one));
            ensure(summed == total, || format!("running {total:?}\nsummed  {summed:?}"))?;
        }
        Ok(())
    }

    /// Offers, explained in the state before each, are chosen again; and whoever waits has something that keeps everybody
    /// from it.
    pub(super) fn explanations_hold(&self) -> Result<(), String> {
        let offers = self.events.iter().filter(|event| matches!(event.kind, EventKind::OfferIssued { .. }));
        let offers: Vec<&Event> = offers.collect();
        for offer in offers.iter().step_by(offers.len() / 8 + 1) {
            let before = &self.events[..offer.seq.0 as usize - 1];
            let state = Domain::fold(before).map_err(|error| error.to_string())?;
            let explained = state.explain(offer).map_err(|error| error.to_string())?;
            // A hand may take whom the rules would not have let come into question.
            let by_hand = matches!(&offer.kind, EventKind::OfferIssued { decision, .. } if decision.chosen_by == ChosenBy::Hand);
            let sound = explained.confirmed && (by_hand || explained.candidates > 0);
            ensure(sound, || format!("{offer:?}\n{explained}"))?;
            let agents = usize::from(explained.sought == Sought::Agent) * state.agents().count();
            let everybody = agents.max(explained.candidates + explained.rejections.len());
            ensure(explained.candidates + explained.rejections.len() == everybody, || explained.to_string())?;
        }
        // A contact may wait beside an agent who could serve it for the next round of a joint rule, or for scores.
        let in_rounds = self.indexed.document().joint.is_some();
        let is_kept = |contact: &ContactView| {
            let waits = contact.state == ContactState::Waiting && !in_rounds;
            waits && self.indexed.scores_wanted(&contact.id).is_none()
        };
        for contact in self.indexed.contacts().filter(is_kept) {
            let why = self.indexed.why_waiting(&contact.id).ok_or("a waiting contact is not explained")?;
            let kept: usize = why.kept_by.values().sum();
            ensure(kept == self.indexed.agents().count(), || format!("somebody could serve it: {why}"))?;
            for near in &why.nearest {
                let what = self.indexed.what_would_make(near.agent, &contact.id);
                let what = what.map_err(|error| error.to_string())?;
                ensure(!what.wins && what.could_not.is_empty() && !what.could.is_empty(), || {
                    what.to_string()
                })?;
            }
        }
        Ok(())
    }

    fn look(&self, i: usize, care: Care) -> Result<(), String> {
        self.ledger_balances()?;
        if i.is_multiple_of(care.invariants) {
            let broken = self.indexed.broken_invariants();
            ensure(broken.is_empty(), || format!("broken: {}", broken.join("; ")))?;
            self.books.agree(&self.indexed).map_err(|fault| fault.to_string())?;
        }
        if i.is_multiple_of(care.hash) {
            let same = self.indexed.state_hash() == self.naive.state_hash();
            ensure(same, || "index and oracle are in different states".to_owned())?;
        }
        Ok(())
    }
}

pub(super) fn tell(domain: &mut Domain, next: &Move) -> Answer {
    let Some(command) = next.command.clone() else {
        domain.handle_deadlines(next.at);
        return Ok(Receipt { seq: domain.seq(), duplicate: false, agent: None });
    };
    match next.key {
        Some(key) => domain.handle_once(next.at, key, command),
        None => domain.handle(next.at, command),
    }
}

pub(super) fn drain(domain: &mut Domain) -> Vec<Event> {
    core::iter::from_fn(|| domain.poll_event()).collect()
}

pub(super) fn restored(domain: &Domain) -> Result<Domain, String> {
    let snapshot = Snapshot::from_bytes(&domain.snapshot().to_bytes()).map_err(|error| error.to_string())?;
    Domain::restore(snapshot).map_err(|error| error.to_string())
}

fn event_name(event: &Event) -> String {
    let text = format!("{:?}", event.kind);
    let name: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
    match &event.kind {
        EventKind::OfferEnded { outcome, .. } => format!("{name} {outcome}"),
        EventKind::ContactEnded { outcome, .. } => format!("{name} {outcome}"),
        _ => name,
    }
}

pub(super) fn ensure(good: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(what()) }
}

/// One command and its instant, for callers that print a run.
pub fn describe(made: &Move) -> String {
    let what = made.command.as_ref().map_or("time passes", Command::name);
    format!("{} {what}: {:?}", clock(made.at), made.command)
}

fn clock(at: Timestamp) -> String {
    crate::language::clock::write(at)
}
