//! Reading a rule set from TOML or JSON, with every problem in one report.
//!
//! serde stops at the first thing it cannot read. So the document is read as a tree first; whatever is wrong is
//! noted with its path, taken out of the tree, and the rest is read again until it reads well. A part that
//! lacks something because that was taken out follows it without a second report.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_path_to_error::Segment;

use super::{ProblemKind, Problems, RuleSet};
use crate::Zones;

/// Bytes a document may have.
pub const MAX_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;
/// Values of a wrong shape after which the rest is not looked for.
pub const MAX_SHAPE_PROBLEMS: usize = 100;

impl RuleSet {
    /// Reads a TOML document and checks it against `zones`. TOML's own dates and times may be used.
    ///
    /// # Errors
    /// [`Problems`]: all of them, in shape and in meaning.
    pub fn from_toml(text: &str, zones: &Zones) -> Result<Self, Problems> {
        let parsed = short_enough(text)
            .and_then(|()| text.parse::<toml::Table>().map_err(|e| ProblemKind::Syntax(e.to_string())));
        read(parsed.map(|table| plain(toml::Value::Table(table))), zones)
    }

    /// Reads a JSON document and checks it against `zones`.
    ///
    /// # Errors
    /// [`Problems`]: all of them, in shape and in meaning.
    pub fn from_json(text: &str, zones: &Zones) -> Result<Self, Problems> {
        let parsed = short_enough(text)
            .and_then(|()| serde_json::from_str(text).map_err(|e| ProblemKind::Syntax(e.to_string())));
        read(parsed, zones)
    }
}

fn short_enough(text: &str) -> Result<(), ProblemKind> {
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(ProblemKind::TooMany { what: "bytes", bound: MAX_DOCUMENT_BYTES });
    }
    Ok(())
}

/// The same tree in JSON's terms; dates and times become their text.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(when) => Value::String(when.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
    }
}

fn read(parsed: Result<Value, ProblemKind>, zones: &Zones) -> Result<RuleSet, Problems> {
    let mut problems = Problems::default();
    let mut tree = match parsed {
        Ok(tree) => tree,
        Err(kind) => {
            problems.add("document", kind);
            return problems.or(RuleSet::default());
        }
    };
    let mut taken = Taken::default();
    let rules = shape(&mut tree, &mut taken, &mut problems);
    for problem in rules.problems(zones).list() {
        problems.add(taken.original(&problem.path), problem.kind.clone());
    }
    problems.or(rules)
}

/// Reads what can be read; notes and takes out what cannot.
fn shape(tree: &mut Value, taken: &mut Taken, problems: &mut Problems) -> RuleSet {
    while problems.list().len() < MAX_SHAPE_PROBLEMS {
        let error = match serde_path_to_error::deserialize::<_, RuleSet>(&*tree) {
            Ok(rules) => return rules,
            Err(error) => error,
        };
        let segments: Vec<Step> = error.path().iter().filter_map(Step::of).collect();
        let message = error.inner().to_string();
        let lacking = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let path = taken.original(&path_of(&segments));
        if !lacking.is_some_and(|field| taken.holds(&join(&path, field))) {
            problems.add(if path.is_empty() { "document" } else { &path }, ProblemKind::Shape(message));
        }
        if !take_out(tree, &segments) {
            return RuleSet::default();
        }
        taken.note(&path);
    }
    let what = "values of a wrong shape; the rest was not looked for";
    problems.add("document", ProblemKind::TooMany { what, bound: MAX_SHAPE_PROBLEMS });
    RuleSet::default()
}

enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    fn of(segment: &Segment) -> Option<Self> {
        match segment {
            Segment::Map { key } => Some(Self::Key(key.clone())),
            Segment::Seq { index } => Some(Self::Index(*index)),
            _ => None,
        }
    }
}

fn path_of(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) => join(&path, key),
        Step::Index(index) => format!("{path}[{index}]"),
    })
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn take_out(tree: &mut Value, steps: &[Step]) -> bool {
    let Some((last, above)) = steps.split_last() else { return false };
    let parent = above.iter().try_fold(tree, |node, step| match step {
        Step::Key(key) => node.get_mut(key),
        Step::Index(index) => node.get_mut(index),
    });
    match (parent, last) {
        (Some(Value::Object(map)), Step::Key(key)) => map.remove(key).is_some(),
        (Some(Value::Array(list)), Step::Index(index)) if *index < list.len() => {
            list.remove(*index);
            true
        }
        _ => false,
    }
}

/// What was taken out, by its place in the document as it was written.
#[derive(Default)]
struct Taken {
    paths: BTreeSet<String>,
    items: BTreeMap<String, BTreeSet<usize>>,
}

