//! Who may say what: every kind of command on every kind of handle, whose contact it has to be, and what the audit tells.

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::{NINE, SOON, at_nine};
use sunline_core::hours::{HoursOf, HoursTable};
use sunline_core::measures::{Feedback, FeedbackKind};
use sunline_core::{
    AgentId, AgentSpec, Beyond, ChannelId, Command, Config, ContactId, ContactUpdate, DeliveryFailure,
    Forbidden, NewContact, OfferId, Presence, QueueId, Right, RightKind, Span, TransferTarget,
};
use sunline_runtime::{Answer, Engine, EngineError, blocking};

const ANN: AgentId = AgentId(0);
const BOB: AgentId = AgentId(1);
const BILLS: QueueId = QueueId(0);
const ORDERS: QueueId = QueueId(1);

/// Ann talks to contact 1 and is asked for contact 2; bob talks to 3 and is asked for 4; 5 waits for orders, 6 for bills.
struct Morning {
    engine: blocking::Engine,
    for_ann: OfferId,
    for_bob: OfferId,
}

fn config() -> Config {
    Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills", wrap_up = "30s" }, { name = "orders" }]
        agents = [{ name = "ann", capacity = 2 }, { name = "bob", capacity = 2 }]
        "#,
    )
    .unwrap()
}

fn contact(id: u64) -> ContactId {
    ContactId::from(id)
}

fn offer_of(engine: &blocking::Engine, id: u64) -> OfferId {
    engine.contact_view(contact(id)).unwrap().unwrap().offers[0]
}

fn morning() -> Morning {
    let engine = Engine::in_memory(config()).clock(at_nine()).start_blocking().unwrap();
    let mut offers = Vec::new();
    for (agent, talks, asked) in [(ANN, 1, 2), (BOB, 3, 4)] {
        engine.set_presence(agent, Presence::Available).unwrap();
        engine.submit(NewContact::new(contact(talks), BILLS)).unwrap();
        engine.accept(offer_of(&engine, talks), agent).unwrap();
        engine.submit(NewContact::new(contact(asked), BILLS)).unwrap();
        offers.push(offer_of(&engine, asked));
    }
    engine.submit(NewContact::new(contact(5), ORDERS)).unwrap();
    engine.submit(NewContact::new(contact(6), BILLS)).unwrap();
    Morning { engine, for_ann: offers[0], for_bob: offers[1] }
}

/// A handle of each right: a channel adapter, ann, a supervisor of bills, an observer.
const RIGHTS: [RightKind; 4] =
    [RightKind::Ingress, RightKind::Agent, RightKind::Supervisor, RightKind::Observer];

fn say(engine: &blocking::Engine, right: RightKind, command: Command) -> Result<(), EngineError> {
    let said = match right {
        RightKind::Ingress => engine.ingress("telephony").say(command),
        RightKind::Agent => engine.agent(ANN, "ann's desk").unwrap().say(command),
        RightKind::Supervisor => engine.supervisor([BILLS], "eve").unwrap().say(command),
        _ => engine.observer("wallboard").say(command),
    };
    said.map(|_| ())
}

fn feedback() -> Feedback {
    Feedback { kind: FeedbackKind::Csat, value: 5 }
}

