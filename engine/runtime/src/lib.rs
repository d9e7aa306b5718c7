//! The live engine: ractor actors around the kernel, with rings, sessions and sinks.
