//! Metrics, through the `metrics` facade: whichever recorder the host installs gets them; without one they cost nothing.
//!
//! The watchdog publishes them at each look, from what is counted and published anyway, so no command pays for them. Every
//! metric has the label `domain`, the name of the configuration, so that several engines in one process stay apart.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use metrics::{
    SharedString, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::counts::Counts;
use super::finding::FindingKind;
use crate::host::panic_message;
use crate::shared::Shared;

/// What kind a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MetricKind {
    Counter,
    Gauge,
    Histogram,
}

use MetricKind::{Counter, Gauge, Histogram};

/// Every metric: its name, kind, unit and meaning.
const METRICS: [(&str, MetricKind, Unit, &str); 23] = [
    ("sunline_commands_total", Counter, Unit::Count, "Commands decided, by result: applied or refused."),
    ("sunline_busy_total", Counter, Unit::Count, "Arrivals refused because the ring was full."),
    ("sunline_events_total", Counter, Unit::Count, "Events released."),
    ("sunline_commits_total", Counter, Unit::Count, "Group commits, by result: recorded or failed."),
    ("sunline_rebuilds_total", Counter, Unit::Count, "Times the kernel broke and was rebuilt."),
    (
        "sunline_restarts_total",
        Counter,
        Unit::Count,
        "Times a part of the engine broke and was started again.",
    ),
    ("sunline_findings_total", Counter, Unit::Count, "Findings of the watchdog, by kind."),
    ("sunline_sink_failures_total", Counter, Unit::Count, "Failed deliveries, by sink."),
    ("sunline_command_decision_seconds", Histogram, Unit::Seconds, "From a command's entry to its decision."),
    (
        "sunline_delivery_seconds",
        Histogram,
        Unit::Seconds,
        "From a decision to where it goes: session or sink.",
    ),
    (
        "sunline_commit_seconds",
        Histogram,
        Unit::Seconds,
        "Group commits, until they are durable as promised.",
    ),
    ("sunline_contacts_waiting", Gauge, Unit::Count, "Contacts that no agent has accepted, by queue."),
    ("sunline_contacts_inside", Gauge, Unit::Count, "Contacts that have not ended, by queue."),
    ("sunline_longest_wait_seconds", Gauge, Unit::Seconds, "The longest wait of those who wait, by queue."),
    ("sunline_agents", Gauge, Unit::Count, "Agents, by state."),
    ("sunline_offers", Gauge, Unit::Count, "Offers that await an answer."),
    ("sunline_ring_depth", Gauge, Unit::Count, "Entries that wait for the writer, by ring."),
    ("sunline_ring_capacity", Gauge, Unit::Count, "Entries that a ring can hold, by ring."),
    ("sunline_sessions", Gauge, Unit::Count, "Connected agents."),
    ("sunline_sink_lag_events", Gauge, Unit::Count, "Events by which a sink is behind, by sink."),
    ("sunline_findings_open", Gauge, Unit::Count, "Findings of the watchdog that last, by kind."),
    (
        "sunline_invariants_check_seconds",
        Gauge,
        Unit::Seconds,
        "How long the last check of the invariants held the writer.",
    ),
    ("sunline_up", Gauge, Unit::Count, "1 while the engine runs, 0 when it is closed."),
];

/// Describes every metric to the recorder that is installed. Each engine does so when it starts; a host that installs its
/// recorder later may do it again.
pub fn describe_metrics() {
    for (name, kind, unit, text) in METRICS {
        match kind {
            Counter => describe_counter!(name, unit, text),
            Gauge => describe_gauge!(name, unit, text),
            Histogram => describe_histogram!(name, unit, text),
        }
    }
}

/// Publishes the metrics of one engine.
#[derive(Debug)]
pub(crate) struct Meters {
    domain: SharedString,
    /// How long the last check of the invariants took, in nanoseconds; 0: there was none.
    check: AtomicU64,
    published: Mutex<Published>,
}