/// Every command, as ann, or a supervisor of bills, would say it, with the rights that cover it.
fn every_command(Morning { for_ann, .. }: &Morning) -> Vec<(Command, &'static [RightKind])> {
    use RightKind::{Agent, Ingress, Supervisor};
    const HOST: &[RightKind] = &[];
    const CHANNEL: &[RightKind] = &[Ingress];
    const CHANNEL_AND_AGENT: &[RightKind] = &[Ingress, Agent];
    const AGENT: &[RightKind] = &[Agent];
    const AGENT_AND_SUPERVISOR: &[RightKind] = &[Agent, Supervisor];
    const SUPERVISOR: &[RightKind] = &[Supervisor];
    let spec = || Arc::new(AgentSpec::new("ann"));
    let hours = HoursOf::Calendar("office".into());
    vec![
        (Command::RegisterAgent(Arc::new(AgentSpec::new("cleo"))), HOST),
        (Command::UpdateAgent(ANN, spec()), HOST),
        (Command::SetPresences(vec![(ANN, Presence::Offline)]), HOST),
        (Command::AgentLost(ANN), HOST),
        (Command::Reconcile(Vec::new()), HOST),
        (Command::ReleaseProjectLock(ANN, "done".into()), HOST),
        (Command::GiveScores(contact(6), Vec::new()), HOST),
        (Command::SetHours(hours, Arc::new(HoursTable::always())), HOST),
        (Command::Reconfigure(Arc::new(config())), HOST),
        (Command::Resume, HOST),
        (Command::Arrive(NewContact::new(contact(7), BILLS)), CHANNEL),
        (
            Command::UpdateContact(contact(6), Box::new(ContactUpdate { points: Some(1), details: None })),
            CHANNEL,
        ),
        (Command::Abandon(contact(6)), CHANNEL),
        (Command::Withdraw(contact(6)), CHANNEL),
        (Command::WithdrawAll(vec![contact(6)]), CHANNEL),
        (Command::HandOff(contact(6)), CHANNEL),
        (Command::RequestCallback(contact(6), None, None), CHANNEL),
        (Command::Connected(contact(1)), CHANNEL_AND_AGENT),
        (Command::ConnectionFailed(contact(1)), CHANNEL_AND_AGENT),
        (Command::Complete(contact(1)), CHANNEL_AND_AGENT),
        (Command::Park(contact(1)), CHANNEL_AND_AGENT),
        (Command::Unpark(contact(1)), CHANNEL_AND_AGENT),
        (Command::NotReached(contact(1)), CHANNEL_AND_AGENT),
        (Command::GiveFeedback(contact(1), feedback()), CHANNEL_AND_AGENT),
        (Command::FailOffer(*for_ann, DeliveryFailure::Busy), CHANNEL_AND_AGENT),
        (Command::SetPresence(ANN, Presence::Offline), AGENT),
        (Command::AcceptOffer(*for_ann, ANN), AGENT),
        (Command::DeclineOffer(*for_ann, ANN), AGENT),
        (Command::FinishWrapUp(ANN, contact(1)), AGENT),
        (Command::ExtendWrapUp(ANN, contact(1), Span::from_secs(5)), AGENT),
        (Command::BeginExternalWork(ANN, contact(8), ChannelId(0), None), AGENT),
        (Command::EndExternalWork(ANN, contact(8)), AGENT),
        (Command::Transfer(contact(1), TransferTarget::Queue(ORDERS)), AGENT),
        (Command::Consult(contact(1), contact(9), TransferTarget::Queue(ORDERS)), AGENT),
        (Command::HandOver(contact(1)), AGENT),
        (Command::PauseQueue(ANN, BILLS, true), AGENT_AND_SUPERVISOR),
        (Command::Pull(ANN, contact(6)), AGENT_AND_SUPERVISOR),
        (Command::Assign(contact(6), BOB), SUPERVISOR),
        (Command::Reprioritise(vec![contact(6)], 7), SUPERVISOR),
        (Command::MoveAll(vec![contact(6)], BILLS), SUPERVISOR),
        (Command::RevokeOffer(*for_ann), SUPERVISOR),
    ]
}

