//! The journal: commands and the events they led to, durable, checked, replayable.
