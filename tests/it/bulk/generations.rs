//! `billing bulk rows` and `plan --continue`: rows that failed are the next input.

use billing_emulator::{
    Fault, FaultPlan, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_OTHER_PROFILE,
};
use serde_json::{Value, json};

use crate::bulk::setup::{Site, events, many, tidy};
use crate::support::sample;

const COMMENTS: &str = "#file,#line,#code,#cause,#hint";

/// A service that refuses the first updates of Partner Center.
fn refusing(times: u64) -> FaultPlan {
    let refused = json!({ "code": 27002, "description": "A property has invalid data." });
    FaultPlan::new().fault(
        Fault::new()
            .method("PUT")
            .nth(1)
            .times(times)
            .status(400)
            .body(refused.to_string()),
    )
}

fn read(site: &Site, name: &str) -> String {
    std::fs::read_to_string(site.path(name)).unwrap()
}

#[tokio::test]
async fn corrected_rows_cost_their_own_writes_and_no_others() {
    let site = Site::start(many(600, 400).faults(refusing(20))).await;
    let input = site.input();
    site.plan(&input).await;
    let applied = site.apply(["--max-repeated-failures=off"]).run().await;
    assert_eq!(applied.code, Some(1), "{}", applied.stderr);
    assert_eq!(site.effective_writes().iter().sum::<u64>(), 980);

    let args = ["rows", "run.db", "-o", "failed.csv"];
    let written = site.offline(args).run().await;
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let failed = read(&site, "failed.csv");
    let mut lines = failed.lines();
    let header = input.lines().next().unwrap();
    assert_eq!(lines.next().unwrap(), format!("{header},{COMMENTS}"));
    let mut rows = 0;
    for line in lines {
        rows += 1;
        let (row, comments) = line.split_once(",profiles.csv,").unwrap();
        let (number, comments) = comments.split_once(',').unwrap();
        let at: usize = number.parse().unwrap();
        assert_eq!(input.lines().nth(at - 1).unwrap(), row);
        assert!(comments.starts_with("27002,"), "{comments}");
        assert!(comments.contains("postal code"), "{comments}");
    }
    assert_eq!(rows, 20);

    site.write("failed.csv", failed.replace("fr-CH", "de-CH"));
    let args = [
        "plan",
        "--continue",
        "run.db",
        "failed.csv",
        "-o",
        "next.plan",
    ];
    let planned = site.bulk(args).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let before = site.writes().len();
    let next = ["apply", "next.plan", "--journal", "run.db", "--yes"];
    let applied = site.bulk(next).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    assert!(applied.stderr.contains("continues the run of run.db"));
    assert_eq!(site.writes().len() - before, 20);
    let writes = site.effective_writes();
    assert!(writes.iter().all(|count| *count == 1), "{writes:?}");
    let status = site
        .offline(["status", "run.db", "--output=json"])
        .run()
        .await;
    let status = &events(&status)[0];
    assert_eq!(
        (&status["profiles"], &status["done"]),
        (&json!(1000), &json!(1000))
    );

    // Both plans resume the one run, which has ended.
    let requests = site.emulator.requests().len();
    for plan in ["run.plan", "next.plan"] {
        let args = ["apply", plan, "--journal", "run.db", "--yes"];
        let again = site.bulk(args).run().await;
        assert_eq!(again.code, Some(0), "{}", again.stderr);
    }
    let repeated = site.emulator.requests().into_iter().skip(requests);
    assert_eq!(repeated.filter(|one| one.method != "GET").count(), 0);
    let given = site.offline(["rows", "run.db", "-o", "-"]).run().await;
    assert_eq!((given.code, given.stdout.as_str()), (Some(0), ""));
}

/// Changes of two customers, of which the first is refused.
async fn refused() -> Site {
    let site = Site::start(sample().faults(refusing(1))).await;
    site.plan(&format!(
        "service,customer_id,culture\n\
         partner,{SAMPLE_CUSTOMER_ID},fr-CH\n\
         partner,{SAMPLE_OTHER_CUSTOMER_ID},fr-CH\n"
    ))
    .await;
    assert_eq!(site.apply(["--concurrency=1"]).run().await.code, Some(1));
    site
}

