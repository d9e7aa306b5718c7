//! Stories of things that break: a kernel that panics, a store that fails, actors that crash.

mod actors;
mod kernel;
mod store;
mod watchdog;

use std::time::Duration;

use sunline_core::{Config, ContactId, NewContact, QueueId, Span, Timestamp};

const NINE: Timestamp = Timestamp::from_secs(9 * 3600);
const SOON: Duration = Duration::from_secs(20);

fn at(seconds: i64) -> Timestamp {
    NINE + Span::from_secs(seconds)
}

fn shop() -> Config {
    Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }]
        agents = [{ name = "ann" }, { name = "bob" }]
        "#,
    )
    .unwrap()
}

fn bill(id: u64) -> NewContact {
    NewContact::new(ContactId::from(id), QueueId(0))
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.expect("it does not take for ever")
}
