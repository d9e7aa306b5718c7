//! What a run came to, as tables and as figures.

use std::collections::BTreeMap;

use pyo3::prelude::*;
use sunline_core::measures::PolicyMeasures;
use sunline_core::time::Span;
use sunline_core::{ContactId, ContactOutcome, QueueId};
use sunline_sim::{QueueReport, Records};

use crate::decisions::Decisions;
use crate::measures::{Counts, counts_tuple};
use crate::prediction::Record;
use crate::table::{Columns, Table};

/// Figures of one replication, and a row for each contact where wanted.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Report {
    pub(crate) replication: u64,
    pub(crate) report: sunline_sim::Report,
    pub(crate) records: Option<Records>,
    pub(crate) policy: Option<PolicyMeasures>,
    /// Offers, and numbers of contacts whose ids are no numbers of the world.
    pub(crate) decisions: Option<(Decisions, BTreeMap<ContactId, u64>)>,
}

/// Name, counts, occupancy.
type Figures = (String, Counts, Option<f64>);

/// Waits that half, nine tenths and 95 of a hundred did not exceed; share that overtook, and by how much at most; share by
/// pool.
type QueuePolicy = ([Option<i64>; 3], Option<(f64, i64)>, Option<Vec<f64>>);

/// Lowest and highest occupancy, and Jain's index.
type Spread = (f64, f64, f64);

#[pymethods]
impl Report {
    /// What the policy did, one entry a queue, and the spread of occupancy; `None` when it was not recorded.
    fn policy(&self) -> Option<(Vec<QueuePolicy>, Option<Spread>)> {
        let policy = self.policy.as_ref()?;
        let queues = (0..self.report.queues.len() as u16).map(QueueId).map(|queue| {
            let waits = [0.5, 0.9, 0.95].map(|share| policy.wait_quantile(queue, share).map(Span::as_nanos));
            let overtaking = policy.overtaking(queue).map(|seen| (seen.share, seen.longest.as_nanos()));
            (waits, overtaking, policy.share_by_pool(queue))
        });
        let spread = policy.occupancy_spread(self.report.until);
        Some((queues.collect(), spread.map(|spread| (spread.range.0, spread.range.1, spread.jain))))
    }

    #[getter]
    fn replication(&self) -> u64 {
        self.replication
    }

    /// Start and end of what the figures cover, in ns since 1970.
    #[getter]
    fn window_ns(&self) -> (i64, i64) {
        (self.report.from.as_nanos(), self.report.until.as_nanos())
    }

    #[getter]
    fn commands(&self) -> u64 {
        self.report.commands
    }

    #[getter]
    fn inside(&self) -> u64 {
        self.report.inside
    }

    /// Names of the queues, in order of the configuration.
    fn queue_names(&self) -> Vec<&str> {
        self.report.queues.iter().map(|queue| queue.name.as_str()).collect()
    }

    /// Figures of the queue at a place, or of all together.
    #[pyo3(signature = (place, /))]
    fn figures(&self, place: Option<usize>) -> Option<Figures> {
        match place {
            Some(place) => self.report.queues.get(place).map(figures),
            None => Some(figures(&self.report.total)),
        }
    }

    /// How well the forecasts of the queue at a place came true, or of all together; `None` where there were none.
    #[pyo3(signature = (place, /))]
    fn forecasts(&self, place: Option<usize>) -> Option<Record> {
        let queue = match place {
            Some(place) => self.report.queues.get(place)?,
            None => &self.report.total,
        };
        crate::prediction::figures(queue.forecasts.as_ref()?)
    }

    /// One row a queue.
    fn queues(&self) -> Table {
        queue_table(&[self], false)
    }

    /// One row an agent.
    fn agents(&self) -> Table {
        agent_table(&[self], false)
    }

    /// One row a contact that ended, in order of its end; `None` when they were not recorded.
    fn contacts(&self, py: Python<'_>) -> Option<Table> {
        let records = self.records.as_ref()?;
        Some(py.detach(|| contact_table(records, &self.report)))
    }

