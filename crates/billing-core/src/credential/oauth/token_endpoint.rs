//! Microsoft Entra ID's token endpoint, version 2.0.

mod failure;

use std::time::{Duration, SystemTime};

use oauth2::basic::{BasicClient, BasicErrorResponse, BasicTokenResponse, BasicTokenType};
use oauth2::http::StatusCode;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, RefreshToken, RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use url::Url;

use self::failure::Failure;
use super::AppRegistration;
use crate::decode::shown;
use crate::wire::http_client;
use crate::{AccessToken, BoxFuture, Endpoint, Error, Secret, SendOptions};

const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_BODY: usize = 256 * 1024;

/// Asks one authority for tokens for one application and scope.
pub(super) struct TokenEndpoint {
    authority: Endpoint,
    url: Url,
    protocol: Protocol,
    scope: Scope,
    client: reqwest::Client,
    options: SendOptions,
}

type Protocol =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type Refused = RequestTokenError<Failure, BasicErrorResponse>;

impl TokenEndpoint {
    pub(super) fn new(app: &AppRegistration, scope: String) -> Result<Self, Error> {
        for (name, value) in [
            ("client id", app.client_id.as_str()),
            ("client secret", app.client_secret.expose()),
        ] {
            if value.is_empty() {
                return Err(Error::invalid_input(format!("the {name} is empty")));
            }
        }
        crate::require_segment("tenant", &app.tenant)?;
        let authority: Endpoint = app.cloud.authority().parse()?;
        let url = authority.join([app.tenant.as_str(), "oauth2", "v2.0", "token"])?;
        let mut options = app.options.clone();
        options.timeout = options.timeout.min(TIMEOUT);
        options.max_body = options.max_body.min(MAX_BODY);
        let protocol = BasicClient::new(ClientId::new(app.client_id.clone()))
            .set_client_secret(ClientSecret::new(app.client_secret.expose().to_owned()))
            // As in all of Microsoft's own samples.
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::from_url(url.clone()));
        Ok(Self {
            client: http_client(&authority, &options)?,
            authority,
            url,
            protocol,
            scope: Scope::new(scope),
            options,
        })
    }

    /// A token for the application itself.
    pub(super) async fn client_credentials(&self) -> Result<AccessToken, Error> {
        let asked = self.options.clock.now();
        let request = self.protocol.exchange_client_credentials();
        let answer = request
            .add_scope(self.scope.clone())
            .request_async(self)
            .await;
        let answer = answer.map_err(|error| self.refused(error))?;
        self.access_token(&answer, asked)
    }

    /// A token in the name of the user, and the next refresh token if there is one: that has come even
    /// when the other cannot be used.
    pub(super) async fn refresh_token(
        &self,
        token: &Secret,
    ) -> Result<(Result<AccessToken, Error>, Option<Secret>), Error> {
        let asked = self.options.clock.now();
        let token = RefreshToken::new(token.expose().to_owned());
        let request = self.protocol.exchange_refresh_token(&token);
        let answer = request
            .add_scope(self.scope.clone())
            .request_async(self)
            .await;
        let answer = answer.map_err(|error| self.refused(error))?;
        let next = answer.refresh_token().map(|token| token.secret().as_str());
        let next = next.filter(|token| !token.is_empty()).map(Secret::new);
        Ok((self.access_token(&answer, asked), next))
    }

    fn access_token(
        &self,
        answer: &BasicTokenResponse,
        asked: SystemTime,
    ) -> Result<AccessToken, Error> {
        if *answer.token_type() != BasicTokenType::Bearer {
            let origin = self.authority.origin();
            let message = format!("{origin} sent a token that is no bearer token");
            return Err(Error::credential(message));
        }
        let token = AccessToken::new(answer.access_token().secret());
        // Counted from before the request: at worst it is taken to end too early.
        let end = answer.expires_in().and_then(|life| asked.checked_add(life));
        Ok(match end {
            Some(end) => token.with_expires_at(end),
            None => token,
        })
    }

    fn refused(&self, error: Refused) -> Error {
        let origin = self.authority.origin();
        match error {
            RequestTokenError::Request(failure) => failure.into_error(&origin, &self.options),
            // What stands behind these may quote the answer, and with it the token.
            RequestTokenError::Parse(error, _) => Error::credential(match shown(error.path()) {
                None => {
                    format!("what {origin} sent lacks a token or its type, or is no JSON object")
                }
                Some(path) => format!("the token that {origin} sent cannot be read, at `{path}`"),
            }),
            RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => {
                Error::credential(format!("what {origin} sent is no token"))
            }
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let (parts, body) = request.into_parts();
        let mut ready = reqwest::Request::new(parts.method, self.url.clone());
        *ready.headers_mut() = parts.headers;
        *ready.body_mut() = Some(body.into());
        let sent = self.client.execute(ready).await;
        let mut answer = sent.map_err(Failure::Broken)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(Failure::Broken)? {
            if chunk.len() > self.options.max_body - body.len() {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        if answer.status() != StatusCode::OK {
            return Err(Failure::Refused(answer.status(), body));
        }
        let mut out = HttpResponse::new(body);
        *out.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(out)
    }
}

impl<'c> AsyncHttpClient<'c> for TokenEndpoint {
    type Error = Failure;
    type Future = BoxFuture<'c, Result<HttpResponse, Failure>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
