//! Sunline behind HTTP: a small gateway through which a CRM in any language embeds the engine.
//!
//! Every key of a caller stands for one narrowed handle, so the gateway decides nothing about rights: what a key may not do is
//! refused by the engine, and audited there. Refusals are `application/problem+json`; events come as server-sent events and
//! resume after `Last-Event-ID`. [`OPENAPI`] describes it all.
//!
//! | file | what |
//! |---|---|
//! | `keys.rs` | who a caller is: keys and their handles |
//! | `contacts.rs`, `agents.rs`, `queues.rs` | what may be asked |
//! | `events.rs` | the stream of events |
//! | `problem.rs` | refusals |

mod agents;
mod contacts;
mod events;
mod keys;
mod problem;
mod queues;

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{MethodRouter, get, post, put};
use sunline::Receipt;

pub use keys::{KeyFile, Keys};
pub use problem::Problem;

/// The description of the interface, OpenAPI 3.1.
pub const OPENAPI: &str = include_str!("openapi.json");

/// A path, the methods it answers, and how.
pub type Route = (&'static str, &'static [&'static str], MethodRouter<Arc<Keys>>);

/// Every path; the description lists the same.
pub fn routes() -> Vec<Route> {
    vec![
        ("/openapi.json", &["get"], get(|| async { ([(CONTENT_TYPE, "application/json")], OPENAPI) })),
        ("/contacts", &["post"], post(contacts::submit)),
        ("/contacts/{contact}", &["get"], get(contacts::read)),
        ("/contacts/{contact}/abandon", &["post"], post(contacts::abandon)),
        ("/contacts/{contact}/withdraw", &["post"], post(contacts::withdraw)),
        ("/contacts/{contact}/complete", &["post"], post(contacts::complete)),
        ("/contacts/{contact}/assign", &["post"], post(contacts::assign)),
        ("/agents/me", &["get"], get(agents::standing)),
        ("/agents/me/presence", &["put"], put(agents::set_presence)),
        ("/offers/{offer}/accept", &["post"], post(agents::accept)),
        ("/offers/{offer}/decline", &["post"], post(agents::decline)),
        ("/queues", &["get"], get(queues::list)),
        ("/queues/{queue}/contacts", &["get"], get(queues::contacts)),
        ("/events", &["get"], get(events::stream)),
    ]
}

/// The gateway over these keys.
pub fn gateway(keys: Keys) -> Router {
    let mut router = Router::new();
    for (path, _, answers) in routes() {
        router = router.route(path, answers);
    }
    router.fallback(problem::no_such_path).with_state(Arc::new(keys))
}

/// What a command that was applied is answered with.
#[derive(serde::Serialize)]
pub(crate) struct Done {
    /// The last event of it.
    seq: u64,
    /// It had been said before, and this is the first answer again.
    duplicate: bool,
}

impl From<Receipt> for Done {
    fn from(receipt: Receipt) -> Self {
        Self { seq: receipt.seq.0, duplicate: receipt.duplicate }
    }
}
