//! Contacts: submitted, read, and what becomes of them.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sunline::{AgentId, Command, ContactDetails, ContactId, ContactView, NewContact};

use crate::Done;
use crate::keys::{Caller, Handle};
use crate::problem::Problem;

/// A contact that arrives.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arrival {
    id: String,
    queue: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    points: i64,
    #[serde(default)]
    details: Option<ContactDetails>,
}

/// A contact as it is. Attributes and payload stay inside.
#[derive(Serialize)]
pub(crate) struct Contact {
    id: ContactId,
    queue: u16,
    state: sunline::ContactState,
    waited_ms: i64,
    points: i64,
    agent: Option<u32>,
    offers: Vec<u64>,
}

impl From<ContactView> for Contact {
    fn from(view: ContactView) -> Self {
        Self {
            id: view.id,
            queue: view.queue.0,
            state: view.state,
            waited_ms: view.waited.as_nanos() / 1_000_000,
            points: view.points,
            agent: view.agent.map(|agent| agent.0),
            offers: view.offers.into_iter().map(|offer| offer.0).collect(),
        }
    }
}

type Contacts = Result<Path<String>, PathRejection>;

fn id_of(path: Contacts) -> Result<ContactId, Problem> {
    let Path(text) = path?;
    ContactId::new(&text).map_err(|error| sunline::EngineError::from(error).into())
}

pub(crate) async fn submit(
    caller: Caller,
    arrival: Result<Json<Arrival>, JsonRejection>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let Json(Arrival { id, queue, channel, points, details }) = arrival?;
    let Handle::Ingress(handle) = &caller.handle else {
        return Err(caller.refuse("arrive"));
    };
    let contact = handle.contact(&id, &queue)?;
    let channel = channel.map(|name| handle.channel_id(&name)).transpose()?;
    let details = details.map(std::sync::Arc::new);
    let contact = NewContact { channel, points, details, ..contact };
    let receipt = caller.say(Command::Arrive(contact)).await?;
    let status = if receipt.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(receipt.into())))
}

pub(crate) async fn read(caller: Caller, path: Contacts) -> Result<Json<Contact>, Problem> {
    let id = id_of(path)?;
    let seen = match &caller.handle {
        Handle::Ingress(handle) => handle.contact_view(id).await,
        Handle::Agent(handle) => handle.contact_view(id).await,
        Handle::Supervisor(handle) => handle.contact_view(id).await,
        Handle::Observer(handle) => handle.contact_view(id).await,
    };
    let view = seen?.ok_or_else(|| Problem::not_here(format!("contact {id} is not here")))?;
    Ok(Json(view.into()))
}

pub(crate) async fn abandon(caller: Caller, path: Contacts) -> Result<Json<Done>, Problem> {
    Ok(Json(caller.say(Command::Abandon(id_of(path)?)).await?.into()))
}

pub(crate) async fn withdraw(caller: Caller, path: Contacts) -> Result<Json<Done>, Problem> {
    Ok(Json(caller.say(Command::Withdraw(id_of(path)?)).await?.into()))
}

pub(crate) async fn complete(caller: Caller, path: Contacts) -> Result<Json<Done>, Problem> {
    Ok(Json(caller.say(Command::Complete(id_of(path)?)).await?.into()))
}

/// To whom a contact is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    agent: u32,
}

pub(crate) async fn assign(
    caller: Caller,
    path: Contacts,
    assignment: Result<Json<Assignment>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let (id, Json(Assignment { agent })) = (id_of(path)?, assignment?);
    Ok(Json(caller.say(Command::Assign(id, AgentId(agent))).await?.into()))
}
