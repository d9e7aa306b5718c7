//! Waiting for a future on a plain thread, inside or outside any runtime.
//!
//! The futures of this crate are woken by the engine's own threads, so a caller that has no runtime can simply park.
//! A call from inside a runtime is allowed too: it holds that worker for as long as it waits.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::Instant;

struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits until the future is ready.
pub(crate) fn park_on<F: Future>(future: F) -> F::Output {
    park_on_until(future, None).expect("without a deadline it waits for ever")
}

/// Waits until the future is ready, or until the deadline; `None` when that came first, and the future is dropped.
pub(crate) fn park_on_until<F: Future>(future: F, deadline: Option<Instant>) -> Option<F::Output> {
    // Without `unconstrained`, tokio would ask a caller inside a task to yield, which a parked thread cannot.
    let mut future = pin!(tokio::task::unconstrained(future));
    let waker = Waker::from(Arc::new(Parked(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
            None => thread::park(),
            Some(left) if left.is_zero() => return None,
            Some(left) => thread::park_timeout(left),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn a_parked_thread_is_woken_by_another() {
        let (send, receive) = tokio::sync::oneshot::channel();
        let sender = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            send.send(7).unwrap();
        });
        assert_eq!(park_on(receive), Ok(7));
        sender.join().unwrap();
    }

    #[test]
    fn a_deadline_ends_the_wait() {
        let began = Instant::now();
        let waited = park_on_until(core::future::pending::<()>(), Some(began + Duration::from_millis(20)));
        assert_eq!(waited, None);
        assert!(began.elapsed() >= Duration::from_millis(20));
    }
}
