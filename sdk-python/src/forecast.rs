//! Queueing formulas over columns: one row in, one row out, detached from the interpreter.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sunline_core::forecast::patience::{self, Patience};
use sunline_core::forecast::{
    BaseLaw, CobhamClass, DelayQueue, ForecastError, HeadOfLine, PriorityQueue, RemainingWait, Target,
    Traffic, WaitMode, WaitingLine, cobham_mean_wait, erlang_a, erlang_b, erlang_b_load, erlang_c,
    finite_room, garnett_limit, general_patience, halfin_whitt, halfin_whitt_beta, smallest_agents,
    square_root_margin, square_root_staffing, with_shrinkage,
};

use crate::columns;
use crate::errors::Refusal;

/// Evaluates a formula for each row of its arguments, all 64-bit floats: one column of bytes a result. NaN stands for
/// "none" where an argument may be left out, and in results.
#[pyfunction]
#[pyo3(signature = (formula, arguments, /))]
pub(crate) fn forecast<'py>(
    py: Python<'py>,
    formula: &str,
    arguments: Vec<Bound<'py, PyAny>>,
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let arguments = arguments.iter().map(columns::real).collect::<PyResult<Vec<_>>>()?;
    let rows = arguments.first().map_or(0, Vec::len);
    let results = py.detach(|| {
        let mut results: Vec<Vec<u8>> = Vec::new();
        let mut row = Vec::with_capacity(arguments.len());
        for number in 0..rows {
            row.clear();
            row.extend(arguments.iter().map(|column| column[number]));
            let figures = evaluate(formula, &row).map_err(|wrong| match rows {
                1 => wrong,
                _ => wrong.at_row(number),
            })?;
            results.resize_with(figures.len(), || Vec::with_capacity(8 * rows));
            for (column, figure) in results.iter_mut().zip(figures) {
                column.extend(figure.to_ne_bytes());
            }
        }
        Ok::<_, Refusal>(results)
    })?;
    Ok(results.iter().map(|column| PyBytes::new(py, column)).collect())
}

fn evaluate(formula: &str, row: &[f64]) -> Result<Vec<f64>, Refusal> {
    Ok(match (formula, row) {
        ("erlang_b", &[agents, load]) => vec![erlang_b(whole("agents", agents)?, load)?],
        ("erlang_b_load", &[agents, p_block]) => vec![erlang_b_load(whole("agents", agents)?, p_block)?],
        ("erlang_c", &[agents, load]) => vec![erlang_c(whole("agents", agents)?, load)?],
        ("delay_queue", &[agents, rate, handle, threshold]) => {
            line(&DelayQueue::new(whole("agents", agents)?, Traffic::new(rate, handle)?)?, threshold)?
        }
        ("erlang_a", &[agents, rate, handle, patience, threshold]) => {
            line(&erlang_a(whole("agents", agents)?, Traffic::new(rate, handle)?, patience)?, threshold)?
        }
        ("finite_room", &[agents, capacity, rate, handle, patience, threshold]) => {
            let (agents, capacity) = (whole("agents", agents)?, whole("capacity", capacity)?);
            line(&finite_room(agents, capacity, Traffic::new(rate, handle)?, given(patience))?, threshold)?
        }
        ("general_patience:deterministic", &[agents, rate, handle, threshold, value, _]) => {
            impatient(agents, rate, handle, threshold, patience::Deterministic::new(value)?)?
        }
        ("general_patience:exponential", &[agents, rate, handle, threshold, mean, _]) => {
            impatient(agents, rate, handle, threshold, patience::Exponential::with_mean(mean)?)?
        }
        ("general_patience:lognormal", &[agents, rate, handle, threshold, mean, cv]) => {
            impatient(agents, rate, handle, threshold, patience::LogNormal::with_mean(mean, cv)?)?
        }
        ("general_patience:gamma", &[agents, rate, handle, threshold, mean, cv]) => {
            impatient(agents, rate, handle, threshold, patience::Gamma::with_mean(mean, cv)?)?
        }
        ("general_patience:weibull", &[agents, rate, handle, threshold, shape, scale]) => {
            impatient(agents, rate, handle, threshold, patience::Weibull::new(shape, scale)?)?
        }
        ("general_patience:uniform", &[agents, rate, handle, threshold, low, high]) => {
            impatient(agents, rate, handle, threshold, patience::Uniform::new(low, high)?)?
        }
        ("priority_class", &[agents, handle, k, threshold, ref rates @ ..]) => {
            let queue = PriorityQueue::new(whole("agents", agents)?, handle, rates)?;
            let class = queue.class(whole("class", k)? as usize)?;
            let longer = class.p_wait_longer(threshold)?;
            vec![queue.p_wait(), class.mean_wait, class.mean_queue_length, longer]
        }
        ("priority_mean_wait", &[k, ref classes @ ..]) => {
            let class = |class: &[f64]| CobhamClass {
                arrival_rate: class[0],
                mean_handle_time: class[1],
                cv: class[2],
            };
            let classes: Vec<_> = classes.chunks_exact(3).map(class).collect();
            vec![cobham_mean_wait(&classes, whole("class", k)? as usize)?]
        }
        ("garnett_limit", &[beta, handle, patience]) => {
            let limit = garnett_limit(beta, handle, patience)?;
            vec![limit.p_wait, limit.p_abandon_given_wait_root]
        }
        ("square_root_margin", &[agents, load]) => vec![square_root_margin(whole("agents", agents)?, load)?],
        ("head_of_line", &[age, agents, rate, handle, patience]) => {
            vec![HeadOfLine::new(rate, agents / handle, 1.0 / patience, age)?.mean()]
        }
        ("smallest_agents", &[rate, handle, patience, kind, most, threshold]) => {
            let target = target(kind, most, threshold);
            let staff = smallest_agents(Traffic::new(rate, handle)?, given(patience), target)?;
            vec![staff.agents.into(), staff.achieved, staff.with_one_fewer.unwrap_or(f64::NAN)]
        }
        ("with_shrinkage", &[agents, shrinkage]) => {
            vec![with_shrinkage(whole("agents", agents)?, shrinkage)?.into()]
        }
        ("square_root_staffing", &[load, beta]) => vec![square_root_staffing(load, beta)?.into()],
        ("halfin_whitt", &[beta]) => vec![halfin_whitt(beta)?],
        ("halfin_whitt_beta", &[p_wait]) => vec![halfin_whitt_beta(p_wait)?],
        ("wait", &[ahead, drain, abandonment, served, waited]) => {
            let law = law(ahead, drain, abandonment, served, waited)?;
            vec![law.mean(), law.variance(), law.p_served()]
        }
        ("wait_cdf", &[ahead, drain, abandonment, served, waited, t]) => {
            vec![law(ahead, drain, abandonment, served, waited)?.cdf(t)?]
        }
        ("wait_served_within", &[ahead, drain, abandonment, served, waited, t]) => {
            vec![law(ahead, drain, abandonment, served, waited)?.p_served_within(t)?]
        }
        ("wait_quantile", &[ahead, drain, abandonment, served, waited, p]) => {
            vec![law(ahead, drain, abandonment, served, waited)?.quantile(p)?]
        }
        _ => {
            let message = format!("there is no formula {formula} of {} arguments", row.len());
            return Err(Refusal::new("InvalidArgument", "no_such_formula", message));
        }
    })
}

