//! The wait predictor takes no memory once there is room for all who wait.

use sunline_core::Timestamp;
use sunline_core::forecast::{Place, PoolStart, QueueStart, Ticket, WaitMode, WaitPredictor};

const AGENTS: usize = 1_000;
const WAITING: usize = 10_000;

#[test]
fn neither_a_fact_nor_a_question_allocates() {
    let mut predictor = WaitPredictor::new(&[PoolStart::default()], &[QueueStart::default(); 10]);
    predictor.reserve(WAITING, AGENTS);
    let mut waiting: Vec<Ticket> = Vec::with_capacity(WAITING);
    let at = Timestamp::from_secs;
    let place = Place { ahead: 40, ahead_in_queue: 4 };
    let seen = allocation_counter::measure(|| {
        for agent in 0..AGENTS {
            predictor.agent_came(at(0), agent, 0);
            predictor.work_began(at(1), agent);
        }
        for k in 0..WAITING {
            waiting.push(predictor.joined(at(2 + k as i64), k % 10, place));
        }
        for (k, ticket) in waiting.drain(..).enumerate() {
            let now = at(20_000 + k as i64);
            match k % 3 {
                0 => predictor.started(now, ticket),
                1 => predictor.abandoned(now, ticket),
                _ => predictor.withdrawn(now, ticket),
            }
            predictor.work_ended(now, k % AGENTS);
            predictor.work_began(now, k % AGENTS);
            let wait = predictor.forecast(now, k % 10, place, WaitMode::IfYouStay).expect("agents are there");
            assert!(wait.mean() > 0.0 && wait.quantile(0.9).is_ok() && wait.p_abandons() >= 0.0);
            assert!(predictor.announce(now, k % 10, place, WaitMode::GivenServed, None).is_ok());
        }
        (0..AGENTS).for_each(|agent| predictor.agent_left(at(40_000), agent));
    });
    assert_eq!(seen.count_total, 0, "{seen:?}");
}
