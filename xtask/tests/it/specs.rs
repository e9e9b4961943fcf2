//! The specs of how-to pages have the content of the pages, and nothing else.
//!
//! `tests/pages/*.toml` has the content of the pages, written from the pages, not from the specs.
//! The facts of both (see [`facts`]) are compared in both directions. Specs that are imported,
//! from a reference page or a document, are compared with the import (see `spec::pages` and
//! `spec::upstream`).

mod facts;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use facts::{differences, of_page, of_spec};

const PARTNER_SPEC: &str = "partner-center/v1/customer-billing-profile.json";
const ARM_SPEC: &str = "arm-billing/2019-10-01-preview/billing-profile.json";

/// Each spec of a how-to page, and the page.
const PAIRS: &[(&str, &str)] = &[
    (
        "partner-center/v1/get-a-customer-by-id.json",
        "partner-center-v1-get-a-customer-by-id.toml",
    ),
    (
        "partner-center/v1/get-a-list-of-customers.json",
        "partner-center-v1-get-a-list-of-customers.toml",
    ),
    (
        "partner-center/v1/validate-an-address.json",
        "partner-center-v1-validate-an-address.toml",
    ),
    (
        "partner-center/v1/get-market-specific-validation-data.json",
        "partner-center-v1-get-market-specific-validation-data.toml",
    ),
];

#[test]
fn each_spec_says_what_its_page_says() {
    for (spec, page) in PAIRS {
        assert_says_what_its_page_says(spec, page);
    }
}

#[test]
fn the_specs_of_reference_pages_have_six_and_fourteen_types() {
    let types = |spec| read_spec(spec)["definitions"].as_object().unwrap().len();
    assert_eq!((types(PARTNER_SPEC), types(ARM_SPEC)), (6, 14));
}

#[test]
fn the_patch_takes_exactly_the_members_that_are_not_read_only() {
    let spec = read_spec(ARM_SPEC);
    let members = |pointer: &str| spec.pointer(pointer).unwrap().as_object().unwrap();
    let writable: Vec<String> =
        members("/definitions/BillingProfile/properties/properties/properties")
            .iter()
            .filter(|(_, member)| member.get("readOnly").is_none())
            .map(|(name, _)| format!("properties.{name}"))
            .collect();
    assert_eq!(
        json!(writable),
        spec["x-operation"]["request"]["members"],
        "the page's table Request Body, which is `x-operation.request.members`, lists the writable members; any other \
         one stands below `[read_only]` of the overlay"
    );

    for (name, member) in members("/definitions/BillingProfile/properties") {
        assert!(
            name == "properties" || member["readOnly"] == true,
            "BillingProfile.{name}"
        );
    }
}

#[test]
fn a_type_that_is_missing_renamed_or_invented_is_reported() {
    check(
        ARM_SPEC,
        |spec| {
            let types = spec["definitions"].as_object_mut().unwrap();
            types.remove("SpendingLimit");
            types.insert(
                "SpendingCap".into(),
                json!({ "type": "object", "properties": {} }),
            );
        },
        &[
            r#"changed: BillingProfile.properties.spendingLimit: type (page "SpendingLimit", spec "dangling #/definitions/SpendingLimit")"#,
            r#"invented: SpendingCap: kind (spec "object")"#,
            r#"missing: SpendingLimit: description (page "The billing profile spending limit.")"#,
            r#"missing: SpendingLimit: kind (page "open enum")"#,
            r#"missing: SpendingLimit: value Off (page "yes")"#,
            r#"missing: SpendingLimit: value On (page "yes")"#,
        ],
    );
    check(
        PARTNER_SPEC,
        |spec| {
            spec["definitions"]["ResourceAttributes"]["x-dotnet-name"] =
                json!("Contoso.ResourceAttributes")
        },
        &[
            r#"changed: Microsoft.Partner.Service.Customers.Contracts.V1.CustomerBillingProfile.attributes: type (page "Microsoft.Partner.Core.Collections.ResourceAttributes", spec "Contoso.ResourceAttributes")"#,
            r#"invented: Contoso.ResourceAttributes.etag: type (spec "string")"#,
            r#"invented: Contoso.ResourceAttributes.objectType: type (spec "string")"#,
            r#"invented: Contoso.ResourceAttributes: kind (spec "object")"#,
            r#"missing: Microsoft.Partner.Core.Collections.ResourceAttributes.etag: type (page "string")"#,
            r#"missing: Microsoft.Partner.Core.Collections.ResourceAttributes.objectType: type (page "string")"#,
            r#"missing: Microsoft.Partner.Core.Collections.ResourceAttributes: kind (page "object")"#,
        ],
    );
}

