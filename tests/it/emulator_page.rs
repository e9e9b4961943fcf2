//! The commands of `crates/billing-emulator/README.md` work as written.

use std::process::{Command, Stdio};

use billing_emulator::SAMPLE_CUSTOMER_ID;
use serde_json::Value;

use crate::emulator_state::Running;

const PAGE: &str = include_str!("../../crates/billing-emulator/README.md");

/// The blocks of this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = PAGE.split(&fence).skip(1);
    blocks
        .filter_map(|block| block.split("```").next())
        .collect()
}

#[tokio::test]
async fn each_curl_line_of_the_page_does_what_it_says() {
    let found = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if found.is_err() {
        eprintln!("skipped: there is no curl");
        return;
    }
    let emulator = Running::start(["--no-auth"]).await;
    let mut printed = Vec::new();
    let blocks = blocks("sh");
    let blocks = blocks.iter().filter(|block| block.contains("curl "));
    for command in blocks.flat_map(|block| block.split("\n\n")) {
        let places = [("partner", 4711), ("arm", 4712), ("control", 4713)];
        let command = places
            .iter()
            .fold(command.to_owned(), |command, (name, port)| {
                command.replace(&format!("http://127.0.0.1:{port}"), emulator.member(name))
            });
        let run = tokio::process::Command::new("sh")
            .args(["-c", &command])
            .output();
        let output = crate::support::in_time(run).await.unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        printed.push(String::from_utf8(output.stdout).unwrap());
    }
    let [customer, profiles, put, patch, resources] = printed.try_into().unwrap();
    let json = |text: &str| -> Value {
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()
    };
    assert_eq!(json(&customer)["companyName"], "Contoso, Ltd.");
    assert_eq!(json(&profiles)["value"][0]["name"], "FBRK-0001-BG7-PGB");
    assert_eq!(json(&put)["defaultAddress"]["city"], "Tacoma");
    assert!(patch.starts_with("HTTP/1.1 202 "), "{patch}");
    let location = format!("Location: {}/providers/", emulator.member("arm"));
    assert!(patch.contains(&location), "{patch}");
    let resources = json(&resources);
    let resources = resources.as_array().unwrap().iter();
    let mut written = resources.filter(|one| one["effective_writes"] == 1);
    assert_eq!(written.next().unwrap()["id"], SAMPLE_CUSTOMER_ID);
    assert_eq!(written.next(), None);
}

#[tokio::test]
async fn the_faults_of_the_page_are_taken() {
    let mut plans = blocks("toml");
    plans.retain(|block| block.contains("[[fault]]"));
    assert_eq!(plans.len(), 2);
    for plan in plans {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), plan).unwrap();
        Running::start(["--faults", file.path().to_str().unwrap()]).await;
    }
}
