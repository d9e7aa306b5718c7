//! Gamma numbers of any shape.
//!
//! # Source
//! Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26(3), 2000; below shape 1
//! with their boost by a power of a uniform number.

use crate::random::Stream;

/// A gamma law with scale 1, ready to draw from. Its mean and its variance are its shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StandardGamma {
    d: f64,
    c: f64,
    /// 1 ÷ shape for shapes below 1, otherwise 0.
    boost: f64,
}

impl StandardGamma {
    /// The law with this shape, which must be finite and above 0.
    pub(crate) fn new(shape: f64) -> Self {
        let boosted = shape < 1.0;
        let d = if boosted { shape + 1.0 } else { shape } - 1.0 / 3.0;
        Self { d, c: 1.0 / (9.0 * d).sqrt(), boost: if boosted { 1.0 / shape } else { 0.0 } }
    }

    /// The law with mean 1 and this coefficient of variation, and the scale to multiply its numbers by.
    pub(crate) fn with_cv(cv: f64) -> (Self, f64) {
        let square = cv * cv;
        (Self::new(1.0 / square), square)
    }

    /// The shape it was made with, to the last digits.
    pub(crate) fn shape(&self) -> f64 {
        if self.boost == 0.0 { self.d + 1.0 / 3.0 } else { 1.0 / self.boost }
    }

    /// Draws a number.
    #[inline]
    pub(crate) fn sample(&self, stream: &mut Stream) -> f64 {
        loop {
            let x = stream.normal();
            let root = 1.0 + self.c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = stream.uniform_above_zero();
            let square = x * x;
            if u < 1.0 - 0.0331 * square * square
                || libm::log(u) < 0.5 * square + self.d * (1.0 - v + libm::log(v))
            {
                let grown = self.d * v;
                return if self.boost == 0.0 {
                    grown
                } else {
                    // An exponential number is −ln of a uniform one, so this is the uniform's power.
                    grown * libm::exp(-stream.exponential() * self.boost)
                };
            }
        }
    }
}
