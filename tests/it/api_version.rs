//! `billing arm` in each api version of the service.

use std::fs;

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::{Value, json};

use crate::support::stub::{Stub, response};
use crate::support::{billing, redact, requests, sample};

/// Each version with its name for the billing address.
const VERSIONS: [(&str, &str); 3] = [
    ("2019-10-01-preview", "address"),
    ("2020-05-01", "billTo"),
    ("2024-04-01", "billTo"),
];

/// The later versions, whose update is a PUT of the full profile.
const FULL: [&str; 2] = ["2020-05-01", "2024-04-01"];

const GET: [&str; 4] = ["arm", "get", SAMPLE_ACCOUNT, SAMPLE_PROFILE];

fn update<'a>(version: &'a str, args: &[&'a str]) -> Vec<&'a str> {
    let verb = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
    [&verb[..], &["--api-version", version], args].concat()
}

fn stored(emulator: &Emulator) -> Value {
    emulator
        .billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE)
        .unwrap()
}

/// Returns the response with a profile that has these properties.
fn answer(status: &str, properties: &Value) -> String {
    let profile = json!({ "name": SAMPLE_PROFILE, "properties": properties });
    response(status, &[], &profile.to_string())
}

#[tokio::test]
async fn get_shows_the_members_of_the_version() {
    let emulator = sample().start().await.unwrap();
    for (version, address) in VERSIONS {
        let args = GET.into_iter().chain(["--api-version", version, "-ojson"]);
        let shown = billing(args).at(&emulator).run().await;
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
        let properties = &shown.json()["properties"];
        assert_eq!(
            properties[address]["city"],
            stored(&emulator)["properties"]["address"]["city"]
        );
        let other = if address == "address" {
            "billTo"
        } else {
            "address"
        };
        assert_eq!(properties.get(other), None, "{version}");
    }
}

#[tokio::test]
async fn lists_of_all_versions_have_the_same_rows() {
    let emulator = sample().page_size(2).start().await.unwrap();
    for format in ["csv", "table"] {
        let mut lists = Vec::new();
        for (version, _) in VERSIONS {
            let list = ["arm", "list", SAMPLE_ACCOUNT, "--api-version", version];
            let list = list.into_iter().chain(["-o", format]);
            let shown = billing(list).at(&emulator).run().await;
            assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
            assert_eq!(shown.stdout.lines().count(), 4, "{}", shown.stdout);
            lists.push(shown.stdout);
        }
        assert_eq!(lists[0], lists[1]);
        assert_eq!(lists[0], lists[2]);
    }
}

#[tokio::test]
async fn update_sets_and_clears_in_every_version() {
    for (version, address) in VERSIONS {
        let emulator = sample().polls_until_done(0).start().await.unwrap();
        let before = stored(&emulator);
        let city = format!("--set={address}.city=Tacoma");
        let line = format!("--clear={address}.addressLine2");
        let args = [&city, &line, "--set=poNumber=PO-2", "--yes", "-ojson"];
        let shown = billing(update(version, &args)).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{version}: {}", shown.stderr);
        let said: Value = serde_json::from_str(&shown.stderr).unwrap();
        assert_eq!(said["result"]["outcome"], "applied", "{version}: {said}");

        let mut expected = before["properties"].clone();
        expected["poNumber"] = "PO-2".into();
        expected["address"]["city"] = "Tacoma".into();
        let lines = expected["address"].as_object_mut().unwrap();
        lines.remove("addressLine2");
        assert_eq!(stored(&emulator)["properties"], expected, "{version}");
        let sent = if FULL.contains(&version) {
            &["GET 200", "GET 200", "PUT 200"][..]
        } else {
            &["GET 200", "PATCH 200"]
        };
        assert_eq!(requests(&emulator), sent, "{version}");
    }
}

#[tokio::test]
async fn dry_run_shows_the_put_and_sends_none() {
    for version in FULL {
        let emulator = sample().start().await.unwrap();
        let before = stored(&emulator);
        let args = ["--set=billTo.city=Tacoma", "--dry-run", "-ojson"];
        let shown = billing(update(version, &args)).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        let request = shown.json();
        assert_eq!(request["method"], "PUT");
        let url = request["url"].as_str().unwrap();
        assert!(url.ends_with(&format!("?api-version={version}")), "{url}");
        let properties = &request["body"]["properties"];
        assert_eq!(properties["billTo"]["city"], "Tacoma");
        let name = &before["properties"]["displayName"];
        assert_eq!(&properties["displayName"], name);
        assert_eq!(properties.get("systemId"), None);
        assert_eq!(requests(&emulator), ["GET 200"]);
        assert_eq!(stored(&emulator), before);
    }
}

