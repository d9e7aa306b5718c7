//! Stories of an endpoint: what it gets, in which order, and what becomes of it when it does not answer. The endpoint is a
//! plain server on this machine.
#![cfg(feature = "webhooks")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{SOON, at_nine, bill, shop};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use sunline_core::{ContactDetails, Payload, Seq};
use sunline_runtime::webhooks::{
    CursorStore, FileCursor, HttpTransport, Posting, SecretError, Webhook, WebhookAnswer, WebhookError,
    WebhookRequest, WebhookTransport,
};
use sunline_runtime::{Engine, SinkHandle, blocking};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

/// A message as the endpoint got it.
#[derive(Clone, Debug)]
struct Message {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Message {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// Whether it is signed with this secret, by an implementation of its own.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.signature.split(' ').any(|one| one == expected)
    }
}

/// An endpoint that answers as it is told, 200 when it is told nothing.
struct Endpoint {
    address: SocketAddr,
    got: Receiver<Message>,
    answers: Sender<&'static str>,
}

fn endpoint() -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, got) = channel();
    let (answers, told) = channel::<&'static str>();
    let told = Arc::new(Mutex::new(told));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (tell, told) = (tell.clone(), told.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while let Some(message) = read(&mut reader) {
                    let answer = told.lock().unwrap().try_recv().unwrap_or("200 OK");
                    // The test may be over.
                    let _ = tell.send(message);
                    let _ = write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
                }
            });
        }
    });
    Endpoint { address, got, answers }
}

/// Reads one request; `None` when the connection is closed.
fn read(reader: &mut BufReader<std::net::TcpStream>) -> Option<Message> {
    let mut message = Message {
        id: String::new(),
        timestamp: String::new(),
        signature: String::new(),
        body: String::new(),
    };
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    assert!(line.starts_with("POST /hook HTTP/1.1"), "{line}");
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => message.id = value.to_owned(),
            "webhook-timestamp" => message.timestamp = value.to_owned(),
            "webhook-signature" => message.signature = value.to_owned(),
            "content-type" => assert_eq!(value, "application/json"),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    message.body = String::from_utf8(body).unwrap();
    Some(message)
}

impl Endpoint {
    fn webhook(&self) -> Webhook {
        Webhook::new("crm", &format!("http://{}/hook", self.address), SECRET).unwrap()
    }

    fn next(&self) -> Message {
        self.got.recv_timeout(SOON).expect("a message comes")
    }
}

fn engine() -> blocking::Engine {
    Engine::in_memory(shop()).clock(at_nine()).keep_history().start_blocking().unwrap()
}

