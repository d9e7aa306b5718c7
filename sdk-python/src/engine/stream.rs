//! Events by cursor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyList;
use sunline_runtime::blocking;
use tokio::sync::Mutex;

use super::event::event_tuple;
use super::operation::Operation;

/// A reader of events.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct EventStream {
    // Dropped in this order: the stream while the engine's threads still run.
    stream: Arc<Mutex<sunline_runtime::EventStream>>,
    position: Arc<AtomicU64>,
    _engine: blocking::Engine,
}

impl EventStream {
    pub(crate) fn new(stream: sunline_runtime::EventStream, engine: blocking::Engine) -> Self {
        let position = Arc::new(AtomicU64::new(stream.position().0));
        Self { stream: Arc::new(Mutex::new(stream)), position, _engine: engine }
    }
}

#[pymethods]
impl EventStream {
    /// The number of the next event.
    #[getter]
    fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// Whether events that have happened wait to be read; false while another thread reads.
    #[getter]
    fn behind(&self) -> bool {
        self.stream.try_lock().is_ok_and(|stream| stream.is_behind())
    }

    /// The next events as tuples, at least one and at most so many; none when the engine is closed and all were read.
    #[pyo3(signature = (most, /))]
    fn next_batch(&self, most: usize) -> Operation {
        let (stream, position) = (self.stream.clone(), self.position.clone());
        let batch = async move {
            let mut stream = stream.lock().await;
            let events = stream.next_batch(most).await?;
            position.store(stream.position().0, Ordering::Relaxed);
            Ok(events)
        };
        Operation::new(batch, |py, events| {
            let list = PyList::empty(py);
            for event in &events {
                list.append(event_tuple(py, event)?)?;
            }
            Ok(list.into_any().unbind())
        })
    }
}
