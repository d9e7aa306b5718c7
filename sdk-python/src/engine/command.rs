//! Commands as Python says them.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;
use sunline_core::hours::HoursOf;
use sunline_core::measures::{Feedback, FeedbackKind};
use sunline_core::{
    AgentId, AgentReport, ChannelId, ContactDetails, ContactId, ContactUpdate, DeliveryFailure, NewContact,
    OfferId, Payload, Presence, QueueId, Span, Timestamp, TransferTarget,
};

use crate::calendar::HoursTable;
use crate::config::{agent_spec, parsed};
use crate::errors::Refusal;

/// A command, ready to be applied.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Command(pub(crate) sunline_core::Command);

/// A contact's id: a text, or a whole number of at least 0.
pub(crate) struct ContactRef(pub(crate) ContactId);

impl<'py> FromPyObject<'_, 'py> for ContactRef {
    type Error = PyErr;

    fn extract(id: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = id.cast::<PyString>() {
            let id = ContactId::new(&text.to_cow()?);
            return Ok(Self(id.map_err(Refusal::from)?));
        }
        let number: u64 = id.extract().map_err(|_| {
            let message = format!("a contact id is a text or a whole number from 0 to 2^64 - 1, not {id:?}");
            PyErr::from(Refusal::new("InvalidArgument", "invalid_id", message).with("argument", "contact"))
        })?;
        Ok(Self(ContactId::from(number)))
    }
}

