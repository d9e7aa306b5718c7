//! Examples of Sunline, smallest first.
