//! The events as server-sent events. A reader that comes back with `Last-Event-ID` goes on with the next; what is private is
//! left out by the handle.

use core::convert::Infallible;
use core::time::Duration;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event as Told, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use sunline::{EngineError, Event, EventStream, ObserverHandle, Seq};

use crate::keys::{Caller, Handle};
use crate::problem::Problem;

/// A comment goes out this often, so that proxies keep a quiet connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where to begin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beginning {
    /// The first event, 1 being the first of all; without it, from now on.
    #[serde(default)]
    from: Option<u64>,
}

pub(crate) async fn stream(
    caller: Caller,
    headers: HeaderMap,
    beginning: Result<Query<Beginning>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Told, Infallible>>>, Problem> {
    let Query(Beginning { from }) =
        beginning.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let Handle::Observer(handle) = &caller.handle else { return Err(caller.refuse("read events")) };
    let handle = handle.clone();
    let last = match headers.get("last-event-id") {
        None => None,
        Some(id) => {
            let number = id.to_str().ok().and_then(|text| text.parse().ok());
            Some(number.ok_or_else(|| Problem::unreadable("a Last-Event-ID is the number of an event"))?)
        }
    };
    let events = match last.map(|last: u64| last.saturating_add(1)).or(from) {
        Some(from) => handle.events(Seq(from)),
        None => handle.live_events(),
    };
    let told = unfold(Some((handle, events)), |reading| async move {
        let (handle, events) = reading?;
        next(handle, events).await
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

type Reading = Option<(ObserverHandle, EventStream)>;

/// What is told next; nothing when the engine is closed and everything was read.
async fn next(
    handle: ObserverHandle,
    mut events: EventStream,
) -> Option<(Result<Told, Infallible>, Reading)> {
    loop {
        match events.next().await {
            Ok(Some(event)) => return Some((Ok(told(&event)), Some((handle, events)))),
            Ok(None) => return None,
            // It fell behind what is in memory and goes on from the journal.
            Err(EngineError::SinkLagged(_)) => {}
            Err(EngineError::EventsGone { wanted, oldest }) => {
                let gap = format!(r#"{{"from":{},"until":{}}}"#, wanted.0, oldest.0);
                let lost = Told::default().event("events_lost").data(gap);
                let events = handle.events(oldest);
                return Some((Ok(lost), Some((handle, events))));
            }
            Err(error) => {
                let told = Told::default().event("error").data(error.code());
                return Some((Ok(told), None));
            }
        }
    }
}

/// An event: its number as the id, its kind as the event's name, all of it as JSON.
fn told(event: &Event) -> Told {
    let kind = serde_json::to_string(&event.kind).unwrap_or_default();
    let name = kind.split('"').nth(1).unwrap_or("Event").to_owned();
    let data = serde_json::to_string(event).unwrap_or_default();
    Told::default().id(event.seq.0.to_string()).event(name).data(data)
}