#[pymethods]
impl Command {
    #[staticmethod]
    #[pyo3(signature = (spec_json, /))]
    fn register_agent(spec_json: &str) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::RegisterAgent(Arc::new(agent_spec(spec_json)?))))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, spec_json, /))]
    fn update_agent(agent: u32, spec_json: &str) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::UpdateAgent(AgentId(agent), Arc::new(agent_spec(spec_json)?))))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, state, reason, /))]
    fn set_presence(agent: u32, state: &str, reason: &str) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::SetPresence(AgentId(agent), presence(state, reason)?)))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, queue, channel, origin_ns, points, details_json, payload, /))]
    fn arrive(
        contact: ContactRef,
        queue: u16,
        channel: Option<u16>,
        origin_ns: Option<i64>,
        points: i64,
        details_json: Option<&str>,
        payload: Option<Vec<u8>>,
    ) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::Arrive(NewContact {
            id: contact.0,
            queue: QueueId(queue),
            channel: channel.map(ChannelId),
            origin: origin_ns.map(Timestamp::from_nanos),
            points,
            details: details(details_json, payload)?,
        })))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, points, details_json, payload, /))]
    fn update_contact(
        contact: ContactRef,
        points: Option<i64>,
        details_json: Option<&str>,
        payload: Option<Vec<u8>>,
    ) -> Result<Self, Refusal> {
        let update = ContactUpdate { points, details: details(details_json, payload)? };
        Ok(Self(sunline_core::Command::UpdateContact(contact.0, Box::new(update))))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn abandon(contact: ContactRef) -> Self {
        Self(sunline_core::Command::Abandon(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn withdraw(contact: ContactRef) -> Self {
        Self(sunline_core::Command::Withdraw(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn hand_off(contact: ContactRef) -> Self {
        Self(sunline_core::Command::HandOff(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, not_before_ns, owner, /))]
    fn request_callback(contact: ContactRef, not_before_ns: Option<i64>, owner: Option<u32>) -> Self {
        let not_before = not_before_ns.map(Timestamp::from_nanos);
        Self(sunline_core::Command::RequestCallback(contact.0, not_before, owner.map(AgentId)))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn not_reached(contact: ContactRef) -> Self {
        Self(sunline_core::Command::NotReached(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, kind, value, /))]
    fn give_feedback(contact: ContactRef, kind: &str, value: i64) -> Result<Self, Refusal> {
        let kind = match kind {
            "csat" => FeedbackKind::Csat,
            "sale" => FeedbackKind::Sale,
            "value" => FeedbackKind::Value,
            _ => {
                let message = format!("feedback is csat, sale or value, not {kind:?}");
                let refusal = Refusal::new("InvalidArgument", "invalid_feedback", message);
                return Err(refusal.with("argument", "kind"));
            }
        };
        Ok(Self(sunline_core::Command::GiveFeedback(contact.0, Feedback { kind, value })))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, scores, /))]
    fn give_scores(contact: ContactRef, scores: Vec<(u32, i64)>) -> Self {
        let scores = scores.into_iter().map(|(agent, score)| (AgentId(agent), score)).collect();
        Self(sunline_core::Command::GiveScores(contact.0, scores))
    }

    #[staticmethod]
    #[pyo3(signature = (offer, agent, /))]
    fn accept(offer: u64, agent: u32) -> Self {
        Self(sunline_core::Command::AcceptOffer(OfferId(offer), AgentId(agent)))
    }

    #[staticmethod]
    #[pyo3(signature = (offer, agent, /))]
    fn decline(offer: u64, agent: u32) -> Self {
        Self(sunline_core::Command::DeclineOffer(OfferId(offer), AgentId(agent)))
    }

    #[staticmethod]
    #[pyo3(signature = (offer, unreachable, /))]
    fn fail_offer(offer: u64, unreachable: bool) -> Self {
        let failure = if unreachable { DeliveryFailure::Unreachable } else { DeliveryFailure::Busy };
        Self(sunline_core::Command::FailOffer(OfferId(offer), failure))
    }

    #[staticmethod]
    #[pyo3(signature = (offer, /))]
    fn revoke_offer(offer: u64) -> Self {
        Self(sunline_core::Command::RevokeOffer(OfferId(offer)))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn connected(contact: ContactRef) -> Self {
        Self(sunline_core::Command::Connected(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn connection_failed(contact: ContactRef) -> Self {
        Self(sunline_core::Command::ConnectionFailed(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn complete(contact: ContactRef) -> Self {
        Self(sunline_core::Command::Complete(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, contact, /))]
    fn finish_wrap_up(agent: u32, contact: ContactRef) -> Self {
        Self(sunline_core::Command::FinishWrapUp(AgentId(agent), contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (of, name, hours, /))]
    fn set_hours(of: &str, name: &str, hours: &HoursTable) -> Self {
        let of = match of {
            "calling_zone" => HoursOf::CallingZone(name.into()),
            _ => HoursOf::Calendar(name.into()),
        };
        Self(sunline_core::Command::SetHours(of, hours.0.clone()))
    }

    #[staticmethod]
    #[pyo3(signature = (config_json, /))]
    fn reconfigure(config_json: &str) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::Reconfigure(Arc::new(parsed(config_json, true)?))))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, contact, by_ns, /))]
    fn extend_wrap_up(agent: u32, contact: ContactRef, by_ns: i64) -> Self {
        Self(sunline_core::Command::ExtendWrapUp(AgentId(agent), contact.0, Span::from_nanos(by_ns)))
    }

    #[staticmethod]
    #[pyo3(signature = (wanted, /))]
    fn set_presences(wanted: Vec<(u32, String, String)>) -> Result<Self, Refusal> {
        let one = |(agent, state, reason): (u32, String, String)| {
            presence(&state, &reason).map(|presence| (AgentId(agent), presence))
        };
        Ok(Self(sunline_core::Command::SetPresences(wanted.into_iter().map(one).collect::<Result<_, _>>()?)))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, queue, paused, /))]
    fn pause_queue(agent: u32, queue: u16, paused: bool) -> Self {
        Self(sunline_core::Command::PauseQueue(AgentId(agent), QueueId(queue), paused))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, /))]
    fn agent_lost(agent: u32) -> Self {
        Self(sunline_core::Command::AgentLost(AgentId(agent)))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, work, channel, cost, /))]
    fn begin_external_work(agent: u32, work: ContactRef, channel: u16, cost: Option<u16>) -> Self {
        let (agent, channel) = (AgentId(agent), ChannelId(channel));
        Self(sunline_core::Command::BeginExternalWork(agent, work.0, channel, cost))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, work, /))]
    fn end_external_work(agent: u32, work: ContactRef) -> Self {
        Self(sunline_core::Command::EndExternalWork(AgentId(agent), work.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn park(contact: ContactRef) -> Self {
        Self(sunline_core::Command::Park(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, /))]
    fn unpark(contact: ContactRef) -> Self {
        Self(sunline_core::Command::Unpark(contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, agent, /))]
    fn assign(contact: ContactRef, agent: u32) -> Self {
        Self(sunline_core::Command::Assign(contact.0, AgentId(agent)))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, contact, /))]
    fn pull(agent: u32, contact: ContactRef) -> Self {
        Self(sunline_core::Command::Pull(AgentId(agent), contact.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, kind, number, text, /))]
    fn transfer(contact: ContactRef, kind: &str, number: u32, text: &str) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::Transfer(contact.0, target(kind, number, text)?)))
    }

    #[staticmethod]
    #[pyo3(signature = (contact, question, kind, number, text, /))]
    fn consult(
        contact: ContactRef,
        question: ContactRef,
        kind: &str,
        number: u32,
        text: &str,
    ) -> Result<Self, Refusal> {
        Ok(Self(sunline_core::Command::Consult(contact.0, question.0, target(kind, number, text)?)))
    }

    #[staticmethod]
    #[pyo3(signature = (question, /))]
    fn hand_over(question: ContactRef) -> Self {
        Self(sunline_core::Command::HandOver(question.0))
    }

    #[staticmethod]
    #[pyo3(signature = (contacts, points, /))]
    fn reprioritise(contacts: Vec<ContactRef>, points: i64) -> Self {
        Self(sunline_core::Command::Reprioritise(ids(contacts), points))
    }

    #[staticmethod]
    #[pyo3(signature = (contacts, queue, /))]
    fn move_all(contacts: Vec<ContactRef>, queue: u16) -> Self {
        Self(sunline_core::Command::MoveAll(ids(contacts), QueueId(queue)))
    }

    #[staticmethod]
    #[pyo3(signature = (contacts, /))]
    fn withdraw_all(contacts: Vec<ContactRef>) -> Self {
        Self(sunline_core::Command::WithdrawAll(ids(contacts)))
    }

    #[staticmethod]
    #[pyo3(signature = (agent, reason, /))]
    fn release_project_lock(agent: u32, reason: &str) -> Self {
        Self(sunline_core::Command::ReleaseProjectLock(AgentId(agent), reason.into()))
    }

    #[staticmethod]
    #[pyo3(signature = (reports, /))]
    fn reconcile(reports: Vec<(u32, String, String, Vec<ContactRef>)>) -> Result<Self, Refusal> {
        let one = |(agent, state, reason, contacts): (u32, String, String, Vec<ContactRef>)| {
            let presence = presence(&state, &reason)?;
            Ok(AgentReport { agent: AgentId(agent), presence, contacts: ids(contacts) })
        };
        let reports = reports.into_iter().map(one).collect::<Result<_, Refusal>>()?;
        Ok(Self(sunline_core::Command::Reconcile(reports)))
    }
}

