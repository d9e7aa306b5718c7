//! Waits by size, in buckets that are at most a hundredth wide: any quantile at any time in little room.

use crate::time::Span;

/// Bits of a value that a bucket keeps after the leading one: a bucket is 1/128 wide.
const BITS: u32 = 7;
/// Nanoseconds in the unit of the first buckets.
const UNIT: i64 = 1_000_000;

/// Counts of spans by size, to the millisecond up to 256 ms and to a hundredth beyond.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    count: u64,
}

impl Histogram {
    pub(super) fn record(&mut self, span: Span) {
        let bucket = bucket_of((span.as_nanos().max(0) / UNIT) as u64);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.count += 1;
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The least bucket at which at least a share `quantile`, from 0 to 1, is counted; its lower edge.
    pub(super) fn quantile(&self, quantile: f64) -> Option<Span> {
        let wanted = (libm::ceil(quantile.clamp(0.0, 1.0) * self.count as f64) as u64).max(1);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Some(Span::from_millis(lower_edge(bucket) as i64));
            }
        }
        None
    }
}

fn bucket_of(millis: u64) -> usize {
    let shift = (u64::BITS - millis.leading_zeros()).saturating_sub(BITS + 1);
    (u64::from(shift) * (1 << BITS) + (millis >> shift)) as usize
}

fn lower_edge(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket >> BITS).saturating_sub(1);
    (bucket - (shift << BITS)) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_lies_between_its_edges() {
        for millis in (0..100_000).chain([1 << 40, (1 << 40) + 12_345_678]) {
            let bucket = bucket_of(millis);
            let (from, next) = (lower_edge(bucket), lower_edge(bucket + 1));
            assert!(from <= millis && millis < next, "{millis}: {from} to {next}");
            assert!(next - from <= 1 + from / 128, "{millis}: {from} to {next}");
        }
    }

    #[test]
    fn quantiles_come_from_the_counts() {
        let mut waits = Histogram::default();
        assert_eq!(waits.quantile(0.5), None);
        for second in 1..=100 {
            waits.record(Span::from_secs(second));
        }
        for (quantile, exact) in [(0.0, 1.0), (0.5, 50.0), (0.95, 95.0), (1.0, 100.0)] {
            let found = waits.quantile(quantile).unwrap().as_secs_f64();
            assert!((found / exact - 1.0).abs() < 0.01, "{quantile}: {found}");
        }
    }
}
