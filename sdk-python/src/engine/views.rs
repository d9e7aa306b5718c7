//! What can be seen of an engine, as tuples in the order of the Python classes.

use sunline_core::{ContactId, Domain, ExternalWork, Stage};
use sunline_runtime::{AgentCounts, Views};

use super::event::{id, json, presence_tuple, until, word};

/// Offline, on break, idle, busy, cooling down, not responding, off shift.
type Counts = [u32; 7];
/// Position, mean, quantiles, probability to meet the target and to give up in millionths.
type Newcomer = (u32, i64, Vec<i64>, u32, u32);
/// Number, name, inside, waiting, since when the longest wait lasts; a newcomer's wait, or why it is not known.
type Queue = (u16, String, u32, u32, Option<i64>, (Option<Newcomer>, Option<&'static str>));
/// Instant, last event, queues, pools, next deadline.
pub(crate) type ViewsTuple = (i64, u64, Vec<Queue>, Vec<(u16, String, Counts)>, Option<i64>);

pub(crate) fn views_tuple(views: &Views) -> ViewsTuple {
    let queue = |queue: &sunline_runtime::QueueReading| {
        let oldest = queue.oldest_origin.map(|origin| origin.as_nanos());
        (queue.id.0, queue.name.to_string(), queue.inside, queue.waiting, oldest, newcomer(queue))
    };
    let pool = |pool: &sunline_runtime::PoolReading| (pool.id.0, pool.name.to_string(), counts(pool.agents));
    (
        views.at.as_nanos(),
        views.seq.0,
        views.queues.iter().map(queue).collect(),
        views.pools.iter().map(pool).collect(),
        views.next_deadline.map(|instant| instant.as_nanos()),
    )
}

fn newcomer(queue: &sunline_runtime::QueueReading) -> (Option<Newcomer>, Option<&'static str>) {
    match &queue.newcomer {
        Some(Ok(wait)) => {
            let quantiles = wait.quantiles.iter().map(|wait| wait.as_nanos()).collect();
            let (mean, meets, gives_up) = (wait.mean.as_nanos(), wait.p_meets_target, wait.p_abandons);
            (Some((wait.position, mean, quantiles, meets, gives_up)), None)
        }
        Some(Err(reason)) => (None, Some(reason.code())),
        None => (None, None),
    }
}

fn counts(agents: AgentCounts) -> Counts {
    let AgentCounts { offline, on_break, idle, busy, cooling_down, not_responding, off_shift } = agents;
    [offline, on_break, idle, busy, cooling_down, not_responding, off_shift]
}

/// Id, queue, state, origin, waited, agent, offers, position, due; transfers, escalated, points.
type Contact =
    (String, u16, String, i64, i64, Option<u32>, Vec<u64>, Option<usize>, Option<i64>, (u16, bool, i64));

pub(crate) fn contact_tuple(domain: &Domain, contact: &ContactId) -> Option<Contact> {
    let view = domain.contact_view(contact)?;
    Some((
        id(&view.id),
        view.queue.0,
        word(&view.state),
        view.origin.as_nanos(),
        view.waited.as_nanos(),
        view.agent.map(|agent| agent.0),
        view.offers.iter().map(|offer| offer.0).collect(),
        domain.position(contact),
        view.due_at.map(|due| due.as_nanos()),
        (view.transfers, view.escalated, view.points),
    ))
}

/// Contact, queue, cost, stage, since, accepted at, offer, end of the wrap-up.
type Work = (String, u16, u16, &'static str, i64, i64, Option<u64>, Option<i64>);
/// Id, channel, cost, since.
type External = (String, u16, u16, i64);
/// Paused queues, work from outside, whether beyond capacity, refusals by kind.
type Hands = (Vec<u16>, Vec<External>, bool, (u32, u32, u32));
/// Number, registration, presence, state, work, cost in use, idle clock, and what else is in its hands.
type Agent = (u32, String, (&'static str, String), String, Vec<Work>, u16, i64, Hands);

pub(crate) fn agent_tuple(domain: &Domain, agent: u32) -> Option<Agent> {
    let view = domain.agent_view(sunline_core::AgentId(agent))?;
    let work = view.work.iter().map(|work| {
        let (stage, offer, ends_at) = match work.stage {
            Stage::Reserved { offer } => ("reserved", Some(offer.0), None),
            Stage::Connecting => ("connecting", None, None),
            Stage::Engaged => ("engaged", None, None),
            Stage::Suspended => ("suspended", None, None),
            Stage::Parked => ("parked", None, None),
            Stage::WrapUp { ends_at, .. } => ("wrap_up", None, until(ends_at)),
        };
        let (since, accepted_at) = (work.since.as_nanos(), work.accepted_at.as_nanos());
        (id(&work.contact), work.queue.0, work.cost, stage, since, accepted_at, offer, ends_at)
    });
    let external = |external: &ExternalWork| {
        (id(&external.id), external.channel.0, external.cost, external.since.as_nanos())
    };
    let (presence, reason) = presence_tuple(view.presence);
    Some((
        agent,
        json(view.spec),
        (presence, reason.to_owned()),
        word(&view.state),
        work.collect(),
        view.used,
        view.idle_since.as_nanos(),
        (
            view.paused.iter().map(|queue| queue.0).collect(),
            view.external.iter().map(external).collect(),
            view.over_capacity,
            (view.refusals.declined, view.refusals.busy, view.refusals.unreachable),
        ),
    ))
}
