//! A customer is forgotten: nothing of it is in the new journal's files, and the day is the same.

use std::path::Path;
use std::sync::Arc;

use sunline_core::{
    AgentId, Command, CommandKey, Config, ContactDetails, ContactId, ContactUpdate, Domain, Event, EventKind,
    NewContact, OfferId, Payload, Presence, QueueId, Seq, Span, Timestamp, Value,
};
use sunline_journal::{
    Batch, Durability, Forgotten, Journal, JournalError, JournalReader, MemoryStore, RedbStore, Store,
    forget, recover, replay,
};

const NINE: Timestamp = Timestamp::from_secs(9 * 3600);
const KEY: &str = "customer-4711-key";
const NAME: &str = "Erika-Mustermann";
const TAG: &str = "tag-of-erika";
const LETTER: &str = "Dear-Sirs-my-account";
const OTHER: &str = "customer-0815-key";

/// A centre with its journal, told one command a second.
struct Centre<S: Store> {
    journal: Journal<S>,
    domain: Domain,
    at: Timestamp,
}

impl<S: Store> Centre<S> {
    /// Ann serves everybody, bob not the customer.
    fn open(store: S) -> Self {
        let config = Config::from_toml(&format!(
            r#"
            name = "shop"
            channels = [{{ name = "voice" }}]
            queues = [{{ name = "bills", affinity = {{ memory = "1h" }}, wrap_up = "30s" }}]
            agents = [{{ name = "ann" }}, {{ name = "bob", never_serves = ["{KEY}"] }}]
            "#
        ));
        let (journal, domain) = Journal::create(store, NINE, config.unwrap()).unwrap();
        Self { journal, domain, at: NINE }
    }

    fn say(&mut self, command: Command) -> Vec<Event> {
        self.say_once(None, command)
    }

    fn say_once(&mut self, key: Option<CommandKey>, command: Command) -> Vec<Event> {
        self.at += Span::from_secs(1);
        let mut batch = Batch::after(self.journal.tail());
        batch.apply(&mut self.domain, self.at, key, command).unwrap();
        self.journal.append(batch.inputs(), batch.events()).unwrap();
        batch.events().to_vec()
    }

    /// The contact is served by ann, from offer to end.
    fn serve(&mut self, id: u64, arrived: &[Event]) {
        let offer = arrived.iter().find_map(|event| match event.kind {
            EventKind::OfferIssued { offer, agent: AgentId(0), .. } => Some(offer),
            _ => None,
        });
        self.say(Command::AcceptOffer(offer.unwrap_or(OfferId(0)), AgentId(0)));
        self.say(Command::Complete(ContactId::from(id)));
        self.say(Command::FinishWrapUp(AgentId(0), ContactId::from(id)));
    }
}

fn of_customer(customer: &str) -> ContactDetails {
    ContactDetails { customer: Some(customer.into()), ..ContactDetails::default() }
}

fn erika() -> ContactDetails {
    ContactDetails {
        attributes: [("name".into(), Value::Text(NAME.into()))].into(),
        tags: [TAG.into()].into(),
        payload: Some(Payload::new(LETTER.as_bytes())),
        ..of_customer(KEY)
    }
}

fn arrival(id: u64, details: ContactDetails) -> Command {
    let details = Some(Arc::new(details));
    Command::Arrive(NewContact { details, ..NewContact::new(ContactId::from(id), QueueId(0)) })
}

/// A morning: contacts of the customer and of another, one that says only later whose it is.
fn morning<S: Store>(store: S) -> Centre<S> {
    let mut centre = Centre::open(store);
    centre.say(Command::SetPresence(AgentId(0), Presence::Available));
    let arrived = centre.say_once(Some(CommandKey(5)), arrival(1, erika()));
    centre.serve(1, &arrived);
    let arrived = centre.say(arrival(2, of_customer(OTHER)));
    centre.serve(2, &arrived);
    // Ann goes, so it waits, and is told whose it is; bob may never have it, ann is kept for it.
    centre.say(Command::SetPresence(AgentId(0), Presence::Offline));
    centre.say(arrival(
        3,
        ContactDetails { payload: Some(Payload::new(LETTER.as_bytes())), ..ContactDetails::default() },
    ));
    let update = ContactUpdate { details: Some(Arc::new(erika())), points: None };
    centre.say(Command::UpdateContact(ContactId::from(3), Box::new(update)));
    centre.say(Command::SetPresence(AgentId(1), Presence::Available));
    let back = centre.say(Command::SetPresence(AgentId(0), Presence::Available));
    centre.serve(3, &back);
    // It comes again, and is kept for ann, who served it last.
    let arrived = centre.say(arrival(4, erika()));
    centre.serve(4, &arrived);
    let spec = Config::clone(centre.domain.document()).agents.remove(1);
    centre.say(Command::UpdateAgent(AgentId(1), Arc::new(spec)));
    centre
}

