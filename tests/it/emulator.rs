//! `billing emulator`: start, options, faults and variables.

use billing_emulator::{FaultPlan, SAMPLE_CUSTOMER_ID};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;

use crate::support::{billing, in_time, redact};

#[tokio::test]
async fn emulator_prints_one_line_and_serves_until_stopped() {
    let mut child = billing(["emulator"]).spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = stdout.next_line().await.unwrap().unwrap();
    insta::assert_snapshot!(redact(&line), @r#"{"partner":"http://127.0.0.1:<port>","arm":"http://127.0.0.1:<port>","control":"http://127.0.0.1:<port>","authority":"http://127.0.0.1:<port>","token":"<hex>"}"#);
    let ready: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap();

    let args = [
        "partner",
        "get",
        SAMPLE_CUSTOMER_ID,
        "--partner-endpoint",
        text("partner"),
    ];
    let got = billing(args).token(text("token")).run().await;
    assert_eq!((got.code, got.stderr.as_str()), (Some(0), ""));
    let args = ["arm", "list", "70023418", "--arm-endpoint", text("arm")];
    let listed = billing(args).token(text("token")).run().await;
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));

    #[cfg(unix)]
    {
        crate::interrupt::signal(&child, "TERM").await;
        let end = in_time(child.wait_with_output()).await.unwrap();
        assert_eq!(
            end.status.code(),
            Some(0),
            "to be stopped is what it is there for"
        );
        assert_eq!(
            stdout.next_line().await.unwrap(),
            None,
            "one line and no more"
        );
        let log = String::from_utf8(end.stderr).unwrap();
        assert!(!log.contains(text("token")), "{log}");
        insta::assert_snapshot!(redact(&log), @r#"
        the seed is <seed>; --seed <seed> repeats this run
         INFO answered service=partner method="GET" path="/v1/customers/<customer>/profiles/billing" status=200
         INFO answered service=arm method="GET" path="/providers/Microsoft.Billing/billingAccounts/70023418/billingProfiles?api-version=2019-10-01-preview" status=200
        stopping after the requests in flight; repeat to stop at once
        "#);
    }
}

