//! The recorded day as a scenario: its calls, its agents, and a configuration of the engine that serves them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use sunline::config::{AnswerMode, ChannelConfig, MemoryConfig, OfferConfig, QueueConfig, SkillConfig};
use sunline::hours::{HoursTable, Interval};
use sunline::sim::random::{Chance, Purpose};
use sunline::sim::trace::{CallLog, CallOutcome, CallRow, Offsets};
use sunline::sim::{PlannedContact, Scenario};
use sunline::time::{Span, Timestamp};
use sunline::{AgentSpec, Config, Proficiency};

type Failure = Box<dyn std::error::Error>;

/// Local time on that day was three hours ahead of UTC (Asia/Jerusalem, summer time).
const AHEAD: Span = Span::from_secs(3 * 3600);
/// What the log's own data give for exponential patience, when those who were served count as censored.
const MEAN_PATIENCE: f64 = 404.0;
/// A caller with priority joins with this many seconds of credit; points read as seconds.
const PRIORITY_POINTS: i64 = 90;

/// What the log itself recorded of one queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) offered: u64,
    pub(crate) served: u64,
    pub(crate) abandoned: u64,
    pub(crate) in_time: u64,
    pub(crate) wait_of_served_s: i64,
    pub(crate) talk_s: i64,
    pub(crate) talks: u64,
}

/// The day: what to play, and what really happened.
pub(crate) struct Day {
    pub(crate) scenario: Scenario,
    /// By queue, in the order of the configuration.
    pub(crate) recorded: BTreeMap<String, Recorded>,
    /// Instant and wait of every recorded call that queued.
    pub(crate) waits: Vec<(Timestamp, Span)>,
    /// (instant, change in calls waiting, change in agents talking), in order.
    pub(crate) course: Vec<(Timestamp, i64, i64)>,
}

/// Reads the day's calls and agents.
pub(crate) fn read(calls: &Path, agents: &Path) -> Result<Day, Failure> {
    let offsets = Offsets::fixed(AHEAD);
    let rows: Vec<CallRow> = CallLog::new(BufReader::new(File::open(calls)?))?.collect::<Result<_, _>>()?;
    let offered: Vec<&CallRow> = rows
        .iter()
        .filter(|row| matches!(row.outcome, CallOutcome::Served | CallOutcome::Abandoned))
        .collect();
    let date = offered.first().ok_or("the log has no calls")?.date;
    let mut agents = read_agents(agents, |s| offsets.instant(date, s))?;
    let types: Vec<String> = {
        let mut names: Vec<String> = offered.iter().map(|row| row.kind.to_string()).collect();
        names.sort();
        names.dedup();
        names
    };
    let config = configuration(&types, agents.iter().map(|(spec, _)| spec.clone()).collect());
    let at = |s: i64| offsets.instant(date, s);
    let mut day = Day {
        scenario: Scenario::new(config, at(6 * 3600 + 1800), at(24 * 3600)),
        recorded: types.iter().map(|name| (name.clone(), Recorded::default())).collect(),
        waits: Vec::new(),
        course: Vec::new(),
    };
    day.scenario.shifts = agents.drain(..).map(|(spec, shift)| (spec.name, shift)).collect();
    let luck = Chance::new(1999, 0).family(Purpose::Patience, 0);
    let usual = mean_talk(&offered);
    let mut contacts: Vec<PlannedContact> = Vec::new();
    for (number, row) in offered.iter().enumerate() {
        day.note(row, &offsets);
        let waited = Span::from_secs(row.wait_s);
        let more = Span::from_secs_f64(luck.stream(number as u64).exponential() * MEAN_PATIENCE);
        contacts.push(PlannedContact {
            at: at(row.queue_entry_s),
            queue: row.kind.clone(),
            handling: known_length(row).unwrap_or(usual),
            // Who gave up showed how patient he was; who was served was at least that patient.
            patience: Some(match row.outcome {
                CallOutcome::Abandoned => waited,
                _ => waited + more.unwrap_or_default(),
            }),
            points: if row.priority == Some(2) { PRIORITY_POINTS } else { 0 },
        });
    }
    contacts.sort_by_key(|contact| contact.at);
    day.scenario.start =
        contacts.first().map_or(day.scenario.start, |first| first.at).min(day.scenario.start);
    day.scenario.contacts = contacts;
    day.course.sort();
    Ok(day)
}

