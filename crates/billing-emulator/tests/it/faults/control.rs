//! The fault plan in the control API.

use billing_emulator::{Emulator, Fault, FaultPlan};
use serde_json::json;

use super::{met, start};
use crate::support::{HttpClient, HttpResponse, customer_path, sample};

async fn ask(emulator: &Emulator, method: &str, path: &str, body: &str) -> HttpResponse {
    let control = HttpClient::anonymous(emulator.control_url());
    control.send(method, path, body).await
}

async fn put_toml(emulator: &Emulator, plan: &str) -> HttpResponse {
    let control = HttpClient::anonymous(emulator.control_url());
    let control = control.with("content-type", "application/toml");
    control.send("PUT", "/api/faults", plan).await
}

async fn shown(emulator: &Emulator) -> String {
    let response = ask(emulator, "GET", "/api/faults", "").await;
    assert_eq!(response.header("content-type"), Some("application/json"));
    response.brief()
}

async fn get(emulator: &Emulator) {
    HttpClient::partner(emulator).get(&customer_path()).await;
}

/// Returns an emulator with two faults, after two requests.
async fn two() -> Emulator {
    let first = Fault::new()
        .name("lost")
        .path("/customers/")
        .nth(2)
        .status(500);
    let plan = FaultPlan::new().seed(5).fault(first.committed());
    let plan = plan.fault(Fault::new().method("GET").enabled(false).truncate(5));
    let emulator = sample().faults(plan).start().await.unwrap();
    get(&emulator).await;
    get(&emulator).await;
    emulator
}

#[tokio::test]
async fn fault_plan_is_shown_with_its_counts() {
    insta::assert_snapshot!(shown(&two().await).await, @r#"200 {"seed":5,"faults":[{"name":"lost","enabled":true,"path":"/customers/","nth":2,"committed":true,"status":500,"fitted":2,"hit":1},{"enabled":false,"method":"GET","truncate":5,"fitted":0,"hit":0}]}"#);
    let nothing = start([]).await;
    assert_eq!(shown(&nothing).await, r#"200 {"seed":7,"faults":[]}"#);
}

#[tokio::test]
async fn random_seed_is_shown_and_reproduces_the_faults() {
    let fault = || Fault::new().probability(0.5).status(500);
    let drawn = Emulator::builder().faults(FaultPlan::new().fault(fault()));
    let drawn = drawn.sample_data().start().await.unwrap();
    let shown = ask(&drawn, "GET", "/api/faults", "").await.json();
    assert_eq!(shown["seed"], drawn.seed());
    assert!(drawn.seed() < 1 << 53, "a browser can hold it");
    let toml = format!(
        "seed = {}\n[[fault]]\nprobability = 0.5\nstatus = 500",
        drawn.seed()
    );
    let again = sample()
        .faults(toml.parse().unwrap())
        .start()
        .await
        .unwrap();
    for emulator in [&drawn, &again] {
        for _ in 0..32 {
            get(emulator).await;
        }
    }
    assert_eq!(met(&drawn), met(&again));
}

#[tokio::test]
async fn fault_plan_is_replaced_by_json_or_toml() {
    let emulator = two().await;
    let toml = "[[fault]]\nname = \"from TOML\"\nstatus = 500\n";
    let json = r#"{"faults": [{"name": "from JSON", "status": 500}]}"#;
    let expected = |name| {
        let fault =
            format!(r#"{{"name":"{name}","enabled":true,"status":500,"fitted":0,"hit":0}}"#);
        format!(r#"200 {{"seed":7,"faults":[{fault}]}}"#)
    };
    let response = put_toml(&emulator, toml).await;
    assert_eq!(response.brief(), expected("from TOML"));
    get(&emulator).await;
    let response = ask(&emulator, "PUT", "/api/faults", json).await;
    assert_eq!(response.brief(), expected("from JSON"));
    get(&emulator).await;
    assert_eq!(met(&emulator), [".", "lost", "from TOML", "from JSON"]);
}

#[tokio::test]
async fn shown_fault_plan_can_be_put_back() {
    let emulator = two().await;
    let before = ask(&emulator, "GET", "/api/faults", "").await;
    let after = ask(&emulator, "PUT", "/api/faults", &before.body).await;
    let mut expected = before.json();
    for fault in expected["faults"].as_array_mut().unwrap() {
        fault["fitted"] = json!(0);
        fault["hit"] = json!(0);
    }
    assert_eq!(after.json(), expected);
}

#[tokio::test]
async fn switching_a_fault_keeps_all_counts() {
    let emulator = two().await;
    let before = shown(&emulator).await;
    let on = ask(&emulator, "POST", "/api/faults/2", r#"{"enabled": true}"#).await;
    let expected = before.replace(r#""enabled":false"#, r#""enabled":true"#);
    assert_eq!(on.brief(), expected);
    let url = emulator.partner_url();
    super::exchange(&emulator, url, "GET", &customer_path(), "").await;
    assert_eq!(met(&emulator), [".", "lost", "fault 2"]);
    ask(&emulator, "POST", "/api/faults/2", r#"{"enabled": false}"#).await;
    get(&emulator).await;
    assert_eq!(met(&emulator)[3], ".");
}

#[tokio::test]
async fn invalid_fault_requests_change_nothing() {
    let emulator = two().await;
    let before = shown(&emulator).await;
    let mut seen = String::new();
    for (method, path, body) in [
        (
            "PUT",
            "/api/faults",
            r#"{"faults": [{"status": 503}, {"status": 99}]}"#,
        ),
        ("PUT", "/api/faults", "[[fault]]\nstatus = 503"),
        ("PUT", "/api/faults", "7"),
        ("PUT", "/api/faults", ""),
        ("DELETE", "/api/faults", ""),
        ("PUT", "/api/faults/1", "{}"),
        ("POST", "/api/faults/0", r#"{"enabled": false}"#),
        ("POST", "/api/faults/3", r#"{"enabled": false}"#),
        ("POST", "/api/faults/lost", r#"{"enabled": false}"#),
        ("POST", "/api/faults/1", r#"{"enabled": "no"}"#),
        ("POST", "/api/faults/1", r#"{"name": "x"}"#),
        ("GET", "/api/faults/1/enabled", ""),
    ] {
        let response = ask(&emulator, method, path, body).await;
        seen += &format!("{method} {path} {body}\n  {}\n", response.brief());
    }
    let toml = "[[fault]]\nstatus = 99";
    seen += &format!("{toml}\n  {}\n", put_toml(&emulator, toml).await.brief());
    insta::assert_snapshot!(seen);
    assert_eq!(shown(&emulator).await, before);
}

#[tokio::test]
async fn log_names_the_fault_that_hit() {
    let emulator = two().await;
    let log = ask(&emulator, "GET", "/api/requests", "").await.json();
    assert_eq!(log[0].get("fault"), None);
    assert_eq!(log[1]["fault"], "lost");
}