#[tokio::test]
async fn name_of_another_version_is_refused_with_a_hint() {
    let mut seen = String::new();
    for (version, arg) in [
        ("2024-04-01", "--set=address.city=Tacoma"),
        ("2020-05-01", "--clear=properties.address"),
        ("2019-10-01-preview", "--set=billTo.city=Tacoma"),
        ("2018-01-01", "--set=poNumber=1"),
    ] {
        let args = [arg, "--yes", "--emulator"];
        let shown = billing(update(version, &args)).run().await;
        seen += &format!("{}\n\n", shown.refused(2));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn exit_code_tells_whether_a_put_was_applied() {
    let old = json!({ "poNumber": "PO-1" });
    let new = json!({ "poNumber": "PO-2" });
    for (status, after, code) in [
        ("200 OK", &new, 0),
        ("200 OK", &old, 1),
        ("409 Conflict", &json!({}), 1),
        ("500 Internal Server Error", &json!({}), 4),
    ] {
        let before = answer("200 OK", &old);
        let after = answer(status, after);
        let server = Stub::start([before.as_str(), &before, &after, &before]).await;
        let args = ["--set=poNumber=PO-2", "--yes", "--read-back=0s"];
        let run = billing(update("2024-04-01", &args)).at_url(server.url());
        let shown = run.run().await;
        assert_eq!(shown.code, Some(code), "{status}: {}", shown.stderr);
        let requests = server.requests();
        let writes = requests.iter().filter(|one| one.starts_with("PUT "));
        assert_eq!(writes.count(), 1, "{status}");
    }
}

#[tokio::test]
async fn profile_created_by_an_accepted_put_is_an_error() {
    let read = json!({ "poNumber": "PO-1", "systemId": "one" });
    let created = json!({ "poNumber": "PO-2", "systemId": "two" });
    let read = answer("200 OK", &read);
    let accepted = response("202 Accepted", &["location: /done", "retry-after: 0"], "");
    let created = answer("200 OK", &created);
    let answers = [read.as_str(), &read, &accepted, &created, &created];
    let server = Stub::start(answers).await;
    let args = ["--set=poNumber=PO-2", "--yes"];
    let run = billing(update("2020-05-01", &args)).at_url(server.url());
    insta::assert_snapshot!(redact(&run.run().await.refused(1)));
}

#[tokio::test]
async fn wait_takes_the_version_of_the_token() {
    for (version, address) in VERSIONS {
        let emulator = sample().start().await.unwrap();
        let set = format!("--set={address}.city=Tacoma");
        let args = [set.as_str(), "--yes"];
        let waited = billing(update(version, &args)).at(&emulator).run().await;
        assert_eq!(waited.code, Some(0), "{version}: {}", waited.stderr);

        let args = ["--set=poNumber=PO-3", "--yes", "--no-wait"];
        let begun = billing(update(version, &args)).at(&emulator).run().await;
        assert_eq!(begun.code, Some(0), "{version}: {}", begun.stderr);
        let wait = ["arm", "wait", begun.stdout.trim(), "-ojson"];
        let shown = billing(wait).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{version}: {}", shown.stderr);
        let properties = &shown.json()["properties"];
        assert_eq!(properties["poNumber"], "PO-3", "{version}");
        assert_eq!(properties[address]["city"], "Tacoma", "{version}");
    }
}

#[tokio::test]
async fn option_precedes_environment_and_context() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let line = "[contexts.default]\narm-api-version = \"2020-05-01\"\n";
    fs::write(&config, line).unwrap();
    let config = ["--config", config.to_str().unwrap(), "--dry-run"];
    let variable = "BILLING_ARM_API_VERSION";
    let emulator = sample().start().await.unwrap();
    let run = |args: &[&'static str]| {
        let args = [&GET[..], &config[..], args].concat();
        billing(args).at(&emulator)
    };
    for (run, version) in [
        (run(&[]), "2020-05-01"),
        (run(&[]).env(variable, "2024-04-01"), "2024-04-01"),
        (
            run(&["--api-version=2019-10-01-preview"]).env(variable, "2024-04-01"),
            "2019-10-01-preview",
        ),
    ] {
        let shown = run.run().await.stdout;
        let end = format!("?api-version={version}");
        assert!(shown.lines().next().unwrap().ends_with(&end), "{shown}");
    }
}

#[tokio::test]
async fn hint_names_the_version_unless_the_settings_do() {
    let gone = response("404 Not Found", &[], "");
    for (option, setting, is_named) in [
        ("2024-04-01", "2024-04-01", false),
        ("2024-04-01", "2020-05-01", true),
        ("2019-10-01-preview", "2020-05-01", true),
    ] {
        let server = Stub::start([gone.as_str()]).await;
        let args = GET.into_iter().chain(["--api-version", option]);
        let run = billing(args).env("BILLING_ARM_API_VERSION", setting);
        let said = run.at_url(server.url()).run().await.refused(1);
        let name = format!("--api-version {option}");
        assert_eq!(said.contains(&name), is_named, "{said}");
    }
}
