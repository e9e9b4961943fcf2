//! `billing bulk export`, and the plan of an edited file.

mod edit;
mod resume;

use std::fs;

use billing_emulator::{
    Fault, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID,
};

use crate::bulk::schema::{EXPORT, assert_valid};
use crate::bulk::setup::{Site, tidy};
use crate::support::sample;

impl Site {
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Returns the names of the files in the folder.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(self.path("")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != "state").collect();
        names.sort();
        names
    }
}

#[tokio::test]
async fn customers_are_exported_as_csv() {
    let site = Site::start(sample()).await;
    let args = ["export", "--all-customers", "-o", "customers.csv"];
    let exported = site.bulk(args).run().await;
    insta::assert_snapshot!("customers_export", site.shown(&exported));
    insta::assert_snapshot!("customers_csv", tidy(&site.read("customers.csv")));
    assert_eq!(site.files(), ["customers.csv"]);
    assert_eq!(site.writes(), Vec::<String>::new());
    let args = ["plan", "customers.csv", "-o", "run.plan"];
    let planned = site.bulk(args).run().await;
    insta::assert_snapshot!("customers_plan", site.shown(&planned));
}

#[tokio::test]
async fn account_is_exported_with_the_named_columns() {
    let site = Site::start(sample()).await;
    let args = [
        "export",
        "--account",
        SAMPLE_ACCOUNT,
        "--where=poNumber!=",
        "--columns=poNumber,displayName,address.city",
        "--delimiter=semicolon",
        "--bom",
        "-o",
        "profiles.csv",
        "--output=json",
    ];
    let exported = site.bulk(args).run().await;
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    assert_valid(EXPORT, &exported.json());
    insta::assert_snapshot!("account_summary", tidy(&exported.stdout));
    insta::assert_snapshot!("account_csv", tidy(&site.read("profiles.csv")));
    assert!(site.read("profiles.csv").starts_with('\u{feff}'));
}

#[tokio::test]
async fn profile_that_cannot_be_read_is_named_in_the_file() {
    let denied = Fault::new().path(SAMPLE_OTHER_CUSTOMER_ID).status(403);
    let faults = FaultPlan::new().fault(denied);
    let site = Site::start(sample().faults(faults)).await;
    let args = [
        "export",
        "--all-customers",
        "--columns=culture",
        "-o",
        "a.csv",
    ];
    let exported = site.bulk(args).run().await;
    assert_eq!(exported.code, Some(1));
    insta::assert_snapshot!("unreadable_export", site.shown(&exported));
    insta::assert_snapshot!("unreadable_csv", tidy(&site.read("a.csv")));
    let again = args.into_iter().chain(["--overwrite", "--output=json"]);
    let exported = site.bulk(again).run().await;
    assert_eq!(exported.code, Some(1));
    assert_valid(EXPORT, &exported.json());
}

#[tokio::test]
async fn value_that_the_format_cannot_hold_is_named() {
    let customer = serde_json::json!({ "culture": "de-DE", "lastName": "a\0b" });
    let site = Site::start(sample().customer(SAMPLE_CUSTOMER_ID, customer)).await;
    let args = [
        "export",
        "--all-customers",
        "--columns=lastName",
        "-o",
        "a.csv",
    ];
    let exported = site.bulk(args).run().await;
    assert_eq!(exported.code, Some(1));
    insta::assert_snapshot!("left_out_export", site.shown(&exported));
    let args = [
        "export",
        "--all-customers",
        "--columns=lastName",
        "-o",
        "a.xlsx",
    ];
    let exported = site.bulk(args).run().await;
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
}

#[tokio::test]
async fn finished_file_is_replaced_only_on_request() {
    let site = Site::start(sample()).await;
    site.write("a.csv", "mine");
    let args = ["export", "--all-customers", "-o", "a.csv"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!(site.shown(&refused));
    assert_eq!(site.read("a.csv"), "mine");
    assert_eq!(site.emulator.requests().len(), 0);
    let replaced = site
        .bulk(args.into_iter().chain(["--overwrite"]))
        .run()
        .await;
    assert_eq!(replaced.code, Some(0), "{}", replaced.stderr);
    assert!(site.read("a.csv").starts_with("service,customer_id,"));
}

#[tokio::test]
async fn options_are_checked_before_the_first_request() {
    let site = Site::start(sample()).await;
    let mut seen = String::new();
    for args in [
        &["--all-customers", "-o", "json"][..],
        &["--all-customers", "-o", "a.xls"],
        &["--all-customers", "-o", "no/a.csv"],
        &["--all-customers", "-o", "a.xlsx", "--bom"],
        &["--all-customers", "-o", "a.csv", "--columns=emial"],
        &["--account=7", "-o", "a.csv", "--columns=status"],
        &["--all-customers", "-o", "a.csv", "--where=emial=x"],
        &["--all-customers", "-o", "a.csv", "--dry-run"],
    ] {
        let args = ["export"].into_iter().chain(args.iter().copied());
        let refused = site.bulk(args).run().await;
        seen += &refused.refused(2);
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
    assert_eq!(site.emulator.requests().len(), 0);
    assert_eq!(site.files(), [""; 0]);
}

#[tokio::test]
async fn export_of_a_wrong_account_does_not_block_its_name() {
    let site = Site::start(sample()).await;
    let export = async |account| {
        let args = ["export", "--account", account, "-o", "profiles.csv"];
        site.bulk(args).run().await
    };
    let wrong = export("70099999").await;
    assert_eq!(wrong.code, Some(1), "{}", wrong.stderr);
    assert_eq!(site.files(), Vec::<String>::new());
    let right = export(SAMPLE_ACCOUNT).await;
    assert_eq!(right.code, Some(0), "{}", right.stderr);
    assert_eq!(site.files(), ["profiles.csv"]);
}