impl Taken {
    fn note(&mut self, path: &str) {
        self.paths.insert(path.to_owned());
        if let Some((list, index)) = path.strip_suffix(']').and_then(|p| p.rsplit_once('['))
            && let Ok(index) = index.parse()
        {
            self.items.entry(list.to_owned()).or_default().insert(index);
        }
    }

    fn holds(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// The place that `path` had before items ahead of it were taken out.
    fn original(&self, path: &str) -> String {
        let mut result = String::new();
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('[') {
            result.push_str(before);
            let Some((index, after)) = after.split_once(']') else { break };
            let mut index = index.parse::<usize>().unwrap_or(0);
            for &gone in self.items.get(&result).into_iter().flatten() {
                index += usize::from(gone <= index);
            }
            result.push_str(&format!("[{index}]"));
            rest = after;
        }
        result + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let report = RuleSet::from_toml(text, &Zones::bundled()).unwrap_err();
        report.list().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_problem_is_reported_with_its_path() {
        let report = problems(
            r#"
            [calendars.paris]
            zone = "Europe/Pariss"
            colour = "blue"
            holidays = ["fr"]
            weekly = [
                { days = "mon-fri", open = "8 o'clock", close = "18:00" },
                { days = "sat", open = "09:00", close = "09:00" },
                { days = "weekend", open = "09:00", close = 25 },
                { days = "sun", open = "25:00", close = "26:00" },
            ]
            exceptions = [{ date = 2026-02-30x, plan = "closed" }]
            "#,
        );
        assert_eq!(report.len(), 1, "what is no TOML at all is one problem: {report:?}");
        assert!(report[0].starts_with("document: cannot be read: TOML parse error at line 12"), "{report:?}");

        let report = problems(
            r#"
            [calendars.paris]
            zone = "Europe/Pariss"
            colour = "blue"
            holidays = ["fr"]
            weekly = [
                { days = "mon-fri", open = "8 o'clock", close = "18:00" },
                { days = "sat", open = "09:00", close = "09:00" },
                { days = "weekend", open = "09:00", close = 25 },
                { days = "sun", open = "25:00", close = "26:00" },
            ]
            exceptions = [{ date = "2026-02-30", plan = "ajar" }, { date = 2026-12-24, plan = [{ open = "08:00" }] }]
            [calendars.rome]
            weekly = []
            [holidays.it]
            "13-01" = "no month"
            "#,
        );
        let paths: Vec<&str> = report.iter().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(
            paths,
            [
                "calendars.paris.colour",
                "calendars.paris.exceptions[0].date",
                "calendars.paris.exceptions[0].plan",
                "calendars.paris.exceptions[1].plan[0]",
                "calendars.paris.weekly[0].open",
                "calendars.paris.weekly[2].close",
                "calendars.paris.weekly[2].days",
                "calendars.rome",
                "holidays.it.13-01",
                "calendars.paris.zone",
                "calendars.paris.holidays[0]",
                "calendars.paris.weekly[1]",
                "calendars.paris.weekly[3].open",
            ],
            "{report:#?}"
        );
        assert!(report[7].ends_with("missing field `zone`"), "{report:?}");
    }

    #[test]
    fn a_document_reads_the_same_from_toml_and_json() {
        let zones = Zones::bundled();
        let toml = r#"
            [calendars.desk]
            zone = "Asia/Kolkata"
            from = 2026-01-01
            holidays = ["in"]
            on_holiday = [{ open = 10:00:00, close = "12:00" }]
            weekly = [{ days = "mon-sat", open = "06:30", close = "15:00" }]
            [holidays.in]
            "01-26" = "Republic Day"
        "#;
        let rules = RuleSet::from_toml(toml, &zones).unwrap();
        assert_eq!(rules.calendars["desk"].on_holiday.as_ref().map(|p| p.hours().len()), Some(1));
        let json = serde_json::to_string(&rules).unwrap();
        assert_eq!(RuleSet::from_json(&json, &zones), Ok(rules.clone()));
        let again = toml::to_string(&rules).unwrap();
        assert_eq!(RuleSet::from_toml(&again, &zones), Ok(rules));
    }

    #[test]
    fn a_document_of_nothing_but_mistakes_ends_within_bounds() {
        let lines = "{ days = \"never\", open = 1, close = 2 },".repeat(5_000);
        let text = format!("[calendars.a]\nzone = \"UTC\"\nweekly = [{lines}]");
        let report = RuleSet::from_toml(&text, &Zones::bundled()).unwrap_err();
        assert_eq!(report.list().len(), MAX_SHAPE_PROBLEMS + 1);
        assert_eq!(report.list().last().unwrap().kind.code(), "too_many");
        let huge = " ".repeat(MAX_DOCUMENT_BYTES + 1);
        assert_eq!(
            RuleSet::from_json(&huge, &Zones::bundled()).unwrap_err().list()[0].kind.code(),
            "too_many"
        );
    }
}
