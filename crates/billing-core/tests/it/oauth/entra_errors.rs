//! Errors of Microsoft Entra ID by number: which parts of them are shown.

use billing_core::{AppCredential, Error, TokenCredential};
use billing_test::{Script, chain};
use insta::assert_snapshot;

use super::{printed, start};

const TRACE: &str = "0a0a0a0a-1111-4222-8333-444444444444";
const CORRELATION: &str = "0b0b0b0b-5555-4666-8777-888888888888";

fn refusal(error: &str, code: &str, words: &str) -> Script {
    let description = format!(
        "AADSTS{code}: {words} jane.roe@fabrikam.example.com Trace ID: {TRACE} Correlation ID: {CORRELATION} Timestamp: 2026-01-02 03:04:05Z"
    );
    Script::new(
        "400 Bad Request\nContent-Type: application/json; charset=utf-8",
        format!(
            r#"{{"error":"{error}","error_description":"{description}","error_codes":[{code}],"timestamp":"2026-01-02 03:04:05Z","trace_id":"{TRACE}","correlation_id":"{CORRELATION}","suberror":"basic_action","claims":"canary"}}"#
        ),
    )
}

async fn ask(answer: Script) -> (Error, String) {
    let (server, _clock, app) = start(vec![answer]).await;
    let credential = AppCredential::for_partner_center(&app).unwrap();
    let error = credential.get_token().await.unwrap_err();
    let printed = printed(&error);
    for hidden in ["jane", "canary"] {
        assert!(!printed.contains(hidden), "{printed}");
    }
    assert!(error.is_credential() && !error.is_unauthorized());
    let text = chain(&error, &server);
    (error, text)
}

/// Returns the predicates that are true, and the message without its ids.
async fn told(error: &str, code: &str) -> String {
    let (error, text) = ask(refusal(error, code, "Sign in again,")).await;
    let service = error.service_error().unwrap();
    assert_eq!(service.code(), Some(format!("AADSTS{code}").as_str()));
    // Only the accessor returns the text.
    assert!(service.message().unwrap().contains("jane.roe@"));
    assert_eq!(error.request_id(), Some(TRACE));
    assert_eq!(error.correlation_id(), Some(CORRELATION));
    let ids = format!(" (correlation id {CORRELATION}, trace id {TRACE})");
    let text = text.strip_suffix(&ids).expect("the ids come last");
    let holds: Vec<_> = [
        ("mfa", error.is_mfa_required()),
        ("consent", error.is_consent_required()),
        ("sign-in", error.is_sign_in_expired()),
        ("interaction", error.is_interaction_required()),
        ("policy", error.is_blocked_by_policy()),
        ("user", error.is_user_refused()),
        ("tenant", error.is_wrong_tenant()),
        ("secret", error.is_client_secret_refused()),
    ]
    .into_iter()
    .filter_map(|(name, holds)| holds.then_some(name))
    .collect();
    format!("[{}] {text}", holds.join(" "))
}

