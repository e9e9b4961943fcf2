//! Partner Center's own 401 can require multi-factor authentication.

use billing_core::http::Method;
use billing_test::Script;

use crate::setup;

#[tokio::test]
async fn partner_centers_own_401_can_require_mfa() {
    for code in [r#"900421"#, r#""900421""#, "10001"] {
        let body = format!(
            r#"{{"code":{code},"description":"MFA required","data":[],"source":"PartnerFD"}}"#
        );
        let answers = vec![
            Script::new("401 Unauthorized", &body),
            Script::new("403 Forbidden", &body),
        ];
        let (_server, transport, _clock) = setup::start(answers).await;
        let request = setup::request(&transport, Method::GET);
        let refused = transport.fetch::<String>(&request).await.unwrap_err();
        assert!(
            refused.is_mfa_required() && refused.is_unauthorized(),
            "{code}"
        );
        let other = transport.fetch::<String>(&request).await.unwrap_err();
        assert!(!other.is_mfa_required(), "{code}");
    }
}
