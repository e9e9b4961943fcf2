//! Members that only the service writes cannot be in an update, at any depth.

use billing_models::arm;
use serde_json::{Value, json};

use crate::support::documents::{Filling, PLAIN, full, full_member};
use crate::support::models::{round_trip, schema};
use crate::support::spec::{Shape, Type, named, types, updates};

/// A location in an update where an update of this type can be: members from the root, each with
/// the list or map around its value.
struct Place {
    of: &'static Type,
    way: Vec<(String, Around)>,
}

#[derive(Clone, Copy)]
enum Around {
    Nothing,
    List,
    Map,
}

impl Place {
    /// Returns the path of `name` at this location, as errors spell it.
    fn path(&self, name: &str) -> String {
        let way = self.way.iter().map(|(name, around)| match around {
            Around::Nothing => format!("{name}."),
            Around::List => format!("{name}[0]."),
            Around::Map => format!("{name}.a."),
        });
        way.collect::<String>() + name
    }

    /// Returns an update that has `inner` at this location and nothing else.
    fn around(&self, inner: Value) -> Value {
        let way = self.way.iter().rev();
        way.fold(inner, |inner, (name, around)| match around {
            Around::Nothing => json!({ name: inner }),
            Around::List => json!({ name: [inner] }),
            Around::Map => json!({ name: { "a": inner } }),
        })
    }
}

/// Returns the locations in an update, the root first.
fn places(root: &'static Type) -> Vec<Place> {
    let mut places = vec![Place {
        of: root,
        way: Vec::new(),
    }];
    let mut next = 0;
    while let Some(Place { of, way }) = places.get(next) {
        let mut below = Vec::new();
        for member in of.members() {
            let (shape, around) = match &member.shape {
                Shape::Array(items) => (items.as_ref(), Around::List),
                Shape::Map(values) => (values.as_ref(), Around::Map),
                other => (other, Around::Nothing),
            };
            if let Shape::Named(inner) = shape {
                let step = (member.name.clone(), around);
                let way = way.iter().cloned().chain([step]).collect();
                below.push(Place {
                    of: of.beside(inner),
                    way,
                });
            }
        }
        places.extend(below);
        next += 1;
    }
    places.retain(|place| place.of.is_update());
    places
}

#[test]
fn updates_refuse_read_only_members_by_name() {
    for root in updates() {
        for place in places(root) {
            for member in place.of.refused() {
                let name = &member.name;
                for value in [full_member(place.of.read(), member, PLAIN), Value::Null] {
                    let document = place.around(json!({ name: value }));
                    let refusal = round_trip(root, &document).unwrap_err();
                    assert_eq!(refusal.path, place.path(name), "{}", root.name);
                    let message = format!("unknown field `{name}`, expected ");
                    assert!(refusal.message.starts_with(&message), "{refusal}");
                }
            }
        }
    }
}

/// Under `properties` are the six members of the request body on the page, and their writable
/// members.
#[test]
fn updates_accept_exactly_the_paths_that_are_writable() {
    let mut paths = Vec::new();
    for place in places(named("BillingProfileUpdate")) {
        let writable = place.of.members().iter().map(|member| (member, "writable"));
        let refused = place.of.refused().iter().map(|member| (member, "refused"));
        paths.extend(
            writable
                .chain(refused)
                .map(|(member, is)| format!("{} {is}", place.path(&member.name))),
        );
    }
    paths.sort();
    insta::assert_snapshot!(paths.join("\n"));
}

/// Reading a whole response of the service, or any other document, does not set one either.
#[test]
fn what_was_read_is_no_update_unless_all_of_it_is_writable() {
    for update in updates() {
        let all_writable = places(update)
            .iter()
            .all(|place| place.of.refused().is_empty());
        let result = round_trip(update, &full(update.read(), PLAIN));
        assert_eq!(result.is_ok(), all_writable, "{}", update.name);
    }
}

#[test]
fn the_schema_of_an_update_has_no_read_only_member() {
    for update in updates() {
        let schema = schema(update);
        assert_eq!(schema["additionalProperties"], false);
        for member in update.refused() {
            assert_eq!(
                schema["properties"].get(&member.name),
                None,
                "{}",
                update.name
            );
        }
    }
}

/// Returns a document without the members that only the service writes.
fn writable(of: &Type, document: &Value) -> Value {
    let Value::Object(members) = document else {
        return document.clone();
    };
    let kept = members.iter().filter_map(|(name, value)| {
        let Some(member) = of.member(name) else {
            return Some((name.clone(), value.clone()));
        };
        let inner = member.shape.named().map(|inner| of.beside(inner));
        let value = match (inner, value) {
            (Some(inner), Value::Array(items)) => {
                items.iter().map(|item| writable(inner, item)).collect()
            }
            (Some(inner), value) => writable(inner, value),
            (None, value) => value.clone(),
        };
        (!member.read_only).then(|| (name.clone(), value))
    });
    Value::Object(kept.collect())
}

#[test]
fn full_resource_is_written_without_read_only_members() {
    const UNKNOWN: Filling = Filling {
        unknown_member: Some("the unknown"),
        ..PLAIN
    };
    macro_rules! check {
        ($($module:literal $path:path;)*) => {
            $({
                let of = types().iter().find(|of| of.module == $module && of.name == "BillingProfile");
                let of = of.unwrap();
                let document = full(of, UNKNOWN);
                let read: $path = serde_json::from_value(document.clone()).unwrap();
                let written = serde_json::to_value(read.without_read_only()).unwrap();
                assert_eq!(written, writable(of, &document), $module);
                assert_ne!(written, document, $module);
            })*
        };
    }
    check! {
        "arm_v2020_05_01" arm::v2020_05_01::BillingProfile;
        "arm_v2024_04_01" arm::v2024_04_01::BillingProfile;
    }
}