fn wait_for(what: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !what() {
        assert!(begun.elapsed() < SOON, "it does not take for ever");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn all_taken(engine: &blocking::Engine, sink: &SinkHandle) -> Seq {
    let last = engine.inspect(sunline_core::Domain::seq).unwrap();
    wait_for(|| sink.position() > last);
    last
}

#[test]
fn every_event_is_posted_once_in_order_and_signed() {
    let (engine, endpoint) = (engine(), endpoint());
    let webhook = endpoint.webhook().also_signed_with(OTHER).unwrap();
    let sink = engine.observer("crm").attach_webhook(webhook).unwrap();
    for id in 1..=20 {
        engine.submit(bill(id)).unwrap();
    }
    let last = all_taken(&engine, &sink);
    let messages: Vec<Message> = (0..last.0).map(|_| endpoint.next()).collect();
    for (message, seq) in messages.iter().zip(1..) {
        assert_eq!(message.id, format!("crm-{seq}"));
        assert!(message.is_signed_with(SECRET) && message.is_signed_with(OTHER), "{message:?}");
        assert!(!message.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        assert_eq!(message.json()["data"]["seq"], seq);
        assert!(message.json()["timestamp"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(messages[0].kind(), "sunline.configured");
    assert_eq!(messages.last().unwrap().kind(), "sunline.contact_arrived");
    assert_eq!((sink.failures(), sink.lags()), (0, 0));
}

#[test]
fn a_message_that_is_not_taken_comes_again_before_any_other_with_the_id_it_had() {
    let (engine, endpoint) = (engine(), endpoint());
    for answer in ["500 Internal Server Error", "302 Found\r\nlocation: /elsewhere", "200 OK", "503 Busy"] {
        endpoint.answers.send(answer).unwrap();
    }
    let sink = engine.observer("crm").attach_webhook(endpoint.webhook()).unwrap();
    let last = all_taken(&engine, &sink);
    let ids: Vec<String> = (0..last.0 + 3).map(|_| endpoint.next().id).collect();
    let expected = ["crm-1", "crm-1", "crm-1", "crm-2", "crm-2", "crm-3"];
    assert_eq!(ids[..6], expected);
    assert_eq!(sink.failures(), 3);
}

#[test]
fn after_a_restart_it_goes_on_after_the_last_that_was_taken() {
    let endpoint = endpoint();
    let place = tempfile::tempdir().unwrap();
    let cursor = FileCursor::new(place.path().join("crm.cursor"));
    assert_eq!(cursor.load().unwrap(), None);
    let webhook = endpoint.webhook().cursor(cursor.clone());
    let journal = place.path().join("journal");
    let engine = Engine::durable(shop(), &journal).clock(at_nine()).start_blocking().unwrap();
    let sink = engine.observer("crm").attach_webhook(webhook.clone()).unwrap();
    engine.submit(bill(1)).unwrap();
    let first = all_taken(&engine, &sink);
    wait_for(|| cursor.load().unwrap() == Some(first));
    sink.detach();
    // What happens without it …
    engine.submit(bill(2)).unwrap();
    engine.shutdown().unwrap();
    drop(engine);
    for seq in 1..=first.0 {
        assert_eq!(endpoint.next().id, format!("crm-{seq}"));
    }
    // … it gets afterwards, and nothing twice.
    let engine = Engine::reopen(&journal).clock(at_nine()).start_blocking().unwrap();
    let sink = engine.observer("crm").attach_webhook(webhook).unwrap();
    let last = all_taken(&engine, &sink);
    for seq in first.0 + 1..=last.0 {
        assert_eq!(endpoint.next().id, format!("crm-{seq}"));
    }
    assert!(endpoint.got.try_recv().is_err());
    wait_for(|| cursor.load().unwrap() == Some(last));
    std::fs::write(place.path().join("crm.cursor"), "not a number").unwrap();
    let refused = engine.observer("crm").attach_webhook(endpoint.webhook().cursor(cursor)).unwrap_err();
    assert!(matches!(refused, WebhookError::Cursor { .. }), "{refused}");
}

#[test]
fn only_what_is_wanted_is_sent_and_nothing_private() {
    let endpoint = endpoint();
    let mut config = shop();
    config.private_attributes.insert("iban".into());
    let engine = Engine::in_memory(config).clock(at_nine()).keep_history().start_blocking().unwrap();
    let details = ContactDetails {
        attributes: [
            ("iban".into(), sunline_core::Value::Text("DE02".into())),
            ("tier".into(), sunline_core::Value::Integer(2)),
        ]
        .into(),
        payload: Some(Payload::new(*b"DE02")),
        ..ContactDetails::default()
    };
    let contact = sunline_core::NewContact { details: Some(Arc::new(details)), ..bill(1) };
    engine.submit(contact).unwrap();
    let webhook = endpoint.webhook().only(["sunline.contact_arrived"]);
    let sink = engine.observer("crm").attach_webhook(webhook).unwrap();
    all_taken(&engine, &sink);
    let message = endpoint.next();
    let attributes = message.json()["data"]["kind"]["ContactArrived"]["details"]["attributes"].clone();
    assert_eq!(attributes, serde_json::json!({ "iban": "[private]", "tier": 2 }));
    assert!(!message.body.contains("DE02"), "{}", message.body);
    assert!(endpoint.got.try_recv().is_err(), "nothing else was wanted");
}

/// A client of the host's own, which answers when it is let.
struct Held(Arc<Mutex<Vec<String>>>, tokio::sync::watch::Receiver<bool>, Sender<()>);

impl WebhookTransport for Held {
    fn accepts(&self, _: &str) -> Result<(), &'static str> {
        Ok(())
    }

    fn post(&self, request: WebhookRequest) -> Posting {
        let (posted, mut gate) = (self.0.clone(), self.1.clone());
        // The test listens for the first only.
        let _ = self.2.send(());
        Box::pin(async move {
            gate.wait_for(|open| *open).await?;
            posted.lock().unwrap().push(String::from_utf8(request.body)?);
            Ok(WebhookAnswer { status: 204, retry_after: None })
        })
    }
}

#[test]
fn events_that_are_kept_no_more_are_told_of_in_their_place() {
    let builder = Engine::in_memory(shop()).clock(at_nine()).event_buffer(4);
    let engine = builder.start_blocking().unwrap();
    let posted = Arc::new(Mutex::new(Vec::new()));
    let (open, gate) = tokio::sync::watch::channel(false);
    let (tell, asked) = channel();
    let held = Held(posted.clone(), gate, tell);
    let webhook = Webhook::new("crm", "queue:crm", SECRET).unwrap().transport(held);
    engine.submit(bill(1)).unwrap();
    let begins_at = engine.inspect(sunline_core::Domain::seq).unwrap();
    let sink = engine.observer("crm").attach_webhook(webhook.from(begins_at)).unwrap();
    asked.recv_timeout(SOON).unwrap();
    // While the endpoint holds up the first message, more happens than is kept.
    for id in 2..=20 {
        engine.submit(bill(id)).unwrap();
    }
    open.send(true).unwrap();
    let last = all_taken(&engine, &sink);
    let posted = posted.lock().unwrap().clone();
    let json: Vec<Value> = posted.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    let lost = json.iter().position(|message| message["type"] == "sunline.events_lost").expect("it is told");
    let (from, until) = (&json[lost]["data"]["from"], &json[lost]["data"]["until"]);
    let seqs: Vec<u64> = json.iter().filter_map(|message| message["data"]["seq"].as_u64()).collect();
    // What came before the gap, the gap, and what came after leave nothing out.
    assert_eq!(seqs[lost - 1] + 1, from.as_u64().unwrap());
    assert_eq!(seqs[lost], until.as_u64().unwrap());
    assert_eq!(*seqs.last().unwrap(), last.0);
    assert!(sink.lags() >= 1, "falling behind is counted");
}

#[test]
fn what_cannot_be_posted_to_is_refused_when_it_is_attached() {
    let observer = engine().observer("crm");
    for url in ["", "http://", "ftp://example.com/", "crm.example.com"] {
        let refused = observer.attach_webhook(Webhook::new("crm", url, SECRET).unwrap()).unwrap_err();
        assert!(matches!(refused, WebhookError::Url { .. }), "{url}: {refused}");
    }
    let secret = Webhook::new("crm", "http://localhost/", "secret").unwrap_err();
    assert!(matches!(secret, WebhookError::Secret(SecretError::Form)));
    let tls = HttpTransport::default().accepts("https://example.com/");
    assert_eq!(tls.is_ok(), cfg!(feature = "webhooks-tls"));
    assert!(!format!("{:?}", Webhook::new("crm", "http://localhost/", SECRET).unwrap()).contains("whsec"));
}
