//! The random runs notice what they are there to notice: each check is shown something wrong, and says so.
//!
//! The same runs pass when nothing is planted. Where a change cannot be made in one run, because what it changes never
//! happens there, the next seed is tried.

use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::{
    AgentId, ChosenBy, ContactId, ContactOutcome, Decision, Domain, Event, EventKind, OfferOutcome, Presence,
    Seq, Span, TieBreak, Timestamp,
};
use sunline_tests::random::{Case, Change, Kind, Plant, Short, campaign, cases, read, run, shrink};

const SEEDS: core::ops::Range<u64> = 500..580;
const TICK: Span = Span::from_nanos(1);

/// What a run of 600 moves says, with something planted.
fn found(seed: u64, plant: Plant) -> Result<(), String> {
    let moves: Vec<u32> = (0..600).collect();
    run(seed, Kind::Small, &moves, plant).map(drop).map_err(|trouble| trouble.what)
}

/// What the first run says in which a plant bears fruit.
fn first_found(plant: Plant) -> String {
    SEEDS.into_iter().find_map(|seed| found(seed, plant).err()).unwrap_or_else(|| "nothing".to_owned())
}

#[test]
fn with_nothing_planted_every_run_passes() {
    for seed in SEEDS {
        assert_eq!(found(seed, Plant::Nothing), Ok(()), "seed {seed}");
    }
}

/// A change of one kind of event.
macro_rules! change {
    ($pattern:pat => $change:expr) => {
        (|event: &mut Event| match &mut event.kind {
            $pattern => {
                $change;
                true
            }
            _ => false,
        }) as Change
    };
}

#[test]
fn the_books_notice_a_lie_in_any_event() {
    let lies: [(&str, Change); 34] = [
        ("an event is missing", |event| {
            event.seq = event.seq.next();
            true
        }),
        ("time goes back", |event| {
            let back = event.seq > Seq(20);
            event.at = if back { Timestamp::EPOCH } else { event.at };
            back
        }),
        ("another agent is asked", change!(EventKind::OfferIssued { agent, .. } => agent.0 += 1)),
        (
            "another contact is offered",
            change!(EventKind::OfferIssued { contact, .. } => *contact = ContactId::from(1_000_000)),
        ),
        ("the index is another", change!(EventKind::OfferIssued { decision, .. } => decision.index += 1)),
        (
            "the tie was broken otherwise",
            change!(EventKind::OfferIssued { decision, .. } => {
                decision.tie_break = match decision.tie_break {
                    TieBreak::None => TieBreak::Arrival,
                    _ => TieBreak::None,
                }
            }),
        ),
        (
            "the offer lasts longer",
            change!(EventKind::OfferIssued { expires_at, .. } => *expires_at = *expires_at - TICK),
        ),
        ("somebody else accepts", change!(EventKind::OfferAccepted { agent, .. } => agent.0 += 1)),
        (
            "an offer that never was is accepted",
            change!(EventKind::OfferAccepted { offer, .. } => offer.0 += 1),
        ),
        ("an offer that never was ends", change!(EventKind::OfferEnded { offer, .. } => offer.0 += 1)),
        (
            "a refusal counts as silence",
            change!(EventKind::OfferEnded { outcome: outcome @ OfferOutcome::Declined, .. } => *outcome = OfferOutcome::Expired),
        ),
        (
            "silence counts as a refusal",
            change!(EventKind::OfferEnded { outcome: outcome @ OfferOutcome::Expired, .. } => *outcome = OfferOutcome::Declined),
        ),
        ("a strike more", change!(EventKind::OfferEnded { strikes, .. } => *strikes += 1)),
        (
            "a longer pause",
            change!(EventKind::OfferEnded { cool_down_until: Some(until), .. } => *until += TICK),
        ),
        (
            "passed over for longer",
            change!(EventKind::OfferEnded { excluded_until: Some(until), .. } => *until += TICK),
        ),
        ("it waited longer", change!(EventKind::ContactEnded { waited, .. } => *waited += TICK)),
        (
            "it was handled longer",
            change!(EventKind::ContactEnded { agent: Some(_), handled, .. } => *handled += TICK),
        ),
        (
            "a caller who gave up counts as served",
            change!(EventKind::ContactEnded { outcome: outcome @ ContactOutcome::Abandoned, .. } => *outcome = ContactOutcome::Served),
        ),
        (
            "wrap-up ends later",
            change!(EventKind::ContactEnded { wrap_up_until: Some(until), .. } => *until += TICK),
        ),
        (
            "nobody served it",
            change!(EventKind::ContactEnded { agent: agent @ Some(_), .. } => *agent = None),
        ),
        (
            "another contact is connected",
            change!(EventKind::ContactConnected { contact, .. } => *contact = ContactId::from(1_000_000)),
        ),
        (
            "its customer waits since earlier",
            change!(EventKind::ContactArrived { origin, .. } => *origin = *origin - Span::from_secs(1)),
        ),
        (
            "an agent goes home",
            change!(EventKind::PresenceChanged { presence: presence @ Presence::Available, .. } => *presence = Presence::Offline),
        ),
        (
            "an agent may be asked for it again too early",
            change!(EventKind::ExclusionEnded { agent, .. } => agent.0 += 1),
        ),
        ("wrap-up is extended by more", change!(EventKind::WrapUpExtended { until, .. } => *until += TICK)),
        ("the handle time is another", change!(EventKind::WrapUpEnded { handled, .. } => *handled += TICK)),
        (
            "a customer is dialled again too early",
            change!(EventKind::CustomerNotReached { retry_at: Some(retry_at), .. } => *retry_at = *retry_at - TICK),
        ),
        (
            "an agent's refusal counts as an attempt",
            change!(EventKind::CustomerNotReached { attempts, .. } => *attempts += 1),
        ),
        (
            "a contact is kept for an agent for longer",
            change!(EventKind::ContactKept { until, .. } => *until += TICK),
        ),
        ("it was kept for another", change!(EventKind::KeepEnded { agent, .. } => agent.0 += 1)),
        (
            "one more could have been chosen",
            change!(EventKind::CandidatesJudged { candidates, .. } => *candidates += 1),
        ),
        ("another step opens", change!(EventKind::StepOpened { step, .. } => *step += 1)),
        (
            "a step opens for another contact",
            change!(EventKind::StepOpened { contact, .. } => *contact = ContactId::from(1_000_000)),
        ),
        (
            "a place that was merged is younger",
            change!(EventKind::ContactMerged { origin, .. } => *origin += TICK),
        ),
    ];
    for (lie, change) in lies {
        let said = first_found(Plant::Books(40, change));
        assert!(said.starts_with("the books do not balance"), "{lie}: {said}");
    }
}

