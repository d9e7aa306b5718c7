//! The world around the process: hosts that ask and ask again, agents with sessions, readers with cursors, a network, a
//! clock that jumps, and whatever breaks. All of it follows from one seed, on one thread.
//!
//! A run is a list of numbered ticks. Each draws what happens in it from its own number, so any tick can be left out and
//! the rest still makes sense: that is what makes a failing run short.

mod people;

use std::collections::{BTreeMap, VecDeque};

use sunline_core::{AgentId, Command, CommandKey, OfferId, Receipt, Seq, Span, Timestamp};
use sunline_journal::{Journal, Store};
use sunline_runtime::EngineError;

use super::disk::{AppendFault, Disk};
use super::judge::Judge;
use super::kernel::{heal_deadlines, poison_the_next_deadline};
use super::plant::Plant;
use super::process::{Entry, Moment, Process, Round};
use super::tally::Tally;
use crate::books::Books;
use crate::random::{Centre, Chance, Kind, OPENING, Said};

/// A session is lost after so long without a sign of life.
const GRACE: Span = Span::from_secs(30);
/// Letters that are under way at most; beyond that hosts wait.
const LETTERS: usize = 400;

/// What is under way in the network.
#[derive(Clone)]
enum Letter {
    Ask { request: u64, key: Option<CommandKey>, command: Command },
    Connect(AgentId, u64),
    Over(AgentId, u64),
    Beat(AgentId, u64),
    Answer { request: u64, settled: bool },
    Notice(AgentId, u64, OfferId),
}

/// Something a host wants to be sure of.
struct Request {
    key: Option<CommandKey>,
    command: Command,
    again_at: Timestamp,
    tries: u32,
}

#[derive(Default)]
struct Agent {
    session: Option<u64>,
    silent_until: Option<Timestamp>,
}

/// A reader of events that keeps its cursor.
struct Reader {
    cursor: Seq,
}

pub(super) struct World {
    centre: Centre,
    disk: Disk,
    relaxed: bool,
    snapshot_every: Option<u64>,
    process: Option<Process>,
    up_at: Timestamp,
    survives: Seq,
    now: Timestamp,
    /// By how much the process' clock is ahead of the true time.
    ahead: Span,
    next_sync: Timestamp,
    letters: BTreeMap<(Timestamp, u64), Letter>,
    sent: u64,
    requests: BTreeMap<u64, Request>,
    asked: u64,
    agents: Vec<Agent>,
    sessions: u64,
    readers: Vec<Reader>,
    judge: Judge,
    said: Said,
    stale: Books,
    poisoned: u64,
    dies: Option<Moment>,
    healed: bool,
    tally: Tally,
    pub(super) diary: VecDeque<String>,
}

impl World {
    pub(super) fn new(seed: u64, kind: Kind, plant: Plant) -> Result<Self, String> {
        let centre = Centre::draw(seed, kind);
        let chance = &mut Chance::part(seed, u64::MAX - 77);
        let relaxed = chance.percent(20);
        let snapshot_every = chance.percent(70).then(|| chance.from(20, 600) as u64);
        let disk = Disk::new(relaxed);
        let (journal, _) = Journal::create(disk.open(), OPENING, centre.config.clone())
            .map_err(|error| error.to_string())?;
        journal.into_store().sync().map_err(|error| error.to_string())?;
        let survives = disk.durable().map_err(|error| error.to_string())?;
        let mut world = Self {
            centre,
            disk,
            relaxed,
            snapshot_every,
            process: None,
            up_at: OPENING,
            survives,
            now: OPENING,
            ahead: Span::ZERO,
            next_sync: OPENING,
            letters: BTreeMap::new(),
            sent: 0,
            requests: BTreeMap::new(),
            asked: 0,
            agents: Vec::new(),
            sessions: 0,
            readers: (0..2).map(|_| Reader { cursor: Seq(1) }).collect(),
            judge: Judge::new(relaxed, plant),
            said: Said::default(),
            stale: Books::default(),
            poisoned: 0,
            dies: None,
            healed: false,
            tally: Tally::default(),
            diary: VecDeque::new(),
        };
        heal_deadlines();
        world.begin()?;
        world.stale = world.judge.books.clone();
        Ok(world)
    }

