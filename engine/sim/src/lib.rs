//! The simulator: the same kernel in virtual time.

pub mod random;

#[cfg(test)]
mod testing;
