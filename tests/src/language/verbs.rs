//! What happens in a scenario: one verb for every command, and two for time itself.
//!
//! Adding a verb is one line in [`FORMS`], one variant of [`Action`] and one arm in [`Action::read`].

use sunline_core::config::duration;
use sunline_core::hours::HoursTable;
use sunline_core::measures::{Feedback, FeedbackKind};
use sunline_core::{Presence, Span, Timestamp};

use super::clock;
use super::error::Wrong;
use super::options::{self, AgentOption, ContactOption};
use super::words::{self, Gaps, Word};

/// What happens. Agents, queues and contacts go by the names the scenario gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// An agent registers.
    Register(String, Vec<AgentOption>),
    /// An agent's registration changes.
    UpdateAgent(String, Vec<AgentOption>),
    /// An agent becomes available; one not known yet registers first.
    SignIn(String, Vec<AgentOption>),
    /// An agent goes offline.
    SignOut(String),
    /// An agent goes on a break, for a reason that may be empty.
    Break(String, String),
    /// An agent is available again.
    Back(String),
    /// A contact arrives in a queue.
    Arrive(String, String, Vec<ContactOption>),
    /// A contact changes.
    Update(String, Vec<ContactOption>),
    /// An agent answers an offer of a contact.
    Answer {
        /// Which contact.
        contact: String,
        /// Who answers.
        by: String,
        /// Whose offer is answered; usually the same.
        asked: String,
        /// The answer.
        answer: Answer,
    },
    /// Media is up.
    Connected(String),
    /// Media did not come up.
    ConnectionFailed(String),
    /// The conversation is over.
    Complete(String),
    /// The customer gives up.
    Abandon(String),
    /// The host takes the contact back.
    Withdraw(String),
    /// A system outside takes the contact over.
    HandOff(String),
    /// The customer hangs up and is to be called back.
    Callback(String, Option<Timestamp>, Option<String>),
    /// The customer was dialled and not reached.
    NotReached(String),
    /// Something is known of a contact afterwards.
    Feedback(String, Feedback),
    /// An agent ends its wrap-up after a contact.
    FinishWrapUp(String, String),
    /// An agent asks for more wrap-up after a contact.
    ExtendWrapUp(String, String, Span),
    /// Several agents become available, or go offline, in one command.
    All(Vec<String>, Presence),
    /// An agent takes nothing of a queue, or takes it again.
    PauseQueue(String, String, bool),
    /// An agent's session is lost.
    Lost(String),
    /// A calendar, or the calling hours of a zone (`true`), get other hours.
    SetHours(bool, String, HoursTable),
    /// A setting changes, as in `queues.billing.offer.parallel = 2`.
    Configure(String),
    /// A scorer says how well agents suit a contact; nobody: it has failed.
    Score(String, Vec<(String, i64)>),
    /// An agent begins something that the engine did not give it.
    BeginExternal {
        /// Which agent.
        agent: String,
        /// The host's id of it.
        work: String,
        /// The channel it counts for; the first one, if none is said.
        channel: Option<String>,
        /// Its cost units.
        cost: Option<u16>,
    },
    /// It is over.
    EndExternal(String, String),
    /// A customer is silent.
    Park(String),
    /// A customer writes again.
    Unpark(String),
    /// A supervisor gives a contact to an agent.
    Assign(String, String),
    /// An agent takes a contact from a list.
    Pull(String, String),
    /// An agent passes its contact on.
    Transfer(String, Whither),
    /// An agent asks somebody about its contact; the second name is the question's.
    Consult(String, String, Whither),
    /// Who was asked takes over.
    HandOver(String),
    /// Contacts get other points.
    Reprioritise(Vec<String>, i64),
    /// Contacts go to another queue.
    Move(Vec<String>, String),
    /// The host takes contacts back.
    WithdrawAll(Vec<String>),
    /// The host says who is there and what each has: `ann=available:c1,c2`.
    Reconcile(Vec<String>),
    /// An agent is released from the project it is locked to, for a reason.
    ReleaseLock(String, String),
    /// Time comes to exactly the next deadline.
    Deadline,
    /// Time passes.
    Advance,
}

/// Where a contact is passed on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whither {
    /// `queue sales`.
    Queue(String),
    /// `agent bob`.
    Agent(String),
    /// `need french >= 5`.
    Need(String),
    /// `site paris`.
    Site(String),
}

impl Whither {
    fn read(text: &str) -> Result<Self, Wrong> {
        let (kind, name) = text.split_once(' ').unwrap_or((text, ""));
        let name = name.to_owned();
        Ok(match kind {
            "queue" => Self::Queue(name),
            "agent" => Self::Agent(name),
            "need" => Self::Need(name),
            "site" => Self::Site(name),
            _ => return Err(Wrong::new("`queue`, `agent`, `need` or `site`", format!("`{text}`"))),
        })
    }
}

