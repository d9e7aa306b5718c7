//! What is private stays with the host: no log, no reader and no sink is shown a payload or the value of a marked attribute.

mod common;

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use common::{SOON, at_nine};
use sunline_core::{
    AgentId, Command, Config, ContactDetails, ContactId, Event, EventKind, NewContact, PRIVATE, Payload,
    QueueId, Seq, Value,
};
use sunline_runtime::{Delivery, Engine, EventSink, EventStream};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

const SECRET: &str = "SECRET-4711";

/// Writes down all that is logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("sunline")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        write!(self.0.lock().unwrap(), "\n{} ", event.metadata().target()).unwrap();
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn config() -> Config {
    Config::from_toml(
        r#"
        name = "shop"
        private_attributes = ["iban"]
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }]
        agents = [{ name = "ann", attributes = { iban = "SECRET-4711" } }]
        "#,
    )
    .unwrap()
}

fn carrying(id: u64, attributes: usize) -> NewContact {
    let secret = Value::Text(SECRET.into());
    let mut details = ContactDetails {
        attributes: [("iban".into(), secret.clone()), ("tier".into(), Value::Integer(2))].into(),
        payload: Some(Payload::new(SECRET.as_bytes())),
        ..ContactDetails::default()
    };
    details.attributes.extend((0..attributes).map(|n| (format!("iban{n}").into(), secret.clone())));
    NewContact { details: Some(Arc::new(details)), ..NewContact::new(ContactId::from(id), QueueId(0)) }
}

/// The attributes of contact 1 as a reader sees them, and whether there was a payload.
fn seen(stream: &mut EventStream) -> (Value, Value, bool) {
    loop {
        let event = stream.wait_next(SOON).unwrap().unwrap();
        if let EventKind::ContactArrived { details: Some(details), .. } = event.kind {
            let [iban, tier] = ["iban", "tier"].map(|name| details.attributes[name].clone());
            return (iban, tier, details.payload.is_some());
        }
    }
}

#[derive(Clone, Default)]
struct Copy(Arc<Mutex<Vec<Event>>>);

impl EventSink for Copy {
    fn deliver<'a>(&'a mut self, events: &'a [Event]) -> Delivery<'a> {
        self.0.lock().unwrap().extend_from_slice(events);
        Box::pin(core::future::ready(Ok(())))
    }
}

#[test]
fn only_the_host_is_shown_what_is_private() {
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let engine = Engine::in_memory(config()).clock(at_nine()).keep_history().start_blocking().unwrap();
    let wallboard = engine.observer("wallboard");
    let (copy, whole) = (Copy::default(), Copy::default());
    let sink = wallboard.attach_sink("copy", Seq(1), {
        let copy = copy.clone();
        move || copy.clone()
    });
    let all = engine.attach_sink("all", Seq(1), {
        let whole = whole.clone();
        move || whole.clone()
    });
    engine.submit(carrying(1, 0)).unwrap();
    // Things that are logged: a refusal that nobody waits for, one for want of a right, one by hand.
    engine.submit_nowait(carrying(2, 64)).unwrap();
    wallboard.say(Command::Arrive(carrying(3, 0))).unwrap_err();
    engine.apply(Command::Assign(ContactId::from(1), AgentId(0))).unwrap_err();

    let (secret, masked) = (Value::Text(SECRET.into()), Value::Text(PRIVATE.into()));
    assert_eq!(seen(&mut engine.events(Seq(1))), (secret.clone(), Value::Integer(2), true));
    assert_eq!(seen(&mut engine.events(Seq(1)).masked()), (masked.clone(), Value::Integer(2), false));
    assert_eq!(seen(&mut wallboard.events(Seq(1))), (masked, Value::Integer(2), false));
    let last = engine.inspect(sunline_core::Domain::seq).unwrap();
    while sink.position() <= last || all.position() <= last {
        std::thread::yield_now();
    }
    let json = |copy: &Copy| serde_json::to_string(&*copy.0.lock().unwrap()).unwrap();
    assert!(json(&whole).contains(SECRET), "the host's own sink copies everything");
    let copied = json(&copy);
    assert!(copied.contains(PRIVATE) && !copied.contains(SECRET), "{copied}");

    // A mark that comes later counts for what was told before.
    let mut next = config();
    next.private_attributes.insert("tier".into());
    engine.apply(Command::Reconfigure(Arc::new(next))).unwrap();
    assert_eq!(seen(&mut wallboard.events(Seq(1))).1, Value::Text(PRIVATE.into()));

    engine.shutdown().unwrap();
    let log = log.0.lock().unwrap().clone();
    for line in ["refused; nobody waits", "refused for want of a right", "done by hand"] {
        assert!(log.contains(line), "{line} is in the log: {log}");
    }
    assert!(!log.contains(SECRET), "{log}");
}
