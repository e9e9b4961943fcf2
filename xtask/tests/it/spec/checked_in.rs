//! Reading the checked-in specs.

use std::fs;
use std::path::Path;

use xtask::spec::api::{Api, Mutability, Shape, TypeKind};
use xtask::spec::read::checked_in;

fn read(file: &str) -> Api {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let text = fs::read_to_string(specs.join(file)).unwrap();
    checked_in::read(file, &text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn the_arm_spec_is_read_with_its_operation() {
    let api = read("arm-billing/2019-10-01-preview/billing-profile.json");
    assert_eq!(api.version.as_deref(), Some("2019-10-01-preview"));
    let [update] = api.operations.as_slice() else {
        panic!("{:#?}", api.operations)
    };
    assert_eq!(
        (&*update.id, &*update.method, &*update.host),
        (
            "BillingProfiles_Update",
            "PATCH",
            "https://management.azure.com"
        )
    );
    assert!(
        update
            .path
            .ends_with("/billingProfiles/{billingProfileName}")
    );
    let parameters: Vec<_> = update.parameters.iter().map(|one| &*one.name).collect();
    assert_eq!(
        parameters,
        ["billingAccountName", "billingProfileName", "api-version"]
    );
    let body = update.body.as_ref().unwrap();
    assert_eq!(body.shape, Shape::Named("BillingProfile".to_owned()));
    assert_eq!(body.members.as_ref().map(Vec::len), Some(6));
    let statuses: Vec<_> = update.responses.iter().map(|one| &*one.status).collect();
    assert_eq!(statuses, ["200", "202", "default"]);
    let headers: Vec<_> = update.responses[1].headers.keys().collect();
    assert_eq!(headers, ["Location", "Retry-After"]);
    assert_eq!(update.security["azure_auth"], ["user_impersonation"]);

    let properties = &api.types["BillingProfileProperties"];
    assert!(properties.inline);
    let TypeKind::Object(object) = &properties.kind else {
        panic!("{properties:#?}")
    };
    assert_eq!(object.members.len(), 14);
    let status = object.members.iter().find(|one| one.name == "status");
    let status = status.unwrap();
    assert_eq!(status.mutability, Mutability::READ_ONLY);
    assert_eq!(
        status.place.pointer,
        "#/definitions/BillingProfile/properties/properties/properties/status"
    );
    let TypeKind::Enum(values) = &api.types["BillingProfileStatus"].kind else {
        panic!("the status is an enum")
    };
    assert!(values.open);
    assert_eq!(values.values.len(), 3);
}

#[test]
fn what_is_not_understood_is_named_with_its_pointer() {
    let spec = r##"{
      "$id": "thing/v1/thing.json",
      "x-operation": { "method": "GET", "url": "{baseURL}/v1/things", "verb": "GET" },
      "definitions": {
        "Thing": {
          "type": "object",
          "properties": {
            "a": { "type": "text" },
            "b": { "$ref": "#/definitions/Thin" },
            "c": { "type": "string", "maxlength": 3 },
            "d": { "allOf": [{ "type": "string" }, {}] }
          }
        }
      }
    }"##;
    let problems = checked_in::read("specs/thing.json", spec).unwrap_err();
    let mut lines: Vec<_> = problems
        .iter()
        .map(|problem| problem.to_string().replace('\n', ""))
        .collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @"
    specs/thing.json#/definitions/Thing/properties/a/type: this `type` is not understood  hint: write string, boolean, integer, number, array or object
    specs/thing.json#/definitions/Thing/properties/b: there is no type `Thin`  hint: name a plain type or one of `definitions`; did you mean `Thing`?
    specs/thing.json#/definitions/Thing/properties/c/maxlength: `maxlength` is not understood here  hint: specs/README.md lists the keywords; did you mean `maxLength`?
    specs/thing.json#/definitions/Thing/properties/d/allOf: `allOf` is only understood around a single `$ref`  hint: copy the members of the base into the type
    specs/thing.json#/x-operation/verb: `verb` is not understood here  hint: specs/README.md lists the keywords
    ");
}
