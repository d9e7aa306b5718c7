//! What both centres share. Instants and spans are whole nanoseconds.

/// Mean service time: 300 s.
pub const SERVICE_MEAN_NS: f64 = 300e9;
/// Mean patience: 600 s.
pub const PATIENCE_MEAN_NS: f64 = 600e9;
/// Arrival rate × mean service time ÷ agents.
pub const LOAD: f64 = 0.95;
/// A wait of at most 20 s is inside the service level.
pub const THRESHOLD_NS: u64 = 20_000_000_000;
/// Arrivals before counting starts: about twenty mean service times from the empty centre.
pub const WARM_UP: u64 = 2_000;
/// Stretches in which the rest is counted; their scatter gives the standard errors.
const BATCHES: u64 = 20;
/// The fewest contacts that leave something to count in every batch.
pub const CONTACTS_MIN: u64 = 2 * WARM_UP;

/// Mean time between arrivals, in nanoseconds, that loads this many agents to [`LOAD`].
pub fn arrival_gap_mean_ns(agents: usize) -> f64 {
    SERVICE_MEAN_NS / (LOAD * agents as f64)
}

/// How many arrivals each stretch has: first the warm-up, then the batches.
pub fn stretches(contacts: u64) -> impl Iterator<Item = u64> {
    let counted = contacts - WARM_UP;
    std::iter::once(WARM_UP)
        .chain((0..BATCHES).map(move |n| (n + 1) * counted / BATCHES - n * counted / BATCHES))
}

/// A contact in a queue. It is gone at `leaves`, but stays in the queue until an agent comes to look: then its
/// wait and its end are known exactly, and no event was spent on it.
#[derive(Clone, Copy)]
pub struct Waiting {
    /// When it joined.
    pub since: u64,
    /// When its patience ends.
    pub leaves: u64,
}
