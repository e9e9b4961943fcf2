//! The token, put on each request that leaves.

use std::time::Duration;

use async_trait::async_trait;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderValue};
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};

use crate::{AccessToken, Credential, Error};

/// Asks the credential before each request.
pub(super) struct Authorize {
    pub(super) credential: Credential,
}

#[async_trait]
impl Middleware for Authorize {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let limit = request.timeout().copied().unwrap_or(Duration::MAX);
        let token = in_time(limit, self.token()).await.map_err(refused)?;
        let value = bearer(&token).map_err(refused)?;
        request.headers_mut().insert(AUTHORIZATION, value);
        // Whoever sends wants to know which token the service refused.
        extensions.insert(token);
        next.run(request, extensions).await
    }
}

impl Authorize {
    async fn token(&self) -> std::result::Result<AccessToken, Error> {
        self.credential.get_token().await.map_err(|error| {
            // Whatever a credential's own requests met says nothing about ours, which never left.
            if error.is_credential() {
                error
            } else {
                Error::credential("the credential gave no token").with_source(error)
            }
        })
    }
}

/// A credential is somebody else's code, and may wait for ever for a metadata service that is not there.
/// This is real time, like the limits of the HTTP library.
pub(super) async fn in_time<T>(
    limit: Duration,
    token: impl Future<Output = std::result::Result<T, Error>>,
) -> std::result::Result<T, Error> {
    let late = |_| Error::credential(format!("the credential gave no token within {limit:?}"));
    tokio::time::timeout(limit, token).await.map_err(late)?
}

fn refused(error: Error) -> reqwest_middleware::Error {
    reqwest_middleware::Error::Middleware(error.into())
}

/// The header's value (RFC 6750, section 2.1); what the service would refuse is refused here, since an
/// empty variable or a copied `Bearer` is what usually stands behind it.
fn bearer(token: &AccessToken) -> std::result::Result<HeaderValue, Error> {
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
