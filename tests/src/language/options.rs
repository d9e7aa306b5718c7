//! What a verb may say beyond its form: an agent's skills and facts, a contact's points and needs.

use smol_str::SmolStr;
use sunline_core::config::{Dates, PreferenceConfig, SkillGrant, duration};
use sunline_core::hours::{HoursTable, Interval};
use sunline_core::{AgentSpec, Payload, Proficiency, Span, Timestamp, Value};

use super::clock;
use super::error::Wrong;
use super::words::Word;

/// One thing said of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentOption {
    /// `billing=7`, and after it perhaps `from 09:00:00` and `until 10:00:00`.
    Skill(SmolStr, SkillGrant),
    /// `without billing`.
    Without(SmolStr),
    /// `capacity=3`.
    Capacity(u16),
    /// `pool=clerks`.
    Pool(SmolStr),
    /// `site=paris`.
    Site(SmolStr),
    /// `partner=acme`.
    Partner(SmolStr),
    /// `clearance=medical,legal`.
    Clearance(Vec<SmolStr>),
    /// `groups=trainees`.
    Groups(Vec<SmolStr>),
    /// `wrap-up=30s`.
    WrapUp(Span),
    /// `attribute.floor=3`.
    Attribute(SmolStr, Value),
    /// `shift=early`.
    Shift(SmolStr),
    /// `cap.chat=2`.
    Cap(SmolStr, u16),
    /// `entitled=loans`, and after it perhaps `from 09:00:00` and `until 10:00:00`.
    Entitled(SmolStr, Dates),
    /// `never=smith,jones`: customers it never serves.
    Never(Vec<SmolStr>),
}

/// One thing said of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactOption {
    /// `origin=08:58:00`.
    Origin(Timestamp),
    /// `points=30`.
    Points(i64),
    /// `channel=chat`.
    Channel(SmolStr),
    /// `requires="billing >= 5"`.
    Requires(SmolStr),
    /// `prefers="french*3"`: a term, and its weight when it is not 1.
    Prefers(PreferenceConfig),
    /// `excluding=ann,bob`.
    Excluding(Vec<SmolStr>),
    /// `preferring=ann,bob`.
    Preferring(Vec<SmolStr>),
    /// `class=medical`.
    Class(Vec<SmolStr>),
    /// `in-house`.
    InHouse,
    /// `sites=paris,rome`.
    Sites(Vec<SmolStr>),
    /// `entitled=loans,cards`.
    Entitled(Vec<SmolStr>),
    /// `project=apollo`.
    Project(SmolStr),
    /// `not-before=10:00:00`.
    NotBefore(Timestamp),
    /// `outbound`.
    Outbound,
    /// `tags=vip`.
    Tags(Vec<SmolStr>),
    /// `attribute.language=fr`.
    Attribute(SmolStr, Value),
    /// `customer=42`.
    Customer(SmolStr),
    /// `zone=Europe/Paris`.
    Zone(SmolStr),
    /// `payload=…`: its text as bytes.
    Payload(Payload),
    /// `plain`: nothing special any more.
    Plain,
}

impl AgentOption {
    /// Reads what is said of an agent.
    ///
    /// # Errors
    /// [`Wrong`] with the word that does not fit.
    pub fn read_all(words: &[Word]) -> Result<Vec<Self>, Wrong> {
        let mut options = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "without" {
                let skill = words
                    .next()
                    .ok_or_else(|| Wrong::new("the name of a skill", "the end after `without`"))?;
                options.push(Self::Without(skill.into()));
            } else if word == "from" || word == "until" {
                bound(&mut options, word, words.next())?;
            } else {
                options.push(Self::read(word)?);
            }
        }
        Ok(options)
    }

    fn read(word: &str) -> Result<Self, Wrong> {
        let (name, value) =
            word.split_once('=').ok_or_else(|| Wrong::new("an option like `billing=7`", quoted(word)))?;
        let text = || SmolStr::from(unquote(value));
        Ok(match name {
            "capacity" => Self::Capacity(number(word, value)?),
            "pool" => Self::Pool(text()),
            "site" => Self::Site(text()),
            "partner" => Self::Partner(text()),
            "clearance" => Self::Clearance(list(value)),
            "groups" => Self::Groups(list(value)),
            "shift" => Self::Shift(text()),
            "entitled" => Self::Entitled(text(), Dates::default()),
            "never" => Self::Never(list(value)),
            "wrap-up" => Self::WrapUp(
                duration::parse(value).map_err(|_| Wrong::new("a duration like 30s", quoted(word)))?,
            ),
            _ if name.starts_with("cap.") => Self::Cap(name["cap.".len()..].into(), number(word, value)?),
            _ => match name.strip_prefix("attribute.") {
                Some(attribute) => Self::Attribute(attribute.into(), attribute_value(value)),
                None => Self::Skill(name.into(), level(word, value)?.into()),
            },
        })
    }

    /// Makes it so in a registration.
    pub fn apply(&self, spec: &mut AgentSpec) {
        match self.clone() {
            Self::Skill(skill, grant) => {
                spec.skills.insert(skill, grant);
            }
            Self::Without(skill) => {
                spec.skills.remove(&skill);
            }
            Self::Capacity(capacity) => spec.capacity = capacity,
            Self::Pool(pool) => spec.pool = Some(pool),
            Self::Site(site) => spec.site = Some(site),
            Self::Partner(partner) => spec.partner = Some(partner),
            Self::Clearance(classes) => spec.clearance = classes.into_iter().collect(),
            Self::Shift(calendar) => spec.shift = Some(calendar),
            Self::Groups(groups) => spec.groups = groups.into_iter().collect(),
            Self::WrapUp(length) => spec.wrap_up = Some(length),
            Self::Cap(channel, cap) => {
                spec.caps.insert(channel, cap);
            }
            Self::Attribute(name, value) => {
                spec.attributes.insert(name, value);
            }
            Self::Entitled(name, dates) => {
                spec.entitlements.insert(name, dates);
            }
            Self::Never(customers) => spec.never_serves = customers.into_iter().collect(),
        }
    }
}