/// The figures of a line, then those of its threshold.
fn line(line: &impl WaitingLine, threshold: f64) -> Result<Vec<f64>, ForecastError> {
    let (figures, level) = (line.figures(), line.service_level(threshold)?);
    Ok(vec![
        figures.p_wait,
        figures.p_abandon,
        figures.p_block,
        figures.mean_wait_all,
        figures.mean_wait_served,
        figures.mean_wait_given_wait,
        figures.mean_virtual_wait,
        figures.mean_queue_length,
        figures.mean_busy,
        figures.occupancy,
        level.of_all_arrivals,
        level.abandons_count_if_late,
        level.p_abandon_within,
        level.p_virtual_wait_longer,
    ])
}

#[allow(clippy::float_cmp, reason = "the kinds are small whole numbers")]
fn target(kind: f64, most: f64, threshold: f64) -> Target {
    match kind {
        0.0 => Target::ServiceLevel { share: most, threshold },
        1.0 => Target::MeanWait { most },
        2.0 => Target::Waiting { most },
        3.0 => Target::Abandonment { most },
        _ => Target::Occupancy { most },
    }
}

fn law(ahead: f64, drain: f64, abandonment: f64, served: f64, waited: f64) -> Result<RemainingWait, Refusal> {
    let mode = if served > 0.0 { WaitMode::GivenServed } else { WaitMode::IfYouStay };
    Ok(BaseLaw::new(whole("ahead", ahead)?, drain, abandonment, mode)?.after(waited)?)
}

fn impatient(
    agents: f64,
    rate: f64,
    handle: f64,
    threshold: f64,
    patience: impl Patience,
) -> Result<Vec<f64>, Refusal> {
    let queue = general_patience(whole("agents", agents)?, Traffic::new(rate, handle)?, patience)?;
    Ok(line(&queue, threshold)?)
}

/// An argument that may be left out.
fn given(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

/// A count given as a float.
fn whole(quantity: &'static str, value: f64) -> Result<u32, Refusal> {
    let most = f64::from(u32::MAX);
    if value.is_nan() {
        return Err(ForecastError::NotANumber { quantity }.into());
    }
    if !(0.0..=most).contains(&value) {
        return Err(ForecastError::OutOfRange { quantity, value, least: 0.0, most }.into());
    }
    if value.fract() > 0.0 {
        let message = format!("{quantity} is {value}; it must be a whole number");
        let refusal = Refusal::new("ForecastRefused", "not_whole", message);
        return Err(refusal.with("quantity", quantity).with("value", value));
    }
    Ok(value as u32)
}