#[tokio::test]
async fn a_needed_second_factor_is_named() {
    let mut texts = Vec::new();
    for code in ["50072", "50074", "50076", "50078", "50079", "50158"] {
        texts.push(told("invalid_grant", code).await);
    }
    assert_snapshot!(texts.join("\n"), @"
    [mfa] [origin] issued no token: invalid_grant, AADSTS50072: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used
    [mfa] [origin] issued no token: invalid_grant, AADSTS50074: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used
    [mfa] [origin] issued no token: invalid_grant, AADSTS50076: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used
    [mfa] [origin] issued no token: invalid_grant, AADSTS50078: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used
    [mfa] [origin] issued no token: invalid_grant, AADSTS50079: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used
    [mfa] [origin] issued no token: invalid_grant, AADSTS50158: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used
    ");
}

#[tokio::test]
async fn a_missing_consent_is_named() {
    assert_snapshot!(told("invalid_grant", "65001").await, @"[consent] [origin] issued no token: invalid_grant, AADSTS65001: consent is missing for what the application requests; have an administrator of the tenant consent to it");
}

#[tokio::test]
async fn a_refresh_token_that_is_no_longer_good_is_named() {
    let mut texts = Vec::new();
    for code in ["50173", "70008", "70043", "700082"] {
        texts.push(told("invalid_grant", code).await);
    }
    assert_snapshot!(texts.join("\n"), @"
    [sign-in] [origin] issued no token: invalid_grant, AADSTS50173: the refresh token has expired or was revoked; sign in again and store the refresh token of that sign-in
    [sign-in] [origin] issued no token: invalid_grant, AADSTS70008: the refresh token has expired or was revoked; sign in again and store the refresh token of that sign-in
    [sign-in] [origin] issued no token: invalid_grant, AADSTS70043: the refresh token has expired or was revoked; sign in again and store the refresh token of that sign-in
    [sign-in] [origin] issued no token: invalid_grant, AADSTS700082: the refresh token has expired or was revoked; sign in again and store the refresh token of that sign-in
    ");
}

#[tokio::test]
async fn a_wrong_or_expired_client_secret_is_named() {
    let mut texts = Vec::new();
    for code in ["7000215", "7000222"] {
        texts.push(told("invalid_client", code).await);
    }
    assert_snapshot!(texts.join("\n"), @"
    [secret] [origin] issued no token: invalid_client, AADSTS7000215: the application's secret is wrong or has expired; make a new one in the app registration, and take its value, not its id
    [secret] [origin] issued no token: invalid_client, AADSTS7000222: the application's secret is wrong or has expired; make a new one in the app registration, and take its value, not its id
    ");
}

#[tokio::test]
async fn a_tenant_or_application_of_elsewhere_is_named() {
    let mut texts = Vec::new();
    for code in ["90002", "90038", "700016"] {
        texts.push(told("invalid_request", code).await);
    }
    assert_snapshot!(texts.join("\n"), @"
    [tenant] [origin] issued no token: invalid_request, AADSTS90002: unknown tenant or application; check the tenant, the client id and the cloud
    [tenant] [origin] issued no token: invalid_request, AADSTS90038: unknown tenant or application; check the tenant, the client id and the cloud
    [tenant] [origin] issued no token: invalid_request, AADSTS700016: unknown tenant or application; check the tenant, the client id and the cloud
    ");
}

/// Returns the cause of each of these codes under another name.
async fn causes<const N: usize>(error: &str, codes: [&str; N]) -> Vec<String> {
    let mut causes = Vec::new();
    for code in codes {
        let told = told(error, code).await;
        let cause = told
            .split_once(']')
            .unwrap()
            .0
            .trim_start_matches('[')
            .to_owned();
        // The number of a code counts more than its name.
        causes.push(cause);
    }
    causes.dedup();
    causes
}

#[tokio::test]
async fn each_number_of_the_list_has_its_cause() {
    let name = "invalid_request";
    assert_eq!(
        causes(name, ["50076", "50161", "53004", "500121"]).await,
        ["mfa"]
    );
    assert_eq!(
        causes(name, ["65001", "65004", "90094", "90099"]).await,
        ["consent"]
    );
    assert_eq!(
        causes(
            name,
            ["50085", "50132", "50173", "54005", "70000", "700084"]
        )
        .await,
        ["sign-in"]
    );
    assert_eq!(
        causes(name, ["50058", "51006", "700020"]).await,
        ["interaction"]
    );
    assert_eq!(
        causes(
            name,
            ["50105", "50131", "53003", "530032", "530035", "500212"]
        )
        .await,
        ["policy"]
    );
    assert_eq!(
        causes(name, ["16000", "50020", "50034", "50053", "50055", "50057"]).await,
        ["user"]
    );
    assert_eq!(
        causes(name, ["70002", "7000215", "7000218", "7000222"]).await,
        ["secret"]
    );
    assert_eq!(
        causes(name, ["90002", "700005", "700016", "7000112"]).await,
        ["tenant"]
    );
    // Certificate, resource and outage have no predicate, only a message.
    let others = ["700027", "700213", "500011", "650057", "90033", "50196"];
    assert_eq!(causes(name, others).await, [""]);
}

#[tokio::test]
async fn an_unknown_number_is_judged_by_the_name_that_came_with_it() {
    let mut texts = Vec::new();
    for name in [
        "invalid_grant",
        "interaction_required",
        "login_required",
        "consent_required",
        "access_denied",
        "invalid_client",
        "unauthorized_client",
        "invalid_resource",
        "temporarily_unavailable",
        "invalid_request",
    ] {
        texts.push(told(name, "99999999").await);
    }
    assert_snapshot!(texts.join("\n"), @"
    [sign-in] [origin] issued no token: invalid_grant, AADSTS99999999: the refresh token is not accepted: it has expired, was revoked, or is that of another application or tenant; sign in again and store the refresh token of that sign-in
    [interaction] [origin] issued no token: interaction_required, AADSTS99999999: the user has to sign in again, in a browser; store the refresh token of that sign-in where one is used
    [interaction] [origin] issued no token: login_required, AADSTS99999999: the user has to sign in again, in a browser; store the refresh token of that sign-in where one is used
    [consent] [origin] issued no token: consent_required, AADSTS99999999: consent is missing for what the application requests; have an administrator of the tenant consent to it
    [policy] [origin] issued no token: access_denied, AADSTS99999999: a policy of the tenant forbids it, such as Conditional Access; an administrator sees in the tenant's sign-in log which one
    [secret] [origin] issued no token: invalid_client, AADSTS99999999: the application's secret is wrong or has expired; make a new one in the app registration, and take its value, not its id
    [tenant] [origin] issued no token: unauthorized_client, AADSTS99999999: unknown tenant or application; check the tenant, the client id and the cloud
    [] [origin] issued no token: invalid_resource, AADSTS99999999: the service is not known in the tenant, or the app registration does not ask for it; check the tenant, the cloud and the application's permissions
    [] [origin] issued no token: temporarily_unavailable, AADSTS99999999: Microsoft Entra ID has a problem of its own; try again later
    [] [origin] issued no token: invalid_request, AADSTS99999999
    ");
}

#[tokio::test]
async fn a_suberror_says_more_than_the_error() {
    for (suberror, holds) in [
        (
            "consent_required",
            Error::is_consent_required as fn(&Error) -> bool,
        ),
        ("user_password_expired", Error::is_user_refused),
        ("message_only", Error::is_blocked_by_policy),
        ("bad_token", Error::is_sign_in_expired),
    ] {
        let body = format!(r#"{{"error":"invalid_grant","suberror":"{suberror}"}}"#);
        let (error, _) = ask(Script::new("400 Bad Request", body)).await;
        assert!(holds(&error), "{suberror}");
        assert_eq!(
            error.authority_status(),
            Some(billing_core::http::StatusCode::BAD_REQUEST)
        );
    }
}

#[tokio::test]
async fn a_number_is_read_from_the_list_and_ids_from_the_text() {
    let body = format!(r#"{{"error":"invalid_grant","error_codes":[65001],"trace_id":"{TRACE}"}}"#);
    let (error, text) = ask(Script::new("400 Bad Request", body)).await;
    assert!(error.is_consent_required());
    assert_snapshot!(text, @"[origin] issued no token: invalid_grant, AADSTS65001: consent is missing for what the application requests; have an administrator of the tenant consent to it (trace id 0a0a0a0a-1111-4222-8333-444444444444)");
    let body = r#"{"error":"invalid_grant","trace_id":"jane","error_description":"AADSTS50076: Correlation ID: jane.roe@fabrikam.example.com.example.com"}"#;
    let (error, text) = ask(Script::new("400 Bad Request", body)).await;
    assert!(error.is_mfa_required());
    assert_eq!(error.correlation_id(), None, "only a GUID is an id");
    assert_snapshot!(text, @"[origin] issued no token: invalid_grant, AADSTS50076: a second factor is needed; sign in again with multifactor authentication, and store the refresh token of that sign-in where one is used");
}
