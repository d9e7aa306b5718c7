//! A journal as the tables of a simulated run: the same listeners hear its events.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pyo3::prelude::*;
use sunline_core::measures::{Measures, PolicyMeasures};
use sunline_core::{ContactId, EventKind, Seq, Timestamp};
use sunline_journal::{JournalReader, Store};
use sunline_sim::{AgentReport, Listener, QueueReport, Records};

use crate::decisions::Decisions;
use crate::errors::Refusal;
use crate::journal::{at, open};
use crate::report::Report;

/// The tables of a journal that no engine has open, and the ids that the numbers of its contacts stand for.
#[pyfunction]
#[pyo3(signature = (path, /))]
pub(crate) fn journal_tables(py: Python<'_>, path: PathBuf) -> Result<(Report, Vec<String>), Refusal> {
    py.detach(|| {
        let store = open(&path)?;
        let domain = sunline_journal::replay(&store).map_err(at(&path))?.domain;
        let reader = store.reader().map_err(|error| at(&path)(error.into()))?;
        let thresholds: Vec<_> =
            domain.document().queues.iter().map(|queue| (queue.answer_within, queue.short_abandon)).collect();
        let mut measures = Measures::new(&thresholds);
        let (mut records, mut decisions) = (Records::default(), Decisions::default());
        let mut policy = PolicyMeasures::default();
        let (mut numbers, mut ids) = (BTreeMap::<ContactId, u64>::new(), Vec::new());
        let mut from: Option<Timestamp> = None;
        for event in JournalReader::new(reader).events(Seq(1)).map_err(at(&path))? {
            let event = event.map_err(at(&path))?;
            from.get_or_insert(event.at);
            if let EventKind::ContactArrived { contact, .. } = &event.kind {
                numbers.insert(*contact, ids.len() as u64);
                ids.push(contact.to_string());
            }
            measures.observe(&event);
            policy.observe(&event);
            decisions.hear(&event);
            let rows = records.len();
            records.hear(&event);
            if let (true, EventKind::ContactEnded { contact, .. }) = (records.len() > rows, &event.kind) {
                records.contact[rows] = numbers.get(contact).copied().unwrap_or(u64::MAX);
            }
        }
        let until = domain.now();
        let (times, from) = (measures.agents(), from.unwrap_or(until));
        let mut queues: Vec<_> = domain
            .config()
            .queue_names()
            .zip(measures.queues())
            .map(|(name, counts)| QueueReport {
                name: name.clone(),
                counts: *counts,
                occupancy: None,
                forecasts: None,
            })
            .collect();
        for (queue, report) in queues.iter_mut().enumerate() {
            report.occupancy =
                Measures::occupancy(times.iter().filter(|agent| agent.has_served(queue)), until);
        }
        let told = domain.forecast_record();
        for (report, record) in queues.iter_mut().zip(told) {
            report.forecasts = Some(*record);
        }
        let total = QueueReport {
            forecasts: told.iter().copied().reduce(|sum, record| sum.plus(&record)),
            name: "total".into(),
            counts: *measures.total(),
            occupancy: Measures::occupancy(times, until),
        };
        let agents = domain.agents().zip(times).map(|(agent, time)| AgentReport {
            name: agent.spec.name.clone(),
            handle: time.handle(until),
            idle: time.idle(until),
        });
        let report = sunline_sim::Report {
            agents: agents.collect(),
            queues,
            total,
            from,
            until,
            commands: 0,
            inside: domain.queues().map(|queue| u64::from(queue.inside)).sum(),
        };
        let report = Report {
            replication: 0,
            report,
            records: Some(records),
            policy: Some(policy),
            decisions: Some((decisions, numbers)),
        };
        Ok((report, ids))
    })
}
