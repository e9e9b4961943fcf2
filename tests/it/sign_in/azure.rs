//! Credentials of the Azure SDK, with stand-ins for the programs and servers that they use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use billing_emulator::SAMPLE_ACCOUNT;
use tempfile::TempDir;

use super::{CLIENT, TENANT, emulator};
use crate::support::stub::{Stub, response};
use crate::support::{Billing, billing};

/// A folder of commands, with an Azure CLI that is this script.
fn commands(az: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("az");
    fs::write(&path, format!("#!/bin/sh\n{az}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn with(run: Billing, commands: &TempDir) -> Billing {
    let path = format!("{}:/usr/bin:/bin", commands.path().display());
    run.env("PATH", &path)
}

#[tokio::test]
async fn azure_cli_gets_scope_and_tenant() {
    let emulator = emulator().await;
    let az = r#"echo "$@" > "${0%/*}/asked"
echo '{"accessToken":"the-token","expires_on":4102444800,"tokenType":"Bearer"}'"#;
    let commands = commands(az);
    let args = ["arm", "list", SAMPLE_ACCOUNT, "--credential=azure-cli"];
    let run = billing(
        args.into_iter()
            .chain(["--arm-endpoint", emulator.arm_url()]),
    );
    let run = with(run, &commands).env("AZURE_TENANT_ID", TENANT);
    let shown = run.run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let asked = fs::read_to_string(commands.path().join("asked")).unwrap();
    insta::assert_snapshot!(asked.trim_end(), @"account get-access-token -o json --scope https://management.azure.com/.default --tenant contoso.example.com");
}

#[tokio::test]
async fn missing_azure_cli_and_sign_in_are_explained() {
    let mut seen = String::new();
    let none = tempfile::tempdir().unwrap();
    let out = commands("echo 'ERROR: Please run '\\''az login'\\'' to setup account.' >&2; exit 1");
    let expired = commands(
        "echo 'ERROR: AADSTS50076: Due to a configuration change made by your administrator, you must \
         use multi-factor authentication. Trace ID: 0a0a0a0a-1111-4222-8333-444444444444' >&2; exit 1",
    );
    for (commands, credential) in [
        (&none, "azure-cli"),
        (&out, "azure-cli"),
        (&expired, "azure-cli"),
        (&out, "developer-tools"),
    ] {
        let run = billing(["arm", "list", "a", "--credential", credential]);
        let run = with(run, commands).env("AZURE_TENANT_ID", TENANT);
        seen += &format!("{}\n\n", run.run().await.refused(1));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn managed_identity_is_chosen_by_client_id() {
    let emulator = emulator().await;
    let body = r#"{"access_token":"the-token","expires_on":"4102444800","resource":"https://management.azure.com","token_type":"Bearer"}"#;
    let platform = Stub::start([response("200 OK", &[], body).as_str()]).await;
    let args = [
        "arm",
        "list",
        SAMPLE_ACCOUNT,
        "--credential=managed-identity",
    ];
    let run = billing(
        args.into_iter()
            .chain(["--arm-endpoint", emulator.arm_url()]),
    )
    .env(
        "IDENTITY_ENDPOINT",
        &format!("{}/msi/token", platform.url()),
    )
    .env("IDENTITY_HEADER", "secret-of-the-test")
    .env("HTTPS_PROXY", "http://127.0.0.1:1")
    .env("AZURE_CLIENT_ID", CLIENT);
    let shown = run.run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let requests = platform.requests();
    assert!(requests[0].contains("x-identity-header: secret-of-the-test\r\n"));
    insta::assert_snapshot!(requests[0].lines().next().unwrap(), @"GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com&client_id=5f0c2b1e-0000-4000-8000-000000000001 HTTP/1.1");
}

#[tokio::test]
async fn missing_managed_identity_is_reported_at_once() {
    // Nothing listens there.
    let url = "http://127.0.0.1:1";
    let run = billing(["arm", "list", "a", "--credential=managed-identity"])
        .env("IDENTITY_ENDPOINT", url)
        .env("IDENTITY_HEADER", "secret-of-the-test");
    insta::assert_snapshot!(run.run().await.refused(1), @"
    error: could not list the billing profiles of billing account a: the Azure credential gave no token
      sign-in message: ManagedIdentityCredential authentication failed.
      could not connect to http://127.0.0.1:<port>
      Connection refused (os error)

    hint: only an Azure machine with an assigned identity has a managed identity (client-id chooses between several); elsewhere choose another credential, such as azure-cli
    ");
}

#[tokio::test]
async fn workload_identity_sends_the_token_of_the_pod() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, "secret-of-the-test").unwrap();
    let proxy = Stub::start([response("403 Forbidden", &[], "").as_str()]).await;
    let args = [
        "arm",
        "list",
        "a",
        "--credential=workload-identity",
        "--cloud=usgov",
    ];
    let run = billing(args)
        .env("HTTPS_PROXY", proxy.url())
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_FEDERATED_TOKEN_FILE", file.to_str().unwrap());
    let said = run.run().await.refused(1);
    let requests = proxy.requests();
    assert!(requests[0].starts_with("CONNECT login.microsoftonline.us:443 "));
    insta::assert_snapshot!(said, @"
    error: could not list the billing profiles of billing account a: the Azure credential gave no token
      sign-in message: WorkloadIdentityCredential authentication failed.
      could not connect to https://login.microsoftonline.us
      tunnel error: unsuccessful

    hint: check the connection to https://login.microsoftonline.us, and the proxy (HTTPS_PROXY) if there is one
    ");
}
