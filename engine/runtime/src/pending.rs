//! An answer that is still to come.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use sunline_core::Receipt;
use tokio::sync::oneshot;

use crate::error::EngineError;
use crate::shared::Shared;
use crate::wait::park_on_until;

/// How an answer gets to whoever waits for it.
pub(crate) type ReplyTo<T> = oneshot::Sender<Result<T, EngineError>>;

/// A command that is in the engine; resolves to its receipt once its record is durable.
///
/// Await it, or [`wait`](Self::wait) on a plain thread. Many may be under way at once: that is how one caller reaches
/// the engine's full pace.
///
/// # Cancel safety
/// Dropping it only gives up the answer: the command is applied all the same.
#[derive(Debug)]
pub struct Pending<T = Receipt> {
    answer: oneshot::Receiver<Result<T, EngineError>>,
    shared: Arc<Shared>,
}

impl<T> Pending<T> {
    pub(crate) fn new(shared: &Arc<Shared>) -> (ReplyTo<T>, Self) {
        let (reply, answer) = oneshot::channel();
        (reply, Self { answer, shared: shared.clone() })
    }

    /// Waits for the answer on this thread, at most so long.
    ///
    /// # Errors
    /// What the command was answered, or [`EngineError::TimedOut`].
    pub fn wait(self, at_most: Duration) -> Result<T, EngineError> {
        let deadline = Instant::now().checked_add(at_most);
        park_on_until(self, deadline).unwrap_or(Err(EngineError::TimedOut { waited: at_most }))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, EngineError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(cx).map(|answer| match answer {
            Ok(answer) => answer,
            Err(_) if self.shared.rings.is_closed() => Err(self.shared.told(EngineError::Closed)),
            Err(_) => Err(EngineError::unavailable("the domain was restarted before it could answer")),
        })
    }
}
