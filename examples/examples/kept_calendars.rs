//! A queue that keeps hours by local rules: a calendar book, an engine that knows UTC only, and a keeper between them.
//!
//! ```text
//! cargo run -p sunline-examples --example kept_calendars
//! ```

use std::io::{self, Write};

use sunline::calendar::{CalendarBook, Edge, Keeper, Reach, RuleSet, Zones};
use sunline::{Clock, Config, ContactDetails, Engine, KeptCalendars, Span};

const RULES: &str = r#"
    [calendars.office]
    zone = "Asia/Kathmandu"
    holidays = ["np"]
    weekly = [{ days = "sun-fri", open = "10:00", close = "17:00" }]

    [calendars.calls]
    zone = "UTC"
    weekly = [{ days = "daily", open = "09:00", close = "20:00" }]

    [holidays.np]
    "09-20" = "Constitution Day"
"#;

const CENTRE: &str = r#"
    name = "centre"
    channels = [{ name = "voice" }]
    queues = [{ name = "bills", opening = { calendar = "office", at_closing = "defer", when_closed = "defer" } }]
    calendars = [{ name = "office" }]
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zones = Zones::bundled();
    let kathmandu = zones.zone("Asia/Kathmandu")?;
    let monday = kathmandu.instant("2026-01-05T16:00".parse()?, Edge::Opening);
    let rules = RuleSet::from_toml(RULES, &zones)?;
    let book = CalendarBook::open(zones, rules, Reach::default(), monday)?;
    let mut keeper = Keeper::new(book).with_calling_hours("calls");
    let config = keeper.fill(Config::from_toml(CENTRE)?, &["Asia/Kathmandu"])?;

    let engine = Engine::in_memory(config).clock(Clock::manual(monday)).start().await?;
    let calendars = KeptCalendars::keep(engine.clone(), keeper).await?;

    // A customer from a zone that nobody has loaded yet: the keeper loads its calling hours first.
    let mut contact = engine.contact("c1", "bills")?;
    let details = ContactDetails { time_zone: Some("Europe/Paris".into()), ..ContactDetails::default() };
    contact.details = Some(details.into());
    calendars.submit(contact).await?;

    let mut out = io::stdout().lock();
    for hours in [1, 18] {
        engine.advance_to(monday + Span::from_secs(hours * 3600)).await?;
        let now = engine.now();
        let (state, open) = engine
            .inspect(|domain| {
                let state = domain.contacts().next().map(|contact| contact.state);
                (state, domain.queues().all(|queue| queue.open))
            })
            .await?;
        let state = state.map_or("gone".to_owned(), |state| state.to_string());
        let queue = if open { "open" } else { "closed" };
        writeln!(out, "{}: the queue is {queue}, the contact is {state}", kathmandu.local(now))?;
    }
    drop(calendars);
    engine.shutdown().await?;
    Ok(())
}
