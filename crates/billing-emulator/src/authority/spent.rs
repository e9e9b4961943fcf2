//! What can no longer be used.

use std::collections::{HashSet, VecDeque};

use uuid::Uuid;

/// How many are remembered; then the one that was spent first is forgotten, and works again until its time is over.
const MOST: usize = 10_000;

/// The codes that were redeemed, and the refresh tokens that were used where each works once.
#[derive(Clone, Default)]
pub(crate) struct Spent {
    known: HashSet<Uuid>,
    in_order: VecDeque<Uuid>,
}

impl Spent {
    /// Whether it could still be used.
    pub(super) fn spend(&mut self, id: Uuid) -> bool {
        if !self.known.insert(id) {
            return false;
        }
        self.in_order.push_back(id);
        if self.in_order.len() > MOST
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_latest_ten_thousand_cannot_be_used_again() {
        let mut spent = Spent::default();
        let id = Uuid::from_u128;
        for number in 0..=10_000 {
            assert!(spent.spend(id(number)), "{number}");
        }
        for number in 1..=10_000 {
            assert!(!spent.spend(id(number)), "{number}");
        }
        assert_eq!((spent.known.len(), spent.in_order.len()), (MOST, MOST));
        assert!(spent.spend(id(0)), "the first one is forgotten");
    }
}
