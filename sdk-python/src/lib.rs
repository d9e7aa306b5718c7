//! The Python binding of Sunline.