impl Day {
    fn note(&mut self, row: &CallRow, offsets: &Offsets) {
        let recorded = self.recorded.entry(row.kind.to_string()).or_default();
        let joined = offsets.instant(row.date, row.queue_entry_s);
        let left = joined + Span::from_secs(row.wait_s);
        recorded.offered += 1;
        if row.queued {
            self.waits.push((joined, Span::from_secs(row.wait_s)));
            self.course.push((joined, 1, 0));
            self.course.push((left, -1, 0));
        }
        if row.outcome == CallOutcome::Abandoned {
            recorded.abandoned += 1;
            return;
        }
        recorded.served += 1;
        recorded.in_time += u64::from(row.wait_s <= 20);
        recorded.wait_of_served_s += row.wait_s;
        if let Some(length) = known_length(row) {
            recorded.talk_s += length.whole_secs();
            recorded.talks += 1;
            self.course.push((left, 0, 1));
            self.course.push((left + length, 0, -1));
        }
    }
}

/// Length of the conversation, where the recording has it: some have lost it, and a few last for hours.
fn known_length(row: &CallRow) -> Option<Span> {
    let talk = row.service.as_ref()?;
    let lost = talk.length_s == 0 && talk.start_s == 86_400;
    (!lost && talk.length_s <= 3600).then(|| Span::from_secs(talk.length_s.max(1)))
}

fn mean_talk(rows: &[&CallRow]) -> Span {
    let lengths: Vec<i64> = rows.iter().filter_map(|row| known_length(row)).map(Span::whole_secs).collect();
    Span::from_secs(lengths.iter().sum::<i64>() / lengths.len().max(1) as i64)
}

/// One skill and one queue a type of call; whoever served a type holds its skill, better the more often.
fn configuration(types: &[String], agents: Vec<AgentSpec>) -> Config {
    let queue = |name: &String| QueueConfig {
        requires: name.as_str().into(),
        offer: OfferConfig { answer: AnswerMode::Agent, ..OfferConfig::default() },
        ..QueueConfig::new(name)
    };
    Config {
        name: "bank".into(),
        memory: MemoryConfig::default(),
        channels: vec![ChannelConfig::new("voice")],
        skills: types.iter().map(|name| SkillConfig { name: name.as_str().into() }).collect(),
        pools: Vec::new(),
        queues: types.iter().map(queue).collect(),
        agents,
        calendars: Vec::new(),
        calling_hours: Vec::new(),
        joint: None,
        combinations: Vec::new(),
        project_lock: None,
        forecast: None,
        partners: Vec::new(),
        surges: Vec::new(),
        private_attributes: std::collections::BTreeSet::new(),
    }
}

/// Agents with their skills and shifts, as inferred from their calls.
fn read_agents(path: &Path, at: impl Fn(i64) -> Timestamp) -> Result<Vec<(AgentSpec, HoursTable)>, Failure> {
    let mut agents = Vec::new();
    for line in BufReader::new(File::open(path)?).lines().skip(1) {
        let line = line?;
        let columns: Vec<&str> = line.split(',').collect();
        let [name, _, types, _, _, presence, ..] = columns[..] else {
            return Err(format!("{}: not a line of agents: {line}", path.display()).into());
        };
        let mut spec = AgentSpec::new(name);
        let calls = |entry: &str| entry.split_once('=').and_then(|(_, n)| n.parse::<u32>().ok()).unwrap_or(0);
        let all: u32 = types.split(';').map(calls).sum();
        for entry in types.split(';') {
            let kind = entry.split('=').next().unwrap_or(entry);
            let level = (1 + 9 * calls(entry) / all.max(1)).min(10) as u8;
            spec = spec.with_skill(kind, Proficiency::new(level)?);
        }
        let mut shift = Vec::new();
        for interval in presence.split(';') {
            let (from, until) = interval.split_once('-').ok_or("an interval is FROM-UNTIL")?;
            shift.push(Interval { from: at(from.parse()?), until: at(until.parse::<i64>()? + 1) });
        }
        agents.push((spec, HoursTable::new(&shift, at(2 * 86_400), "")?));
    }
    Ok(agents)
}

impl Recorded {
    /// Adds another queue's figures.
    pub(crate) fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.served += other.served;
        self.abandoned += other.abandoned;
        self.in_time += other.in_time;
        self.wait_of_served_s += other.wait_of_served_s;
        self.talk_s += other.talk_s;
        self.talks += other.talks;
    }
}