/// Names for Rust, which the generator suggests, are no difference from the page.
#[test]
fn a_name_for_rust_is_not_compared_with_the_page() {
    check(
        ARM_SPEC,
        |spec| {
            let types = &mut spec["definitions"];
            types["AzurePlan"]["properties"]["skuId"]["x-ms-client-name"] =
                json!("stockKeepingUnit");
            let named = json!({ "values": [{ "value": "Off", "name": "Unlimited" }] });
            types["SpendingLimit"]["x-ms-enum"] = named;
        },
        &[],
    );
}

#[test]
fn a_member_that_is_missing_or_invented_is_reported() {
    check(
        ARM_SPEC,
        |spec| {
            let members = spec["definitions"]["AzurePlan"]["properties"]
                .as_object_mut()
                .unwrap();
            members.remove("skuId");
            members.insert("productId".into(), json!({ "type": "string" }));
        },
        &[
            r#"invented: AzurePlan.productId: type (spec "string")"#,
            r#"missing: AzurePlan.skuId: description (page "The sku id.")"#,
            r#"missing: AzurePlan.skuId: type (page "string")"#,
        ],
    );
}

#[test]
fn a_members_type_that_changed_is_reported() {
    check(
        ARM_SPEC,
        |spec| {
            let members = &mut spec["definitions"]["BillingProfile"]["properties"]["properties"]["properties"];
            members["invoiceDay"]["type"] = json!("string");
            members["targetClouds"]["items"] = json!({ "type": "string" });
            // Draft-07 ignores what stands beside `$ref`: such a description has no
            // reader.
            members["address"] = json!({ "$ref": "#/definitions/AddressDetails", "description": "Billing address." });
        },
        &[
            r#"changed: BillingProfile.properties.address: type (page "AddressDetails", spec "in no agreed form")"#,
            r#"changed: BillingProfile.properties.invoiceDay: type (page "integer", spec "string")"#,
            r#"changed: BillingProfile.properties.targetClouds: type (page "targetCloud[]", spec "string[]")"#,
            r#"changed: operation.request.members.properties.address.0 (page "AddressDetails", spec "in no agreed form")"#,
        ],
    );
}

#[test]
fn missing_changed_and_invented_descriptions_are_reported() {
    check(
        ARM_SPEC,
        |spec| {
            let types = &mut spec["definitions"];
            types["AddressDetails"]["properties"]["city"]
                .as_object_mut()
                .unwrap()
                .remove("description");
            types["ErrorDetails"]["description"] = json!("What went wrong.");
            types["ErrorSubDetails"]["description"] = json!("The sub details.");
        },
        &[
            r#"changed: ErrorDetails: description (page "The details of the error.", spec "What went wrong.")"#,
            r#"invented: ErrorSubDetails: description (spec "The sub details.")"#,
            r#"missing: AddressDetails.city: description (page "Address city.")"#,
        ],
    );
}

#[test]
fn missing_and_invented_enum_values_and_closed_enums_fail() {
    check(
        ARM_SPEC,
        |spec| {
            let types = &mut spec["definitions"];
            types["StatusReasonCode"]["anyOf"][0]["enum"] =
                json!(["PastDue", "SpendingLimitReached", "UnusualActivity"]);
            types["SpendingLimit"]["anyOf"]
                .as_array_mut()
                .unwrap()
                .pop();
        },
        &[
            r#"changed: SpendingLimit: kind (page "open enum", spec "not in the form of an open enum")"#,
            r#"invented: StatusReasonCode: value UnusualActivity (spec "yes")"#,
            r#"missing: SpendingLimit: value Off (page "yes")"#,
            r#"missing: SpendingLimit: value On (page "yes")"#,
            r#"missing: StatusReasonCode: value SpendingLimitExpired (page "yes")"#,
        ],
    );
}

