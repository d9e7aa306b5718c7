//! What cannot be meant is refused by name, with its facts, and changes nothing: the state after is the state before.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{NINE, at, at_nine, bill, shop};
use sunline_core::config::PreferenceConfig;
use sunline_core::skill::Absolute;
use sunline_core::{
    AgentId, AgentReport, AgentSpec, ChannelId, Command, CommandError, Config, ContactDetails, ContactId,
    ContactUpdate, DeliveryFailure, NewContact, OfferId, OfferOutcome, Payload, Presence, QueueId, Span,
    Value,
};
use sunline_runtime::{Clock, Engine, EngineError, blocking};

/// Ann is offered contact 1, bob is away.
fn ringing() -> (blocking::Engine, OfferId) {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start_blocking().unwrap();
    engine.apply(Command::SetPresence(AgentId(0), Presence::Available)).unwrap();
    engine.submit(bill(1)).unwrap();
    let offer = engine.inspect(|domain| domain.contact_view(&ContactId::from(1)).unwrap().offers[0]).unwrap();
    (engine, offer)
}

/// Refused with this code, and nothing has changed.
fn refused(engine: &blocking::Engine, story: &str, command: Command, code: &str) -> CommandError {
    let before = engine.state_hash().unwrap();
    let Err(EngineError::Command(error)) = engine.apply(command) else { panic!("{story}: was not refused") };
    assert_eq!(error.code(), code, "{story}: {error}");
    assert!(!error.to_string().is_empty());
    assert_eq!(engine.state_hash().unwrap(), before, "{story}");
    error
}

fn carrying(details: ContactDetails) -> Command {
    let details = Some(Arc::new(details));
    Command::Arrive(NewContact { details, ..bill(2) })
}

#[test]
fn ids_that_nobody_has_are_named() {
    let (engine, offer) = ringing();
    let nobody = AgentId(99);
    for (story, command, code) in [
        ("an agent", Command::SetPresence(nobody, Presence::Available), "unknown_agent"),
        (
            "an agent to update",
            Command::UpdateAgent(nobody, Arc::new(AgentSpec::new("eve"))),
            "unknown_agent",
        ),
        ("an agent who answers", Command::AcceptOffer(offer, nobody), "not_your_offer"),
        ("a queue", Command::Arrive(NewContact::new(ContactId::from(2), QueueId(9))), "unknown_queue"),
        (
            "a channel",
            Command::Arrive(NewContact { channel: Some(ChannelId(9)), ..bill(2) }),
            "unknown_channel",
        ),
        ("a contact", Command::Complete(ContactId::from(9)), "unknown_contact"),
        (
            "a contact to update",
            Command::UpdateContact(ContactId::from(9), Box::default()),
            "unknown_contact",
        ),
        ("an offer", Command::DeclineOffer(OfferId(4_000_000), AgentId(0)), "unknown_offer"),
        ("an offer to fail", Command::FailOffer(OfferId(4_000_000), DeliveryFailure::Busy), "unknown_offer"),
    ] {
        refused(&engine, story, command, code);
    }
    assert_eq!(engine.agent_id("eve").unwrap_err().code(), "unknown_agent");
    assert_eq!(engine.contact("c1", "refunds").unwrap_err().code(), "unknown_queue");
    for text in ["", "a\nb", &"x".repeat(39)] {
        assert_eq!(engine.contact(text, "bills").unwrap_err().code(), "invalid_id");
    }
}

#[test]
fn transitions_that_do_not_fit_name_the_state() {
    let (engine, offer) = ringing();
    let contact = ContactId::from(1);
    for (story, command, code) in [
        ("a conversation that did not begin", Command::Complete(contact), "wrong_contact_state"),
        ("a connection nobody waits for", Command::Connected(contact), "wrong_contact_state"),
        ("a failure of one", Command::ConnectionFailed(contact), "wrong_contact_state"),
        ("somebody else's offer", Command::AcceptOffer(offer, AgentId(1)), "not_your_offer"),
        ("a wrap-up that is none", Command::FinishWrapUp(AgentId(0), contact), "no_wrap_up"),
        ("a longer one", Command::ExtendWrapUp(AgentId(0), contact, Span::from_secs(1)), "no_wrap_up"),
        ("a name that is taken", Command::RegisterAgent(Arc::new(AgentSpec::new("ann"))), "duplicate_agent"),
        ("another name", Command::UpdateAgent(AgentId(0), Arc::new(AgentSpec::new("anna"))), "agent_renamed"),
        (
            "the same contact with other content",
            Command::Arrive(NewContact { points: 5, ..bill(1) }),
            "duplicate_contact",
        ),
        (
            "a customer from the future",
            Command::Arrive(NewContact { origin: Some(at(1)), ..bill(2) }),
            "origin_in_future",
        ),
    ] {
        refused(&engine, story, command, code);
    }
}

