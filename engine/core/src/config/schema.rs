//! The configuration as a JSON Schema: what an editor or another program may check before the engine does.
//!
//! Derived from the types that read a document, with their docs as descriptions. It knows the shape of a document; that names
//! refer to something and that expressions hold is checked when it is read.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use super::{Config, Decimal, SkillGrant};
use crate::contact::Value;
use crate::hours::HoursTable;
use crate::skill::Proficiency;
use crate::time::Timestamp;

impl Config {
    /// The JSON Schema (2020-12) of a configuration. A TOML document has the same shape.
    ///
    /// # Examples
    ///
    /// ```
    /// let schema = sunline_core::Config::json_schema_document();
    /// assert_eq!(schema["required"], serde_json::json!(["name", "channels", "queues"]));
    /// ```
    pub fn json_schema_document() -> Json {
        schemars::schema_for!(Self).into()
    }
}

/// How durations are written, for their schema.
pub(crate) struct DurationText;

impl JsonSchema for DurationText {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Numbers with units d, h, m, s, ms, us or ns, as in \"1m30s\".",
            "pattern": "^\\s*([0-9]+\\s*(d|h|ms|m|us|ns|s)\\s*)+$",
        })
    }
}

/// Says what the schema of a type is that is read by hand.
macro_rules! by_hand {
    ($type:ty, $name:literal, $schema:tt) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

by_hand!(Decimal, "Decimal", {
    "description": "A number from -1000000 to 1000000 with at most six decimals, or its text.",
    "oneOf": [
        { "type": "number", "minimum": -1_000_000, "maximum": 1_000_000 },
        { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,6})?$" },
    ],
});

by_hand!(Proficiency, "Proficiency", {
    "description": "A level from 1 to 10.",
    "type": "integer",
    "minimum": 1,
    "maximum": 10,
});

by_hand!(Timestamp, "Instant", {
    "description": "Nanoseconds since 1970-01-01T00:00:00Z.",
    "type": "integer",
});

by_hand!(Value, "Value", {
    "description": "The value of an attribute: true or false, a whole number, or a text of at most 1024 bytes.",
    "type": ["boolean", "integer", "string"],
});

by_hand!(HoursTable, "HoursTable", {
    "description": "Opening hours: sorted intervals in nanoseconds since 1970, and up to when they are known.",
    "type": "object",
    "properties": {
        "intervals": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": { "from": { "type": "integer" }, "until": { "type": "integer" } },
                "required": ["from", "until"],
            },
        },
        "horizon": { "type": "integer", "description": "Up to then the table is known." },
        "tz_release": { "type": "string", "description": "The zone database it was made from." },
    },
    "required": ["intervals", "horizon", "tz_release"],
});

impl JsonSchema for SkillGrant {
    fn schema_name() -> Cow<'static, str> {
        "SkillGrant".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Proficiency>();
        let instant = generator.subschema_for::<Option<Timestamp>>();
        json_schema!({
            "description": "How well and from when to when an agent has a skill: a level, or a table.",
            "oneOf": [
                level,
                {
                    "type": "object",
                    "properties": { "level": level, "from": instant, "until": instant },
                    "required": ["level"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_description() {
        let schema = Config::json_schema_document();
        let mut without = Vec::new();
        let definitions = schema["$defs"].as_object().expect("it has parts");
        let all = definitions.iter().map(|(name, part)| (name.as_str(), part)).chain([("Config", &schema)]);
        for (name, part) in all {
            let properties = part["properties"].as_object().into_iter().flatten();
            let bare =
                properties.filter(|(_, property)| name != "HoursTable" && property["description"].is_null());
            without.extend(bare.map(|(property, _)| format!("{name}.{property}")));
        }
        assert_eq!(without, Vec::<String>::new());
    }

    #[test]
    fn a_word_that_is_no_setting_is_refused() {
        let schema = Config::json_schema_document();
        assert_eq!(schema["additionalProperties"], Json::Bool(false));
        assert_eq!(schema["$defs"]["QueueConfig"]["additionalProperties"], Json::Bool(false));
    }
}
