//! Events and commands as JSON Schema: what a program in another language may rely on when it reads or writes them.
//!
//! Derived from the types themselves, with their docs as descriptions. Each of the two documents has a version of its own; a
//! golden file of its shape fails when the shape changes and the version does not. The configuration is a part of both and keeps
//! the rules of its own document, so that a new setting is no new version.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use crate::command::{Command, CommandKey};
use crate::event::Event;
use crate::ids::ContactId;
use crate::time::Span;

impl Event {
    /// Version of [`Self::json_schema_document`]: one more with every change of its shape.
    pub const SCHEMA_VERSION: u32 = 1;

    /// The JSON Schema (2020-12) of an event as serde writes it: all that is always there is required.
    ///
    /// # Examples
    ///
    /// ```
    /// let schema = sunline_core::Event::json_schema_document();
    /// assert_eq!(schema["required"], serde_json::json!(["seq", "at", "kind"]));
    /// ```
    pub fn json_schema_document() -> Json {
        versioned::<Self>(SchemaSettings::draft2020_12().for_serialize(), "events", Self::SCHEMA_VERSION)
    }
}

impl Command {
    /// Version of [`Self::json_schema_document`]: one more with every change of its shape.
    pub const SCHEMA_VERSION: u32 = 1;

    /// The JSON Schema (2020-12) of a command as serde reads it: what has a default may be left out.
    ///
    /// It knows the shape. Whether a contact or agent is there, and whether an expression holds, is found out when the
    /// command is applied.
    ///
    /// # Examples
    ///
    /// ```
    /// let schema = sunline_core::Command::json_schema_document();
    /// assert_eq!(schema["$id"], "urn:sunline:schema:commands:1");
    /// ```
    pub fn json_schema_document() -> Json {
        versioned::<Self>(SchemaSettings::draft2020_12(), "commands", Self::SCHEMA_VERSION)
    }
}

/// The schema of a type with its name and version in front.
fn versioned<T: JsonSchema>(settings: SchemaSettings, name: &str, version: u32) -> Json {
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("urn:sunline:schema:{name}:{version}").into());
    schema.into()
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A length of time in nanoseconds.", "type": "integer" })
    }
}

impl JsonSchema for ContactId {
    fn schema_name() -> Cow<'static, str> {
        "ContactId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The host's id of a contact: a text of 1 to 38 bytes without control characters.",
            "type": "string",
            "minLength": 1,
            "maxLength": crate::limits::MAX_ID_BYTES,
            "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
        })
    }
}

impl JsonSchema for CommandKey {
    fn schema_name() -> Cow<'static, str> {
        "CommandKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number of 128 bits, beyond what many readers of JSON keep exactly.",
            "type": "integer",
            "minimum": 0,
        })
    }
}
