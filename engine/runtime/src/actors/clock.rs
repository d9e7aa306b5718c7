//! The clock's actor: one armed timer, which rings the writer's bell.
//!
//! A wake-up may come late and never decides anything: the writer asks the clock what time it is.

use core::time::Duration;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use sunline_core::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::shared::Shared;

/// A sleeper looks at the clock this often: a wall clock may be set forward.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) enum ClockMessage {
    /// Ring when it is this time.
    Arm(Timestamp),
    /// Ring after this long by the wall, whatever the clock says.
    RingAfter(Duration),
}

#[derive(Debug)]
pub(crate) struct ClockActor;

#[derive(Debug)]
pub(crate) struct ClockState {
    shared: Arc<Shared>,
    sleeper: Option<JoinHandle<()>>,
}

impl Drop for ClockState {
    fn drop(&mut self) {
        if let Some(sleeper) = self.sleeper.take() {
            sleeper.abort();
        }
    }
}

impl Actor for ClockActor {
    type Msg = ClockMessage;
    type State = ClockState;
    type Arguments = Arc<Shared>;

    async fn pre_start(
        &self,
        me: ActorRef<ClockMessage>,
        shared: Arc<Shared>,
    ) -> Result<ClockState, ActorProcessingErr> {
        // A runtime without timers shows here, where the start can still fail.
        sleep(Duration::ZERO).await;
        shared.addresses.clock.store(Some(Arc::new(me)));
        shared.disarmed();
        shared.bell.ring();
        Ok(ClockState { shared, sleeper: None })
    }

    async fn handle(
        &self,
        _: ActorRef<ClockMessage>,
        message: ClockMessage,
        state: &mut ClockState,
    ) -> Result<(), ActorProcessingErr> {
        let shared = state.shared.clone();
        match message {
            ClockMessage::Arm(at) => {
                if let Some(before) = state.sleeper.take() {
                    before.abort();
                }
                if shared.clock.is_manual() {
                    return Ok(());
                }
                state.sleeper = Some(tokio::spawn(async move {
                    while let Some(left) = shared.clock.wall_time_until(at).filter(|left| !left.is_zero()) {
                        sleep(left.min(LONGEST_SLEEP)).await;
                    }
                    shared.disarmed();
                    shared.bell.ring();
                }));
            }
            ClockMessage::RingAfter(wait) => {
                tokio::spawn(async move {
                    sleep(wait).await;
                    shared.bell.ring();
                });
            }
        }
        Ok(())
    }
}
