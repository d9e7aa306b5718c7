//! The kernel of Sunline: who serves whom, when and why, decided without a clock.

pub mod forecast;
pub mod hours;
pub mod time;
