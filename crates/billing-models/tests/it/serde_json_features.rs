//! The models read the same with features of serde_json that any crate of a build may enable.
//!
//! The tests are built without those features, so they build a program with them outside the
//! workspace.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::unknown::VALUES;

const MAIN: &str = r#"
    use billing_models::arm::BillingProfile;

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u8),
        Profile(BillingProfile),
    }

    fn main() {
        for line in std::io::stdin().lines() {
            let line = line.unwrap();
            let (way, document) = line.split_at(1);
            println!("{}", round_trip(way, document).unwrap_or_else(|error| error.to_string()));
        }
    }

    fn round_trip(way: &str, document: &str) -> serde_json::Result<String> {
        if way == "t" {
            return serde_json::to_string(&serde_json::from_str::<BillingProfile>(document)?);
        }
        if way == "u" {
            return serde_json::to_string(&serde_json::from_str::<Untagged>(document)?);
        }
        let value: serde_json::Value = serde_json::from_str(document)?;
        let profile: BillingProfile = serde_json::from_value(value)?;
        serde_json::to_string(&serde_json::to_value(profile)?)
    }
"#;

/// Reads each line's document in the way that its first letter names, in a build with the features,
/// and writes it again.
fn round_trips(lines: &[String]) -> Vec<String> {
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
        serde = {{ version = "1", features = ["derive"] }}
        serde_json = {{ version = "1", features = ["arbitrary_precision", "preserve_order"] }}

        [workspace]
        "#,
        models.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("echo.rs"), MAIN).unwrap();
    // The same versions of all crates, so that nothing has to be downloaded.
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
    stdin.write_all(lines.join("\n").as_bytes()).unwrap();
    drop(stdin);
    let output = echo.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let written: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(written.len(), lines.len());
    written
}

#[test]
fn values_go_back_to_the_letter_in_builds_with_those_features() {
    let odd = [
        r#"{"$serde_json::private::Number":"1","other":2}"#,
        r#"{"$serde_json::private::Number":"no number"}"#,
        r#"{"$serde_json::private::Number":1.5}"#,
    ];
    // The digits that the features keep if a `Value` is read first; serde_json reads `E` as `e+`.
    let kept = [
        "12345678901234567.89",
        "0.10",
        "18446744073709551617",
        "5.0",
        r#"{"b":[1.50,null],"a":0.10}"#,
    ];
    let document = |json: &str| {
        format!(
            r#"{{"properties":{{"invoiceDay":5,"z":{json},"other":[{json},{{"a":{json}}}]}},"new":{json}}}"#
        )
    };
    let texts = VALUES.iter().chain(&odd).map(|json| ("t", document(json)));
    let untagged = kept.iter().map(|json| ("u", document(json)));
    let values = kept.iter().map(|json| ("v", document(json)));
    let all: Vec<_> = texts.chain(untagged).chain(values).collect();
    let lines: Vec<_> = all
        .iter()
        .map(|(way, document)| format!("{way}{document}"))
        .collect();
    for (written, (way, document)) in round_trips(&lines).iter().zip(&all) {
        assert_eq!(written, document, "{way}");
    }
}
