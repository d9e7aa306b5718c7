//! From a live state to what worlds go on from: who is inside, how far each has come, and which laws it follows.

use std::sync::Arc;

use sunline_core::time::Span;
use sunline_core::{AgentId, ContactState, ContactView, Domain, Stage, Work};

use super::{Assumptions, LookAheadError};
use crate::world::{Held, Inside, Names, Progress, Start};

pub(super) fn start(domain: Domain, assumptions: &Assumptions) -> Result<Start, LookAheadError> {
    let mut contacts: Vec<ContactView> = domain.contacts().collect();
    // Places in memory are an accident; the luck of a contact must not be.
    contacts.sort_unstable_by_key(|contact| (contact.origin, contact.id));
    let mut inside = Vec::with_capacity(contacts.len());
    let mut offers = Vec::new();
    for contact in &contacts {
        let (stream, progress) = (stream_of(&domain, contact, assumptions)?, progress(&domain, contact));
        inside.push(Inside { stream, waited: contact.waited, progress });
        let live = contact.offers.iter().filter_map(|offer| domain.offer_view(*offer));
        offers.extend(live.map(|offer| Held {
            offer: offer.id,
            agent: offer.agent,
            lasted: domain.now().since(offer.issued_at),
        }));
    }
    let names = Arc::new(Names::of(contacts.iter().map(|contact| contact.id).collect()));
    Ok(Start { domain, names, inside, offers, turns: Vec::new() })
}

fn progress(domain: &Domain, contact: &ContactView) -> Progress {
    match (contact.state, contact.agent) {
        (ContactState::Connecting, _) => Progress::Connects,
        (ContactState::Engaged, Some(agent)) => {
            Progress::Talks { agent, lasted: talked(domain, agent, contact) }
        }
        (ContactState::Suspended | ContactState::Parked, Some(agent)) => {
            Progress::Rests { agent, lasted: talked(domain, agent, contact) }
        }
        _ if contact.dialled => Progress::WaitsForCall,
        _ => Progress::Waits,
    }
}

/// How long the conversation has lasted.
fn talked(domain: &Domain, agent: AgentId, contact: &ContactView) -> Span {
    let agent = domain.agent_view(agent);
    let work = agent.as_ref().and_then(|agent| agent.work.iter().find(|work| work.contact == contact.id));
    let length = |work: &Work| match work.stage {
        Stage::Engaged if work.paused == Span::ZERO => domain.now().since(work.since),
        Stage::Engaged | Stage::Suspended | Stage::Parked => work.handled(domain.now()),
        _ => Span::ZERO,
    };
    work.map_or(Span::ZERO, length)
}

fn stream_of(
    domain: &Domain,
    contact: &ContactView,
    assumptions: &Assumptions,
) -> Result<usize, LookAheadError> {
    let queue =
        domain.queues().nth(contact.queue.index()).map(|queue| queue.name.clone()).unwrap_or_default();
    laws_for(assumptions, &queue, contact.points).ok_or(LookAheadError::NoLaw { queue, contact: contact.id })
}

/// The stream whose laws a contact of this queue with these points follows.
pub(super) fn laws_for(assumptions: &Assumptions, queue: &str, points: i64) -> Option<usize> {
    let of_queue = || assumptions.streams.iter().enumerate().filter(|(_, stream)| stream.queue == queue);
    let alike = of_queue().find(|(_, stream)| stream.points == points);
    alike.or_else(|| of_queue().next()).map(|(number, _)| number)
}
