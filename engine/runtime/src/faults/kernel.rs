//! Kernels that break.

use std::sync::mpsc::channel;

use sunline_core::{
    AgentId, Command, CommandError, CommandKey, ContactId, Domain, EventKind, OfferOutcome, Presence,
    Receipt, Seq, Timestamp,
};
use sunline_journal::Batch;

use super::{NINE, at, bill, shop, soon};
use crate::host::Kernel;
use crate::{Clock, Engine, EngineError, Pending};

/// The contact over which a fragile kernel panics, and the instant whose deadlines it does not survive.
const POISON: u64 = 666;
const BAD_MINUTE: Timestamp = Timestamp::from_secs(9 * 3600 + 60);

/// A kernel that breaks half-way through a step, when its state has changed already.
struct Fragile {
    domain: Domain,
    breaking: bool,
    set_aside: bool,
}

impl Kernel for Fragile {
    type Broken = &'static str;

    fn of(domain: Domain) -> Self {
        Self { domain, breaking: false, set_aside: false }
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn apply(
        &mut self,
        batch: &mut Batch,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        if matches!(&command, Command::Arrive(new) if new.id == ContactId::from(POISON)) {
            self.domain.handle(at, Command::Arrive(bill(POISON + 1))).unwrap();
            panic!("{POISON} is too much");
        }
        batch.apply(&mut self.domain, at, key, command)
    }

    fn advance(&mut self, batch: &mut Batch, to: Timestamp) -> bool {
        if to >= BAD_MINUTE && !self.set_aside {
            self.domain.handle_deadlines(at(30));
            self.breaking = true;
            panic!("a bad minute");
        }
        batch.advance(&mut self.domain, to)
    }

    fn broken_deadline(&self) -> Option<&'static str> {
        self.breaking.then_some("the bad minute")
    }

    fn set_aside(&mut self, _: &&'static str) {
        self.set_aside = true;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_breaks_the_kernel_is_refused_and_its_batch_goes_on() {
    let builder = Engine::in_memory(shop()).clock(Clock::manual(NINE)).keep_history();
    let engine = builder.start_kernel::<Fragile>().await.unwrap();
    engine.set_presence("ann", Presence::Available).await.unwrap();
    // While the writer is held up, everything gathers in one batch.
    let (release, held) = channel::<()>();
    let holder = tokio::spawn({
        let engine = engine.clone();
        async move { engine.inspect(move |_| held.recv()).await }
    });
    let ids = [1, 2, POISON, 3, POISON, 4];
    let pending: Vec<Pending> = ids.iter().map(|id| engine.post_contact(bill(*id)).unwrap()).collect();
    drop(release);
    holder.await.unwrap().unwrap().unwrap_err();
    let mut bare = Domain::new(NINE, shop()).unwrap();
    bare.handle(NINE, Command::SetPresence(AgentId(0), Presence::Available)).unwrap();
    for (id, pending) in ids.into_iter().zip(pending) {
        match soon(pending).await {
            Ok(receipt) => assert_eq!(bare.handle(NINE, Command::Arrive(bill(id))), Ok(receipt)),
            Err(error) => {
                let message = "666 is too much".to_owned();
                assert_eq!((id, error), (POISON, EngineError::KernelPanicked { command: "arrive", message }));
            }
        }
    }
    assert_eq!(engine.state_hash().await.unwrap(), bare.state_hash());
    assert_eq!((engine.stats().rebuilds, engine.stats().refused), (2, 2));
    assert_eq!(engine.stats().restarts, 0);
    // Readers saw each event once, and nothing of what was taken back.
    let mut events = engine.events(Seq(1));
    while events.position() <= bare.seq() {
        let event = soon(events.next()).await.unwrap().unwrap();
        let told = bare.poll_event().unwrap();
        assert_eq!(event, told);
    }
}

#[tokio::test]
async fn a_deadline_that_breaks_the_kernel_is_set_aside_and_time_goes_on() {
    let builder = Engine::in_memory(shop()).clock(Clock::manual(NINE));
    let engine = builder.start_kernel::<Fragile>().await.unwrap();
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let mut events = engine.live_events();
    engine.advance_to(at(90)).await.unwrap();
    assert_eq!(engine.stats().rebuilds, 1);
    let EventKind::OfferEnded { outcome, .. } = soon(events.next()).await.unwrap().unwrap().kind else {
        panic!("the offer expires")
    };
    assert_eq!(outcome, OfferOutcome::Expired);
    // It is not tried again.
    engine.advance_to(at(95)).await.unwrap();
    assert_eq!(engine.stats().rebuilds, 1);
}