/// What becomes of an offer by command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The agent takes it.
    Accept,
    /// The agent refuses it.
    Decline,
    /// The agent's line is busy.
    Busy,
    /// The agent cannot be reached.
    Unreachable,
    /// It is taken back.
    Revoke,
}

/// Every verb with its form.
const FORMS: &[(&str, &str)] = &[
    ("register", "register {agent} {rest}"),
    ("update agent", "update agent {agent} {rest}"),
    ("sign in", "sign in {agent} {rest}"),
    ("sign out", "sign out {agent}"),
    ("break", "break {agent} [for {state}]"),
    ("back", "back {agent}"),
    ("arrive", "arrive {contact} {queue} {rest}"),
    ("update", "update {contact} {rest}"),
    ("accept", "accept {contact} by {agent} [offered to {asked}]"),
    ("decline", "decline {contact} by {agent} [offered to {asked}]"),
    ("busy", "busy {contact} by {agent}"),
    ("unreachable", "unreachable {contact} by {agent}"),
    ("revoke", "revoke {contact} from {agent}"),
    ("connected", "connected {contact}"),
    ("connection failed", "connection failed {contact}"),
    ("complete", "complete {contact}"),
    ("abandon", "abandon {contact}"),
    ("withdraw", "withdraw {contact}"),
    ("hand off", "hand off {contact}"),
    ("callback", "callback {contact} [at {time}] [by {agent}]"),
    ("not reached", "not reached {contact}"),
    ("feedback", "feedback {contact} {state} {number}"),
    ("finish wrap-up", "finish wrap-up {agent} after {contact}"),
    ("extend wrap-up", "extend wrap-up {agent} after {contact} by {span}"),
    ("all available", "all available {rest}"),
    ("all offline", "all offline {rest}"),
    ("pause", "pause {agent} for {queue}"),
    ("unpause", "unpause {agent} for {queue}"),
    ("lost", "lost {agent}"),
    ("set hours", "set hours {calendar} {rest}"),
    ("set calling hours", "set calling hours {zone} {rest}"),
    ("configure", "configure {rest}"),
    ("score", "score {contact} {rest}"),
    ("begin", "begin {contact} by {agent} {rest}"),
    ("end", "end {contact} by {agent}"),
    ("park", "park {contact}"),
    ("unpark", "unpark {contact}"),
    ("assign", "assign {contact} to {agent}"),
    ("pull", "pull {contact} by {agent}"),
    ("transfer", "transfer {contact} to {rest}"),
    ("consult", "consult {contact} as {asked} to {rest}"),
    ("hand over", "hand over {contact}"),
    ("reprioritise", "reprioritise {rest}"),
    ("move", "move {rest}"),
    ("withdraw all", "withdraw all {rest}"),
    ("reconcile", "reconcile {rest}"),
    ("release lock", "release lock {agent} for {quote}"),
    ("deadline", "deadline"),
    ("advance", "advance"),
];

