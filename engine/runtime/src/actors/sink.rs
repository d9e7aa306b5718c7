//! A sink's actor: it reads by cursor and delivers, one batch at a time.

use core::sync::atomic::Ordering;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::error::{EngineError, SinkLagged};
use crate::shared::Shared;
use crate::sink::{EventSink, Progress, SinkFactory, pause_after};
use crate::stream::EventStream;

/// Events delivered at once.
pub(crate) const BATCH: usize = 512;

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
    pub(crate) masked: bool,
}

pub(crate) struct SinkState {
    shared: Arc<Shared>,
    progress: Arc<Progress>,
    sink: Box<dyn EventSink>,
    stream: EventStream,
    masked: bool,
    failures: u32,
}

/// Where a sink reads, from its cursor on.
fn stream_of(shared: &Arc<Shared>, progress: &Progress, masked: bool) -> EventStream {
    let stream = EventStream::new(shared.clone(), progress.next());
    if masked { stream.masked() } else { stream }
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
        let SinkArguments { shared, progress, factory, masked } = arguments;
        let stream = stream_of(&shared, &progress, masked);
        me.send_message(SinkMessage::Next)?;
        Ok(SinkState { shared, progress, sink: factory(), stream, masked, failures: 0 })
    }

    async fn handle(
        &self,
        me: ActorRef<SinkMessage>,
        message: SinkMessage,
        state: &mut SinkState,
    ) -> Result<(), ActorProcessingErr> {
        let SinkState { shared, progress, sink, stream, masked, failures } = state;
        if matches!(message, SinkMessage::Again) {
            *stream = stream_of(shared, progress, *masked);
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
            Err(EngineError::EventsGone { wanted, oldest }) => {
                tracing::warn!(sink = %progress.name, wanted = wanted.0, oldest = oldest.0, "events are kept no more");
                let told = sink.lost(SinkLagged { next: wanted, oldest }).await;
                told.map(|()| {
                    progress.reached(oldest);
                    *stream = stream_of(shared, progress, *masked);
                })
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
                let pause = sink.pause(*failures).unwrap_or_else(|| pause_after(*failures));
                me.send_after(pause, || SinkMessage::Again);
            }
        }
        Ok(())
    }
}