/// A change of what the checker hears that a contact asks absolutely.
macro_rules! asks {
    ($details:ident => $change:expr) => {
        (|event: &mut Event| match &mut event.kind {
            EventKind::ContactArrived { details: Some(details), .. } => {
                let $details = Arc::make_mut(details);
                $change;
                true
            }
            _ => false,
        }) as Change
    };
}

/// The checker hears that something is forbidden which the kernel was never told: every pair made across it is noticed.
#[test]
fn the_books_notice_a_pair_that_an_absolute_rule_forbids() {
    let lies: [(&str, Change); 5] = [
        (
            "nobody is cleared for its data class",
            asks!(details => details.absolute.data_classes.insert("secret".into())),
        ),
        ("nobody works at its site", asks!(details => details.absolute.sites = ["nowhere".into()].into())),
        (
            "nobody is entitled to it",
            asks!(details => details.absolute.entitlements.insert("secrets".into())),
        ),
        ("it excludes everybody", asks!(details => details.excluded_agents = (0..32).map(AgentId).collect())),
        (
            "the agent never serves these customers",
            change!(EventKind::AgentRegistered { spec, .. } => {
                Arc::make_mut(spec).never_serves.extend(["smith", "jones", "kim"].map(SmolStr::from));
            }),
        ),
    ];
    for (lie, change) in lies {
        let mut said = SEEDS.filter_map(|seed| found(seed, Plant::Books(0, change)).err());
        assert!(said.any(|said| said.contains("by an absolute rule")), "{lie}: no run shows it");
    }
}

#[test]
fn the_books_notice_an_assignment_by_hand_that_an_absolute_rule_forbids() {
    let change = asks!(details => details.absolute.data_classes.insert("secret".into()));
    let mut runs = (0..12).flat_map(|part| SEEDS.map(move |seed| (seed, part * 50)));
    let noticed = runs.any(|(seed, after)| {
        found(seed, Plant::Books(after, change)).is_err_and(|said| said.contains("is kept from contact"))
    });
    assert!(noticed, "no run shows it");
}

#[test]
fn the_books_notice_a_lie_about_rights() {
    let lies: [(&str, Change); 4] = [
        (
            "an entitlement counts the other way",
            change!(EventKind::EntitlementChanged { valid, .. } => *valid = !*valid),
        ),
        (
            "another entitlement changes",
            change!(EventKind::EntitlementChanged { entitlement, .. } => *entitlement = "cards".into()),
        ),
        (
            "the lock was of another project",
            change!(EventKind::ProjectLockEnded { project, .. } => *project = "other".into()),
        ),
        (
            "nobody released the lock",
            change!(EventKind::ProjectLockEnded { released: released @ Some(_), .. } => *released = None),
        ),
    ];
    for (lie, change) in lies {
        let said = first_found(Plant::Books(0, change));
        assert!(said.starts_with("the books do not balance"), "{lie}: {said}");
    }
}

