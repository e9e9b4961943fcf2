//! Writes documents with their members in the order of the service.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::contract::schema::Schema;

/// Writes a document as compact JSON: the members of the schema in its order, then the others by
/// name. An empty schema writes everything by name, as Azure Resource Manager's recorded responses
/// do.
pub(crate) fn to_json(document: &Value, schema: &Schema) -> Vec<u8> {
    // Documents always serialize.
    serde_json::to_vec(&ordered(document, schema)).unwrap_or_default()
}

/// Returns a document that serializes in the order of [`to_json`].
pub(crate) fn ordered<'a>(value: &'a Value, schema: &'a Schema) -> impl Serialize + 'a {
    Ordered { value, schema }
}

struct Ordered<'a> {
    value: &'a Value,
    schema: &'a Schema,
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { value, schema } = *self;
        match value {
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for member in schema {
                    if let Some(value) = object.get(member.name) {
                        let schema = member.kind.schema();
                        map.serialize_entry(member.name, &Ordered { value, schema })?;
                    }
                }
                let is_known = |name: &String| schema.iter().any(|member| member.name == name);
                let mut others: Vec<_> =
                    object.iter().filter(|(name, _)| !is_known(name)).collect();
                // The order of the map depends on a feature that any crate may switch on.
                others.sort_unstable_by_key(|(name, _)| *name);
                for (name, value) in others {
                    map.serialize_entry(name, &Ordered { value, schema: &[] })?;
                }
                map.end()
            }
            Value::Array(values) => {
                serializer.collect_seq(values.iter().map(|value| Ordered { value, schema }))
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::tables::CUSTOMER_BILLING_PROFILE;

    #[test]
    fn members_of_the_schema_come_first_and_the_others_by_name() {
        let document = json!({
            "attributes": { "b": 1, "objectType": "A", "a": null, "etag": "1" },
            "zebra": true, "ant": [], "defaultAddress": { "city": "Redmond", "country": "US" },
            "links": { "self": { "headers": [{ "value": "1", "key": "a" }, {}], "uri": "/" } }, "id": "1",
        });
        let expected = r#"{"id":"1","defaultAddress":{"country":"US","city":"Redmond"},"links":{"self":{"uri":"/","headers":[{"key":"a","value":"1"},{}]}},"attributes":{"etag":"1","objectType":"A","a":null,"b":1},"ant":[],"zebra":true}"#;
        let written = to_json(&document, CUSTOMER_BILLING_PROFILE);
        assert_eq!(str::from_utf8(&written), Ok(expected));
    }
}
