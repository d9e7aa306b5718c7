//! Yardsticks for tests of chance: moments, correlation, distance between a sample and a law.

/// Mean and unbiased variance.
pub(crate) fn mean_and_variance(sample: &[f64]) -> (f64, f64) {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    (mean, sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0))
}

/// Pearson's correlation of two samples of one length.
pub(crate) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let ((mean_a, var_a), (mean_b, var_b)) = (mean_and_variance(a), mean_and_variance(b));
    let products = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b));
    products.sum::<f64>() / (a.len() as f64 - 1.0) / (var_a * var_b).sqrt()
}

/// Asserts that a sample follows the law with distribution function `cdf` (Kolmogorov and Smirnov).
///
/// √n times the distance exceeds 2.2 with probability 1.2·10⁻⁴ when it does.
pub(crate) fn assert_follows(sample: &[f64], cdf: impl Fn(f64) -> f64) {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let distance = sorted.iter().enumerate().fold(0.0_f64, |worst, (i, &x)| {
        let law = cdf(x);
        worst.max((law - i as f64 / n).abs()).max(((i + 1) as f64 / n - law).abs())
    });
    assert!(distance * n.sqrt() < 2.2, "the sample is {} away from its law", distance * n.sqrt());
}
