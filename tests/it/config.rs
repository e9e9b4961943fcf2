//! The config file, and the sources that take precedence over it.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Billing, Transcript, billing};

/// A folder with a config file, removed at the end of the test.
struct Config {
    folder: TempDir,
}

impl Config {
    fn new(text: &str) -> Self {
        let config = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::write(config.path(), text).unwrap();
        config
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    fn billing(&self, args: &str) -> Billing {
        let run = billing(args.split_whitespace());
        run.env("BILLING_CONFIG", self.path().to_str().unwrap())
    }

    /// Returns the error of a refused run.
    async fn refused(&self, run: Billing) -> String {
        let said = run.run().await.refused(2);
        said.replace(self.folder.path().to_str().unwrap(), "[folder]") + "\n\n"
    }
}

/// Returns the transcript without the name of the folder, and the padding that depends on it.
fn redact(folder: &Path, shown: &Transcript) -> String {
    let text = shown
        .to_string()
        .replace(folder.to_str().unwrap(), "[folder]");
    let lines = text.lines().map(|line| {
        let words = line
            .split("  ")
            .map(str::trim)
            .filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

const CONTEXTS: &str = r#"
[contexts.default]
cloud = "usgov"
tenant-id = "contoso.example.com"

[contexts.fabrikam]
cloud = "china"
arm-endpoint = "https://management.fabrikam.example.com"
credential = "client-secret"
client-secret-env = "FABRIKAM_SECRET"

[contexts.stack]
cloud = "custom"
arm-endpoint = "https://management.stack.example.com"
"#;

#[tokio::test]
async fn settings_are_shown_with_their_sources() {
    let config = Config::new(CONTEXTS);
    let shown = config.billing("config show").run().await;
    insta::assert_snapshot!(redact(config.folder.path(), &shown));
}

#[tokio::test]
async fn option_precedes_environment_and_context() {
    let config = Config::new(CONTEXTS);
    let run = config
        .billing("config show --output json --context fabrikam --credential azure-cli")
        .env("BILLING_CONTEXT", "stack")
        .env("BILLING_CREDENTIAL", "managed-identity")
        .env("AZURE_CLIENT_ID", "5f0c2b1e-0000-4000-8000-000000000001")
        .env("AZURE_TENANT_ID", "");
    let shown = run.run().await;
    let settings = shown.json();
    assert_eq!(settings["context"], "fabrikam");
    let found = |name: &str| {
        let mut all = settings["settings"].as_array().unwrap().iter();
        let row = all.find(|row| row["name"] == name).unwrap();
        let text = |member: &str| row[member].as_str().unwrap_or("none").to_owned();
        let from = text("from").replace(config.path().to_str().unwrap(), "config.toml");
        format!("{} from {from}", text("value"))
    };
    assert_eq!(found("credential"), "azure-cli from --credential");
    assert_eq!(found("cloud"), "china from config.toml:7");
    assert_eq!(
        found("client-id"),
        "5f0c2b1e-0000-4000-8000-000000000001 from AZURE_CLIENT_ID"
    );
    assert_eq!(found("tenant-id"), "none from none");
}

#[tokio::test]
async fn token_env_chooses_the_token_over_the_context() {
    let config = Config::new(CONTEXTS);
    let run = config.billing("config show --context fabrikam --token-env MINE");
    let shown = run.env("MINE", "secret-of-the-test").run().await;
    let text = redact(config.folder.path(), &shown);
    assert!(
        text.contains("\ncredential  token  --token-env\n"),
        "{text}"
    );
    assert!(
        text.contains("\nMINE  (set, not shown)  environment\n"),
        "{text}"
    );
}

#[tokio::test]
async fn cloud_option_replaces_endpoints_of_the_context() {
    let config = Config::new(CONTEXTS);
    let mut seen = String::new();
    for args in [
        "--context fabrikam",
        "--context fabrikam --cloud public",
        "--context fabrikam --cloud public --arm-endpoint https://a.example.com",
        "--context stack",
    ] {
        let run = config.billing(&format!("arm list a --dry-run --output json {args}"));
        let request = run.token("t").run().await.json();
        seen += &format!("{args}: {}\n", request["url"].as_str().unwrap());
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn custom_cloud_needs_addresses() {
    let config = Config::new(CONTEXTS);
    let run = config.billing("partner get c --context stack").token("t");
    let mut seen = config.refused(run).await;
    let run = config.billing("arm list a --context stack --credential client-secret");
    seen += &config.refused(run).await;
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn unknown_context_is_refused_with_the_known_ones() {
    let config = Config::new(CONTEXTS);
    let mut seen = String::new();
    let run = config.billing("arm list a --context fabricam");
    seen += &config.refused(run).await;
    let run = config.billing("arm list a").env("BILLING_CONTEXT", "other");
    seen += &config.refused(run).await;
    let empty = Config::new("");
    let run = empty.billing("arm list a --context other");
    seen += &empty.refused(run).await;
    let run = billing(["arm", "list", "a", "--context", "other"]);
    seen += &config.refused(run).await;
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn named_config_file_must_exist() {
    let shown = billing(["config", "show", "--config", "nowhere.toml"])
        .run()
        .await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: --config nowhere.toml: could not read it: No such file or directory (os error)

    hint: `billing config init` writes a first file
    ");
}

#[tokio::test]
async fn invalid_value_is_refused_with_its_source() {
    let mut seen = String::new();
    for line in [
        "cloud = \"chnia\"",
        "credential = \"azure_cli\"",
        "arm-api-version = \"2024-04\"",
        "arm-endpoint = \"https://user:hush@example.com\"",
        "authority = \"http://example.com\"",
        "token-env = \"hush.hush.hush\"",
        "client-secret-env = \"hush~hush\"",
        "refresh-token-store = \"hush\"",
        "client_secret = \"hush\"",
    ] {
        let config = Config::new(&format!("[contexts.default]\n{line}\n"));
        let said = config.refused(config.billing("config show")).await;
        assert!(!said.contains("hush"), "{said}");
        seen += &said;
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn first_config_file_is_written_once() {
    let home = tempfile::tempdir().unwrap();
    let run = |args: &str| billing(args.split(' ')).env("HOME", home.path().to_str().unwrap());
    let mut seen = String::new();
    for args in ["config path", "config init", "config path"] {
        let shown = run(args).run().await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        seen += &format!("$ billing {args}\n{}\n", redact(home.path(), &shown));
    }
    let path = PathBuf::from(run("config path").run().await.stdout.trim_end());
    fs::write(&path, "[contexts.mine]\n").unwrap();
    let again = run("config init").run().await;
    seen += &format!("$ billing config init\n{}\n", redact(home.path(), &again));
    assert_eq!(fs::read_to_string(path).unwrap(), "[contexts.mine]\n");
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn options_without_effect_on_config_are_refused() {
    let mut seen = String::new();
    for args in [
        "config show --yes",
        "config init --cloud china",
        "config path --emulator",
        "config refresh-token --output json",
    ] {
        let shown = billing(args.split(' ')).run().await;
        seen += &format!("{}\n\n", shown.refused(2));
    }
    insta::assert_snapshot!(seen);
}
