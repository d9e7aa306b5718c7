//! Webhooks: one endpoint gets the events, in order, one signed message each, without what is private.
//!
//! ```text
//! events from the cursor on ─▶ POST, signed ─2xx─▶ cursor moves ─▶ the next event
//!                                   │
//!                                   └─ anything else: the same message again, after a pause with jitter
//! ```
//!
//! Messages follow [Standard Webhooks](https://www.standardwebhooks.com): headers `webhook-id`, `webhook-timestamp` and
//! `webhook-signature`. The id is the endpoint's name and the event's number, so a message that comes twice is known by it.
//! Each endpoint is a sink of its own: a slow one holds up nobody else.

mod cursor;
mod signing;
mod transport;

use core::time::Duration;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use smol_str::SmolStr;
use sunline_core::{Event, Seq};

pub use self::cursor::{CursorStore, FileCursor};
pub use self::signing::{SecretError, WebhookSecret};
pub use self::transport::{HttpTransport, Posting, WebhookAnswer, WebhookRequest, WebhookTransport};
use crate::error::SinkLagged;
use crate::rights::ObserverHandle;
use crate::sink::{Delivery, EventSink, SinkError, SinkHandle};

/// First pause after a message that was not taken.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// Longest pause, whatever the endpoint asks for: a message is tried twelve times an hour.
const PAUSE_MOST: Duration = Duration::from_secs(300);

/// Why a webhook was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The address cannot be used by this transport.
    #[error("{url:?} is no address that can be posted to: {reason}")]
    Url {
        /// The address given.
        url: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The cursor cannot be read.
    #[error("the cursor of {name} cannot be read: {error}")]
    Cursor {
        /// Of which webhook.
        name: SmolStr,
        /// Why not.
        error: io::Error,
    },
}

/// An endpoint that gets events. Attach it with [`ObserverHandle::attach_webhook`].
#[derive(Clone)]
pub struct Webhook {
    name: SmolStr,
    url: Arc<str>,
    secrets: Arc<[WebhookSecret]>,
    only: Option<Arc<BTreeSet<String>>>,
    from: Seq,
    seed: u64,
    cursor: Option<Arc<dyn CursorStore>>,
    transport: Arc<dyn WebhookTransport>,
}

impl core::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Webhook").field("name", &self.name).field("url", &self.url).finish_non_exhaustive()
    }
}

impl Webhook {
    /// An endpoint, by a name of the host's own, its address, and the secret it knows: `whsec_` and Base64.
    ///
    /// # Errors
    /// [`WebhookError::Secret`].
    pub fn new(name: impl Into<SmolStr>, url: &str, secret: &str) -> Result<Self, WebhookError> {
        Ok(Self {
            name: name.into(),
            url: url.into(),
            secrets: [WebhookSecret::new(secret)?].into(),
            only: None,
            from: Seq(1),
            seed: 0,
            cursor: None,
            transport: Arc::new(HttpTransport::default()),
        })
    }

    /// Signs with a second secret as well, while the endpoint changes from one to the other.
    ///
    /// # Errors
    /// [`WebhookError::Secret`].
    pub fn also_signed_with(mut self, secret: &str) -> Result<Self, WebhookError> {
        self.secrets = self.secrets.iter().cloned().chain([WebhookSecret::new(secret)?]).collect();
        Ok(self)
    }

    /// Sends only events of these types, such as `sunline.offer_issued`. Default: all.
    #[must_use]
    pub fn only<S: Into<String>>(mut self, types: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(Arc::new(types.into_iter().map(Into::into).collect()));
        self
    }

    /// The first event, where no cursor says otherwise. Default: the first of all.
    #[must_use]
    pub fn from(mut self, first: Seq) -> Self {
        self.from = first;
        self
    }

    /// Seed of the jitter of its pauses. Default 0; hosts with many endpoints give each its own.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Where it is remembered how far the endpoint has come, so that it goes on there after a restart. Default: nowhere.
    #[must_use]
    pub fn cursor(mut self, cursor: impl CursorStore) -> Self {
        self.cursor = Some(Arc::new(cursor));
        self
    }

    /// The host's own client. Default: [`HttpTransport`].
    #[must_use]
    pub fn transport(mut self, transport: impl WebhookTransport) -> Self {
        self.transport = Arc::new(transport);
        self
    }

    fn begins_at(&self) -> Result<Seq, WebhookError> {
        self.transport
            .accepts(&self.url)
            .map_err(|reason| WebhookError::Url { url: self.url.to_string(), reason })?;
        let Some(cursor) = &self.cursor else { return Ok(self.from) };
        let read = cursor.load().map_err(|error| WebhookError::Cursor { name: self.name.clone(), error })?;
        Ok(read.map_or(self.from, Seq::next))
    }
}

impl ObserverHandle {
    /// Attaches a webhook, which gets all events after the last that its endpoint has taken. What is private is left out.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub fn attach_webhook(&self, webhook: Webhook) -> Result<SinkHandle, WebhookError> {
        let from = webhook.begins_at()?;
        let name = webhook.name.clone();
        Ok(self.attach_sink(&name, from, move || Poster::new(webhook.clone())))
    }
}

impl crate::blocking::ObserverHandle {
    /// As [`ObserverHandle::attach_webhook`].
    ///
    /// # Errors
    /// As [`ObserverHandle::attach_webhook`].
    pub fn attach_webhook(&self, webhook: Webhook) -> Result<SinkHandle, WebhookError> {
        self.handle().attach_webhook(webhook)
    }
}

/// The endpoint did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the endpoint answered {status}")]
pub struct NotTaken {
    /// The status of its answer.
    pub status: u16,
}

