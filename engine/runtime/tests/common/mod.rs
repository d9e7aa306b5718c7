//! A small shop that the stories play in.

#![allow(dead_code, reason = "each story uses its part")]

use std::time::Duration;

use sunline_core::{Config, ContactId, Event, NewContact, QueueId, Span, Timestamp};
use sunline_runtime::{AgentNotice, AgentSession, Clock, EventStream};

/// Long enough for anything that will happen, short enough to fail in time.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Nine o'clock.
pub(crate) const NINE: Timestamp = Timestamp::from_secs(9 * 3600);

/// So many seconds after nine.
pub(crate) fn at(seconds: i64) -> Timestamp {
    NINE + Span::from_secs(seconds)
}

/// A clock that stands at nine.
pub(crate) fn at_nine() -> Clock {
    Clock::manual(NINE)
}

/// Two queues; ann and bob have 20 s to answer; wrap-up after bills takes 30 s.
pub(crate) fn shop() -> Config {
    Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }, { name = "chat" }]
        skills = [{ name = "billing" }]
        queues = [
            { name = "bills", requires = "billing >= 3", wrap_up = "30s" },
            { name = "orders", channel = "chat" },
        ]
        agents = [{ name = "ann", skills = { billing = 7 } }, { name = "bob", skills = { billing = 4 } }]
        "#,
    )
    .unwrap()
}

/// A contact for bills.
pub(crate) fn bill(id: u64) -> NewContact {
    NewContact::new(ContactId::from(id), QueueId(0))
}

/// The next notice of a session.
pub(crate) async fn notice(session: &mut AgentSession) -> AgentNotice {
    tokio::time::timeout(SOON, session.next()).await.expect("a notice comes").expect("the session goes on")
}

/// The next event of a stream.
pub(crate) async fn next(events: &mut EventStream) -> Event {
    tokio::time::timeout(SOON, events.next()).await.expect("an event comes").unwrap().expect("there is one")
}

/// The events from where the stream stands to what has happened so far.
pub(crate) async fn all_so_far(events: &mut EventStream, last: sunline_core::Seq) -> Vec<Event> {
    let mut read = Vec::new();
    while events.position() <= last {
        read.push(next(events).await);
    }
    read
}
