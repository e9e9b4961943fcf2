//! `billing bulk apply`: what is written, refused and left alone.

use billing_emulator::{SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID};
use serde_json::json;

use crate::bulk::setup::{Site, events, many, tidy};
use crate::support::sample;

/// Changes of two customers.
fn csv() -> String {
    format!(
        "service,customer_id,culture\n\
         partner,{SAMPLE_CUSTOMER_ID},fr-CH\n\
         partner,{SAMPLE_OTHER_CUSTOMER_ID},fr-CH\n"
    )
}

#[tokio::test]
async fn each_profile_is_written_once() {
    let site = Site::start(many(6, 4)).await;
    site.plan(&site.input()).await;
    let applied = site.apply([]).run().await;
    insta::assert_snapshot!(site.shown(&applied));
    site.assert_each_written_once();
    let writes = site.writes();
    let again = site.apply([]).run().await;
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(again.stdout, applied.stdout);
    assert_eq!(site.writes(), writes);
}

#[tokio::test]
async fn events_are_lines_of_json() {
    let site = Site::start(many(2, 2)).await;
    site.plan(&site.input()).await;
    let applied = site.apply(["--output=json"]).run().await;
    assert_eq!((applied.code, applied.stderr.as_str()), (Some(0), ""));
    let events = events(&applied);
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!(
        (of("run"), of("sent"), of("done"), of("summary")),
        (1, 4, 4, 1)
    );
    assert_eq!(of("accepted"), 2);
    assert_eq!(events[0]["event"], "run");
    let summary = events.last().unwrap();
    assert_eq!(
        (&summary["profiles"], &summary["done"]),
        (&json!(4), &json!(4))
    );
    let status = site
        .offline(["status", "run.db", "--output=json"])
        .run()
        .await;
    let status = crate::bulk::setup::events(&status);
    assert_eq!(status[0]["run"], summary["run"]);
    assert_eq!(status[0]["done"], json!(4));
}

/// Changes a member of the sample customer, as somebody else would.
fn change(site: &Site, member: &str, value: &str) {
    let mut profile = site
        .emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    profile[member] = json!(value);
    site.emulator
        .replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, profile)
        .unwrap();
}

#[tokio::test]
async fn profile_that_others_changed_is_left_alone() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    change(&site, "companyName", "Contoso Nord");
    let applied = site.apply([]).run().await;
    insta::assert_snapshot!(site.shown(&applied));
    // The one of somebody else.
    assert_eq!(
        site.emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
    assert_eq!(
        site.emulator
            .customer_effective_writes(SAMPLE_OTHER_CUSTOMER_ID),
        Some(1)
    );
    let explained = site
        .offline(["explain", "run.db", SAMPLE_CUSTOMER_ID])
        .run()
        .await;
    insta::assert_snapshot!("conflict_explained", site.shown(&explained));
}

/// Asserts that the profile has the change of the plan and that of somebody else.
fn assert_both_changes(site: &Site) {
    let now = site
        .emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    assert_eq!(
        (&now["companyName"], &now["culture"]),
        (&json!("Contoso Nord"), &json!("fr-CH"))
    );
}

#[tokio::test]
async fn rebase_keeps_the_changes_of_others() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    change(&site, "companyName", "Contoso Nord");
    let applied = site.apply(["--rebase"]).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    assert_both_changes(&site);
}

#[tokio::test]
async fn rebase_says_how_to_plan_present_conflicts_again() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    change(&site, "companyName", "Contoso Nord");
    assert_eq!(site.apply([]).run().await.code, Some(1));
    let applied = site.apply(["--rebase"]).run().await;
    insta::assert_snapshot!(site.shown(&applied));
    // As it says.
    let rows = "rows run.db --state conflict -o conflicts.csv";
    let plan = "plan --continue run.db conflicts.csv -o next.plan";
    let apply = "apply next.plan --journal run.db --yes";
    for run in [
        site.offline(rows.split(' ')),
        site.bulk(plan.split(' ')),
        site.bulk(apply.split(' ')),
    ] {
        let ended = run.run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }
    assert_both_changes(&site);
}

#[tokio::test]
async fn rebase_leaves_planned_members_of_others_alone() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    change(&site, "culture", "it-CH");
    let applied = site.apply(["--rebase", "--output=json"]).run().await;
    assert_eq!(applied.code, Some(1));
    let conflicts = events(&applied)
        .into_iter()
        .filter(|event| event["event"] == "conflict");
    assert_eq!(conflicts.count(), 1);
    // The one of somebody else.
    assert_eq!(
        site.emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
}

