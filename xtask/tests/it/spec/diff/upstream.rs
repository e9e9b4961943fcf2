//! The three versions of upstream's documents, read by eye against the documents.

use std::path::Path;

use xtask::spec::diff::{self, Arguments, text};

use super::super::upstream::folder;

const OLDEST: &str = "preview/2019-10-01-preview/billing.json";
const MIDDLE: &str = "stable/2020-05-01/billing.json";
const NEWEST: &str = "stable/2024-04-01/billingProfile.json";

fn compared(folder: &Path, a: &str, b: &str) -> String {
    let operations = [
        "BillingProfiles_Get",
        "BillingProfiles_ListByBillingAccount",
        "BillingProfiles_Create",
        "BillingProfiles_Update",
        "BillingProfiles_CreateOrUpdate",
    ];
    let ids = |file: &str| match file {
        OLDEST => vec![2, 3],
        _ => vec![4],
    };
    let mut asked: Vec<_> = [ids(a), ids(b)].concat();
    asked.extend([0, 1]);
    let arguments = Arguments {
        a: Some(folder.join(a)),
        b: Some(folder.join(b)),
        operations: asked.iter().map(|at| operations[*at].to_owned()).collect(),
        ..Arguments::default()
    };
    text::text(&diff::report(folder, &arguments).unwrap())
}

#[test]
fn upstreams_versions_are_compared_pairwise() {
    let Some(folder) = folder() else { return };
    for (name, a, b) in [
        ("2019_2020", OLDEST, MIDDLE),
        ("2020_2024", MIDDLE, NEWEST),
        ("2019_2024", OLDEST, NEWEST),
        ("2024_2020", NEWEST, MIDDLE),
    ] {
        insta::assert_snapshot!(name, compared(&folder, a, b));
    }
}
