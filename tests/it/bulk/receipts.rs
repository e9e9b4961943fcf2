//! `billing bulk receipts` and `erase`: what a journal proves, and what stays after erasing.

use billing_emulator::{Fault, FaultPlan};
use serde_json::{Value, json};

use crate::bulk::schema::{RECEIPTS, REPORT, assert_valid};
use crate::bulk::setup::{Site, many};
use crate::support::Transcript;

/// Plans and applies a change of two customers and a billing profile.
async fn applied() -> Site {
    let site = Site::start(many(2, 1)).await;
    site.plan(&site.input()).await;
    // The order of the entries follows from that of the rows.
    let run = site.apply(["--concurrency=1"]).run().await;
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    site
}

fn receipts(transcript: &Transcript) -> Vec<Value> {
    let lines = transcript.stdout.lines();
    let receipts = lines.map(|line| {
        let receipt = serde_json::from_str(line).unwrap();
        assert_valid(RECEIPTS, &receipt);
        receipt
    });
    receipts.collect()
}

/// Returns the head that a run or `status` printed.
fn head(text: &str) -> String {
    let (_, rest) = text.split_once("head").unwrap();
    let word = |it: &&str| it.len() == 64;
    rest.split_whitespace().find(word).unwrap().to_owned()
}

#[tokio::test]
async fn receipts_say_who_changed_what_when_and_under_which_ids() {
    let site = applied().await;
    let printed = site
        .offline(["receipts", "run.db", "--output", "json"])
        .env("USER", "operator")
        .run()
        .await;
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let printed = receipts(&printed);
    assert_eq!(printed.len(), 3);
    for receipt in &printed {
        assert_eq!(
            (&receipt["state"], &receipt["v"]),
            (&json!("done"), &json!(1))
        );
        let change = &receipt["changes"][0];
        assert_eq!(change["after"], change["new"]);
        assert_ne!(change["old"], change["new"]);
        let entries = receipt["entries"].as_array().unwrap();
        let (first, last) = (&entries[0], &entries[entries.len() - 1]);
        assert_eq!(
            (&first["state"], &last["state"]),
            (&json!("sending"), &json!("done"))
        );
        assert!(first["request_id"].is_string(), "{first}");
        for id in ["service_request_id", "correlation_id"] {
            assert!(last[id].is_string(), "{id}: {last}");
        }
        assert!(last["who"]["process"].is_u64(), "{last}");
        let tool = last["who"]["tool"].as_str().unwrap();
        assert!(tool.starts_with("billing "), "{tool}");
    }
    let csv = site
        .offline(["receipts", "run.db", "--output", "csv"])
        .run()
        .await;
    let lines = csv.stdout.lines().filter(|line| !line.is_empty());
    let lines: Vec<Vec<_>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 4);
    let columns = ["service", "path", "new", "after"].map(|name| {
        let mut columns = lines[0].iter();
        columns.position(|column| *column == name).unwrap()
    });
    let last = columns.map(|column| lines[3][column]);
    assert_eq!(last, ["arm", "poNumber", "PO-2041", "PO-2041"]);
}

#[tokio::test]
async fn receipt_is_a_few_lines_for_people() {
    let site = applied().await;
    let (customers, _) = site.ids();
    let printed = site
        .offline(["receipts", "run.db", "--profile", &customers[0]])
        .env("USER", "operator")
        .run()
        .await;
    insta::assert_snapshot!(site.shown(&printed));
    let unknown = site
        .offline(["receipts", "run.db", "--profile", "arm/a/b"])
        .run()
        .await;
    insta::assert_snapshot!("unknown", unknown.refused(2));
}

#[tokio::test]
async fn changed_journal_is_found_with_the_first_wrong_place() {
    let site = applied().await;
    let status = site.offline(["status", "run.db"]).run().await;
    let head = head(&status.stdout);
    let verify = |more: &[&str]| {
        let args = [&["receipts", "run.db", "--verify"], more].concat();
        site.offline(args)
    };
    let verified = verify(&["--head", &head]).run().await;
    insta::assert_snapshot!("verified", site.shown(&verified));
    let json = verify(&["--output", "json"]).run().await;
    let [proof] = receipts(&json).try_into().unwrap();
    assert_eq!((&proof["head"], &proof["rows"]), (&json!(head), &json!(3)));

    let other = verify(&["--head", &"0".repeat(64)]).run().await;
    insta::assert_snapshot!("other_head", other.refused(1));
    let none = verify(&["--head", "abc"]).run().await;
    insta::assert_snapshot!("no_head", none.refused(2));

    // One byte of an id that only the history has.
    let printed = site
        .offline(["receipts", "run.db", "--output", "json"])
        .run()
        .await;
    let receipt = &receipts(&printed)[0];
    let last = receipt["entries"].as_array().unwrap().last().unwrap();
    let id = last["correlation_id"].as_str().unwrap().as_bytes();
    let mut file = std::fs::read(site.path("run.db")).unwrap();
    let at = file.windows(id.len()).position(|it| it == id).unwrap();
    file[at] = if file[at] == b'7' { b'8' } else { b'7' };
    site.write("run.db", file);
    let changed = verify(&[]).run().await;
    insta::assert_snapshot!("changed", changed.refused(1));
}

