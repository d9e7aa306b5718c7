//! Whatever the world says: recovery, folding and replay give the state that was live, and a crash changes nothing.

mod common;

use common::{Centre, NINE, config, words};
use proptest::prelude::*;
use sunline_core::{Domain, Event, Matcher, Seq};
use sunline_journal::{Batch, Input, InputKind, Journal, MemoryStore, recover, replay};

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn recovered_and_replayed_states_are_the_live_one(words in words(300), group in 1_usize..20) {
        let mut store = MemoryStore::new();
        let mut centre = Centre::open(store.clone());
        centre.run(&words, group);
        let live = centre.domain.state_hash();

        let replayed = replay(&store)?;
        prop_assert_eq!(replayed.state_hash, live);
        prop_assert_eq!(replayed.folded, 0);
        let recovered = recover(&mut store)?;
        prop_assert_eq!(recovered.domain.state_hash(), live);
        prop_assert_eq!(recovered.domain.next_deadline(), centre.domain.next_deadline());
        prop_assert_eq!(recovered.tail, centre.journal.tail());
        prop_assert_eq!(recovered.domain.broken_invariants(), centre.domain.broken_invariants());
    }

    #[test]
    fn looking_at_everybody_decides_the_same(words in words(200)) {
        let mut centre = Centre::open(MemoryStore::new());
        centre.run(&words, 8);
        let mut naive = Domain::with_matcher(NINE, config(), Matcher::Naive)?;
        let mut decided: Vec<Event> = std::iter::from_fn(|| naive.poll_event()).collect();
        for frame in centre.journal.frames(0)? {
            for Input { at, key, kind } in frame?.inputs {
                match (kind, key) {
                    (InputKind::Command(command), Some(key)) => drop(naive.handle_once(at, key, command)),
                    (InputKind::Command(command), None) => drop(naive.handle(at, command)),
                    _ => naive.handle_deadlines(at),
                }
                decided.extend(std::iter::from_fn(|| naive.poll_event()));
            }
        }
        let journaled: Vec<Event> = centre.journal.events(Seq(1))?.collect::<Result<_, _>>()?;
        prop_assert_eq!(decided, journaled);
    }

    #[test]
    fn a_crash_between_two_commits_changes_nothing(
        words in words(300), group in 1_usize..20, crash in 0_usize..300, snapshot in 0_usize..300,
    ) {
        // Time that only refused commands have seen is not journaled; here the clock never goes back to tell.
        let mut unharmed = Centre::open(MemoryStore::new());
        unharmed.world.steady = true;
        unharmed.run(&words, group);

        let mut centre = Centre::open(MemoryStore::new());
        centre.world.steady = true;
        for (i, words) in words.chunks(group).enumerate() {
            words.iter().for_each(|word| centre.hear(*word));
            centre.commit();
            if i == snapshot / group {
                centre.journal.save_snapshot(&centre.domain)?;
            }
            if i == crash / group {
                let (journal, recovered) = Journal::recover(centre.journal.into_store())?;
                prop_assert_eq!(recovered.report.snapshot.is_some(), snapshot / group <= crash / group);
                let batch = Batch::after(journal.tail());
                centre = Centre { domain: recovered.domain, journal, batch, world: centre.world };
            }
        }
        prop_assert_eq!(centre.domain.state_hash(), unharmed.domain.state_hash());
        prop_assert_eq!(centre.journal.tail().events, unharmed.journal.tail().events);
        replay(centre.journal.store())?;
    }
}
