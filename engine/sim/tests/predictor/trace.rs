//! A trace: the events of a run, told to all predictors.

use std::collections::{BTreeSet, HashMap};

use sunline_core::forecast::{LEVELS, Place, PoolStart, QueueStart, Ticket, WaitMode, WaitPredictor};
use sunline_core::time::{Span, Timestamp};
use sunline_core::{ContactId, ContactOutcome, Curve, Event, EventKind, Presence};

use crate::centre::Centre;
use crate::rivals::{NAMES, Rivals, Said};

/// Queues that share agents with each queue.
const SHARED: [&[usize]; 3] = [&[0, 1], &[0, 1, 2], &[1, 2]];

/// A contact that waited and was served: what was said of it, the engine's predictor first.
pub(crate) struct Scored {
    pub(crate) joined: Timestamp,
    pub(crate) wait: f64,
    pub(crate) told: [Said; NAMES.len() + 1],
}

/// All that was said, in the order in which contacts were served.
pub(crate) struct Trace {
    pub(crate) scored: Vec<Scored>,
    /// Customers who left the line and were called back.
    pub(crate) called_back: u32,
}

struct Waiting {
    queue: usize,
    joined: Timestamp,
    ahead: usize,
    ticket: Ticket,
    told: [Said; NAMES.len() + 1],
}

struct Hearing {
    curves: [Curve; 3],
    predictor: WaitPredictor,
    rivals: Rivals,
    waiting: Vec<(ContactId, Waiting)>,
    /// Arrived, and not yet known to wait: the engine may answer it in the same step.
    arriving: Option<(ContactId, usize, Timestamp)>,
    busy: HashMap<ContactId, usize>,
    scored: Vec<Scored>,
    called_back: BTreeSet<ContactId>,
}

impl Trace {
    pub(crate) fn of(centre: &Centre) -> Self {
        let pool = PoolStart { handle_time: Span::from_secs(240), agents: 24, ..PoolStart::default() };
        let curves = centre.curves();
        let favoured = |k: usize| centre.points != [(0, 0); 3] && k < 2;
        let queues: Vec<_> =
            (0..3).map(|k| QueueStart { favoured: favoured(k), ..QueueStart::default() }).collect();
        let mut hearing = Hearing {
            curves: curves.map(|(base, per_hour)| Curve::new(base, per_hour, None)),
            predictor: WaitPredictor::new(&[pool], &queues),
            rivals: Rivals::default(),
            waiting: Vec::new(),
            arriving: None,
            busy: HashMap::new(),
            scored: Vec::new(),
            called_back: BTreeSet::new(),
        };
        let mut hear = |event: &Event| hearing.hear(event);
        centre.scenario().run_with(7, 0, &mut hear).expect("it runs");
        let called_back = hearing.called_back.len() as u32;
        let mut scored = hearing.scored;
        scored.sort_by_key(|scored| scored.joined);
        Self { scored, called_back }
    }
}

impl Hearing {
    fn hear(&mut self, event: &Event) {
        let now = event.at;
        if let Some((contact, queue, at)) = self.arriving.take() {
            match &event.kind {
                EventKind::OfferIssued { contact: offered, .. } if *offered == contact => {
                    self.arriving = Some((contact, queue, at));
                    return;
                }
                // Answered at once: no wait.
                EventKind::OfferAccepted { contact: taken, .. } if *taken == contact => {}
                _ => self.joins(at, contact, queue),
            }
        }
        match &event.kind {
            EventKind::ContactArrived { contact, queue, .. } => {
                self.arriving = Some((*contact, queue.index(), now));
            }
            EventKind::PresenceChanged { agent, presence } => {
                if *presence == Presence::Available {
                    self.predictor.agent_came(now, agent.index(), 0);
                } else {
                    self.predictor.agent_left(now, agent.index());
                }
            }
            EventKind::OfferAccepted { contact, agent, .. } => {
                self.leaves(now, contact, true);
                self.predictor.work_began(now, agent.index());
                self.busy.insert(*contact, agent.index());
            }
            EventKind::CallbackAccepted { contact, .. } => {
                self.called_back.insert(*contact);
                if let Some((_, left)) = self.waiting.iter().find(|(waiting, _)| waiting == contact) {
                    self.predictor.cannot_give_up(left.ticket);
                }
            }
            EventKind::ContactEnded { contact, outcome, .. } => {
                let hung_up = *outcome == ContactOutcome::Abandoned;
                assert!(!(hung_up && self.called_back.contains(contact)), "{contact} is not on the line");
                self.leaves(now, contact, false);
                if let Some(agent) = self.busy.remove(contact) {
                    self.predictor.work_ended(now, agent);
                }
            }
            _ => {}
        }
    }

    fn joins(&mut self, now: Timestamp, contact: ContactId, queue: usize) {
        let own = self.curves[queue].points(Span::ZERO);
        let before = |(_, other): &&(ContactId, Waiting)| {
            SHARED[queue].contains(&other.queue)
                && self.curves[other.queue].points(now.since(other.joined)) >= own
        };
        let ahead = self.waiting.iter().filter(before).count();
        let ahead_in_queue =
            self.waiting.iter().filter(before).filter(|(_, other)| other.queue == queue).count();
        let of_queue = self.waiting.iter().filter(|(_, other)| other.queue == queue);
        let head = of_queue.map(|(_, other)| other.joined).min().unwrap_or(now);
        let seconds = now.as_secs_f64();
        self.rivals.pass(seconds, !self.waiting.is_empty());
        let said = self.rivals.say(seconds, queue, ahead, now.since(head).as_secs_f64());
        let place = Place { ahead: ahead as u32, ahead_in_queue: ahead_in_queue as u32 };
        let forecast =
            self.predictor.forecast(now, queue, place, WaitMode::GivenServed).expect("agents are there");
        let quantile = |level| forecast.quantile(level).expect("a share");
        let own = Said { mean: forecast.mean(), quantiles: LEVELS.map(quantile) };
        let told = std::array::from_fn(|k| if k == 0 { own } else { said[k - 1] });
        let ticket = self.predictor.joined(now, queue, place);
        self.waiting.push((contact, Waiting { queue, joined: now, ahead, ticket, told }));
    }

    fn leaves(&mut self, now: Timestamp, contact: &ContactId, served: bool) {
        let Some(place) = self.waiting.iter().position(|(waiting, _)| waiting == contact) else { return };
        self.rivals.pass(now.as_secs_f64(), true);
        self.rivals.departed();
        let (_, left) = self.waiting.remove(place);
        if !served {
            self.predictor.abandoned(now, left.ticket);
            return;
        }
        self.predictor.started(now, left.ticket);
        let wait = now.since(left.joined).as_secs_f64();
        self.rivals.served(now.as_secs_f64(), left.queue, left.ahead, wait, &left.told[1..]);
        self.scored.push(Scored { joined: left.joined, wait, told: left.told });
    }
}
