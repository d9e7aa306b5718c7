//! Mandatory requirements: a boolean expression over skills, groups, sites, pools, partners and attributes of an agent,
//! and the channel of the contact.
//!
//! ```text
//! billing >= 5 and (french or english >= 7) and not group = trainees and attribute.floor = 3
//! ```
//!
//! `not` binds closest, then `and`, then `or`. A skill alone means "has it at any level". Names with other
//! characters than letters, digits, `_`, `-`, `.` and `:` stand in double quotes.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::proficiency::Proficiency;
use super::profile::Facts;
use crate::contact::Value;
use crate::ids::{ChannelId, PoolId, SkillId};
use crate::limits::{MAX_REQUIREMENT_BYTES, MAX_REQUIREMENT_DEPTH};

/// A condition on an agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Expression {
    /// Every part holds; with no parts, always true.
    All(Vec<Expression>),
    /// At least one part holds.
    Any(Vec<Expression>),
    /// The part does not hold.
    Not(Box<Expression>),
    /// The agent has the skill at this level or better.
    Skill {
        /// Which skill.
        skill: SkillId,
        /// Lowest sufficient level.
        at_least: Proficiency,
    },
    /// The agent carries the group label.
    Group(SmolStr),
    /// The agent works at the site.
    Site(SmolStr),
    /// The agent's attribute compares as said; an agent without it fails.
    Attribute {
        /// Name of the attribute.
        name: SmolStr,
        /// How the agent's value compares to `value`.
        comparison: Comparison,
        /// What it is compared to; of another type, the comparison fails.
        value: Value,
    },
    /// The agent is in the pool.
    Pool(PoolId),
    /// The agent works for the partner.
    Partner(SmolStr),
    /// The contact came by the channel. Settled before agents are looked at: see [`Expression::on_channel`].
    Channel(ChannelId),
}

/// The names that an expression may use.
pub trait Names {
    /// The skill called `name`.
    fn skill(&self, name: &str) -> Option<SkillId>;
    /// The pool called `name`.
    fn pool(&self, name: &str) -> Option<PoolId>;
    /// The channel called `name`.
    fn channel(&self, name: &str) -> Option<ChannelId>;
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Greater or equal.
    AtLeast,
    /// Less or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Less.
    Less,
}

/// Why a text is no requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// The text is longer than allowed.
    #[error("a requirement may have at most {limit} bytes, this one has {bytes}")]
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Brackets or `not` are nested deeper than allowed.
    #[error("at byte {position}: nested deeper than {limit} levels")]
    TooDeep {
        /// Where, in bytes from 0.
        position: usize,
        /// Levels allowed.
        limit: usize,
    },
    /// Something else was expected.
    #[error("at byte {position}: expected {expected}, found {found}")]
    Unexpected {
        /// Where, in bytes from 0.
        position: usize,
        /// What could stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The configuration has no such skill.
    #[error("at byte {position}: no skill is called {name:?}")]
    UnknownSkill {
        /// Where, in bytes from 0.
        position: usize,
        /// The name as written.
        name: SmolStr,
    },
    /// The configuration has no such pool or channel.
    #[error("at byte {position}: no {kind} is called {name:?}")]
    UnknownName {
        /// Where, in bytes from 0.
        position: usize,
        /// What it should be: a pool or a channel.
        kind: &'static str,
        /// The name as written.
        name: SmolStr,
    },
}

impl Expression {
    /// True for every agent.
    pub const ALWAYS: Self = Self::All(Vec::new());

    /// False for every agent.
    pub const NEVER: Self = Self::Any(Vec::new());

    /// Reads an expression with these names. An empty text is [`Expression::ALWAYS`].
    ///
    /// # Errors
    /// [`ExpressionError`] with the place where reading stopped.
    pub fn parse(text: &str, names: &dyn Names) -> Result<Self, ExpressionError> {
        if text.len() > MAX_REQUIREMENT_BYTES {
            return Err(ExpressionError::TooLong { bytes: text.len(), limit: MAX_REQUIREMENT_BYTES });
        }
        let mut parser = Parser { text, position: 0, depth: 0, names };
        if parser.peek().is_none() {
            return Ok(Self::ALWAYS);
        }
        let expression = parser.any()?;
        match parser.peek() {
            None => Ok(expression),
            Some(_) => Err(parser.unexpected("`and`, `or` or the end")),
        }
    }

