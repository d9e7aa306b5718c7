//! What leaves the engine once its record is durable: events to the log, notices to sessions, names to the registry.

use std::sync::Arc;
use std::time::Instant;

use sunline_core::{AgentId, AgentView, Connection, Domain, Event, EventKind, OfferView, Seq, Stage};

use crate::actors::session::SessionMessage;
use crate::error::EngineError;
use crate::log::Frame;
use crate::session::AgentNotice;
use crate::shared::Shared;

/// Lets a frame out, whose first step was decided then.
pub(crate) fn release(shared: &Shared, domain: &Domain, frame: Frame, decided: Instant) {
    for event in frame.iter() {
        if let EventKind::AgentRegistered { agent, spec } = &event.kind {
            shared.registry.add_agent(spec.name.clone(), *agent);
        }
        if let Some(config) = event.config() {
            shared.registry.follow(config);
            shared.configured(config);
        }
    }
    if !shared.registry.has_no_sessions() {
        for event in frame.iter() {
            for (agent, notice) in notice(domain, event).into_iter().chain(second_notice(event)) {
                if let Some(port) = shared.registry.session(agent) {
                    port.tell(SessionMessage::Notice(notice, Some(decided)));
                }
            }
        }
    }
    shared.log.push(frame, Some(decided));
}

/// Lets out what is recorded and was not released: by a writer that broke in between, or by a store that wrote what it said
/// it could not.
pub(crate) async fn catch_up(shared: &Arc<Shared>, recorded: Seq) -> Result<(), EngineError> {
    check_not_behind(shared, recorded)?;
    let released = shared.released();
    if recorded == released {
        return Ok(());
    }
    let from = released.next();
    match shared.journal_reader().await? {
        Some(reader) => {
            let read = move || reader.events(from)?.collect::<Result<Vec<Event>, _>>();
            let events = shared.runtime.spawn_blocking(read).await.map_err(EngineError::unavailable)?;
            shared.log.push(Arc::new(events.map_err(EngineError::unavailable)?), None);
        }
        None => shared.log.skip_to(recorded),
    }
    // Sessions hear of their live offers when they connect; those that are connected have missed something.
    for port in shared.registry.sessions() {
        port.tell(SessionMessage::End(crate::session::SessionEnd::Crashed));
    }
    Ok(())
}

/// A relaxed journal may lose what it had accepted. What was released on the strength of it cannot be taken back.
fn check_not_behind(shared: &Shared, recorded: Seq) -> Result<(), EngineError> {
    let released = shared.released();
    if recorded >= released {
        return Ok(());
    }
    let reason =
        format!("the journal lost events that were released: it ends with {recorded}, not {released}");
    shared.give_up(reason.clone());
    Err(EngineError::Unavailable { reason })
}

/// What an agent who connects now has to know: the offers it has not answered, and the contacts it has.
pub(crate) fn outstanding(domain: &Domain, agent: &AgentView<'_>) -> Vec<AgentNotice> {
    let notices = agent.work.iter().filter_map(|work| match work.stage {
        Stage::Reserved { offer } => domain.offer_view(offer).map(AgentNotice::Offered),
        _ => None,
    });
    notices.collect()
}

/// Whom an event concerns, and how it is put to them.
fn notice(domain: &Domain, event: &Event) -> Option<(AgentId, AgentNotice)> {
    Some(match &event.kind {
        &EventKind::OfferIssued { offer, contact, queue, agent, expires_at, .. } => {
            // The engine answers this one; the agent hears of the outcome.
            if domain.config().queue_settings(queue)?.offer.answer == sunline_core::config::AnswerMode::Auto {
                return None;
            }
            let view = OfferView { id: offer, contact, queue, agent, issued_at: event.at, expires_at };
            (agent, AgentNotice::Offered(view))
        }
        &EventKind::OfferAccepted { offer, contact, queue, agent, connection } => {
            let connect_by = match connection {
                Connection::Made { .. } => None,
                Connection::Pending { until } => Some(until),
            };
            (agent, AgentNotice::Assigned { offer, contact, queue, connect_by })
        }
        &EventKind::OfferEnded { offer, contact, agent, outcome, .. } => {
            (agent, AgentNotice::OfferEnded { offer, contact, outcome })
        }
        &EventKind::ContactConnected { contact, agent, .. } => (agent, AgentNotice::Connected { contact }),
        &EventKind::ConnectionFailed { contact, agent, .. } => {
            (agent, AgentNotice::ConnectionFailed { contact })
        }
        &EventKind::ContactEnded { contact, outcome, agent: Some(agent), wrap_up_until, .. } => {
            (agent, AgentNotice::ContactEnded { contact, outcome, wrap_up_until })
        }
        &EventKind::WrapUpExtended { agent, contact, until } => {
            (agent, AgentNotice::WrapUpExtended { contact, until })
        }
        &EventKind::WrapUpEnded { agent, contact, .. } => (agent, AgentNotice::WrapUpEnded { contact }),
        EventKind::PresenceChanged { agent, presence } => {
            (*agent, AgentNotice::PresenceChanged { presence: presence.clone() })
        }
        &EventKind::AgentNotResponding { agent } => (agent, AgentNotice::NotResponding),
        &EventKind::QueuePauseChanged { agent, queue, paused } => {
            (agent, AgentNotice::QueuePauseChanged { queue, paused })
        }
        &EventKind::ContactRequeued { contact, agent, .. } => (agent, AgentNotice::Requeued { contact }),
        &EventKind::WorkSuspended { agent, contact, by } => (agent, AgentNotice::Suspended { contact, by }),
        &EventKind::WorkResumed { agent, contact } => (agent, AgentNotice::Resumed { contact }),
        &EventKind::ContactParked { contact, agent } => (agent, AgentNotice::Parked { contact }),
        &EventKind::ContactUnparked { contact, agent, over } => {
            (agent, AgentNotice::Unparked { contact, over })
        }
        &EventKind::ContactTransferred { contact, agent, wrap_up_until, .. }
        | &EventKind::ContactHandedOver { contact, agent, wrap_up_until, .. } => {
            (agent, AgentNotice::PassedOn { contact, wrap_up_until })
        }
        _ => return None,
    })
}

/// The second one, where an event concerns two.
fn second_notice(event: &Event) -> Option<(AgentId, AgentNotice)> {
    match &event.kind {
        &EventKind::ContactHandedOver { contact, consult, to, .. } => {
            Some((to, AgentNotice::TakenOver { contact, question: consult }))
        }
        _ => None,
    }
}
