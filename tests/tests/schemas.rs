//! Every command and event of the scenarios and of the golden journal fits its published schema, as serde writes it in JSON;
//! what is wrong does not.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};
use sunline_core::{Command, CommandError, CommandKey, Event, EventKind, Receipt, Seq, StateHash, Timestamp};
use sunline_journal::{InputKind, Journal, MemoryStore};
use sunline_tests::schema::{check, variants};
use sunline_tests::targets::{Bare, Mount, Target};
use sunline_tests::{language, play};

static EVENTS: LazyLock<Value> = LazyLock::new(Event::json_schema_document);
static COMMANDS: LazyLock<Value> = LazyLock::new(Command::json_schema_document);
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Looks at all that goes in and comes out.
struct Looking(Bare);

impl Target for Looking {
    fn name(&self) -> &'static str {
        "kernel, looked at"
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        look_at_command(&command);
        self.0.handle(at, key, command)
    }

    fn advance(&mut self, at: Timestamp) {
        self.0.advance(at);
    }

    fn drain(&mut self) -> Vec<Event> {
        let events = self.0.drain();
        events.iter().for_each(look_at_event);
        events
    }

    fn state_hash(&mut self) -> StateHash {
        self.0.state_hash()
    }
}

const LOOKING: Mount = |at, config| Ok(Box::new(Looking(Bare::indexed(at, config)?)));

fn look_at_command(command: &Command) {
    let value = serde_json::to_value(command).unwrap();
    check(&COMMANDS, &value).unwrap_or_else(|why| panic!("{why}\n{value}"));
    SEEN.lock().unwrap().insert(name_of(&value));
}

fn look_at_event(event: &Event) {
    let value = serde_json::to_value(event).unwrap();
    check(&EVENTS, &value).unwrap_or_else(|why| panic!("{why}\n{value}"));
    SEEN.lock().unwrap().insert(name_of(&value["kind"]));
}

/// The variant that a value of an enum is.
fn name_of(value: &Value) -> String {
    let plain = value.as_str().map(str::to_owned);
    plain.or_else(|| value.as_object()?.keys().next().cloned()).expect("an enum in JSON")
}

#[test]
fn all_that_the_scenarios_say_and_hear_fits() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "scenario") {
            let text = std::fs::read_to_string(&file).unwrap();
            for scenario in language::read(&text).unwrap_or_else(|error| panic!("{error}")) {
                play(&scenario, LOOKING).unwrap_or_else(|failure| panic!("{failure}"));
            }
        }
    }
    look_at_the_golden_journal();
    let seen = SEEN.lock().unwrap().clone();
    let kinds = variants(&EVENTS["$defs"]["EventKind"]);
    let unseen: Vec<_> =
        kinds.iter().chain(&variants(&COMMANDS)).filter(|name| !seen.contains(*name)).cloned().collect();
    assert_eq!(unseen, Vec::<String>::new(), "no scenario has one of these");
    assert!(kinds.len() > 60, "{}", kinds.len());
}

fn look_at_the_golden_journal() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/journal/golden/v1.journal");
    let store = MemoryStore::from_bytes(&std::fs::read(path).unwrap());
    let journal = Journal::open(store).unwrap();
    journal.events(Seq(1)).unwrap().for_each(|event| look_at_event(&event.unwrap()));
    for frame in journal.frames(0).unwrap() {
        for input in frame.unwrap().inputs {
            if let InputKind::Command(command) = input.kind {
                look_at_command(&command);
            }
        }
    }
}

/// An event as it comes, and what is told of it once something is changed.
fn event_with(change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let kind = EventKind::WrapUpExtended {
        agent: sunline_core::AgentId(3),
        contact: 7.into(),
        until: Timestamp::from_secs(9),
    };
    let mut value = serde_json::to_value(Event { seq: Seq(4), at: Timestamp::EPOCH, kind }).unwrap();
    change(&mut value);
    check(&EVENTS, &value)
}

#[test]
fn wrong_events_are_refused() {
    assert_eq!(event_with(|_| {}), Ok(()));
    assert!(event_with(|event| event["seq"] = json!("four")).is_err());
    assert!(event_with(|event| event["seq"] = json!(-1)).is_err());
    assert!(event_with(|event| drop(event.as_object_mut().unwrap().remove("at"))).is_err());
    assert!(event_with(|event| event["kind"] = json!({ "WrapUpForgotten": {} })).is_err());
    assert!(event_with(|event| event["kind"]["WrapUpExtended"]["agent"] = json!("ann")).is_err());
    assert!(event_with(|event| event["kind"]["WrapUpExtended"]["contact"] = json!("x".repeat(39))).is_err());
    assert!(event_with(|event| event["kind"]["WrapUpExtended"]["until"] = json!(null)).is_err());
}

/// What schema and reader say of a command: both the same.
fn command(value: &Value) -> bool {
    let read = serde_json::from_value::<Command>(value.clone());
    let fits = check(&COMMANDS, value);
    assert_eq!(read.is_ok(), fits.is_ok(), "{value}: {read:?}, {fits:?}");
    fits.is_ok()
}

#[test]
fn wrong_commands_are_refused_by_the_schema_as_by_the_reader() {
    assert!(command(&json!("Resume")));
    assert!(command(&json!({ "Complete": "c1" })));
    assert!(command(&json!({ "SetPresence": [3, { "break": "lunch" }] })));
    let arrive = |details: Value| json!({ "Arrive": { "id": "c1", "queue": 0, "channel": null, "origin": null, "points": 0, "details": details } });
    assert!(command(&arrive(json!(null))));
    assert!(command(&arrive(json!({ "customer": "4711", "attributes": { "tier": "gold", "age": 40 } }))));
    assert!(!command(&arrive(json!({ "custumer": "4711" }))));
    assert!(!command(&arrive(json!({ "attributes": { "tier": 1.5 } }))));
    assert!(!command(&json!({ "Complete": 7 })));
    assert!(!command(&json!({ "Complete": "" })));
    assert!(!command(&json!("Begin")));
    assert!(!command(&json!({ "SetPresence": [3] })));
    assert!(!command(&json!({ "SetPresence": [3, "asleep"] })));
}
