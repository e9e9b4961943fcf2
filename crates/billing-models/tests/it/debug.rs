//! `Debug` shows the structure and hides personal values.

use serde_json::json;

use crate::support::documents::{Filling, PLAIN, full, full_member};
use crate::support::models::debug;
use crate::support::spec::{Shape, named, types};

const CANARY: &str = "canary";

const CANARIES: Filling = Filling {
    personal: Some(CANARY),
    unknown_member: Some(CANARY),
    unknown_value: None,
    ..PLAIN
};

#[test]
fn debug_hides_personal_values_and_unknown_members() {
    for of in types() {
        let document = full(of, CANARIES);
        let shown = debug(of, &document);
        assert!(!shown.contains(CANARY), "{}: {shown}", of.name);
    }
    let planted = |name| {
        full(named(name), CANARIES)
            .to_string()
            .matches(CANARY)
            .count()
    };
    assert!(planted("CustomerBillingProfile") > 40, "at every depth");
    assert!(planted("BillingProfileUpdate") > 10, "in updates too");
}

#[test]
fn debug_shows_each_member_and_each_value_but_personal_ones() {
    for of in types().iter().filter(|of| !of.is_enum()) {
        let empty = debug(of, &json!({}));
        for member in of.members() {
            let document = json!({ &member.name: full_member(of, member, PLAIN) });
            let shown = debug(of, &document);
            assert_ne!(shown, empty, "{}.{}", of.name, member.name);
            if let Shape::String = member.shape {
                let value = format!("\"the {}\"", member.name);
                assert_eq!(
                    shown.contains(&value),
                    !member.personal,
                    "{}.{}",
                    of.name,
                    member.name
                );
            }
        }
    }
}

#[test]
fn what_is_hidden_still_says_whether_it_is_there() {
    let read = json!({ "value": "someone", "new": "someone" });
    insta::assert_snapshot!(debug(named("KeyValuePair"), &read), @r#"
    KeyValuePair {
        key: None,
        value: Some(
            ***,
        ),
        additional_properties: {
            "new": ***,
        },
    }
    "#);
    insta::assert_snapshot!(debug(named("KeyValuePair"), &json!({})), @r"
    KeyValuePair {
        key: None,
        value: None,
        additional_properties: {},
    }
    ");
    let set = json!({ "displayName": "someone" });
    insta::assert_snapshot!(debug(named("InvoiceSectionPropertiesUpdate"), &set), @r"
    InvoiceSectionPropertiesUpdate {
        display_name: Some(
            Some(
                ***,
            ),
        ),
    }
    ");
    let cleared = json!({ "displayName": null });
    insta::assert_snapshot!(debug(named("InvoiceSectionPropertiesUpdate"), &cleared), @r"
    InvoiceSectionPropertiesUpdate {
        display_name: Some(
            None,
        ),
    }
    ");
    let left = json!({});
    insta::assert_snapshot!(debug(named("InvoiceSectionPropertiesUpdate"), &left), @r"
    InvoiceSectionPropertiesUpdate {
        display_name: None,
    }
    ");
}
