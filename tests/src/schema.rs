//! Does a value fit a JSON Schema? As much of the standard as our schemas use, and no word more: an unknown word is an error,
//! so that nothing is passed over in silence. Patterns are compared by the tests in Python, with a complete checker.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Words that say nothing of a value.
const WORDS: [&str; 10] = [
    "$schema",
    "$id",
    "$defs",
    "title",
    "description",
    "default",
    "examples",
    "format",
    "pattern",
    "deprecated",
];

/// Why `value` does not fit, with its path; nothing when it does.
///
/// # Errors
/// The first thing that does not fit.
///
/// # Panics
/// When the schema uses a word that is not known here.
pub fn check(schema: &Value, value: &Value) -> Result<(), String> {
    Checker { root: schema }.check(schema, value, "$")
}

/// The names of an enum's variants, by the schema of that enum.
pub fn variants(of: &Value) -> BTreeSet<String> {
    let one = |part: &Value| {
        let named = part["required"].as_array().and_then(|names| names.first()).cloned();
        let plain = named.or_else(|| part.get("const").cloned()).map(|name| vec![name]);
        plain.or_else(|| part["enum"].as_array().cloned()).unwrap_or_default()
    };
    let parts = of["oneOf"].as_array().into_iter().flatten();
    parts.flat_map(one).filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        let words = match schema {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => return Err(format!("{path}: nothing may stand here")),
            Value::Object(words) => words,
            _ => panic!("{schema} is no schema"),
        };
        for (word, said) in words {
            match word.as_str() {
                "$ref" => {
                    let place = said.as_str().and_then(|to| to.strip_prefix('#')).expect("a local reference");
                    let part = self.root.pointer(place).unwrap_or_else(|| panic!("{place} is not there"));
                    self.check(part, value, path)?;
                }
                "oneOf" | "anyOf" => self.alternatives(word == "oneOf", said, value, path)?,
                "allOf" => {
                    said.as_array().unwrap().iter().try_for_each(|part| self.check(part, value, path))?;
                }
                "properties" | "required" | "additionalProperties" | "minProperties" => {
                    if let Value::Object(fields) = value {
                        self.fields(words, word, said, fields, path)?;
                    }
                }
                "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" => {
                    if let Value::Array(items) = value {
                        self.items(words, word, said, items, path)?;
                    }
                }
                _ => plain(word, said, value, path)?,
            }
        }
        Ok(())
    }

    fn alternatives(&self, exactly: bool, parts: &Value, value: &Value, path: &str) -> Result<(), String> {
        let checked: Vec<_> =
            parts.as_array().unwrap().iter().map(|part| self.check(part, value, path)).collect();
        match checked.iter().filter(|fits| fits.is_ok()).count() {
            0 => {
                let why = checked.into_iter().filter_map(Result::err).max_by_key(|why| why.find(':'));
                Err(why.unwrap_or_else(|| format!("{path}: there is no alternative")))
            }
            1 => Ok(()),
            fits if exactly => Err(format!("{path}: {fits} alternatives fit")),
            _ => Ok(()),
        }
    }

    fn fields(
        &self,
        words: &Map<String, Value>,
        word: &str,
        said: &Value,
        fields: &Map<String, Value>,
        path: &str,
    ) -> Result<(), String> {
        let known = words.get("properties").and_then(Value::as_object);
        match word {
            "required" => {
                let mut names = said.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                names
                    .find(|name| !fields.contains_key(*name))
                    .map_or(Ok(()), |name| Err(format!("{path}: {name} is missing")))
            }
            "properties" => fields.iter().try_for_each(|(name, value)| {
                said.get(name).map_or(Ok(()), |part| self.check(part, value, &format!("{path}.{name}")))
            }),
            "additionalProperties" => {
                let mut others =
                    fields.iter().filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                others.try_for_each(|(name, value)| self.check(said, value, &format!("{path}.{name}")))
            }
            _ => bound(fields.len() as u64 >= said.as_u64().unwrap(), word, said, path),
        }
    }

    fn items(
        &self,
        words: &Map<String, Value>,
        word: &str,
        said: &Value,
        items: &[Value],
        path: &str,
    ) -> Result<(), String> {
        let first = words.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
        let each =
            |index: usize, part: &Value, item: &Value| self.check(part, item, &format!("{path}[{index}]"));
        match word {
            "prefixItems" => said
                .as_array()
                .unwrap()
                .iter()
                .zip(items)
                .enumerate()
                .try_for_each(|(i, (part, item))| each(i, part, item)),
            "items" => items.iter().enumerate().skip(first).try_for_each(|(i, item)| each(i, said, item)),
            "minItems" => bound(items.len() as u64 >= said.as_u64().unwrap(), word, said, path),
            "maxItems" => bound(items.len() as u64 <= said.as_u64().unwrap(), word, said, path),
            _ => {
                let alike = (1..items.len()).any(|i| items[..i].contains(&items[i]));
                bound(!alike, word, said, path)
            }
        }
    }
}

fn plain(word: &str, said: &Value, value: &Value, path: &str) -> Result<(), String> {
    let holds = match word {
        "type" => match said {
            Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind.as_str().unwrap(), value)),
            kind => is_a(kind.as_str().unwrap(), value),
        },
        "const" => said == value,
        "enum" => said.as_array().unwrap().contains(value),
        "minimum" => value.as_f64().is_none_or(|number| number >= said.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= said.as_f64().unwrap()),
        "minLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 >= said.as_u64().unwrap())
        }
        "maxLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 <= said.as_u64().unwrap())
        }
        word if WORDS.contains(&word) => true,
        word => panic!("{path}: the checker does not know {word:?}"),
    };
    bound(holds, word, said, path)
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        kind => panic!("{kind:?} is no type"),
    }
}

fn bound(holds: bool, word: &str, said: &Value, path: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{path}: {word} {said} does not hold")) }
}
