//! Ctrl-C in a long call: asked for now and then.

use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// Time between two looks. A third of what a person notices, and far above what a look costs.
pub(crate) const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Looks for signals on behalf of a call that runs detached.
#[derive(Debug)]
pub(crate) struct Interrupts {
    next_look: Instant,
    raised: Option<PyErr>,
}

impl Interrupts {
    pub(crate) fn new() -> Self {
        Self { next_look: Instant::now() + BETWEEN_LOOKS, raised: None }
    }

    /// Whether the call may go on. Cheap unless a look is due.
    pub(crate) fn go_on(&mut self) -> bool {
        if self.raised.is_some() {
            return false;
        }
        let now = Instant::now();
        if now >= self.next_look {
            self.next_look = now + BETWEEN_LOOKS;
            self.raised = Python::attach(|py| {
                // A call that keeps the interpreter lets others have it now and then.
                py.detach(|| ());
                py.check_signals()
            })
            .err();
        }
        self.raised.is_none()
    }

    /// What a signal handler raised.
    pub(crate) fn into_result(self) -> PyResult<()> {
        self.raised.map_or(Ok(()), Err)
    }
}