fn presence(state: &str, reason: &str) -> Result<Presence, Refusal> {
    match state {
        "offline" => Ok(Presence::Offline),
        "available" => Ok(Presence::Available),
        "break" => Ok(Presence::Break(reason.into())),
        _ => {
            let message = format!("a presence is offline, available or break, not {state:?}");
            Err(Refusal::new("InvalidArgument", "invalid_presence", message).with("argument", "presence"))
        }
    }
}

pub(crate) fn details(
    json: Option<&str>,
    payload: Option<Vec<u8>>,
) -> Result<Option<Arc<ContactDetails>>, Refusal> {
    let Some(json) = json else { return Ok(None) };
    let mut details: ContactDetails = serde_json::from_str(json).map_err(|error| {
        let refusal = Refusal::new("InvalidArgument", "invalid_details", error);
        refusal.with("argument", "details")
    })?;
    details.payload = payload.map(Payload::new);
    Ok(Some(Arc::new(details)))
}

/// A target by its kind and what that kind needs.
fn target(kind: &str, number: u32, text: &str) -> Result<TransferTarget, Refusal> {
    match kind {
        "queue" => Ok(TransferTarget::Queue(QueueId(u16::try_from(number).unwrap_or(u16::MAX)))),
        "agent" => Ok(TransferTarget::Agent(AgentId(number))),
        "need" => Ok(TransferTarget::Need(text.into())),
        "site" => Ok(TransferTarget::Site(text.into())),
        _ => {
            let message = format!("a target is a queue, an agent, a need or a site, not {kind:?}");
            Err(Refusal::new("InvalidArgument", "invalid_target", message).with("argument", "to"))
        }
    }
}

fn ids(contacts: Vec<ContactRef>) -> Vec<ContactId> {
    contacts.into_iter().map(|contact| contact.0).collect()
}
