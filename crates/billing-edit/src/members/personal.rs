//! The personal parts of values, which must not be shown to everyone.

use serde_json::Value;

use crate::members::Members;
use crate::schema::Node;

impl Members {
    /// Replaces the personal parts of the value of a member: what the specs mark `x-personal`, and
    /// what they do not know. `null` stays.
    ///
    /// ```
    /// use billing_edit::{Members, Service};
    /// use serde_json::{Value, json};
    ///
    /// let members = Members::of(Service::Partner);
    /// let path = ["defaultAddress".to_owned()];
    /// let address = json!({ "country": "DE", "city": "Berlin" });
    /// let shown = members.map_personal(&path, &address, &mut |_| Value::from("***"));
    /// assert_eq!(shown, json!({ "country": "DE", "city": "***" }));
    /// ```
    pub fn map_personal(
        &self,
        path: &[String],
        value: &Value,
        replace: &mut dyn FnMut(&Value) -> Value,
    ) -> Value {
        let mut node = self.read;
        for name in path {
            match node.property(name) {
                Some((member, false)) => node = member,
                _ => return replaced(value, replace),
            }
        }
        mapped(node, value, replace)
    }
}

fn mapped(node: Node, value: &Value, replace: &mut dyn FnMut(&Value) -> Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = match node.property(name) {
                    Some((member, false)) => mapped(member, value, replace),
                    _ => replaced(value, replace),
                };
                (name.clone(), value)
            });
            members.collect()
        }
        Value::Array(items) => {
            let item = node.item();
            let items = items.iter();
            items.map(|value| mapped(item, value, replace)).collect()
        }
        value => value.clone(),
    }
}

fn replaced(value: &Value, replace: &mut dyn FnMut(&Value) -> Value) -> Value {
    match value {
        Value::Null => Value::Null,
        value => replace(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::members::Members;
    use crate::service::Service;

    fn hidden(service: Service, path: &str, value: &Value) -> Value {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        Members::of(service).map_personal(&path, value, &mut |_| json!("***"))
    }

    #[test]
    fn personal_and_unknown_members_are_replaced() {
        for (service, path, value, expected) in [
            (Service::Partner, "email", json!("a@b.c"), json!("***")),
            (Service::Partner, "culture", json!("de-DE"), json!("de-DE")),
            (Service::Partner, "email", json!(null), json!(null)),
            (Service::Partner, "nickname", json!(5), json!("***")),
            (
                Service::Partner,
                "defaultAddress.city",
                json!("Berlin"),
                json!("***"),
            ),
            (Service::Arm, "properties.poNumber", json!("P"), json!("P")),
            (
                Service::Arm,
                "properties.displayName",
                json!("Fabrikam"),
                json!("***"),
            ),
            (
                Service::Arm,
                "properties",
                json!({ "poNumber": "P", "displayName": "F", "new": [1], "address": { "city": "B", "country": "DE" } }),
                json!({ "poNumber": "P", "displayName": "***", "new": "***", "address": { "city": "***", "country": "DE" } }),
            ),
            (
                Service::Arm,
                "properties.enabledAzurePlans",
                json!([{ "skuId": "1", "owner": "Ada" }]),
                json!([{ "skuId": "1", "owner": "***" }]),
            ),
        ] {
            assert_eq!(hidden(service, path, &value), expected, "{path}");
        }
    }

    #[test]
    fn object_in_the_place_of_a_text_is_replaced() {
        let value = json!({ "x": "Ada" });
        let shown = hidden(Service::Arm, "properties.poNumber", &value);
        assert_eq!(shown, json!({ "x": "***" }));
    }
}
