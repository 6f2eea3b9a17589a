//! Shares by quota: the next choice is the one that lags furthest behind its share.

/// Deals choices out by weight. After any number of deals each choice is within one of its share:
/// counts can be worked out by hand, where chance would only come near them.
#[derive(Debug, Clone)]
pub(crate) struct Shares {
    weights: Vec<i64>,
    credit: Vec<i64>,
}

impl Shares {
    pub fn new(weights: impl IntoIterator<Item = u32>) -> Self {
        let weights: Vec<i64> = weights.into_iter().map(i64::from).collect();
        Self { credit: vec![0; weights.len()], weights }
    }

    /// The index of the next choice; 0 if there is nothing to choose from.
    pub fn next(&mut self) -> usize {
        for (credit, weight) in self.credit.iter_mut().zip(&self.weights) {
            *credit += weight;
        }
        // Of equals the first, so that the deal is the same every time.
        let most = self.credit.iter().copied().max().unwrap_or_default();
        let at = self.credit.iter().position(|credit| *credit == most).unwrap_or_default();
        if let Some(credit) = self.credit.get_mut(at) {
            *credit -= self.weights.iter().sum::<i64>();
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_keeps_the_shares() {
        let weights = [14, 5, 1];
        let mut shares = Shares::new(weights);
        let mut counts = [0_i64; 3];
        for dealt in 1..=200_i64 {
            counts[shares.next()] += 1;
            for (count, weight) in counts.iter().zip(weights) {
                let off = count * 20 - dealt * i64::from(weight);
                assert!(off.abs() <= 20, "{counts:?} after {dealt}");
            }
        }
        assert_eq!(counts, [140, 50, 10]);
    }
}
