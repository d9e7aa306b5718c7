//! The schemas of events and commands do not change in silence: each shape has a number.

mod schemas;

use schemas::{published, shape};
use sunline_core::{Command, Event};

#[test]
fn a_shape_changes_only_with_its_version() {
    for document in published() {
        let path = document.golden();
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let name = document.name;
        assert!(
            kept == document.shape,
            "the schema of {name} is not the one in {}: raise SCHEMA_VERSION of {name} in src/schema.rs, say in \
             CHANGELOG.md what changed, and run `cargo run -p sunline-core --example write_schemas`",
            path.display()
        );
    }
}

#[test]
fn a_shape_is_more_than_its_words_and_less_than_the_configuration() {
    let mut schema = Event::json_schema_document();
    let before = shape(schema.clone());
    schema["description"] = "other words".into();
    schema["$defs"]["QueueConfig"]["properties"]["new"] = serde_json::json!({ "type": "integer" });
    assert_eq!(shape(schema.clone()), before);
    schema["$defs"]["AgentId"]["type"] = "string".into();
    assert_ne!(shape(schema), before);
}

#[test]
fn everything_has_a_description_and_the_version_is_in_the_name() {
    for (schema, name) in
        [(Event::json_schema_document(), "events"), (Command::json_schema_document(), "commands")]
    {
        assert_eq!(schema["$id"], format!("urn:sunline:schema:{name}:1"));
        let definitions = schema["$defs"].as_object().unwrap();
        let bare: Vec<_> = definitions.iter().filter(|(_, part)| part["description"].is_null()).collect();
        assert!(bare.is_empty(), "{bare:?}");
    }
}
