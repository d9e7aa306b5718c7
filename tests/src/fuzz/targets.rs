//! What is read, and what must hold of whatever was taken.

use std::cell::RefCell;
use std::collections::BTreeMap;

use sunline_calendar::import::holidays::from_csv;
use sunline_calendar::import::ical::IcalFile;
use sunline_calendar::import::osm::OsmHours;
use sunline_calendar::{RuleSet, Zones};
use sunline_core::skill::{Expression, Names};
use sunline_core::{ChannelId, Command, CommandError, Config, Domain, PoolId, SkillId, Span};
use sunline_journal::{Frame, MemoryStore, Source, Tail, recover, replay};

use crate::random::{Centre, Kind, OPENING};

/// One thing that reads.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called, and the folder of its corpus.
    pub name: &'static str,
    /// Reads an input: whether it was taken, or what must not happen.
    pub read: fn(&[u8]) -> Result<bool, String>,
}

/// Everything that reads what comes from outside.
pub const TARGETS: [Target; 5] = [
    Target { name: "frames", read: frames },
    Target { name: "config", read: config },
    Target { name: "calendar", read: calendar },
    Target { name: "expressions", read: expressions },
    Target { name: "commands", read: commands },
];

/// A journal as one run of bytes. Its frames' checksums are made sound, so that what lies behind them is reached too.
fn frames(input: &[u8]) -> Result<bool, String> {
    let sound = with_sound_checksums(input);
    let mut taken = false;
    for bytes in [input, &sound] {
        let first = Frame::decode(bytes, &Tail::EMPTY);
        if let Ok(frame) = &first {
            let again = Frame::decode(bytes, &Tail::EMPTY);
            ensure(again.as_ref() == Ok(frame), || "read again, the frame is another".to_owned())?;
        }
        let mut store = MemoryStore::from_bytes(bytes);
        ensure(store.to_bytes() == bytes, || "the store lost bytes".to_owned())?;
        let Ok(recovered) = recover(&mut store) else { continue };
        taken = true;
        let tail = store.tail().map_err(|error| format!("after recovery: {error}"))?;
        ensure(tail == recovered.tail, || "recovery ends elsewhere than the store".to_owned())?;
        // Whatever was decided there, deciding again is an answer and no panic.
        drop(replay(&store));
    }
    Ok(taken)
}

/// The checksum of a frame stands at byte 8, its length at byte 12; the checksum is of all other bytes.
fn with_sound_checksums(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    let mut at = 0;
    while let Some(length) = bytes.get(at + 12..at + 16) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
        if length < 16 || at + length > bytes.len() {
            break;
        }
        let frame = &bytes[at..at + length];
        let sum = crc32c::crc32c_append(crc32c::crc32c(&frame[..8]), &frame[12..]);
        bytes[at + 8..at + 12].copy_from_slice(&sum.to_le_bytes());
        at += length;
    }
    bytes
}

/// A configuration document, as TOML and as JSON.
fn config(input: &[u8]) -> Result<bool, String> {
    let text = String::from_utf8_lossy(input);
    let mut taken = false;
    for read in [Config::from_toml(&text), Config::from_json(&text)] {
        let Ok(config) = read else { continue };
        taken = true;
        let json =
            serde_json::to_string(&config).map_err(|error| format!("it cannot be written: {error}"))?;
        let again = Config::from_json(&json).map_err(|error| format!("written and read again: {error}"))?;
        ensure(again == config, || "written and read again, it is another".to_owned())?;
        if let Ok(mut domain) = Domain::new(OPENING, config) {
            domain.handle_deadlines(OPENING + Span::from_secs(60));
            sound(&domain)?;
        }
    }
    Ok(taken)
}

thread_local! {
    static ZONES: Zones = Zones::bundled();
}

