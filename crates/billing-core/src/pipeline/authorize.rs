//! The token, put on each request that leaves.

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::credential::token::AccessToken;

use crate::credential::token_credential::Credential;

use crate::error::Error;

/// Puts on the token that the credential gives within `limit`, and gives it back: whoever sends wants to know which one
/// the service refused.
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
        // Whatever a credential's own requests met says nothing about ours, which never left.
        if error.is_credential() {
            error
        } else {
            Error::credential("the credential gave no token").with_source(error)
        }
    })?;
    headers.insert(AUTHORIZATION, bearer(&token)?);
    Ok(token)
}

/// A credential is somebody else's code, and may wait for ever for a metadata service that is not there.
/// This is real time, like the limits of the HTTP library.
pub(super) async fn in_time<T>(
    limit: Duration,
    token: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let late = |_| Error::credential(format!("the credential gave no token within {limit:?}"));
    tokio::time::timeout(limit, token).await.map_err(late)?
}

/// The header's value (RFC 6750, section 2.1); what the service would refuse is refused here, since an
/// empty variable or a copied `Bearer` is what usually stands behind it.
fn bearer(token: &AccessToken) -> Result<HeaderValue, Error> {
    let token = token.secret().expose();
    let copied = |start: &str| start.eq_ignore_ascii_case("bearer ");
    let wrong = if token.is_empty() {
        "the token is empty"
    } else if token.get(..7).is_some_and(copied) {
        "the token starts with `Bearer `: leave the word out, it is added"
    } else if !token
        .bytes()
        // Looks at every byte: without a way out of the loop, it looks at many at once.
        .fold(true, |so_far, byte| so_far & byte.is_ascii_graphic())
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
