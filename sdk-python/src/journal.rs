//! Journals without an engine: proving, repairing, reading.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyList;
use sunline_core::Seq;
use sunline_journal::{Backup, Durability, JournalError, JournalReader, RedbStore, Store};

use crate::engine::event_tuple;
use crate::errors::Refusal;

/// Decides all inputs again: frames, frames folded because other code wrote them, events, state hash.
#[pyfunction]
#[pyo3(signature = (path, /))]
pub(crate) fn replay(py: Python<'_>, path: PathBuf) -> Result<(u64, u64, u64, String), Refusal> {
    py.detach(|| {
        let replayed = sunline_journal::replay(&open(&path)?).map_err(at(&path))?;
        let hash = replayed.state_hash.to_string();
        Ok((replayed.frames, replayed.folded, replayed.events, hash))
    })
}

/// What recovery found: snapshot, frames folded after it, events folded, torn frame (index, byte, fault), last event,
/// state hash.
type Recovered = (Option<u64>, u64, u64, Option<(u64, u64, String)>, u64, String);

/// Rebuilds the state; a torn last frame is cut off.
#[pyfunction]
#[pyo3(signature = (path, /))]
pub(crate) fn recover(py: Python<'_>, path: PathBuf) -> Result<Recovered, Refusal> {
    py.detach(|| {
        let recovered = sunline_journal::recover(&mut open(&path)?).map_err(at(&path))?;
        let report = recovered.report;
        let torn = report.torn.map(|torn| (torn.index, torn.byte, torn.fault.to_string()));
        let hash = recovered.domain.state_hash().to_string();
        let snapshot = report.snapshot.map(|seq| seq.0);
        Ok((snapshot, report.frames, report.events, torn, recovered.tail.seq.0, hash))
    })
}

/// What is in a copy: frames, last event, last event of its snapshot.
pub(crate) fn backed_up(backup: &Backup) -> (u64, u64, Option<u64>) {
    (backup.tail.frames, backup.tail.seq.0, backup.snapshot.map(|seq| seq.0))
}

/// Copies a backup that nobody has open.
#[pyfunction]
#[pyo3(signature = (backup, to, /))]
pub(crate) fn restore(
    py: Python<'_>,
    backup: PathBuf,
    to: PathBuf,
) -> Result<(u64, u64, Option<u64>), Refusal> {
    py.detach(|| Ok(backed_up(&sunline_journal::restore(&backup, to).map_err(at(&backup))?)))
}

/// Writes a journal that nobody has open anew without a customer: placeholder, contacts, frames, last event.
#[pyfunction]
#[pyo3(signature = (journal, to, customer, /))]
pub(crate) fn forget(
    py: Python<'_>,
    journal: PathBuf,
    to: PathBuf,
    customer: &str,
) -> Result<(String, usize, u64, u64), Refusal> {
    py.detach(|| {
        let done = sunline_journal::forget(&open(&journal)?, to, customer).map_err(at(&journal))?;
        Ok((done.placeholder, done.contacts, done.tail.frames, done.tail.seq.0))
    })
}

/// Events of a journal that no engine has open.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct JournalEvents {
    path: PathBuf,
    open: Mutex<Open>,
}

/// The reader, where it stands, and the store that keeps others out.
struct Open {
    next: u64,
    reader: JournalReader,
    _store: RedbStore,
}

#[pymethods]
impl JournalEvents {
    #[new]
    #[pyo3(signature = (path, from_seq, /))]
    fn new(py: Python<'_>, path: PathBuf, from_seq: u64) -> Result<Self, Refusal> {
        let next = from_seq.max(1);
        let open = py.detach(|| {
            let store = open(&path)?;
            let reader = store.reader().map_err(|error| at(&path)(error.into()))?;
            Ok::<_, Refusal>(Open { next, reader: JournalReader::new(reader), _store: store })
        })?;
        Ok(Self { path, open: Mutex::new(open) })
    }

    /// The next events as tuples, at most so many; none at the end.
    #[pyo3(signature = (most, /))]
    fn next_batch<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Bound<'py, PyList>> {
        let events = py.detach(|| {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let events = match open.reader.events(Seq(open.next)) {
                Err(JournalError::NoSuchEvent { .. }) => return Ok(Vec::new()),
                events => events.map_err(at(&self.path))?,
            };
            let events: Vec<_> =
                events.take(most.max(1)).collect::<Result<_, _>>().map_err(at(&self.path))?;
            open.next += events.len() as u64;
            Ok::<_, Refusal>(events)
        })?;
        let list = PyList::empty(py);
        for event in &events {
            list.append(event_tuple(py, event)?)?;
        }
        Ok(list)
    }
}

pub(crate) fn open(path: &Path) -> Result<RedbStore, Refusal> {
    must_exist(path)?;
    RedbStore::open(path, Durability::Durable).map_err(|error| at(path)(error.into()))
}

/// Refuses a path where there is nothing, which opening would otherwise make.
pub(crate) fn must_exist(path: &Path) -> Result<(), Refusal> {
    if path.is_dir() {
        return Ok(());
    }
    let message = format!("there is no journal at {}", path.display());
    Err(Refusal::new("JournalError", "not_found", message).with("path", path.display().to_string()))
}

pub(crate) fn at(path: &Path) -> impl Fn(JournalError) -> Refusal {
    let path = path.display().to_string();
    move |error| Refusal::from(error).with("path", path.clone())
}
