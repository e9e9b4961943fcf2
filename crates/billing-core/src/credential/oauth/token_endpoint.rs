//! Microsoft Entra ID's token endpoint, version 2.0: the client credentials grant and the refresh
//! token grant.

mod token_error;

use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::oauth::app_registration::AppRegistration;
use crate::credential::oauth::token_response::TokenResponse;
use crate::credential::secret::Secret;
use crate::credential::token::AccessToken;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::pipeline::http_client::{http_client, read_body};
use crate::pipeline::options::SendOptions;
use crate::retry_after::retry_after;

const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_BODY: usize = 256 * 1024;

/// The time after which no attempt begins, so that the last one ends before a
/// [`CachedCredential`](crate::CachedCredential) gives up.
const TOTAL_TIME: Duration = Duration::from_secs(80);

/// Requests tokens for one application and scope from one authority.
pub(super) struct TokenEndpoint {
    authority: Endpoint,
    url: Url,
    client_id: String,
    client_secret: Secret,
    scope: String,
    client: reqwest::Client,
    options: SendOptions,
}

/// The result of a token request. It may have a refresh token although the access token cannot be
/// used.
pub(super) struct TokenExchange {
    pub(super) access: Result<AccessToken, Error>,
    pub(super) refresh: Option<Secret>,
}

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
        crate::endpoint::require_segment("tenant", &app.tenant)?;
        let authority: Endpoint = app.cloud.authority().parse()?;
        let url = authority.join([app.tenant.as_str(), "oauth2", "v2.0", "token"])?;
        let mut options = app.options.clone();
        options.timeout = options.timeout.min(TIMEOUT);
        options.max_body = options.max_body.min(MAX_BODY);
        Ok(Self {
            client: http_client(&authority, &options)?,
            authority,
            url,
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
            scope,
            options,
        })
    }

    /// Requests a token for the application itself.
    pub(super) async fn client_credentials(
        &self,
        claims: Option<&ClaimsChallenge>,
    ) -> Result<AccessToken, Error> {
        let grant = [("grant_type", "client_credentials")];
        self.exchange(&grant, claims).await.access
    }

    /// Requests a token in the name of the user, and the next refresh token.
    pub(super) async fn refresh_token(
        &self,
        token: &Secret,
        claims: Option<&ClaimsChallenge>,
    ) -> TokenExchange {
        let grant = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.expose()),
        ];
        self.exchange(&grant, claims).await
    }

    /// Sends the request, retrying transient failures as the policy for reads allows. A refresh
    /// token that works once may have been used by an attempt whose response was lost; it is sent
    /// again all the same, since giving up would not restore it.
    async fn exchange(
        &self,
        grant: &[(&str, &str)],
        claims: Option<&ClaimsChallenge>,
    ) -> TokenExchange {
        let form = self.form(grant, claims);
        let (policy, clock) = (&self.options.retry, &self.options.clock);
        let started = clock.elapsed();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let requested_at = clock.now();
            let (response, outcome) = self.attempt(form.expose(), attempts).await;
            let error = match outcome {
                Ok(()) => {
                    policy.succeeded();
                    return self.done(response, requested_at);
                }
                Err(error) => error,
            };
            let refresh = response.refresh_token;
            let elapsed = clock.elapsed().saturating_sub(started);
            let wait = error.retry_after();
            let wait = match error.is_rate_limit() {
                true => Some(wait.unwrap_or_else(|| policy.throttle_backoff(attempts))),
                false => wait,
            };
            let pause = policy.pause_after(&error, wait, attempts, elapsed);
            let pause = pause.filter(|pause| elapsed.saturating_add(*pause) <= TOTAL_TIME);
            match pause {
                // A new refresh token cannot be requested again, so it is returned before any
                // retry.
                Some(pause) if refresh.is_none() && policy.draw_for(&error) => {
                    policy.notify(&error, pause);
                    clock.sleep(pause).await;
                }
                _ => {
                    let access = Err(error.into_sign_in());
                    return TokenExchange { access, refresh };
                }
            }
        }
    }

    /// Returns the request's body, which has secrets.
    fn form(&self, grant: &[(&str, &str)], claims: Option<&ClaimsChallenge>) -> Secret {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(grant);
        form.append_pair("scope", &self.scope);
        form.append_pair("client_id", &self.client_id);
        // In the body, as in Microsoft's own samples.
        form.append_pair("client_secret", self.client_secret.expose());
        if let Some(claims) = claims {
            form.append_pair("claims", claims.claims());
        }
        Secret::new(form.finish())
    }

    /// Sends the request once. The readable part of the response is returned with an error, too,
    /// whose kind decides about a retry; [`Error::into_sign_in`] turns it into one of a credential.
    async fn attempt(&self, form: &str, attempts: u32) -> (TokenResponse, Result<(), Error>) {
        let origin = self.authority.origin();
        let limits = &self.options;
        let after = match attempts {
            1 => String::new(),
            attempts => format!(", after {attempts} attempts"),
        };
        let mut request = reqwest::Request::new(Method::POST, self.url.clone());
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, json);
        *request.body_mut() = Some(form.to_owned().into());
        let broken = |source| token_error::broken(source, &origin, limits.timeout, &after);
        let mut http_response = match self.client.execute(request).await {
            Ok(http_response) => http_response,
            Err(source) => return (TokenResponse::default(), Err(broken(source))),
        };
        let status = http_response.status();
        let wait = retry_after(http_response.headers(), limits.clock.now());
        let mut body = Vec::new();
        let whole = read_body(&mut http_response, limits.max_body, &mut body).await;
        let response = TokenResponse::read(&body);
        let with_status = |mut error: Error| {
            error.exchange_mut().status = Some(status);
            error
        };
        let outcome = match whole {
            _ if status != StatusCode::OK => {
                let error = token_error::refused(&origin, status, &body, &after);
                Err(with_status(error.with_retry_after(wait)))
            }
            // The token is complete, whatever is missing after it.
            _ if response.access_token.is_some() => Ok(()),
            Ok(true) => {
                let message = format!("the response of {origin} with {status} has no access token");
                Err(with_status(Error::new(ErrorKind::Decode, message)))
            }
            Ok(false) => {
                let limit = limits.max_body;
                let message = format!(
                    "the response of {origin} is larger than the {limit} bytes that a token may have"
                );
                Err(with_status(Error::new(ErrorKind::TooLarge, message)))
            }
            Err(source) => Err(broken(source)),
        };
        (response, outcome)
    }

    /// Returns the result of a response with an access token.
    fn done(&self, response: TokenResponse, requested_at: SystemTime) -> TokenExchange {
        let end = response.expires_at(requested_at);
        let token = response.access_token.as_ref();
        let access = match token.filter(|_| response.is_bearer()) {
            Some(token) => Ok(match end {
                Some(end) => AccessToken::new(token.expose()).with_expires_at(end),
                None => AccessToken::new(token.expose()),
            }),
            None => {
                let origin = self.authority.origin();
                let message = format!("{origin} sent a token that is not a bearer token");
                let mut error = Error::new(ErrorKind::Decode, message);
                error.exchange_mut().status = Some(StatusCode::OK);
                Err(error.into_sign_in())
            }
        };
        TokenExchange {
            access,
            refresh: response.refresh_token,
        }
    }
}
