//! Events as tuples: the name of the kind, its number, its instant, then its fields in the order of the Python class.
//!
//! Enumerations cross as the words that the configuration uses, lengths and instants as nanoseconds, whole documents as
//! JSON.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use serde_json::Value;
use sunline_core::config::ContactRule;
use sunline_core::hours::{Due, HoursOf};
use sunline_core::skill::Shortfall;
use sunline_core::{
    ChosenBy, Connection, ContactDetails, ContactId, Decision, Event, EventKind, Presence, Reach, Receipt,
    Timestamp, TransferTarget,
};

use crate::calendar::HoursTable;

/// The event as a tuple.
pub(crate) fn event_tuple<'py>(py: Python<'py>, event: &Event) -> PyResult<Bound<'py, PyTuple>> {
    let (seq, at) = (event.seq.0, event.at.as_nanos());
    macro_rules! tuple {
        ($name:literal $(, $field:expr)* $(,)?) => {
            PyTuple::new(
                py,
                [
                    pyo3::intern!(py, $name).clone().into_any(),
                    seq.into_bound_py_any(py)?,
                    at.into_bound_py_any(py)?,
                    $($field.into_bound_py_any(py)?,)*
                ],
            )
        };
    }
    match &event.kind {
        EventKind::Configured { config } => tuple!("Configured", json(&**config)),
        EventKind::AgentRegistered { agent, spec } => tuple!("AgentRegistered", agent.0, json(&**spec)),
        EventKind::AgentUpdated { agent, spec } => tuple!("AgentUpdated", agent.0, json(&**spec)),
        EventKind::SkillValidityChanged { agent, skill, valid } => {
            tuple!("SkillValidityChanged", agent.0, skill.0, valid)
        }
        EventKind::PresenceChanged { agent, presence } => {
            tuple!("PresenceChanged", agent.0, presence_tuple(presence))
        }
        EventKind::AgentNotResponding { agent } => tuple!("AgentNotResponding", agent.0),
        EventKind::AgentCooledDown { agent } => tuple!("AgentCooledDown", agent.0),
        EventKind::ContactArrived { contact, queue, channel, origin, points, digest: _, details } => tuple!(
            "ContactArrived",
            id(contact),
            queue.0,
            channel.0,
            origin.as_nanos(),
            points,
            details.as_deref().map(|details| details_tuple(py, details)),
        ),
        EventKind::ContactUnservable { contact, shortfall } => {
            tuple!("ContactUnservable", id(contact), shortfall.as_ref().map(shortfall_tuple))
        }
        EventKind::ContactUpdated { contact, update } => tuple!(
            "ContactUpdated",
            id(contact),
            update.points,
            update.details.as_deref().map(|details| details_tuple(py, details)),
        ),
        EventKind::OfferIssued { offer, contact, queue, agent, expires_at, decision } => tuple!(
            "OfferIssued",
            offer.0,
            id(contact),
            queue.0,
            agent.0,
            until(*expires_at),
            decision_tuple(decision),
        ),
        EventKind::OfferAccepted { offer, contact, queue, agent, connection } => {
            let (waited, connect_by) = match connection {
                Connection::Made { waited } => (Some(waited.as_nanos()), None),
                Connection::Pending { until } => (None, Some(until.as_nanos())),
            };
            tuple!("OfferAccepted", offer.0, id(contact), queue.0, agent.0, waited, connect_by)
        }
        EventKind::OfferEnded {
            offer,
            contact,
            agent,
            outcome,
            strikes,
            cool_down_until,
            excluded_until,
        } => {
            tuple!(
                "OfferEnded",
                offer.0,
                id(contact),
                agent.0,
                word(outcome),
                strikes,
                cool_down_until.map(Timestamp::as_nanos),
                excluded_until.map(Timestamp::as_nanos),
            )
        }
        EventKind::ContactConnected { contact, queue, agent, waited } => {
            tuple!("ContactConnected", id(contact), queue.0, agent.0, waited.as_nanos())
        }
        EventKind::ConnectionFailed { contact, agent, cool_down_until } => {
            tuple!("ConnectionFailed", id(contact), agent.0, cool_down_until.map(Timestamp::as_nanos))
        }
        EventKind::ExclusionEnded { contact, agent } => tuple!("ExclusionEnded", id(contact), agent.0),
        EventKind::ContactEnded { contact, queue, outcome, agent, waited, handled, wrap_up_until } => tuple!(
            "ContactEnded",
            id(contact),
            queue.0,
            word(outcome),
            agent.map(|agent| agent.0),
            waited.as_nanos(),
            handled.as_nanos(),
            wrap_up_until.map(Timestamp::as_nanos),
        ),
        EventKind::WrapUpExtended { agent, contact, until } => {
            tuple!("WrapUpExtended", agent.0, id(contact), until.as_nanos())
        }
        EventKind::WrapUpEnded { agent, contact, queue, handled } => {
            tuple!("WrapUpEnded", agent.0, id(contact), queue.0, handled.as_nanos())
        }
        EventKind::CommandRemembered { key, digest: _, receipt } => {
            tuple!("CommandRemembered", key.0, receipt_tuple(receipt))
        }
        EventKind::ContactMoved { contact, from, to, cause } => {
            tuple!("ContactMoved", id(contact), from.0, to.0, cause.to_string())
        }
        EventKind::ScoresWanted { contact, queue, candidates, until } => {
            let candidates: Vec<u32> = candidates.iter().map(|agent| agent.0).collect();
            tuple!("ScoresWanted", id(contact), queue.0, candidates, until.as_nanos())
        }
        EventKind::ScoresGiven { contact, scores } => {
            let scores: Vec<(u32, i64)> = scores.iter().map(|(agent, score)| (agent.0, *score)).collect();
            tuple!("ScoresGiven", id(contact), scores)
        }
        EventKind::ScoresMissed { contact, reason } => tuple!("ScoresMissed", id(contact), word(reason)),
        EventKind::DelayPassed { contact, passed } => tuple!("DelayPassed", id(contact), passed),
        EventKind::OverflowTurned { queue, rule, active, value } => {
            tuple!("OverflowTurned", queue.0, rule, active, value)
        }
        EventKind::SurgeTurned { surge, active, value } => tuple!("SurgeTurned", surge, active, value),
        EventKind::CallbackAccepted { contact, queue, not_before } => {
            tuple!("CallbackAccepted", id(contact), queue.0, not_before.map(Timestamp::as_nanos))
        }
        EventKind::StepOpened { contact, queue, step } => tuple!("StepOpened", id(contact), queue.0, step),
        EventKind::ContactKept { contact, agent, until, owned } => {
            tuple!("ContactKept", id(contact), agent.0, until.as_nanos(), owned)
        }
        EventKind::CandidatesJudged { contact, queue, agent, sought, candidates, rejected } => {
            let rejected: Vec<(&str, u32)> =
                rejected.iter().map(|(why, count)| (why.as_str(), *count)).collect();
            tuple!("CandidatesJudged", id(contact), queue.0, agent.0, word(sought), candidates, rejected)
        }
        EventKind::KeepEnded { contact, agent } => tuple!("KeepEnded", id(contact), agent.0),
        EventKind::ContactEligible { contact } => tuple!("ContactEligible", id(contact)),
        EventKind::CustomerNotReached { contact, queue, agent, attempts, retry_at } => {
            let retry_at = retry_at.map(Timestamp::as_nanos);
            tuple!("CustomerNotReached", id(contact), queue.0, agent.0, attempts, retry_at)
        }
        EventKind::ContactMerged { contact, merged, origin } => {
            tuple!("ContactMerged", id(contact), id(merged), origin.as_nanos())
        }
        EventKind::FeedbackGiven { contact, queue, agent, decision, feedback } => tuple!(
            "FeedbackGiven",
            id(contact),
            queue.0,
            agent.map(|agent| agent.0),
            decision.map(|offer| offer.0),
            word(&feedback.kind),
            feedback.value,
        ),
        EventKind::Reconfigured { config, config_version } => {
            tuple!("Reconfigured", json(&**config), config_version)
        }
        EventKind::HoursChanged { calendar, of, hours, config_version } => {
            let (kind, name) = match of {
                HoursOf::Calendar(name) => ("calendar", name.as_str()),
                HoursOf::CallingZone(zone) => ("calling_zone", zone.as_str()),
            };
            tuple!("HoursChanged", calendar.0, kind, name, HoursTable(hours.clone()), config_version)
        }
        EventKind::CalendarTurned { calendar, standing } => {
            tuple!("CalendarTurned", calendar.0, word(standing))
        }
        EventKind::QueueOpened { queue } => tuple!("QueueOpened", queue.0),
        EventKind::QueueClosed { queue, opens_at } => {
            tuple!("QueueClosed", queue.0, opens_at.map(Timestamp::as_nanos))
        }
        EventKind::ContactDeferred { contact, queue, opens_at } => {
            tuple!("ContactDeferred", id(contact), queue.0, opens_at.map(Timestamp::as_nanos))
        }
        EventKind::ContactDue { contact, due } => {
            let (at, left) = match due {
                Due::At(at) => (Some(at.as_nanos()), None),
                Due::Beyond { left } => (None, Some(left.as_nanos())),
            };
            tuple!("ContactDue", id(contact), at, left)
        }
        EventKind::ShiftTurned { agent, standing, reach } => {
            let longest = match reach {
                Reach::Nothing => Some(-1),
                Reach::UpTo(longest) => Some(longest.as_nanos()),
                Reach::Any => None,
            };
            tuple!("ShiftTurned", agent.0, word(standing), longest)
        }
        EventKind::QueuePauseChanged { agent, queue, paused } => {
            tuple!("QueuePauseChanged", agent.0, queue.0, paused)
        }
        EventKind::AgentLost { agent } => tuple!("AgentLost", agent.0),
        EventKind::ContactHeld { contact, agent, until, reason } => {
            tuple!("ContactHeld", id(contact), agent.0, until.as_nanos(), word(reason))
        }
        EventKind::HoldEnded { contact, agent } => tuple!("HoldEnded", id(contact), agent.0),
        EventKind::ContactRequeued { contact, queue, agent, reason, handled } => {
            tuple!("ContactRequeued", id(contact), queue.0, agent.0, word(reason), handled.as_nanos())
        }
        EventKind::ExternalWorkBegun { agent, work, channel, cost } => {
            tuple!("ExternalWorkBegun", agent.0, id(work), channel.0, cost)
        }
        EventKind::ExternalWorkEnded { agent, work } => tuple!("ExternalWorkEnded", agent.0, id(work)),
        EventKind::WorkSuspended { agent, contact, by } => {
            tuple!("WorkSuspended", agent.0, id(contact), id(by))
        }
        EventKind::WorkResumed { agent, contact } => tuple!("WorkResumed", agent.0, id(contact)),
        EventKind::ContactParked { contact, agent } => tuple!("ContactParked", id(contact), agent.0),
        EventKind::ContactUnparked { contact, agent, over } => {
            tuple!("ContactUnparked", id(contact), agent.0, over)
        }
        EventKind::ContactAssigned { contact, agent, by, broken } => {
            let broken: Vec<String> = broken.iter().map(word).collect();
            tuple!("ContactAssigned", id(contact), agent.0, word(by), broken)
        }
        EventKind::ContactTransferred {
            contact,
            agent,
            from,
            queue,
            target,
            escalated,
            handled,
            wrap_up_until,
        } => tuple!(
            "ContactTransferred",
            id(contact),
            agent.0,
            from.0,
            queue.0,
            target_tuple(target),
            escalated,
            handled.as_nanos(),
            wrap_up_until.map(Timestamp::as_nanos),
        ),
        EventKind::ConsultBegun { consult, contact, agent, queue, channel, points, to, .. } => tuple!(
            "ConsultBegun",
            id(consult),
            id(contact),
            agent.0,
            queue.0,
            channel.0,
            points,
            target_tuple(to),
        ),
        EventKind::ContactHandedOver {
            contact,
            consult,
            agent,
            to,
            from,
            queue,
            escalated,
            handled,
            wrap_up_until,
        } => tuple!(
            "ContactHandedOver",
            id(contact),
            id(consult),
            agent.0,
            to.0,
            from.0,
            queue.0,
            escalated,
            handled.as_nanos(),
            wrap_up_until.map(Timestamp::as_nanos),
        ),
        EventKind::Reconciled { unknown, refused } => {
            let ids = |contacts: &[ContactId]| contacts.iter().map(id).collect::<Vec<String>>();
            tuple!("Reconciled", ids(unknown), ids(refused))
        }
        EventKind::EntitlementChanged { agent, entitlement, valid } => {
            tuple!("EntitlementChanged", agent.0, entitlement.as_str(), valid)
        }
        EventKind::ProjectLockEnded { agent, project, released } => {
            tuple!("ProjectLockEnded", agent.0, project.as_str(), released.as_deref())
        }
        EventKind::SlaAtRisk { contact, queue, probability, due, lead } => {
            tuple!("SlaAtRisk", id(contact), queue.0, probability, due.as_nanos(), lead.as_nanos())
        }
        other => tuple!("OtherEvent", format!("{other:?}")),
    }
}

