//! Tests that cross the crates of Sunline.