#[tokio::test]
async fn erased_profile_leaves_its_identity_and_a_valid_chain() {
    let site = applied().await;
    let (customers, _) = site.ids();
    let customer = customers[0].as_str();
    let before = site.offline(["status", "run.db"]).run().await;
    let head = head(&before.stdout);
    let args = ["erase", "run.db", "--profile", customer];
    let asked = site.offline(args).run().await;
    insta::assert_snapshot!("without_yes", site.shown(&asked));
    let args = ["erase", "run.db", "--yes", "--profile", customer];
    let erased = site.offline(args).run().await;
    insta::assert_snapshot!("erased", site.shown(&erased));

    let args = ["receipts", "run.db", "--verify", "--head", &head];
    let verified = site.offline(args).run().await;
    assert_eq!(verified.code, Some(0), "{}", verified.stderr);
    assert!(
        verified
            .stdout
            .contains("rows whose personal data were erased: 1")
    );
    let args = [
        "receipts",
        "run.db",
        "--output",
        "json",
        "--profile",
        customer,
    ];
    let [receipt] = receipts(&site.offline(args).run().await)
        .try_into()
        .unwrap();
    assert!(receipt["erased"].is_string(), "{receipt}");
    assert_eq!(receipt["changes"], json!([{ "path": "culture" }]));
    assert_eq!(receipt["customer_id"], customer);
    assert!(receipt.get("before").is_none() && receipt.get("after").is_none());
}

#[tokio::test]
async fn erased_values_are_not_taken_for_cleared_members() {
    let site = applied().await;
    let (customers, _) = site.ids();
    let customer = customers[0].as_str();
    let args = ["erase", "run.db", "--yes", "--profile", customer];
    assert_eq!(site.offline(args).run().await.code, Some(0));

    let rows = ["rows", "run.db", "--state", "done", "-o", "done.csv"];
    let rows = site.offline(rows).run().await;
    assert_eq!(rows.code, Some(0), "{}", rows.stderr);
    let left_out = "left out: 1 row whose values were erased";
    assert!(rows.stderr.contains(left_out), "{}", rows.stderr);
    let written = std::fs::read_to_string(site.path("done.csv")).unwrap();
    assert_eq!(written.lines().count(), 3);
    assert!(!written.contains(customer) && !written.contains("<clear>"));

    let report = site
        .offline(["report", "run.db", "--json"])
        .run()
        .await
        .json();
    assert_valid(REPORT, &report);
    let profiles = report["profiles"].as_array().unwrap();
    let erased = profiles.iter().find(|it| it["customer_id"] == customer);
    let erased = erased.unwrap();
    assert!(erased["erased"].is_string() && erased.get("changes").is_none());
    let csv = site.offline(["report", "run.db", "--csv"]).run().await;
    let line = csv.stdout.lines().find(|line| line.contains(customer));
    assert!(line.unwrap().contains(",done,,,,,"), "{}", csv.stdout);

    let explained = site.offline(["explain", "run.db", customer]).run().await;
    let text = explained.stdout;
    assert!(text.contains("Its values were erased."), "{text}");

    let args = ["undo", "run.db", "-o", "undo.plan"];
    let undo = site.bulk(args).run().await;
    assert_eq!(undo.code, Some(1), "{}", undo.stderr);
    assert!(undo.stderr.contains("1 of 3 profiles cannot be planned"));
}

#[tokio::test]
async fn profile_that_the_run_still_needs_is_not_erased() {
    // The request never arrives.
    let fault = Fault::new().method("PATCH").nth(1).reset();
    let builder = many(0, 1).faults(FaultPlan::new().fault(fault));
    let site = Site::start(builder).await;
    site.plan(&site.input()).await;
    let run = site.apply(["--read-back=0s"]).run().await;
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let (_, profiles) = site.ids();
    let profile = format!("arm/{}/{}", profiles[0].0, profiles[0].1);
    let args = ["erase", "run.db", "--yes", "--profile", &profile];
    let refused = site.offline(args).run().await;
    insta::assert_snapshot!(refused.refused(1));
}
