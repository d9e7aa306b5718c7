//! The sinks' supervisor: one that breaks is started again from its cursor, after a pause that grows.
//!
//! What is attached is noted in `Shared`, so that a supervisor that is itself replaced finds its sinks again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::oneshot;

use super::sink::{SinkActor, SinkArguments, SinkMessage};
use crate::shared::Shared;
use crate::sink::{Attached, Progress, pause_after};

pub(crate) enum SinksMessage {
    /// Start a sink: for the first time, or again after its pause. One that was detached meanwhile is not started.
    Start { attached: Attached, breaks: u32 },
    /// End one.
    Detach(Arc<Progress>),
    /// Say when all have read to the end; the log is closed.
    Finish(oneshot::Sender<()>),
}

#[derive(Debug)]
pub(crate) struct SinksActor;

pub(crate) struct SinksState {
    shared: Arc<Shared>,
    running: HashMap<ActorId, Running>,
    finish: Option<oneshot::Sender<()>>,
}

struct Running {
    address: ActorRef<SinkMessage>,
    attached: Attached,
    /// Where it began, and how often in a row it has broken without having come further.
    began_at: u64,
    breaks: u32,
}

impl SinksState {
    async fn start(&mut self, me: &ActorRef<SinksMessage>, attached: Attached, breaks: u32) {
        if !self.shared.is_attached(&attached) {
            return;
        }
        let (progress, factory) = (attached.progress.clone(), attached.factory.clone());
        let began_at = progress.next().0;
        let masked = attached.masked;
        let arguments = SinkArguments { shared: self.shared.clone(), progress, factory, masked };
        match SinkActor::spawn_linked(None, SinkActor, arguments, me.get_cell()).await {
            Ok((address, _)) => {
                tracing::debug!(sink = %attached.progress.name, at = began_at, "a sink begins");
                self.running.insert(address.get_id(), Running { address, attached, began_at, breaks });
            }
            Err(error) => broke(me, attached, breaks + 1, &error),
        }
    }

    /// Answers whoever waits for the end, if it has come.
    fn see_whether_all_is_read(&mut self) {
        if self.running.is_empty()
            && let Some(finish) = self.finish.take()
        {
            let _ = finish.send(());
        }
    }
}

fn broke(me: &ActorRef<SinksMessage>, attached: Attached, breaks: u32, error: &dyn core::fmt::Display) {
    let pause = pause_after(breaks);
    attached.progress.failures.fetch_add(1, Ordering::Relaxed);
    tracing::error!(sink = %attached.progress.name, %error, ?pause, "a sink broke and is started again");
    me.send_after(pause, move || SinksMessage::Start { attached, breaks });
}

impl Actor for SinksActor {
    type Msg = SinksMessage;
    type State = SinksState;
    type Arguments = Arc<Shared>;

    async fn pre_start(
        &self,
        me: ActorRef<SinksMessage>,
        shared: Arc<Shared>,
    ) -> Result<SinksState, ActorProcessingErr> {
        for attached in shared.attached() {
            me.send_message(SinksMessage::Start { attached, breaks: 0 })?;
        }
        shared.addresses.sinks.store(Some(Arc::new(me)));
        Ok(SinksState { shared, running: HashMap::new(), finish: None })
    }

    async fn handle(
        &self,
        me: ActorRef<SinksMessage>,
        message: SinksMessage,
        state: &mut SinksState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SinksMessage::Start { attached, breaks } => state.start(&me, attached, breaks).await,
            SinksMessage::Detach(progress) => {
                for running in state.running.values() {
                    if Arc::ptr_eq(&running.attached.progress, &progress) {
                        running.address.kill();
                    }
                }
            }
            SinksMessage::Finish(reply) => {
                state.finish = Some(reply);
                state.see_whether_all_is_read();
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        me: ActorRef<SinksMessage>,
        event: SupervisionEvent,
        state: &mut SinksState,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorTerminated(who, ..) => {
                state.running.remove(&who.get_id());
            }
            SupervisionEvent::ActorFailed(who, error) => {
                if let Some(Running { attached, began_at, breaks, .. }) = state.running.remove(&who.get_id())
                {
                    let breaks = if attached.progress.next().0 > began_at { 1 } else { breaks + 1 };
                    broke(&me, attached, breaks, &error);
                }
            }
            _ => {}
        }
        state.see_whether_all_is_read();
        Ok(())
    }
}
