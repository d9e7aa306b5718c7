//! The book of findings: what lasts, what began, what is over.

use std::sync::Arc;

use arc_swap::ArcSwap;
use sunline_core::Timestamp;

use super::finding::{Finding, FindingKind};

/// Findings kept; of those that are over, the oldest go first.
const KEPT: usize = 256;

/// The last findings, by number. Only the watchdog writes.
#[derive(Debug, Default)]
pub(crate) struct Findings(ArcSwap<Vec<Finding>>);

impl Findings {
    pub(crate) fn all(&self) -> Vec<Finding> {
        Vec::clone(&self.0.load())
    }

    /// How many last, by name.
    pub(super) fn open(&self, name: &str) -> usize {
        self.0.load().iter().filter(|finding| finding.is_open() && finding.kind.name() == name).count()
    }

    /// Notes what a look found; what is new of it.
    pub(crate) fn note(&self, at: Timestamp, found: Vec<FindingKind>) -> Vec<Finding> {
        let before = self.0.load();
        if found.is_empty() && !before.iter().any(Finding::is_open) {
            return Vec::new();
        }
        let mut all = Vec::clone(&before);
        for finding in all.iter_mut().filter(|finding| finding.is_open()) {
            match found.iter().find(|kind| kind.is_same(&finding.kind)) {
                Some(kind) => finding.kind = kind.clone(),
                None => finding.ended_at = Some(at),
            }
        }
        let next = all.last().map_or(1, |last| last.number + 1);
        let is_known =
            |kind: &FindingKind| all.iter().any(|finding| finding.is_open() && finding.kind.is_same(kind));
        let news = (next..).zip(found.into_iter().filter(|kind| !is_known(kind)));
        let new: Vec<Finding> =
            news.map(|(number, kind)| Finding { number, found_at: at, ended_at: None, kind }).collect();
        all.extend(new.iter().cloned());
        while all.len() > KEPT {
            let goes = all.iter().position(|finding| !finding.is_open()).unwrap_or(0);
            all.remove(goes);
        }
        self.0.store(Arc::new(all));
        new
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    fn broken(sentence: &str) -> FindingKind {
        FindingKind::InvariantBroken { sentence: sentence.to_owned() }
    }

    #[test]
    fn what_lasts_is_one_finding_and_what_returns_is_another() {
        let (findings, at) = (Findings::default(), Timestamp::from_secs);
        let slow =
            |millis, under_way| FindingKind::CommitSlow { took: Duration::from_millis(millis), under_way };
        assert_eq!(findings.note(at(1), vec![slow(100, true), broken("a")]).len(), 2);
        assert_eq!(findings.note(at(2), vec![broken("a"), slow(200, true)]), []);
        assert_eq!(findings.open("commit_slow"), 1);
        assert_eq!(findings.note(at(3), vec![broken("b")]).len(), 1);
        assert_eq!(findings.note(at(4), vec![broken("a")]).len(), 1);
        let told: Vec<_> = findings
            .all()
            .into_iter()
            .map(|finding| (finding.number, finding.found_at, finding.ended_at, finding.kind))
            .collect();
        assert_eq!(
            told,
            [
                (1, at(1), Some(at(3)), slow(200, true)),
                (2, at(1), Some(at(3)), broken("a")),
                (3, at(3), Some(at(4)), broken("b")),
                (4, at(4), None, broken("a")),
            ]
        );
    }

    #[test]
    fn the_book_is_bounded_and_what_lasts_stays_longest() {
        let findings = Findings::default();
        for second in 0..1000 {
            let kinds = vec![broken("always"), broken(&second.to_string())];
            findings.note(Timestamp::from_secs(second), kinds);
        }
        let all = findings.all();
        assert_eq!((all.len(), all[0].number, all[KEPT - 1].number), (KEPT, 1, 1001));
        assert!(all[0].is_open());
    }
}