#[tokio::test]
async fn plans_that_cannot_be_trusted_are_refused() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    let requests = site.emulator.requests().len();
    let mut seen = String::new();
    let mut refuse = |name: &str, text: String| seen += &format!("--- {name}\n{text}\n\n");

    let plan = std::fs::read(site.path("run.plan")).unwrap();
    let mut edited = plan.clone();
    let at = edited
        .windows(5)
        .position(|bytes| bytes == b"fr-CH")
        .unwrap();
    edited[at..at + 5].copy_from_slice(b"fr-FR");
    site.write("run.plan", &edited);
    refuse("edited", site.apply([]).run().await.refused(1));
    let shown = site.offline(["show", "run.plan"]).run().await;
    assert!(
        shown.stdout.contains(SAMPLE_CUSTOMER_ID),
        "{}",
        shown.stderr
    );
    site.write("run.plan", &plan[..plan.len() / 2]);
    refuse("cut off", site.apply([]).run().await.refused(1));
    site.write("run.plan", "service,customer_id\n");
    refuse("no plan", site.apply([]).run().await.refused(2));
    std::fs::remove_file(site.path("run.plan")).unwrap();
    refuse("missing", site.apply([]).run().await.refused(2));

    site.write("run.plan", &plan);
    let other = sample().start().await.unwrap();
    let args = ["apply", "run.plan", "--journal", "run.db", "--yes"];
    refuse(
        "elsewhere",
        site.offline(args).at(&other).run().await.refused(1),
    );
    assert!(other.requests().is_empty());

    let args = [
        "plan",
        "profiles.csv",
        "-o",
        "run.plan",
        "--overwrite",
        "--expires=0s",
    ];
    assert_eq!(site.bulk(args).run().await.code, Some(0));
    let before = site.emulator.requests().len();
    refuse("expired", site.apply([]).run().await.refused(1));
    assert_eq!(site.emulator.requests().len(), before);
    assert_eq!(
        before,
        requests + 3,
        "nothing but the second plan sent requests"
    );
    assert!(!site.path("run.db").exists());
    insta::assert_snapshot!(tidy(&seen));
}

#[tokio::test]
async fn plan_belongs_to_its_first_journal() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    assert_eq!(site.apply([]).run().await.code, Some(0));
    let requests = site.emulator.requests().len();
    let args = ["apply", "run.plan", "--journal", "other.db", "--yes"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!(tidy(&refused.refused(1)));
    assert_eq!(site.emulator.requests().len(), requests);
    // Nor does a journal take another plan.
    let args = ["plan", "profiles.csv", "-o", "other.plan"];
    assert_eq!(site.bulk(args).run().await.code, Some(0));
    let args = ["apply", "other.plan", "--journal", "run.db", "--yes"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!(tidy(&refused.refused(1)));
}

#[tokio::test]
async fn apply_needs_yes_without_a_terminal() {
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    let args = ["apply", "run.plan", "--journal", "run.db"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!(tidy(&refused.refused(2)));
    assert_eq!(site.writes(), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn apply_asks_on_a_terminal() {
    use crate::support::terminal::Terminal;
    let site = Site::start(sample()).await;
    site.plan(&csv()).await;
    let args = ["apply", "run.plan", "--journal", "run.db"];
    let mut terminal = Terminal::run(site.bulk(args));
    terminal.until("Write this? [y/N]").await;
    terminal.press("n\n");
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(1), "{shown}");
    assert_eq!(site.writes(), Vec::<String>::new());
    let mut terminal = Terminal::run(site.bulk(args));
    terminal.until("Write this? [y/N]").await;
    terminal.press("y\n");
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(site.writes(), ["PUT 200", "PUT 200"]);
}

#[tokio::test]
async fn closed_pipe_does_not_stop_a_run() {
    let site = Site::start(many(4, 4)).await;
    site.plan(&site.input()).await;
    for format in ["--output=json", "--output=table"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = site.apply([format]).into_command();
        command.stdin(std::process::Stdio::null()).stdout(writer);
        command.stderr(std::process::Stdio::piped());
        let shown = crate::support::Transcript::of(command.spawn().unwrap()).await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        site.assert_each_written_once();
    }
}
