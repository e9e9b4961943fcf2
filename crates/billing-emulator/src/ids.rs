//! Generated ids, etags and correlation vectors.
//!
//! Each is computed from the seed, a purpose and a count. So runs with the same seed have the same
//! bytes, and requests that race for one resource do not change the ids of another.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::{Builder, Uuid};

#[derive(Debug, Default)]
pub(crate) struct IdGenerator {
    seed: u64,
    requests: AtomicU64,
}

impl IdGenerator {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            requests: AtomicU64::new(0),
        }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the number of the next request: 0, 1, 2 …
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts requests from 0 again.
    pub(crate) fn reset(&self) {
        self.requests.store(0, Ordering::Relaxed);
    }

    pub(crate) fn guid(&self, purpose: &str, count: u64) -> Uuid {
        Builder::from_random_bytes(self.bytes(purpose, count)).into_uuid()
    }

    /// Returns a GUID of version 5, the version that Partner Center's billing profile ids have.
    pub(crate) fn profile_id(&self, customer: &str) -> Uuid {
        Builder::from_sha1_bytes(self.bytes(customer, 0)).into_uuid()
    }

    /// Returns an etag as Partner Center writes those of billing profiles: a signed 64-bit decimal.
    pub(crate) fn etag(&self, resource: &str, write: u64) -> String {
        self.number(resource, write, 2).cast_signed().to_string()
    }

    /// Returns a correlation vector: sixteen characters of base64 and the first step.
    pub(crate) fn correlation_vector(&self, request: u64) -> String {
        let bytes = self.bytes("correlation vector", request);
        let (head, _) = bytes.split_at(12);
        format!("{}.0", STANDARD.encode(head))
    }

    /// Returns a number from 0 to just below 1.
    pub(crate) fn fraction(&self, purpose: &str, count: u64) -> f64 {
        // As many bits as the fraction of a float has.
        (self.number(purpose, count, 3) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns `length` bytes of noise.
    pub(crate) fn noise(&self, purpose: &str, count: u64, length: usize) -> Vec<u8> {
        let words = (4..).flat_map(|lane| self.number(purpose, count, lane).to_be_bytes());
        words.take(length).collect()
    }

    fn bytes(&self, purpose: &str, count: u64) -> [u8; 16] {
        let high = u128::from(self.number(purpose, count, 0));
        let low = u128::from(self.number(purpose, count, 1));
        (high << 64 | low).to_be_bytes()
    }

    fn number(&self, purpose: &str, count: u64, lane: u64) -> u64 {
        let start = mix(self.seed ^ mix(count) ^ mix(lane.rotate_left(32)));
        purpose
            .bytes()
            .fold(start, |hash, byte| mix(hash ^ u64::from(byte)))
    }
}

/// Draws a seed that can be given again: TOML has no integers over 63 bits, and a browser none over
/// 53.
pub(crate) fn random_seed() -> u64 {
    Uuid::new_v4().as_u64_pair().0 >> 11
}

/// Returns the finalizer of SplitMix64. The standard library's hasher may change between releases,
/// and then snapshots would too.
pub(crate) fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
