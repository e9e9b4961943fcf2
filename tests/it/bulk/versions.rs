//! `billing bulk` in the api versions of Azure Resource Manager.

use std::time::Duration;

use billing_emulator::{Emulator, EmulatorBuilder};
use serde_json::{Value, json};

use crate::bulk::setup::{Site, many};
use crate::support::billing;

const VERSION: &str = "--api-version=2024-04-01";

const VARIABLE: &str = "BILLING_ARM_API_VERSION";

/// Returns the builder of an emulator with this many billing profiles, which have members of single
/// versions.
fn profiles(count: u32) -> EmulatorBuilder {
    let builder = Emulator::builder().seed(12).retry_after(Duration::ZERO);
    (1..=count).fold(builder.without_rate_limits(), |builder, number| {
        let profile = json!({ "properties": {
            "displayName": format!("Profile {number}"),
            "poNumber": format!("PO-{number}"),
            "address": { "addressLine1": "1 Example Way", "city": "Redmond", "country": "US" },
            "shipTo": { "addressLine1": "2 Example Way", "city": "York", "country": "GB" },
            "invoiceSections": [{ "name": "one", "properties": { "displayName": "One" } }],
            "mystery": 0.10,
        } });
        builder.billing_profile("70023418", format!("P-{number}"), profile)
    })
}

/// Writes an input that changes each billing profile, with the city of its address in this column.
fn write_input(site: &Site, city: &str) {
    let mut csv = format!("service,billing_account,billing_profile,poNumber,{city}\n");
    for (account, profile) in site.ids().1 {
        csv += &format!("arm,{account},{profile},PO-2041,Tacoma\n");
    }
    site.write("profiles.csv", csv);
}

/// Plans that input in 2024-04-01.
async fn plan(site: &Site) {
    write_input(site, "billTo.city");
    let args = ["plan", "profiles.csv", "-o", "run.plan", VERSION];
    let planned = site.bulk(args).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
}

/// Returns every billing profile without who wrote it last.
fn documents(site: &Site) -> Vec<Value> {
    let profiles = site.ids().1.into_iter();
    let documents = profiles.map(|(account, profile)| {
        let mut document = site.emulator.billing_profile(&account, &profile).unwrap();
        document["systemData"].take();
        document
    });
    documents.collect()
}

#[tokio::test]
async fn run_in_a_later_version_is_stopped_resumed_and_undone() {
    let site = Site::start(profiles(6)).await;
    let before = documents(&site);
    plan(&site).await;
    // The plan decides about the version, not the settings.
    let stopped = site.apply(["--first", "2"]).env(VARIABLE, "2020-05-01");
    assert_eq!(stopped.run().await.code, Some(3));
    let count = |site: &Site| {
        site.writes()
            .iter()
            .filter(|it| it.starts_with("PUT "))
            .count()
    };
    assert_eq!((count(&site), site.writes().len()), (2, 2));
    let applied = site.apply([VERSION]).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    assert_eq!((count(&site), site.writes().len()), (6, 6));
    assert_eq!(site.effective_writes()[..], [1; 6]);
    let mut expected = before.clone();
    for document in &mut expected {
        document["properties"]["poNumber"] = "PO-2041".into();
        document["properties"]["address"]["city"] = "Tacoma".into();
    }
    assert_eq!(documents(&site), expected);

    let verified = site.bulk(["verify", "run.db"]).run().await;
    assert_eq!(verified.code, Some(0), "{}", verified.stderr);
    let undo = ["undo", "run.db", "-o", "undo.plan"];
    let undone = site.bulk(undo).env(VARIABLE, "2020-05-01").run().await;
    assert_eq!(undone.code, Some(0), "{}", undone.stderr);
    let args = ["apply", "undo.plan", "--journal", "undo.db", "--yes"];
    let applied = site.bulk(args).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    assert_eq!(documents(&site), before);
}

