use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::strict::{Strict, duplicate};

/// The members of an object that its spec does not list, by name, kept as they came and sent back as they are.
///
/// It is a [`BTreeMap`] in all but two things: reading refuses a member that comes twice, at any depth, and `Debug`
/// shows the names but not the values, because nobody can say whether they name a person. It is indexed, iterated,
/// extended and collected as one, and [`From`] turns each into the other.
///
/// ```
/// use billing_models::arm::BillingProfile;
///
/// let profile: BillingProfile = serde_json::from_str(r#"{"name": "p1", "systemId": "S-1"}"#)?;
/// assert_eq!(profile.additional_properties["systemId"], "S-1");
/// assert_eq!(format!("{:?}", profile.additional_properties), r#"{"systemId": ***}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
#[allow(
    clippy::box_collection,
    reason = "most objects have no such member, and making and dropping an empty map is a third of reading an empty object"
)]
pub struct AdditionalProperties(Option<Box<BTreeMap<String, Value>>>);

static EMPTY: BTreeMap<String, Value> = BTreeMap::new();

impl Deref for AdditionalProperties {
    type Target = BTreeMap<String, Value>;

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().unwrap_or(&EMPTY)
    }
}

impl DerefMut for AdditionalProperties {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for AdditionalProperties {
    fn eq(&self, other: &Self) -> bool {
        // Of two maps without members one may have been asked for a mutable reference and be boxed.
        **self == **other
    }
}

impl Eq for AdditionalProperties {}

impl From<BTreeMap<String, Value>> for AdditionalProperties {
    fn from(members: BTreeMap<String, Value>) -> Self {
        Self((!members.is_empty()).then(|| Box::new(members)))
    }
}

impl From<AdditionalProperties> for BTreeMap<String, Value> {
    fn from(members: AdditionalProperties) -> Self {
        members.0.map(|members| *members).unwrap_or_default()
    }
}

impl<const N: usize> From<[(String, Value); N]> for AdditionalProperties {
    fn from(members: [(String, Value); N]) -> Self {
        Self::from_iter(members)
    }
}

impl FromIterator<(String, Value)> for AdditionalProperties {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        BTreeMap::from_iter(members).into()
    }
}

impl Extend<(String, Value)> for AdditionalProperties {
    fn extend<I: IntoIterator<Item = (String, Value)>>(&mut self, members: I) {
        BTreeMap::extend(self, members);
    }
}

impl IntoIterator for AdditionalProperties {
    type Item = (String, Value);
    type IntoIter = btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        BTreeMap::from(self).into_iter()
    }
}

impl<'a> IntoIterator for &'a AdditionalProperties {
    type Item = (&'a String, &'a Value);
    type IntoIter = btree_map::Iter<'a, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut AdditionalProperties {
    type Item = (&'a String, &'a mut Value);
    type IntoIter = btree_map::IterMut<'a, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
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
        (**self).serialize(serializer)
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

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut found = AdditionalProperties::default();
                while let Some((name, Strict(value))) = access.next_entry::<String, _>()? {
                    let members = found.0.get_or_insert_default();
                    if members.contains_key(&name) {
                        return Err(duplicate(&name));
                    }
                    members.insert(name, value);
                }
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
