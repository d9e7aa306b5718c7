//! Exponential and normal numbers by rejection from 256 stacked layers of equal area.
//!
//! Nearly every draw costs one random word, one multiplication and one comparison; only about one in a
//! hundred looks at the curve itself. The tables are computed when the crate is compiled, in plain arithmetic,
//! so they are the same on every machine.
//!
//! # Source
//! Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Software 5(8), 2000.

use super::{Stream, UNIT, to_unit};

/// Number of layers.
const LAYERS: usize = 256;
/// Where the tail of the exponential begins.
const EXPONENTIAL_TAIL: f64 = 7.697_117_470_131_05;
/// Area of each of its layers.
const EXPONENTIAL_AREA: f64 = 3.949_659_822_581_572e-3;
/// Where the tail of the normal begins.
const NORMAL_TAIL: f64 = 3.654_152_885_361_009;
/// Area of each layer of half the normal curve.
const NORMAL_AREA: f64 = 4.928_673_233_974_655e-3;

static EXPONENTIAL: Table = exponential_table();
static NORMAL: Table = normal_table();

/// Layers from the widest (0, which holds the tail) to the top: right edge and height of the curve there.
struct Table {
    edge: [f64; LAYERS + 1],
    height: [f64; LAYERS + 1],
}

/// An exponential number with mean 1.
#[inline]
pub(super) fn exponential(stream: &mut Stream) -> f64 {
    let bits = stream.bits();
    let layer = (bits & 0xff) as usize;
    let x = to_unit(bits) * EXPONENTIAL.edge[layer];
    if x < EXPONENTIAL.edge[layer + 1] { x } else { exponential_at_the_edge(stream, layer, x) }
}

/// The rare rest: the tail, or a point between the curve and the layer's corner.
#[cold]
fn exponential_at_the_edge(stream: &mut Stream, mut layer: usize, mut x: f64) -> f64 {
    let mut beyond = 0.0;
    loop {
        if layer == 0 {
            // What lies beyond the tail's start is exponential again.
            beyond += EXPONENTIAL_TAIL;
        } else if under_the_curve(&EXPONENTIAL, layer, stream.uniform(), libm::exp(-x)) {
            return beyond + x;
        }
        let bits = stream.bits();
        layer = (bits & 0xff) as usize;
        x = to_unit(bits) * EXPONENTIAL.edge[layer];
        if x < EXPONENTIAL.edge[layer + 1] {
            return beyond + x;
        }
    }
}

/// A normal number with mean 0 and variance 1.
#[inline]
pub(super) fn normal(stream: &mut Stream) -> f64 {
    loop {
        let bits = stream.bits();
        let layer = (bits & 0xff) as usize;
        // The upper 53 bits, read as a number in [-1, 1).
        let x = ((bits as i64) >> 11) as f64 * (2.0 * UNIT) * NORMAL.edge[layer];
        if x.abs() < NORMAL.edge[layer + 1] {
            return x;
        }
        if layer == 0 {
            return normal_tail(stream, x < 0.0);
        }
        if under_the_curve(&NORMAL, layer, stream.uniform(), libm::exp(-0.5 * x * x)) {
            return x;
        }
    }
}

/// A normal number known to lie beyond the tail's start (Marsaglia's method).
#[cold]
fn normal_tail(stream: &mut Stream, negative: bool) -> f64 {
    loop {
        let x = libm::log(stream.uniform_above_zero()) / NORMAL_TAIL;
        let y = libm::log(stream.uniform_above_zero());
        if -2.0 * y >= x * x {
            return if negative { x - NORMAL_TAIL } else { NORMAL_TAIL - x };
        }
    }
}

/// Whether the share `u` of the layer's height lies below the curve's height at the point.
fn under_the_curve(table: &Table, layer: usize, u: f64, curve: f64) -> bool {
    let (low, high) = (table.height[layer], table.height[layer + 1]);
    low + (high - low) * u < curve
}

const fn exponential_table() -> Table {
    let mut edge = [0.0; LAYERS + 1];
    let mut height = [1.0; LAYERS + 1];
    edge[1] = EXPONENTIAL_TAIL;
    height[1] = exp(-EXPONENTIAL_TAIL);
    edge[0] = EXPONENTIAL_AREA / height[1];
    height[0] = exp(-edge[0]);
    let mut i = 2;
    while i < LAYERS {
        height[i] = height[i - 1] + EXPONENTIAL_AREA / edge[i - 1];
        edge[i] = -ln(height[i]);
        i += 1;
    }
    Table { edge, height }
}

const fn normal_table() -> Table {
    let mut edge = [0.0; LAYERS + 1];
    let mut height = [1.0; LAYERS + 1];
    edge[1] = NORMAL_TAIL;
    height[1] = exp(-0.5 * NORMAL_TAIL * NORMAL_TAIL);
    edge[0] = NORMAL_AREA / height[1];
    height[0] = exp(-0.5 * edge[0] * edge[0]);
    let mut i = 2;
    while i < LAYERS {
        height[i] = height[i - 1] + NORMAL_AREA / edge[i - 1];
        edge[i] = sqrt(-2.0 * ln(height[i]));
        i += 1;
    }
    Table { edge, height }
}

/// e^x for x in [-20, 0], by halving the argument's distance to a multiple of ln 2; for the tables only.
const fn exp(x: f64) -> f64 {
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let halvings = (-x / core::f64::consts::LN_2) as u32;
    let rest = (x + halvings as f64 * LN_2_HIGH) + halvings as f64 * LN_2_LOW;
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut k = 1;
    while k < 24 {
        term *= rest / k as f64;
        sum += term;
        k += 1;
    }
    let mut k = 0;
    while k < halvings {
        sum *= 0.5;
        k += 1;
    }
    sum
}

/// ln y for y in [e⁻²⁰, 1], by Newton's method on [`exp`]; for the tables only.
const fn ln(y: f64) -> f64 {
    let mut z = 0.0;
    let mut k = 0;
    while k < 24 {
        // Starting above the root of a convex function, Newton's steps come down to it without crossing.
        z += y / exp(z) - 1.0;
        k += 1;
    }
    z
}

/// √y for y in [0, 20], by Newton's method; for the tables only.
const fn sqrt(y: f64) -> f64 {
    let mut z = 4.5;
    let mut k = 0;
    while k < 12 {
        z = 0.5 * (z + y / z);
        k += 1;
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_hold_the_curves() {
        for i in 0..LAYERS {
            let (x, y) = (EXPONENTIAL.edge[i], EXPONENTIAL.height[i]);
            assert!((y - libm::exp(-x)).abs() <= 1e-15, "exponential layer {i}: {y}");
            let (x, y) = (NORMAL.edge[i], NORMAL.height[i]);
            assert!((y - libm::exp(-0.5 * x * x)).abs() <= 1e-15, "normal layer {i}: {y}");
        }
    }

    #[test]
    fn the_layers_have_equal_areas_up_to_the_top() {
        for (table, area) in [(&EXPONENTIAL, EXPONENTIAL_AREA), (&NORMAL, NORMAL_AREA)] {
            for i in 1..LAYERS {
                let layer = table.edge[i] * (table.height[i + 1] - table.height[i]);
                assert!((layer - area).abs() < 1e-14, "layer {i}: {layer}");
            }
        }
    }
}