#[tokio::test]
async fn further_plan_belongs_to_the_journal_it_was_made_for() {
    let site = refused().await;
    let args = ["rows", "run.db", "-o", "failed.csv"];
    let mut seen = site.shown(&site.offline(args).run().await) + "\n\n";
    let args = [
        "plan",
        "--continue",
        "run.db",
        "failed.csv",
        "-o",
        "next.plan",
    ];
    assert_eq!(site.bulk(args).run().await.code, Some(0));
    let requests = site.emulator.requests().len();
    for journal in ["missing.db", "other.db"] {
        let args = ["apply", "next.plan", "--journal", journal, "--yes"];
        seen += &(site.bulk(args).run().await.refused(1) + "\n\n");
        let args = ["plan", "profiles.csv", "-o", "other.plan"];
        if journal == "missing.db" {
            assert_eq!(site.bulk(args).run().await.code, Some(0));
            let args = ["apply", "other.plan", "--journal", "other.db", "--yes"];
            assert_eq!(site.bulk(args).run().await.code, Some(0));
        }
    }
    assert!(!site.path("missing.db").exists());
    assert!(site.emulator.requests().len() > requests);
    let next = ["apply", "next.plan", "--journal", "run.db", "--yes"];
    seen += &site.shown(&site.bulk(next).run().await);
    seen += "\n\n";
    let args = ["explain", "run.db", SAMPLE_CUSTOMER_ID];
    seen += &site.shown(&site.offline(args).run().await);
    insta::assert_snapshot!(tidy(&seen));
}

#[tokio::test]
async fn rows_are_given_back_in_the_form_they_came_in() {
    let text = |row: &Value| row.to_string();
    let row = |id: &str| json!({ "service": "partner", "customer_id": id, "culture": "fr-CH" });
    let (one, other) = (row(SAMPLE_CUSTOMER_ID), row(SAMPLE_OTHER_CUSTOMER_ID));
    let csv = |delimiter: &str, newline: &str| {
        let line = |id: &str| ["partner", id, "fr-CH", "x"].join(delimiter) + newline;
        let header = ["service", "customer_id", "culture", "#hint"].join(delimiter) + newline;
        header + &line(SAMPLE_CUSTOMER_ID) + &line(SAMPLE_OTHER_CUSTOMER_ID)
    };
    for (name, content) in [
        ("rows.jsonl", format!("{}\n{}\n", text(&one), text(&other))),
        ("rows.json", format!("[{},{}]", text(&one), text(&other))),
        ("rows.csv", csv(";", "\r\n")),
        ("rows.tsv", csv("\t", "\n")),
    ] {
        let site = Site::start(sample().faults(refusing(1))).await;
        site.write(name, &content);
        let planned = site.bulk(["plan", name, "-o", "run.plan"]).run().await;
        assert_eq!(planned.code, Some(0), "{}", planned.stderr);
        assert_eq!(site.apply(["--concurrency=1"]).run().await.code, Some(1));
        let given = site.offline(["rows", "run.db", "-o", "-"]).run().await;
        assert_eq!((given.code, given.stderr.as_str()), (Some(0), ""), "{name}");
        let text = &given.stdout;
        assert_eq!(text.matches("code 27002").count(), 1, "{text}");
        assert_eq!(text.matches("#hint").count(), 1, "{text}");
        assert_eq!(text.contains("\r\n"), content.contains("\r\n"), "{text}");
        // It is an input, which plans the same change.
        site.write(name, text);
        let args = [
            "plan",
            "--continue",
            "run.db",
            name,
            "-o",
            "next.plan",
            "--output=json",
        ];
        let planned = site.bulk(args).run().await;
        assert_eq!(planned.code, Some(0), "{}", planned.stderr);
        assert_eq!(planned.json()["counts"]["change"], 1, "{}", planned.stdout);
        let refused = site
            .offline(["rows", "run.db", "-o", "rows.xlsx"])
            .run()
            .await;
        assert_eq!(refused.code, Some(2), "{}", refused.stderr);
        let done = ["rows", "run.db", "-o", "-", "--state", "done"];
        let done = site.offline(done).run().await;
        assert!(
            done.stdout.contains(SAMPLE_OTHER_CUSTOMER_ID)
                || done.stdout.contains(SAMPLE_CUSTOMER_ID)
        );
        assert!(!done.stdout.contains("27002"));
    }
}

