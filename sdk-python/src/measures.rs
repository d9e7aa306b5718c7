//! Figures from an event log, for any threshold and any window.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use sunline_calendar::{SlotLength, Zones, labelled};
use sunline_core::measures::{Ask, By, Legs as CoreLegs, QueueCounts, ServiceLevel, WaitClock};
use sunline_core::{QueueId, Seq, Span, Timestamp};
use sunline_journal::{JournalError, JournalReader, Store};

use crate::engine::{Engine, Operation};
use crate::errors::Refusal;
use crate::journal::{at, open};

/// Whole counts, lengths in ns (longest wait, ASA, mean wait, AHT), abandonment, service levels by formula.
pub(crate) type Counts = (Vec<u64>, [Option<i64>; 4], Option<f64>, Vec<Option<f64>>);

/// The counts in the order of the Python class.
pub(crate) fn counts_tuple(counts: &QueueCounts) -> Counts {
    let ns = |span: Option<Span>| span.map(Span::as_nanos);
    (
        vec![
            counts.arrived,
            counts.answered,
            counts.answered_within,
            counts.abandoned,
            counts.abandoned_within,
            counts.abandoned_short,
            counts.blocked,
            counts.withdrawn,
            counts.handled,
            counts.timed_out,
            counts.shed,
            counts.handed_off,
            counts.served,
            counts.moved_in,
            counts.moved_out,
            counts.overflowed(),
            counts.lost(),
            counts.callbacks,
            counts.callbacks_kept,
            counts.callbacks_given_up,
            counts.callback_failed,
            counts.merged,
            counts.closed,
        ],
        [Some(counts.longest_wait.as_nanos()), ns(counts.asa()), ns(counts.mean_wait()), ns(counts.aht())],
        counts.abandonment(),
        ServiceLevel::ALL.iter().map(|formula| counts.service_level(*formula)).collect(),
    )
}

/// Queue, answered within, short abandonment, start and end of the window (all in ns), by arrival, from queue entry, by due instants.
type AskTuple = (Option<u16>, i64, i64, i64, i64, bool, bool, bool);

/// Start, end and label of an interval, and its counts.
type Interval = (i64, i64, String, Counts);

/// Every stay of every contact in a queue.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Legs(Arc<CoreLegs>);

#[pymethods]
impl Legs {
    /// The legs of a journal that no engine has open.
    #[staticmethod]
    #[pyo3(signature = (path, /))]
    fn of_journal(py: Python<'_>, path: PathBuf) -> Result<Self, Refusal> {
        py.detach(|| {
            let store = open(&path)?;
            let reader = store.reader().map_err(|error| at(&path)(error.into()))?;
            let mut legs = CoreLegs::default();
            match JournalReader::new(reader).events(Seq(1)) {
                Err(JournalError::NoSuchEvent { .. }) => {}
                events => {
                    for event in events.map_err(at(&path))? {
                        legs.observe(&event.map_err(at(&path))?);
                    }
                }
            }
            Ok(Self(Arc::new(legs)))
        })
    }

    /// The legs of an engine so far.
    #[staticmethod]
    #[pyo3(signature = (engine, /))]
    fn of_engine(engine: &Engine) -> Result<Operation, Refusal> {
        let engine = engine.open()?;
        let handle = engine.handle();
        let work = async move {
            let last = handle.inspect(|domain| domain.seq()).await?;
            let mut stream = handle.events(Seq(1));
            let mut legs = CoreLegs::default();
            while stream.position() <= last {
                for event in stream.next_batch(4096).await?.iter().take_while(|event| event.seq <= last) {
                    legs.observe(event);
                }
            }
            drop(engine);
            Ok(legs)
        };
        Ok(Operation::new(work, |py, legs| Ok(Py::new(py, Self(Arc::new(legs)))?.into_any())))
    }

    fn __len__(&self) -> usize {
        self.0.iter().len()
    }

    /// What an ask comes to.
    #[pyo3(signature = (ask, /))]
    fn counts(&self, py: Python<'_>, ask: AskTuple) -> Counts {
        py.detach(|| counts_tuple(&self.0.counts(&asked(ask))))
    }

    /// The same by intervals of so many minutes in a zone.
    #[pyo3(signature = (ask, zone, minutes, /))]
    fn intervals(
        &self,
        py: Python<'_>,
        ask: AskTuple,
        zone: &str,
        minutes: u32,
    ) -> Result<Vec<Interval>, Refusal> {
        let length = match minutes {
            15 => SlotLength::Quarter,
            30 => SlotLength::Half,
            60 => SlotLength::Hour,
            _ => {
                let message = format!("an interval has 15, 30 or 60 minutes, not {minutes}");
                let refusal = Refusal::new("InvalidArgument", "out_of_range", message);
                return Err(refusal.with("argument", "minutes"));
            }
        };
        let unknown = |error: sunline_calendar::UnknownZone| {
            Refusal::new("InvalidArgument", "unknown_zone", error).with("argument", "zone")
        };
        let zone = Zones::bundled().zone(zone).map_err(unknown)?;
        Ok(py.detach(|| {
            let quarters = self.0.quarter_hours(&asked(ask));
            let intervals = labelled(&zone, length, &quarters);
            let tuple = |(slot, counts): (sunline_calendar::Slot, QueueCounts)| {
                let (from, until) = (slot.from.as_nanos(), slot.until.as_nanos());
                (from, until, slot.label.to_string(), counts_tuple(&counts))
            };
            intervals.into_iter().map(tuple).collect()
        }))
    }
}

fn asked((queue, within, short, from, until, by_arrival, from_entry, by_due): AskTuple) -> Ask {
    Ask {
        queue: queue.map(QueueId),
        from: Timestamp::from_nanos(from),
        until: Timestamp::from_nanos(until),
        by: if by_arrival { By::Arrival } else { By::End },
        clock: if from_entry { WaitClock::QueueEntry } else { WaitClock::Origin },
        by_due,
        ..Ask::new(Span::from_nanos(within), Span::from_nanos(short))
    }
}
