//! `billing bulk verify` and `billing bulk undo`: what a run left, and back to what was before.

use billing_emulator::{
    Fault, FaultPlan, OperationOutcome, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT,
    SAMPLE_OTHER_CUSTOMER_ID, SAMPLE_OTHER_PROFILE,
};
use serde_json::{Value, json};

use crate::bulk::schema::{VERIFY, assert_valid};
use crate::bulk::setup::{Site, many};
use crate::support::{Transcript, sample};

/// A customer that the run does not have.
const UNKNOWN: &str = "11111111-1111-4111-8111-111111111111";

/// Returns every profile without the members that change with each write.
fn documents(site: &Site) -> Vec<Value> {
    let (customers, profiles) = site.ids();
    let customers = customers.iter().map(|id| {
        let mut profile = site.emulator.customer_billing_profile(id).unwrap();
        profile["attributes"]["etag"].take();
        profile
    });
    let profiles = profiles.iter().map(|(account, name)| {
        let mut profile = site.emulator.billing_profile(account, name).unwrap();
        if let Some(system_data) = profile.get_mut("systemData") {
            system_data["lastModifiedAt"].take();
        }
        profile
    });
    customers.chain(profiles).collect()
}

/// Changes a member of the sample customer, as somebody else would.
fn change(site: &Site, member: &str, value: &str) {
    let emulator = &site.emulator;
    let mut profile = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    profile[member] = json!(value);
    emulator
        .replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, profile)
        .unwrap();
}

/// Plans and applies changes of two customers.
async fn run(site: &Site) {
    let csv = format!(
        "service,customer_id,culture,email,lastName\n\
         partner,{SAMPLE_CUSTOMER_ID},fr-CH,billing@example.com,\n\
         partner,{SAMPLE_OTHER_CUSTOMER_ID},fr-CH,,<clear>\n"
    );
    site.plan(&csv).await;
    let applied = site.apply([]).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
}

async fn verify(site: &Site, more: &[&str]) -> Transcript {
    let args = ["verify", "run.db"].iter().chain(more).copied();
    site.bulk(args).run().await
}

async fn undo(site: &Site, more: &[&str]) -> Transcript {
    let args = ["undo", "run.db", "-o", "undo.plan"];
    site.bulk(args.iter().chain(more).copied()).run().await
}

async fn apply_undo(site: &Site) {
    let args = ["apply", "undo.plan", "--journal", "undo.db", "--yes"];
    let applied = site.bulk(args).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
}

fn lines(transcript: &Transcript) -> Vec<Value> {
    let lines = transcript.stdout.lines();
    let lines = lines.map(|line| {
        let line = serde_json::from_str(line).unwrap();
        assert_valid(VERIFY, &line);
        line
    });
    lines.collect()
}

#[tokio::test]
async fn undo_leads_back_to_the_state_before() {
    let site = Site::start(many(6, 4)).await;
    let before = documents(&site);
    let (customers, profiles) = site.ids();
    let mut csv = "service,customer_id,billing_account,billing_profile,culture,email,\
                   defaultAddress.addressLine3,poNumber,address.addressLine3\n"
        .to_owned();
    for customer in &customers {
        csv += &format!("partner,{customer},,,fr-CH,<clear>,Back door,,\n");
    }
    for (account, profile) in &profiles {
        csv += &format!("arm,,{account},{profile},,,,PO-2041,Back door\n");
    }
    site.plan(&csv).await;
    let applied = site.apply([]).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    assert_ne!(documents(&site), before);
    let undone = undo(&site, &[]).await;
    insta::assert_snapshot!(site.shown(&undone));
    apply_undo(&site).await;
    assert_eq!(documents(&site), before);
    assert!(site.effective_writes().iter().all(|count| *count == 2));
    // Undone once, nothing is left to do.
    let args = ["undo", "run.db", "-o", "again.plan", "--output=json"];
    let again = site.bulk(args).run().await;
    assert_eq!(again.code, Some(1), "{}", again.stderr);
}

#[tokio::test]
async fn member_that_others_changed_since_stays() {
    let site = Site::start(sample()).await;
    run(&site).await;
    change(&site, "culture", "it-CH");
    let undone = undo(&site, &[]).await;
    assert_eq!(undone.code, Some(0), "{}", undone.stderr);
    let shown = site
        .offline(["show", "undo.plan", "--profile", SAMPLE_CUSTOMER_ID])
        .run()
        .await;
    insta::assert_snapshot!(site.shown(&shown));
    apply_undo(&site).await;
    let now = site.emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let now = now.unwrap();
    assert_eq!(now["culture"], "it-CH");
    assert_ne!(now["email"], "billing@example.com");
}

