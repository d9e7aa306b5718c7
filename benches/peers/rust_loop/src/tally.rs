//! The counts that the answers need, and the answers with their standard errors.

use crate::centre::THRESHOLD_NS;

/// What happened in one stretch of time.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    /// When the count began.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
    /// Contacts answered.
    pub answered: u64,
    /// Of them, within the threshold.
    pub in_time: u64,
    /// Of them, by an agent at level 1.
    pub at_level_1: u64,
    /// Contacts that left unanswered.
    pub abandoned: u64,
    /// Waits of all, answered or not, in nanoseconds.
    pub waited: u128,
    /// Service begun, in nanoseconds.
    pub served: u128,
}

impl Tally {
    /// An empty count that begins now.
    pub fn from(now: u64) -> Self {
        Self { began: now, ..Self::default() }
    }

    /// A contact met an idle agent.
    pub fn answered_at_once(&mut self, service: u64) {
        self.answered += 1;
        self.in_time += 1;
        self.served += u128::from(service);
    }

    /// A contact was answered after a wait.
    pub fn answered_after(&mut self, wait: u64, service: u64) {
        self.answered += 1;
        self.in_time += u64::from(wait <= THRESHOLD_NS);
        self.waited += u128::from(wait);
        self.served += u128::from(service);
    }

    /// A contact left after a wait.
    pub fn abandoned_after(&mut self, wait: u64) {
        self.abandoned += 1;
        self.waited += u128::from(wait);
    }

    /// Both stretches as one.
    fn with(self, next: &Self) -> Self {
        Self {
            began: self.began,
            ended: next.ended,
            answered: self.answered + next.answered,
            in_time: self.in_time + next.in_time,
            at_level_1: self.at_level_1 + next.at_level_1,
            abandoned: self.abandoned + next.abandoned,
            waited: self.waited + next.waited,
            served: self.served + next.served,
        }
    }

    /// The figures, in the order of [`NAMES`], for a centre of this many agents.
    fn figures(&self, agents: usize) -> [f64; NAMES.len()] {
        let offered = (self.answered + self.abandoned) as f64;
        let elapsed = (self.ended - self.began) as f64;
        [
            self.in_time as f64 / offered,
            self.abandoned as f64 / offered,
            self.waited as f64 / offered / 1e9,
            self.served as f64 / elapsed / agents as f64,
            self.at_level_1 as f64 / self.answered as f64,
        ]
    }
}

/// The figures by name; the last is for centres whose agents have levels.
const NAMES: [&str; 5] = ["service_level", "abandoned", "mean_wait_s", "occupancy", "served_at_level_1"];

/// The answers over consecutive batches, and their standard errors by the scatter between batches, as two members of
/// a JSON object.
pub fn report(batches: &[Tally], agents: usize, levels: bool) -> String {
    let all = batches[1..].iter().fold(batches[0], |sum, batch| sum.with(batch)).figures(agents);
    let each: Vec<_> = batches.iter().map(|batch| batch.figures(agents)).collect();
    let count = each.len() as f64;
    let standard_error = |figure: usize| {
        let mean = each.iter().map(|figures| figures[figure]).sum::<f64>() / count;
        let squares: f64 = each.iter().map(|figures| (figures[figure] - mean).powi(2)).sum();
        (squares / (count - 1.0) / count).sqrt()
    };
    let shown = if levels { NAMES.len() } else { NAMES.len() - 1 };
    let object = |value: &dyn Fn(usize) -> f64| {
        let members: Vec<_> =
            (0..shown).map(|figure| format!(r#""{}":{}"#, NAMES[figure], value(figure))).collect();
        format!("{{{}}}", members.join(","))
    };
    format!(r#""answers":{},"standard_errors":{}"#, object(&|figure| all[figure]), object(&standard_error))
}
