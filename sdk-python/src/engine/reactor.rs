//! How asyncio hears of answers: a socket becomes readable, and the loop's own thread fetches what is ready.
//!
//! ```text
//! engine thread ─ wakes ─▶ note the token, write one byte unless one is unread ─▶ loop: drain() polls, converts
//! ```
//!
//! The engine's threads run Rust only; all Python objects are made by whoever drains.

use core::task::{Context, Poll, Waker};
use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::operation::{Answer, Operation, Work};

/// Operations that a loop waits for.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Reactor {
    under_way: Mutex<HashMap<u64, Work>>,
    next: AtomicU64,
    bell: Arc<Bell>,
    /// The end of the wire that Python reads, until it is taken.
    far_end: Mutex<Option<wire::End>>,
}

/// Token, answer, refusal; one of the two is `None`.
type Done = (u64, Option<Py<PyAny>>, Option<PyErr>);

#[pymethods]
impl Reactor {
    #[new]
    fn new() -> PyResult<Self> {
        let (near, far) = wire::pair()?;
        Ok(Self {
            under_way: Mutex::default(),
            next: AtomicU64::new(0),
            bell: Arc::new(Bell { ready: Mutex::default(), rung: AtomicBool::new(false), wire: near }),
            far_end: Mutex::new(Some(far)),
        })
    }

    /// The file number of the socket to be read, once; whoever takes it closes it.
    fn detach_socket(&self) -> Option<wire::Number> {
        locked(&self.far_end).take().map(wire::number)
    }

    /// Begins an operation: its token, or the answer in a tuple where it is there at once.
    #[pyo3(signature = (operation, /))]
    fn start(&self, py: Python<'_>, operation: &Operation) -> PyResult<Py<PyAny>> {
        let token = self.next.fetch_add(1, Ordering::Relaxed);
        let work = operation.take()?;
        match self.poll(token, work) {
            Some(answer) => Ok(PyTuple::new(py, [answer(py)?])?.into_any().unbind()),
            None => Ok(token.into_pyobject(py)?.into_any().unbind()),
        }
    }

    /// Nobody waits for this operation any more.
    #[pyo3(signature = (token, /))]
    fn forget(&self, token: u64) {
        // The work is dropped after the lock is let go.
        let _work = locked(&self.under_way).remove(&token);
    }

    /// What has been answered since the last time.
    fn drain(&self, py: Python<'_>) -> PyResult<Vec<Done>> {
        self.bell.rung.store(false, Ordering::SeqCst);
        let ready = core::mem::take(&mut *locked(&self.bell.ready));
        let mut done = Vec::with_capacity(ready.len());
        for token in ready {
            let Some(work) = locked(&self.under_way).remove(&token) else { continue };
            if let Some(answer) = self.poll(token, work) {
                done.push(match answer(py) {
                    Ok(value) => (token, Some(value), None),
                    Err(error) => (token, None, Some(error)),
                });
            }
        }
        Ok(done)
    }
}

impl Reactor {
    /// Its answer, if there is one; otherwise it is kept until it is woken.
    fn poll(&self, token: u64, mut work: Work) -> Option<Answer> {
        let waker = Waker::from(Arc::new(Token { token, bell: self.bell.clone() }));
        // Held while polling, so that whoever is woken meanwhile finds the work where it belongs.
        let mut under_way = locked(&self.under_way);
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => {
                under_way.insert(token, work);
                None
            }
        }
    }
}

/// Tells the loop that there is something to fetch.
struct Bell {
    ready: Mutex<Vec<u64>>,
    rung: AtomicBool,
    wire: wire::End,
}

struct Token {
    token: u64,
    bell: Arc<Bell>,
}

impl Wake for Token {
    fn wake(self: Arc<Self>) {
        locked(&self.bell.ready).push(self.token);
        if !self.bell.rung.swap(true, Ordering::SeqCst) {
            // A full or closed wire needs no further byte.
            let _ = (&self.bell.wire).write(&[1]);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod wire {
    use std::io;
    use std::os::fd::{IntoRawFd, RawFd};
    pub(super) use std::os::unix::net::UnixStream as End;

    pub(super) type Number = RawFd;

    pub(super) fn pair() -> io::Result<(End, End)> {
        let (near, far) = End::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok((near, far))
    }

    pub(super) fn number(end: End) -> Number {
        end.into_raw_fd()
    }
}

#[cfg(windows)]
mod wire {
    use std::io;
    pub(super) use std::net::TcpStream as End;
    use std::net::{Ipv4Addr, TcpListener};
    use std::os::windows::io::{IntoRawSocket, RawSocket};

    pub(super) type Number = RawSocket;

    pub(super) fn pair() -> io::Result<(End, End)> {
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let near = End::connect(door.local_addr()?)?;
        let far = loop {
            let (far, peer) = door.accept()?;
            if peer == near.local_addr()? {
                break far;
            }
        };
        near.set_nodelay(true)?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok((near, far))
    }

    pub(super) fn number(end: End) -> Number {
        end.into_raw_socket()
    }
}
