//! One life of the engine's process, in one thread: the product's host, ledger and log, with the work of its actors done
//! in the order in which they do it.
//!
//! ```text
//! ring ─▶ apply, each as of its stamp ─▶ record ─▶ release: log, notices, answers ─▶ timer
//!      1                              2         3                        4
//! ```
//!
//! At each numbered place the process may die.

use std::collections::BTreeMap;
use std::sync::Arc;

use sunline_core::{
    AgentId, Command, CommandKey, Domain, Event, EventKind, OfferId, Receipt, Seq, Stage, Timestamp,
};
use sunline_runtime::EngineError;
use sunline_runtime::parts::{Break, EventLog, Found, Host, Journaled, Ledger, Recovered};

use super::disk::{AppendFault, Disk, ModelStore};
use super::kernel::Fragile;

/// Recent events that are kept for readers: few, so that readers fall behind.
const RECENT: usize = 60;

/// Where the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    AfterApply,
    InAppend,
    AfterAppend,
    /// When so many answers are out.
    AfterRelease(usize),
}

/// Something that waits for the writer.
pub(super) struct Entry {
    pub(super) at: Timestamp,
    /// Who waits for the answer; 0: nobody.
    pub(super) request: u64,
    pub(super) key: Option<CommandKey>,
    pub(super) command: Command,
}

/// Where a step ended, as of which instant, and whether it was the first after a stop.
pub(super) type Steps = Vec<(Seq, Timestamp, bool)>;

/// Events of one group commit, and where its steps ended.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) events: Arc<Vec<Event>>,
    pub(super) steps: Steps,
}

pub(super) type Answered = (Entry, Result<Receipt, EngineError>);

/// What a round came to.
#[derive(Default)]
pub(super) struct Round {
    /// What may be in the record although nothing of it was released.
    pub(super) in_flight: Option<Frame>,
    pub(super) released: Option<Frame>,
    pub(super) answers: Vec<Answered>,
    pub(super) notices: Vec<(AgentId, u64, OfferId)>,
    pub(super) died: bool,
    pub(super) withdrawn: bool,
}

struct Session {
    number: u64,
    heard: Timestamp,
}

pub(super) struct Process {
    host: Host<Fragile>,
    ledger: Journaled<ModelStore>,
    log: EventLog,
    ring: Vec<Entry>,
    connecting: Vec<(AgentId, u64, Timestamp)>,
    sessions: BTreeMap<AgentId, Session>,
    steps: Steps,
    released: Seq,
    pub(super) rebuilt: u64,
}

impl Process {
    /// Recovers from what is on the disk.
    pub(super) fn open(disk: &Disk, snapshot_every: Option<u64>) -> Result<Self, String> {
        let mut ledger =
            Journaled::open(disk.open(), false, snapshot_every).map_err(|e| format!("recovery: {e}"))?;
        let recovered = ledger.recover().map_err(|error| format!("recovery: {error}"))?;
        let released = recovered.tail.seq;
        Ok(Self {
            host: Host::new(recovered),
            ledger,
            log: EventLog::after(released, RECENT),
            ring: Vec::new(),
            connecting: Vec::new(),
            sessions: BTreeMap::new(),
            steps: Vec::new(),
            released,
            rebuilt: 0,
        })
    }

    pub(super) fn domain(&self) -> &Domain {
        self.host.domain()
    }

    pub(super) fn enter(&mut self, entry: Entry) {
        self.ring.push(entry);
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.ring.is_empty() || !self.connecting.is_empty()
    }

    pub(super) fn sync(&mut self) -> bool {
        self.ledger.sync().is_ok()
    }

    // ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn connect(&mut self, agent: AgentId, number: u64, now: Timestamp) {
        self.connecting.push((agent, number, now));
    }

    /// A sign of life; one of an older session is none.
    pub(super) fn heard(&mut self, agent: AgentId, number: u64, now: Timestamp) {
        if let Some(session) = self.sessions.get_mut(&agent).filter(|session| session.number == number) {
            session.heard = now;
        }
    }

    /// A session is over; its agent is lost unless another has taken over.
    pub(super) fn over(&mut self, agent: AgentId, number: u64, at: Timestamp) -> bool {
        let is_current = self.sessions.get(&agent).is_some_and(|session| session.number == number);
        if is_current {
            self.sessions.remove(&agent);
            self.enter(Entry { at, request: 0, key: None, command: Command::AgentLost(agent) });
        }
        is_current
    }

    /// Sessions that have not been heard of since then.
    pub(super) fn silent_since(&self, then: Timestamp) -> Vec<(AgentId, u64)> {
        let silent = self.sessions.iter().filter(|(_, session)| session.heard < then);
        silent.map(|(agent, session)| (*agent, session.number)).collect()
    }

    // ── readers ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Events from a cursor on, a few; whether they come from the journal because the reader fell behind.
    pub(super) fn read(&self, next: Seq) -> Result<(Vec<Event>, bool), String> {
        match self.log.find(next) {
            Found::Frame(frame, index, _) => Ok((frame[index..].to_vec(), false)),
            Found::Nothing => Ok((Vec::new(), false)),
            Found::Gone { .. } => {
                let reader = self.ledger.reader().map_err(|error| error.to_string())?.ok_or("no journal")?;
                let events = reader.events(next).map_err(|error| error.to_string())?;
                let events =
                    events.take(64).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
                Ok((events.into_iter().filter(|event| event.seq <= self.released).collect(), true))
            }
        }
    }

    // ── the writer ───────────────────────────────────────────────────────────────────────────────────────────

    /// One round over at most so many entries, and the deadlines due `by` then.
    ///
    /// # Errors
    /// What must not happen: the record cannot be read, or a rebuilt kernel came to another state.
    pub(super) fn round(
        &mut self,
        by: Timestamp,
        most: usize,
        dies: Option<Moment>,
        disk: &Disk,
    ) -> Result<Round, String> {
        let rest = self.ring.split_off(most.min(self.ring.len()));
        let entries = core::mem::replace(&mut self.ring, rest);
        let mut answers = Vec::new();
        for entry in entries {
            let answer = self.apply(&entry)?;
            answers.push((entry, answer));
        }
        if self.domain().next_deadline().is_some_and(|due| due <= by) {
            self.advance(by)?;
        }
        let (inputs, events) = self.host.take_record();
        let frame = Frame { events: Arc::new(events), steps: core::mem::take(&mut self.steps) };
        if inputs.is_empty() && frame.events.is_empty() {
            return Ok(self.release(None, answers, dies));
        }
        if dies == Some(Moment::AfterApply) {
            return Ok(Round { died: true, ..Round::default() });
        }
        if dies == Some(Moment::InAppend) {
            disk.break_append(AppendFault::PowerGoes);
        }
        match self.ledger.append(&inputs, &frame.events) {
            Err(_) if disk.is_dead() => Ok(Round { died: true, in_flight: Some(frame), ..Round::default() }),
            Err(error) => self.withdraw(frame, answers, &error.reason),
            Ok(()) if dies == Some(Moment::AfterAppend) => {
                Ok(Round { died: true, in_flight: Some(frame), ..Round::default() })
            }
            Ok(()) => Ok(self.release(Some(frame), answers, dies)),
        }
    }

    fn apply(&mut self, entry: &Entry) -> Result<Result<Receipt, EngineError>, String> {
        loop {
            match self.host.say(entry.at, entry.key, &entry.command, None) {
                Ok(answer) => {
                    self.stepped(matches!(entry.command, Command::Resume));
                    return Ok(answer);
                }
                Err(broken) => {
                    self.rebuild()?;
                    if let Break::Command(message) = broken {
                        let command = entry.command.name();
                        return Ok(Err(EngineError::KernelPanicked { command, message }));
                    }
                }
            }
        }
    }

    fn advance(&mut self, by: Timestamp) -> Result<(), String> {
        while self.host.advance(by).is_err() {
            self.rebuild()?;
        }
        self.stepped(false);
        Ok(())
    }

    fn rebuild(&mut self) -> Result<(), String> {
        self.rebuilt += 1;
        let recovered = self.recover()?;
        self.host.rebuild(recovered).map_err(|why| format!("a rebuild: {why}"))
    }

    fn recover(&mut self) -> Result<Recovered, String> {
        self.ledger.recover().map_err(|error| format!("the state could not be had again: {error}"))
    }

    fn stepped(&mut self, resumed: bool) {
        self.steps.push((self.domain().seq(), self.domain().now(), resumed));
    }

    /// Nothing of it was recorded, so nothing of it happened; unless it was recorded after all.
    fn withdraw(&mut self, frame: Frame, answers: Vec<Answered>, reason: &str) -> Result<Round, String> {
        let recovered = self.recover()?;
        let mut round = Round { withdrawn: true, ..Round::default() };
        if recovered.tail.seq < self.released {
            return Err(format!("the store went back to {} while the process lived", recovered.tail.seq));
        }
        if recovered.tail.seq > self.released {
            self.released = recovered.tail.seq;
            self.log.push(frame.events.clone(), None);
            round.released = Some(frame);
            // Those that are connected have missed something: their sessions end.
            let at = recovered.tail.at;
            for agent in self.sessions.keys().copied().collect::<Vec<_>>() {
                self.enter(Entry { at, request: 0, key: None, command: Command::AgentLost(agent) });
            }
            self.sessions.clear();
        }
        self.host.restart(recovered);
        let unavailable = || EngineError::Unavailable { reason: reason.to_owned() };
        round.answers = answers.into_iter().map(|(entry, _)| (entry, Err(unavailable()))).collect();
        Ok(round)
    }

    fn release(&mut self, frame: Option<Frame>, answers: Vec<Answered>, dies: Option<Moment>) -> Round {
        let mut round = Round { answers, ..Round::default() };
        if let Some(frame) = frame {
            self.released = self.domain().seq();
            for event in frame.events.iter() {
                if let EventKind::OfferIssued { offer, agent, .. } = &event.kind
                    && let Some(session) = self.sessions.get(agent)
                {
                    round.notices.push((*agent, session.number, *offer));
                }
            }
            self.log.push(frame.events.clone(), None);
            round.released = Some(frame);
        }
        if let Some(Moment::AfterRelease(out)) = dies
            && round.released.is_some()
        {
            round.answers.truncate(out);
            round.died = true;
            return round;
        }
        for (agent, number, now) in core::mem::take(&mut self.connecting) {
            self.open_session(agent, number, now, &mut round);
        }
        round
    }

    fn open_session(&mut self, agent: AgentId, number: u64, now: Timestamp, round: &mut Round) {
        // A letter that comes twice or late does not bring an older session back.
        let is_newer = self.sessions.get(&agent).is_none_or(|session| session.number < number);
        let Some(view) = self.host.domain().agent_view(agent).filter(|_| is_newer) else { return };
        for work in view.work {
            if let Stage::Reserved { offer } = work.stage {
                round.notices.push((agent, number, offer));
            }
        }
        self.sessions.insert(agent, Session { number, heard: now });
    }
}
