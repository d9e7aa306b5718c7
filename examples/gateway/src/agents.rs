//! An agent, who is whoever holds the key: its presence, its offers.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::{JsonRejection, PathRejection};
use serde::{Deserialize, Serialize};
use sunline::{ContactId, OfferId, Presence};

use crate::Done;
use crate::keys::Caller;
use crate::problem::Problem;

/// An agent as it is.
#[derive(Serialize)]
pub(crate) struct Standing {
    agent: u32,
    state: sunline::AgentState,
    work: Vec<ContactId>,
    offers: Vec<Offer>,
}

#[derive(Serialize)]
struct Offer {
    id: u64,
    contact: ContactId,
    queue: u16,
    /// When silence counts as no answer; RFC 3339.
    expires_at: String,
}

/// What an agent wants to be.
#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Wanted {
    Available,
    OnBreak {
        #[serde(default)]
        reason: String,
    },
    Offline,
}

type Offers = Result<Path<u64>, PathRejection>;

pub(crate) async fn standing(caller: Caller) -> Result<Json<Standing>, Problem> {
    let standing = caller.agent()?.standing().await?;
    let offer = |offer: &sunline::OfferView| Offer {
        id: offer.id.0,
        contact: offer.contact,
        queue: offer.queue.0,
        expires_at: offer.expires_at.to_string(),
    };
    Ok(Json(Standing {
        agent: standing.agent.0,
        state: standing.state,
        work: standing.work.iter().map(|work| work.contact).collect(),
        offers: standing.offers.iter().map(offer).collect(),
    }))
}

pub(crate) async fn set_presence(
    caller: Caller,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let Json(wanted) = wanted?;
    let presence = match wanted {
        Wanted::Available => Presence::Available,
        Wanted::OnBreak { reason } => Presence::Break(reason.into()),
        Wanted::Offline => Presence::Offline,
    };
    Ok(Json(caller.agent()?.set_presence(presence).await?.into()))
}

pub(crate) async fn accept(caller: Caller, offer: Offers) -> Result<Json<Done>, Problem> {
    let Path(offer) = offer?;
    Ok(Json(caller.agent()?.accept(OfferId(offer)).await?.into()))
}

pub(crate) async fn decline(caller: Caller, offer: Offers) -> Result<Json<Done>, Problem> {
    let Path(offer) = offer?;
    Ok(Json(caller.agent()?.decline(OfferId(offer)).await?.into()))
}
