//! The verbs in completions and manual pages.

use crate::support::billing;

#[tokio::test]
async fn completions_and_manual_pages_have_the_verbs() {
    let completions = billing(["completions", "bash"]).run().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert_eq!(billing(["man", "--out", out]).run().await.code, Some(0));
    let verbs = [
        "export",
        "plan",
        "show",
        "apply",
        "status",
        "pause",
        "resume",
        "abort",
        "set-rate",
        "set-concurrency",
        "reconcile",
        "explain",
        "rows",
        "receipts",
        "erase",
        "report",
        "schema",
    ];
    for verb in verbs {
        let name = format!(
            "billing__subcmd__bulk__subcmd__{}",
            verb.replace('-', "__subcmd__")
        );
        let older = format!("billing__bulk__{verb}");
        let found = completions.stdout.contains(&name) || completions.stdout.contains(&older);
        assert!(found, "{verb}");
        let page = folder.path().join(format!("billing-bulk-{verb}.1"));
        assert!(page.exists(), "{verb}");
    }
}
