//! How many agents a target needs: the smallest whole number, by monotone search.
//!
//! Every figure here improves with each agent more, so the answer is where the target is met and one agent
//! fewer misses it. With endless patience one walk of the Erlang B recursion from the load upwards finds it;
//! with patience the search widens around the load and then halves.

use super::erlang_b;
use super::{ForecastError, Traffic, WaitingLine, checks, erlang_a, erlang_c};

/// What the agents must achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// At least `share` of all arrivals served within `threshold` seconds.
    ServiceLevel {
        /// Share of all arrivals, above 0 and below 1.
        share: f64,
        /// In seconds, 0 to 1e15.
        threshold: f64,
    },
    /// A mean wait of those served (ASA) of at most `most` seconds.
    MeanWait {
        /// In seconds, above 0, to 1e15.
        most: f64,
    },
    /// At most a share `most` of the contacts has to wait.
    Waiting {
        /// Above 0 and below 1.
        most: f64,
    },
    /// At most a share `most` of the contacts gives up.
    Abandonment {
        /// Above 0 and below 1.
        most: f64,
    },
    /// The agents are busy at most a share `most` of their time.
    Occupancy {
        /// Above 0 and below 1.
        most: f64,
    },
}

/// The smallest number of agents for a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staffing {
    /// Agents on shift, at least 1.
    pub agents: u32,
    /// The target's figure with that many: a share, or seconds.
    pub achieved: f64,
    /// The figure with one agent fewer, which misses the target; `None` where the queue would then grow
    /// without end, or nobody be there.
    pub with_one_fewer: Option<f64>,
}

/// The smallest number of agents that reaches `target` under `traffic`, with exponential patience of
/// `mean_patience` seconds (1e-15 to 1e15), or endless patience (`None`).
///
/// Agents up to 2³² − 1. Costs O(√load) with endless patience; about 2 log₂ √load models of [`erlang_a`]
/// else.
///
/// # Errors
/// [`ForecastError::TargetOutOfReach`]; [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Examples
/// 20 contacts a minute of four minutes each, four of five within 20 s: 87 agents, or 79 if the mean patience
/// is two minutes.
///
/// ```
/// use sunline_core::forecast::{Target, Traffic, smallest_agents};
/// let traffic = Traffic::new(20.0 / 60.0, 240.0)?;
/// let target = Target::ServiceLevel { share: 0.8, threshold: 20.0 };
/// assert_eq!(smallest_agents(traffic, None, target)?.agents, 87);
/// assert_eq!(smallest_agents(traffic, Some(120.0), target)?.agents, 79);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn smallest_agents(
    traffic: Traffic,
    mean_patience: Option<f64>,
    target: Target,
) -> Result<Staffing, ForecastError> {
    match mean_patience {
        None => with_endless_patience(traffic, target.checked()?),
        Some(patience) => {
            let start = traffic.offered_load().ceil().clamp(1.0, f64::from(u32::MAX)) as u32;
            smallest_agents_by(target, start, |agents| erlang_a(agents, traffic, patience))
        }
    }
}

/// The smallest number of agents that reaches `target` in any model: `model` builds it for a number of
/// agents, and `start` (at least 1) is a guess near the answer, the load for instance.
///
/// A number of agents that the model finds [`ForecastError::Overloaded`] misses the target.
///
/// # Errors
/// [`ForecastError::TargetOutOfReach`], and what the model refuses.
///
/// # Examples
/// With general patience:
///
/// ```
/// use sunline_core::forecast::patience::Weibull;
/// use sunline_core::forecast::{Target, Traffic, general_patience, smallest_agents_by};
/// let (traffic, patience) = (Traffic::new(20.0 / 60.0, 120.0)?, Weibull::with_mean(0.8, 180.0)?);
/// let answer = smallest_agents_by(Target::Abandonment { most: 0.05 }, 40, |n| general_patience(n, traffic, patience))?;
/// assert!(answer.achieved <= 0.05 && answer.with_one_fewer.is_some_and(|missed| missed > 0.05));
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn smallest_agents_by<M: WaitingLine>(
    target: Target,
    start: u32,
    model: impl Fn(u32) -> Result<M, ForecastError>,
) -> Result<Staffing, ForecastError> {
    let target = target.checked()?;
    let figure = |agents: u32| match model(agents) {
        Ok(line) => target.figure(&line).map(Some),
        Err(ForecastError::Overloaded { .. }) => Ok(None),
        Err(other) => Err(other),
    };
    let met = |value: Option<f64>| value.is_some_and(|value| target.met_by(value));
    let first = start.max(1);
    let mut step = f64::from(first).sqrt().ceil() as u32;
    // Both bounds with their figures: `misses` is 0 or misses the target, `meets` meets it.
    let (mut misses, mut meets) = ((0, None), (first, figure(first)?));
    if met(meets.1) {
        while meets.0 > 1 {
            let fewer = meets.0.saturating_sub(step).max(1);
            let value = figure(fewer)?;
            if !met(value) {
                misses = (fewer, value);
                break;
            }
            meets = (fewer, value);
            step = step.saturating_mul(2);
        }
    } else {
        while !met(meets.1) {
            if meets.0 == u32::MAX {
                return Err(ForecastError::TargetOutOfReach {
                    most: u32::MAX,
                    nearest: meets.1.unwrap_or(0.0),
                });
            }
            misses = meets;
            let more = meets.0.saturating_add(step);
            meets = (more, figure(more)?);
            step = step.saturating_mul(2);
        }
    }
    while meets.0 - misses.0 > 1 {
        let middle = misses.0 + (meets.0 - misses.0) / 2;
        let value = figure(middle)?;
        if met(value) {
            meets = (middle, value);
        } else {
            misses = (middle, value);
        }
    }
    Ok(Staffing { agents: meets.0, achieved: meets.1.unwrap_or(0.0), with_one_fewer: misses.1 })
}

