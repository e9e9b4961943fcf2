//! Invalid and valid fault plans, read from text.

use std::time::{Duration, UNIX_EPOCH};

use billing_emulator::{Emulator, Fault, FaultPlan, Garbage, OperationOutcome, Service};

fn refusals(plans: &[&str]) -> String {
    let refuse = |plan: &&str| {
        let error = plan.parse::<FaultPlan>().expect_err(plan);
        format!("{}\n  {error}\n", plan.replace('\n', "\n  "))
    };
    plans.iter().map(refuse).collect()
}

#[test]
fn toml_errors_name_line_fault_and_key() {
    insta::assert_snapshot!(refusals(&[
        "status = 503",
        "[[fault]\nstatus = 503",
        "[[fault]]\nstatus = 503\nservice = \"azure\"",
        "[[fault]]\nstatus = 503\npaht = \"x\"",
        "[[fault]]\nstatus = \"503\"",
        "[[fault]]\nstatus = -1",
        "[[fault]]\nname = \"first\"\nstatus = 503\n\n[[fault]]\nname = \"second\"\n\nstatus = 99",
        "[[fault]]\nstatus = 503\n# More.\n[[fault]]\nmethod = \"PUT\"",
        "[[fault]]\ngarbage = [1]",
        "[[fault]]\noperation = \"lost\"",
        "[[fault]]\nclock_set = 1769848200",
        "[[fault]]\nclock_set = 2026-01-31",
    ]));
}

#[test]
fn json_errors_name_their_path() {
    insta::assert_snapshot!(refusals(&[
        "{",
        r#"{"seed": -1}"#,
        r#"{"faults": {}}"#,
        r#"{"faults": [503]}"#,
        r#"{"faults": [{"status": 503}, {"name": "second", "status": 503, "probability": 2}]}"#,
        r#"{"faults": [{"status": 503}, {"status": "503"}]}"#,
        r#"{"faults": [{"status": 503, "headers": {"a": 1}}]}"#,
        r#"{"faults": [{}]}"#,
        r#"{"faults": [{"operation": ["Running", 7]}]}"#,
    ]));
}

