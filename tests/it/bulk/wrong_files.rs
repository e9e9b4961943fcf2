//! Arguments that name another kind of file than the verb takes, or a file that the verb would
//! replace: exit code 2, and the next step.

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};

use crate::bulk::setup::{Site, tidy};
use crate::support::sample;

/// The verbs that take a journal, which `J` stands for.
const OF_A_JOURNAL: [&str; 16] = [
    "status J",
    "pause J",
    "resume J",
    "abort J",
    "set-rate 5/s J",
    "set-concurrency 4 J",
    "reconcile J",
    "explain J arm/a/b",
    "rows J -o rows.csv",
    "verify J",
    "undo J -o undo.plan",
    "report J -o report.html",
    "receipts J",
    "erase J --profile arm/a/b --yes",
    "plan --continue J profiles.csv -o next.plan",
    "apply run.plan --journal J --yes",
];

/// The verbs that take a plan, which `P` stands for.
const OF_A_PLAN: [&str; 3] = [
    "show P",
    "apply P --journal run.db --yes",
    "rows run.db --plan P -o rows.csv",
];

/// The verbs that write a file, which `F` stands for.
const THAT_WRITE: [&str; 6] = [
    "plan profiles.csv -o F",
    "plan --continue run.db profiles.csv -o F",
    "undo run.db -o F",
    "export --all-customers -o F",
    "rows run.db --state done -o F",
    "report run.db -o F",
];

/// Invalid addresses of databases.
const INVALID_ADDRESSES: [&str; 2] = [
    "postgres://me:s3cret@db.example:port/runs",
    "postgres://me:s3cret@db.example/runs#a;b",
];

/// A site with a plan and the journal of its run, besides files of other kinds.
async fn site() -> Site {
    let site = Site::start(sample()).await;
    site.plan(&format!(
        "service,customer_id,culture\npartner,{SAMPLE_CUSTOMER_ID},fr-CH\n"
    ))
    .await;
    assert_eq!(site.apply([]).run().await.code, Some(0));
    site.write("text.txt", "service,customer_id\n");
    std::fs::create_dir(site.path("folder")).unwrap();
    site
}

/// Runs a verb with a file in place of a letter, and returns the error, of exit code 2.
async fn refused(site: &Site, verb: &str, letter: &str, file: &str) -> String {
    let words = verb.split(' ');
    let words = words.map(|word| if word == letter { file } else { word });
    // Verbs without a service take no endpoints as options.
    let ended = site
        .offline(words)
        .env("BILLING_PARTNER_ENDPOINT", site.emulator.partner_url())
        .env("BILLING_ARM_ENDPOINT", site.emulator.arm_url())
        .token(site.emulator.token().reveal())
        .run()
        .await;
    assert_eq!(ended.code, Some(2), "{verb} {file}: {}", ended.stderr);
    tidy(&ended.refused(2))
}

fn sent(emulator: &Emulator) -> usize {
    emulator.requests().len()
}

#[tokio::test]
async fn file_of_another_kind_is_a_usage_error() {
    let site = site().await;
    let requests = sent(&site.emulator);
    let mut seen = Vec::new();
    for file in ["missing", "folder", "text.txt", "run.plan"] {
        for verb in OF_A_JOURNAL {
            // The journal of a run is created.
            if file == "missing" && verb.starts_with("apply") {
                continue;
            }
            let error = refused(&site, verb, "J", file).await;
            assert!(
                error.contains(file) && error.contains("\nhint: "),
                "{verb}: {error}"
            );
            seen.push(error);
        }
    }
    for file in ["missing", "folder", "text.txt", "run.db"] {
        for verb in OF_A_PLAN {
            let error = refused(&site, verb, "P", file).await;
            assert!(
                error.contains(file) && error.contains("\nhint: "),
                "{verb}: {error}"
            );
            seen.push(error);
        }
    }
    let overwritten = "plan profiles.csv -o F --overwrite";
    seen.push(refused(&site, overwritten, "F", "text.txt").await);
    seen.push(refused(&site, "plan F -o next.plan", "F", "run.db").await);
    seen.sort();
    seen.dedup();
    insta::assert_snapshot!(seen.join("\n\n"));
    assert_eq!(sent(&site.emulator), requests);
    assert_eq!(
        std::fs::read(site.path("text.txt")).unwrap(),
        b"service,customer_id\n"
    );
}

#[tokio::test]
async fn existing_file_is_a_usage_error_of_every_verb() {
    let site = site().await;
    let plan = std::fs::read(site.path("run.plan")).unwrap();
    site.write("mine.csv", "mine");
    let requests = sent(&site.emulator);
    let mut seen = Vec::new();
    for verb in THAT_WRITE {
        let is_plan = verb.starts_with("plan") || verb.starts_with("undo");
        let file = if is_plan { "run.plan" } else { "mine.csv" };
        let error = refused(&site, verb, "F", file).await;
        assert!(
            error.contains(file) && error.contains("--overwrite replaces it"),
            "{verb}: {error}"
        );
        seen.push(error);
    }
    seen.sort();
    seen.dedup();
    insta::assert_snapshot!(seen.join("\n\n"));
    assert_eq!(sent(&site.emulator), requests);
    assert_eq!(std::fs::read(site.path("run.plan")).unwrap(), plan);
    assert_eq!(std::fs::read(site.path("mine.csv")).unwrap(), b"mine");
}

#[tokio::test]
async fn invalid_address_is_a_usage_error_of_every_verb() {
    let site = site().await;
    let requests = sent(&site.emulator);
    let mut seen = Vec::new();
    for address in INVALID_ADDRESSES {
        for verb in OF_A_JOURNAL {
            let error = refused(&site, verb, "J", address).await;
            assert!(!error.contains("s3cret"), "{verb}: {error}");
            seen.push(error);
        }
    }
    seen.sort();
    seen.dedup();
    insta::assert_snapshot!(seen.join("\n\n"));
    assert_eq!(sent(&site.emulator), requests);
}
