//! The watchdog's actor: it looks at what the others publish, says what should not be, and brings the metrics up to date.
//!
//! It decides nothing and mends nothing. Only the check of the invariants, where it is wanted, asks something of the writer.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;

use crate::entry::Action;
use crate::shared::Shared;
use crate::telemetry::{Finding, Watch, WatchdogOptions, describe_metrics};

#[derive(Debug)]
pub(crate) enum WatchdogMessage {
    /// Look, and again after a pause.
    Tick,
    /// Look, and say what has been found so far.
    Look(oneshot::Sender<Vec<Finding>>),
    /// What the kernel says of its invariants, and how long that took; nothing when it could not be asked.
    Checked(Option<Check>),
}

/// A check of the invariants: what is broken, and how long the writer was held.
pub(crate) type Check = (Vec<String>, Duration);

#[derive(Debug)]
pub(crate) struct WatchdogActor;

pub(crate) struct WatchdogState {
    shared: Arc<Shared>,
    watch: Watch,
    /// When the invariants are to be checked next; `None`: never, or a check is under way.
    check_at: Option<Instant>,
}

/// Broken invariants that are told apart: when more are, one cause has many faces, and the book of findings is bounded.
const TOLD: usize = 16;

/// The first sentences, and how many more there are.
fn bounded(mut broken: Vec<String>) -> Vec<String> {
    let more = broken.len().saturating_sub(TOLD);
    if more > 0 {
        broken.truncate(TOLD);
        broken.push(format!("and {more} invariants more"));
    }
    broken
}

impl WatchdogState {
    fn look(&mut self) {
        let shared = &self.shared;
        let found = self.watch.look(shared);
        for finding in shared.telemetry.findings.note(shared.clock.now(), found) {
            let (number, kind) = (finding.number, finding.kind.name());
            tracing::warn!(number, kind, "{finding}");
            shared.telemetry.meters.count_finding(kind);
        }
        shared.telemetry.meters.publish(shared);
    }

    /// Has the invariants checked, if it is time. The answer comes as a message: the writer may be held up.
    fn check(&mut self, me: &ActorRef<WatchdogMessage>) {
        if self.check_at.is_none_or(|at| Instant::now() < at) {
            return;
        }
        self.check_at = None;
        let (shared, me) = (self.shared.clone(), me.clone());
        tokio::spawn(async move {
            let (reply, answer) = oneshot::channel();
            let asked = shared.control(Action::CheckInvariants(reply)).await;
            let check = if asked.is_ok() { answer.await.ok() } else { None };
            // A watchdog that is gone is being replaced, and asks anew.
            let _ = me.send_message(WatchdogMessage::Checked(check));
        });
    }

    fn next_check(&self) -> Option<Instant> {
        self.watch.options.invariants_every.and_then(|every| Instant::now().checked_add(every))
    }
}

impl Actor for WatchdogActor {
    type Msg = WatchdogMessage;
    type State = WatchdogState;
    type Arguments = (Arc<Shared>, WatchdogOptions);

    async fn pre_start(
        &self,
        me: ActorRef<WatchdogMessage>,
        (shared, options): Self::Arguments,
    ) -> Result<WatchdogState, ActorProcessingErr> {
        describe_metrics();
        me.send_after(options.pause(), || WatchdogMessage::Tick);
        shared.addresses.watchdog.store(Some(Arc::new(me)));
        let mut state = WatchdogState { shared, watch: Watch::new(options), check_at: None };
        state.check_at = state.next_check();
        Ok(state)
    }

    async fn handle(
        &self,
        me: ActorRef<WatchdogMessage>,
        message: WatchdogMessage,
        state: &mut WatchdogState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            WatchdogMessage::Tick => {
                state.look();
                state.check(&me);
                me.send_after(state.watch.options.pause(), || WatchdogMessage::Tick);
            }
            WatchdogMessage::Look(reply) => {
                state.look();
                // Whoever gave up waiting needs no answer.
                let _ = reply.send(state.shared.telemetry.findings.all());
            }
            WatchdogMessage::Checked(check) => {
                if let Some((broken, took)) = check {
                    state.shared.telemetry.meters.note_check(took);
                    state.watch.broken = bounded(broken);
                    state.look();
                }
                state.check_at = state.next_check();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_sentences_the_first_are_told_and_the_rest_are_counted() {
        let broken = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(bounded(broken(TOLD)), broken(TOLD));
        let told = bounded(broken(TOLD + 5));
        assert_eq!((told.len(), told[TOLD].as_str()), (TOLD + 1, "and 5 invariants more"));
    }
}
