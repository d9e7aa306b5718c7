//! What a recorder that the host installs is told, and that none is needed.

mod common;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use common::{at, at_nine, bill, shop};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use sunline_core::{ContactId, Presence};
use sunline_runtime::{Engine, EngineError};

/// Notes everything it is told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<BTreeMap<String, f64>>>);

struct Note(Notes, String);

impl Notes {
    fn add(&self, key: &str, value: f64) {
        *self.0.lock().unwrap().entry(key.to_owned()).or_default() += value;
    }

    fn get(&self, key: &str) -> f64 {
        let notes = self.0.lock().unwrap();
        *notes.get(key).unwrap_or_else(|| panic!("{key} is not among {:?}", notes.keys()))
    }

    fn note(&self, key: &Key) -> Arc<Note> {
        // The domain stands at every metric, and needs no repeating here.
        let mut labels: Vec<String> = Vec::new();
        for label in key.labels() {
            match label.key() {
                "domain" => assert_eq!(label.value(), "shop"),
                name => labels.push(format!("{name}={}", label.value())),
            }
        }
        assert_eq!(key.labels().count(), labels.len() + 1, "{key} says its domain");
        let name = if labels.is_empty() {
            key.name().to_owned()
        } else {
            format!("{}{{{}}}", key.name(), labels.join(","))
        };
        Arc::new(Note(self.clone(), name))
    }
}

impl CounterFn for Note {
    fn increment(&self, value: u64) {
        self.0.add(&self.1, value as f64);
    }

    fn absolute(&self, _: u64) {
        panic!("two engines may follow each other under one name");
    }
}

impl GaugeFn for Note {
    fn increment(&self, value: f64) {
        self.0.add(&self.1, value);
    }

    fn decrement(&self, value: f64) {
        self.0.add(&self.1, -value);
    }

    fn set(&self, value: f64) {
        self.0.0.lock().unwrap().insert(self.1.clone(), value);
    }
}

impl HistogramFn for Note {
    fn record(&self, value: f64) {
        self.0.add(&format!("{} count", self.1), 1.0);
        self.0.add(&format!("{} sum", self.1), value);
    }
}

impl Recorder for Notes {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, text: SharedString) {
        self.add(&format!("described {}", key.as_str()), if text.is_empty() { 0.0 } else { 1.0 });
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.describe_counter(key, unit, text);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.describe_counter(key, unit, text);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.note(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.note(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.note(key))
    }
}

#[tokio::test]
async fn a_recorder_is_told_what_happened_once_and_how_things_stand() {
    let notes = Notes::default();
    let _installed = metrics::set_default_local_recorder(&notes);
    let engine = Engine::in_memory(shop()).clock(at_nine()).arrivals_ring(2).start().await.unwrap();
    let begun = engine.views().seq;
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    for id in 0..3 {
        engine.submit(bill(id)).await.unwrap();
    }
    engine.withdraw(ContactId::from(99)).await.unwrap_err();
    engine.advance_to(at(5)).await.unwrap();
    ann.next_offer().await.unwrap();
    // Nobody drains the ring while this task does not yield.
    for id in 10..12 {
        engine.submit_nowait(bill(id)).unwrap();
    }
    assert!(matches!(engine.submit_nowait(bill(12)), Err(EngineError::Busy(_))));
    engine.state_hash().await.unwrap();
    engine.look().await.unwrap();
    let expected = [
        ("sunline_commands_total{result=applied}", 6.0),
        ("sunline_commands_total{result=refused}", 1.0),
        ("sunline_busy_total", 1.0),
        ("sunline_command_decision_seconds count", 7.0),
        ("sunline_delivery_seconds{to=session} count", 2.0),
        ("sunline_commit_seconds count", engine.stats().commits as f64),
        ("sunline_commits_total{result=recorded}", engine.stats().commits as f64),
        ("sunline_events_total", (engine.views().seq.0 - begun.0) as f64),
        ("sunline_contacts_waiting{queue=bills}", 5.0),
        ("sunline_contacts_waiting{queue=orders}", 0.0),
        ("sunline_longest_wait_seconds{queue=bills}", 5.0),
        ("sunline_agents{state=busy}", 1.0),
        ("sunline_agents{state=offline}", 1.0),
        ("sunline_offers", 1.0),
        ("sunline_sessions", 1.0),
        ("sunline_ring_depth{ring=arrivals}", 0.0),
        ("sunline_ring_capacity{ring=arrivals}", 2.0),
        ("sunline_findings_open{kind=deadline_missed}", 0.0),
        ("sunline_up", 1.0),
        ("described sunline_commands_total", 1.0),
        ("described sunline_command_decision_seconds", 1.0),
    ];
    for (key, value) in expected {
        assert_eq!(notes.get(key), value, "{key}");
    }
    let seconds = notes.get("sunline_command_decision_seconds sum");
    let read = engine.latencies().decision;
    let exact = read.mean().as_secs_f64() * 7.0;
    assert!(seconds >= exact * 0.98 && seconds <= exact * 1.02, "{seconds} s, and not {exact}");
    // Nothing is told twice.
    engine.look().await.unwrap();
    assert_eq!(notes.get("sunline_commands_total{result=applied}"), 6.0);
    engine.submit(bill(20)).await.unwrap();
    engine.shutdown().await.unwrap();
    assert_eq!(notes.get("sunline_commands_total{result=applied}"), 7.0);
    assert_eq!(notes.get("sunline_up"), 0.0);
}

#[tokio::test]
async fn every_metric_that_is_told_is_described() {
    let notes = Notes::default();
    let _installed = metrics::set_default_local_recorder(&notes);
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    engine.look().await.unwrap();
    let keys: Vec<String> = notes.0.lock().unwrap().keys().cloned().collect();
    let told = keys.iter().filter(|key| !key.starts_with("described "));
    let mut names: Vec<&str> = told.map(|key| key.split(['{', ' ']).next().unwrap()).collect();
    names.dedup();
    assert!(names.len() >= 15, "{names:?}");
    for name in names {
        assert_eq!(notes.get(&format!("described {name}")), 1.0, "{name}");
    }
}

/// Breaks over everything.
struct Broken;

impl Recorder for Broken {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        panic!("no more counters")
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("no more gauges")
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("no more histograms")
    }
}

#[tokio::test]
async fn a_recorder_that_breaks_breaks_nothing_else() {
    let _installed = metrics::set_default_local_recorder(&Broken);
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    for _ in 0..10 {
        assert_eq!(engine.look().await.unwrap(), []);
    }
    engine.submit(bill(1)).await.unwrap();
    assert_eq!(engine.stats().restarts, 0);
    engine.shutdown().await.unwrap();
}
