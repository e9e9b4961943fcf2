//! `GET /{tenant}/oauth2/v2.0/authorize`: signs the user in without a prompt and redirects the
//! browser to the application with an authorization code.

use std::net::Ipv6Addr;

use super::{
    authorization_code::{AuthorizationCode, Challenge},
    client::Client,
    error_response::{ErrorResponse, Result},
    issued::Issued,
    redirect,
    request::AuthorityRequest,
    response,
    version::Version,
};

/// The redirect URI of applications that read the code from the browser window they opened.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

pub(super) fn respond(request: &AuthorityRequest<'_>) -> Result {
    let tenant = request.tenant()?;
    let id = require(request, "client_id")?;
    let client = Client::find(&request.context.options, tenant, id)?;
    let redirect_uri = require(request, "redirect_uri")?;
    // Only an unusable redirect URI is reported here. Any later error is sent to it (RFC 6749,
    // section 4.1.2.1).
    if !is_absolute_uri(redirect_uri) || !is_application(redirect_uri) {
        return Err(ErrorResponse::RedirectInvalid(redirect_uri.to_owned()));
    }
    let mode = request.http.query("response_mode").unwrap_or("query");
    let mode = serde_json::from_value(mode.into())
        .map_err(|_| ErrorResponse::ResponseModeNotServed(mode.to_owned()))?;
    let mut parameters = match authorize(request, &client, redirect_uri) {
        Ok(code) => vec![("code", code.sign(request.context))],
        Err(error) => response::error_parameters(&error, request),
    };
    if let Some(state) = request.http.query("state") {
        parameters.push(("state", state.to_owned()));
    }
    redirect::respond(redirect_uri, mode, &parameters)
}

fn require<'a>(request: &AuthorityRequest<'a>, name: &'static str) -> Result<&'a str> {
    let value = request.http.query(name);
    value.ok_or(ErrorResponse::ParameterMissing(name))
}

/// Returns whether a text has a scheme and no fragment (RFC 3986, section 4.3), as RFC 6749,
/// section 3.1.2, demands of a redirect URI.
fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_of_scheme)
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

/// Returns whether a challenge has the length and the characters of RFC 7636, section 4.2.
fn is_challenge(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Returns whether a browser may be redirected to a URI: a web address, or an application whose
/// scheme no browser interprets itself ("Redirect URI (reply URL) outline and restrictions"; RFC
/// 8252, section 7.1).
fn is_application(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri == OUT_OF_BAND;
    };
    if ["http", "https"]
        .iter()
        .any(|web| web.eq_ignore_ascii_case(scheme))
    {
        return is_host(rest.split(['/', '?']).next().unwrap_or_default());
    }
    let is_of_application =
        scheme.contains('.') || scheme.starts_with("msal") || scheme == "ms-appx-web";
    // Brackets belong to an IPv6 address only.
    is_of_application && !rest.contains(['[', ']'])
}

/// Returns whether a text is a host name or an IP address, with a port or without.
fn is_host(text: &str) -> bool {
    let in_brackets = text.strip_prefix('[');
    let (is_known, port) =
        if let Some((address, port)) = in_brackets.and_then(|rest| rest.split_once(']')) {
            (address.parse::<Ipv6Addr>().is_ok(), port)
        } else {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            (!name.is_empty() && name.bytes().all(is_of_name), port)
        };
    let is_port = |port: &str| {
        port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok()
    };
    is_known && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Checks the remaining parameters and issues a code.
fn authorize(
    request: &AuthorityRequest<'_>,
    client: &Client,
    redirect_uri: &str,
) -> Result<AuthorizationCode> {
    let response_type = require(request, "response_type")?;
    if response_type != "code" {
        return Err(ErrorResponse::ResponseTypeNotServed(
            response_type.to_owned(),
        ));
    }
    if request.version == Version::Two {
        require(request, "scope")?;
    }
    client.check_sign_in()?;
    let parameter = |name| request.http.query(name).map(str::to_owned);
    Ok(AuthorizationCode {
        challenge: challenge(request)?,
        issued: Issued::to(client, request.context),
        redirect_uri: redirect_uri.to_owned(),
        resource: parameter("resource"),
        scope: parameter("scope"),
        nonce: parameter("nonce"),
    })
}

fn challenge(request: &AuthorityRequest<'_>) -> Result<Option<Challenge>> {
    // An empty challenge is refused instead of ignored: it would protect nothing.
    let challenge = request.http.parameter("code_challenge");
    if challenge.is_some_and(|sent| !is_challenge(sent)) {
        return Err(ErrorResponse::ChallengeInvalid);
    }
    let method = request.http.query("code_challenge_method");
    match (challenge.map(str::to_owned), method) {
        (None, None) => Ok(None),
        (None, Some("S256" | "plain")) => Err(ErrorResponse::ParameterMissing("code_challenge")),
        (Some(challenge), Some("S256")) => Ok(Some(Challenge::Sha256(challenge))),
        // Plain is the default (RFC 7636, section 4.3).
        (Some(challenge), None | Some("plain")) => Ok(Some(Challenge::Plain(challenge))),
        (_, Some(other)) => Err(ErrorResponse::ChallengeMethodNotServed(other.to_owned())),
    }
}