/// The names of all commands, as serde knows them.
fn names_of_all_commands() -> BTreeSet<String> {
    let unknown = serde_json::from_str::<Command>(r#""none of them""#).unwrap_err().to_string();
    unknown.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn name_of(command: &Command) -> String {
    match serde_json::to_value(command).unwrap() {
        serde_json::Value::String(name) => name,
        serde_json::Value::Object(fields) => fields.into_iter().next().unwrap().0,
        other => panic!("{other} is no command"),
    }
}

#[test]
fn every_command_is_covered_by_exactly_the_rights_it_is_placed_in() {
    let rows = every_command(&morning()).len();
    for row in 0..rows {
        let morning = morning();
        let (command, covered) = every_command(&morning).swap_remove(row);
        let before = morning.engine.state_hash().unwrap();
        for right in RIGHTS.into_iter().filter(|right| !covered.contains(right)) {
            let refused = say(&morning.engine, right, command.clone());
            let forbidden = Forbidden { right, call: command.name(), what: Beyond::Call };
            assert_eq!(refused, Err(EngineError::Forbidden(forbidden)), "{} on {right}", command.name());
        }
        assert_eq!(morning.engine.state_hash().unwrap(), before, "{}", command.name());
        for right in covered {
            let morning = self::morning();
            let (command, _) = every_command(&morning).swap_remove(row);
            // What the kernel thinks of it is not the point here.
            let said = say(&morning.engine, *right, command.clone());
            let forbidden = matches!(said, Err(EngineError::Forbidden(_)));
            assert!(!forbidden, "{} on {right}: {said:?}", command.name());
        }
    }
}

#[test]
fn no_command_is_left_out_of_the_table() {
    let placed = every_command(&morning()).iter().map(|(command, _)| name_of(command)).collect();
    let all = names_of_all_commands();
    assert!(all.len() > 40 && all.contains("Arrive"), "{all:?}");
    assert_eq!(all, placed);
}

#[test]
fn what_is_another_s_is_refused_by_name_and_changes_nothing() {
    let morning = morning();
    let elsewhere = TransferTarget::Queue(ORDERS);
    let refused = [
        // An agent is only itself …
        (RightKind::Agent, Command::SetPresence(BOB, Presence::Offline), Beyond::Agent(BOB)),
        (RightKind::Agent, Command::AcceptOffer(morning.for_bob, BOB), Beyond::Agent(BOB)),
        (RightKind::Agent, Command::FinishWrapUp(BOB, contact(3)), Beyond::Agent(BOB)),
        (RightKind::Agent, Command::PauseQueue(BOB, BILLS, true), Beyond::Agent(BOB)),
        (RightKind::Agent, Command::Pull(BOB, contact(6)), Beyond::Agent(BOB)),
        // … with its own contacts: not another's, not one that waits, not one that it is only asked for, and of one that
        // is not there it learns nothing else.
        (RightKind::Agent, Command::Complete(contact(3)), Beyond::Contact(contact(3))),
        (RightKind::Agent, Command::Complete(contact(6)), Beyond::Contact(contact(6))),
        (RightKind::Agent, Command::Complete(contact(2)), Beyond::Contact(contact(2))),
        (RightKind::Agent, Command::Complete(contact(99)), Beyond::Contact(contact(99))),
        (RightKind::Agent, Command::Transfer(contact(3), elsewhere.clone()), Beyond::Contact(contact(3))),
        (RightKind::Agent, Command::Consult(contact(3), contact(9), elsewhere), Beyond::Contact(contact(3))),
        (RightKind::Agent, Command::GiveFeedback(contact(3), feedback()), Beyond::Contact(contact(3))),
        (
            RightKind::Agent,
            Command::FailOffer(morning.for_bob, DeliveryFailure::Busy),
            Beyond::Offer(morning.for_bob),
        ),
        (
            RightKind::Agent,
            Command::FailOffer(OfferId(4000), DeliveryFailure::Busy),
            Beyond::Offer(OfferId(4000)),
        ),
        // A supervisor has its queues, and what waits in them.
        (RightKind::Supervisor, Command::Assign(contact(5), ANN), Beyond::Contact(contact(5))),
        (RightKind::Supervisor, Command::Assign(contact(99), ANN), Beyond::Contact(contact(99))),
        (RightKind::Supervisor, Command::Pull(ANN, contact(5)), Beyond::Contact(contact(5))),
        (
            RightKind::Supervisor,
            Command::Reprioritise(vec![contact(6), contact(5)], 9),
            Beyond::Contact(contact(5)),
        ),
        (RightKind::Supervisor, Command::MoveAll(vec![contact(6)], ORDERS), Beyond::Queue(ORDERS)),
        (RightKind::Supervisor, Command::MoveAll(vec![contact(5)], BILLS), Beyond::Contact(contact(5))),
        (RightKind::Supervisor, Command::PauseQueue(ANN, ORDERS, true), Beyond::Queue(ORDERS)),
        (RightKind::Supervisor, Command::RevokeOffer(OfferId(4000)), Beyond::Offer(OfferId(4000))),
    ];
    let before = morning.engine.state_hash().unwrap();
    for (right, command, what) in refused.clone() {
        let forbidden = Forbidden { right, call: command.name(), what };
        assert_eq!(say(&morning.engine, right, command), Err(forbidden.into()));
    }
    assert_eq!(morning.engine.state_hash().unwrap(), before);
    let audit = morning.engine.audit();
    assert_eq!(audit.records.len(), refused.len());
    for (record, (right, command, what)) in audit.records.iter().zip(refused) {
        let who = if right == RightKind::Agent { "ann's desk" } else { "eve" };
        assert_eq!((record.who.as_str(), record.right, record.at), (who, right, NINE));
        assert_eq!((record.call, record.named), (command.name(), command.named()));
        assert_eq!(record.answer, Answer::Forbidden { what });
    }
}

#[test]
fn an_agent_keeps_its_right_to_a_contact_that_came_back_or_ended() {
    let Morning { engine, .. } = morning();
    let desk = engine.agent(ANN, "ann").unwrap();
    desk.complete(contact(1)).unwrap();
    // A late word gets the kernel's answer, which says what has become of it.
    let late = desk.complete(contact(1)).unwrap_err();
    assert_eq!(late.code(), "contact_ended");
    desk.give_feedback(contact(1), feedback()).unwrap();
    assert_eq!(engine.agent(BOB, "bob").unwrap().complete(contact(1)).unwrap_err().code(), "forbidden");
}

#[test]
fn a_session_speaks_for_its_agent_alone_whoever_opened_it() {
    let Morning { engine, .. } = morning();
    let desk = engine.agent(ANN, "ann's desk").unwrap();
    for by_desk in [false, true] {
        let session = if by_desk { desk.session() } else { engine.agent_session(ANN) }.unwrap();
        let Err(EngineError::Forbidden(forbidden)) = session.complete(contact(3)) else {
            panic!("contact 3 is bob's")
        };
        assert_eq!(forbidden.what, Beyond::Contact(contact(3)));
    }
    let who: Vec<_> = engine.audit().records.iter().map(|record| record.who.to_string()).collect();
    assert_eq!(who, ["agent-0", "ann's desk"]);
}

#[test]
fn reading_stays_within_the_right_too() {
    let Morning { engine, for_ann, .. } = morning();
    let desk = engine.agent(ANN, "ann's desk").unwrap();
    let standing = desk.standing().unwrap();
    assert_eq!((standing.agent, standing.presence), (ANN, Presence::Available));
    assert_eq!(standing.work.len(), 2);
    assert_eq!(standing.offers.iter().map(|offer| offer.id).collect::<Vec<_>>(), [for_ann]);
    assert!(desk.contact_view(contact(1)).unwrap().is_some(), "she has it");
    assert!(desk.contact_view(contact(2)).unwrap().is_some(), "she is asked for it");
    assert_eq!(desk.contact_view(contact(3)).unwrap_err().code(), "forbidden");
    let eve = engine.supervisor(["bills"], "eve").unwrap();
    let waiting: Vec<_> = eve.contacts(BILLS).unwrap().iter().map(|contact| contact.id).collect();
    assert_eq!(waiting, [1, 2, 3, 4, 6].map(contact));
    assert_eq!(eve.readings().iter().map(|queue| queue.id).collect::<Vec<_>>(), [BILLS]);
    assert!(eve.why_waiting(contact(6)).unwrap().is_some());
    assert_eq!(eve.contacts(ORDERS).unwrap_err().code(), "forbidden");
    assert_eq!(eve.contact_view(contact(5)).unwrap_err().code(), "forbidden");
    assert_eq!(eve.why_waiting(contact(5)).unwrap_err().code(), "forbidden");
    let wallboard = engine.observer("wallboard");
    assert!(wallboard.contact_view(contact(5)).unwrap().is_some());
    assert_eq!(wallboard.views().queue("orders").unwrap().waiting, 1);
    // A host that passes calls on has those refused that no handle has a method for.
    let refused = desk.refuse("list queues");
    assert_eq!(refused.to_string(), "list queues is refused: it is beyond the right of this handle (agent)");
    let told: Vec<_> = engine.audit().records.iter().map(|r| (r.who.to_string(), r.call)).collect();
    let expected = [
        ("ann's desk", "read contact"),
        ("eve", "read queue"),
        ("eve", "read contact"),
        ("eve", "read contact"),
        ("ann's desk", "list queues"),
    ];
    assert_eq!(told, expected.map(|(who, call)| (who.to_owned(), call)));
}

#[test]
fn what_is_done_by_hand_is_audited_with_its_answer() {
    let Morning { engine, for_bob, .. } = morning();
    let eve = engine.supervisor([BILLS, ORDERS], "eve").unwrap();
    eve.reprioritise(vec![contact(5), contact(6)], 500).unwrap();
    eve.move_all(vec![contact(5)], BILLS).unwrap();
    let refused = eve.assign(contact(6), AgentId(9)).unwrap_err();
    eve.revoke_offer(for_bob).unwrap();
    engine.ingress("telephony").withdraw_all(vec![contact(5), contact(6)]).unwrap();
    engine.apply(Command::Reconfigure(Arc::new(config()))).unwrap();
    engine.agent(ANN, "ann").unwrap().complete(contact(1)).unwrap();
    let audit = engine.audit();
    let lines: Vec<String> = audit
        .records
        .iter()
        .map(|record| {
            let answer = match record.answer {
                Answer::Done { .. } => "done",
                Answer::Refused { code } => code,
                _ => "forbidden",
            };
            format!("{} {} {} {} {answer}", record.number, record.who, record.right, record.call)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "1 eve supervisor reprioritise done".to_owned(),
            "2 eve supervisor move done".to_owned(),
            format!("3 eve supervisor assign {}", refused.code()),
            "4 eve supervisor revoke offer done".to_owned(),
            "5 telephony ingress withdraw all done".to_owned(),
            "6 host host reconfigure done".to_owned(),
        ]
    );
    let text = serde_json::to_value(&audit.records[0]).unwrap();
    assert_eq!((&text["who"], &text["right"]), (&"eve".into(), &"supervisor".into()));
    assert_eq!(audit.records[0].named.contacts, 2);
    assert_eq!(audit.records[3].named.offer, Some(for_bob));
    assert_eq!((audit.forgotten_refusals, audit.forgotten_actions), (0, 0));
}

#[test]
fn the_audit_keeps_the_newest_and_counts_the_rest_and_refusals_push_out_no_action() {
    let builder = Engine::in_memory(config()).clock(at_nine()).audit_length(3);
    let engine = builder.start_blocking().unwrap();
    engine.submit(NewContact::new(contact(1), BILLS)).unwrap();
    let eve = engine.supervisor([BILLS], "eve").unwrap();
    eve.reprioritise(vec![contact(1)], 1).unwrap();
    let wallboard = engine.observer("wallboard");
    for _ in 0..5 {
        wallboard.say(Command::Abandon(contact(1))).unwrap_err();
    }
    let audit = engine.audit();
    let numbers: Vec<u64> = audit.records.iter().map(|record| record.number).collect();
    assert_eq!(numbers, [1, 4, 5, 6]);
    assert_eq!((audit.forgotten_refusals, audit.forgotten_actions), (2, 0));
}

#[tokio::test]
async fn the_async_handles_are_held_to_the_same() {
    let engine = Engine::in_memory(config()).clock(at_nine()).start().await.unwrap();
    let adapter = engine.ingress("telephony");
    let desk = engine.agent("ann", "ann's desk").unwrap();
    let mut session = desk.session().await.unwrap();
    desk.set_presence(Presence::Available).await.unwrap();
    adapter.submit(adapter.contact("c1", "bills").unwrap()).await.unwrap();
    let offer = tokio::time::timeout(SOON, session.next_offer()).await.unwrap().unwrap();
    session.accept(offer.id).await.unwrap();
    let bob = engine.agent("bob", "bob's desk").unwrap();
    let refused = bob.complete(offer.contact).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "complete is refused: contact c1 is beyond the right of this handle (agent)"
    );
    desk.complete(offer.contact).await.unwrap();
    assert_eq!(engine.agent("eve", "eve").unwrap_err().code(), "unknown_agent");
    assert_eq!(engine.supervisor(["refunds"], "eve").unwrap_err().code(), "unknown_queue");
    // A right is a plain value, and the kernel can be asked itself.
    let right = Right::Agent(BOB);
    let command = Command::Complete(offer.contact);
    assert!(engine.inspect(move |domain| domain.permits(&right, &command)).await.unwrap().is_err());
}
