//! The day on the live engine: one session for each agent, one host that submits the calls, a journal on disk.
//!
//! This is how a product embeds Sunline. Agents and customers are tasks that sleep by the engine's clock, which runs
//! fast; the engine is told what happens and decides the rest.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sunline::hours::HoursTable;
use sunline::sim::{PlannedContact, Scenario};
use sunline::time::{Span, Timestamp};
use sunline::{
    AgentNotice, AgentSession, Clock, ContactId, Engine, EngineError, Event, EventKind, NewContact, Presence,
    Seq, StateHash,
};
use tokio::task::JoinSet;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the live run left behind.
pub(crate) struct LiveDay {
    pub(crate) events: Vec<Event>,
    pub(crate) state_hash: StateHash,
    pub(crate) took: Duration,
}

/// Time by the engine's clock, and sleeping by it.
#[derive(Clone)]
struct Time {
    engine: Engine,
    factor: f64,
}

impl Time {
    async fn until(&self, at: Timestamp) {
        let ahead = at.since(self.engine.now()).as_secs_f64();
        if ahead > 0.0 {
            tokio::time::sleep(Duration::from_secs_f64(ahead / self.factor)).await;
        }
    }
}

/// Plays the scenario's contacts and shifts on an engine whose clock runs `factor` times as fast as the wall's.
pub(crate) async fn play(day: &Scenario, journal: &Path, factor: f64) -> Result<LiveDay, Failure> {
    let began = Instant::now();
    let engine = Engine::relaxed(day.config.clone(), journal, Duration::from_millis(50))
        .clock(Clock::scaled(day.start, factor)?)
        .start()
        .await?;
    let time = Time { engine: engine.clone(), factor };
    let lengths: Arc<HashMap<ContactId, Span>> =
        Arc::new((0..).zip(&day.contacts).map(|(n, c)| (ContactId::from(n), c.handling)).collect());
    let mut people = JoinSet::new();
    for (name, shift) in &day.shifts {
        let session = engine.agent_session(name.as_str()).await?;
        people.spawn(agent(session, shift.clone(), time.clone(), lengths.clone()));
    }
    people.spawn(host(time.clone(), day.contacts.clone()));
    let progress = tokio::spawn(progress(time.clone(), day.end));
    while let Some(person) = people.join_next().await {
        person??;
    }
    progress.abort();
    eprintln!();
    let state_hash = engine.state_hash().await?;
    let mut stream = engine.events(Seq(1));
    let last = engine.views().seq;
    let mut events = Vec::new();
    while events.last().is_none_or(|event: &Event| event.seq < last) {
        match stream.next().await? {
            Some(event) => events.push(event),
            None => break,
        }
    }
    engine.shutdown().await?;
    Ok(LiveDay { events, state_hash, took: began.elapsed() })
}

/// The host: submits each call when it comes, and says so when a caller has hung up.
async fn host(time: Time, contacts: Vec<PlannedContact>) -> Result<(), Failure> {
    let mut callers = JoinSet::new();
    for (number, planned) in (0..).zip(contacts) {
        time.until(planned.at).await;
        let mut contact = time.engine.contact(&format!("{number}"), planned.queue.as_str())?;
        contact.points = planned.points;
        callers.spawn(caller(time.clone(), contact, planned.patience));
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(())
}

/// A caller: waits as long as the recorded one would have.
async fn caller(time: Time, contact: NewContact, patience: Option<Span>) -> Result<(), Failure> {
    let (id, came) = (contact.id, time.engine.now());
    time.engine.submit(contact).await?;
    if let Some(patience) = patience {
        time.until(came + patience).await;
        match time.engine.abandon(id).await {
            // Answered, or gone already: nobody is left to hang up.
            Ok(_) | Err(EngineError::Command(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// An agent at work: there for its shift, takes what it is offered, talks as long as the recorded call lasted.
async fn agent(
    mut session: AgentSession,
    shift: HoursTable,
    time: Time,
    lengths: Arc<HashMap<ContactId, Span>>,
) -> Result<(), Failure> {
    for stretch in shift.intervals() {
        time.until(stretch.from).await;
        session.set_presence(Presence::Available).await?;
        let mut talking: Option<(ContactId, Timestamp)> = None;
        loop {
            let wake = talking.map_or(stretch.until, |(_, ends)| ends);
            tokio::select! {
                notice = session.next() => match notice {
                    Some(AgentNotice::Offered(offer)) => {
                        // The caller may hang up while the phone rings.
                        if session.accept(offer.id).await.is_ok() {
                            let length = lengths.get(&offer.contact).copied().unwrap_or_default();
                            talking = Some((offer.contact, time.engine.now() + length));
                        }
                    }
                    Some(_) => {}
                    None => return Ok(()),
                },
                () = time.until(wake) => match talking.take() {
                    Some((contact, _)) => {
                        session.complete(contact).await?;
                        if time.engine.now() >= stretch.until {
                            break;
                        }
                    }
                    None => break,
                },
            }
        }
        session.set_presence(Presence::Offline).await?;
    }
    session.close().await?;
    Ok(())
}

/// One line that shows the day go by.
async fn progress(time: Time, end: Timestamp) {
    loop {
        let views = time.engine.views();
        let waiting: u32 = views.queues.iter().map(|queue| queue.waiting).sum();
        let agents = views.agents();
        eprint!(
            "\r  live {}  {waiting:>3} waiting, {:>2} agents talking, {:>2} idle   ",
            time.engine.now().to_string().get(..16).unwrap_or_default(),
            agents.busy,
            agents.idle
        );
        if time.engine.now() > end {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The story of one contact, from its events and decision records.
pub(crate) fn story(events: &[Event], scenario: &Scenario) -> Option<String> {
    let served = events.iter().filter_map(|event| match &event.kind {
        EventKind::ContactEnded { contact, waited, agent: Some(_), .. } => Some((*waited, *contact)),
        _ => None,
    });
    let (_, contact) = served.max()?;
    let queue_name = |queue: sunline::QueueId| scenario.config.queues[queue.index()].name.clone();
    let agent_name = |agent: sunline::AgentId| scenario.config.agents[agent.index()].name.clone();
    let mut lines = Vec::new();
    for event in events {
        let line = match &event.kind {
            EventKind::ContactArrived { contact: id, queue, points, .. } if *id == contact => {
                let head_start =
                    if *points > 0 { format!(", {points} s ahead by priority") } else { String::new() };
                format!("began to wait in {}{head_start}", queue_name(*queue))
            }
            EventKind::OfferIssued { contact: id, agent, decision, .. } if *id == contact => {
                format!("offered to {}: {decision}", agent_name(*agent))
            }
            EventKind::OfferEnded { contact: id, agent, outcome, .. } if *id == contact => {
                format!("offer to {} {outcome}", agent_name(*agent))
            }
            EventKind::OfferAccepted { contact: id, agent, .. } if *id == contact => {
                format!("accepted by {}", agent_name(*agent))
            }
            EventKind::ContactEnded { contact: id, outcome, waited, handled, .. } if *id == contact => {
                format!(
                    "{outcome}, after waiting {:.0} s and talking {:.0} s",
                    waited.as_secs_f64(),
                    handled.as_secs_f64()
                )
            }
            _ => continue,
        };
        lines.push(format!("{}  {line}", event.at.to_string().get(11..19).unwrap_or_default()));
    }
    Some(format!(
        "Contact {contact}, who waited longest of those served (times in UTC):\n{}",
        lines.join("\n")
    ))
}
