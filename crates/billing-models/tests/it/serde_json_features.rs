//! Any crate of a build may switch on features of serde_json that change how it hands out values; the models read the
//! same with them.
//!
//! These tests are built without those features, so a program that has them is built outside the workspace.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::unknown::NUMBERS;

const MAIN: &str = r#"
    fn main() {
        for document in std::io::stdin().lines() {
            match serde_json::from_str::<billing_models::arm::BillingProfile>(&document.unwrap()) {
                Ok(profile) => println!("{}", serde_json::to_string(&profile).unwrap()),
                Err(error) => println!("{error}"),
            }
        }
    }
"#;

/// Reads each document as a profile in a build with the features, and writes it again.
fn round_trips(documents: &[String]) -> Vec<String> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serde-json-features");
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        r#"
        [package]
        name = "serde-json-features"
        edition = "2024"

        [[bin]]
        name = "echo"
        path = "echo.rs"

        [dependencies]
        billing-models = {{ path = '{}' }}
        serde_json = {{ version = "1", features = ["arbitrary_precision", "raw_value"] }}

        [workspace]
        "#,
        models.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("echo.rs"), MAIN).unwrap();
    // The same versions of everything, and nothing that would have to be downloaded.
    fs::copy(models.join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut echo = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.join("target"))
        .current_dir(models)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = echo.stdin.take().unwrap();
    stdin.write_all(documents.join("\n").as_bytes()).unwrap();
    drop(stdin);
    let output = echo.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let written: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(written.len(), documents.len());
    written
}

#[test]
fn unknown_members_come_back_as_they_came_with_arbitrary_precision_and_raw_value_too() {
    let private = [
        r#"{"$serde_json::private::RawValue":"[1]"}"#,
        r#"{"$serde_json::private::Number":"1","other":2}"#,
        r#"{"$serde_json::private::Number":"no number"}"#,
        r#"{"$serde_json::private::Number":1.5}"#,
    ];
    // Without the feature these become floats, which shows that it is on.
    let beyond_64_bits = ["18446744073709551617", "-9223372036854775809"];
    let documents: Vec<_> = NUMBERS
        .iter()
        .chain(&beyond_64_bits)
        .chain(&private)
        .map(|json| format!(r#"{{"properties":{{"invoiceDay":5,"new":{json},"other":[{json},{{"a":{json}}}]}},"new":{json}}}"#))
        .collect();
    for (written, document) in round_trips(&documents).iter().zip(&documents) {
        assert_eq!(written, document);
    }
}
