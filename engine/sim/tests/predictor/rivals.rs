//! The simple predictors: delay histories and the drain rule, each with a histogram of its errors for quantiles.

use sunline_core::forecast::LEVELS;

/// Their names, in the order of [`Rivals::say`].
pub(crate) const NAMES: [&str; 8] =
    ["QL_drain", "LES", "LES_pool", "HOL", "AvgLES", "AvgC", "rolling15", "NI_constant"];

/// What a predictor says of one wait.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said {
    pub(crate) mean: f64,
    pub(crate) quantiles: [f64; LEVELS.len()],
}

/// What the simple predictors have seen of a centre of three queues.
pub(crate) struct Rivals {
    les: [f64; 3],
    les_pool: f64,
    average: [f64; 3],
    by_ahead: [[Option<f64>; 7]; 3],
    departures: f64,
    last: f64,
    recent: Vec<(f64, f64)>,
    total: (f64, f64),
    errors: [Histogram; NAMES.len()],
}

impl Default for Rivals {
    fn default() -> Self {
        Self {
            les: [60.0; 3],
            les_pool: 60.0,
            average: [60.0; 3],
            by_ahead: [[None; 7]; 3],
            // As many departures as the staff could have made.
            departures: 24.0 / 240.0 * TAU,
            last: 0.0,
            recent: Vec::new(),
            total: (60.0, 1.0),
            errors: [const { Histogram([0.0; BINS]) }; NAMES.len()],
        }
    }
}

const TAU: f64 = 600.0;

impl Rivals {
    /// Time has passed; whether somebody waited in it.
    pub(crate) fn pass(&mut self, now: f64, waiting: bool) {
        if waiting {
            self.departures *= (-(now - self.last) / TAU).exp();
        }
        self.last = now;
    }

    pub(crate) fn departed(&mut self) {
        self.departures += 1.0;
    }

    /// What each says of a contact that joins now.
    pub(crate) fn say(&self, now: f64, queue: usize, ahead: usize, head_age: f64) -> [Said; NAMES.len()] {
        let recent: Vec<f64> =
            self.recent.iter().filter(|(at, _)| *at > now - 900.0).map(|(_, wait)| *wait).collect();
        let rolling = if recent.is_empty() {
            self.total.0 / self.total.1
        } else {
            recent.iter().sum::<f64>() / recent.len() as f64
        };
        let means = [
            (ahead as f64 + 1.0) * TAU / self.departures.max(1e-3),
            self.les[queue],
            self.les_pool,
            head_age,
            self.average[queue],
            self.by_ahead[queue][bucket(ahead)].unwrap_or(self.average[queue]),
            rolling,
            self.total.0 / self.total.1,
        ];
        std::array::from_fn(|k| Said { mean: means[k], quantiles: self.errors[k].quantiles(means[k]) })
    }

    /// A contact that had joined at this place was served after `wait`.
    pub(crate) fn served(&mut self, now: f64, queue: usize, ahead: usize, wait: f64, said: &[Said]) {
        self.les[queue] = wait;
        self.les_pool = wait;
        self.average[queue] += 0.2 * (wait - self.average[queue]);
        let seen = &mut self.by_ahead[queue][bucket(ahead)];
        *seen = Some(seen.map_or(wait, |mean| mean + 0.15 * (wait - mean)));
        self.recent.retain(|(at, _)| *at > now - 900.0);
        self.recent.push((now, wait));
        self.total = (self.total.0 + wait, self.total.1 + 1.0);
        for (histogram, said) in self.errors.iter_mut().zip(said) {
            histogram.learn(wait, said.mean);
        }
    }
}

fn bucket(ahead: usize) -> usize {
    match ahead {
        0 => 0,
        1 => 1,
        2..=3 => 2,
        4..=6 => 3,
        7..=10 => 4,
        11..=18 => 5,
        _ => 6,
    }
}

const BINS: usize = 96;

/// A decayed histogram of logarithmic errors.
struct Histogram([f64; BINS]);

impl Histogram {
    fn learn(&mut self, wait: f64, mean: f64) {
        let error = wait.ln_1p() - mean.ln_1p();
        self.0.iter_mut().for_each(|mass| *mass *= 0.9985);
        self.0[(((error + 4.0) / 8.0 * BINS as f64).max(0.0) as usize).min(BINS - 1)] += 1.0;
    }

    fn quantiles(&self, mean: f64) -> [f64; LEVELS.len()] {
        let total: f64 = self.0.iter().sum();
        LEVELS.map(|level| {
            let mut sum = 0.0;
            for (bin, mass) in self.0.iter().enumerate() {
                if sum + mass >= level * total && *mass > 0.0 {
                    let share = (level * total - sum) / mass;
                    let error = (bin as f64 + share) / BINS as f64 * 8.0 - 4.0;
                    return ((mean.ln_1p() + error).exp() - 1.0).max(0.0);
                }
                sum += mass;
            }
            mean
        })
    }
}