/// The sink of one endpoint.
struct Poster {
    webhook: Webhook,
    chance: SplitMix64,
    /// The last event that the endpoint took: of a batch that is delivered again, the rest.
    taken: Seq,
    retry_after: Option<Duration>,
}

impl Poster {
    fn new(webhook: Webhook) -> Self {
        let chance = SplitMix64::seed_from_u64(webhook.seed);
        Self { webhook, chance, taken: Seq(0), retry_after: None }
    }

    async fn post_all(&mut self, events: &[Event]) -> Result<(), SinkError> {
        let before = self.taken;
        let mut done = Ok(());
        for event in events.iter().filter(|event| event.seq > before) {
            if let Some(body) = body_of(event, self.webhook.only.as_deref()) {
                done = self.post(&event.seq.0.to_string(), body).await;
                if done.is_err() {
                    break;
                }
            }
            self.taken = event.seq;
        }
        if self.taken > before {
            self.save().await?;
        }
        done
    }

    async fn post(&mut self, number: &str, body: String) -> Result<(), SinkError> {
        let id = format!("{}-{number}", self.webhook.name);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let signature = signing::sign(&self.webhook.secrets, &id, now, &body);
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id),
            ("webhook-timestamp", now.to_string()),
            ("webhook-signature", signature),
        ];
        let request = WebhookRequest { url: self.webhook.url.clone(), headers, body: body.into_bytes() };
        let answer = self.webhook.transport.post(request).await?;
        if (200..300).contains(&answer.status) {
            return Ok(());
        }
        self.retry_after = answer.retry_after;
        Err(NotTaken { status: answer.status }.into())
    }

    async fn save(&self) -> Result<(), SinkError> {
        let Some(cursor) = self.webhook.cursor.clone() else { return Ok(()) };
        let taken = self.taken;
        // Files block.
        Ok(tokio::task::spawn_blocking(move || cursor.save(taken)).await??)
    }
}

impl EventSink for Poster {
    fn deliver<'a>(&'a mut self, events: &'a [Event]) -> Delivery<'a> {
        Box::pin(self.post_all(events))
    }

    /// Half of a pause that doubles, and up to as much again by chance; or what the endpoint asks for, if that is longer.
    fn pause(&mut self, failures: u32) -> Option<Duration> {
        let whole = PAUSE_FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(PAUSE_MOST);
        let half = whole / 2;
        let jitter = self.chance.next_u64() % (half.as_nanos() as u64 + 1);
        let asked = self.retry_after.take().unwrap_or_default().min(PAUSE_MOST);
        Some((half + Duration::from_nanos(jitter)).max(asked))
    }

    /// Events that are kept no more are told of in their place.
    fn lost<'a>(&'a mut self, gap: SinkLagged) -> Delivery<'a> {
        Box::pin(async move {
            let SinkLagged { next, oldest } = gap;
            let body = format!(
                r#"{{"type":"sunline.events_lost","data":{{"from":{},"until":{}}}}}"#,
                next.0, oldest.0
            );
            self.post(&format!("{}-lost", next.0), body).await
        })
    }
}

/// The message of an event; `None` when its type is not wanted.
fn body_of(event: &Event, only: Option<&BTreeSet<String>>) -> Option<String> {
    let data = serde_json::to_string(event).expect("an event is plain data");
    let kind = serde_json::to_string(&event.kind).expect("an event is plain data");
    // A variant is written as its name, or as an object with its name as the only key.
    let kind = type_of(kind.split('"').nth(1).unwrap_or_default());
    if only.is_some_and(|only| !only.contains(&kind)) {
        return None;
    }
    Some(format!(r#"{{"type":"{kind}","timestamp":"{}","data":{data}}}"#, event.at))
}

/// `OfferIssued` is `sunline.offer_issued`.
fn type_of(variant: &str) -> String {
    let mut kind = String::from("sunline.");
    for (i, letter) in variant.chars().enumerate() {
        if letter.is_uppercase() && i > 0 {
            kind.push('_');
        }
        kind.extend(letter.to_lowercase());
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_with_jitter_from_the_seed_and_heed_the_endpoint() {
        let poster = |seed| {
            Poster::new(
                Webhook::new("crm", "http://localhost/", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0")
                    .unwrap()
                    .seed(seed),
            )
        };
        let pauses = |seed| {
            let mut poster = poster(seed);
            (1..=20).map(|n| poster.pause(n).unwrap()).collect::<Vec<_>>()
        };
        for (n, pause) in pauses(7).into_iter().enumerate() {
            let whole = PAUSE_FIRST.saturating_mul(1 << n.min(16)).min(PAUSE_MOST);
            assert!((whole / 2..=whole).contains(&pause), "{n}: {pause:?} of {whole:?}");
        }
        assert_eq!(pauses(7), pauses(7), "the same seed, the same pauses");
        assert_ne!(pauses(7), pauses(8));
        let mut poster = poster(7);
        poster.retry_after = Some(Duration::from_secs(40));
        assert_eq!(poster.pause(1), Some(Duration::from_secs(40)));
        assert!(poster.pause(1).unwrap() <= PAUSE_FIRST, "it is heeded once");
        poster.retry_after = Some(Duration::from_secs(86_400));
        assert_eq!(poster.pause(1), Some(PAUSE_MOST), "and not for ever");
    }

    #[test]
    fn types_are_in_the_words_of_the_events() {
        assert_eq!(type_of("OfferIssued"), "sunline.offer_issued");
        assert_eq!(type_of("SlaAtRisk"), "sunline.sla_at_risk");
    }
}
