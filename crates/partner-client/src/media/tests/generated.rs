//! Random profiles, encoded in each media type and decoded.

use billing_models::xml_schema::{XmlKind, XmlType};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Map, Value};

use super::*;

/// Generates text of special characters; with those that XML does not allow, if `all`.
fn text(all: bool) -> BoxedStrategy<String> {
    let special = select(
        "<>&\"'%+=[].;:{} \t\n\r]]>é\u{85}\u{2028}\u{feff}\u{fffd}\u{1f600}"
            .chars()
            .collect::<Vec<_>>(),
    );
    let any = any::<char>().prop_filter("not in XML", move |found| {
        all || matches!(*found, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
    });
    vec(prop_oneof![3 => special, 1 => any], 0..8)
        .prop_map(String::from_iter)
        .boxed()
}

/// Generates names of unknown members that every media type can carry and XML restores.
fn unknown_name() -> impl Strategy<Value = String> {
    "[a-z][A-Za-z0-9_-]{0,6}x|_[a-z]{1,3}|é[a-z]{0,3}"
}

fn object(schema: &'static XmlType, all: bool) -> BoxedStrategy<Value> {
    let members: Vec<_> = schema
        .members
        .iter()
        .map(|member| {
            let value = match member.kind {
                XmlKind::Text => text(all).prop_map(Value::from).boxed(),
                XmlKind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
                XmlKind::Integer => any::<i64>().prop_map(Value::from).boxed(),
                XmlKind::Object(inner) => object(inner, all),
                XmlKind::List(item) => vec(object(item, all), 0..3).prop_map(Value::from).boxed(),
            };
            option::of(value.prop_map(|value| (member.json.to_owned(), value)))
        })
        .collect();
    let unknown = btree_map(unknown_name(), option::weighted(0.8, text(all)), 0..2);
    (members, unknown)
        .prop_map(|(members, unknown)| {
            let unknown = unknown
                .into_iter()
                .map(|(name, value)| (name, Value::from(value)));
            Value::Object(members.into_iter().flatten().chain(unknown).collect())
        })
        .boxed()
}

fn holds(all: bool, property: impl Fn(CustomerBillingProfile) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..Config::default()
    });
    let documents = object(&CUSTOMER_BILLING_PROFILE, all);
    let result = runner.run(&documents, |document| property(profile(document)));
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn profile_survives_json() {
    holds(true, |profile| {
        let body = body(&profile, ContentType::TextJson).unwrap();
        let again = read_body(
            Some("text/json"),
            body.as_bytes(),
            &CUSTOMER_BILLING_PROFILE,
        );
        let again: CustomerBillingProfile = again.unwrap();
        prop_assert!(again == profile, "{body}");
        Ok(())
    });
}

#[test]
fn profile_survives_xml() {
    holds(false, |profile| {
        let document = xml(&profile).unwrap();
        prop_assert!(read(&document).unwrap() == profile, "{document}");
        Ok(())
    });
}

/// Removes what a form cannot express: null and empty values.
fn representable(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(members) => {
            let left = members
                .into_iter()
                .filter_map(|(name, value)| Some((name, representable(value)?)));
            let left: Map<_, _> = left.collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
        Value::Array(items) => {
            let left: Vec<_> = items.into_iter().filter_map(representable).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        other => Some(other),
    }
}

#[test]
fn profile_survives_a_form_except_empty_values() {
    holds(true, |profile| {
        let form = match body(&profile, ContentType::Form) {
            Ok(form) => form,
            Err(error) => {
                prop_assert!(
                    error
                        .to_string()
                        .contains("a form cannot carry an empty item")
                );
                return Ok(());
            }
        };
        let config = serde_qs::Config::new().use_form_encoding(true);
        let again: CustomerBillingProfile = config.deserialize_str(&form).unwrap();
        let [again, profile] =
            [again, profile].map(|one| representable(serde_json::to_value(one).unwrap()));
        prop_assert!(again == profile, "{form}\n{again:?}\n{profile:?}");
        Ok(())
    });
}

/// A document never causes a panic.
#[test]
fn damaged_document_is_a_profile_or_an_error() {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..Config::default()
    });
    let damage = (0..SERVICE.len(), 0..40_usize, text(true));
    runner
        .run(&damage, |(at, length, put)| {
            let mut bytes = SERVICE.as_bytes().to_vec();
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, put.into_bytes());
            if let Err(error) = read(&bytes) {
                prop_assert!(error.is_decode());
            }
            Ok(())
        })
        .unwrap();
}