/// What has been published so far: counters of the facade are told increments.
#[derive(Debug, Default)]
struct Published {
    counters: HashMap<&'static str, u64>,
    events: u64,
    /// By name; sinks of one name count together.
    sink_failures: HashMap<String, u64>,
    histograms: HashMap<&'static str, Vec<u64>>,
}

impl Meters {
    pub(super) fn new(domain: &str, events: u64) -> Self {
        let published = Published { events, ..Published::default() };
        Self { domain: domain.to_owned().into(), check: AtomicU64::new(0), published: Mutex::new(published) }
    }

    pub(crate) fn count_finding(&self, kind: &'static str) {
        counter!("sunline_findings_total", "domain" => self.domain(), "kind" => kind).increment(1);
    }

    pub(crate) fn note_check(&self, took: Duration) {
        self.check.store(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }

    /// Brings everything up to date. A recorder that panics is the host's trouble, and not the engine's.
    pub(crate) fn publish(&self, shared: &Shared) {
        let done = catch_unwind(AssertUnwindSafe(|| self.publish_all(shared)));
        if let Err(panic) = done {
            tracing::error!(message = panic_message(&*panic), "the recorder of metrics panicked");
        }
    }

    fn publish_all(&self, shared: &Shared) {
        // Nothing panics half-way through a change, so what is there is whole.
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        self.counters(shared, &mut published);
        self.histograms(shared, &mut published);
        self.sinks(shared, &mut published);
        drop(published);
        self.gauges(shared);
        self.views(shared);
    }

    fn counters(&self, shared: &Shared, published: &mut Published) {
        let tally = &shared.tally;
        let mut moved = |name: &'static str, now: &AtomicU64| {
            let now = now.load(Ordering::Relaxed);
            let before = published.counters.insert(name, now).unwrap_or(0);
            now.saturating_sub(before)
        };
        let domain = || self.domain();
        counter!("sunline_commands_total", "domain" => domain(), "result" => "applied")
            .increment(moved("applied", &tally.applied));
        counter!("sunline_commands_total", "domain" => domain(), "result" => "refused")
            .increment(moved("refused", &tally.refused));
        counter!("sunline_busy_total", "domain" => domain()).increment(moved("busy", &tally.busy));
        counter!("sunline_commits_total", "domain" => domain(), "result" => "recorded")
            .increment(moved("commits", &tally.commits));
        counter!("sunline_commits_total", "domain" => domain(), "result" => "failed")
            .increment(moved("failed_commits", &tally.failed_commits));
        counter!("sunline_rebuilds_total", "domain" => domain())
            .increment(moved("rebuilds", &tally.rebuilds));
        counter!("sunline_restarts_total", "domain" => domain())
            .increment(moved("restarts", &tally.restarts));
        let released = shared.released().0;
        counter!("sunline_events_total", "domain" => domain())
            .increment(released.saturating_sub(published.events));
        published.events = released;
    }

