//! Authorization codes, device codes and refresh tokens that were already redeemed.

use std::collections::{HashSet, VecDeque};

use uuid::Uuid;

/// How many ids are stored. Beyond that the oldest is forgotten, and its code or token can be
/// redeemed again until it expires.
const LIMIT: usize = 10_000;

/// The ids of redeemed codes, and of refresh tokens where each can be used once only.
#[derive(Clone, Default)]
pub(crate) struct Redeemed {
    ids: HashSet<Uuid>,
    in_order: VecDeque<Uuid>,
}

impl Redeemed {
    /// Stores an id; `false` if it was already stored.
    pub(crate) fn insert(&mut self, id: Uuid) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.in_order.push_back(id);
        if self.in_order.len() > LIMIT
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_latest_ten_thousand_cannot_be_redeemed_again() {
        let mut redeemed = Redeemed::default();
        let id = Uuid::from_u128;
        for number in 0..=10_000 {
            assert!(redeemed.insert(id(number)), "{number}");
        }
        for number in 1..=10_000 {
            assert!(!redeemed.insert(id(number)), "{number}");
        }
        assert_eq!(
            (redeemed.ids.len(), redeemed.in_order.len()),
            (LIMIT, LIMIT)
        );
        assert!(redeemed.insert(id(0)), "the first one is forgotten");
    }
}