/// Position, whether it was a repetition, and the agent that became known.
pub(crate) fn receipt_tuple(receipt: &Receipt) -> (u64, bool, Option<u32>) {
    (receipt.seq.0, receipt.duplicate, receipt.agent.map(|agent| agent.0))
}

/// The presence and, on a break, its reason.
pub(crate) fn presence_tuple(presence: &Presence) -> (&'static str, &str) {
    match presence {
        Presence::Offline => ("offline", ""),
        Presence::Available => ("available", ""),
        Presence::Break(reason) => ("break", reason),
    }
}

pub(crate) fn id(contact: &ContactId) -> String {
    contact.to_string()
}

/// The instant, unless it is "never".
pub(crate) fn until(instant: Timestamp) -> Option<i64> {
    (instant < Timestamp::MAX).then_some(instant.as_nanos())
}

/// An enumeration as the configuration spells it.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        other => unreachable!("a plain enumeration is a word, not {other:?}"),
    }
}

pub(crate) fn json(document: &impl serde::Serialize) -> String {
    serde_json::to_string(document).expect("documents are made of tables, lists and plain values")
}

/// All but the payload as JSON, then the payload.
fn details_tuple<'py>(py: Python<'py>, details: &ContactDetails) -> (String, Option<Bound<'py, PyBytes>>) {
    let payload = details.payload.as_ref().map(|payload| PyBytes::new(py, payload.as_bytes()));
    (json(&ContactDetails { payload: None, ..details.clone() }), payload)
}

