//! Queues: all of them for a reader, a supervisor's own for a supervisor.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde::Serialize;
use sunline::QueueReading;

use crate::contacts::Contact;
use crate::keys::{Caller, Handle};
use crate::problem::Problem;

/// A queue as of a moment ago.
#[derive(Serialize)]
pub(crate) struct Queue {
    id: u16,
    name: String,
    inside: u32,
    waiting: u32,
    /// Since when the one waits who has waited longest; RFC 3339.
    oldest_origin: Option<String>,
}

impl From<&QueueReading> for Queue {
    fn from(queue: &QueueReading) -> Self {
        Self {
            id: queue.id.0,
            name: queue.name.to_string(),
            inside: queue.inside,
            waiting: queue.waiting,
            oldest_origin: queue.oldest_origin.map(|origin| origin.to_string()),
        }
    }
}

pub(crate) async fn list(caller: Caller) -> Result<Json<Vec<Queue>>, Problem> {
    Ok(Json(match &caller.handle {
        Handle::Supervisor(handle) => handle.readings().iter().map(Queue::from).collect(),
        Handle::Observer(handle) => handle.views().queues.iter().map(Queue::from).collect(),
        Handle::Ingress(_) | Handle::Agent(_) => {
            return Err(caller.refuse("read queues"));
        }
    }))
}

pub(crate) async fn contacts(
    caller: Caller,
    queue: Result<Path<String>, PathRejection>,
) -> Result<Json<Vec<Contact>>, Problem> {
    let Path(queue) = queue?;
    let Handle::Supervisor(handle) = &caller.handle else {
        return Err(caller.refuse("list contacts"));
    };
    let inside = handle.contacts(handle.queue_id(&queue)?).await?;
    Ok(Json(inside.into_iter().map(Contact::from).collect()))
}
