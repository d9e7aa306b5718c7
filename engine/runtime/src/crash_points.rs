//! Places between apply, append, release and acknowledge at which a test may let the process die.
//!
//! Without the feature `failpoints`, which no product turns on, nothing is left of them.

/// The places, in the order in which one commit passes them.
#[cfg(feature = "failpoints")]
pub const CRASH_POINTS: [&str; 7] =
    ["applied", "appending", "appended", "releasing", "released", "acknowledging", "checkpointing"];

#[cfg(feature = "failpoints")]
static HOOK: std::sync::OnceLock<fn(&'static str)> = std::sync::OnceLock::new();

/// From now on the function is called at each place, with its name; a second one is not taken.
#[cfg(feature = "failpoints")]
pub fn at_crash_points(hook: fn(&'static str)) {
    let _ = HOOK.set(hook);
}

/// The process is at this place.
#[cfg(feature = "failpoints")]
pub(crate) fn reached(place: &'static str) {
    if let Some(hook) = HOOK.get() {
        hook(place);
    }
}

/// The process is at this place.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub(crate) const fn reached(_: &'static str) {}
