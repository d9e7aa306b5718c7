//! The numerics under the formulas: integrals, roots, and special functions that stay exact far out.
//!
//! Only + − × ÷ √ and `libm` are used, so a figure is the same on every machine.

pub(super) mod gamma;
pub(super) mod normal;
pub(super) mod quadrature;
pub(super) mod roots;
pub(super) mod stirling;