    fn histograms(&self, shared: &Shared, published: &mut Published) {
        let telemetry = &shared.telemetry;
        let domain = || self.domain();
        let mut fill = |name: &'static str, counts: &Counts, histogram: &metrics::Histogram| {
            counts.since(published.histograms.entry(name).or_default(), |longest, times| {
                histogram.record_many(longest.as_secs_f64(), usize::try_from(times).unwrap_or(usize::MAX));
            });
        };
        let decision = histogram!("sunline_command_decision_seconds", "domain" => domain());
        fill("decision", &telemetry.decision, &decision);
        let session = histogram!("sunline_delivery_seconds", "domain" => domain(), "to" => "session");
        fill("session", &telemetry.to_session, &session);
        let sink = histogram!("sunline_delivery_seconds", "domain" => domain(), "to" => "sink");
        fill("sink", &telemetry.to_sink, &sink);
        let commit = histogram!("sunline_commit_seconds", "domain" => domain());
        fill("commit", &telemetry.commit, &commit);
    }

    fn sinks(&self, shared: &Shared, published: &mut Published) {
        let mut failures: HashMap<String, u64> = HashMap::new();
        for sink in shared.attached() {
            let name = sink.progress.name.to_string();
            let lag = shared.lag_of(&sink.progress);
            gauge!("sunline_sink_lag_events", "domain" => self.domain(), "sink" => name.clone())
                .set(lag as f64);
            *failures.entry(name).or_default() += sink.progress.failures.load(Ordering::Relaxed);
        }
        for (name, now) in &failures {
            let before = published.sink_failures.get(name).copied().unwrap_or(0);
            counter!("sunline_sink_failures_total", "domain" => self.domain(), "sink" => name.clone())
                .increment(now.saturating_sub(before));
        }
        for gone in published.sink_failures.keys().filter(|name| !failures.contains_key(*name)) {
            gauge!("sunline_sink_lag_events", "domain" => self.domain(), "sink" => gone.clone()).set(0.0);
        }
        published.sink_failures = failures;
    }

    fn gauges(&self, shared: &Shared) {
        let domain = || self.domain();
        for (ring, depth, capacity) in shared.rings.depths() {
            gauge!("sunline_ring_depth", "domain" => domain(), "ring" => ring).set(depth as f64);
            gauge!("sunline_ring_capacity", "domain" => domain(), "ring" => ring).set(capacity as f64);
        }
        gauge!("sunline_sessions", "domain" => domain()).set(shared.registry.sessions().len() as f64);
        for kind in FindingKind::NAMES {
            let open = shared.telemetry.findings.open(kind);
            gauge!("sunline_findings_open", "domain" => domain(), "kind" => kind).set(open as f64);
        }
        let check = self.check.load(Ordering::Relaxed);
        if check > 0 {
            gauge!("sunline_invariants_check_seconds", "domain" => domain())
                .set(Duration::from_nanos(check).as_secs_f64());
        }
        let up = if shared.log.tail().closed { 0.0 } else { 1.0 };
        gauge!("sunline_up", "domain" => domain()).set(up);
    }

    fn views(&self, shared: &Shared) {
        let (views, now) = (shared.views.load(), shared.clock.now());
        let domain = || self.domain();
        for queue in &views.queues {
            let name = queue.name.to_string();
            gauge!("sunline_contacts_waiting", "domain" => domain(), "queue" => name.clone())
                .set(queue.waiting);
            gauge!("sunline_contacts_inside", "domain" => domain(), "queue" => name.clone())
                .set(queue.inside);
            let longest = queue.longest_wait(now).as_secs_f64();
            gauge!("sunline_longest_wait_seconds", "domain" => domain(), "queue" => name).set(longest);
        }
        for (state, count) in views.agents().by_state() {
            gauge!("sunline_agents", "domain" => domain(), "state" => state).set(count);
        }
        gauge!("sunline_offers", "domain" => domain()).set(views.offers);
    }

    fn domain(&self) -> SharedString {
        self.domain.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_page_lists_every_metric_as_it_is_and_no_other() {
        let page = include_str!("../../../../docs/reference/metrics.md");
        let rows: Vec<Vec<&str>> = page
            .lines()
            .filter(|line| line.starts_with("| `sunline_"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let listed: Vec<(String, String, &str)> = rows
            .iter()
            .map(|row| (row[0].replace('`', ""), row[1].to_owned(), *row.last().unwrap()))
            .collect();
        let expected: Vec<(String, String, &str)> = METRICS
            .iter()
            .map(|(name, kind, _, text)| ((*name).to_owned(), format!("{kind:?}").to_lowercase(), *text))
            .collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn names_follow_the_rules_of_prometheus() {
        for (name, kind, unit, _) in METRICS {
            assert!(name.starts_with("sunline_") && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert_eq!(name.ends_with("_total"), kind == Counter, "{name}");
            assert_eq!(name.ends_with("_seconds"), unit == Unit::Seconds, "{name}");
        }
    }
}
