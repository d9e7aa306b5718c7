//! The scenario language: what happens in a contact centre, line by line, and what follows.
//!
//! ```text
//! scenario: an unanswered offer returns the contact to its old place
//! config: desk
//! 09:00:00  sign in   ann   billing=7
//! 09:00:05  arrive    c1    billing       -> offer c1 to ann until 09:00:20
//! 09:00:20  deadline                      -> expired c1 by ann; ann cools down until 09:00:30; queue c1 at 1
//! ```
//!
//! A line is an instant, a verb with its words ([`Action`]) and, after `->`, what follows ([`Fact`]), in order. Every
//! event must be expected, unless the expectations end in `...`; only what a verb itself states (`arrive` that the
//! contact arrived) goes without saying. A phrase may leave out details (`offer c1 to ann`), and it may carry an
//! instant of its own (`at 09:00:20 expired c1 by ann`) when it happened before the line's. What can be seen afterwards
//! (`queue c1 at 1`, `ann is busy`) stands among the rest and is looked at when the line is over. A line that begins
//! with `->` continues the one before. `key=7` among the words of a verb sends it under that command key.

pub mod clock;
mod error;
mod facts;
mod options;
mod setup;
mod tell;
mod verbs;
pub mod words;

use sunline_core::{CommandKey, Config, Timestamp};

pub use error::{ScenarioError, Wrong};
pub use facts::{FORMS, Fact, Form};
pub use options::{AgentOption, ContactOption};
pub use setup::Setup;
pub use tell::{decision, tell};
pub use verbs::{Action, Answer, Whither};

/// A scenario as read.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The situation, as a supervisor would describe it.
    pub title: String,
    /// Where it begins, from 1.
    pub line: usize,
    /// How the centre is set up.
    pub config: Config,
    /// What happens, in order; never empty.
    pub steps: Vec<Step>,
}

/// One line of a scenario.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it stands, from 1.
    pub line: usize,
    /// When it happens.
    pub at: Timestamp,
    /// What happens.
    pub action: Action,
    /// The key under which the command is sent.
    pub key: Option<CommandKey>,
    /// What follows, in order.
    pub expected: Vec<Fact>,
    /// More may follow than is said.
    pub open: bool,
}

/// Reads a text with one scenario or several.
///
/// # Errors
/// [`ScenarioError`] with the first line that cannot be read.
pub fn read(text: &str) -> Result<Vec<Scenario>, ScenarioError> {
    let mut reader = Reader::new()?;
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix("scenario:") {
            reader.begin(title.trim(), number)?;
        } else if let Some(name) = line.strip_prefix("config:") {
            let setup = if name.trim().is_empty() {
                let own: Vec<&str> =
                    lines.by_ref().map(|(line, _)| line).take_while(|line| line.trim() != "---").collect();
                Setup::written(&own.join("\n"))
            } else {
                Setup::named(name.trim())
            };
            *reader.setup(number)? = setup.map_err(|wrong| wrong.on(number))?;
        } else if let Some(setting) = line.strip_prefix("set ") {
            reader.setup(number)?.set(setting).map_err(|wrong| wrong.on(number))?;
        } else {
            reader.line(line, number)?;
        }
    }
    reader.finish()
}

/// A scenario that is being read.
struct Draft {
    title: String,
    line: usize,
    setup: Setup,
    steps: Vec<Step>,
}

struct Reader {
    /// For the scenarios of the file that say nothing else.
    standard: Setup,
    current: Option<Draft>,
    finished: Vec<Scenario>,
}

impl Reader {
    fn new() -> Result<Self, ScenarioError> {
        let standard = Setup::named("desk").map_err(|wrong| wrong.on(0))?;
        Ok(Self { standard, current: None, finished: Vec::new() })
    }

