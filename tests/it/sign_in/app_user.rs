//! The credential `app-user` and its refresh token.

use std::fs;
use std::path::PathBuf;

use billing_emulator::SAMPLE_CUSTOMER_ID;
use tempfile::TempDir;

use super::{asked, emulator, registered, token};
use crate::support::stub::Stub;
use crate::support::{Billing, billing};

/// A config file whose context keeps refresh tokens in a file beside it.
pub(super) struct Profile {
    folder: TempDir,
}

impl Profile {
    pub(super) fn new() -> Self {
        let profile = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let text = "[contexts.default]\ncredential = \"app-user\"\n\
                    refresh-token-store = \"file:kept/refresh-token\"\n";
        fs::write(profile.folder.path().join("config.toml"), text).unwrap();
        profile
    }

    pub(super) fn kept(&self) -> PathBuf {
        self.folder.path().join("kept/refresh-token")
    }

    pub(super) fn billing<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Billing {
        let config = self.folder.path().join("config.toml");
        billing(args).env("BILLING_CONFIG", config.to_str().unwrap())
    }

    fn redact(&self, text: &str) -> String {
        text.replace(self.folder.path().to_str().unwrap(), "[folder]")
    }
}

#[tokio::test]
async fn refresh_token_in_a_file_is_replaced_by_new_ones() {
    let emulator = emulator().await;
    let authority = Stub::start([
        token(r#","refresh_token":"secret-of-the-test-2""#).as_str(),
        &token(""),
    ])
    .await;
    let profile = Profile::new();
    let run = profile.billing(["config", "refresh-token"]);
    let shown = run.stdin("secret-of-the-test-1\n").run().await;
    insta::assert_snapshot!(profile.redact(&shown.to_string()), @"
    exit code: 0
    ----- stdout -----

    ----- stderr -----
    saved the refresh token in [folder]/kept/refresh-token
    ");
    for kept in ["secret-of-the-test-2\n", "secret-of-the-test-2\n"] {
        let args = ["partner", "get", SAMPLE_CUSTOMER_ID];
        let endpoint = ["--partner-endpoint", emulator.partner_url()];
        let run = profile.billing(args.into_iter().chain(endpoint));
        let shown = registered(run, &authority).run().await;
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
        assert_eq!(fs::read_to_string(profile.kept()).unwrap(), kept);
    }
    let seen: Vec<_> = authority.requests().iter().map(|one| asked(one)).collect();
    insta::assert_snapshot!(seen.join("\n\n"), @"
    POST /contoso.example.com/oauth2/v2.0/token HTTP/1.1
    grant_type=refresh_token
    refresh_token=secret-of-the-test-1
    scope=https://api.partnercenter.microsoft.com/user_impersonation+offline_access
    client_id=5f0c2b1e-0000-4000-8000-000000000001
    client_secret=secret-of-the-test

    POST /contoso.example.com/oauth2/v2.0/token HTTP/1.1
    grant_type=refresh_token
    refresh_token=secret-of-the-test-2
    scope=https://api.partnercenter.microsoft.com/user_impersonation+offline_access
    client_id=5f0c2b1e-0000-4000-8000-000000000001
    client_secret=secret-of-the-test
    ");
}

#[tokio::test]
async fn lost_refresh_token_is_reported() {
    let emulator = emulator().await;
    let authority =
        Stub::start([token(r#","refresh_token":"secret-of-the-test-2""#).as_str()]).await;
    let run = super::list(&emulator, &authority, "app-user")
        .env("BILLING_REFRESH_TOKEN", "secret-of-the-test-1");
    let shown = run.run().await;
    assert_eq!(shown.code, Some(0));
    insta::assert_snapshot!(shown.stderr.trim_end(), @r#"warning: the new refresh token is lost, as BILLING_REFRESH_TOKEN cannot be changed; the one in it works until it expires. refresh-token-store = "keyring" or "file:PATH" keeps new ones"#);
    assert!(authority.requests()[0].contains("refresh_token=secret-of-the-test-1"));
}

#[tokio::test]
async fn refresh_token_that_cannot_be_saved_is_refused() {
    let profile = Profile::new();
    let mut seen = String::new();
    for stdin in ["", " \n", "{ \"refresh_token\": \"secret-of-the-test\" }"] {
        let run = profile.billing(["config", "refresh-token"]).stdin(stdin);
        seen += &format!("{}\n\n", run.run().await.refused(2));
    }
    assert!(!profile.kept().exists());
    let run = profile.billing(["config", "refresh-token"]);
    let run = run.env("BILLING_REFRESH_TOKEN_STORE", "environment");
    seen += &run.stdin("secret-of-the-test").run().await.refused(2);
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn missing_refresh_token_is_explained() {
    let authority = Stub::start([]).await;
    let profile = Profile::new();
    let run = profile.billing(["partner", "get", SAMPLE_CUSTOMER_ID]);
    let shown = registered(run, &authority).run().await;
    insta::assert_snapshot!(profile.redact(&shown.refused(1)), @"
    error: could not get the billing profile of customer <customer>: the refresh token could not be loaded from its store: the file [folder]/kept/refresh-token: there is no refresh token

    hint: save the refresh token of a sign-in to the application
      billing config refresh-token < FILE
    ");
}

#[cfg(unix)]
#[tokio::test]
async fn file_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let authority = Stub::start([]).await;
    let profile = Profile::new();
    fs::create_dir(profile.kept().parent().unwrap()).unwrap();
    fs::write(profile.kept(), "secret-of-the-test").unwrap();
    fs::set_permissions(profile.kept(), fs::Permissions::from_mode(0o644)).unwrap();
    let run = profile.billing(["partner", "get", SAMPLE_CUSTOMER_ID]);
    let shown = registered(run, &authority).run().await;
    insta::assert_snapshot!(profile.redact(&shown.refused(1)), @"
    error: could not get the billing profile of customer <customer>: the refresh token could not be loaded from its store: the file [folder]/kept/refresh-token: others can read it: run `chmod 600 [folder]/kept/refresh-token`

    hint: `billing config show` shows refresh-token-store, the location of the refresh token: correct it there
    ");
}
