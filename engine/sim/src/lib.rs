//! The simulator: the same kernel in virtual time.