#[tokio::test]
async fn both_services_are_written_once_in_a_later_version() {
    for version in ["2020-05-01", "2024-04-01"] {
        let site = Site::start(many(4, 12)).await;
        let before = documents(&site);
        site.write("profiles.csv", site.input());
        let args = [
            "plan",
            "profiles.csv",
            "-o",
            "run.plan",
            "--api-version",
            version,
        ];
        let planned = site.bulk(args).run().await;
        assert_eq!(planned.code, Some(0), "{}", planned.stderr);
        let applied = site.apply([]).run().await;
        assert_eq!(applied.code, Some(0), "{version}: {}", applied.stderr);
        assert!(
            !applied.stderr.contains("others_changed"),
            "{}",
            applied.stderr
        );
        site.assert_each_written_once();
        let mut expected = before;
        for document in &mut expected {
            document["properties"]["poNumber"] = "PO-2041".into();
        }
        assert_eq!(documents(&site), expected, "{version}");
    }
}

#[tokio::test]
async fn further_rows_are_planned_in_the_version_of_the_run() {
    let site = Site::start(profiles(2)).await;
    plan(&site).await;
    assert_eq!(site.apply([]).run().await.code, Some(0));
    write_input(&site, "billTo.addressLine3");
    let args = [
        "plan",
        "profiles.csv",
        "-o",
        "more.plan",
        "--continue",
        "run.db",
    ];
    let planned = site.bulk(args).env(VARIABLE, "2020-05-01").run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let args = ["apply", "more.plan", "--journal", "run.db", "--yes"];
    assert_eq!(site.bulk(args).run().await.code, Some(0));
    assert_eq!(site.effective_writes()[..], [2; 2]);
}

#[tokio::test]
async fn export_in_a_later_version_is_planned_unchanged() {
    let site = Site::start(profiles(3)).await;
    let account = site.ids().1[0].0.clone();
    let args = ["export", "--account", &account, "-o", "all.csv", VERSION];
    let exported = site.bulk(args).run().await;
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    let command = "billing bulk plan all.csv -o run.plan --api-version 2024-04-01";
    assert!(exported.stderr.contains(command), "{}", exported.stderr);
    let text = std::fs::read_to_string(site.path("all.csv")).unwrap();
    let columns = text.lines().next().unwrap();
    assert!(columns.contains(",billTo.city,"), "{columns}");
    let args = [
        "plan",
        "all.csv",
        "-o",
        "run.plan",
        VERSION,
        "--output=json",
    ];
    let planned = site.bulk(args).run().await.json();
    assert_eq!(planned["counts"]["change"], 0, "{planned}");
}

