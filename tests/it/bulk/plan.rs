//! `billing bulk plan` and `show`.

use billing_emulator::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_OTHER_PROFILE,
};
use serde_json::Value;

use crate::bulk::schema::{PLAN, SUMMARY, assert_valid};
use crate::bulk::setup::{Site, tidy};
use crate::support::sample;

/// Rows of both services: two changes, and a profile that has the value already.
fn csv() -> String {
    format!(
        "service,customer_id,billing_account,billing_profile,culture,lastName,poNumber,# ticket\n\
         partner,{SAMPLE_CUSTOMER_ID},,,fr-CH,<clear>,,T-1\n\
         partner,{SAMPLE_OTHER_CUSTOMER_ID},,,de-DE,,,T-2\n\
         arm,,{SAMPLE_OTHER_ACCOUNT},{SAMPLE_OTHER_PROFILE},,,PO-2041,T-3\n"
    )
}

#[tokio::test]
async fn plan_reads_only_and_prints_the_next_command() {
    let site = Site::start(sample()).await;
    let planned = site.plan(&csv()).await;
    insta::assert_snapshot!(site.shown(&planned));
    let requests = site.emulator.requests();
    assert!(
        requests.iter().all(|one| one.method == "GET"),
        "{requests:?}"
    );
    // Three profiles, and whether Partner Center requires a second factor.
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn plan_is_shown_as_table_json_and_csv() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    let table = site.offline(["show", "run.plan"]).run().await;
    insta::assert_snapshot!("show_table", site.shown(&table));
    // A program that reads only stdout sees that rows are left out.
    let args = ["show", "run.plan", "--error-format=json"];
    assert_eq!(site.offline(args).run().await.stdout, table.stdout);
    let json = site
        .offline(["show", "run.plan", "--output=json"])
        .run()
        .await;
    assert_eq!((json.code, json.stderr.as_str()), (Some(0), ""));
    let rows: Vec<Value> = json
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for row in &rows {
        assert_valid(PLAN, row);
    }
    insta::assert_snapshot!("show_json", tidy(&json.stdout));
    let csv = site
        .offline(["show", "run.plan", "--output=csv"])
        .run()
        .await;
    insta::assert_snapshot!("show_csv", tidy(&csv.stdout));
    for profile in [SAMPLE_CUSTOMER_ID, &format!("partner/{SAMPLE_CUSTOMER_ID}")] {
        let one = ["show", "run.plan", "--profile", profile, "--output=json"];
        let one = site.offline(one).run().await;
        assert_eq!(one.json(), rows[0]);
    }
    let none = site
        .offline(["show", "run.plan", "--profile", "arm/a/b"])
        .run()
        .await;
    insta::assert_snapshot!(none.refused(2));
}

#[tokio::test]
async fn profile_that_cannot_be_read_is_unplanned() {
    let site = Site::start(sample()).await;
    let unknown = "00000000-0000-4000-8000-000000000001";
    let csv = format!("customer_id,culture\n{SAMPLE_CUSTOMER_ID},fr-CH\n{unknown},fr-CH\n");
    site.write("profiles.csv", csv);
    let args = [
        "plan",
        "profiles.csv",
        "--service=partner",
        "-o",
        "run.plan",
    ];
    let planned = site.bulk(args).run().await;
    assert_eq!(planned.code, Some(1));
    insta::assert_snapshot!("unplanned_plan", site.shown(&planned));
    let args = args.into_iter().chain(["--overwrite", "--output=json"]);
    let planned = site.bulk(args).run().await;
    assert_valid(SUMMARY, &serde_json::from_str(&planned.stdout).unwrap());
    let rows = site
        .offline(["show", "run.plan", "--output=json"])
        .run()
        .await;
    for line in rows.stdout.lines() {
        assert_valid(PLAN, &serde_json::from_str(line).unwrap());
    }
    let refused = site.apply([]).run().await;
    insta::assert_snapshot!("unplanned_apply", site.shown(&refused));
    assert_eq!(site.writes(), Vec::<String>::new());
    let applied = site.apply(["--allow-unplanned=1"]).run().await;
    insta::assert_snapshot!("unplanned_allowed", site.shown(&applied));
    assert_eq!(site.writes(), ["PUT 200"]);
}

