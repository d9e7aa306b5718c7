//! What changes from one configuration to another, by path.

use core::fmt;

use serde::Serialize;
use serde_json::Value;

use super::document::Config;

/// One setting that differs. Things with a name are compared by it, wherever they stand in their list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Where it is, for example `queues[bills].offer.expires_after`.
    pub path: String,
    /// What stood there; `None` when there was nothing.
    pub before: Option<Value>,
    /// What stands there now; `None` when it is gone.
    pub after: Option<Value>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{}: {before} -> {after}", self.path),
            (None, Some(after)) => write!(f, "{}: new, {after}", self.path),
            (Some(before), None) => write!(f, "{}: gone, was {before}", self.path),
            (None, None) => write!(f, "{}", self.path),
        }
    }
}

/// Every setting that differs, defaults filled in, by path. Empty when both say the same.
///
/// ```
/// use sunline_core::Config;
/// use sunline_core::config::diff;
///
/// let text = "name = 'shop'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'bills' }]";
/// let (before, mut after) = (Config::from_toml(text)?, Config::from_toml(text)?);
/// after.queues[0].base_points = 60;
/// let changes = diff(&before, &after);
/// assert_eq!(changes.len(), 1);
/// assert_eq!(changes[0].to_string(), "queues[bills].base_points: 0 -> 60");
/// # Ok::<(), sunline_core::ConfigError>(())
/// ```
pub fn diff(before: &Config, after: &Config) -> Vec<Change> {
    let value = |config: &Config| {
        serde_json::to_value(config).expect("a configuration is tables, lists and plain values")
    };
    let mut changes = Vec::new();
    compare("", Some(&value(before)), Some(&value(after)), &mut changes);
    changes
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let gone = one.keys().filter(|key| !other.contains_key(*key));
            for key in other.keys().chain(gone) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&path, one.get(key), other.get(key), changes);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) if names_all(one) && names_all(other) => {
            let find =
                |list: &'_ [Value], name: &str| list.iter().position(|value| name_of(value) == Some(name));
            let gone =
                one.iter().filter(|value| name_of(value).is_some_and(|name| find(other, name).is_none()));
            for name in other.iter().chain(gone).filter_map(name_of) {
                let at = |list: &'_ [Value]| find(list, name);
                compare(
                    &format!("{path}[{name}]"),
                    at(one).map(|i| &one[i]),
                    at(other).map(|i| &other[i]),
                    changes,
                );
            }
            let order = |list: &[Value], others: &[Value]| -> Vec<String> {
                let shared = list.iter().filter_map(name_of).filter(|name| find(others, name).is_some());
                shared.map(str::to_owned).collect()
            };
            let (was, is) = (order(one, other), order(other, one));
            if was != is {
                changes.push(Change {
                    path: format!("{path} (order)"),
                    before: Some(was.into()),
                    after: Some(is.into()),
                });
            }
        }
        (before, after) => {
            changes.push(Change { path: path.to_owned(), before: before.cloned(), after: after.cloned() });
        }
    }
}

fn name_of(value: &Value) -> Option<&str> {
    value.get("name").or_else(|| value.get("zone")).and_then(Value::as_str)
}

fn names_all(list: &[Value]) -> bool {
    list.iter().all(|value| name_of(value).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "name = 'shop'\nchannels = [{ name = 'voice' }]\nskills = [{ name = 'a' }]\n\
                        queues = [{ name = 'bills' }, { name = 'orders', requires = 'a' }]\n\
                        agents = [{ name = 'ann', skills = { a = 5 } }]";

    fn told(change: impl FnOnce(&mut Config)) -> Vec<String> {
        let before = Config::from_toml(SHOP).unwrap();
        let mut after = before.clone();
        change(&mut after);
        diff(&before, &after).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_same_has_no_changes() {
        assert!(told(|_| {}).is_empty());
    }

    #[test]
    fn settings_are_told_by_the_names_of_what_they_belong_to() {
        let changes = told(|config| {
            config.queues[1].requires = "a >= 3".into();
            config.agents[0].capacity = 2;
        });
        assert_eq!(changes, ["agents[ann].capacity: 1 -> 2", r#"queues[orders].requires: "a" -> "a >= 3""#]);
    }

    #[test]
    fn what_comes_and_what_goes_is_told() {
        let changes = told(|config| {
            config.skills.push(crate::config::SkillConfig { name: "b".into() });
            config.agents.clear();
        });
        assert_eq!(changes.len(), 2);
        assert!(changes[0].starts_with("agents[ann]: gone, was {"), "{}", changes[0]);
        assert_eq!(changes[1], r#"skills[b]: new, {"name":"b"}"#);
    }

    #[test]
    fn a_change_of_order_is_a_change() {
        assert_eq!(
            told(|config| config.queues.swap(0, 1)),
            [r#"queues (order): ["bills","orders"] -> ["orders","bills"]"#]
        );
    }
}
