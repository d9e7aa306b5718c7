//! The configuration of a scenario: a standard one by name, changed where the scenario says so, or one of its own.
//!
//! ```text
//! config: desk
//! set queues.billing.offer.parallel = 2
//! ```
//!
//! A path goes down tables by key and lists by the `name` of an element; an element that is not there is added. In a
//! value or in a configuration written out, `@09:10:00` stands for that instant.

use serde_json::{Map, Value, json};
use sunline_core::Config;

use super::clock;
use super::error::Wrong;

/// The standard configurations.
const STANDARD: [(&str, &str); 4] = [
    ("desk", include_str!("../../scenarios/configs/desk.toml")),
    ("centre", include_str!("../../scenarios/configs/centre.toml")),
    ("floor", include_str!("../../scenarios/configs/floor.toml")),
    ("office", include_str!("../../scenarios/configs/office.toml")),
];

/// A configuration in the making.
#[derive(Clone, Debug)]
pub struct Setup(Value);

impl Setup {
    /// A standard configuration.
    ///
    /// # Errors
    /// [`Wrong`] with the names there are.
    pub fn named(name: &str) -> Result<Self, Wrong> {
        match STANDARD.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::written(text),
            None => {
                let names: Vec<_> = STANDARD.iter().map(|(name, _)| format!("`{name}`")).collect();
                Err(Wrong::new(
                    format!("a standard configuration: {}", names.join(" or ")),
                    format!("`{name}`"),
                ))
            }
        }
    }

    /// A configuration written out in TOML.
    ///
    /// # Errors
    /// [`Wrong::Config`] with the reader's reason.
    pub fn written(text: &str) -> Result<Self, Wrong> {
        toml::from_str(&with_instants(text)?).map(Self).map_err(|error| Wrong::Config(error.to_string()))
    }

    /// A configuration that is in force, to change settings of it.
    pub fn of(config: &Config) -> Self {
        Self(serde_json::to_value(config).expect("a configuration is tables, lists and plain values"))
    }

    /// Changes one setting, as in `queues.billing.offer.parallel = 2`.
    ///
    /// # Errors
    /// [`Wrong`] when the text is no path with a value, or the path leads nowhere.
    pub fn set(&mut self, text: &str) -> Result<(), Wrong> {
        let (path, value) =
            text.split_once('=').ok_or_else(|| Wrong::new("`PATH = VALUE`", format!("`{}`", text.trim())))?;
        let document = format!("value = {}", with_instants(value)?);
        let mut table: Map<String, Value> = toml::from_str(&document)
            .map_err(|_| Wrong::new("a TOML value", format!("`{}`", value.trim())))?;
        let value = table.remove("value").unwrap_or_default();
        let mut node = &mut self.0;
        for key in path.trim().split('.') {
            node = match node {
                Value::Array(list) => element(list, key),
                Value::Null => {
                    *node = json!({});
                    &mut node[key]
                }
                Value::Object(_) => &mut node[key],
                _ => {
                    return Err(Wrong::new(
                        "a path to a setting",
                        format!("`{}`: `{key}` is inside a value", path.trim()),
                    ));
                }
            };
        }
        *node = value;
        Ok(())
    }

    /// The configuration as it is, perhaps with problems.
    ///
    /// # Errors
    /// [`Wrong::Config`] when it does not have the form of one.
    pub fn unfinished(&self) -> Result<Config, Wrong> {
        serde_json::from_value(self.0.clone()).map_err(|error| Wrong::Config(error.to_string()))
    }

    /// The finished configuration.
    ///
    /// # Errors
    /// [`Wrong::Config`] with every problem.
    pub fn finish(&self) -> Result<Config, Wrong> {
        Config::from_json(&self.0.to_string()).map_err(|error| Wrong::Config(error.to_string()))
    }
}

/// The element of a list with this name; a new one, when there is none.
fn element<'a>(list: &'a mut Vec<Value>, name: &str) -> &'a mut Value {
    let place = list.iter().position(|element| element["name"] == name).unwrap_or_else(|| {
        list.push(json!({ "name": name }));
        list.len() - 1
    });
    &mut list[place]
}

/// Turns every `@09:10:00` into nanoseconds since the epoch.
fn with_instants(text: &str) -> Result<String, Wrong> {
    let mut parts = text.split('@');
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | 'd');
        let end = part.find(|c| !is_time(c)).unwrap_or(part.len());
        let at = clock::read(&part[..end]);
        let at = at.ok_or_else(|| Wrong::new("a time like @09:00:20", format!("`@{}`", &part[..end])))?;
        result.push_str(&format!("{}{}", at.as_nanos(), &part[end..]));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_configurations_are_in_order() {
        for (name, _) in STANDARD {
            let setup = Setup::named(name).unwrap();
            assert_eq!(setup.finish().map(|config| config.name.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn a_setting_is_found_by_name_or_added() {
        let mut setup = Setup::named("desk").unwrap();
        setup.set("queues.billing.offer.parallel = 2").unwrap();
        setup.set("skills.spanish.name = 'spanish'").unwrap();
        let config = setup.finish().unwrap();
        assert_eq!(config.queues[0].offer.parallel, 2);
        assert!(config.skills.iter().any(|skill| skill.name == "spanish"));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let mut setup = Setup::named("desk").unwrap();
        assert_eq!(setup.set("name").unwrap_err().to_string(), "expected `PATH = VALUE`, found `name`");
        assert_eq!(setup.set("name = = 2").unwrap_err().to_string(), "expected a TOML value, found `= 2`");
        assert_eq!(
            setup.set("name.of = 2").unwrap_err().to_string(),
            "expected a path to a setting, found `name.of`: `of` is inside a value"
        );
        setup.set("queues.billing.requires = 'flying'").unwrap();
        let wrong = setup.finish().unwrap_err().to_string();
        assert!(wrong.contains("queues[0].requires: at byte 0: no skill is called \"flying\""), "{wrong}");
    }
}
