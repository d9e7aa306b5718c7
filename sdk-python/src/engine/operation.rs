//! Something asked of the engine and not yet answered: waited for on the caller's thread, or polled for asyncio.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex};
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use sunline_runtime::EngineError;

use crate::errors::Refusal;
use crate::interrupts::{BETWEEN_LOOKS, Interrupts};

/// An answer that only has to be made a Python object.
pub(crate) type Answer = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;
/// The way to an answer.
pub(crate) type Work = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// An operation under way. It begins when it is waited for or started, and is answered once.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Operation(Mutex<Option<Work>>);

impl Operation {
    /// An operation whose answer is converted by `convert`.
    pub(crate) fn new<T: Send + 'static>(
        future: impl Future<Output = Result<T, EngineError>> + Send + 'static,
        convert: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> Self {
        let work: Work = Box::pin(async move {
            let result = future.await;
            let answer: Answer = Box::new(move |py| match result {
                Ok(value) => convert(py, value),
                Err(error) => Err(Refusal::from(error).into()),
            });
            answer
        });
        Self(Mutex::new(Some(work)))
    }

    /// What there is to do, once.
    pub(crate) fn take(&self) -> Result<Work, Refusal> {
        let work = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let used = "an operation is answered once; ask the engine again";
        work.ok_or_else(|| Refusal::new("InvalidArgument", "operation_used", used))
    }
}

#[pymethods]
impl Operation {
    /// Waits on this thread, without the interpreter; `None` when the time is up.
    #[pyo3(signature = (timeout_s = None))]
    fn wait(&self, py: Python<'_>, timeout_s: Option<f64>) -> PyResult<Option<Py<PyAny>>> {
        let deadline = deadline(timeout_s)?;
        let work = self.take()?;
        let answer = py.detach(|| park_on(work, deadline))?;
        answer.map(|answer| answer(py)).transpose()
    }
}

/// When a wait of so many seconds ends; `None` never.
fn deadline(timeout_s: Option<f64>) -> Result<Option<Instant>, Refusal> {
    let Some(seconds) = timeout_s.filter(|seconds| *seconds != f64::INFINITY) else { return Ok(None) };
    let wrong = |_| {
        let message = format!("a wait lasts 0 s or more, not {seconds} s");
        Refusal::new("InvalidArgument", "out_of_range", message).with("argument", "timeout")
    };
    let timeout = Duration::try_from_secs_f64(seconds).map_err(wrong)?;
    Ok(Instant::now().checked_add(timeout))
}

struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits until there is an answer, the time is up, or somebody presses Ctrl-C.
fn park_on(mut work: Work, deadline: Option<Instant>) -> PyResult<Option<Answer>> {
    let waker = Waker::from(Arc::new(Parked(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut interrupts = Interrupts::new();
    loop {
        if let Poll::Ready(answer) = work.as_mut().poll(&mut context) {
            return Ok(Some(answer));
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(None);
        }
        thread::park_timeout(left.map_or(BETWEEN_LOOKS, |left| left.min(BETWEEN_LOOKS)));
        if !interrupts.go_on() {
            interrupts.into_result()?;
            return Ok(None);
        }
    }
}