/// A calendar in every format there is.
fn calendar(input: &[u8]) -> Result<bool, String> {
    let text = String::from_utf8_lossy(input);
    ZONES.with(|zones| {
        let mut taken = false;
        if let Ok(file) = IcalFile::read(&text) {
            taken = true;
            drop(file.check_zones(zones));
            let days = file.holidays(2020..=2030);
            ensure(days == file.holidays(2020..=2030), || "the same file has other holidays".to_owned())?;
        }
        if let Ok(list) = from_csv(&text) {
            taken = true;
            ensure(from_csv(&text).as_ref() == Ok(&list), || "the same list is another".to_owned())?;
        }
        taken |= OsmHours::read(&text).is_ok();
        taken |= RuleSet::from_toml(&text, zones).is_ok();
        taken |= RuleSet::from_json(&text, zones).is_ok();
        Ok(taken)
    })
}

/// Every name is known, by its first byte.
struct AnyName;

impl Names for AnyName {
    fn skill(&self, name: &str) -> Option<SkillId> {
        (!name.starts_with('x')).then(|| SkillId(u16::from(name.as_bytes().first().copied().unwrap_or(0))))
    }

    fn pool(&self, name: &str) -> Option<PoolId> {
        (!name.starts_with('x')).then_some(PoolId(0))
    }

    fn channel(&self, name: &str) -> Option<ChannelId> {
        (!name.starts_with('x')).then_some(ChannelId(0))
    }
}

/// A requirement.
fn expressions(input: &[u8]) -> Result<bool, String> {
    let text = String::from_utf8_lossy(input);
    let Ok(expression) = Expression::parse(&text, &AnyName) else { return Ok(false) };
    ensure(Expression::parse(&text, &AnyName).as_ref() == Ok(&expression), || {
        "read again, it is another".to_owned()
    })?;
    let there = expression.on_channel(ChannelId(0));
    ensure(!there.asks_channel(), || format!("{there:?} still asks for the channel"))?;
    let written = postcard::to_allocvec(&expression).map_err(|error| error.to_string())?;
    let again: Expression = postcard::from_bytes(&written).map_err(|error| error.to_string())?;
    ensure(again == expression, || "written and read again, it is another".to_owned())?;
    Ok(true)
}

thread_local! {
    /// Centres to which commands are said, by their seed.
    static CENTRES: RefCell<BTreeMap<u8, Domain>> = const { RefCell::new(BTreeMap::new()) };
}

/// The first byte chooses a centre; then follow commands, each with the seconds that pass before it.
fn commands(input: &[u8]) -> Result<bool, String> {
    let Some((seed, mut rest)) = input.split_first() else { return Ok(false) };
    let mut domain = centre(*seed)?;
    let mut now = OPENING;
    let mut applied = 0;
    while let Some((wait, bytes)) = rest.split_first() {
        let Ok((command, left)) = postcard::take_from_bytes::<Command>(bytes) else { break };
        let written = postcard::to_allocvec(&command).map_err(|error| error.to_string())?;
        let again = postcard::from_bytes::<Command>(&written).map_err(|error| error.to_string())?;
        ensure(again == command, || format!("written and read again, {command:?} is another"))?;
        rest = left;
        now += Span::from_secs(i64::from(*wait));
        match domain.handle(now, command) {
            Ok(_) => applied += 1,
            Err(CommandError::Poisoned { .. }) => return Err("the commands never came to rest".to_owned()),
            Err(_) => {}
        }
        while domain.poll_event().is_some() {}
    }
    sound(&domain)?;
    Ok(applied > 0)
}

fn centre(seed: u8) -> Result<Domain, String> {
    CENTRES.with_borrow_mut(|centres| {
        if let Some(domain) = centres.get(&seed) {
            return Ok(domain.clone());
        }
        let config = Centre::draw(u64::from(seed), Kind::Small).config;
        let mut domain = Domain::new(OPENING, config).map_err(|error| error.to_string())?;
        while domain.poll_event().is_some() {}
        centres.insert(seed, domain.clone());
        Ok(domain)
    })
}

fn sound(domain: &Domain) -> Result<(), String> {
    let broken = domain.broken_invariants();
    ensure(broken.is_empty(), || format!("broken: {}", broken.join("; ")))
}

fn ensure(good: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(what()) }
}