    /// One row an offer, in order; `None` when they were not recorded.
    fn decisions(&self, py: Python<'_>) -> Option<Table> {
        let (decisions, numbers) = self.decisions.as_ref()?;
        let number = |contact: &ContactId| {
            numbers.get(contact).copied().or_else(|| contact.number()).map_or(-1, signed)
        };
        let queues = self.report.queues.iter().map(|queue| queue.name.as_str());
        let agents = self.report.agents.iter().map(|agent| agent.name.as_str());
        Some(py.detach(|| decisions.table(queues, agents, number)))
    }

    /// One row a replication and queue.
    #[staticmethod]
    #[pyo3(signature = (reports, /))]
    fn queues_of(reports: Vec<PyRef<'_, Self>>) -> Table {
        let reports: Vec<&Self> = reports.iter().map(|report| &**report).collect();
        queue_table(&reports, true)
    }

    /// One row a replication and agent.
    #[staticmethod]
    #[pyo3(signature = (reports, /))]
    fn agents_of(reports: Vec<PyRef<'_, Self>>) -> Table {
        let reports: Vec<&Self> = reports.iter().map(|report| &**report).collect();
        agent_table(&reports, true)
    }
}

fn figures(queue: &QueueReport) -> Figures {
    (queue.name.to_string(), counts_tuple(&queue.counts), queue.occupancy)
}

/// Rows of several reports, one after another.
struct Rows<'a, T> {
    replication: Vec<i64>,
    entries: Vec<&'a T>,
}

impl<'a, T> Rows<'a, T> {
    fn of(reports: &[&'a Report], part: impl Fn(&'a sunline_sim::Report) -> &'a [T]) -> Self {
        let (mut replication, mut entries) = (Vec::new(), Vec::new());
        for report in reports {
            for entry in part(&report.report) {
                replication.push(signed(report.replication));
                entries.push(entry);
            }
        }
        Self { replication, entries }
    }

    /// The first columns: which replication, where there are several.
    fn begin(&self, with_replication: bool) -> Columns {
        let columns = Columns::default();
        if with_replication {
            columns.whole("replication", "number", "Number of the replication.", self.replication.clone())
        } else {
            columns
        }
    }

    fn each<V>(&self, value: impl Fn(&T) -> V) -> Vec<V> {
        self.entries.iter().map(|entry| value(entry)).collect()
    }
}

fn queue_table(reports: &[&Report], with_replication: bool) -> Table {
    let rows = Rows::of(reports, |report| &report.queues);
    let count = |value: fn(&QueueReport) -> u64| rows.each(|queue| signed(value(queue)));
    let ns = |value: fn(&QueueReport) -> Option<Span>| rows.each(|queue| value(queue).map(Span::as_nanos));
    let per_report = reports.first().map_or(0, |report| report.report.queues.len());
    let places = (0..rows.entries.len()).map(|row| (row % per_report) as i32);
    let names = reports.first().into_iter().flat_map(|report| &report.report.queues);
    rows.begin(with_replication)
        .label("queue", "Name of the queue.", places, names.map(|queue| queue.name.as_str()))
        .whole("arrived", "contacts", "Contacts that arrived.", count(|queue| queue.counts.arrived))
        .whole("answered", "contacts", "Contacts answered.", count(|queue| queue.counts.answered))
        .whole(
            "answered_within",
            "contacts",
            "Answered within the queue's threshold, a wait of exactly that included.",
            count(|queue| queue.counts.answered_within),
        )
        .whole("abandoned", "contacts", "Contacts that gave up.", count(|queue| queue.counts.abandoned))
        .whole(
            "abandoned_within",
            "contacts",
            "Gave up within the threshold.",
            count(|queue| queue.counts.abandoned_within),
        )
        .whole(
            "abandoned_short",
            "contacts",
            "Gave up within the queue's short threshold.",
            count(|queue| queue.counts.abandoned_short),
        )
        .whole(
            "blocked",
            "contacts",
            "Turned away because the queue was full or nobody could serve them.",
            count(|queue| queue.counts.blocked),
        )
        .whole(
            "lost",
            "contacts",
            "L: blocked, shed, closed or callback failed. To be read beside any service level.",
            count(|queue| queue.counts.lost()),
        )
        .whole("moved_in", "contacts", "Came from another queue.", count(|queue| queue.counts.moved_in))
        .whole("moved_out", "contacts", "Went to another queue.", count(|queue| queue.counts.moved_out))
        .whole(
            "overflowed",
            "contacts",
            "F: moved on to another queue or handed off, unanswered.",
            count(|queue| queue.counts.overflowed()),
        )
        .share(
            "service_level",
            "Answered within ÷ (answered + abandoned − abandoned short).",
            rows.each(QueueReport::service_level),
        )
        .share(
            "abandonment",
            "Abandoned ÷ (answered + abandoned).",
            rows.each(|queue| queue.counts.abandonment()),
        )
        .duration_or_none("asa", "Mean wait of the answered.", ns(|queue| queue.counts.asa()))
        .duration_or_none(
            "mean_wait",
            "Mean wait of all who were answered or gave up.",
            ns(|queue| queue.counts.mean_wait()),
        )
        .duration(
            "longest_wait",
            "Longest wait of the answered.",
            rows.each(|queue| queue.counts.longest_wait.as_nanos()),
        )
        .duration_or_none(
            "aht",
            "Mean handle time: from accept to the end of wrap-up.",
            ns(|queue| queue.counts.aht()),
        )
        .share(
            "occupancy",
            "Handle time ÷ (handle time + idle time) of the agents who served the queue.",
            rows.each(|queue| queue.occupancy),
        )
        .finish()
}