#[test]
fn invented_limits_and_invented_or_lost_marks_are_reported() {
    check(
        PARTNER_SPEC,
        |spec| {
            let address = &mut spec["definitions"]["Address"];
            address["required"] = json!(["country"]);
            address["properties"]["country"] =
                json!({ "type": "string", "maxLength": 2, "readOnly": true });
            address["properties"]["city"]
                .as_object_mut()
                .unwrap()
                .remove("x-personal");
        },
        &[
            r#"invented: Microsoft.Partner.Service.Customers.Contracts.V1.Address.country: maxLength (spec "2")"#,
            r#"invented: Microsoft.Partner.Service.Customers.Contracts.V1.Address.country: readOnly (spec "true")"#,
            r#"invented: Microsoft.Partner.Service.Customers.Contracts.V1.Address: required (spec "[\"country\"]")"#,
            r#"missing: Microsoft.Partner.Service.Customers.Contracts.V1.Address.city: x-personal (page "true")"#,
        ],
    );
}

#[test]
fn changed_words_about_the_operation_are_reported() {
    check(
        PARTNER_SPEC,
        |spec| {
            let operation = &mut spec["x-operation"];
            operation["headers"][0]
                .as_object_mut()
                .unwrap()
                .remove("required");
            operation["parameters"][1]["description"] = json!("The version.");
            operation["responses"][0]["mediaTypes"][1] = json!("text/plain");
            spec["title"] = json!("Update customer billing profile");
        },
        &[
            r#"changed: operation.responses.200 OK.mediaTypes.1 (page "text/json", spec "text/plain")"#,
            r#"changed: title (page "Manage customer accounts - Update customer billing profile", spec "Update customer billing profile")"#,
            r#"invented: operation.parameters.version.description (spec "The version.")"#,
            r#"missing: operation.headers.Authorization.required (page "true")"#,
        ],
    );
}

#[test]
fn no_word_of_a_spec_can_change_or_go_unnoticed() {
    for (file, page) in PAIRS {
        let (spec, page) = (read_spec(file), of_page(&read_page(page)));
        // The test of `sources` checks our own two.
        let words = pointers(&spec)
            .into_iter()
            .filter(|word| !["/$schema", "/$id"].contains(&word.as_str()));
        for pointer in words {
            let mut changed = spec.clone();
            let word = changed.pointer_mut(&pointer).unwrap();
            *word = match &*word {
                Value::Bool(flag) => json!(!flag),
                Value::Number(number) => json!(format!("{number}0")),
                word => json!(format!("{} ", word.as_str().unwrap())),
            };
            assert!(
                !differences(&page, &of_spec(&changed)).is_empty(),
                "{file}{pointer} can change"
            );

            let mut shorter = spec.clone();
            let (parent, word) = pointer.rsplit_once('/').unwrap();
            match shorter.pointer_mut(parent).unwrap() {
                Value::Object(entries) => {
                    drop(entries.remove(&word.replace("~1", "/").replace("~0", "~")))
                }
                Value::Array(items) => drop(items.remove(word.parse().unwrap())),
                _ => unreachable!("a pointer goes through objects and arrays"),
            }
            assert!(
                !differences(&page, &of_spec(&shorter)).is_empty(),
                "{file}{pointer} can go"
            );
        }
    }
}

fn assert_says_what_its_page_says(spec: &str, page: &str) {
    let found = differences(&of_page(&read_page(page)), &of_spec(&read_spec(spec)));
    assert!(
        found.is_empty(),
        "specs/{spec} and its page, as written down in xtask/tests/pages/{page}, differ; correct the side that is wrong:\n{}",
        found.join("\n")
    );
}

/// Checks the differences between a page that says what a spec says, and the spec after `change`.
fn check(spec: &str, change: impl FnOnce(&mut Value), expected: &[&str]) {
    let mut spec = read_spec(spec);
    let page = of_spec(&spec);
    change(&mut spec);
    let found = differences(&page, &of_spec(&spec));
    assert!(
        found == expected,
        "expected:\n{}\nfound:\n{}",
        expected.join("\n"),
        found.join("\n")
    );
}

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("specs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read_spec(file: &str) -> Value {
    serde_json::from_str(&read(&specs().join(file)))
        .unwrap_or_else(|error| panic!("specs/{file}: {error}"))
}

fn read_page(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pages")
        .join(file);
    toml::from_str(&read(&path)).unwrap_or_else(|error| panic!("tests/pages/{file}: {error}"))
}

/// Returns the locations of all values in `value` that are neither objects nor arrays.
fn pointers(value: &Value) -> Vec<String> {
    let below = |key: String, value: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        pointers(value)
            .into_iter()
            .map(move |rest| format!("/{key}{rest}"))
            .collect::<Vec<_>>()
    };
    match value {
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(key, value)| below(key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(i, value)| below(i.to_string(), value))
            .collect(),
        _ => vec![String::new()],
    }
}