    /// Whether an agent with these facts meets the condition.
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Skill { skill, at_least } => facts.level(*skill).is_some_and(|level| level >= *at_least),
            Self::Group(group) => facts.groups.contains(group),
            Self::Site(site) => facts.site.as_ref() == Some(site),
            Self::Attribute { name, comparison, value } => {
                facts.attribute(name).is_some_and(|held| comparison.holds(held, value))
            }
            Self::Pool(pool) => facts.pool == *pool,
            Self::Partner(partner) => facts.partner.as_ref() == Some(partner),
            Self::Channel(_) => false,
        }
    }

    /// Whether it asks by which channel the contact came.
    pub fn asks_channel(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_channel),
            Self::Not(part) => part.asks_channel(),
            Self::Channel(_) => true,
            _ => false,
        }
    }

    /// What is left to ask of agents when the contact came by this channel.
    #[must_use]
    pub fn on_channel(&self, channel: ChannelId) -> Self {
        match self {
            Self::All(parts) => Self::All(parts.iter().map(|part| part.on_channel(channel)).collect()),
            Self::Any(parts) => Self::Any(parts.iter().map(|part| part.on_channel(channel)).collect()),
            Self::Not(part) => Self::Not(Box::new(part.on_channel(channel))),
            Self::Channel(asked) if *asked == channel => Self::ALWAYS,
            Self::Channel(_) => Self::NEVER,
            other => other.clone(),
        }
    }

    /// Calls `visit` with every skill named and the level asked, in order of appearance.
    pub fn for_each_skill(&self, visit: &mut dyn FnMut(SkillId, Proficiency)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.for_each_skill(visit)),
            Self::Not(part) => part.for_each_skill(visit),
            Self::Skill { skill, at_least } => visit(*skill, *at_least),
            Self::Group(_)
            | Self::Site(_)
            | Self::Attribute { .. }
            | Self::Pool(_)
            | Self::Partner(_)
            | Self::Channel(_) => {}
        }
    }

    /// Both conditions at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(a), b) if a.is_empty() => b,
            (a, Self::All(b)) if b.is_empty() => a,
            (Self::All(mut a), Self::All(b)) => {
                a.extend(b);
                Self::All(a)
            }
            (a, b) => Self::All(vec![a, b]),
        }
    }
}