fn agent_table(reports: &[&Report], with_replication: bool) -> Table {
    let rows = Rows::of(reports, |report| &report.agents);
    let per_report = reports.first().map_or(0, |report| report.report.agents.len());
    let places = (0..rows.entries.len()).map(|row| (row % per_report) as i32);
    let names = reports.first().into_iter().flat_map(|report| &report.report.agents);
    rows.begin(with_replication)
        .label("agent", "Name of the agent.", places, names.map(|agent| agent.name.as_str()))
        .duration(
            "handle",
            "Time with accepted work in hand, wrap-up included.",
            rows.each(|agent| agent.handle.as_nanos()),
        )
        .duration("idle", "Time available with nothing accepted.", rows.each(|agent| agent.idle.as_nanos()))
        .share("occupancy", "Handle ÷ (handle + idle).", rows.each(sunline_sim::AgentReport::occupancy))
        .finish()
}

fn contact_table(records: &Records, report: &sunline_sim::Report) -> Table {
    let rows = 0..records.len();
    let ns = |spans: &[Span]| spans.iter().map(|span| span.as_nanos()).collect::<Vec<_>>();
    let queues = records.queue.iter().map(|queue| i32::from(queue.0));
    let agents = records.agent.iter().map(|agent| agent.map_or(-1, |agent| agent.0 as i32));
    let outcomes = records.outcome.iter().map(|outcome| outcome_code(*outcome));
    Columns::default()
        .whole(
            "contact",
            "number",
            "Number of the contact in order of arrival, from 0.",
            records.contact.iter().map(|number| signed(*number)).collect(),
        )
        .label("queue", "Its queue.", queues, report.queues.iter().map(|queue| queue.name.as_str()))
        .instant(
            "arrived_at",
            "When it began to wait.",
            rows.map(|row| records.arrived_at(row).as_nanos()).collect(),
        )
        .duration("waited", "From arrival to answer, or to the end without one.", ns(&records.waited))
        .label("outcome", "How it ended.", outcomes, OUTCOMES)
        .label("agent", "Who served it.", agents, report.agents.iter().map(|agent| agent.name.as_str()))
        .duration(
            "talked",
            "From accept to the end of the conversation, without wrap-up.",
            ns(&records.talked),
        )
        .instant(
            "ended_at",
            "When it ended.",
            records.ended_at.iter().map(|instant| instant.as_nanos()).collect(),
        )
        .finish()
}

/// Labels of the column `outcome`.
const OUTCOMES: [&str; 5] = ["served", "abandoned", "blocked", "withdrawn", "other"];

fn outcome_code(outcome: ContactOutcome) -> i32 {
    match outcome {
        ContactOutcome::Served => 0,
        ContactOutcome::Abandoned => 1,
        ContactOutcome::Blocked => 2,
        ContactOutcome::Withdrawn => 3,
        _ => 4,
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