fn shortfall_tuple(shortfall: &Shortfall) -> (&'static str, Option<&str>) {
    match shortfall {
        Shortfall::Clearance(class) => ("clearance", Some(class)),
        Shortfall::NotInHouse(partner) => ("not_in_house", Some(partner)),
        Shortfall::Site => ("site", None),
        Shortfall::Mandatory => ("mandatory", None),
        Shortfall::Capacity => ("capacity", None),
        Shortfall::Excluded => ("excluded", None),
        Shortfall::Entitlement(name) => ("entitlement", Some(name)),
        Shortfall::ProjectLock(project) => ("project_lock", Some(project)),
        Shortfall::Customer(customer) => ("customer", Some(customer)),
    }
}

/// Its kind, its number and its text, of which each kind uses one.
fn target_tuple(target: &TransferTarget) -> (&'static str, u32, &str) {
    match target {
        TransferTarget::Queue(queue) => ("queue", queue.0.into(), ""),
        TransferTarget::Agent(agent) => ("agent", agent.0, ""),
        TransferTarget::Need(need) => ("need", 0, need),
        TransferTarget::Site(site) => ("site", 0, site),
    }
}

/// How it was chosen; the agent rule or, as JSON, the contact rule; then index, tie-break, compatible, version.
pub(crate) type DecisionTuple = (&'static str, Option<String>, Option<String>, i64, String, u32, u32);

/// The decision in that order.
pub(crate) fn decision_tuple(decision: &Decision) -> DecisionTuple {
    let chosen_by = match &decision.chosen_by {
        ChosenBy::AgentRule(_) => "agent_rule",
        ChosenBy::Points | ChosenBy::ContactRule(_) => "contact_rule",
        ChosenBy::Joint => "joint",
        ChosenBy::Scorer => "scorer",
        ChosenBy::Hand => "hand",
    };
    let (agent_rule, contact_rule) = match &decision.chosen_by {
        ChosenBy::AgentRule(rule) => (Some(word(rule)), None),
        ChosenBy::Points => (None, Some(json(&ContactRule::Points))),
        ChosenBy::Joint | ChosenBy::Scorer | ChosenBy::Hand => (None, None),
        ChosenBy::ContactRule(rule) => (None, Some(json(rule))),
    };
    let Decision { index, compatible, config_version, .. } = *decision;
    (chosen_by, agent_rule, contact_rule, index, word(&decision.tie_break), compatible, config_version)
}
