//! A sink's actor: it reads by cursor and delivers, one batch at a time.

use core::sync::atomic::Ordering;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::error::EngineError;
use crate::shared::Shared;
use crate::sink::{EventSink, Progress, SinkFactory, pause_after};
use crate::stream::EventStream;

/// Events delivered at once.
const BATCH: usize = 512;

#[derive(Debug)]
pub(crate) enum SinkMessage {
    /// Read on.
    Next,
    /// Read on after a pause, from the cursor.
    Again,
}

#[derive(Debug)]
pub(crate) struct SinkActor;

pub(crate) struct SinkArguments {
    pub(crate) shared: Arc<Shared>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) factory: SinkFactory,
}

pub(crate) struct SinkState {
    shared: Arc<Shared>,
    progress: Arc<Progress>,
    sink: Box<dyn EventSink>,
    stream: EventStream,
    failures: u32,
}

impl Actor for SinkActor {
    type Msg = SinkMessage;
    type State = SinkState;
    type Arguments = SinkArguments;

    async fn pre_start(
        &self,
        me: ActorRef<SinkMessage>,
        arguments: SinkArguments,
    ) -> Result<SinkState, ActorProcessingErr> {
        let SinkArguments { shared, progress, factory } = arguments;
        let stream = EventStream::new(shared.clone(), progress.next());
        me.send_message(SinkMessage::Next)?;
        Ok(SinkState { shared, progress, sink: factory(), stream, failures: 0 })
    }

    async fn handle(
        &self,
        me: ActorRef<SinkMessage>,
        message: SinkMessage,
        state: &mut SinkState,
    ) -> Result<(), ActorProcessingErr> {
        let SinkState { shared, progress, sink, stream, failures } = state;
        if matches!(message, SinkMessage::Again) {
            *stream = EventStream::new(shared.clone(), progress.next());
        }
        let done = match stream.next_batch(BATCH).await {
            Ok(events) => match events.last().map(|last| last.seq.next()) {
                None => {
                    me.stop(Some("the engine is closed".to_owned()));
                    return Ok(());
                }
                Some(next) => sink.deliver(&events).await.map(|()| {
                    if let Some(decided) = stream.batch_decided() {
                        let took = decided.elapsed();
                        shared.telemetry.to_sink.record_many(took, events.len() as u64);
                    }
                    progress.reached(next);
                }),
            },
            Err(EngineError::SinkLagged(_)) => {
                progress.lags.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => Err(error.into()),
        };
        match done {
            Ok(()) => {
                *failures = 0;
                me.send_message(SinkMessage::Next)?;
            }
            Err(error) => {
                *failures += 1;
                progress.failures.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(sink = %progress.name, at = progress.next().0, %error, "a delivery failed");
                me.send_after(pause_after(*failures), || SinkMessage::Again);
            }
        }
        Ok(())
    }
}
