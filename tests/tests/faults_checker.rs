//! The simulation of faults notices what it is there to notice: its judge is told a lie, and says so. And the modelled
//! disk keeps what every store promises.

use std::collections::BTreeMap;
use std::sync::Mutex;

use sunline_journal::conformance;
use sunline_tests::faults::{Disk, Lie, Plant, run};
use sunline_tests::random::{Case, Kind};

const SEEDS: core::ops::Range<u64> = 900..907;

/// What a run of some ticks says, with something planted.
fn found(seed: u64, plant: Plant) -> Result<(), String> {
    let ticks: Vec<u32> = (0..700).collect();
    let case = Case { kind: Kind::Small, seed, length: 700 };
    run(case, &ticks, plant).map(drop).map_err(|trouble| trouble.what)
}

fn first_found(plant: Plant) -> String {
    SEEDS.into_iter().find_map(|seed| found(seed, plant).err()).unwrap_or_else(|| "nothing".to_owned())
}

#[test]
fn with_nothing_planted_every_run_passes() {
    for seed in SEEDS {
        assert_eq!(found(seed, Plant::Nothing), Ok(()), "seed {seed}");
    }
}

#[test]
fn a_run_follows_from_its_seed() {
    let ticks: Vec<u32> = (0..300).collect();
    let case = Case { kind: Kind::Small, seed: 901, length: 300 };
    let told = || format!("{:?}", run(case, &ticks, Plant::Nothing).map_err(|trouble| trouble.what));
    assert_eq!(told(), told());
}

#[test]
fn every_lie_is_noticed() {
    let lies = [
        (Plant::Told(Lie::OtherAgent, 20), ""),
        (Plant::Told(Lie::OtherContactEnds, 20), ""),
        (Plant::Told(Lie::OtherContactArrives, 20), ""),
        (Plant::Receipt, "was acknowledged"),
        (Plant::SecondReceipt, "was answered"),
        // Where the journal is relaxed a shorter one is no lie, but it fits no state.
        (Plant::LostTail, ""),
        (Plant::OtherRecord, "recorded and released differ"),
        (Plant::TooEarly, "was let out"),
        (Plant::Gap, "a reader at"),
        (Plant::Twice, "a reader at"),
        (Plant::Replay, "replay: "),
    ];
    for (plant, words) in lies {
        let what = first_found(plant);
        assert!(what != "nothing" && what.contains(words), "{plant:?}: {what}");
    }
}

#[test]
fn the_modelled_disk_keeps_the_promises_of_a_store() {
    for relaxed in [false, true] {
        let disks = Mutex::new(BTreeMap::<u32, Disk>::new());
        let open = |number| {
            let mut disks = disks.lock().expect("no thread panics while it opens");
            Ok(disks.entry(number).or_insert_with(|| Disk::new(relaxed)).open())
        };
        conformance(open).unwrap_or_else(|broken| panic!("relaxed {relaxed}: {broken}"));
    }
}
