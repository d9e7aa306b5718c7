//! What runs have seen, in numbers.

use core::fmt;
use std::collections::BTreeMap;

use sunline_core::Span;

/// What a run, or many, have seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Runs.
    pub runs: u64,
    /// Time that passed in the world.
    pub simulated: Span,
    /// Commands that were answered.
    pub commands: u64,
    /// Events that were let out.
    pub events: u64,
    /// Faults by their name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Answers by their code.
    pub answers: BTreeMap<&'static str, u64>,
    /// Repeated requests.
    pub repeats: BTreeMap<&'static str, u64>,
    /// Deaths of the process.
    pub crashes: u64,
    /// Recoveries that were checked.
    pub recoveries: u64,
    /// Journals that were decided again.
    pub replays: u64,
    /// Torn last frames.
    pub torn: u64,
    /// Frames that a relaxed journal lost.
    pub lost_frames: u64,
    /// Snapshots spoilt by a crash.
    pub spoilt_snapshots: u64,
    /// Commits that were withdrawn.
    pub withdrawn: u64,
    /// Kernels rebuilt after they broke.
    pub rebuilds: u64,
    /// Sessions lost for want of a heartbeat.
    pub lost_sessions: u64,
    /// Readers that fell behind and went on from the journal.
    pub lags: u64,
    /// Contacts that arrived.
    pub contacts: usize,
    /// Contacts that ended.
    pub ended: usize,
}

impl Tally {
    /// Faults in all.
    pub fn injected(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Days that passed in the world.
    pub fn days(&self) -> f64 {
        self.simulated.as_nanos() as f64 / 86_400e9
    }

    /// Adds what another run has seen.
    pub fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.simulated += other.simulated;
        let maps = [
            (&mut self.faults, &other.faults),
            (&mut self.answers, &other.answers),
            (&mut self.repeats, &other.repeats),
        ];
        for (mine, theirs) in maps {
            for (name, count) in theirs {
                *mine.entry(name).or_default() += count;
            }
        }
        self.commands += other.commands;
        self.events += other.events;
        self.crashes += other.crashes;
        self.recoveries += other.recoveries;
        self.replays += other.replays;
        self.torn += other.torn;
        self.lost_frames += other.lost_frames;
        self.spoilt_snapshots += other.spoilt_snapshots;
        self.withdrawn += other.withdrawn;
        self.rebuilds += other.rebuilds;
        self.lost_sessions += other.lost_sessions;
        self.lags += other.lags;
        self.contacts += other.contacts;
        self.ended += other.ended;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} runs, {:.1} simulated days, {} faults, {} commands, {} events",
            self.runs,
            self.days(),
            self.injected(),
            self.commands,
            self.events
        )?;
        writeln!(
            f,
            "  {} crashes, {} recoveries, {} torn frames cut, {} snapshots spoilt, {} frames lost within the relaxed window",
            self.crashes, self.recoveries, self.torn, self.spoilt_snapshots, self.lost_frames
        )?;
        writeln!(
            f,
            "  {} commits withdrawn, {} kernels rebuilt, {} sessions lost, {} readers behind, {} replays equal",
            self.withdrawn, self.rebuilds, self.lost_sessions, self.lags, self.replays
        )?;
        for (name, count) in self.faults.iter().chain(&self.answers).chain(&self.repeats) {
            writeln!(f, "  {count:>9}  {name}")?;
        }
        write!(
            f,
            "  {} contacts arrived, {} ended; 0 lost, 0 with two agents, 0 acknowledged commands lost",
            self.contacts, self.ended
        )
    }
}