#[test]
fn an_answer_that_comes_too_late_is_told_how_its_offer_ended() {
    let (engine, offer) = ringing();
    engine.advance_to(at(20)).unwrap();
    for answer in [Command::AcceptOffer(offer, AgentId(0)), Command::DeclineOffer(offer, AgentId(0))] {
        let error = refused(&engine, "too late", answer, "offer_ended");
        assert_eq!(
            error,
            CommandError::OfferEnded { offer, outcome: OfferOutcome::Expired, ended_at: at(20) }
        );
    }
    engine.apply(Command::Abandon(ContactId::from(1))).unwrap();
    for late in [Command::Abandon, Command::Withdraw, Command::Complete, Command::Connected] {
        refused(&engine, "it has ended", late(ContactId::from(1)), "contact_ended");
    }
}

#[test]
fn what_is_too_large_names_its_limit() {
    let (engine, _) = ringing();
    let plain = ContactDetails::default;
    let attributes = |count: usize| (0..count).map(|n| (format!("a{n}").into(), Value::Integer(1))).collect();
    let text = |length: usize| Value::Text("x".repeat(length).into());
    for (story, details) in [
        ("attributes", ContactDetails { attributes: attributes(65), ..plain() }),
        ("a text", ContactDetails { attributes: [("note".into(), text(1025))].into(), ..plain() }),
        (
            "an attribute's name",
            ContactDetails { attributes: [("x".repeat(129).into(), Value::Integer(1))].into(), ..plain() },
        ),
        ("tags", ContactDetails { tags: (0..65).map(|n| format!("t{n}").into()).collect(), ..plain() }),
        ("excluded agents", ContactDetails { excluded_agents: (0..33).map(AgentId).collect(), ..plain() }),
        (
            "preferences",
            ContactDetails {
                prefers: vec![PreferenceConfig { term: "billing".into(), weight: 1 }; 65],
                ..plain()
            },
        ),
        (
            "labels",
            ContactDetails {
                absolute: Absolute {
                    sites: (0..257).map(|n| format!("s{n}").into()).collect(),
                    ..Absolute::default()
                },
                ..plain()
            },
        ),
        ("a payload", ContactDetails { payload: Some(Payload::new(vec![0; 65_537])), ..plain() }),
    ] {
        let error = refused(&engine, story, carrying(details.clone()), "too_large");
        assert!(error.to_string().contains(|c: char| c.is_ascii_digit()), "{error}");
        let update = ContactUpdate { details: Some(Arc::new(details)), ..ContactUpdate::default() };
        refused(&engine, story, Command::UpdateContact(ContactId::from(1), Box::new(update)), "too_large");
    }
    let points = Command::Arrive(NewContact { points: 1_000_000_001, ..bill(2) });
    refused(&engine, "points", points, "too_large");
    let reason = || Presence::Break("x".repeat(129).into());
    refused(&engine, "a reason", Command::SetPresence(AgentId(1), reason()), "too_large");
    refused(&engine, "one of several", Command::SetPresences(vec![(AgentId(1), reason())]), "too_large");
    let report = |presence, contacts: u64| {
        let contacts = (0..contacts).map(ContactId::from).collect();
        Command::Reconcile(vec![AgentReport { agent: AgentId(1), presence, contacts }])
    };
    refused(&engine, "a reported reason", report(reason(), 0), "too_large");
    refused(&engine, "a long report", report(Presence::Offline, 100_001), "too_large");
    let endless = carrying(ContactDetails { requires: "billing or ".repeat(500).into(), ..plain() });
    refused(&engine, "a requirement without an end", endless, "invalid_requirement");
    let nonsense = carrying(ContactDetails { requires: "billing and".into(), ..plain() });
    refused(&engine, "a requirement that is no expression", nonsense, "invalid_requirement");
}

#[test]
fn an_agent_with_mistakes_is_refused_with_all_of_them() {
    let (engine, _) = ringing();
    let mut spec = AgentSpec::new("eve").with_skill("dance", sunline_core::Proficiency::BEST);
    spec.pool = Some("nowhere".into());
    spec.capacity = 0;
    let error = refused(&engine, "eve", Command::RegisterAgent(Arc::new(spec)), "invalid_agent");
    let CommandError::InvalidAgent(config) = error else { panic!("{error}") };
    let paths: Vec<&str> = config.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
}

