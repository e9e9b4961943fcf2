//! Learned rates as text, for the journal.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::pacing::key::Key;

/// The version of the text. A reader ignores a text of another version.
const VERSION: u32 = 1;

/// What was learned about rate limits, by the fingerprint of each key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learned(BTreeMap<String, LearnedLimit>);

/// What was learned about one rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LearnedLimit {
    pub(crate) shape: LearnedShape,
    /// The most tokens of the bucket, or the requests of the window.
    pub(crate) capacity: f64,
    /// Tokens per second. A window's interval is `capacity / rate`.
    pub(crate) rate: f64,
    /// The tokens, or the requests that the window would still let through, at `time`.
    pub(crate) level: f64,
    /// Seconds since 1970.
    pub(crate) time: u64,
}

/// How a rate limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LearnedShape {
    Bucket,
    /// Bucket or window: not known yet.
    Unknown,
    Window,
}

#[derive(Serialize)]
struct Text<'a> {
    version: u32,
    limits: &'a BTreeMap<String, LearnedLimit>,
}

impl LearnedLimit {
    /// Returns whether these figures can be of a rate limit.
    fn is_sound(&self) -> bool {
        let is_within = |number: f64, least, most| (least..=most).contains(&number);
        is_within(self.capacity, 1.0, 1e9)
            && is_within(self.rate, 1e-6, 1e9)
            && is_within(self.level, -1e9, 1e9)
    }

    /// Returns the seconds since it was saved. A clock that went back says nothing about that.
    pub(crate) fn age(&self, time: SystemTime) -> f64 {
        let saved = SystemTime::UNIX_EPOCH + Duration::from_secs(self.time.min(1 << 40));
        let age = time.duration_since(saved).unwrap_or_default();
        age.as_secs_f64()
    }
}

impl Learned {
    pub(crate) fn get(&self, key: &Key) -> Option<LearnedLimit> {
        self.0.get(&fingerprint(key)).copied()
    }

    pub(crate) fn insert(&mut self, key: &Key, limit: LearnedLimit) {
        self.0.insert(fingerprint(key), limit);
    }

    pub(crate) fn to_text(&self) -> String {
        let text = Text {
            version: VERSION,
            limits: &self.0,
        };
        serde_json::to_string(&text).unwrap_or_default()
    }

    /// Reads what can be read: a limit that makes no sense is left out, and so is all of a text
    /// that is damaged or of another version. Rates are learned again then.
    pub(crate) fn from_text(text: &str) -> Self {
        let text: Value = serde_json::from_str(text).unwrap_or_default();
        if text.get("version").and_then(Value::as_u64) != Some(VERSION.into()) {
            return Self::default();
        }
        let limits = text.get("limits").and_then(Value::as_object);
        let read = |(key, limit): (&String, &Value)| {
            let limit = LearnedLimit::deserialize(limit).ok()?;
            limit.is_sound().then(|| (key.clone(), limit))
        };
        Self(limits.into_iter().flatten().filter_map(read).collect())
    }
}

/// Returns a text that tells keys apart without naming a principal, tenant or customer.
fn fingerprint(key: &Key) -> String {
    let text = format!("{}\n{key}\n{}", key.origin, key.owner);
    let hash = Sha256::digest(text.as_bytes());
    let digits = hash.iter().take(8).map(|byte| format!("{byte:02x}"));
    format!("{key} {}", digits.collect::<String>())
}
