//! The unknown members of an object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::parts::are_same_members;
use super::raw::{Append, Name, Raw};
use super::scan;

/// The members of an object that its spec does not list, written back unchanged.
///
/// Each value is kept as its JSON text: digits, escapes and the order of members survive, as do
/// numbers that Rust cannot represent, such as `1e400`. [`get`](Self::get) returns a value as a
/// [`Value`]. Reading refuses a duplicate member and a value that is nested more than 120 levels
/// deep. `Debug` shows the names but not the values, which may be personal.
///
/// ```
/// use billing_models::arm::BillingProfile;
///
/// let profile: BillingProfile = serde_json::from_str(r#"{"systemId": "S-1", "credit": 0.10}"#)?;
/// let unknown = &profile.additional_properties;
/// assert_eq!(unknown.get("systemId"), Some("S-1".into()));
/// assert_eq!(unknown.text("credit"), Some("0.10"));
/// assert_eq!(format!("{unknown:?}"), r#"{"systemId": ***, "credit": ***}"#);
/// assert_eq!(serde_json::to_string(&profile)?, r#"{"systemId":"S-1","credit":0.10}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Other formats than JSON text
///
/// The texts survive where serde_json reads and writes text. A value that passes through a
/// [`Value`], an `untagged` enum, a `#[serde(flatten)]` or another self-describing format is read
/// and written as a value: nothing is dropped or corrupted, but a number may be rounded to 64 bits
/// and objects may be sorted by name.
#[derive(Clone, Default)]
pub struct AdditionalProperties {
    /// The name of each member and the text of its value, concatenated.
    text: String,
    members: Vec<Ends>,
}

/// The ends of a member's name and value in the text. The member begins at the end of the
/// previous one.
#[derive(Clone, Copy, PartialEq)]
struct Ends {
    name: usize,
    value: usize,
}

/// The initial capacity of the text: enough for a few members, so that most objects allocate once
/// for the text and once for the ends.
const TEXT_CAPACITY: usize = 128;