#[test]
fn five_mistakes_of_a_configuration_are_all_reported_with_their_paths() {
    let text = r#"
        name = ""
        channels = [{ name = "voice", cost = 0 }]
        skills = [{ name = "billing" }]
        queues = [
            { name = "bills", requires = "spanish", offer = { parallel = 0 } },
            { name = "orders", colour = "blue" },
        ]
    "#;
    let error = Config::from_toml(text).unwrap_err();
    let paths: Vec<&str> = error.problems.iter().map(|problem| problem.path.as_str()).collect();
    for path in ["name", "channels[0].cost", "queues[0].requires", "queues[0].offer.parallel"] {
        assert!(paths.contains(&path), "{path} is not in {paths:?}");
    }
    assert!(paths.iter().any(|path| path.starts_with("queues[1]")), "{paths:?}");
    assert_eq!(paths.len(), 5, "{paths:?}");
}

#[test]
fn a_clock_runs_at_a_finite_pace_above_zero() {
    for factor in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        assert_eq!(Clock::scaled(NINE, factor).unwrap_err().code(), "clock_factor");
    }
    let engine = Engine::in_memory(shop()).start_blocking().unwrap();
    assert_eq!(engine.advance_to(at(1)).unwrap_err(), EngineError::ClockNotManual);
}

/// A journal as a crash leaves it: copied while its engine runs. Contact `n` carries a payload that is easy to find.
fn crashed(home: &Path) -> std::path::PathBuf {
    let (live, copy) = (home.join("live"), home.join("copy"));
    let engine = Engine::durable(shop(), &live).clock(at_nine()).start_blocking().unwrap();
    for n in 0..20 {
        let payload = Some(Payload::new(needle(n)));
        let details = Some(Arc::new(ContactDetails { payload, ..ContactDetails::default() }));
        engine.submit(NewContact { details, ..bill(n) }).unwrap();
    }
    std::fs::create_dir(&copy).unwrap();
    for file in std::fs::read_dir(&live).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    copy
}

fn needle(n: u64) -> Vec<u8> {
    format!("this-customer-is-easy-to-find-{n:02}").into_bytes()
}

/// Changes each file of a journal in which the bytes stand; how many there were.
fn damage(journal: &Path, bytes: &[u8], change: impl Fn(&mut Vec<u8>, usize)) {
    let mut places = 0;
    for file in std::fs::read_dir(journal).unwrap() {
        let path = file.unwrap().path();
        let mut content = std::fs::read(&path).unwrap();
        while let Some(place) = content.windows(bytes.len()).position(|window| window == bytes) {
            change(&mut content, place);
            places += 1;
        }
        std::fs::write(&path, content).unwrap();
    }
    assert!(places > 0, "the bytes stand in the journal");
}

fn code_of_reopening(journal: &Path) -> &'static str {
    match Engine::reopen(journal).clock(at_nine()).start_blocking() {
        Ok(_) => "opened",
        Err(error) => {
            assert!(error.to_string().starts_with("the journal cannot be used: "), "{error}");
            error.code()
        }
    }
}

#[test]
fn a_journal_with_a_damaged_middle_starts_no_engine() {
    let home = tempfile::tempdir().unwrap();
    let journal = crashed(home.path());
    damage(&journal, &needle(3), |content, place| content[place] ^= 1);
    let code = code_of_reopening(&journal);
    assert!(["corrupt", "damaged"].contains(&code), "{code}");
}

#[test]
fn a_journal_whose_file_was_cut_starts_no_engine() {
    let home = tempfile::tempdir().unwrap();
    let journal = crashed(home.path());
    damage(&journal, &needle(3), |content, _| content.truncate(content.len() / 3));
    let code = code_of_reopening(&journal);
    assert!(["corrupt", "damaged"].contains(&code), "{code}");
}

#[test]
fn a_last_record_that_did_not_reach_the_disk_whole_is_left_out() {
    let home = tempfile::tempdir().unwrap();
    let journal = crashed(home.path());
    damage(&journal, &needle(19), |content, place| content[place] ^= 1);
    let engine = Engine::reopen(&journal).clock(at_nine()).start_blocking().unwrap();
    let inside = engine.inspect(|domain| domain.contacts().count()).unwrap();
    assert_eq!(inside, 19);
}
