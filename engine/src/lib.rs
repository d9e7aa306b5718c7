//! Sunline: an embeddable real-time contact routing engine.
