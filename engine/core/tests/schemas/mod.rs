//! The shape of a schema: what counts for its version.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use sunline_core::{Command, Event};

/// A published document: its name, its version, its shape now.
pub(crate) struct Published {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) shape: String,
}

/// Both of them.
pub(crate) fn published() -> [Published; 2] {
    let of = |name, version, schema: Json| Published { name, version, shape: shape(schema) };
    [
        of("events", Event::SCHEMA_VERSION, Event::json_schema_document()),
        of("commands", Command::SCHEMA_VERSION, Command::json_schema_document()),
    ]
}

impl Published {
    /// Where the shape of this version is kept.
    pub(crate) fn golden(&self) -> PathBuf {
        let file = format!("golden/{}-{}.schema.json", self.name, self.version);
        Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
    }
}

/// The schema without what is for people, and without what only the configuration needs: that has rules of its own.
pub(crate) fn shape(mut schema: Json) -> String {
    let definitions = schema["$defs"].take();
    let mut needed = BTreeSet::new();
    collect(&schema, &definitions, &mut needed);
    let kept = definitions.as_object().into_iter().flatten().filter(|(name, _)| needed.contains(*name));
    schema["$defs"] = kept.map(|(name, part)| (name.clone(), part.clone())).collect();
    strip(&mut schema);
    serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n"
}

/// The definitions that `part` refers to, directly or through others; not through the configuration.
fn collect(part: &Json, definitions: &Json, needed: &mut BTreeSet<String>) {
    match part {
        Json::Object(map) => {
            if let Some(name) =
                map.get("$ref").and_then(Json::as_str).and_then(|to| to.strip_prefix("#/$defs/"))
                && name != "Config"
                && needed.insert(name.to_owned())
            {
                collect(&definitions[name], definitions, needed);
            }
            map.values().for_each(|value| collect(value, definitions, needed));
        }
        Json::Array(list) => list.iter().for_each(|value| collect(value, definitions, needed)),
        _ => {}
    }
}

fn strip(part: &mut Json) {
    match part {
        Json::Object(map) => {
            map.retain(|key, value| !(matches!(key.as_str(), "description" | "title") && value.is_string()));
            map.values_mut().for_each(strip);
        }
        Json::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}