#[test]
fn contradictory_faults_are_refused_with_a_hint() {
    let mut seen = String::new();
    let many = format!("operation = {:?}", ["a"; 101]);
    let long = format!("operation = [{:?}]", "a".repeat(101));
    for fault in [&many, &long] {
        let error = format!("[[fault]]\n{fault}").parse::<FaultPlan>();
        let error = error.expect_err(fault).to_string();
        let expected = "line 2, fault 1, operation: must be 1 to 100 names of 1 to 100 bytes each";
        assert_eq!(error, expected);
    }
    for fault in [
        "enabled = false",
        "name = ''\nstatus = 500",
        "name = 'a'\nstatus = 500\n[[fault]]\nname = 'a'\nstatus = 500",
        "name = 'fault 2'\nstatus = 500\n[[fault]]\nstatus = 500",
        "nth = 0\nstatus = 500",
        "times = 0\nstatus = 500",
        "probability = -0.1\nstatus = 500",
        "probability = nan\nstatus = 500",
        "status = 100",
        "status = 1000",
        "status = 500\nheaders = { 'a b' = 'c' }",
        "status = 500\nheaders = { Content-Length = '3' }",
        "headers = { a = 'b' }\nreset = true",
        "body = 'x'\ndelay_ms = 1",
        "body = 'x'\nstatus = 204",
        "reset = true\nstatus = 500",
        "garbage = 4\nstatus = 500",
        "reset = true\ngarbage = 4",
        "truncate = 1\ncontent_length = 1",
        "garbage = 0",
        "garbage = -3",
        "garbage = 1048577",
        "garbage = ''",
        "committed = true\ndelay_ms = 1",
        "location = 'https://a.example.com/path'",
        "location = '/path'",
        "location = 'ftp://a.example.com'",
        "location = 'https://a.example.com'\nstatus = 302",
        "operation = 'failed'\nservice = 'partner'",
        "operation = 'failed'\nreset = true",
        "operation = []",
        "operation = ['Running', '']",
        "locked = true",
        "locked = true\nservice = 'arm'\nstatus = 429",
        "locked = true\nservice = 'arm'\nbody = 'x'",
        "locked = true\nservice = 'arm'\nreset = true",
        "duplicate = true\nstatus = 500",
        "operation_time_s = 5\nreset = true",
        "operation_time_s = 5\nservice = 'partner'",
        "operation_time_s = -5",
        "per_resource = true",
        "clock_advance_s = -1",
        "clock_advance_s = inf",
        "clock_set = 'tomorrow'",
        "clock_set = '1960-01-01T00:00:00Z'",
        "clock_set = '2026-01-31T08:30:00Z'\nclock_advance_s = 1",
    ] {
        let plan = format!("[[fault]]\n{fault}");
        let error = plan.parse::<FaultPlan>().expect_err(fault);
        seen += &format!("{}\n  {error}\n", fault.replace('\n', "; "));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn a_plan_that_is_built_is_checked_when_the_emulator_starts() {
    let plan = FaultPlan::new()
        .fault(Fault::new().status(500))
        .fault(Fault::new().name("lost").reset().nth(0));
    let error = Emulator::builder().faults(plan).start().await;
    let error = error.expect_err("it must not start").to_string();
    assert_eq!(error, "fault 2 (lost), nth: counts from 1");
}

/// Returns a plan whose faults together have every member.
fn whole() -> FaultPlan {
    let choice = Fault::new()
        .name("lost response")
        .enabled(false)
        .service(Service::Partner)
        .method("PUT")
        .path("/profiles/")
        .nth(2)
        .times(3)
        .probability(0.25)
        .committed();
    let names = ["Running", "Succeeded"].map(str::to_owned);
    FaultPlan::new()
        .seed(42)
        .fault(choice.clone().reset())
        .fault(
            choice
                .name("wrong")
                .status(503)
                .header("Retry-After", "5")
                .body("later\n")
                .truncate(4)
                .delay(Duration::from_millis(1500)),
        )
        .fault(Fault::new().garbage(Garbage::Random(64)))
        .fault(Fault::new().garbage(Garbage::Text("SSH".to_owned())))
        .fault(Fault::new().content_length(9000))
        .fault(Fault::new().location("http://127.0.0.1:9"))
        .fault(Fault::new().duplicate().method("PUT").per_resource())
        .fault(Fault::new().locked().service(Service::Arm))
        .fault(Fault::new().operation_time(Duration::from_secs(900)))
        .fault(Fault::new().operation(OperationOutcome::Failed))
        .fault(Fault::new().operation(OperationOutcome::Canceled))
        .fault(Fault::new().operation(OperationOutcome::Never))
        .fault(Fault::new().operation(OperationOutcome::Statuses(names.into())))
        .fault(Fault::new().clock_advance(Duration::from_millis(500)))
        .fault(Fault::new().clock_set(UNIX_EPOCH + Duration::from_secs(1_769_848_200)))
}

#[test]
fn fault_plan_is_equal_in_rust_toml_and_json() {
    let toml = toml::to_string(&whole()).unwrap();
    insta::assert_snapshot!(toml);
    assert_eq!(toml.parse::<FaultPlan>().unwrap(), whole());
    let singular = toml
        .replace("[[faults]]", "[[fault]]")
        .replace("[faults.", "[fault.");
    assert_eq!(singular.parse::<FaultPlan>().unwrap(), whole());

    let json = serde_json::to_string(&whole()).unwrap();
    assert_eq!(json.parse::<FaultPlan>().unwrap(), whole());
    assert_eq!(serde_json::from_str::<FaultPlan>(&json).unwrap(), whole());
    assert_eq!(toml::from_str::<FaultPlan>(&toml).unwrap(), whole());
}

#[test]
fn toml_time_needs_no_quotes() {
    let read = |time| format!("[[fault]]\nclock_set = {time}").parse::<FaultPlan>();
    let bare = read("2026-01-31T08:30:00Z").unwrap();
    assert_eq!(bare, read("'2026-01-31T08:30:00Z'").unwrap());
}

#[test]
fn empty_text_is_an_empty_plan() {
    for text in ["", "\n# Nothing yet.\n", "{}", " {\"faults\": []}"] {
        assert_eq!(
            text.parse::<FaultPlan>().unwrap(),
            FaultPlan::new(),
            "{text}"
        );
    }
}
