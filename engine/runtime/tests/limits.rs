//! The limits as published are the limits as documented, and an engine tells its own.

use std::collections::BTreeMap;

use serde_json::Value;
use sunline_core::{Config, limits as kernel};
use sunline_runtime::{Clock, Engine, Limits, limits};

const PAGE: &str = include_str!("../../../docs/reference/limits.md");

/// `kernel.tags` and the like, with their values.
fn flat(limits: &Limits) -> BTreeMap<String, String> {
    let Value::Object(parts) = serde_json::to_value(limits).unwrap() else { panic!("an object") };
    let fields = parts.into_iter().flat_map(|(part, fields)| {
        let Value::Object(fields) = fields else { panic!("{part} is no object") };
        fields.into_iter().map(move |(name, value)| (format!("{part}.{name}"), value.to_string()))
    });
    fields.collect()
}

#[test]
fn the_page_lists_every_limit_with_its_value() {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: Vec<(String, String)> = rows
        .map(|row| {
            let (name, rest) = row.split_once("` | ").expect("a name, then its value");
            let (value, what) = rest.split_once(" | ").expect("a value, then what it is");
            assert!(what.len() > 10, "{name} says what it is");
            (name.to_owned(), value.replace(',', ""))
        })
        .collect();
    let count = listed.len();
    let listed: BTreeMap<String, String> = listed.into_iter().collect();
    assert_eq!(listed.len(), count, "no limit is listed twice");
    assert_eq!(listed, flat(&limits()));
}

#[test]
fn what_is_published_is_what_is_enforced() {
    let published = limits().kernel;
    assert_eq!(published.id_bytes, kernel::MAX_ID_BYTES);
    assert_eq!(published.bulk, kernel::MAX_BULK);
    assert_eq!(published.least_rest, kernel::LEAST_REST);
    assert_eq!(published, kernel::KernelLimits::enforced());
    // A value that was sent on is read back as it was.
    let text = serde_json::to_string(&limits()).unwrap();
    assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), limits());
}

#[test]
fn an_engine_tells_what_it_was_built_with() {
    let config = Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }]
        "#,
    );
    let builder = Engine::in_memory(config.unwrap()).clock(Clock::manual(sunline_core::Timestamp::EPOCH));
    let builder = builder.arrivals_ring(7).control_ring(8).event_buffer(9).audit_length(10);
    let engine = builder.start_blocking().unwrap().limits().engine;
    assert_eq!(
        (engine.arrivals_ring, engine.control_ring, engine.event_buffer, engine.audit_length),
        (7, 8, 9, 10)
    );
    assert_eq!(engine.commit, limits().engine.commit);
}