#[tokio::test]
async fn force_undoes_what_others_changed() {
    let site = Site::start(sample()).await;
    let before = documents(&site);
    run(&site).await;
    change(&site, "culture", "it-CH");
    change(&site, "email", "other@example.com");
    let refused = undo(&site, &[]).await;
    insta::assert_snapshot!(site.shown(&refused));
    for force in [SAMPLE_CUSTOMER_ID, "all"] {
        let forced = undo(&site, &["--overwrite", "--force", force]).await;
        assert_eq!(forced.code, Some(0), "{}", forced.stderr);
        for member in ["culture", "email"] {
            let told = format!("{member} was changed since the run, and is undone, too");
            assert!(forced.stdout.contains(&told), "{}", forced.stdout);
        }
    }
    let other = undo(&site, &["--overwrite", "--force", UNKNOWN]).await;
    assert_eq!(other.code, Some(2));
    let error = format!("error: --force: the run of run.db has no profile partner/{UNKNOWN}");
    assert!(other.stderr.starts_with(&error), "{}", other.stderr);
    apply_undo(&site).await;
    assert_eq!(documents(&site), before);
}

#[tokio::test]
async fn profile_of_unknown_outcome_is_not_undone() {
    // The request never arrives.
    let fault = Fault::new().method("PATCH").nth(1).reset();
    let site = Site::start(sample().faults(FaultPlan::new().fault(fault))).await;
    site.plan(&format!(
        "service,billing_account,billing_profile,poNumber\n\
         arm,{SAMPLE_OTHER_ACCOUNT},{SAMPLE_OTHER_PROFILE},PO-2041\n"
    ))
    .await;
    let applied = site.apply(["--read-back=0s"]).run().await;
    assert_eq!(applied.code, Some(1), "{}", applied.stderr);
    let undone = undo(&site, &[]).await;
    insta::assert_snapshot!(site.shown(&undone));
    let found = verify(&site, &["--output=json"]).await;
    assert_eq!(found.code, Some(1));
    assert_eq!(lines(&found)[0]["members"][0]["kind"], "not_written");
}

#[tokio::test]
async fn failed_profile_that_is_as_before_needs_no_undo() {
    let failing = Fault::new()
        .method("PATCH")
        .nth(1)
        .operation(OperationOutcome::Failed);
    let site = Site::start(sample().faults(FaultPlan::new().fault(failing))).await;
    site.plan(&format!(
        "service,billing_account,billing_profile,poNumber\n\
         arm,{SAMPLE_OTHER_ACCOUNT},{SAMPLE_OTHER_PROFILE},PO-2041\n"
    ))
    .await;
    let applied = site.apply([]).run().await;
    assert_eq!(applied.code, Some(1), "{}", applied.stderr);
    assert!(applied.stderr.contains("1 failed"), "{}", applied.stderr);
    let counts = async |more: &[&str]| {
        let undone = undo(&site, &[&["--output=json"], more].concat()).await;
        (undone.code, undone.json()["counts"].clone())
    };
    let unchanged = json!({ "change": 0, "no_change": 1, "unplanned": 0 });
    assert_eq!(counts(&[]).await, (Some(0), unchanged));
    // Another value may be one that the failed update has left.
    let other = site.bulk([
        "plan",
        "--account",
        SAMPLE_OTHER_ACCOUNT,
        "--set=poNumber=PO-1",
        "-o",
        "other.plan",
    ]);
    assert_eq!(other.run().await.code, Some(0));
    let args = ["apply", "other.plan", "--journal", "other.db", "--yes"];
    assert_eq!(site.bulk(args).run().await.code, Some(0));
    let unplanned = json!({ "change": 0, "no_change": 0, "unplanned": 1 });
    assert_eq!(counts(&["--overwrite"]).await, (Some(1), unplanned));
}

#[tokio::test]
async fn run_that_is_as_planned_is_verified() {
    let site = Site::start(many(3, 2)).await;
    site.plan(&site.input()).await;
    let applied = site.apply([]).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    let writes = site.writes();
    let verified = verify(&site, &[]).await;
    insta::assert_snapshot!(site.shown(&verified));
    let summary = verify(&site, &["--output=json"]).await;
    assert_eq!(summary.code, Some(0), "{}", summary.stderr);
    let [summary] = &lines(&summary)[..] else {
        panic!("{}", summary.stdout);
    };
    assert_eq!(
        (&summary["profiles"], &summary["as_planned"]),
        (&json!(5), &json!(5))
    );
    assert_eq!(site.writes(), writes);
}

#[tokio::test]
async fn changes_since_the_run_are_listed() {
    let site = Site::start(sample()).await;
    run(&site).await;
    change(&site, "culture", "it-CH");
    change(&site, "companyName", "Contoso Nord");
    let verified = verify(&site, &[]).await;
    insta::assert_snapshot!(site.shown(&verified));
    let found = verify(&site, &["--output=json"]).await;
    assert_eq!(found.code, Some(1));
    let lines = lines(&found);
    assert_eq!(lines[0]["members"][0]["kind"], "changed");
    assert_eq!(lines[0]["others"], json!(["companyName"]));
    assert_eq!(lines[1]["different"], 1);
}
