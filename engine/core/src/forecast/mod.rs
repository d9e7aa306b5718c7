//! Queueing formulas and the base law of the wait.
