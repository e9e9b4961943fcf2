//! Arguments that name another kind of file than the verb takes: exit code 2, and the right verb.

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