/// Agents to schedule so that `agents` are there when a share `shrinkage` (0 to 0.99) of paid time goes into
/// breaks, training and absence: the next whole number from agents/(1 − shrinkage).
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`], also where the answer has more than 32 bits.
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::with_shrinkage;
/// assert_eq!(with_shrinkage(14, 0.3)?, 20);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn with_shrinkage(agents: u32, shrinkage: f64) -> Result<u32, ForecastError> {
    let there = 1.0 - checks::between("shrinkage", shrinkage, 0.0, 0.99)?;
    let scheduled = f64::from(agents) / there;
    // A quotient that is whole but for its last digits is whole.
    let whole =
        if scheduled - scheduled.floor() < 1e-9 * scheduled { scheduled.floor() } else { scheduled.ceil() };
    Ok(checks::between("agents", whole, 0.0, f64::from(u32::MAX))? as u32)
}

/// One walk up the recursion of Erlang B, from the first number of agents above the load.
fn with_endless_patience(traffic: Traffic, target: Target) -> Result<Staffing, ForecastError> {
    let a = traffic.offered_load();
    let out_of_reach = |nearest| ForecastError::TargetOutOfReach { most: u32::MAX, nearest };
    let mut agents = a.floor() + 1.0;
    let most = f64::from(u32::MAX);
    if agents > most {
        return Err(out_of_reach(0.0));
    }
    let mut loss = erlang_b::loss(agents, a);
    let mut before = None;
    loop {
        let p_wait = erlang_c::from_loss(loss, agents, a);
        let decay = (agents - a) / traffic.mean_handle_time();
        let value = match target {
            Target::ServiceLevel { threshold, .. } => 1.0 - p_wait * libm::exp(-decay * threshold),
            Target::MeanWait { .. } => p_wait / decay,
            Target::Waiting { .. } => p_wait,
            Target::Abandonment { .. } => 0.0,
            Target::Occupancy { .. } => a / agents,
        };
        if target.met_by(value) {
            return Ok(Staffing { agents: agents as u32, achieved: value, with_one_fewer: before });
        }
        if agents == most {
            return Err(out_of_reach(value));
        }
        before = Some(value);
        agents += 1.0;
        loss = erlang_b::next(loss, agents, a);
        if let Target::Occupancy { most: share } = target {
            // The figure is known in advance: no walk.
            let enough = (a / share).ceil().clamp(agents, most);
            before = Some(a / (enough - 1.0));
            agents = enough;
        }
    }
}

impl Target {
    fn checked(self) -> Result<Self, ForecastError> {
        match self {
            Self::ServiceLevel { share, threshold } => {
                checks::share("share", share)?;
                checks::at_least_zero("threshold", threshold)?;
            }
            Self::MeanWait { most } => {
                checks::positive("most", most)?;
            }
            Self::Waiting { most } | Self::Abandonment { most } | Self::Occupancy { most } => {
                checks::share("most", most)?;
            }
        }
        Ok(self)
    }

    /// The figure that this target looks at.
    fn figure(&self, line: &impl WaitingLine) -> Result<f64, ForecastError> {
        Ok(match *self {
            Self::ServiceLevel { threshold, .. } => line.service_level(threshold)?.of_all_arrivals,
            Self::MeanWait { .. } => line.figures().mean_wait_served,
            Self::Waiting { .. } => line.figures().p_wait,
            Self::Abandonment { .. } => line.figures().p_abandon,
            Self::Occupancy { .. } => line.figures().occupancy,
        })
    }

    fn met_by(&self, value: f64) -> bool {
        match *self {
            Self::ServiceLevel { share, .. } => value >= share,
            Self::MeanWait { most }
            | Self::Waiting { most }
            | Self::Abandonment { most }
            | Self::Occupancy { most } => value <= most,
        }
    }
}
