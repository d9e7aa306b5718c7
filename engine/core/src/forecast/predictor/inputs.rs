//! What the predictor looks at, as numbers of order one.

use super::Place;
use super::pool::Pool;
use super::queue::Queue;
use crate::time::Timestamp;

/// How many inputs the regression has; a multiple of four.
pub(super) const INPUTS: usize = 24;

/// The inputs of one prediction, in the order of [`look`].
pub(super) type Inputs = [f64; INPUTS];

/// What is seen of a pool by a contact that joins one of its queues, or might.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) inputs: Inputs,
    /// The wait if contacts went on leaving as they did, in units of the pool's scale.
    pub(super) base_wait: f64,
}

/// Looks at a pool from a place in one of its queues; `base_seconds` is what the drain clock alone says.
pub(super) fn look(now: Timestamp, pool: &Pool, queue: &Queue, place: Place, base_seconds: f64) -> Look {
    let scale = pool.scale;
    let agents = f64::from(pool.agents.max(1));
    let busy = f64::from(pool.busy + 1);
    let ahead_log = libm::log(f64::from(place.ahead) + 1.0);
    let empty = f64::from(u8::from(place.ahead == 0));
    let ln_busy = libm::log(busy);
    let freed = libm::log1p(pool.freed.at(now));
    let impatience = libm::log(queue.giving_up.rate() * 25.0 * scale);
    let head_age = if pool.waiting > 0 { now.since(pool.last_started_joined).as_secs_f64() } else { 0.0 };
    let (sine, cosine) = time_of_day(now, pool.local_offset_ns);
    let waiting_log = libm::log(f64::from(pool.waiting) + 1.0);
    let inputs = [
        1.0,
        ahead_log,
        ahead_log * ahead_log / 4.0,
        empty,
        // How fast the line has been moving.
        libm::log(pool.drain.rate() * agents * scale),
        libm::log(pool.slow_drain.rate() * agents * scale),
        libm::log(queue.drain.rate() * agents * scale),
        // How long others have waited.
        libm::log1p(queue.average_wait / scale),
        libm::log1p(pool.last_wait / scale),
        libm::log1p((head_age / scale).clamp(0.0, 240.0)),
        // Who stands in line.
        libm::log(f64::from(place.ahead_in_queue) + 1.0),
        libm::log(f64::from(pool.favoured) + 1.0),
        libm::log1p(4.0 * scale * pool.restless.max(0.0)),
        impatience * waiting_log,
        // Who is at work, since when, and who has just become free.
        ln_busy,
        libm::log((agents + 1.0) / busy),
        pool.busy_since.at(now) / busy,
        freed,
        freed * empty,
        ahead_log * ln_busy / 3.0,
        sine,
        cosine,
        // What the predictor has lately got wrong.
        pool.drift,
        queue.drift,
    ];
    Look { inputs, base_wait: base_seconds / scale }
}

/// Sine and cosine of the local time of day.
fn time_of_day(now: Timestamp, offset_ns: i64) -> (f64, f64) {
    let phase = now.as_nanos().wrapping_add(offset_ns).rem_euclid(DAY_NS) as f64 / DAY_NS as f64;
    libm::sincos(phase * core::f64::consts::TAU)
}

const DAY_NS: i64 = 86_400_000_000_000;