#[tokio::test]
async fn member_of_another_version_is_refused_by_name() {
    let site = Site::start(profiles(2)).await;
    let mut seen = String::new();
    let head = "service,billing_account,billing_profile";
    for (version, columns) in [
        ("2024-04-01", "address.city,systemId"),
        ("2020-05-01", "billTo.ctiy,shipTo.city"),
        (
            "2019-10-01-preview",
            "billTo.city,tags,indirectRelationshipInfo",
        ),
    ] {
        let cells = ",x".repeat(columns.split(',').count());
        site.write(
            "profiles.csv",
            format!("{head},{columns}\narm,a,p{cells}\n"),
        );
        let args = [
            "plan",
            "profiles.csv",
            "-o",
            "run.plan",
            "--api-version",
            version,
        ];
        seen += &format!("{}\n\n", site.offline(args).run().await.refused(2));
    }
    let account = ["plan", "--account=a", "-o", "run.plan", VERSION];
    for more in ["--set=address.city=x", "--where=address.city=x"] {
        let args = account.into_iter().chain([more, "--set=poNumber=1"]);
        seen += &format!("{}\n\n", site.offline(args).run().await.refused(2));
    }
    let args = [
        "export",
        "--account=a",
        "-o",
        "a.csv",
        VERSION,
        "--columns=address",
    ];
    seen += &site.offline(args).run().await.refused(2);
    assert!(site.emulator.requests().is_empty());
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn other_version_than_that_of_the_plan_is_refused() {
    let site = Site::start(profiles(2)).await;
    plan(&site).await;
    assert_eq!(site.apply(["--first", "1"]).run().await.code, Some(3));
    let sent = site.emulator.requests().len();
    let mut seen = String::new();
    let other = "--api-version=2020-05-01";
    for args in [
        &["apply", "run.plan", "--journal", "run.db", "--yes", other][..],
        &["reconcile", "run.db", other],
        &["verify", "run.db", other],
        &["undo", "run.db", "-o", "undo.plan", other],
        &[
            "plan",
            "profiles.csv",
            "-o",
            "more.plan",
            "--continue",
            "run.db",
            other,
        ],
    ] {
        let refused = site.bulk(args.iter().copied()).run().await;
        seen += &format!("{}\n\n", site.shown(&refused));
        assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    }
    assert_eq!(site.emulator.requests().len(), sent);
    insta::assert_snapshot!(seen);
    let args = [
        "plan",
        "--all-customers",
        "--set=culture=de",
        "-o",
        "a.plan",
        VERSION,
    ];
    let refused = billing(["bulk"].into_iter().chain(args)).run().await;
    insta::assert_snapshot!("version_for_customers", refused.refused(2));
}

#[tokio::test]
async fn full_profile_that_others_changed_is_left_alone() {
    let site = Site::start(profiles(2)).await;
    plan(&site).await;
    let (account, profile) = &site.ids().1[0];
    let update = [
        "arm",
        "update",
        account,
        profile,
        "--set=displayName=Theirs",
        "--yes",
    ];
    let changed = billing(update).at(&site.emulator).run().await;
    assert_eq!(changed.code, Some(0), "{}", changed.stderr);
    let applied = site.apply([]).run().await;
    insta::assert_snapshot!(site.shown(&applied));
    assert_eq!(site.effective_writes()[..], [1, 1]);
    let applied = site.bulk(["apply", "run.plan", "--journal=run.db", "--yes"]);
    assert_eq!(applied.run().await.code, Some(1), "a conflict stays");
    let kept = site.emulator.billing_profile(account, profile).unwrap();
    assert_eq!(kept["properties"]["displayName"], "Theirs");
}

#[tokio::test]
async fn version_of_a_plan_is_that_of_the_settings() {
    let site = Site::start(profiles(2)).await;
    write_input(&site, "billTo.city");
    let plan = ["plan", "profiles.csv", "-o", "run.plan"];
    let planned = site.bulk(plan).env(VARIABLE, "2020-05-01").run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let given = plan.into_iter().chain(["--api-version=2019-10-01-preview"]);
    let refused = site.offline(given).env(VARIABLE, "2020-05-01").run().await;
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert_eq!(site.apply([]).run().await.code, Some(0));
    assert_eq!(site.writes(), ["PUT 202"; 2]);
}

#[tokio::test]
async fn preflight_finds_members_that_a_put_requires() {
    let profile = json!({ "properties": {
        "poNumber": "PO-1",
        "address": { "addressLine1": "1 Example Way", "country": "US" },
        "shipTo": { "city": "York", "country": "" },
    } });
    let builder = Emulator::builder().retry_after(Duration::ZERO);
    let builder = builder.without_rate_limits();
    let site = Site::start(builder.billing_profile("70023418", "P-1", profile)).await;
    let csv = "service,billing_account,billing_profile,poNumber\narm,70023418,P-1,PO-2\n";
    site.write("profiles.csv", csv);
    let mut seen = String::new();
    for (version, how, out) in [
        ("2019-10-01-preview", "--preflight=strict", "patch.plan"),
        ("2024-04-01", "--preflight", "run.plan"),
        ("2024-04-01", "--preflight=strict", "strict.plan"),
    ] {
        let version = format!("--api-version={version}");
        let args = ["plan", "profiles.csv", "-o", out, how, &version];
        let planned = site.bulk(args).run().await;
        seen += &(site.shown(&planned) + "\n\n");
    }
    insta::assert_snapshot!(seen);
    // It is as the plan says.
    assert_eq!(site.apply([]).run().await.code, Some(1));
    assert_eq!(site.writes(), ["PUT 400"]);
}