/// `from T` or `until T` after a skill or an entitlement.
fn bound(options: &mut [AgentOption], word: &str, time: Option<&Word>) -> Result<(), Wrong> {
    let at = time.and_then(|time| clock::read(time));
    let found = time.map_or("the end".to_owned(), |time| quoted(time));
    let at = at.ok_or_else(|| Wrong::new("a time like 09:00:20", format!("{found} after `{word}`")))?;
    let (from, until) = match options.last_mut() {
        Some(AgentOption::Skill(_, grant)) => (&mut grant.from, &mut grant.until),
        Some(AgentOption::Entitled(_, dates)) => (&mut dates.from, &mut dates.until),
        _ => return Err(Wrong::new("a skill like `billing=7` first", quoted(word))),
    };
    *(if word == "from" { from } else { until }) = Some(at);
    Ok(())
}

impl ContactOption {
    /// Reads what is said of a contact.
    ///
    /// # Errors
    /// [`Wrong`] with the word that does not fit.
    pub fn read_all(words: &[Word]) -> Result<Vec<Self>, Wrong> {
        words.iter().map(|word| Self::read(word)).collect()
    }

    fn read(word: &str) -> Result<Self, Wrong> {
        const KNOWN: &str = "origin=, points=, channel=, requires=, prefers=, excluding=, preferring=, class=, in-house, sites=, \
                             entitled=, project=, tags=, attribute.NAME=, customer=, zone=, payload=, not-before=, \
                             outbound or plain";
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let text = || SmolStr::from(unquote(value));
        Ok(match name {
            "origin" => Self::Origin(
                clock::read(value).ok_or_else(|| Wrong::new("a time like 09:00:20", quoted(word)))?,
            ),
            "not-before" => Self::NotBefore(
                clock::read(value).ok_or_else(|| Wrong::new("a time like 09:00:20", quoted(word)))?,
            ),
            "outbound" => Self::Outbound,
            "points" => Self::Points(number(word, value)?),
            "channel" => Self::Channel(text()),
            "requires" => Self::Requires(text()),
            "prefers" => Self::Prefers(preference(word, unquote(value))?),
            "excluding" => Self::Excluding(list(value)),
            "preferring" => Self::Preferring(list(value)),
            "class" => Self::Class(list(value)),
            "in-house" => Self::InHouse,
            "sites" => Self::Sites(list(value)),
            "entitled" => Self::Entitled(list(value)),
            "project" => Self::Project(text()),
            "tags" => Self::Tags(list(value)),
            "customer" => Self::Customer(text()),
            "zone" => Self::Zone(text()),
            "payload" => Self::Payload(Payload::new(unquote(value).as_bytes())),
            "plain" => Self::Plain,
            _ => match name.strip_prefix("attribute.") {
                Some(attribute) => Self::Attribute(attribute.into(), attribute_value(value)),
                None => return Err(Wrong::new(KNOWN, quoted(word))),
            },
        })
    }
}

/// Hours: any number of `from 09:00:00 until 17:00:00`, and after them `known until +7d00:00:00`.
///
/// # Errors
/// [`Wrong`] with the word that does not fit.
pub(super) fn hours(words: &[Word]) -> Result<HoursTable, Wrong> {
    let mut intervals = Vec::new();
    let mut rest = words;
    let time =
        |word: &Word| clock::read(word).ok_or_else(|| Wrong::new("a time like 09:00:20", quoted(word)));
    loop {
        match rest {
            [from, first, until, last, more @ ..] if from == "from" && until == "until" => {
                intervals.push(Interval { from: time(first)?, until: time(last)? });
                rest = more;
            }
            [known, until, horizon] if known == "known" && until == "until" => {
                let table = HoursTable::new(&intervals, time(horizon)?, "test");
                return table.map_err(|error| Wrong::new("hours in order", error.to_string()));
            }
            _ => return Err(Wrong::new("`from T until T` or `known until T`", quoted(&rest.join(" ")))),
        }
    }
}

fn preference(word: &str, text: &str) -> Result<PreferenceConfig, Wrong> {
    let (term, weight) = match text.rsplit_once('*') {
        Some((term, weight)) => (term, number(word, weight)?),
        None => (text, 1),
    };
    Ok(PreferenceConfig { term: term.trim().into(), weight })
}

fn level(word: &str, value: &str) -> Result<Proficiency, Wrong> {
    let level = value.parse().ok().and_then(|n| Proficiency::new(n).ok());
    level.ok_or_else(|| Wrong::new("a skill with a level from 1 to 10, like `billing=7`", quoted(word)))
}

fn number<N: core::str::FromStr>(word: &str, value: &str) -> Result<N, Wrong> {
    value.parse().map_err(|_| Wrong::new("a whole number", quoted(word)))
}

fn attribute_value(value: &str) -> Value {
    match value {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => value.parse().map_or_else(|_| Value::Text(unquote(value).into()), Value::Integer),
    }
}

fn list(value: &str) -> Vec<SmolStr> {
    unquote(value).split(',').map(|item| item.trim().into()).collect()
}

fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

fn quoted(word: &str) -> String {
    format!("`{word}`")
}
