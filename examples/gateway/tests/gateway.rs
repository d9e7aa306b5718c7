//! The gateway as others see it: a client in another language plays a morning against it, and the description says what is
//! there.

use std::process::Command;

use serde_json::Value;
use sunline::{Config, Engine};
use sunline_gateway::{KeyFile, Keys, OPENAPI, gateway, routes};
use tokio::net::TcpListener;

const CONFIG: &str = r#"
name = "shop"
private_attributes = ["iban"]
channels = [{ name = "voice" }]
queues = [{ name = "bills", wrap_up = "30s" }, { name = "orders" }]
agents = [{ name = "ann" }, { name = "bob" }]
"#;

const KEYS: &str = r#"
keys = [
    { right = "ingress", key = "switchboard-key", label = "switchboard" },
    { right = "agent", key = "ann-key", agent = "ann" },
    { right = "agent", key = "bob-key", agent = "bob" },
    { right = "supervisor", key = "eve-key", label = "eve", queues = ["bills"] },
    { right = "observer", key = "wallboard-key", label = "wallboard" },
]
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_in_another_language_plays_a_morning() {
    let config = Config::from_toml(CONFIG).unwrap();
    let engine = Engine::in_memory(config).keep_history().start().await.unwrap();
    let file: KeyFile = toml::from_str(KEYS).unwrap();
    let keys = Keys::new(&engine, file).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, gateway(keys)).await });
    let client = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client.py");
    let played =
        tokio::task::spawn_blocking(move || Command::new("python3").arg(client).arg(address).output());
    let played = played.await.unwrap().expect("python3 runs the client");
    let (said, failed) = (String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success(), "{said}{failed}");
    assert_eq!(said, "the morning went as it should\n");
    // The engine itself refused what the keys did not cover, and knows who asked.
    let audit = engine.audit();
    let who: Vec<&str> = audit.records.iter().map(|record| record.who.as_str()).collect();
    assert_eq!(who, ["eve", "eve", "eve", "ann", "ann", "ann", "switchboard", "wallboard"]);
    serving.abort();
    engine.shutdown().await.unwrap();
}

#[test]
fn the_description_lists_every_path_and_method() {
    let description: Value = serde_json::from_str(OPENAPI).unwrap();
    let listed: Vec<(String, Vec<String>)> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, methods)| {
            let mut names: Vec<String> = methods.as_object().unwrap().keys().cloned().collect();
            names.retain(|name| name != "parameters");
            (path.clone(), names)
        })
        .collect();
    let mut known: Vec<(String, Vec<String>)> = routes()
        .into_iter()
        .map(|(path, methods, _)| {
            (path.to_owned(), methods.iter().map(|method| (*method).to_owned()).collect())
        })
        .collect();
    let mut listed = listed;
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    // Whatever it points at is there.
    for reference in OPENAPI.split("\"$ref\": \"").skip(1) {
        let target = reference.split('"').next().unwrap().strip_prefix('#').unwrap();
        assert!(description.pointer(target).is_some(), "{target} is described");
    }
}

#[tokio::test]
async fn keys_for_those_who_are_not_there_are_refused() {
    let engine = Engine::in_memory(Config::from_toml(CONFIG).unwrap()).start().await.unwrap();
    for (entry, code) in [
        (r#"{ right = "agent", key = "k", agent = "cleo" }"#, "unknown_agent"),
        (r#"{ right = "supervisor", key = "k", label = "eve", queues = ["refunds"] }"#, "unknown_queue"),
    ] {
        let file: KeyFile = toml::from_str(&format!("keys = [{entry}]")).unwrap();
        assert_eq!(Keys::new(&engine, file).unwrap_err().code(), code);
    }
    assert!(toml::from_str::<KeyFile>(r#"keys = [{ right = "host", key = "k" }]"#).is_err());
    engine.shutdown().await.unwrap();
}
