//! What a scenario expects, in words: a form for every event, for every answer, and for what can be seen from outside.
//!
//! Adding a fact is one variant of [`Form`] and one line in [`FORMS`]; an event's words are chosen in [`super::tell`].

use core::fmt;

use sunline_core::Timestamp;

use super::clock;
use super::error::Wrong;
use super::verbs::read_time;
use super::words::{self, Gaps, Word};

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is spelled out in FORMS")]
pub enum Form {
    Registered,
    AgentUpdated,
    Gains,
    Loses,
    Presence,
    NotResponding,
    CooledDown,
    Arrived,
    Unservable,
    ContactUpdated,
    Offer,
    Accepted,
    Connecting,
    Declined,
    Expired,
    Busy,
    Unreachable,
    Rescinded,
    Revoked,
    ContactLeft,
    CoolDown,
    PassedOver,
    Connected,
    ConnectionFailed,
    MayAsk,
    Ended,
    WrapsUp,
    WrapUpExtended,
    WrappedUp,
    Remembered,
    Moved,
    Pauses,
    Unpauses,
    Lost,
    Held,
    Stays,
    Back,
    DelayPassed,
    Feedback,
    Reconfigured,
    HoursChanged,
    CallingHoursChanged,
    CalendarTurned,
    QueueOpened,
    QueueClosed,
    ContactDeferred,
    ContactDue,
    ShiftTurned,
    ScoresWanted,
    ScoresGiven,
    ScoresMissed,
    Begins,
    Finishes,
    Suspended,
    Resumed,
    Parked,
    Unparked,
    UnparkedOver,
    Assigned,
    PassedOn,
    Asks,
    HandedOver,
    Reconciled,
    Entitled,
    NotEntitled,
    LockEnded,
    CallbackAccepted,
    Eligible,
    NotReached,
    Merged,
    AtRisk,
    Overflows,
    NoOverflow,
    SurgeOn,
    SurgeOff,
    Kept,
    KeepEnded,
    StepOpened,
    Judged,
    Refused,
    Duplicate,
    Unchanged,
    Nothing,
    Place,
    Waits,
    Is,
    Holds,
}

/// How each kind of fact is said.
pub const FORMS: &[(Form, &str)] = &[
    // Events.
    (Form::Registered, "registered {agent}"),
    (Form::AgentUpdated, "updated {agent}"),
    (Form::Gains, "{agent} gains {skill}"),
    (Form::Loses, "{agent} loses {skill}"),
    (Form::Presence, "{agent} goes {presence}"),
    (Form::NotResponding, "{agent} not responding"),
    (Form::CooledDown, "{agent} ready again"),
    (Form::Arrived, "arrived {contact}"),
    (Form::Unservable, "unservable {contact} [{remark}]"),
    (Form::ContactUpdated, "changed {contact}"),
    (Form::Offer, "offer {contact} to {agent} [until {until}] [{remark}]"),
    (Form::Accepted, "accepted {contact} by {agent} [after {span}]"),
    (Form::Connecting, "accepted {contact} by {agent} connecting until {until}"),
    (Form::Declined, "declined {contact} by {agent}"),
    (Form::Expired, "expired {contact} by {agent} [strike {number}]"),
    (Form::Busy, "busy {contact} by {agent}"),
    (Form::Unreachable, "unreachable {contact} by {agent}"),
    (Form::Rescinded, "rescinded {contact} from {agent}"),
    (Form::Revoked, "revoked {contact} from {agent}"),
    (Form::ContactLeft, "{contact} left before {agent}"),
    (Form::CoolDown, "{agent} cools down until {until}"),
    (Form::PassedOver, "{contact} not to {agent} until {until}"),
    (Form::Connected, "connected {contact} to {agent} [after {span}]"),
    (Form::ConnectionFailed, "connection failed {contact} to {agent}"),
    (Form::MayAsk, "{contact} may go to {agent} again"),
    (Form::Ended, "ended {contact} {outcome} [by {agent}] [after {span}]"),
    (Form::WrapsUp, "{agent} wraps up {contact} until {until}"),
    (Form::WrapUpExtended, "{agent} extends wrap-up of {contact} until {until}"),
    (Form::WrappedUp, "{agent} wrapped up {contact}"),
    (Form::Remembered, "remembered"),
    (Form::Moved, "moved {contact} from {queue} to {target} [{remark}]"),
    (Form::Pauses, "{agent} pauses {queue}"),
    (Form::Unpauses, "{agent} takes {queue} again"),
    (Form::Lost, "{agent} lost"),
    (Form::Held, "{contact} held with {agent} until {until}"),
    (Form::Stays, "{contact} stays with {agent}"),
    (Form::Back, "{contact} back from {agent} [after {span}]"),
    (Form::DelayPassed, "{contact} passes delay {number}"),
    (Form::Feedback, "feedback {contact} {state} {number} [by {agent}]"),
    (Form::Reconfigured, "version {number}"),
    (Form::HoursChanged, "{calendar} has other hours"),
    (Form::CallingHoursChanged, "calling hours of {zone} set"),
    (Form::CalendarTurned, "{calendar} turns {standing}"),
    (Form::QueueOpened, "{queue} opens"),
    (Form::QueueClosed, "{queue} closes [until {until}]"),
    (Form::ContactDeferred, "deferred {contact} [until {until}]"),
    (Form::ContactDue, "{contact} due [at {until}]"),
    (Form::ShiftTurned, "{agent} may take {reach}"),
    (Form::ScoresWanted, "scores wanted {contact} until {until} [{remark}]"),
    (Form::ScoresGiven, "scores given {contact}"),
    (Form::ScoresMissed, "no scores {contact} [{remark}]"),
    (Form::Begins, "{agent} begins {contact}"),
    (Form::Finishes, "{agent} finishes {contact}"),
    (Form::Suspended, "{contact} suspended for {asked}"),
    (Form::Resumed, "{contact} resumed"),
    (Form::Parked, "parked {contact} with {agent}"),
    (Form::Unparked, "{contact} back with {agent}"),
    (Form::UnparkedOver, "{contact} back with {agent} beyond its room"),
    (Form::Assigned, "assigned {contact} to {agent} [{remark}]"),
    (Form::PassedOn, "{agent} passes on {contact} [{remark}]"),
    (Form::Asks, "{agent} asks about {contact} as {asked} [{remark}]"),
    (Form::HandedOver, "{agent} hands {contact} to {asked} [{remark}]"),
    (Form::Reconciled, "reconciled [{remark}]"),
    (Form::Entitled, "{agent} may {skill}"),
    (Form::NotEntitled, "{agent} may not {skill}"),
    (Form::LockEnded, "{agent} free of {skill} [released {quote}]"),
    (Form::CallbackAccepted, "callback {contact} [until {until}]"),
    (Form::Eligible, "eligible {contact}"),
    (Form::NotReached, "not reached {contact} by {agent} [attempt {number}] [until {until}]"),
    (Form::Merged, "merged {asked} into {contact}"),
    (Form::AtRisk, "{contact} at risk due {until} [{remark}]"),
    (Form::Overflows, "{queue} overflows [{remark}]"),
    (Form::NoOverflow, "{queue} overflows no more [{remark}]"),
    (Form::SurgeOn, "surge {state} begins [{remark}]"),
    (Form::SurgeOff, "surge {state} ends [{remark}]"),
    (Form::Kept, "keep {contact} for {agent} [until {until}]"),
    (Form::KeepEnded, "keep {contact} no more"),
    (Form::StepOpened, "step {number} of {contact}"),
    (Form::Judged, "one of {number} is {agent} for {contact} [{remark}]"),
    // Answers to the command.
    (Form::Refused, "refused {code} [{quote}]"),
    (Form::Duplicate, "duplicate"),
    (Form::Unchanged, "unchanged"),
    (Form::Nothing, "nothing"),
    // What can be seen afterwards.
    (Form::Place, "queue {contact} at {number}"),
    (Form::Waits, "{contact} waits"),
    (Form::Is, "{agent} is {rest}"),
    (Form::Holds, "{queue} holds {number}"),
];