#[tokio::test]
async fn selected_and_unplanned_rows_are_given_back() {
    let refused = Fault::new().method("PATCH").nth(1).status(400);
    let site = Site::start(sample().faults(FaultPlan::new().fault(refused))).await;
    let args = [
        "plan",
        "--account",
        SAMPLE_OTHER_ACCOUNT,
        "--set",
        "poNumber=PO-2041",
    ];
    let planned = site
        .bulk(args.into_iter().chain(["-o", "run.plan"]))
        .run()
        .await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    assert_eq!(site.apply(["--concurrency=1"]).run().await.code, Some(1));
    let given = site.offline(["rows", "run.db", "-o", "-"]).run().await;
    let mut lines = given.stdout.lines();
    let columns = "service,customer_id,billing_account,billing_profile,poNumber";
    assert_eq!(lines.next().unwrap(), format!("{columns},{COMMENTS}"));
    let row = lines.next().unwrap();
    assert!(
        row.starts_with(&format!("arm,,{SAMPLE_OTHER_ACCOUNT},")),
        "{row}"
    );
    assert!(row.contains(",PO-2041,"), "{row}");

    // A row of a plan that the run does not have.
    let unknown = "5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8bff";
    site.write(
        "more.csv",
        format!(
            "service,customer_id,billing_account,billing_profile,culture\n\
             partner,{unknown},,,fr-CH\n\
             arm,,{SAMPLE_OTHER_ACCOUNT},{SAMPLE_OTHER_PROFILE},\n"
        ),
    );
    let planned = site
        .bulk(["plan", "more.csv", "-o", "more.plan"])
        .run()
        .await;
    assert_eq!(planned.code, Some(1), "{}", planned.stderr);
    let args = ["rows", "run.db", "--plan", "more.plan", "-o", "all.csv"];
    let given = site.offline(args).run().await;
    assert_eq!(given.code, Some(0), "{}", given.stderr);
    let all = read(&site, "all.csv");
    assert_eq!(all.lines().count(), 3, "{all}");
    let row = all.lines().last().unwrap();
    assert!(
        row.starts_with(&format!("partner,{unknown},,,fr-CH,")),
        "{row}"
    );
    assert!(row.contains(",more.csv,2,"), "{row}");
}

#[tokio::test]
async fn cells_of_further_rows_are_read_as_in_the_run() {
    let site = Site::start(sample().faults(refusing(1))).await;
    site.write(
        "spaces.csv",
        format!(
            "service,customer_id,companyName,lastName\npartner,{SAMPLE_CUSTOMER_ID}, Contoso ,-\n"
        ),
    );
    let options = ["--clear-marker", "-", "--no-trim"];
    let args = ["plan", "spaces.csv", "-o", "run.plan"];
    let planned = site.bulk(args.into_iter().chain(options)).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    assert_eq!(site.apply([]).run().await.code, Some(1));
    let given = site
        .offline(["rows", "run.db", "-o", "failed.csv"])
        .run()
        .await;
    let next = "billing bulk plan --continue run.db failed.csv -o next.plan";
    assert!(given.stderr.trim_end().ends_with(next), "{}", given.stderr);

    // Without --continue it would be another run.
    let args = ["plan", "failed.csv", "-o", "other.plan"];
    let other = site.bulk(args.into_iter().chain(options)).run().await;
    assert_eq!(other.code, Some(0), "{}", other.stderr);
    let warning = "billing bulk plan --continue JOURNAL failed.csv -o other.plan";
    assert!(other.stderr.contains(warning), "{}", other.stderr);

    let args = [
        "plan",
        "--continue",
        "run.db",
        "failed.csv",
        "-o",
        "next.plan",
    ];
    let planned = site.bulk(args).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    assert!(!planned.stderr.contains("warning"), "{}", planned.stderr);
    let next = ["apply", "next.plan", "--journal", "run.db", "--yes"];
    let applied = site.bulk(next).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    let now = site
        .emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    assert_eq!(
        (&now["companyName"], &now["lastName"]),
        (&json!(" Contoso "), &Value::Null)
    );
}
