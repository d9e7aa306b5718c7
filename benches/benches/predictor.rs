//! What a fact and a question cost the wait predictor, at 1,000 agents and 10,000 waiting contacts.
//!
//! `cargo bench -p sunline-benches --bench predictor`. Both must stay below two microseconds.

use std::hint::black_box;

use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use sunline_benches::{Floor, Size, centre};
use sunline_core::config::ForecastConfig;
use sunline_core::forecast::{Place, PoolStart, QueueStart, Ticket, WaitMode, WaitPredictor};
use sunline_core::{Config, QueueId, Timestamp};

const AGENTS: usize = 1_000;
const WAITING: i64 = 10_000;
const QUEUES: usize = 50;

/// A crowded centre in its second hour.
struct Crowd {
    predictor: WaitPredictor,
    waiting: std::collections::VecDeque<Ticket>,
    now: i64,
}

impl Crowd {
    fn new() -> Self {
        let mut predictor = WaitPredictor::new(&[PoolStart::default()], &[QueueStart::default(); QUEUES]);
        predictor.reserve(WAITING as usize + 1, AGENTS);
        for agent in 0..AGENTS {
            predictor.agent_came(Timestamp::EPOCH, agent, 0);
            predictor.work_began(Timestamp::EPOCH, agent);
        }
        let mut crowd = Self { predictor, waiting: Default::default(), now: 0 };
        (0..WAITING).for_each(|_| crowd.join());
        for _ in 0..2_000 {
            crowd.start();
            crowd.join();
        }
        crowd
    }

    fn at(&mut self) -> Timestamp {
        self.now += 1;
        Timestamp::from_nanos(self.now * 180_000_000)
    }

    fn place(&self) -> (usize, Place) {
        let ahead = self.waiting.len() as u32;
        (self.now as usize % QUEUES, Place { ahead, ahead_in_queue: ahead / QUEUES as u32 })
    }

    fn join(&mut self) {
        let (at, (queue, place)) = (self.at(), self.place());
        self.waiting.push_back(self.predictor.joined(at, queue, place));
    }

    fn start(&mut self) {
        let at = self.at();
        let first = self.waiting.pop_front().expect("somebody waits");
        self.predictor.started(at, first);
    }

    fn abandon(&mut self) {
        let at = self.at();
        let last = self.waiting.pop_back().expect("somebody waits");
        self.predictor.abandoned(at, last);
    }

    fn work(&mut self) {
        let (at, agent) = (self.at(), self.now as usize % AGENTS);
        self.predictor.work_ended(at, agent);
        self.predictor.work_began(at, agent);
    }
}

fn facts(c: &mut Criterion) {
    let mut group = c.benchmark_group("predictor");
    let mut crowd = Crowd::new();
    each(&mut group, "joined", &mut crowd, Crowd::join, Crowd::start);
    each(&mut group, "started", &mut crowd, Crowd::start, Crowd::join);
    each(&mut group, "abandoned", &mut crowd, Crowd::abandon, Crowd::join);
    each(&mut group, "work ended and began", &mut crowd, Crowd::work, |_| ());
    let now = crowd.at();
    let place = Place { ahead: 4_711, ahead_in_queue: 94 };
    group.bench_function("question", |b| {
        b.iter(|| black_box(&crowd.predictor).forecast(now, 7, black_box(place), WaitMode::IfYouStay));
    });
    let wait = crowd.predictor.forecast(now, 7, place, WaitMode::IfYouStay).expect("agents are there");
    group.bench_function("mean", |b| b.iter(|| black_box(&wait).mean()));
    group.bench_function("quantile", |b| b.iter(|| black_box(&wait).quantile(black_box(0.9))));
    group.finish();
}

/// A crowded centre, live: what its commands cost with and without prediction, and what a question costs.
fn live(c: &mut Criterion) {
    let mut group = c.benchmark_group("live");
    for (kind, forecast) in [("silent", None), ("predicting", Some(ForecastConfig::default()))] {
        let size = Size { agents: AGENTS as u32, profiles: 20, skills: 10, queues: 10 };
        let mut floor = Floor::busy(Config { forecast, ..centre(size) });
        (0..WAITING - AGENTS as i64).for_each(|_| floor.arrive());
        each(&mut group, &format!("{kind}: arrive, and wait"), &mut floor, Floor::arrive, Floor::abandon);
        each(&mut group, &format!("{kind}: complete, and take"), &mut floor, Floor::complete, Floor::arrive);
        if kind == "predicting" {
            let (domain, now) = (floor.domain(), floor.domain().now());
            let someone = floor.newest[floor.newest.len() / 2];
            let modes = [("waiting contact", Some(someone)), ("newcomer", None)];
            for (name, contact) in modes {
                group.bench_function(format!("question of a {name}"), |b| {
                    b.iter(|| match &contact {
                        Some(contact) => domain.predicted_wait(now, black_box(contact), WaitMode::IfYouStay),
                        None => domain.predicted_wait_in(now, black_box(QueueId(3)), 0, WaitMode::IfYouStay),
                    });
                });
            }
            group.bench_function("service level of an interval", |b| {
                b.iter(|| domain.predicted_service_level(now, black_box(QueueId(3))));
            });
        }
    }
    group.finish();
}

/// Times `command` in blocks; what brings the state back to where it was is not timed.
fn each<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    state: &mut T,
    command: fn(&mut T),
    restore: fn(&mut T),
) {
    const BLOCK: u64 = 32;
    group.bench_function(name, |b| {
        b.iter_custom(|times| {
            let (mut timed, mut left) = (Duration::ZERO, times);
            while left > 0 {
                let block = left.min(BLOCK);
                left -= block;
                let began = Instant::now();
                (0..block).for_each(|_| command(state));
                timed += began.elapsed();
                (0..block).for_each(|_| restore(state));
            }
            timed
        });
    });
}

criterion_group!(benches, facts, live);
criterion_main!(benches);