#[tokio::test]
async fn finished_plan_is_replaced_only_on_request() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    let again = ["plan", "profiles.csv", "-o", "run.plan"];
    let refused = site.bulk(again).run().await;
    insta::assert_snapshot!(site.shown(&refused));
    let replaced = site
        .bulk(again.into_iter().chain(["--overwrite"]))
        .run()
        .await;
    assert_eq!(replaced.code, Some(0), "{}", replaced.stderr);
}

#[tokio::test]
async fn selected_profiles_are_planned() {
    let site = Site::start(sample()).await;
    let customers = [
        "plan",
        "--all-customers",
        "--where=language=en",
        "--set=culture=fr-CH",
        "-o",
        "run.plan",
    ];
    let planned = site.bulk(customers).run().await;
    insta::assert_snapshot!("all_customers", site.shown(&planned));
    let account = [
        "plan",
        "--account",
        SAMPLE_ACCOUNT,
        "--clear=poNumber",
        "-o",
        "arm.plan",
    ];
    let planned = site.bulk(account).run().await;
    insta::assert_snapshot!("account", site.shown(&planned));
    assert_eq!(site.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn selection_without_a_change_is_refused() {
    let site = Site::start(sample()).await;
    let mut seen = String::new();
    for args in [
        &["--all-customers"][..],
        &["--all-customers", "--set=cultur=x"],
        &["--all-customers", "--set=culture=x", "--where=culture"],
        &["--all-customers", "--set=culture=x", "--where=culture~=("],
        &["profiles.csv"],
    ] {
        let args = ["plan", "-o", "run.plan"].iter().chain(args).copied();
        seen += &(site.bulk(args).run().await.refused(2) + "\n\n");
    }
    insta::assert_snapshot!(seen);
    assert!(site.emulator.requests().is_empty());
    assert!(!site.path("run.plan").exists());
}

#[tokio::test]
async fn format_is_not_taken_for_the_name_of_a_plan() {
    let site = Site::start(sample()).await;
    site.write("profiles.csv", csv());
    let args = ["plan", "profiles.csv", "-o", "json"];
    insta::assert_snapshot!(site.bulk(args).run().await.refused(2));
}

#[tokio::test]
async fn missing_credential_is_found_before_the_first_profile() {
    let site = Site::start(sample()).await;
    site.write("profiles.csv", csv());
    let args = ["plan", "profiles.csv", "-o", "run.plan"];
    let refused = site.bulk(args).env("BILLING_TOKEN", "").run().await;
    insta::assert_snapshot!(refused.refused(2));
}

#[tokio::test]
async fn preflight_findings_are_in_the_plan() {
    let site = Site::start(sample()).await;
    let csv =
        format!("service,customer_id,defaultAddress.postalCode\npartner,{SAMPLE_CUSTOMER_ID},98\n");
    site.write("profiles.csv", csv);
    let mut seen = String::new();
    for (how, plan) in [
        ("--preflight", "findings.plan"),
        ("--preflight=strict", "strict.plan"),
    ] {
        let planned = site
            .bulk(["plan", "profiles.csv", "-o", plan, how])
            .run()
            .await;
        seen += &(site.shown(&planned) + "\n");
        let rows = site.offline(["show", plan, "--output=json"]).run().await;
        assert_valid(PLAN, &rows.json());
        seen += &(tidy(&rows.stdout) + "\n");
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn plan_that_cannot_be_begun_is_refused() {
    let site = Site::start(sample()).await;
    std::fs::create_dir(site.path("folder")).unwrap();
    let mut seen = String::new();
    for out in ["missing/run.plan", "folder", "-"] {
        let args = [
            "plan",
            "--all-customers",
            "--set=culture=de-DE",
            "--out",
            out,
        ];
        seen += &(site.bulk(args).run().await.refused(2) + "\n\n");
    }
    // Not a mistake: nothing is there to be planned.
    let args = [
        "plan",
        "--all-customers",
        "--where=culture=xx",
        "--set=culture=de-DE",
        "-o=p",
    ];
    let empty = site.bulk(args).run().await;
    assert_eq!(empty.code, Some(0), "{}", empty.stderr);
    seen += &(empty.stderr + "\n\n");
    let args = [
        "plan",
        "--account=missing",
        "--set=poNumber=1",
        "--out=other.plan",
    ];
    seen += &site.bulk(args).run().await.refused(1);
    insta::assert_snapshot!(tidy(&seen));
}
