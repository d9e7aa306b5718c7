//! One call of the log, with a type for each column, and the reading of its line.

use smol_str::SmolStr;

use super::{LocalDate, TraceError, Wrong};

/// The columns of a call log, in order.
pub const COLUMNS: [&str; 13] = [
    "date",
    "type",
    "priority",
    "customer",
    "vru_entry_s",
    "vru_s",
    "queued",
    "queue_entry_s",
    "wait_s",
    "outcome",
    "service_start_s",
    "service_s",
    "agent",
];

/// Greatest number of seconds a time or a length may have: ten days.
const MAX_S: i64 = 864_000;

/// One call of a log.
///
/// Times are whole seconds after local midnight of `date`, and may exceed a day; lengths are whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// The local day the call began.
    pub date: LocalDate,
    /// What the call is about, as the log names it.
    pub kind: SmolStr,
    /// The priority recorded; `None` if it was not.
    pub priority: Option<u8>,
    /// Number of an identified caller; `None` for others.
    pub customer: Option<u64>,
    /// When the call entered the voice menu.
    pub vru_entry_s: i64,
    /// Seconds in the voice menu; below zero where the clocks disagreed.
    pub vru_s: i64,
    /// Whether it joined the queue.
    pub queued: bool,
    /// When it joined the queue or, if it did not, left the menu.
    pub queue_entry_s: i64,
    /// Seconds in queue; 0 if not queued.
    pub wait_s: i64,
    /// How it ended.
    pub outcome: CallOutcome,
    /// The conversation; exactly the served calls have one.
    pub service: Option<Conversation>,
    /// Code of the agent who served; `None` if not served or not recorded.
    pub agent: Option<SmolStr>,
}

/// The conversation of a served call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// When it began, in seconds after local midnight of the call's day.
    pub start_s: i64,
    /// Its length in seconds.
    pub length_s: i64,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// An agent spoke with the caller.
    Served,
    /// The caller hung up in the queue.
    Abandoned,
    /// The caller left in the voice menu and never queued.
    VruExit,
    /// An artefact of the recording, to be ignored.
    Phantom,
}

impl CallOutcome {
    /// The word for it in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Abandoned => "abandoned",
            Self::VruExit => "vru_exit",
            Self::Phantom => "phantom",
        }
    }
}

impl CallRow {
    /// Reads one line, without its line break. `number` is the line's number, from 1, for errors.
    pub(super) fn parse(line: &[u8], number: u64) -> Result<Self, TraceError> {
        let mut parts = line.split(|&byte| byte == b',');
        let fields: [&[u8]; COLUMNS.len()] = std::array::from_fn(|_| parts.next().unwrap_or_default());
        let commas = line.iter().filter(|&&byte| byte == b',').count();
        if commas + 1 != COLUMNS.len() {
            return Err(TraceError::Fields { line: number, expected: COLUMNS.len(), found: commas + 1 });
        }
        let fields = Fields { fields, line: number };
        let queued = fields.number(6, 0, 1)? == 1;
        let outcome = fields.outcome(9)?;
        let row = Self {
            date: fields.date(0)?,
            kind: fields.name(1)?,
            priority: Some(fields.number(2, 0, 255)? as u8).filter(|&priority| priority > 0),
            customer: Some(fields.number(3, 0, i64::MAX)?.unsigned_abs()).filter(|&customer| customer > 0),
            vru_entry_s: fields.number(4, 0, MAX_S)?,
            vru_s: fields.number(5, -MAX_S, MAX_S)?,
            queued,
            queue_entry_s: fields.number(7, 0, MAX_S)?,
            wait_s: fields.number(8, 0, MAX_S)?,
            outcome,
            service: fields.conversation(outcome)?,
            agent: if fields.fields[12].is_empty() { None } else { Some(fields.name(12)?) },
        };
        match (&row, outcome) {
            (Self { queued: true, .. }, CallOutcome::VruExit) => Err(fields.against(6, outcome)),
            (Self { queued: false, .. }, CallOutcome::Abandoned) => Err(fields.against(6, outcome)),
            (Self { queued: false, wait_s: 1.., .. }, _) => Err(fields.wrong(8, Wrong::AgainstQueued)),
            (Self { agent: Some(_), service: None, .. }, _) => Err(fields.against(12, outcome)),
            _ => Ok(row),
        }
    }
}

/// The fields of one line, read by position.
struct Fields<'a> {
    fields: [&'a [u8]; COLUMNS.len()],
    line: u64,
}

impl Fields<'_> {
    #[cold]
    fn wrong(&self, column: usize, wrong: Wrong) -> TraceError {
        let found = String::from_utf8_lossy(self.fields[column]).into_owned();
        TraceError::Field { line: self.line, column: COLUMNS[column], found, wrong }
    }

    #[cold]
    fn against(&self, column: usize, outcome: CallOutcome) -> TraceError {
        self.wrong(column, Wrong::AgainstOutcome { outcome: outcome.as_str() })
    }

    /// A whole number in a range, with an optional minus sign and at most 18 digits.
    fn number(&self, column: usize, least: i64, most: i64) -> Result<i64, TraceError> {
        let (negative, digits) = match self.fields[column] {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(self.wrong(column, Wrong::NotANumber));
        }
        let magnitude = if digits.len() > 18 {
            i64::MAX
        } else {
            digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
        };
        let number = if negative { -magnitude } else { magnitude };
        if digits.len() > 18 || number < least || number > most {
            return Err(self.wrong(column, Wrong::OutOfRange { least, most }));
        }
        Ok(number)
    }

    fn name(&self, column: usize) -> Result<SmolStr, TraceError> {
        let field = self.fields[column];
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        match std::str::from_utf8(field) {
            Ok(name) if (1..=64).contains(&field.len()) && field.iter().all(plain) => Ok(SmolStr::new(name)),
            _ => Err(self.wrong(column, Wrong::NotAName)),
        }
    }

    fn date(&self, column: usize) -> Result<LocalDate, TraceError> {
        LocalDate::parse(self.fields[column]).ok_or_else(|| self.wrong(column, Wrong::NotADay))
    }

    fn outcome(&self, column: usize) -> Result<CallOutcome, TraceError> {
        use CallOutcome::{Abandoned, Phantom, Served, VruExit};
        let named = |outcome: &CallOutcome| outcome.as_str().as_bytes() == self.fields[column];
        let outcome = [Served, Abandoned, VruExit, Phantom].into_iter().find(named);
        outcome.ok_or_else(|| self.wrong(column, Wrong::NotAnOutcome))
    }

    /// Start and length of the conversation: both there if served, both −1 if not.
    fn conversation(&self, outcome: CallOutcome) -> Result<Option<Conversation>, TraceError> {
        let (start_s, length_s) = (self.number(10, -1, MAX_S)?, self.number(11, -1, MAX_S)?);
        let served = outcome == CallOutcome::Served;
        if (start_s >= 0) != served {
            return Err(self.against(10, outcome));
        }
        if (length_s >= 0) != served {
            return Err(self.against(11, outcome));
        }
        Ok(served.then_some(Conversation { start_s, length_s }))
    }
}
