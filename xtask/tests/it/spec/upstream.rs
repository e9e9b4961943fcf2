//! Reading the whole documents of Azure, which are not part of the repository: a test is skipped
//! without the folder that `BILLING_UPSTREAM` names.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the environment names the folder, and a test says that it is skipped"
)]

use std::path::PathBuf;

use xtask::spec::api::{Api, Member, Mutability, Shape, TypeKind};
use xtask::spec::read::document::{Reading, Request, read};

const VERSIONS: [(&str, usize, usize); 3] = [
    ("preview/2019-10-01-preview/billing.json", 119, 151),
    ("stable/2020-05-01/billing.json", 74, 124),
    ("stable/2024-04-01/billingProfile.json", 5, 28),
];

/// Returns the folder of the documents; without it says that the test is skipped.
pub(crate) fn folder() -> Option<PathBuf> {
    Some(root()?.join("specification/billing/resource-manager/Microsoft.Billing"))
}

/// Returns the folder around `specification`; without it says that the test is skipped.
pub(super) fn root() -> Option<PathBuf> {
    let root = std::env::var_os("BILLING_UPSTREAM");
    if root.is_none() {
        println!("skipped: BILLING_UPSTREAM does not name a folder with documents of Azure");
    }
    root.map(PathBuf::from)
}

fn reading(file: &str, operations: &[&str]) -> Option<Reading> {
    let request = Request {
        operations: operations.iter().map(|&id| id.to_owned()).collect(),
        ..Request::default()
    };
    let path = folder()?.join(file);
    Some(read(&path, &request).unwrap_or_else(|errors| panic!("{file}:\n{errors}")))
}

fn member<'a>(api: &'a Api, of_type: &str, name: &str) -> &'a Member {
    let TypeKind::Object(object) = &api.types[of_type].kind else {
        panic!("{of_type} is not an object")
    };
    let member = object.members.iter().find(|member| member.name == name);
    member.unwrap_or_else(|| panic!("{of_type} has no {name}"))
}

#[test]
fn all_operations_of_the_three_versions_are_read() {
    for (file, operations, types) in VERSIONS {
        let Some(Reading { api, .. }) = reading(file, &[]) else {
            return;
        };
        assert_eq!(
            (api.operations.len(), api.types.len()),
            (operations, types),
            "{file}"
        );
        let version = api.version.unwrap();
        assert!(file.contains(&version), "{version}");
    }
}

#[test]
fn an_enum_of_upstream_without_type_is_a_string() {
    let Some(found) = reading(VERSIONS[0].0, &["BillingProfiles_Update"]) else {
        return;
    };
    let pointer = "billing.json#/definitions/BillingProfileProperties/properties/status/enum";
    let places = &found.readings["enum-without-type"];
    assert_eq!(places.iter().collect::<Vec<_>>(), [pointer]);
    let status = member(&found.api, "BillingProfileProperties", "status");
    assert_eq!(status.shape, Shape::Named("BillingProfileStatus".into()));
    assert_eq!(status.mutability, Mutability::READ_ONLY);
    assert!(member(&found.api, "BillingProfile", "properties").flattened);
}

#[test]
fn the_version_of_2024_is_read_over_three_files() {
    let operations = ["BillingProfiles_CreateOrUpdate"];
    let Some(found) = reading(VERSIONS[2].0, &operations) else {
        return;
    };
    assert_eq!(found.files.len(), 3, "{:?}", found.files);
    assert_eq!(found.warnings, []);
    let [put] = found.api.operations.as_slice() else {
        panic!("one operation was asked for")
    };
    assert_eq!(put.host, "https://management.azure.com");
    let final_state = put.long_running.as_ref().unwrap().final_state.as_deref();
    assert_eq!(final_state, Some("location"));
    let statuses: Vec<_> = put.responses.iter().map(|one| &*one.status).collect();
    assert_eq!(statuses, ["200", "201", "202", "default"]);
    let TypeKind::Object(profile) = &found.api.types["BillingProfile"].kind else {
        panic!("a profile is an object")
    };
    assert_eq!(profile.bases, ["ProxyResourceWithTags"]);
    let bill_to = member(&found.api, "BillingProfileProperties", "billTo");
    assert_eq!(bill_to.shape, Shape::Named("AddressDetails".into()));
    assert!(bill_to.description.is_some());
    let detail = &found.api.types["ErrorDetail"];
    assert_eq!(
        detail.place.file,
        "../../../../../common-types/resource-management/v5/types.json"
    );
}
