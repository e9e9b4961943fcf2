//! Tests of paths and documents against the schemas.

use serde_json::json;

use super::{EditError, EditProblem, MemberKind, Members};
use crate::service::Service;

fn kind(writable: &Members, path: &str) -> Result<MemberKind, EditError> {
    writable.kind(&writable.segments(path))
}

#[test]
fn members_have_kinds() {
    let arm = Members::of(Service::Arm);
    for (path, expected) in [
        ("poNumber", MemberKind::Text),
        ("properties.poNumber", MemberKind::Text),
        ("address", MemberKind::Object),
        ("address.city", MemberKind::Text),
        ("invoiceEmailOptIn", MemberKind::Flag),
        ("enabledAzurePlans", MemberKind::List),
    ] {
        assert_eq!(kind(arm, path), Ok(expected), "{path}");
    }
    let partner = Members::of(Service::Partner);
    assert_eq!(
        kind(partner, "defaultAddress.postalCode"),
        Ok(MemberKind::Text)
    );
}

#[test]
fn unwritable_member_is_refused_with_its_siblings() {
    let partner = Members::of(Service::Partner);
    let Err(EditError {
        path,
        problem: EditProblem::Unknown { nearest },
        siblings,
        ..
    }) = kind(partner, "compnyName")
    else {
        panic!("it should be unknown");
    };
    assert_eq!(path, "compnyName");
    assert_eq!(nearest.as_deref(), Some("companyName"));
    assert_eq!(
        siblings.join(" "),
        "companyName culture defaultAddress email firstName language lastName"
    );
    let Err(EditError {
        path,
        problem: EditProblem::ReadOnly,
        siblings,
        ..
    }) = kind(partner, "attributes.etag")
    else {
        panic!("it should be read-only");
    };
    assert_eq!((path.as_str(), siblings.len()), ("attributes", 7));
    let Err(EditError {
        path,
        problem: EditProblem::ReadOnly,
        siblings,
        ..
    }) = kind(Members::of(Service::Arm), "status")
    else {
        panic!("it should be read-only");
    };
    assert_eq!(path, "properties.status");
    // Whatever the spec lists as writable, and nothing that is read-only.
    assert!(siblings.contains(&"properties.poNumber".to_owned()));
    assert!(!siblings.contains(&path));
}

#[test]
fn paths_of_other_languages_are_understood() {
    let arm = Members::of(Service::Arm);
    for (path, expected) in [
        ("address/city", Some("address.city")),
        ("/properties/address/city", Some("address.city")),
        ("$.properties.poNumber", Some("poNumber")),
        ("$.poNumber", Some("poNumber")),
        ("$['address']['city']", Some("address.city")),
        ("address[city]", Some("address.city")),
        ("Properties.PoNumber", Some("poNumber")),
        ("ADDRESS.POSTALCODE", Some("address.postalCode")),
        ("ponumber", Some("poNumber")),
        ("poNumber", None),
        ("$.nothing", None),
        ("/", None),
        ("$", None),
        ("", None),
    ] {
        assert_eq!(arm.respelled(path).as_deref(), expected, "{path}");
    }
    let partner = Members::of(Service::Partner);
    assert_eq!(
        partner.respelled("$.companyName").as_deref(),
        Some("companyName")
    );
    assert_eq!(partner.respelled("/attributes/etag"), None);
}

#[test]
fn root_is_not_a_member() {
    let arm = Members::of(Service::Arm);
    assert_eq!(arm.segments("properties"), ["properties", "properties"]);
    assert_eq!(arm.short("properties.address.city"), "address.city");
    assert_eq!(arm.short("propertiesX.a"), "propertiesX.a");
    let error = kind(arm, "properties").unwrap_err();
    assert_eq!(error.problem, EditProblem::Root);
}

#[test]
fn pascal_case_is_renamed_and_nothing_else() {
    let arm = Members::of(Service::Arm);
    let renamed = arm.in_camel_case(json!({ "Properties": {
        "PoNumber": "1",
        "EnabledAzurePlans": [{ "SkuId": null }],
        "Address": { "City": "X", "Town": "Y" },
        "PONumber": "2",
    } }));
    assert_eq!(
        renamed,
        Ok(json!({ "properties": {
            "poNumber": "1",
            "enabledAzurePlans": [{ "skuId": null }],
            "address": { "city": "X", "Town": "Y" },
            "PONumber": "2",
        } }))
    );
    let twice = json!({ "properties": { "address": { "City": "X", "city": "Y" } } });
    let error = EditError::new("properties.address.city", EditProblem::Twice);
    assert_eq!(arm.in_camel_case(twice), Err(error));
}

#[test]
fn documents_are_checked_down_to_list_items() {
    let arm = Members::of(Service::Arm);
    let plans = |plan| json!({ "properties": { "enabledAzurePlans": [{}, plan] } });
    assert_eq!(
        arm.check_document(&plans(json!({ "skuId": "0001" }))),
        Ok(())
    );
    assert_eq!(arm.check_document(&plans(json!({ "skuId": null }))), Ok(()));
    let Err(EditError {
        path,
        problem: EditProblem::ReadOnly,
        siblings,
        ..
    }) = arm.check_document(&plans(json!({ "skuDescription": "x" })))
    else {
        panic!("it should be read-only");
    };
    assert_eq!(path, "properties.enabledAzurePlans[1].skuDescription");
    assert_eq!(siblings, ["properties.enabledAzurePlans[1].skuId"]);
    assert_eq!(
        arm.check_document(&plans(json!(null))),
        Err(EditError::new(
            "properties.enabledAzurePlans[1]",
            EditProblem::Kind(MemberKind::Object)
        ))
    );
}
