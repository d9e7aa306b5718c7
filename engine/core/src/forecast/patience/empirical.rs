//! Patience as it was seen, with those who were served counted as "at least this patient".

use super::Patience;
use crate::forecast::{ForecastError, checks};

/// The product-limit (Kaplan–Meier) law of patience from observed waits.
///
/// Integrals are cut at every step, so a model costs about 20 looks at each step the wait can reach: a few
/// hundred steps are plenty.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    /// Instants at which somebody gave up, rising.
    times: Vec<f64>,
    /// Share still patient from that instant on.
    after: Vec<f64>,
    /// Integral of the survival function up to that instant.
    before: Vec<f64>,
}

impl Empirical {
    /// The law behind waits in seconds (above 0, to 1e15), in any order, each with whether the contact gave
    /// up (`true`) or was served. At equal waits those who gave up come first.
    ///
    /// If the longest wait ended in service, the share then still patient counts as never giving up.
    ///
    /// # Errors
    /// [`ForecastError::Empty`], [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Source
    /// Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53, 1958.
    ///
    /// # Examples
    /// One of four gave up after 10 s, one was served after 20 s, one of the two left gave up after 30 s.
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Empirical, Patience};
    /// let law = Empirical::from_waits(&[(10.0, true), (20.0, false), (30.0, true), (40.0, false)])?;
    /// assert_eq!((law.survival(9.0), law.survival(10.0), law.survival(35.0)), (1.0, 0.75, 0.375));
    /// assert_eq!(law.endless(), 0.375);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn from_waits(waits: &[(f64, bool)]) -> Result<Self, ForecastError> {
        if waits.is_empty() {
            return Err(ForecastError::Empty { quantity: "waits" });
        }
        let mut waits = waits.to_vec();
        for &(wait, _) in &waits {
            checks::positive("wait", wait)?;
        }
        waits.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let (mut times, mut after, mut before) = (Vec::new(), Vec::new(), Vec::new());
        let (mut alive, mut integral, mut last) = (1.0, 0.0, 0.0);
        let mut at_risk = waits.len();
        for same in waits.chunk_by(|a, b| a.0 == b.0) {
            let gave_up = same.iter().filter(|w| w.1).count();
            if gave_up > 0 {
                let t = same[0].0;
                integral += alive * (t - last);
                alive *= (at_risk - gave_up) as f64 / at_risk as f64;
                last = t;
                times.push(t);
                after.push(alive);
                before.push(integral);
            }
            at_risk -= same.len();
        }
        Ok(Self { times, after, before })
    }

    /// Steps up to and at `t`.
    fn steps_by(&self, t: f64) -> usize {
        self.times.partition_point(|&step| step <= t)
    }
}

impl Patience for Empirical {
    fn survival(&self, t: f64) -> f64 {
        self.steps_by(t).checked_sub(1).map_or(1.0, |step| self.after[step])
    }
    fn mean_capped(&self, t: f64) -> f64 {
        self.steps_by(t).checked_sub(1).map_or(t, |i| self.before[i] + self.after[i] * (t - self.times[i]))
    }
    fn time_at_survival(&self, p: f64) -> f64 {
        let step = self.after.partition_point(|&share| share > p);
        self.times.get(step).copied().unwrap_or(f64::MAX)
    }
    fn breaks(&self) -> &[f64] {
        &self.times
    }
    fn endless(&self) -> f64 {
        self.after.last().copied().unwrap_or(1.0)
    }
}