/// All bytes of all files in a directory.
fn bytes_of(path: &Path) -> Vec<u8> {
    std::fs::read_dir(path).unwrap().flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn open(path: &Path) -> RedbStore {
    RedbStore::open(path, Durability::Durable).unwrap()
}

fn events(store: &RedbStore) -> Vec<Event> {
    let reader = JournalReader::new(store.reader().unwrap());
    reader.events(Seq(1)).unwrap().map(|event| event.unwrap()).collect()
}

/// Kind of an event, and who was paired with whom.
fn shown(event: &Event) -> (Timestamp, String) {
    let pair = match &event.kind {
        EventKind::OfferIssued { contact, agent, decision, .. } => format!("{contact} {agent} {decision:?}"),
        EventKind::ContactKept { contact, agent, .. } => format!("{contact} {agent}"),
        EventKind::ContactEnded { contact, outcome, waited, handled, .. } => {
            format!("{contact} {outcome} {waited} {handled}")
        }
        _ => String::new(),
    };
    let words = format!("{:?}", event.kind);
    (event.at, words.split([' ', '{']).next().unwrap().to_owned() + &pair)
}

#[test]
fn nothing_of_the_customer_is_left_in_the_files_and_the_day_is_the_same() {
    let home = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| home.path().join(name));
    let mut centre = morning(open(&old));
    centre.journal.save_snapshot(&centre.domain).unwrap();
    let before = centre.journal.tail();
    drop(centre);
    let Forgotten { placeholder, contacts, tail } = forget(&open(&old), &new, KEY).unwrap();
    assert_eq!((placeholder.as_str(), contacts), ("forgotten-1", 3));
    assert_eq!(
        (tail.frames, tail.seq, tail.at, tail.epoch),
        (before.frames, before.seq, before.at, before.epoch)
    );
    assert_ne!((tail.frame, tail.events), (before.frame, before.events), "a chain of its own");

    let (was, is) = (bytes_of(&old), bytes_of(&new));
    for secret in [KEY, NAME, TAG, LETTER] {
        assert!(contains(&was, secret), "{secret} was there, or this test finds nothing");
        assert!(!contains(&is, secret), "{secret} is still there");
    }
    assert!(contains(&is, OTHER), "others stay");

    let recovered = recover(&mut open(&new)).unwrap();
    assert_eq!(recovered.report.snapshot, Some(tail.seq), "a snapshot of its own");
    let state = recovered.domain.snapshot().to_bytes();
    assert!(
        contains(&state, OTHER) && ![KEY, NAME, TAG, LETTER].iter().any(|secret| contains(&state, secret))
    );
    assert_eq!(replay(&open(&new)).unwrap().state_hash, recovered.domain.state_hash());
    let (was, is) = (events(&open(&old)), events(&open(&new)));
    assert!(was.iter().map(shown).eq(is.iter().map(shown)));
    assert!(was.iter().any(|event| matches!(event.kind, EventKind::ContactKept { .. })), "affinity decided");
}

#[test]
fn what_follows_goes_by_the_placeholder_and_the_next_customer_gets_another() {
    let home = tempfile::tempdir().unwrap();
    let [old, new, newer] = ["old", "new", "newer"].map(|name| home.path().join(name));
    drop(morning(open(&old)));
    forget(&open(&old), &new, KEY).unwrap();
    let forgotten = forget(&open(&new), &newer, OTHER).unwrap();
    assert_eq!((forgotten.placeholder.as_str(), forgotten.contacts), ("forgotten-2", 1));
    assert!(!contains(&bytes_of(&newer), OTHER));
    assert!(matches!(forget(&open(&newer), &old, KEY), Err(JournalError::UnknownCustomer)));
    let (journal, recovered) = Journal::recover(open(&newer)).unwrap();
    let mut centre = Centre { journal, at: recovered.domain.now(), domain: recovered.domain };
    let told = centre.say(arrival(9, of_customer(KEY)));
    assert!(
        !told.iter().any(|event| matches!(event.kind, EventKind::ContactKept { .. })),
        "nobody remembers who served the customer"
    );
}

#[test]
fn a_customer_who_is_inside_is_not_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let new = home.path().join("new");
    let mut centre = morning(MemoryStore::new());
    centre.say(Command::SetPresence(AgentId(0), Presence::Offline));
    centre.say(arrival(6, erika()));
    let refused = forget(centre.journal.store(), &new, KEY).unwrap_err();
    assert!(
        matches!(refused, JournalError::StillInside { contact } if contact == ContactId::from(6)),
        "{refused}"
    );
    assert!(!new.exists());
    centre.say(Command::Withdraw(ContactId::from(6)));
    assert_eq!(forget(centre.journal.store(), &new, KEY).unwrap().contacts, 4);
    assert!(matches!(
        forget(centre.journal.store(), home.path().join("no"), "nobody"),
        Err(JournalError::UnknownCustomer)
    ));
}
