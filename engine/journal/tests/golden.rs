//! Journals of every format that was ever released load, and give what they gave.

use std::collections::BTreeSet;

use sunline_core::{ContactOutcome, EventKind, Seq};
use sunline_journal::{InputKind, Journal, JournalError, MemoryStore, recover, replay};

const V1: &[u8] = include_bytes!("../golden/v1.journal");

/// Frames, last event and last epoch.
const V1_END: (u64, Seq, u64) = (279, Seq(1043), 2);
const V1_EVENTS: &str = "28b48f0337b34a76f6f0359df1c3dc4adc1b8af22d3d38521199082feea1ab20";
const V1_LAST_FRAME: &str = "c452464c4f9c792cdd0ee97747cb9a080dd12297e3237d399942293fcb3acfd9";
const V1_AGENTS: [&str; 8] = ["ann", "ben", "cleo", "temp-4", "temp-3", "temp-1", "temp-0", "temp-2"];
/// Contacts that arrived, ended, and were served.
const V1_CONTACTS: (usize, usize, usize) = (289, 79, 32);

#[test]
fn a_journal_of_format_1_loads() {
    let mut store = MemoryStore::from_bytes(V1);
    let recovered = recover(&mut store).unwrap_or_else(|error| {
        panic!("{error}\na new field goes to the end with #[serde(default)], a new variant to the end of its enum")
    });
    assert_eq!(recovered.report.torn, None);
    let tail = recovered.tail;
    assert_eq!((tail.frames, tail.seq, tail.epoch), V1_END);
    assert_eq!(tail.events.to_string(), V1_EVENTS);
    assert_eq!(tail.frame.to_string(), V1_LAST_FRAME);
    let inside = recovered.domain.contacts().count();
    let agents: Vec<_> = recovered.domain.agents().map(|agent| agent.spec.name.to_string()).collect();
    assert_eq!(agents, V1_AGENTS);

    let journal = Journal::open(store).unwrap();
    let (mut arrived, mut ended, mut served, mut kinds) = (0, 0, 0, BTreeSet::new());
    for event in journal.events(Seq(1)).unwrap() {
        let kind = event.unwrap().kind;
        arrived += usize::from(matches!(kind, EventKind::ContactArrived { .. }));
        ended += usize::from(matches!(kind, EventKind::ContactEnded { .. }));
        served +=
            usize::from(matches!(kind, EventKind::ContactEnded { outcome: ContactOutcome::Served, .. }));
        let words = format!("{kind:?}");
        kinds.insert(words.split([' ', '{']).next().unwrap().to_owned());
    }
    assert_eq!(arrived, ended + inside, "who arrived has left or is inside");
    assert_eq!((arrived, ended, served), V1_CONTACTS);
    assert_eq!(kinds.len(), 20, "every kind of event of that time is in it: {kinds:?}");
    let mut commands = BTreeSet::new();
    for frame in journal.frames(0).unwrap() {
        commands.extend(frame.unwrap().inputs.into_iter().map(|input| match input.kind {
            InputKind::Command(command) => command.name(),
            _ => "advance to",
        }));
    }
    assert_eq!(commands.len(), 18, "every command of that time is in it, and time: {commands:?}");
}

#[test]
fn a_journal_of_this_logic_version_replays() {
    match replay(&MemoryStore::from_bytes(V1)) {
        Ok(replayed) => {
            let recovered = recover(&mut MemoryStore::from_bytes(V1)).unwrap();
            assert_eq!(replayed.state_hash, recovered.domain.state_hash());
        }
        Err(error @ JournalError::Diverged { .. }) => {
            panic!("{error}\ndecisions have changed: raise LOGIC_VERSION in sunline-journal, in header.rs")
        }
        Err(error) => panic!("{error}"),
    }
}
