//! The recorded bank day of `examples/data` as a scenario: its calls, its agents, their shifts.

use std::error::Error;
use std::path::Path;

use sunline_core::config::{ChannelConfig, MemoryConfig, QueueConfig, SkillConfig};
use sunline_core::hours::{HoursTable, Interval};
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Config, Proficiency};
use sunline_sim::trace::{CallLog, CallOutcome, CallRow, LocalDate, Offsets};
use sunline_sim::{PlannedContact, Scenario};

/// Talk that the log has lost counts as this long; longer than an hour counts as lost.
const USUAL_TALK_S: i64 = 180;

/// The day as a scenario. Who gave up is as patient as the log says, who was served waits for ever.
///
/// # Errors
/// When a file is missing or a line of it says something impossible.
pub fn day(data: &Path) -> Result<Scenario, Box<dyn Error>> {
    let offsets = Offsets::fixed(Span::from_secs(3 * 3600));
    let log = std::fs::read(data.join("bank-day.csv"))?;
    let rows = CallLog::new(log.as_slice())?.collect::<Result<Vec<CallRow>, _>>()?;
    let date = rows.first().ok_or("the log has no calls")?.date;
    let at = |s: i64| offsets.instant(date, s);
    let mut contacts: Vec<PlannedContact> =
        rows.iter().filter_map(|row| planned(row, at(row.queue_entry_s))).collect();
    contacts.sort_by_key(|contact| contact.at);
    let text = std::fs::read_to_string(data.join("bank-day-agents.csv"))?;
    let agents =
        text.lines().skip(1).map(|line| agent(line, date, &offsets)).collect::<Result<Vec<_>, _>>()?;
    let mut types: Vec<_> = contacts.iter().map(|contact| contact.queue.clone()).collect();
    types.sort();
    types.dedup();
    let config = Config {
        name: "bank".into(),
        memory: MemoryConfig::default(),
        channels: vec![ChannelConfig::new("voice")],
        skills: types.iter().map(|name| SkillConfig { name: name.clone() }).collect(),
        pools: Vec::new(),
        queues: types.iter().map(|t| QueueConfig { requires: t.clone(), ..QueueConfig::new(t) }).collect(),
        agents: agents.iter().map(|(spec, _)| spec.clone()).collect(),
        calendars: Vec::new(),
        calling_hours: Vec::new(),
        joint: None,
        combinations: Vec::new(),
        project_lock: None,
        forecast: None,
        partners: Vec::new(),
        surges: Vec::new(),
        private_attributes: std::collections::BTreeSet::new(),
    };
    let mut scenario = Scenario::new(config, at(0), at(24 * 3600));
    scenario.shifts = agents.into_iter().map(|(spec, shift)| (spec.name, shift)).collect();
    scenario.contacts = contacts;
    Ok(scenario)
}

fn planned(row: &CallRow, at: Timestamp) -> Option<PlannedContact> {
    let patience = match row.outcome {
        CallOutcome::Served => None,
        CallOutcome::Abandoned => Some(Span::from_secs(row.wait_s)),
        _ => return None,
    };
    let talk_s = row.service.as_ref().map_or(0, |talk| talk.length_s);
    let known = (1..=3600).contains(&talk_s);
    let handling = Span::from_secs(if known { talk_s } else { USUAL_TALK_S });
    Some(PlannedContact { at, queue: row.kind.clone(), handling, patience, points: 0 })
}

/// One line of the agents' file: name, calls by type (`PS=60;NE=19`), intervals of presence (`FROM-UNTIL;…`).
fn agent(line: &str, date: LocalDate, offsets: &Offsets) -> Result<(AgentSpec, HoursTable), Box<dyn Error>> {
    let columns: Vec<&str> = line.split(',').collect();
    let [name, _, types, _, _, presence, ..] = columns[..] else {
        return Err(format!("not a line of agents: {line}").into());
    };
    let kinds = types.split(';').filter_map(|entry| entry.split('=').next());
    let spec = kinds.fold(AgentSpec::new(name), |spec, kind| spec.with_skill(kind, Proficiency::BEST));
    let mut shift = Vec::new();
    for interval in presence.split(';') {
        let (from, until) = interval.split_once('-').ok_or("an interval is FROM-UNTIL")?;
        let at = |s: i64| offsets.instant(date, s);
        shift.push(Interval { from: at(from.parse()?), until: at(until.parse::<i64>()? + 1) });
    }
    Ok((spec, HoursTable::new(&shift, offsets.instant(date, 2 * 86_400), "")?))
}