impl AdditionalProperties {
    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Returns whether there is a member with this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Returns the value of a member.
    ///
    /// Also `None` for a value that a [`Value`] cannot represent: a number beyond 64-bit floats, or
    /// an unpaired surrogate in a string. [`text`](Self::text) returns those.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.text(name)?.parse().ok()
    }

    /// Returns the JSON text of a member's value, unchanged.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.iter().find(|(found, _)| *found == name);
        found.map(|(_, text)| text)
    }

    /// Returns the names, in document order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// Returns the names and the JSON texts of the values, in document order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.members.len()).filter_map(|index| self.member(index))
    }

    /// Sets a member: replaces its value if it exists, and appends it otherwise.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl Into<Value>) {
        self.set(name.as_ref(), &value.into().to_string());
    }

    /// Sets a member to a JSON text, such as `0.10`, whose digits a [`Value`] would lose.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON value, contains a duplicate name, or is nested too deep. Nothing
    /// is changed then.
    pub fn insert_text(
        &mut self,
        name: impl AsRef<str>,
        text: &str,
    ) -> Result<(), serde_json::Error> {
        let value: super::Json = text.parse()?;
        self.set(name.as_ref(), value.as_str());
        Ok(())
    }

    /// Removes a member; returns whether it existed.
    pub fn remove(&mut self, name: &str) -> bool {
        let Some(index) = self.position(name) else {
            return false;
        };
        let end = self.members.remove(index).value;
        self.replace(index, self.start(index), end, "");
        true
    }

    /// Removes all members.
    pub fn clear(&mut self) {
        self.text.clear();
        self.members.clear();
    }

    fn set(&mut self, name: &str, text: &str) {
        if let Some(index) = self.position(name)
            && let Some(ends) = self.members.get(index).copied()
        {
            self.replace(index, ends.name, ends.value, text);
        } else {
            self.begin(name);
            self.text.push_str(text);
            self.end(name);
        }
    }

    /// Replaces a part of the text that belongs to the member at `index`, and moves the ends that
    /// follow it.
    fn replace(&mut self, index: usize, start: usize, end: usize, text: &str) {
        self.text.replace_range(start..end, text);
        let moved = |at: usize| at - (end - start) + text.len();
        for ends in self.members.iter_mut().skip(index) {
            // The end of the member's own name does not move.
            if ends.name >= end {
                ends.name = moved(ends.name);
            }
            ends.value = moved(ends.value);
        }
    }

    fn start(&self, index: usize) -> usize {
        let before = index.checked_sub(1);
        let before = before.and_then(|before| self.members.get(before));
        before.map_or(0, |before| before.value)
    }

    fn member(&self, index: usize) -> Option<(&str, &str)> {
        let ends = self.members.get(index)?;
        let name = self.text.get(self.start(index)..ends.name)?;
        Some((name, self.text.get(ends.name..ends.value)?))
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.keys().position(|found| found == name)
    }

    fn begin(&mut self, name: &str) {
        if self.text.capacity() == 0 {
            self.text.reserve(TEXT_CAPACITY);
        }
        self.text.push_str(name);
    }

    fn end(&mut self, name: &str) {
        let start = self.members.last().map_or(0, |last| last.value);
        self.members.push(Ends {
            name: start + name.len(),
            value: self.text.len(),
        });
    }

    /// Reads the value of the member whose name was read last. [`finish`](Self::finish) detects
    /// duplicate names.
    pub(crate) fn read_member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        self.begin(name);
        map.next_value_seed(Append(&mut self.text))?;
        self.end(name);
        Ok(())
    }

    /// Checks, after the last member, that no name appears twice.
    #[inline]
    pub(crate) fn finish<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.members.len() < 2 {
            return Ok(());
        }
        self.check_names().map_err(E::custom)
    }

    fn check_names(&self) -> Result<(), scan::ScanError> {
        let has_few = self.members.len() <= scan::FEW;
        let is_duplicate = |(index, name)| self.keys().take(index).any(|before| before == name);
        if has_few && !self.keys().enumerate().any(is_duplicate) {
            return Ok(());
        }
        let names: Vec<_> = self.keys().map(str::as_bytes).collect();
        scan::check_names(&names)
    }

    /// Writes each member into an object.
    #[inline]
    pub(crate) fn write_members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (name, text) in self.iter() {
            map.serialize_entry(name, &Raw(text))?;
        }
        Ok(())
    }
}

/// Compares members in any order. Values are equal if their texts are, apart from white space and
/// escapes: `1.0` and `1.00` differ.
impl PartialEq for AdditionalProperties {
    fn eq(&self, other: &Self) -> bool {
        if self.text == other.text && self.members == other.members {
            return true;
        }
        let [mut one, mut other] = [self, other].map(|properties| {
            let members = properties.iter();
            let members = members.map(|(name, text)| (Cow::Borrowed(name.as_bytes()), text));
            members.collect::<Vec<_>>()
        });
        are_same_members(&mut one, &mut other)
    }
}

impl Eq for AdditionalProperties {}

impl<K: AsRef<str>, V: Into<Value>, const N: usize> From<[(K, V); N]> for AdditionalProperties {
    fn from(members: [(K, V); N]) -> Self {
        Self::from_iter(members)
    }
}

impl<K: AsRef<str>, V: Into<Value>> FromIterator<(K, V)> for AdditionalProperties {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        let mut all = Self::default();
        all.extend(members);
        all
    }
}

impl<K: AsRef<str>, V: Into<Value>> Extend<(K, V)> for AdditionalProperties {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, members: I) {
        for (name, value) in members {
            self.insert(name, value);
        }
    }
}

impl fmt::Debug for AdditionalProperties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.keys().map(|name| (name, super::hidden::Hidden)))
            .finish()
    }
}

impl Serialize for AdditionalProperties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        self.write_members(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for AdditionalProperties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = AdditionalProperties;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut found = AdditionalProperties::default();
                while let Some(name) = map.next_key::<Name<'de>>()? {
                    found.read_member(&name, &mut map)?;
                }
                found.finish()?;
                Ok(found)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for AdditionalProperties {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AdditionalProperties".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "additionalProperties": true })
    }
}
