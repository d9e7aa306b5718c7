//! How callers wake the writer: at most one ring is under way, however many entries wait.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// Rings at the writer's door. The writer may be replaced; the bell stays.
#[derive(Default)]
pub(crate) struct Doorbell {
    rung: AtomicBool,
    door: ArcSwapOption<Box<dyn Fn() + Send + Sync>>,
}

impl Doorbell {
    /// Wakes the writer, unless somebody has and it has not come yet.
    pub(crate) fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.knock();
        }
    }

    /// The writer has come. Whatever was put in before a ring that this answers is visible to it now.
    pub(crate) fn answer(&self) {
        self.rung.swap(false, Ordering::AcqRel);
    }

    /// From now on this is how the writer is woken, and it is.
    pub(crate) fn install(&self, door: impl Fn() + Send + Sync + 'static) {
        self.door.store(Some(Arc::new(Box::new(door))));
        self.rung.store(true, Ordering::Release);
        self.knock();
    }

    fn knock(&self) {
        if let Some(door) = &*self.door.load() {
            door();
        }
    }
}

impl fmt::Debug for Doorbell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doorbell").field("rung", &self.rung).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn many_rings_are_one_knock_until_the_writer_comes() {
        let (bell, knocks) = (Doorbell::default(), Arc::new(AtomicUsize::new(0)));
        let counted = knocks.clone();
        bell.ring();
        bell.install(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        bell.ring();
        bell.ring();
        assert_eq!(knocks.load(Ordering::Relaxed), 1);
        bell.answer();
        bell.ring();
        assert_eq!(knocks.load(Ordering::Relaxed), 2);
    }
}