impl Comparison {
    fn holds(self, held: &Value, asked: &Value) -> bool {
        use core::cmp::Ordering;
        let order = match (held, asked) {
            (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Flag(a), Value::Flag(b)) => a.cmp(b),
            _ => return false,
        };
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::NotEqual => order != Ordering::Equal,
            Self::AtLeast => order != Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::Less => order == Ordering::Less,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
    names: &'a dyn Names,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Result<Expression, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_REQUIREMENT_DEPTH {
            return Err(ExpressionError::TooDeep { position: self.position, limit: MAX_REQUIREMENT_DEPTH });
        }
        let expression = if self.take_word("not") {
            Expression::Not(Box::new(self.one()?))
        } else if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                return Err(self.unexpected("`)`"));
            }
            inner
        } else {
            self.term()?
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn term(&mut self) -> Result<Expression, ExpressionError> {
        self.peek();
        let start = self.position;
        let quoted = self.text[start..].starts_with('"');
        let name =
            self.name("a skill, `group`, `site`, `pool`, `partner`, `channel`, `attribute.…`, `not` or `(`")?;
        match name {
            "group" | "site" | "pool" | "partner" | "channel" if !quoted && self.take("=") => {
                self.peek();
                let place = self.position;
                let label = SmolStr::from(self.name("a name")?);
                let unknown =
                    |kind| ExpressionError::UnknownName { position: place, kind, name: label.clone() };
                Ok(match name {
                    "group" => Expression::Group(label),
                    "site" => Expression::Site(label),
                    "partner" => Expression::Partner(label),
                    "pool" => Expression::Pool(self.names.pool(&label).ok_or_else(|| unknown("pool"))?),
                    _ => Expression::Channel(self.names.channel(&label).ok_or_else(|| unknown("channel"))?),
                })
            }
            _ => match name.strip_prefix("attribute.").filter(|_| !quoted) {
                Some(attribute) => self.attribute(attribute.into()),
                None => self.skill(name, start),
            },
        }
    }

    fn skill(&mut self, name: &str, start: usize) -> Result<Expression, ExpressionError> {
        let found = self.names.skill(name);
        let skill =
            found.ok_or_else(|| ExpressionError::UnknownSkill { position: start, name: name.into() })?;
        let at_least = if self.take(">=") { self.level()? } else { Proficiency::LOWEST };
        Ok(Expression::Skill { skill, at_least })
    }

    fn level(&mut self) -> Result<Proficiency, ExpressionError> {
        const EXPECTED: &str = "a level from 1 to 10";
        self.peek();
        let before = self.position;
        let level = self.name(EXPECTED)?.parse().ok().and_then(|n| Proficiency::new(n).ok());
        level.ok_or_else(|| {
            self.position = before;
            self.unexpected(EXPECTED)
        })
    }

    fn attribute(&mut self, name: SmolStr) -> Result<Expression, ExpressionError> {
        const COMPARISONS: [(&str, Comparison); 6] = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("!=", Comparison::NotEqual),
            ("=", Comparison::Equal),
            (">", Comparison::Greater),
            ("<", Comparison::Less),
        ];
        let comparison =
            COMPARISONS.iter().find(|(sign, _)| self.take(sign)).map(|(_, comparison)| *comparison);
        let Some(comparison) = comparison else {
            return Err(self.unexpected("`=`, `!=`, `>=`, `<=`, `>` or `<`"));
        };
        let quoted = self.peek() == Some('"');
        let text = self.name("a value")?;
        let value = match text {
            _ if quoted => Value::Text(text.into()),
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            _ => text.parse().map_or_else(|_| Value::Text(text.into()), Value::Integer),
        };
        Ok(Expression::Attribute { name, comparison, value })
    }

    /// Skips blanks; the next character.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.position..];
        self.position += rest.len() - rest.trim_start().len();
        self.text[self.position..].chars().next()
    }

    fn take(&mut self, sign: &str) -> bool {
        self.peek();
        let found = self.text[self.position..].starts_with(sign);
        if found {
            self.position += sign.len();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let before = self.position;
        if self.take(word) && !self.text[self.position..].starts_with(is_name_character) {
            return true;
        }
        self.position = before;
        false
    }

    fn name(&mut self, expected: &'static str) -> Result<&'a str, ExpressionError> {
        self.peek();
        let rest: &'a str = &self.text[self.position..];
        if let Some(quoted) = rest.strip_prefix('"') {
            let Some(end) = quoted.find('"') else { return Err(self.unexpected("a closing `\"`")) };
            self.position += end + 2;
            return Ok(&quoted[..end]);
        }
        let end = rest.find(|c| !is_name_character(c)).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.unexpected(expected));
        }
        self.position += end;
        Ok(&rest[..end])
    }

    fn unexpected(&mut self, expected: &'static str) -> ExpressionError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(_) => format!("{:?}", self.text[self.position..].chars().take(16).collect::<String>()),
        };
        ExpressionError::Unexpected { position: self.position, expected, found }
    }
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Desk;

    impl Names for Desk {
        fn skill(&self, name: &str) -> Option<SkillId> {
            let known = ["billing", "french", "group"].iter().position(|known| *known == name);
            known.map(|place| SkillId(place as u16))
        }

        fn pool(&self, name: &str) -> Option<PoolId> {
            (name == "clerks").then_some(PoolId(0))
        }

        fn channel(&self, name: &str) -> Option<ChannelId> {
            (name == "chat").then_some(ChannelId(1))
        }
    }

    fn parse(text: &str) -> Result<Expression, ExpressionError> {
        Expression::parse(text, &Desk)
    }

    fn facts() -> Facts {
        let skills = vec![(SkillId(0), Proficiency::new(6).unwrap())];
        let mut facts = Facts { skills, ..Facts::default() };
        facts.groups.insert("trainees".into());
        facts.attributes.insert("floor".into(), Value::Integer(3));
        facts
    }

    #[test]
    fn not_binds_closest_then_and_then_or() {
        let holds = |text: &str| parse(text).unwrap().holds(&facts());
        assert!(holds("french and french or billing"));
        assert!(!holds("french and (french or billing)"));
        assert!(holds("not french and billing >= 6"));
        assert!(!holds("billing >= 7"));
        assert!(!holds("billing and not group = trainees"));
        assert!(holds("attribute.floor >= 3 and attribute.floor != 4 and not attribute.floor = \"3\""));
        assert!(!holds("site = paris") && !holds("\"group\""));
        assert!(holds(""));
    }

    #[test]
    fn a_channel_is_asked_of_the_contact_and_the_rest_of_the_agent() {
        let asks = parse("pool = clerks and (channel = chat or billing >= 9)").unwrap();
        assert!(asks.asks_channel() && !asks.holds(&facts()));
        assert!(asks.on_channel(ChannelId(1)).holds(&facts()));
        assert!(!asks.on_channel(ChannelId(0)).holds(&facts()));
        assert!(!parse("partner = acme").unwrap().holds(&facts()));
        let unknown = parse("channel = pigeon").unwrap_err();
        assert_eq!(unknown.to_string(), "at byte 10: no channel is called \"pigeon\"");
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands() {
        assert_eq!(
            parse("billing and spanish").unwrap_err().to_string(),
            "at byte 12: no skill is called \"spanish\""
        );
        assert_eq!(
            parse("billing >= 11").unwrap_err().to_string(),
            "at byte 11: expected a level from 1 to 10, found \"11\""
        );
        assert!(matches!(parse("(billing"), Err(ExpressionError::Unexpected { position: 8, .. })));
        assert!(matches!(parse("billing billing"), Err(ExpressionError::Unexpected { position: 8, .. })));
        assert!(matches!(parse(&"(".repeat(99)), Err(ExpressionError::TooDeep { .. })));
        assert!(matches!(parse(&" ".repeat(5000)), Err(ExpressionError::TooLong { bytes: 5000, .. })));
    }
}
