//! Secrets are not printed.

use billing_core::http::Method;
use billing_core::{AccessToken, CachedCredential, Credential, Secret, StaticToken};
use billing_test::Script;
use insta::assert_snapshot;

use crate::setup::{self, TOKEN};

#[test]
fn a_secret_is_not_printed() {
    assert_snapshot!(format!("{:?}", Secret::new(TOKEN)), @"Secret(***)");
    assert_snapshot!(format!("{:?}", AccessToken::new(TOKEN)), @"AccessToken { secret: Secret(***), expires_at: None }");
    assert_snapshot!(format!("{:?}", StaticToken::new(TOKEN)), @"StaticToken(AccessToken { secret: Secret(***), expires_at: None })");
    assert_snapshot!(format!("{:?}", Credential::from(StaticToken::new(TOKEN))), @"Credential(***)");
    assert_snapshot!(format!("{:?}", CachedCredential::new(StaticToken::new(TOKEN))), @"CachedCredential { source: Credential(***), early: 300s, .. }");
    assert_eq!(Secret::new(TOKEN).expose(), TOKEN);
}

#[tokio::test]
async fn neither_token_nor_body_is_in_anything_that_prints() {
    let echo = r#"{"code":1,"description":"refused","data":["Jane Roe"],"x":"Jane Roe"}"#;
    let answers = vec![
        Script::new("400 Bad Request\nX-Echo: Jane Roe", echo),
        Script::json(r#"["Jane Roe"]"#),
        Script::hang_up(),
    ];
    let (_server, transport, _clock) = setup::start(answers).await;
    let mut printed = format!("{transport:?}");
    let mut request = setup::request(&transport, Method::PUT);
    request.set_json("Jane Roe").unwrap();
    printed.push_str(&format!("{:?}", transport.preview(&request).unwrap()));
    for _ in 0..3 {
        let error = transport.fetch::<Vec<u8>>(&request).await.unwrap_err();
        printed.push_str(&format!("{error} {error:?}"));
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            printed.push_str(&format!("{error} {error:?}"));
            cause = error.source();
        }
    }
    assert!(!printed.contains("canary"), "{printed}");
    assert!(!printed.contains("Jane"), "{printed}");
}
