//! Large groups in short: what a queue of many agents does, from the square-root margin alone.
//!
//! With c = a + β√a agents for a erlangs the probability of waiting settles on a function of β, however large
//! the group. Good for a first look and for a rule of thumb; the exact formulas are cheap enough for anything
//! else.

use super::numeric::{normal, roots};
use super::{ForecastError, checks};

/// The margins β for which the approximations are given: −`MOST_BETA` to `MOST_BETA`.
const MOST_BETA: f64 = 1000.0;

/// Probability of waiting with the margin `beta` (above 0, to 1000) when nobody gives up (Halfin and Whitt).
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Source
/// Halfin and Whitt, "Heavy-traffic limits for queues with many exponential servers", Operations Research
/// 29(3), 1981.
///
/// # Examples
/// 95 erlangs and 100 agents: β = 0.513 gives 0.495, the exact figure is 0.506.
///
/// ```
/// use sunline_core::forecast::halfin_whitt;
/// assert!((halfin_whitt(5.0 / 95.0_f64.sqrt())? - 0.495).abs() < 1e-3);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn halfin_whitt(beta: f64) -> Result<f64, ForecastError> {
    let beta = checks::between("beta", beta, f64::MIN_POSITIVE, MOST_BETA)?;
    Ok(delay(beta))
}

/// The margin β at which a share `p_wait` waits when nobody gives up: the inverse of [`halfin_whitt`].
/// `p_wait` between 1e-12 and 1 − 1e-12.
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::{halfin_whitt, halfin_whitt_beta};
/// let beta = halfin_whitt_beta(0.2)?;
/// assert!((halfin_whitt(beta)? - 0.2).abs() < 1e-12);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn halfin_whitt_beta(p_wait: f64) -> Result<f64, ForecastError> {
    let p = checks::between("p_wait", p_wait, 1e-12, 1.0 - 1e-12)?;
    // The odds of not waiting are β/h(−β) = βΦ(β)/φ(β); their logarithm rises smoothly in ln β.
    let wanted = libm::log1p(-p) - libm::log(p);
    let gap_and_slope = |ln_beta: f64| {
        let beta = libm::exp(ln_beta);
        let hazard = normal::hazard(-beta);
        (ln_beta - libm::log(hazard) - wanted, 1.0 + beta * (beta + hazard))
    };
    Ok(libm::exp(roots::rising(gap_and_slope, -40.0, 3.0, 0.0)))
}

/// Agents for a load by the square-root rule: the next whole number from a + β√a, at least 1.
///
/// `offered_load` in erlangs, 0 to 4e9; `beta` from −1000 to 1000, about 1 for good service, 0 for an even
/// load with patience.
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`], also where the answer has more than 32 bits.
///
/// # Source
/// Borst, Mandelbaum and Reiman, "Dimensioning large call centers", Operations Research 52(1), 2004.
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::square_root_staffing;
/// assert_eq!(square_root_staffing(80.0, 0.75)?, 87);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn square_root_staffing(offered_load: f64, beta: f64) -> Result<u32, ForecastError> {
    let a = checks::at_least_zero("offered_load", offered_load)?;
    let beta = checks::between("beta", beta, -MOST_BETA, MOST_BETA)?;
    let agents = (a + beta * a.sqrt()).ceil().max(1.0);
    Ok(checks::between("agents", agents, 1.0, f64::from(u32::MAX))? as u32)
}

/// The margin β = (agents − load)/√load of a group. `agents` at least 1; `offered_load` in erlangs, 1e-15 to
/// 1e15.
///
/// # Errors
/// [`ForecastError::NoAgents`], [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::square_root_margin;
/// assert!((square_root_margin(87, 80.0)? - 0.7826237921).abs() < 1e-9);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn square_root_margin(agents: u32, offered_load: f64) -> Result<f64, ForecastError> {
    let c = checks::agents(agents)?;
    let a = checks::positive("offered_load", offered_load)?;
    Ok((c - a) / a.sqrt())
}

/// Figures of a large group whose contacts give up, in its limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GarnettLimit {
    /// Probability of waiting.
    pub p_wait: f64,
    /// Probability of giving up, given a wait, times √agents.
    pub p_abandon_given_wait_root: f64,
}

/// The limit of Erlang A for a large group with the margin `beta` (−1000 to 1000), its patience
/// `mean_patience` and its handle time `mean_handle_time` in seconds (Garnett, Mandelbaum and Reiman; "Palm's
/// QED regime").
///
/// For a group of c agents, `p_abandon_given_wait_root / √c` of those who wait give up.
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Source
/// Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers", M&SOM 4(3), 2002.
///
/// # Examples
/// 105 erlangs, 100 agents, patience as long as a call: the exact figures are 0.7002 and 0.0957.
///
/// ```
/// use sunline_core::forecast::{garnett_limit, square_root_margin};
/// let limit = garnett_limit(square_root_margin(100, 105.0)?, 60.0, 60.0)?;
/// assert!((limit.p_wait - 0.7002).abs() < 0.02);
/// assert!((limit.p_abandon_given_wait_root / 10.0 - 0.0957).abs() < 0.005);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn garnett_limit(
    beta: f64,
    mean_handle_time: f64,
    mean_patience: f64,
) -> Result<GarnettLimit, ForecastError> {
    let beta = checks::between("beta", beta, -MOST_BETA, MOST_BETA)?;
    let handle_time = checks::positive("mean_handle_time", mean_handle_time)?;
    let patience = checks::positive("mean_patience", mean_patience)?;
    let root = (handle_time / patience).sqrt();
    let scaled = beta / root;
    let ratio = root * normal::hazard(scaled);
    let idle = normal::hazard(-beta);
    // Far overstaffed the hazard at −β vanishes, and with it the wait; far understaffed all wait.
    let p_wait = if idle == 0.0 { 0.0 } else { idle / (idle + ratio) };
    Ok(GarnettLimit { p_wait, p_abandon_given_wait_root: root * normal::hazard_excess(scaled) })
}

/// h(−β)/(h(−β) + β).
fn delay(beta: f64) -> f64 {
    let hazard = normal::hazard(-beta);
    hazard / (hazard + beta)
}