#[test]
fn an_oracle_that_missed_a_command_tells_otherwise() {
    let said = first_found(Plant::Oracle(100));
    assert!(said.starts_with("the index tells") || said.starts_with("the oracle tells more"), "{said}");
}

#[test]
fn a_restored_kernel_that_missed_a_command_is_noticed() {
    let said = first_found(Plant::Twin);
    assert!(said.starts_with("a restored kernel"), "{said}");
}

#[test]
fn every_way_back_notices_what_is_missing() {
    for (plant, says) in [
        (Plant::Fold, "the folded events give another state"),
        (Plant::Tail, "a snapshot and its tail give another state"),
        (Plant::Replay, "decided again, "),
    ] {
        let said = found(SEEDS.start, plant).unwrap_err();
        assert!(said.starts_with(says), "{plant:?}: {said}");
    }
}

#[test]
fn a_journal_that_holds_something_else_does_not_replay() {
    for change in [
        change!(EventKind::OfferIssued { decision, .. } => decision.index += 1),
        change!(EventKind::ContactEnded { waited, .. } => *waited += TICK),
        change!(EventKind::ContactArrived { points, .. } => *points += 1),
    ] {
        let said = first_found(Plant::Journal(change));
        assert!(said.starts_with("the journal: "), "{said}");
    }
}

/// Joint rules and scores from outside may let a contact wait beside a free agent for a while.
fn sought_at_once(decision: &Decision) -> bool {
    matches!(decision.chosen_by, ChosenBy::AgentRule(_))
}

/// In the middle of a step a contact waits for an agent who is free: a state that no step may leave behind.
#[test]
fn the_invariants_notice_a_half_done_step() {
    let moves: Vec<u32> = (0..600).collect();
    let mut halves = 0;
    for seed in SEEDS {
        let told = run(seed, Kind::Small, &moves, Plant::Nothing).expect("nothing is planted").events;
        let whole = Domain::fold(&told).expect("its own events fold");
        assert_eq!(whole.broken_invariants(), Vec::<String>::new());
        let issued_at_arrival = told.windows(2).position(|pair| {
            matches!(pair[0].kind, EventKind::ContactArrived { .. })
                && matches!(&pair[1].kind, EventKind::OfferIssued { decision, .. } if sought_at_once(decision))
        });
        if let Some(place) = issued_at_arrival {
            let half = Domain::fold(&told[..=place]).expect("its own events fold");
            assert!(!half.broken_invariants().is_empty(), "seed {seed}, after {}", told[place].seq);
            halves += 1;
        }
    }
    assert!(halves > 10, "only {halves} runs offer a contact as it arrives");
}

#[test]
fn a_failure_is_made_short_and_still_fails() {
    let change = change!(EventKind::OfferEnded { strikes, .. } => *strikes += 1);
    let plant = Plant::Books(0, change);
    let moves: Vec<u32> = (0..600).collect();
    let long = SEEDS.into_iter().find_map(|seed| Some((seed, run(seed, Kind::Small, &moves, plant).err()?)));
    let (seed, trouble) = long.expect("an offer ends in some run");
    let Short { moves, trouble } = shrink(seed, Kind::Small, &moves, plant, trouble);
    assert!(moves.len() < 30, "{} moves are left", moves.len());
    assert!(trouble.what.contains("strikes"), "{}", trouble.what);
    assert_eq!(run(seed, Kind::Small, &moves, plant).unwrap_err().what, trouble.what);
}

#[test]
fn a_campaign_is_decided_by_its_size_and_seed_and_a_longer_one_begins_the_same() {
    let (short, long) = (cases(20_000, 1), cases(1_000_000, 1));
    assert_eq!(short[..], long[..10]);
    assert_eq!(long.iter().map(|case| case.length as usize).sum::<usize>(), 1_000_000);
    let brief: Vec<Case> = short.iter().map(|case| Case { length: 100, ..*case }).collect();
    let (one, two) = (campaign(&brief).unwrap(), campaign(&brief).unwrap());
    assert_eq!((one.runs(), one.commands()), (10, 1_000));
    assert_eq!((one.events, one.seen), (two.events, two.seen));
}

#[test]
fn a_case_reads_as_it_is_written() {
    let text = "# words for people\n\nSmall 7 2000\n  Restless 3 50\n";
    let cases = read(text).unwrap();
    assert_eq!(cases.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Small 7 2000", "Restless 3 50"]);
    assert_eq!(
        read("Tiny 7 2000").unwrap_err(),
        "\"Tiny 7 2000\" is not a kind of centre, a seed and a number of moves"
    );
}
