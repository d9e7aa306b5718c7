//! Examples of Sunline, smallest first: see `examples/` for single files and `src/bin` for small products.
