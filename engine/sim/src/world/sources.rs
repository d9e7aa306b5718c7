//! Where contacts come from: one source a stream, and one for the planned contacts.

use std::slice::Iter;
use std::sync::Arc;

use sunline_core::time::{Span, Timestamp};
use sunline_core::{ContactDetails, Domain, QueueId};

use super::{queue_of, scaled};
use crate::arrivals::Instants;
use crate::cycle::Cycle;
use crate::distribution::Sampler;
use crate::random::{Chance, Family, Purpose};
use crate::scenario::{PlannedContact, Scenario, ScenarioError};

/// A contact about to arrive.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) queue: QueueId,
    pub(crate) points: i64,
    pub(crate) details: Option<Arc<ContactDetails>>,
    pub(crate) handling: Span,
    pub(crate) patience: Option<Span>,
    /// The source, and the contact's number in it.
    pub(crate) source: u32,
    pub(crate) number: u64,
}

pub(super) struct Sources<'a> {
    streams: Vec<Source<'a>>,
    planned: Iter<'a, PlannedContact>,
    planned_queues: std::vec::IntoIter<QueueId>,
    planned_taken: u64,
    /// Numbers of the agents that have shifts, in the order of their shifts.
    with_shift: Vec<u32>,
}

/// A stream with its laws made ready, and how many have arrived.
struct Source<'a> {
    queue: QueueId,
    points: i64,
    instants: Instants<'a>,
    handling: Sampler,
    patience: Option<Sampler>,
    /// How much more patient customers are at some hours.
    cycle: Option<&'a Cycle>,
    handling_luck: Family,
    patience_luck: Family,
    count: u64,
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        domain: &Domain,
        chance: Chance,
    ) -> Result<Self, ScenarioError> {
        let mut streams = Vec::with_capacity(scenario.streams.len());
        for (number, stream) in (0..).zip(&scenario.streams) {
            let wrong = |part: &str| {
                let path = format!("streams[{number}].{part}");
                move |error| ScenarioError::Parameter { path, error }
            };
            let ready = stream.arrivals.ready().map_err(wrong("arrivals"))?;
            let patience = stream.patience.as_ref().map(|law| law.sampler()).transpose();
            streams.push(Source {
                queue: queue_of(domain, &stream.queue),
                points: stream.points,
                instants: ready.instants(scenario.window(), chance, number),
                handling: stream.handling.sampler().map_err(wrong("handling"))?,
                patience: patience.map_err(wrong("patience"))?,
                cycle: scenario.patience_cycles.get(&stream.queue),
                handling_luck: chance.family(Purpose::Service, number),
                patience_luck: chance.family(Purpose::Patience, number),
                count: 0,
            });
        }
        let planned_queues: Vec<_> = scenario.contacts.iter().map(|c| queue_of(domain, &c.queue)).collect();
        let agents = (0..).zip(&scenario.config.agents);
        let with_shift =
            agents.filter(|(_, agent)| scenario.shifts.contains_key(&agent.name)).map(|(id, _)| id);
        Ok(Self {
            streams,
            planned: scenario.contacts.iter(),
            planned_queues: planned_queues.into_iter(),
            planned_taken: 0,
            with_shift: with_shift.collect(),
        })
    }

    /// Number of sources; the last one are the planned contacts.
    pub(super) fn len(&self) -> u32 {
        self.streams.len() as u32 + 1
    }

    /// When the next contact of a source arrives. To be asked once for each contact.
    pub(super) fn next_at(&mut self, source: u32) -> Option<Timestamp> {
        match self.streams.get_mut(source as usize) {
            Some(stream) => stream.instants.next(),
            None => self.planned.as_slice().first().map(|contact| contact.at),
        }
    }

    /// The contact that arrives from a source at this instant.
    #[inline]
    pub(super) fn take(&mut self, source: u32, now: Timestamp) -> Arrival {
        if let Some(stream) = self.streams.get_mut(source as usize) {
            let number = stream.count;
            stream.count += 1;
            let patience = &stream.patience;
            let patience = patience.as_ref().map(|law| law.sample(&mut stream.patience_luck.stream(number)));
            return Arrival {
                queue: stream.queue,
                points: stream.points,
                details: None,
                handling: stream.handling.sample(&mut stream.handling_luck.stream(number)),
                patience: match stream.cycle {
                    Some(cycle) => patience.map(|patience| scaled(patience, cycle.at(now))),
                    None => patience,
                },
                source,
                number,
            };
        }
        let (contact, queue) =
            self.planned.next().zip(self.planned_queues.next()).expect("its arrival was scheduled");
        let PlannedContact { handling, patience, points, .. } = *contact;
        let number = self.planned_taken;
        self.planned_taken += 1;
        Arrival { queue, points, details: None, handling, patience, source, number }
    }

    /// The laws of a stream: of its conversations, and of the patience of its customers.
    pub(super) fn laws(&self, stream: usize) -> (&Sampler, Option<&Sampler>) {
        let source = &self.streams[stream];
        (&source.handling, source.patience.as_ref())
    }

    /// The agent to whom the n-th table of shifts belongs.
    pub(super) fn agent_with_shift(&self, shift: u32) -> u32 {
        self.with_shift[shift as usize]
    }
}
