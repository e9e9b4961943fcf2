//! Learned rates as text, for the journal.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pacing::bucket::Bucket;
use crate::pacing::key::Key;

/// The version of the text. A reader ignores a text of another version.
const VERSION: u32 = 1;

/// What was learned about rate limits in earlier runs, by the fingerprint of each key.
#[derive(Debug, Default)]
pub(crate) struct Learned(BTreeMap<String, LearnedLimit>);

/// What was learned about one rate limit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct LearnedLimit {
    capacity: f64,
    rate: f64,
    /// The number of tokens when it was saved.
    level: f64,
}

#[derive(Serialize)]
struct Text<'a> {
    version: u32,
    saved: u64,
    limits: &'a BTreeMap<String, LearnedLimit>,
}

impl LearnedLimit {
    pub(crate) fn of(bucket: &Bucket, now: f64) -> Self {
        Self {
            capacity: bucket.capacity,
            rate: bucket.rate,
            level: bucket.level(now, 1.0),
        }
    }

    /// Returns the bucket as it is now.
    pub(crate) fn bucket(&self, now: f64) -> Bucket {
        let mut bucket = Bucket::full(self.capacity, self.rate, now);
        bucket.set_level(now, self.level);
        bucket
    }

    /// Returns whether these figures can be of a rate limit.
    fn is_sound(&self) -> bool {
        let is_positive = |number: f64| number.is_finite() && number > 0.0;
        is_positive(self.rate)
            && is_positive(self.capacity)
            && self.capacity >= 1.0
            && self.level.is_finite()
    }

    /// Adds the tokens of the time since it was saved.
    fn refill(&mut self, passed: Duration) {
        let tokens = self.rate * passed.as_secs_f64();
        self.level = (self.level + tokens).min(self.capacity);
    }
}

impl Learned {
    pub(crate) fn get(&self, key: &Key) -> Option<LearnedLimit> {
        self.0.get(&fingerprint(key)).copied()
    }

    pub(crate) fn insert(&mut self, key: &Key, limit: LearnedLimit) {
        self.0.insert(fingerprint(key), limit);
    }

    pub(crate) fn to_text(&self, time: SystemTime) -> String {
        let saved = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let text = Text {
            version: VERSION,
            saved: saved.as_secs(),
            limits: &self.0,
        };
        serde_json::to_string(&text).unwrap_or_default()
    }

    /// Reads what can be read: a limit that makes no sense is left out, and so is all of a text
    /// that is damaged or of another version. Rates are learned again then.
    pub(crate) fn from_text(text: &str, time: SystemTime) -> Self {
        let text: Value = serde_json::from_str(text).unwrap_or_default();
        if text.get("version").and_then(Value::as_u64) != Some(VERSION.into()) {
            return Self::default();
        }
        let saved = Duration::from_secs(text.get("saved").and_then(Value::as_u64).unwrap_or(0));
        let now = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        // A clock that went back says nothing about the time that has passed.
        let passed = now.saturating_sub(saved);
        let limits = text.get("limits").and_then(Value::as_object);
        let read = |(key, limit): (&String, &Value)| {
            let mut limit = LearnedLimit::deserialize(limit).ok()?;
            limit.is_sound().then(|| {
                limit.refill(passed);
                (key.clone(), limit)
            })
        };
        Self(limits.into_iter().flatten().filter_map(read).collect())
    }
}

/// Returns a text that tells keys apart without naming a principal, tenant or customer.
fn fingerprint(key: &Key) -> String {
    let text = format!("{}\n{key}\n{}", key.origin, key.owner);
    let hash = hmac_sha256::Hash::hash(text.as_bytes());
    let digits: String = hash
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{key} {digits}")
}
