//! One look of the watchdog: reads what is published, and says what should not be.
//!
//! It never asks the writer, which may be what is wrong. What may be right again in a moment counts only when two looks in a
//! row have found it: a machine that slept wakes to deadlines that are late, and fires them.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use sunline_core::{OfferId, OfferView, Seq, Timestamp};

use super::finding::FindingKind;
use super::options::WatchdogOptions;
use crate::clock::Clock;
use crate::shared::Shared;
use crate::sink::Progress;

/// What the watchdog remembers from look to look.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) options: WatchdogOptions,
    late_deadline: Option<Timestamp>,
    late_offer: Option<OfferId>,
    /// How often the writer had come, and since when entries have waited for it to come again.
    rounds: Option<(u64, Instant)>,
    /// One entry per attached sink.
    stood: Vec<Stood>,
    /// What the last check of the invariants said.
    pub(crate) broken: Vec<String>,
}

/// Where a sink stood, and since when.
#[derive(Debug)]
struct Stood {
    progress: Arc<Progress>,
    at: Seq,
    since: Instant,
}

impl Watch {
    pub(crate) const fn new(options: WatchdogOptions) -> Self {
        Self {
            options,
            late_deadline: None,
            late_offer: None,
            rounds: None,
            stood: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// What should not be, as things are published now.
    pub(crate) fn look(&mut self, shared: &Shared) -> Vec<FindingKind> {
        let views = shared.views.load();
        let mut found = Vec::new();
        found.extend(self.deadline(&shared.clock, views.next_deadline));
        found.extend(self.offer(&shared.clock, views.first_offer_to_end.as_ref()));
        found.extend(self.writer(shared));
        self.sinks(shared, &mut found);
        found.extend(self.commit(shared));
        found.extend(
            self.broken.iter().map(|sentence| FindingKind::InvariantBroken { sentence: sentence.clone() }),
        );
        found
    }

    fn deadline(&mut self, clock: &Clock, due: Option<Timestamp>) -> Option<FindingKind> {
        let late = due.and_then(|due| Some((due, self.too_late(clock, due)?)));
        let before = core::mem::replace(&mut self.late_deadline, late.map(|(due, _)| due))?;
        let (due, late) = late?;
        // A manual clock may have been moved just now, and the writer not been told yet.
        (before == due || !clock.is_manual()).then_some(FindingKind::DeadlineMissed { due, late })
    }

    fn offer(&mut self, clock: &Clock, first: Option<&OfferView>) -> Option<FindingKind> {
        let late = first.filter(|offer| self.too_late(clock, offer.expires_at).is_some());
        let before = core::mem::replace(&mut self.late_offer, late.map(|offer| offer.id));
        let offer = late.filter(|offer| before == Some(offer.id))?;
        let OfferView { id, contact, agent, expires_at, .. } = *offer;
        Some(FindingKind::OfferOverdue { offer: id, contact, agent, expired_at: expires_at })
    }

    fn writer(&mut self, shared: &Shared) -> Option<FindingKind> {
        let ((rounds, waiting), now) = (shared.rings.rounds(), Instant::now());
        let before = self.rounds.filter(|(before, _)| waiting > 0 && *before == rounds);
        let (_, since) = before.unwrap_or((rounds, now));
        self.rounds = (waiting > 0).then_some((rounds, since));
        let still = now.duration_since(since);
        (still > self.options.late_at_most).then_some(FindingKind::WriterHeld { waiting, still })
    }

    /// By how much what was due is late, if it is too late.
    fn too_late(&self, clock: &Clock, due: Timestamp) -> Option<Duration> {
        Some(clock.wall_time_since(due)).filter(|late| *late > self.options.late_at_most)
    }

    fn sinks(&mut self, shared: &Shared, found: &mut Vec<FindingKind>) {
        let attached = shared.attached();
        self.stood.retain(|stood| attached.iter().any(|sink| Arc::ptr_eq(&sink.progress, &stood.progress)));
        let now = Instant::now();
        for sink in attached {
            let progress = sink.progress;
            let (position, lag_events) = (progress.next(), shared.lag_of(&progress));
            let known = self.stood.iter().position(|stood| Arc::ptr_eq(&stood.progress, &progress));
            let known = known.unwrap_or_else(|| {
                self.stood.push(Stood { progress: progress.clone(), at: position, since: now });
                self.stood.len() - 1
            });
            let stood = &mut self.stood[known];
            if lag_events == 0 || stood.at != position {
                (stood.at, stood.since) = (position, now);
            }
            let still = now.duration_since(stood.since);
            let stands = lag_events > 0 && still > self.options.sink_still;
            if stands || lag_events > self.options.sink_lag_events {
                found.push(FindingKind::SinkStalled {
                    sink: progress.name.clone(),
                    position,
                    lag_events,
                    still,
                });
            }
        }
    }

    fn commit(&self, shared: &Shared) -> Option<FindingKind> {
        let most = self.options.commit_at_most;
        let commits = &shared.telemetry.commits;
        let ended = commits.take_longest();
        match commits.under_way() {
            Some(took) if took > most => Some(FindingKind::CommitSlow { took, under_way: true }),
            _ => (ended > most).then_some(FindingKind::CommitSlow { took: ended, under_way: false }),
        }
    }
}