#[tokio::test]
async fn listening_beyond_loopback_needs_two_options() {
    let shown = billing(["emulator", "--listen", "0.0.0.0:0"]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: 0.0.0.0:0 is not a loopback address, and the emulator is not exposed to other machines; listen on 127.0.0.1 or [::1]

    hint: an emulator is for this machine only; use a tunnel to reach it from another one, or add --expose: then everyone who reaches it can read and change its data
    ");
}

#[tokio::test]
async fn used_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = billing(["emulator", "--listen", &address]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: cannot listen on 127.0.0.1:<port> for partner; choose another port, or port 0 for any free one: Address already in use (os error)

    hint: with --listen 127.0.0.1:<port> each service takes a free port
    ");
}

#[tokio::test]
async fn address_without_a_port_is_refused() {
    let shown = billing(["emulator", "--listen", "127.0.0.1"]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: invalid value '127.0.0.1' for '--listen <ADDRESS>': must be a numeric address with a port, such as 127.0.0.1:<port> or [::1]:<port>

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn global_options_are_refused() {
    let mut seen = String::new();
    for args in [&["emulator", "--yes"][..], &["demo", "--output", "table"]] {
        seen += &billing(args.iter().copied()).run().await.refused(2);
        seen.push('\n');
    }
    insta::assert_snapshot!(seen, @"
    error: `billing emulator` does not take --yes

    hint: leave it out: it brings services of its own
    error: `billing demo` does not take --output

    hint: leave it out: it brings services of its own
    ");
}

/// Creates a file with this text.
fn data(text: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

#[tokio::test]
async fn profiles_of_a_file_are_served() {
    let sample = crate::support::sample().start().await.unwrap();
    let get = ["partner", "get", SAMPLE_CUSTOMER_ID, "--output=json"];
    let printed = billing(get).at(&sample).run().await.json();
    let text = json!({
        "customers": { SAMPLE_CUSTOMER_ID: printed },
        "billingAccounts": { "70023418": { "P-1": { "properties": { "poNumber": "PO-7" } } } },
    });
    let (_file, path) = data(&text.to_string());
    let mut child = billing(["emulator", "--data", &path]).spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = in_time(stdout.next_line()).await.unwrap().unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap();
    let here = ["--partner-endpoint", text("partner")];
    let got = billing(get.into_iter().chain(here)).token(text("token"));
    assert_eq!(got.run().await.json(), printed);
    let list = ["arm", "list", "70023418", "--output=json"];
    let here = ["--arm-endpoint", text("arm")];
    let listed = billing(list.into_iter().chain(here)).token(text("token"));
    let listed = listed.run().await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["properties"]["poNumber"], "PO-7");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn invalid_data_is_refused_with_its_position() {
    let mut seen = String::new();
    for text in [
        "",
        r#"{"customer": {}}"#,
        r#"{"customers": {"contoso": {}}}"#,
        r#"{"billingAccounts": {"70023418": {"P-1": {"properties": {"poNumber": 7}}}}}"#,
    ] {
        let (_file, path) = data(text);
        let shown = billing(["emulator", "--data", &path]).run().await;
        seen += &shown.refused(2).replace(&path, "[file]");
        seen.push_str("\n\n");
    }
    let shown = billing(["emulator", "--data", "/nonexistent.json"]).run();
    seen += &shown.await.refused(2);
    insta::assert_snapshot!(seen, @"
    error: --data [file]: the snapshot: EOF while parsing a value at line 1 column 0

    hint: give an object with customers and billingAccounts: see `billing emulator --help`

    error: --data [file]: the snapshot: unknown field `customer`, expected one of `customers`, `companies`, `billingAccounts` at line 1 column 11

    hint: give an object with customers and billingAccounts: see `billing emulator --help`

    error: customer contoso: the tenant id must be a GUID

    hint: correct the data and start it again; nothing is listening

    error: billing profile 70023418/P-1, properties.poNumber: must be a string

    hint: correct the data and start it again; nothing is listening

    error: --data /nonexistent.json: could not read it: No such file or directory (os error)

    hint: check the name; a first run with --save and without --data creates the file when it stops
    ");
}

#[tokio::test]
async fn faults_of_a_file_do_not_double_an_update() {
    let (_file, path) = data(
        r#"
        # Done, and nobody hears of it.
        [[fault]]
        service = "partner"
        method = "PUT"
        nth = 1
        committed = true
        reset = true

        [[fault]]
        service = "arm"
        path = "/billingProfiles?"
        status = 503
        headers = { Retry-After = "0" }
        body = '{"error":{"code":"ServerBusy","message":"later"}}'
        "#,
    );
    let mut child = billing(["emulator", "--faults", &path]).spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = in_time(stdout.next_line()).await.unwrap().unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap();
    let update = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=companyName=Fabrikam",
        "--yes",
        "--output=json",
        "--partner-endpoint",
        text("partner"),
    ];
    let updated = billing(update).token(text("token")).run().await;
    assert_eq!(
        updated.json()["companyName"],
        "Fabrikam",
        "{}",
        updated.stderr
    );
    let list = [
        "arm",
        "list",
        "70023418",
        "--retries=0",
        "--arm-endpoint",
        text("arm"),
    ];
    let listed = billing(list).token(text("token")).run().await.refused(1);
    assert!(
        listed.contains("503 Service Unavailable, code ServerBusy"),
        "{listed}"
    );
    child.kill().await.unwrap();
}

#[test]
fn fault_plan_of_the_readme_is_valid() {
    let readme = include_str!("../../crates/billing-cli/README.md");
    let plan = readme
        .split("```toml\n")
        .find(|text| text.contains("[[fault]]"));
    let plan = plan.and_then(|text| text.split("```").next()).unwrap();
    assert!(plan.matches("[[fault]]").count() > 1, "{plan}");
    plan.parse::<FaultPlan>().unwrap();
}

#[tokio::test]
async fn invalid_fault_plan_is_refused_with_its_position() {
    let mut seen = String::new();
    for text in [
        "[[fault]]\nstatus = 503\n[[fault]]\nmethod = \"PUT\"",
        "[[fault]]\nstatus = 99",
        "[[fault]]\nstatus = 503\nnth = 0",
        "[[fault]]\nreset = true\nbody = \"x\"",
        "[[fault]]\nstatus = 503\nheaders = { \"a b\" = \"c\" }",
        "[[fault]]\nstatus = 503\nservice = \"azure\"",
        "[[fault]]\nstatus = 503\npaht = \"x\"",
    ] {
        let (_file, path) = data(text);
        let shown = billing(["emulator", "--faults", &path]).run().await;
        seen += &shown.refused(2).replace(&path, "<file>");
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
}

#[cfg(unix)]
#[tokio::test]
async fn instructions_are_shown_on_a_terminal() {
    let mut terminal = crate::support::terminal::Terminal::run(billing(["emulator"]));
    terminal.until("Ctrl-C stops it.").await;
    crate::interrupt::signal(&terminal.child, "TERM").await;
    let (_, shown) = terminal.end().await;
    let (ready, usage) = shown.split_once("In another").unwrap();
    assert!(ready.starts_with(r#"{"partner":"#), "{ready}");
    let usage = format!("In another{usage}");
    let usage = usage.split("the seed is").next().unwrap();
    insta::assert_snapshot!(usage.trim_end(), @"
    In another terminal:
      export BILLING_PARTNER_ENDPOINT='http://127.0.0.1:<port>'
      export BILLING_ARM_ENDPOINT='http://127.0.0.1:<port>'
      export BILLING_TOKEN='<hex>'
      billing partner get <customer>
      billing partner get <guid>
      billing arm get <account> CNTS-0001-BG7-PGB
      billing arm get 70023418 FBRK-0001-BG7-PGB
    In a browser: http://127.0.0.1:<port>
    Ctrl-C stops it.
    ");
}

#[cfg(unix)]
#[tokio::test]
async fn eval_sets_variables_while_the_emulator_runs() {
    let script = "eval \"$(\"$0\" emulator --env 2>/dev/null &)\"\n\
                  \"$0\" partner get \"$1\" --output json\n\
                  kill \"$BILLING_EMULATOR_PID\"";
    for shell in ["sh", "bash"] {
        let mut command = tokio::process::Command::new(shell);
        command.args([
            "-c",
            script,
            env!("CARGO_BIN_EXE_billing-under-test"),
            SAMPLE_CUSTOMER_ID,
        ]);
        let output = in_time(command.output()).await.unwrap();
        assert!(output.status.success(), "{shell}: {output:?}");
        let profile: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(profile["companyName"], "Contoso, Ltd.", "{shell}");
    }
}

#[tokio::test]
async fn variables_are_set_in_the_syntax_of_the_shell() {
    let mut seen = String::new();
    for option in ["--env", "--env=sh", "--env=powershell"] {
        let mut child = billing(["emulator", option]).spawn();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // On Windows stdout stays open.
        for _ in 0..6 {
            let line = in_time(lines.next_line()).await.unwrap().unwrap();
            seen += &(redact(&line) + "\n");
        }
        child.kill().await.unwrap();
    }
    let pid = regex::Regex::new("PID(.*)'[0-9]+'").unwrap();
    insta::assert_snapshot!(pid.replace_all(&seen, "PID$1'<pid>'"), @"
    export BILLING_PARTNER_ENDPOINT='http://127.0.0.1:<port>'
    export BILLING_ARM_ENDPOINT='http://127.0.0.1:<port>'
    export BILLING_TOKEN='<hex>'
    export BILLING_EMULATOR_CONTROL='http://127.0.0.1:<port>'
    export BILLING_EMULATOR_AUTHORITY='http://127.0.0.1:<port>'
    export BILLING_EMULATOR_PID='<pid>'
    export BILLING_PARTNER_ENDPOINT='http://127.0.0.1:<port>'
    export BILLING_ARM_ENDPOINT='http://127.0.0.1:<port>'
    export BILLING_TOKEN='<hex>'
    export BILLING_EMULATOR_CONTROL='http://127.0.0.1:<port>'
    export BILLING_EMULATOR_AUTHORITY='http://127.0.0.1:<port>'
    export BILLING_EMULATOR_PID='<pid>'
    $env:BILLING_PARTNER_ENDPOINT = 'http://127.0.0.1:<port>'
    $env:BILLING_ARM_ENDPOINT = 'http://127.0.0.1:<port>'
    $env:BILLING_TOKEN = '<hex>'
    $env:BILLING_EMULATOR_CONTROL = 'http://127.0.0.1:<port>'
    $env:BILLING_EMULATOR_AUTHORITY = 'http://127.0.0.1:<port>'
    $env:BILLING_EMULATOR_PID = '<pid>'
    ");
}
