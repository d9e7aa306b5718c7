//! Erlang B: contacts that find all agents busy are lost.
//!
//! The recursion B(k) = aB(k−1)/(k + aB(k−1)) forgets its start: an error in 1/B shrinks by k/a at every step
//! below the load. So it begins only about 10√a below the smaller of load and agents, and ends where B has
//! become 0: the cost is O(√a), with every digit kept for any number of agents.

use super::numeric::{gamma, roots};
use super::{ForecastError, checks};

/// Probability that an arriving contact finds all agents busy and is lost (Erlang B).
///
/// `agents` any number, 0 included; `offered_load` in erlangs, 0 to 1e15. The result lies in `[0, 1]`; below
/// about 1e-300 it is 0. It holds for any law of the handle time with that mean.
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`] for the load.
///
/// # Source
/// A. K. Erlang, 1917; the recursion in Gans, Koole and Mandelbaum, "Telephone Call Centers", M&SOM 5(2),
/// 2003.
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::erlang_b;
/// assert!((erlang_b(2, 1.0)? - 0.2).abs() < 1e-15);
/// assert_eq!(erlang_b(0, 1.0)?, 1.0);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_b(agents: u32, offered_load: f64) -> Result<f64, ForecastError> {
    Ok(loss(f64::from(agents), checks::at_least_zero("offered_load", offered_load)?))
}

/// Erlang B for a real number of agents, as where an agent's time is shared between queues.
///
/// `agents` from 0 to 2³², `offered_load` in erlangs, 0 to 1e15. At whole numbers it equals [`erlang_b`];
/// between them it is the smooth continuation 1/B = ∫ e^(−t) (1 + t/a)^agents dt.
///
/// # Errors
/// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Source
/// Jagerman, "Some properties of the Erlang loss function", Bell System Technical Journal 53(3), 1974.
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::{erlang_b, erlang_b_real};
/// let half = erlang_b_real(2.5, 1.0)?;
/// assert!(erlang_b(3, 1.0)? < half && half < erlang_b(2, 1.0)?);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_b_real(agents: f64, offered_load: f64) -> Result<f64, ForecastError> {
    checks::between("agents", agents, 0.0, MOST_AGENTS)?;
    Ok(loss(agents, checks::at_least_zero("offered_load", offered_load)?))
}

/// The load in erlangs at which `agents` lose the share `p_block` of contacts: the inverse of [`erlang_b`] by
/// load.
///
/// `agents` at least 1; `p_block` between 1e-12 and 1 − 1e-6. Exact to about 1e-14.
///
/// # Errors
/// [`ForecastError::NoAgents`], [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Examples
/// Ten agents who may lose one contact in a hundred carry 4.46 erlangs.
///
/// ```
/// use sunline_core::forecast::erlang_b_load;
/// assert!((erlang_b_load(10, 0.01)? - 4.4612).abs() < 5e-5);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_b_load(agents: u32, p_block: f64) -> Result<f64, ForecastError> {
    let n = checks::agents(agents)?;
    checks::between("p_block", p_block, 1e-12, 1.0 - 1e-6)?;
    // 1 − n/a ≤ B(n, a) ≤ B(1, a) ≤ a. In ln a and ln B the curve is smooth and nearly straight.
    let target = libm::log(p_block);
    let slope_and_gap = |ln_load: f64| {
        let a = libm::exp(ln_load);
        let b = loss(n, a);
        (libm::log(b) - target, n - a + a * b)
    };
    let most = libm::log(n / (1.0 - p_block)) + 1e-12;
    Ok(libm::exp(roots::rising(slope_and_gap, target - 1e-12, most, most)))
}

pub(super) const MOST_AGENTS: f64 = 4_294_967_296.0;

/// How many factors k/a the start's error must meet: e^(−50) is far below the last digit.
const FORGOTTEN: f64 = 50.0;

/// A loss below one over this counts as none.
const NOTHING: f64 = 1e300;

/// B(n, a) for real n ≥ 0 and a ≥ 0, both checked.
pub(super) fn loss(n: f64, a: f64) -> f64 {
    if a == 0.0 {
        return if n == 0.0 { 1.0 } else { 0.0 };
    }
    let turn = n.min(a);
    let gap = (a - turn) / a;
    let run_up = 2.0 * FORGOTTEN / (gap + (gap * gap + 2.0 * FORGOTTEN / a).sqrt());
    let skip = (turn - run_up).floor();
    let fraction = n - n.floor();
    // 1/B is carried on: each step is then a product and a sum, 1/B(k) = 1 + (k/a)/B(k − 1).
    let (mut k, mut inverse) = if skip > 0.0 {
        let k = skip + fraction;
        (k, a / (a - k))
    } else if fraction == 0.0 {
        (0.0, 1.0)
    } else {
        (fraction, gamma::upper_scaled(fraction + 1.0, a))
    };
    while k < n && inverse < NOTHING {
        k += 1.0;
        inverse = 1.0 + k / a * inverse;
    }
    if inverse < NOTHING { 1.0 / inverse } else { 0.0 }
}

/// One step of the recursion: B(k, a) from B(k − 1, a).
pub(super) fn next(b: f64, k: f64, a: f64) -> f64 {
    let ab = a * b;
    ab / (k + ab)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipping_the_start_changes_nothing() {
        for a in [0.3, 7.0, 150.5, 2_000.0, 40_000.25] {
            let mut b = 1.0;
            for k in 1..60_000_u32 {
                b = next(b, f64::from(k), a);
                if k % 97 == 0 && b > 1.0 / NOTHING {
                    let quick = loss(f64::from(k), a);
                    assert!((quick - b).abs() <= 2e-14 * b, "B({k}, {a}) is {quick}, not {b}");
                }
            }
        }
    }

    #[test]
    fn real_agents_continue_the_whole_ones() {
        for a in [0.1, 1.0, 1.49, 1.51, 3.0, 80.0, 3_000.0] {
            for n in [1.0, 2.0, 5.0, 60.0, 3_100.0] {
                let b = loss(n, a);
                if b == 0.0 {
                    continue;
                }
                let near = loss(n + 1e-9, a);
                assert!((near - b).abs() <= 1e-7 * b, "B({n}, {a})");
                let between = loss(n - 0.5, a);
                assert!(b < between && between < loss(n - 1.0, a), "B({n} - 0.5, {a}) is {between}");
            }
        }
    }

    #[test]
    fn half_an_agent_matches_the_integral() {
        // 1/B(1/2, 1) = ∫ e^(-t) (1 + t)^(1/2) dt = 1 + (√π e / 2) erfc(1)
        let exact = 1.0 / (1.0 + 0.5 * core::f64::consts::PI.sqrt() * libm::exp(1.0) * libm::erfc(1.0));
        assert!((loss(0.5, 1.0) - exact).abs() < 1e-14);
    }

    #[test]
    fn load_and_loss_are_inverse() {
        for n in [1, 2, 10, 100, 5_000] {
            for p in [1e-9, 0.01, 0.2, 0.9, 0.999] {
                let a = erlang_b_load(n, p).unwrap();
                assert!((erlang_b(n, a).unwrap() - p).abs() < 1e-11 * p, "{n} {p}");
            }
        }
    }
}