    fn begin(&mut self, title: &str, line: usize) -> Result<(), ScenarioError> {
        self.close()?;
        if title.is_empty() {
            return Err(Wrong::new("a title after `scenario:`", "the end").on(line));
        }
        self.current =
            Some(Draft { title: title.to_owned(), line, setup: self.standard.clone(), steps: Vec::new() });
        Ok(())
    }

    fn setup(&mut self, line: usize) -> Result<&mut Setup, ScenarioError> {
        match &mut self.current {
            None => Ok(&mut self.standard),
            Some(draft) if draft.steps.is_empty() => Ok(&mut draft.setup),
            Some(_) => {
                Err(Wrong::new("a line that begins with a time", "a setting after the first step").on(line))
            }
        }
    }

    fn line(&mut self, line: &str, number: usize) -> Result<(), ScenarioError> {
        let words = words::split(line);
        let standard = &self.standard;
        let draft = self.current.get_or_insert_with(|| Draft {
            title: String::new(),
            line: number,
            setup: standard.clone(),
            steps: Vec::new(),
        });
        if words.first().is_some_and(|word| word == "->") {
            let Some(step) = draft.steps.last_mut() else {
                return Err(Wrong::new("a line that begins with a time", "`->`").on(number));
            };
            return step.expect(&words[1..]).map_err(|wrong| wrong.on(number));
        }
        let step = Step::read(&words, number).map_err(|wrong| wrong.on(number))?;
        if let Some(before) = draft.steps.last().filter(|before| before.at > step.at) {
            let (expected, found) = (clock::write(before.at), clock::write(step.at));
            return Err(Wrong::new(format!("{expected} or later"), format!("`{found}`")).on(number));
        }
        draft.steps.push(step);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ScenarioError> {
        let Some(Draft { title, line, setup, steps }) = self.current.take() else { return Ok(()) };
        if steps.is_empty() {
            return Err(Wrong::new("a line that begins with a time", "the end of the scenario").on(line));
        }
        let config = setup.finish().map_err(|wrong| wrong.on(line))?;
        self.finished.push(Scenario { title, line, config, steps });
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Scenario>, ScenarioError> {
        self.close()?;
        if self.finished.is_empty() {
            return Err(Wrong::new("a scenario", "an empty text").on(1));
        }
        Ok(self.finished)
    }
}

impl Step {
    fn read(words: &[words::Word], line: usize) -> Result<Self, Wrong> {
        let found = words.first().cloned().unwrap_or_default();
        let at = clock::read(&found).ok_or_else(|| {
            Wrong::new("a line that begins with a time like 09:00:20", format!("`{found}`"))
        })?;
        let arrow = words.iter().position(|word| word == "->");
        let said = &words[1..arrow.unwrap_or(words.len())];
        let mut key = None;
        let mut verb = Vec::with_capacity(said.len());
        for word in said {
            match word.strip_prefix("key=") {
                Some(text) => {
                    let number =
                        text.parse().map_err(|_| Wrong::new("a whole number", format!("`{word}`")))?;
                    key = Some(CommandKey(number));
                }
                None => verb.push(word.clone()),
            }
        }
        let action = Action::read(&verb)?;
        let mut step = Self { line, at, action, key, expected: Vec::new(), open: false };
        if let Some(arrow) = arrow {
            step.expect(&words[arrow + 1..])?;
        }
        Ok(step)
    }

    fn expect(&mut self, words: &[words::Word]) -> Result<(), Wrong> {
        if words.is_empty() {
            return Err(Wrong::new("what follows", "the end after `->`"));
        }
        for phrase in words.split(|word| word == ";") {
            if self.open {
                return Err(Wrong::new("nothing after `...`", format!("`{}`", phrase.join(" "))));
            }
            match phrase {
                [] => return Err(Wrong::new("a phrase", "nothing between two `;`")),
                [dots] if dots == "..." => self.open = true,
                [said @ .., dots] if dots == "..." => {
                    self.expected.push(Fact::read(said)?);
                    self.open = true;
                }
                said => self.expected.push(Fact::read(said)?),
            }
        }
        Ok(())
    }
}
