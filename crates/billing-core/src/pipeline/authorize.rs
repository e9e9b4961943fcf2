//! Adds the token to each request.

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::credential::token::AccessToken;
use crate::credential::token_credential::Credential;
use crate::error::Error;

/// Adds the token that the credential returns within `limit`, and returns it: after a 401, the
/// caller has to know which token was refused.
///
/// # Errors
/// The credential has no token, or one that no header can carry. Nothing was sent.
pub(super) async fn authorize(
    credential: &Credential,
    limit: Duration,
    headers: &mut HeaderMap,
) -> Result<AccessToken, Error> {
    let token = in_time(limit, credential.get_token()).await;
    let token = token.map_err(|error| {
        // The status and effect of a credential's own requests say nothing about ours, which was
        // not sent.
        if error.is_credential() {
            error
        } else {
            Error::credential("the credential gave no token").with_source(error)
        }
    })?;
    headers.insert(AUTHORIZATION, bearer(&token)?);
    Ok(token)
}

/// Limits the time of a credential, which may wait forever for a metadata service that does not
/// exist. This is real time, like the limits of the HTTP library.
///
/// # Errors
/// A credential error after the limit, and that of the credential.
pub(super) async fn in_time<T>(
    limit: Duration,
    token: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let late = |_| Error::credential(format!("the credential gave no token within {limit:?}"));
    tokio::time::timeout(limit, token).await.map_err(late)?
}

/// Returns the header's value (RFC 6750, section 2.1). A token that the service would refuse is
/// refused here: usually it is an empty variable, or was copied with the word `Bearer`.
fn bearer(token: &AccessToken) -> Result<HeaderValue, Error> {
    let token = token.secret().expose();
    let copied = |start: &str| start.eq_ignore_ascii_case("bearer ");
    let wrong = if token.is_empty() {
        "the token is empty"
    } else if token.get(..7).is_some_and(copied) {
        "the token starts with `Bearer `: leave the word out, it is added"
    } else if !token
        .bytes()
        // All bytes are compared, without an early end: then the compiler compares many at once.
        .fold(true, |valid, byte| valid & byte.is_ascii_graphic())
    {
        "the token has spaces, line ends or characters beyond ASCII"
    } else {
        let mut value = HeaderValue::try_from(["Bearer ", token].concat())
            .map_err(|_| Error::credential("no header can carry the token"))?;
        value.set_sensitive(true);
        return Ok(value);
    };
    Err(Error::credential(wrong))
}
