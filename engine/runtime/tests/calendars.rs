//! Calendars kept by a live engine: tables are made anew before they end, and zones are loaded as customers come.

mod common;

use std::sync::Arc;

use sunline_calendar::{CalendarBook, Keeper, Reach, RuleSet, Zones};
use sunline_core::hours::Standing;
use sunline_core::{Config, ContactDetails, ContactState, EventKind, Seq, Span, Timestamp};
use sunline_runtime::{Clock, Engine, KeepError, KeptCalendars};

const RULES: &str = r#"
    [calendars.office]
    zone = "Europe/Paris"
    weekly = [{ days = "mon-fri", open = "09:00", close = "17:00" }]
    [calendars.calls]
    zone = "UTC"
    weekly = [{ days = "daily", open = "09:00", close = "20:00" }]
"#;

const CENTRE: &str = r#"
    name = "centre"
    channels = [{ name = "voice" }]
    queues = [{ name = "bills", opening = { calendar = "office", at_closing = "defer", when_closed = "defer" } }]
    calendars = [{ name = "office" }]
"#;

/// Monday, 5 January 2026, 11:30 in Paris.
const MONDAY: Timestamp = Timestamp::from_secs(1_767_609_000);
const DAY: Span = Span::from_secs(86_400);

fn book() -> CalendarBook {
    let zones = Zones::bundled();
    let rules = RuleSet::from_toml(RULES, &zones).unwrap();
    CalendarBook::open(zones, rules, Reach::default(), MONDAY).unwrap()
}

async fn kept() -> (Engine, KeptCalendars) {
    let mut keeper = Keeper::new(book()).with_calling_hours("calls");
    let config = keeper.fill(Config::from_toml(CENTRE).unwrap(), &["Europe/Paris"]).unwrap();
    let clock = Clock::manual(MONDAY);
    let engine = Engine::in_memory(config).clock(clock).keep_history().start().await.unwrap();
    let calendars = KeptCalendars::keep(engine.clone(), keeper).await.unwrap();
    (engine, calendars)
}

#[tokio::test]
async fn three_years_pass_and_no_calendar_runs_out() {
    let (engine, calendars) = kept().await;
    for month in 1..=36 {
        let mut to = MONDAY;
        (0..30 * month).for_each(|_| to += DAY);
        engine.advance_to(to).await.unwrap();
        calendars.refresh().await.unwrap();
    }
    let last = engine.inspect(sunline_core::Domain::seq).await.unwrap();
    let told = common::all_so_far(&mut engine.events(Seq(1)), last).await;
    let turned = told.iter().filter_map(|event| match event.kind {
        EventKind::CalendarTurned { standing, .. } => Some(standing),
        _ => None,
    });
    let turned: Vec<Standing> = turned.collect();
    assert!(turned.len() > 1_500 && !turned.contains(&Standing::Unknown), "{} turns", turned.len());
    engine.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_holiday_put_in_while_a_contact_waits_holds_it_at_once() {
    let (engine, calendars) = kept().await;
    engine.submit(engine.contact("c1", "bills").unwrap()).await.unwrap();
    let holiday = r#"exceptions = [{ date = "2026-01-05", plan = "closed" }]"#;
    let rules = RULES.replace("[calendars.calls]", &format!("{holiday}\n[calendars.calls]"));
    calendars.set_rules(RuleSet::from_toml(&rules, &Zones::bundled()).unwrap()).await.unwrap();
    let state = |engine: &Engine| {
        let id = engine.contact("c1", "bills").unwrap().id;
        let engine = engine.clone();
        async move { engine.inspect(move |domain| domain.contact_view(&id).unwrap().state).await.unwrap() }
    };
    assert_eq!(state(&engine).await, ContactState::Deferred);
    engine.advance_to(MONDAY + DAY).await.unwrap();
    assert_eq!(state(&engine).await, ContactState::Waiting);
    engine.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_zone_is_loaded_before_its_first_customer_enters() {
    let (engine, calendars) = kept().await;
    let from = |id: &str, zone: &str| {
        let mut contact = engine.contact(id, "bills").unwrap();
        let details = ContactDetails { time_zone: Some(zone.into()), ..ContactDetails::default() };
        contact.details = Some(Arc::new(details));
        contact
    };
    calendars.submit(from("c1", "Asia/Kathmandu")).await.unwrap();
    calendars.submit(from("c2", "Asia/Kathmandu")).await.unwrap();
    let refused = calendars.submit(from("c3", "Europe/Atlantis")).await.unwrap_err();
    assert!(matches!(refused, KeepError::Calling(_)), "{refused}");
    let zones = engine
        .inspect(|domain| domain.calendars().map(|view| view.of.name().to_string()).collect::<Vec<_>>())
        .await
        .unwrap();
    assert_eq!(zones, ["office", "Europe/Paris", "Asia/Kathmandu"]);
    engine.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_engine_that_goes_on_from_its_journal_gets_the_tables_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let mut keeper = Keeper::new(book());
    let config = keeper.fill(Config::from_toml(CENTRE).unwrap(), &[]).unwrap();
    let engine = Engine::durable(config, path.clone()).clock(Clock::manual(MONDAY)).start().await.unwrap();
    engine.shutdown().await.unwrap();

    let mut later = MONDAY;
    (0..500).for_each(|_| later += DAY);
    let engine = Engine::reopen(path).clock(Clock::manual(later)).start().await.unwrap();
    let standing = |engine: &Engine| {
        let engine = engine.clone();
        async move { engine.inspect(|domain| domain.calendars().next().unwrap().standing).await.unwrap() }
    };
    assert_eq!(standing(&engine).await, Standing::Unknown, "its table ended while nobody was there");
    let calendars = KeptCalendars::keep(engine.clone(), Keeper::new(book())).await.unwrap();
    assert_ne!(standing(&engine).await, Standing::Unknown);
    drop(calendars);
    engine.shutdown().await.unwrap();
}
