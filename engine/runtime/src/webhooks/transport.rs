//! How a message gets to its endpoint. The host may bring a client of its own.

use core::future::Future;
use core::pin::Pin;
use core::time::Duration;
use std::sync::Arc;

use ureq::Agent;

use crate::sink::SinkError;

/// One message on its way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebhookRequest {
    /// Where to.
    pub url: Arc<str>,
    /// Its headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Its body, which is signed as it is.
    pub body: Vec<u8>,
}

/// What the endpoint answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// The HTTP status; from 200 to 299 the message is taken.
    pub status: u16,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// A post on its way.
pub type Posting = Pin<Box<dyn Future<Output = Result<WebhookAnswer, SinkError>> + Send>>;

/// Posts messages. Redirects are not followed: an answer is the endpoint's, or it is none.
pub trait WebhookTransport: Send + Sync + 'static {
    /// Whether it can post to this address.
    ///
    /// # Errors
    /// Why not.
    fn accepts(&self, url: &str) -> Result<(), &'static str>;

    /// Posts a message. An error counts as a message that was not taken.
    fn post(&self, request: WebhookRequest) -> Posting;
}

/// Plain HTTP/1.1, and HTTPS with the feature `webhooks-tls`, on the runtime's threads for what blocks.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    agent: Agent,
}

/// A message has this long to be taken, unless said otherwise.
const WITHIN: Duration = Duration::from_secs(15);

impl Default for HttpTransport {
    fn default() -> Self {
        Self::within(WITHIN)
    }
}

impl HttpTransport {
    /// A message has so long to be taken, from the connection to the answer. Default 15 s, as Standard Webhooks advises.
    pub fn within(time: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(time))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("sunline/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }
}

impl WebhookTransport for HttpTransport {
    fn accepts(&self, url: &str) -> Result<(), &'static str> {
        if url.strip_prefix("http://").is_some_and(|rest| !rest.is_empty()) {
            return Ok(());
        }
        match url.strip_prefix("https://") {
            Some("") | None => Err("it begins with neither http:// nor https://"),
            Some(_) if cfg!(feature = "webhooks-tls") => Ok(()),
            Some(_) => Err("HTTPS needs the feature `webhooks-tls`, or a transport of the host's own"),
        }
    }

    fn post(&self, request: WebhookRequest) -> Posting {
        let agent = self.agent.clone();
        let post = move || -> Result<WebhookAnswer, SinkError> {
            let WebhookRequest { url, headers, body } = request;
            let mut builder = agent.post(&*url);
            for (name, value) in headers {
                builder = builder.header(name, value);
            }
            let answer = builder.send(&body[..])?;
            let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|seconds| seconds.trim().parse().ok());
            let retry_after = retry_after.map(Duration::from_secs);
            Ok(WebhookAnswer { status: answer.status().as_u16(), retry_after })
        };
        Box::pin(async move { tokio::task::spawn_blocking(post).await? })
    }
}
