//! Benchmarks of Sunline, with its peers beside it.
