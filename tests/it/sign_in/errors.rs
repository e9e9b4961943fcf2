//! Error codes of Microsoft Entra ID, and the hints for them.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID};

use super::{emulator, list, registered, token};
use crate::support::stub::{Stub, response};
use crate::support::{billing, redact};

/// Returns the error of the command for an error code of the authority.
async fn refused(credential: &str, error: &str, number: &str) -> String {
    let emulator = emulator().await;
    let body = format!(
        r#"{{"error":"{error}","error_description":"AADSTS{number}: For some reason. Trace ID: 0a0a0a0a-1111-4222-8333-444444444444","error_codes":[{number}]}}"#
    );
    let authority = Stub::start([response("400 Bad Request", &[], &body).as_str()]).await;
    let run = list(&emulator, &authority, credential);
    let run = run.env("BILLING_REFRESH_TOKEN", "secret-of-the-test");
    run.run().await.refused(1)
}

#[tokio::test]
async fn refusals_of_the_authority_have_hints() {
    let mut seen = String::new();
    for (credential, error, number) in [
        ("client-secret", "invalid_client", "7000215"),
        ("client-secret", "unauthorized_client", "700016"),
        ("client-secret", "invalid_grant", "65001"),
        ("client-secret", "server_error", "90033"),
        ("app-user", "interaction_required", "50076"),
        ("app-user", "invalid_grant", "700082"),
        ("app-user", "invalid_grant", "65001"),
        ("app-user", "invalid_grant", "53003"),
        ("app-user", "invalid_grant", "50057"),
        ("app-user", "invalid_grant", "99999999"),
        ("app-user", "interaction_required", "99999999"),
        ("client-secret", "invalid_client", "700027"),
        ("client-secret", "unauthorized_client", "99999999"),
        ("client-secret", "invalid_request", "900144"),
    ] {
        seen += &format!("$ {credential}, AADSTS{number}\n");
        seen += &refused(credential, error, number).await;
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn missing_settings_are_named_together() {
    let mut seen = String::new();
    for credential in ["client-secret", "app-user", "workload-identity"] {
        let args = ["arm", "list", "a", "--credential", credential];
        seen += &format!("{}\n\n", billing(args).run().await.refused(2));
    }
    let run = billing(["arm", "list", "a", "--credential=client-secret"]);
    let run = run
        .env("AZURE_TENANT_ID", "..")
        .env("AZURE_CLIENT_ID", "c")
        .env("AZURE_CLIENT_SECRET", "secret-of-the-test");
    seen += &run.run().await.refused(2);
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn unreachable_authority_is_named() {
    // Nothing listens there.
    let url = "http://127.0.0.1:1";
    let authority = Stub::start([]).await;
    let run = billing(["arm", "list", "a", "--credential=app-user", "--retries=0"]);
    let run = registered(run, &authority)
        .env("AZURE_AUTHORITY_HOST", url)
        .env("BILLING_REFRESH_TOKEN", "secret-of-the-test");
    insta::assert_snapshot!(run.run().await.refused(1), @"
    error: could not list the billing profiles of billing account a: could not connect to http://127.0.0.1:<port> for a token: Connection refused (os error)

    hint: check the connection to http://127.0.0.1:<port>, and the proxy (HTTPS_PROXY) if there is one
    ");
}

#[tokio::test]
async fn responding_authority_is_not_called_unreachable() {
    let mut seen = String::new();
    for (status, headers, body) in [
        ("503 Service Unavailable", vec!["retry-after: 30"], ""),
        ("500 Internal Server Error", vec![], "<p>broken</p>"),
        ("404 Not Found", vec![], ""),
        ("200 OK", vec![], "<p>Welcome</p>"),
    ] {
        let emulator = emulator().await;
        let authority = Stub::start([response(status, &headers, body).as_str()]).await;
        let args = [
            "arm",
            "list",
            "a",
            "--credential=client-secret",
            "--retries=0",
        ];
        let run = billing(
            args.into_iter()
                .chain(["--arm-endpoint", emulator.arm_url()]),
        );
        seen += &registered(run, &authority).run().await.refused(1);
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn retried_sign_in_is_reported() {
    let emulator = emulator().await;
    let busy = response("503 Service Unavailable", &["retry-after: 0"], "");
    let fast = response("429 Too Many Requests", &["retry-after: 0"], "");
    let authority = Stub::start([busy.as_str(), &fast, &token("")]).await;
    let run = list(&emulator, &authority, "client-secret");
    let shown = run.run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let lines: Vec<_> = shown.stderr.lines().map(redact).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    http://127.0.0.1:<port> answered 503 Service Unavailable instead of a token; retrying in 0 s
    http://127.0.0.1:<port> answered 429 Too Many Requests instead of a token, after 2 attempts; retrying in 0 s
    ");
}

#[tokio::test]
async fn claims_challenge_has_a_command_as_hint() {
    let challenge = "www-authenticate: Bearer authorization_uri=\"https://login.example.com/\", error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\"";
    let refusal = response("401 Unauthorized", &[challenge], "");
    let mut seen = String::new();
    for credential in ["token", "client-secret", "app-user"] {
        let authority = Stub::start([token("").as_str(), &token("")]).await;
        let service = Stub::start([refusal.as_str(), &refusal]).await;
        let args = ["arm", "get", "a", "p", "--credential", credential];
        let run = billing(args.into_iter().chain(["--arm-endpoint", service.url()]));
        let run = registered(run, &authority)
            .token("secret-of-the-test")
            .env("BILLING_REFRESH_TOKEN", "secret-of-the-test");
        seen += &format!("$ {credential}\n{}\n\n", run.run().await.refused(1));
        let asked = authority.requests();
        let claims = asked
            .iter()
            .map(|one| one.contains("claims=%7B%22a%22%3A1%7D"));
        let expected: &[bool] = if credential == "token" {
            &[]
        } else {
            &[false, true]
        };
        assert_eq!(claims.collect::<Vec<_>>(), expected, "{credential}");
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn refused_token_is_renewed_once_and_reported() {
    let authority = Stub::start([token("").as_str(), &token("")]).await;
    let refusal = response(
        "401 Unauthorized",
        &[],
        r#"{"code":400,"description":"Access denied"}"#,
    );
    let service = Stub::start([refusal.as_str(), &refusal]).await;
    let args = [
        "partner",
        "get",
        SAMPLE_CUSTOMER_ID,
        "--credential=client-secret",
    ];
    let run = billing(
        args.into_iter()
            .chain(["--partner-endpoint", service.url()]),
    );
    let shown = registered(run, &authority).run().await;
    insta::assert_snapshot!(shown.refused(1), @"
    error: could not get the billing profile of customer <customer>: the service answered 401 Unauthorized, code 400
      service message: Access denied
      request id <guid>, correlation id <guid>

    hint: Partner Center does not accept the token of client-secret: `billing config show` shows which tenant, application and cloud it is for; register the application in Partner Center (Account settings, App management)
    ");
}

#[tokio::test]
async fn dry_run_needs_no_credential() {
    let args = [
        "arm",
        "list",
        SAMPLE_ACCOUNT,
        "--credential=client-secret",
        "--dry-run",
    ];
    let shown = billing(args).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
}

#[tokio::test]
async fn token_env_with_another_credential_is_refused() {
    let args = [
        "arm",
        "list",
        "a",
        "--token-env=T",
        "--credential=azure-cli",
    ];
    insta::assert_snapshot!(billing(args).run().await.refused(2), @"
    error: --token-env needs the credential token, but another one was chosen

    hint: leave out --token-env or --credential
    ");
}