    /// The first frame, which no process wrote.
    fn begin(&mut self) -> Result<(), String> {
        let journal = Journal::open(self.disk.open()).map_err(|error| error.to_string())?;
        let events = journal.events(Seq(1)).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let events = events.map_err(|error| error.to_string())?;
        let steps = vec![(Seq(events.len() as u64), OPENING, false)];
        self.judge.hear(&super::process::Frame { events: events.into(), steps }, &self.disk)?;
        self.process = Some(Process::open(&self.disk, self.snapshot_every)?);
        Ok(())
    }

    // ── a tick ───────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn tick(&mut self, number: u32, chance: &mut Chance) -> Result<(), String> {
        if number.is_multiple_of(50) {
            self.stale = self.judge.books.clone();
        }
        self.things_break(chance);
        let gap = match chance.below(100) {
            0..70 => Span::from_nanos(chance.from(0, 1_500_000_000)),
            70..94 => Span::from_secs(chance.from(1, 20)),
            _ => Span::from_secs(chance.from(60, 1400)),
        };
        self.host_speaks(chance);
        self.agents_act(chance);
        let late = chance.percent(3);
        if late {
            self.fault("the timer fires late");
        }
        self.wait(self.now + gap, late, chance)?;
        self.readers_read(chance)?;
        self.ask_again(chance);
        Ok(())
    }

    fn fault(&mut self, what: &'static str) {
        *self.tally.faults.entry(what).or_default() += 1;
        self.note(|| format!("fault: {what}"));
    }

    fn note(&mut self, line: impl FnOnce() -> String) {
        if self.diary.len() == 60 {
            self.diary.pop_front();
        }
        let line = format!("{} {}", crate::language::clock::write(self.now), line());
        self.diary.push_back(line);
    }

    /// What the process' clock shows.
    fn clock(&self) -> Timestamp {
        self.now + self.ahead
    }

    fn things_break(&mut self, chance: &mut Chance) {
        match chance.below(1000) {
            0..8 => {
                let most = if chance.percent(15) { 900 } else { 5 };
                self.ahead += Span::from_secs(chance.from(-most, most));
                self.fault("the clock steps");
            }
            8..16 => {
                let faults = [AppendFault::Full, AppendFault::FailedUnwritten, AppendFault::FailedWritten];
                self.disk.break_append(*chance.pick(&faults));
                self.fault("a record cannot be written");
            }
            16..20 => {
                self.disk.break_snapshot();
                self.fault("a snapshot is not kept");
            }
            20..24 if self.relaxed => {
                self.disk.break_sync();
                self.fault("a sync fails");
            }
            24..30 => {
                self.poisoned += 1;
                poison_the_next_deadline(self.poisoned);
                self.fault("a deadline is poison");
            }
            30..46 => {
                self.dies = Some(match chance.below(4) {
                    0 => Moment::AfterApply,
                    1 => Moment::InAppend,
                    2 => Moment::AfterAppend,
                    _ => Moment::AfterRelease(chance.below(3)),
                });
            }
            46..50 if self.process.is_some() => {
                self.die("the process is killed between rounds", None, chance);
            }
            50..60 => {
                if let Some(agent) = chance.any(0..self.agents.len()) {
                    self.agents[agent].silent_until = Some(self.now + Span::from_secs(chance.from(5, 90)));
                    self.fault("an agent's heartbeats are lost");
                }
            }
            _ => {}
        }
    }

    // ── the network ──────────────────────────────────────────────────────────────────────────────────────────

    fn send(&mut self, letter: Letter, chance: &mut Chance) {
        let soon = Span::from_nanos(chance.from(0, 50_000_000));
        if self.healed {
            return self.post(letter, soon);
        }
        let (lost, twice, late) = match letter {
            Letter::Answer { .. } => ("an answer is lost", "an answer comes twice", "an answer comes late"),
            Letter::Notice(..) => ("a notice is lost", "a notice comes twice", "a notice comes late"),
            Letter::Ask { .. } => ("a command is lost", "a command comes twice", "a command comes late"),
            _ => (
                "a sign of a session is lost",
                "a sign of a session comes twice",
                "a sign of a session comes late",
            ),
        };
        match chance.below(100) {
            0..4 => self.fault(lost),
            4..8 => {
                self.fault(twice);
                self.post(letter.clone(), soon);
                self.post(letter, Span::from_secs(chance.from(0, 40)));
            }
            8..12 => {
                self.fault(late);
                self.post(letter, Span::from_secs(chance.from(2, 120)));
            }
            _ => self.post(letter, soon),
        }
    }

    fn post(&mut self, letter: Letter, after: Span) {
        self.sent += 1;
        self.letters.insert((self.now + after, self.sent), letter);
    }

    fn deliver(&mut self, letter: Letter, chance: &mut Chance) {
        let (now, clock) = (self.now, self.clock());
        match (letter, &mut self.process) {
            (Letter::Ask { request, key, command }, Some(process)) => {
                process.enter(Entry { at: clock, request, key, command });
            }
            (Letter::Connect(agent, number), Some(process)) => process.connect(agent, number, now),
            (Letter::Over(agent, number), Some(process)) => drop(process.over(agent, number, clock)),
            (Letter::Beat(agent, number), Some(process)) => process.heard(agent, number, now),
            (Letter::Answer { request, settled }, _) => {
                if settled {
                    self.requests.remove(&request);
                }
            }
            (Letter::Notice(agent, number, offer), _) => self.agent_hears(agent, number, offer, chance),
            // Nobody is there.
            (_, None) => {}
        }
    }

    // ── time ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// Lets time pass: letters arrive, the timer fires, the process works, dies and comes back.
    fn wait(&mut self, until: Timestamp, timer_is_late: bool, chance: &mut Chance) -> Result<(), String> {
        for _ in 0..300 {
            let next = self.next_instant(until, timer_is_late);
            self.now = next.max(self.now);
            self.come_up(chance)?;
            let mut arrived = Vec::new();
            while let Some(entry) = self.letters.first_entry().filter(|entry| entry.key().0 <= self.now) {
                arrived.push(entry.remove());
            }
            for letter in arrived {
                self.deliver(letter, chance);
            }
            self.pulses();
            self.work(timer_is_late, chance)?;
            if self.now >= until && !self.process.as_ref().is_some_and(Process::is_busy) {
                break;
            }
        }
        self.now = self.now.max(until);
        self.work(false, chance)
    }

    fn next_instant(&self, until: Timestamp, timer_is_late: bool) -> Timestamp {
        let mut next = until;
        if let Some(((at, _), _)) = self.letters.first_key_value() {
            next = next.min(*at);
        }
        match &self.process {
            None => next.min(self.up_at),
            Some(process) if timer_is_late || process.is_busy() => next,
            Some(process) => {
                let due = process.domain().next_deadline().map(|due| due - self.ahead);
                due.map_or(next, |due| next.min(due))
            }
        }
    }

    fn work(&mut self, timer_is_late: bool, chance: &mut Chance) -> Result<(), String> {
        for _ in 0..20 {
            let clock = self.clock();
            let Some(process) = &mut self.process else { return Ok(()) };
            let due = process.domain().next_deadline().is_some_and(|due| due <= clock);
            if !process.is_busy() && (timer_is_late || !due) {
                break;
            }
            let most = if chance.percent(50) { 1 } else { 1 + chance.below(20) };
            let before = process.rebuilt;
            let round = process.round(clock, most, self.dies, &self.disk)?;
            self.tally.rebuilds += process.rebuilt - before;
            self.hear(round, chance)?;
        }
        self.sync(chance);
        Ok(())
    }

    /// A relaxed journal is synced within its window.
    fn sync(&mut self, chance: &mut Chance) {
        if !self.relaxed || self.now < self.next_sync {
            return;
        }
        self.next_sync = self.now + Span::from_secs(30);
        if let Some(process) = &mut self.process
            && !process.sync()
        {
            // What was promised within the window is perhaps lost: the journal is opened again.
            self.die("the process ends over a sync that failed", None, chance);
        }
    }

    fn hear(&mut self, round: Round, chance: &mut Chance) -> Result<(), String> {
        let Round { in_flight, released, answers, notices, died, withdrawn } = round;
        if withdrawn {
            self.tally.withdrawn += 1;
            self.note(|| "a commit is withdrawn".to_owned());
        }
        if let Some(frame) = &released {
            self.tally.events += frame.events.len() as u64;
            for event in frame.events.iter() {
                self.note(|| format!("tells {} {:?}", event.seq, event.kind));
            }
            self.judge.hear(frame, &self.disk)?;
        }
        for (entry, answer) in answers {
            self.tally.commands += 1;
            self.note(|| format!("answers {} {}: {}", entry.request, entry.command.name(), short(&answer)));
            let code = answer.as_ref().map_or_else(EngineError::code, |_| "applied");
            *self.tally.answers.entry(code).or_default() += 1;
            self.judge.answered(entry.key, &entry.command, &answer)?;
            if entry.request > 0 {
                let settled = !matches!(answer, Err(EngineError::Unavailable { .. }));
                self.send(Letter::Answer { request: entry.request, settled }, chance);
            }
        }
        for (agent, number, offer) in notices {
            self.send(Letter::Notice(agent, number, offer), chance);
        }
        if died {
            let moment = match self.dies.take() {
                Some(Moment::AfterApply) => "the process dies after apply",
                Some(Moment::InAppend) => "the process dies in an append",
                Some(Moment::AfterAppend) => "the process dies after an append",
                _ => "the process dies after a release",
            };
            self.die(moment, in_flight, chance);
        }
        Ok(())
    }

    fn die(&mut self, how: &'static str, in_flight: Option<super::process::Frame>, chance: &mut Chance) {
        self.fault(how);
        self.tally.crashes += 1;
        self.process = None;
        self.judge.keeps_in_flight(in_flight);
        let down = if chance.percent(10) { chance.from(60, 3600) } else { chance.from(0, 60) };
        self.up_at = self.now + Span::from_secs(if self.healed { 0 } else { down });
        if let Ok(durable) = self.disk.durable() {
            self.survives = durable;
        }
    }

    fn come_up(&mut self, chance: &mut Chance) -> Result<(), String> {
        if self.process.is_some() || self.now < self.up_at {
            return Ok(());
        }
        let wreck = self.disk.crash(chance).map_err(|error| error.to_string())?;
        self.tally.torn += u64::from(wreck.torn);
        self.tally.lost_frames += wreck.lost;
        self.tally.spoilt_snapshots += u64::from(wreck.snapshot_spoilt);
        let mut process = Process::open(&self.disk, self.snapshot_every)?;
        let before = self.judge.released();
        self.judge.recovered(process.domain(), &self.disk, self.survives)?;
        self.tally.recoveries += 1;
        self.note(|| format!("the process is back, {wreck:?}"));
        if self.judge.released() < before {
            let next = Seq(self.judge.released() + 1);
            self.readers.iter_mut().for_each(|reader| reader.cursor = reader.cursor.min(next));
            self.stale = self.judge.books.clone();
        }
        if chance.percent(10) {
            self.judge.replays_to(process.domain(), &self.disk)?;
        }
        if !self.healed && chance.percent(8) {
            self.die("the process dies right after its recovery", None, chance);
            return Ok(());
        }
        process.enter(Entry { at: self.clock(), request: 0, key: None, command: Command::Resume });
        self.process = Some(process);
        self.agents.iter_mut().for_each(|agent| agent.session = None);
        Ok(())
    }

    // ── the end ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Everything is mended; whoever waits is answered, readers come to the end, and the record is decided again.
    pub(super) fn finish(&mut self, chance: &mut Chance) -> Result<Tally, String> {
        self.healed = true;
        self.dies = None;
        heal_deadlines();
        self.up_at = self.up_at.min(self.now);
        for _ in 0..40 {
            self.wait(self.now + Span::from_secs(15), false, chance)?;
            self.ask_again(chance);
            self.readers_read(chance)?;
        }
        let end = Seq(self.judge.released() + 1);
        let process = self.process.as_ref().ok_or("the process did not come back")?;
        self.judge.agree(process.domain())?;
        self.judge.replays_to(process.domain(), &self.disk)?;
        let left: Vec<_> =
            self.requests.iter().filter(|(_, asked)| asked.key.is_some()).map(|(id, _)| id).collect();
        if !left.is_empty() {
            return Err(format!("requests {left:?} were never answered"));
        }
        for _ in 0..10_000 {
            self.readers_read(chance)?;
            if self.readers.iter().all(|reader| reader.cursor == end) {
                break;
            }
        }
        if let Some(reader) = self.readers.iter().find(|reader| reader.cursor != end) {
            return Err(format!("a reader stands at {}, the end is {end}", reader.cursor));
        }
        self.tally.simulated = self.now.since(OPENING);
        (self.tally.contacts, self.tally.ended) = self.judge.contacts();
        self.tally.replays = self.judge.replays;
        Ok(core::mem::take(&mut self.tally))
    }
}

fn short(answer: &Result<Receipt, EngineError>) -> String {
    match answer {
        Ok(receipt) => format!("{}{}", receipt.seq, if receipt.duplicate { " again" } else { "" }),
        Err(error) => error.code().to_owned(),
    }
}