impl Form {
    /// The sentence with its gaps.
    pub fn sentence(self) -> &'static str {
        FORMS.iter().find(|(form, _)| *form == self).map_or("", |(_, sentence)| sentence)
    }

    /// Whether it is about what can be seen after the step, not about what happened in it.
    pub fn is_sight(self) -> bool {
        matches!(self, Self::Place | Self::Waits | Self::Is | Self::Holds)
    }
}

/// A fact in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Which kind.
    pub form: Form,
    /// About whom, and how much.
    pub gaps: Gaps,
    /// When; `None` in an expectation means at the line's own instant.
    pub at: Option<Timestamp>,
}

impl Fact {
    /// A fact of a kind, with nothing filled in.
    pub fn new(form: Form) -> Self {
        Self { form, gaps: Gaps::default(), at: None }
    }

    /// The same with a gap filled.
    #[must_use]
    pub fn with(mut self, gap: &'static str, text: impl fmt::Display) -> Self {
        self.gaps.set(gap, text);
        self
    }

    /// Reads a phrase, perhaps with `at TIME` ahead of it.
    ///
    /// # Errors
    /// [`Wrong`] says what was found and what was expected.
    pub fn read(words: &[Word]) -> Result<Self, Wrong> {
        let (at, rest) = match words {
            [first, time, rest @ ..] if first == "at" => {
                let known = words::read("{time}", std::slice::from_ref(time));
                let gaps = known.map_err(|mismatch| Wrong::at(std::slice::from_ref(time), &mismatch))?;
                (gaps.get("time").map(read_time), rest)
            }
            all => (None, all),
        };
        let (form, gaps) = words::read_any(FORMS, rest).map_err(|mismatch| Wrong::at(rest, &mismatch))?;
        Ok(Self { form, gaps, at })
    }

    /// Whether this expectation is met by a fact; what it leaves out is not asked.
    pub fn is_met_by(&self, fact: &Self, now: Timestamp) -> bool {
        self.form == fact.form
            && self.at.unwrap_or(now) == fact.at.unwrap_or(now)
            && self.gaps.all_in(&fact.gaps)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = self.at {
            write!(f, "at {} ", clock::write(at))?;
        }
        f.write_str(&words::write(self.form.sentence(), &self.gaps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_its_own_words() {
        let fill = |sentence: &str| {
            sentence
                .replace(['[', ']'], "")
                .replace("{until}", "09:00:20")
                .replace("{span}", "5s")
                .replace("{number}", "2")
                .replace("{remark}", "(points 3)")
                .replace("{quote}", "\"engaged\"")
                .replace("{rest}", "on break")
                .replace(['{', '}'], "")
        };
        for &(form, sentence) in FORMS {
            let line = fill(sentence);
            let fact = Fact::read(&words::split(&line)).unwrap();
            assert_eq!((fact.form, fact.to_string()), (form, line));
        }
    }

    #[test]
    fn an_earlier_instant_is_said_ahead() {
        let fact = Fact::read(&words::split("at 09:00:20 expired c1 by ann")).unwrap();
        assert_eq!(fact.at, clock::read("09:00:20"));
        let wrong = Fact::read(&words::split("at noon expired c1 by ann")).unwrap_err();
        assert_eq!(wrong.to_string(), "expected a time like 09:00:20, found `noon`");
    }
}