impl Action {
    /// Reads a verb with its words.
    ///
    /// # Errors
    /// [`Wrong`] says what was found and what was expected.
    pub fn read(words: &[Word]) -> Result<Self, Wrong> {
        let (verb, gaps) = words::read_any(FORMS, words).map_err(|mismatch| Wrong::at(words, &mismatch))?;
        let one = |gap: &str| gaps.get(gap).unwrap_or_default().to_owned();
        let (agent, contact) = (one("agent"), one("contact"));
        let agent_options = || AgentOption::read_all(&words::split(&one("rest")));
        let contact_options = || ContactOption::read_all(&words::split(&one("rest")));
        Ok(match verb {
            "register" => Self::Register(agent, agent_options()?),
            "update agent" => Self::UpdateAgent(agent, agent_options()?),
            "sign in" => Self::SignIn(agent, agent_options()?),
            "sign out" => Self::SignOut(agent),
            "break" => Self::Break(agent, one("state")),
            "back" => Self::Back(agent),
            "arrive" => Self::Arrive(contact, one("queue"), contact_options()?),
            "update" => Self::Update(contact, contact_options()?),
            "accept" => answer(&gaps, Answer::Accept),
            "decline" => answer(&gaps, Answer::Decline),
            "busy" => answer(&gaps, Answer::Busy),
            "unreachable" => answer(&gaps, Answer::Unreachable),
            "revoke" => answer(&gaps, Answer::Revoke),
            "connected" => Self::Connected(contact),
            "connection failed" => Self::ConnectionFailed(contact),
            "complete" => Self::Complete(contact),
            "abandon" => Self::Abandon(contact),
            "withdraw" => Self::Withdraw(contact),
            "callback" => {
                Self::Callback(contact, gaps.get("time").map(read_time), gaps.get("agent").map(str::to_owned))
            }
            "not reached" => Self::NotReached(contact),
            "feedback" => Self::Feedback(contact, feedback(&one("state"), &one("number"))?),
            "hand off" => Self::HandOff(contact),
            "finish wrap-up" => Self::FinishWrapUp(agent, contact),
            "extend wrap-up" => Self::ExtendWrapUp(agent, contact, read_span(&one("span"))),
            "all available" => Self::All(words::split(&one("rest")), Presence::Available),
            "all offline" => Self::All(words::split(&one("rest")), Presence::Offline),
            "pause" => Self::PauseQueue(agent, one("queue"), true),
            "unpause" => Self::PauseQueue(agent, one("queue"), false),
            "lost" => Self::Lost(agent),
            "set hours" => {
                Self::SetHours(false, one("calendar"), options::hours(&words::split(&one("rest")))?)
            }
            "set calling hours" => {
                Self::SetHours(true, one("zone"), options::hours(&words::split(&one("rest")))?)
            }
            "configure" => Self::Configure(one("rest")),
            "score" => Self::Score(contact, scores(&words::split(&one("rest")))?),
            "begin" => {
                let told = words::split(&one("rest"));
                let said = |key: &str| told.iter().find_map(|word| word.strip_prefix(key)).map(str::to_owned);
                let cost = said("cost=").map(|cost| cost.parse());
                let cost =
                    cost.transpose().map_err(|_| Wrong::new("`cost=` and a whole number", one("rest")))?;
                Self::BeginExternal { agent, work: contact, channel: said("channel="), cost }
            }
            "end" => Self::EndExternal(agent, contact),
            "park" => Self::Park(contact),
            "unpark" => Self::Unpark(contact),
            "assign" => Self::Assign(contact, agent),
            "pull" => Self::Pull(agent, contact),
            "transfer" => Self::Transfer(contact, Whither::read(&one("rest"))?),
            "consult" => Self::Consult(contact, one("asked"), Whither::read(&one("rest"))?),
            "hand over" => Self::HandOver(contact),
            "reprioritise" => {
                let mut told = words::split(&one("rest"));
                let points = told.pop().and_then(|last| last.strip_prefix("points=")?.parse().ok());
                Self::Reprioritise(
                    told,
                    points.ok_or_else(|| Wrong::new("`points=30` at the end", one("rest")))?,
                )
            }
            "move" => match words::split(&one("rest")).as_slice() {
                [contacts @ .., to, queue] if to == "to" => Self::Move(contacts.to_vec(), queue.clone()),
                _ => return Err(Wrong::new("contacts, `to` and a queue", one("rest"))),
            },
            "withdraw all" => Self::WithdrawAll(words::split(&one("rest"))),
            "reconcile" => Self::Reconcile(words::split(&one("rest"))),
            "release lock" => Self::ReleaseLock(agent, one("quote").trim_matches('"').to_owned()),
            "deadline" => Self::Deadline,
            "advance" => Self::Advance,
            other => unreachable!("{other} has a form and no meaning"),
        })
    }
}

fn feedback(kind: &str, value: &str) -> Result<Feedback, Wrong> {
    let known = match kind {
        "csat" => FeedbackKind::Csat,
        "sale" => FeedbackKind::Sale,
        "value" => FeedbackKind::Value,
        other => return Err(Wrong::new("csat, sale or value", format!("`{other}`"))),
    };
    let value = value.parse().map_err(|_| Wrong::new("a whole number", format!("`{value}`")))?;
    Ok(Feedback { kind: known, value })
}

/// `ann=5 bob=7`.
fn scores(words: &[Word]) -> Result<Vec<(String, i64)>, Wrong> {
    let one = |word: &Word| {
        let score =
            word.split_once('=').and_then(|(name, score)| Some((name.to_owned(), score.parse().ok()?)));
        score.ok_or_else(|| Wrong::new("a score like `ann=5`", format!("`{word}`")))
    };
    words.iter().map(one).collect()
}

fn answer(gaps: &Gaps, answer: Answer) -> Action {
    let by = gaps.get("agent").unwrap_or_default().to_owned();
    let asked = gaps.get("asked").map_or_else(|| by.clone(), str::to_owned);
    Action::Answer { contact: gaps.get("contact").unwrap_or_default().to_owned(), by, asked, answer }
}

/// A duration that a form has already read.
pub(crate) fn read_span(text: &str) -> Span {
    duration::parse(text).expect("the form reads durations only")
}

/// An instant that a form has already read.
pub(crate) fn read_time(text: &str) -> Timestamp {
    clock::read(text).expect("the form reads times only")
}
