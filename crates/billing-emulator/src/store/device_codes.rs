//! Device codes whose sign-in is not finished yet.

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

/// How many device codes are stored. Beyond that the oldest is forgotten, as if it had expired.
const LIMIT: usize = 10_000;

/// The device codes that wait for a person or for the next poll.
#[derive(Clone, Default)]
pub(crate) struct DeviceCodes {
    by_id: HashMap<Uuid, Waiting>,
    in_order: VecDeque<Uuid>,
}

#[derive(Clone)]
struct Waiting {
    user_code: String,
    status: DeviceStatus,
}

/// How far the sign-in with a device code is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceStatus {
    Pending,
    /// By a person, or by an earlier poll.
    Approved,
    Declined,
}

impl DeviceCodes {
    pub(crate) fn insert(&mut self, id: Uuid, user_code: String) {
        let waiting = Waiting {
            user_code,
            status: DeviceStatus::Pending,
        };
        self.by_id.insert(id, waiting);
        self.in_order.push_back(id);
        if self.in_order.len() > LIMIT
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
    }

    /// Sets the status of the code that a person typed; `false` if there is no such code.
    pub(crate) fn decide(&mut self, user_code: &str, status: DeviceStatus) -> bool {
        let mut codes = self.by_id.values_mut();
        let found = codes.find(|code| code.user_code.eq_ignore_ascii_case(user_code.trim()));
        found.map(|code| code.status = status).is_some()
    }

    /// Returns the status of a code, and approves a pending one for the next poll.
    ///
    /// `None` if the code was forgotten.
    pub(crate) fn poll(&mut self, id: Uuid) -> Option<DeviceStatus> {
        let code = self.by_id.get_mut(&id)?;
        let status = code.status;
        if status == DeviceStatus::Pending {
            code.status = DeviceStatus::Approved;
        }
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_latest_ten_thousand_codes_are_remembered() {
        let mut codes = DeviceCodes::default();
        for number in 0..=LIMIT {
            codes.insert(Uuid::from_u128(number as u128), number.to_string());
        }
        assert_eq!((codes.by_id.len(), codes.in_order.len()), (LIMIT, LIMIT));
        assert!(!codes.decide("0", DeviceStatus::Approved));
        assert!(codes.decide("1", DeviceStatus::Approved));
    }
}
