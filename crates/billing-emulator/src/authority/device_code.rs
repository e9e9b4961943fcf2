//! Codes for devices without a browser: `POST /{tenant}/oauth2/v2.0/devicecode`, and version 1
//! without `v2.0` ("OAuth 2.0 device authorization grant", RFC 8628).
//!
//! No person is needed: the first poll is pending and the second succeeds, unless a person approved
//! or declined the code before on the page `/devicelogin`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    client::Client,
    error_response::{ErrorResponse, Result},
    issued::Issued,
    request::AuthorityRequest,
    response,
    version::Version,
};
use crate::store::device_codes::DeviceStatus;

/// Signed with each code, so that no other token is accepted as one.
const PURPOSE: &str = "device";

/// How long a code can be used: 15 minutes ("Device authorization response"), in seconds.
const LIFETIME: u64 = 15 * 60;

/// How long a client waits between two polls, in seconds.
const INTERVAL: u64 = 5;

/// The characters of a code that a person types: none that looks like another, and no vowels, so
/// that no code is a word.
const LETTERS: &[u8; 25] = b"BCDFGHJKLMNPQRSTVWXYZ3469";
const LENGTH: usize = 9;

const POLICY: &str = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Sign in on a device</title></head><body>\
     <h1>Sign in on a device</h1><form method=\"post\" action=\"/devicelogin\">\
     <label>Code <input name=\"user_code\" autocomplete=\"off\" required></label> \
     <button name=\"answer\" value=\"approve\">Approve</button> \
     <button name=\"answer\" value=\"decline\">Decline</button></form>\
     <p>This page is optional: the emulator approves a sign-in itself at the second poll.</p></body></html>";

const DONE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Done</title></head><body>\
     <p>Done. The device continues at its next poll.</p></body></html>";

/// The contents of a device code.
#[derive(Deserialize, Serialize)]
pub(super) struct DeviceCode {
    #[serde(flatten)]
    issued: Issued,
    pub(super) resource: Option<String>,
    pub(super) scope: Option<String>,
}

/// "Device authorization response". Version 1 has another name for the address of the page.
#[derive(Serialize)]
struct DeviceAuthorization {
    user_code: String,
    device_code: String,
    /// The address of the page, by its name in the version.
    #[serde(flatten)]
    verification: BTreeMap<&'static str, String>,
    expires_in: Value,
    interval: Value,
    message: String,
}

/// Issues a device code, and the user code that a person types.
pub(super) fn issue(request: &AuthorityRequest<'_>) -> Result {
    let tenant = request.tenant()?;
    let (context, form, version) = (request.context, &request.form, request.version);
    let id = form.require("client_id")?;
    let client = Client::find(&context.options, tenant, id)?;
    if version == Version::Two {
        form.require("scope")?;
    }
    let code = DeviceCode {
        issued: Issued::to(&client, context),
        resource: form.get("resource").map(str::to_owned),
        scope: form.get("scope").map(str::to_owned),
    };
    let user_code = user_code();
    let mut state = context.state();
    state.device_codes.insert(code.issued.id, user_code.clone());
    drop(state);
    let page = format!("{}/devicelogin", request.base_address());
    let message = format!(
        "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
    );
    let name = match version {
        Version::One => "verification_url",
        Version::Two => "verification_uri",
    };
    Ok(response::json(&DeviceAuthorization {
        user_code,
        device_code: context.signer.sign(PURPOSE, &code),
        verification: [(name, page)].into(),
        expires_in: version.seconds(LIFETIME),
        interval: version.seconds(INTERVAL),
        message,
    }))
}

fn user_code() -> String {
    let bytes = Uuid::new_v4().into_bytes();
    let letters = bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()));
    letters
        .take(LENGTH)
        .map(|letter| char::from(*letter))
        .collect()
}

impl DeviceCode {
    /// Verifies the code of a form and redeems it if its sign-in is finished.
    pub(super) fn redeem(request: &AuthorityRequest<'_>, client: &Client) -> Result<Self> {
        let (context, form) = (request.context, &request.form);
        // Version 1 names the parameter `code`.
        let sent = form.get("device_code").or(form.get("code"));
        let sent = sent.ok_or(ErrorResponse::ParameterMissing("device_code"))?;
        let code: Option<Self> = context.signer.verify(PURPOSE, sent);
        let code = code.ok_or(ErrorResponse::DeviceCodeUnknown)?;
        code.issued.check_client(client)?;
        if code.issued.has_expired(context, LIFETIME) {
            return Err(ErrorResponse::DeviceCodeExpired);
        }
        let mut state = context.state();
        match state.device_codes.poll(code.issued.id) {
            None => return Err(ErrorResponse::DeviceCodeExpired),
            Some(DeviceStatus::Pending) => return Err(ErrorResponse::AuthorizationPending),
            Some(DeviceStatus::Declined) => return Err(ErrorResponse::AuthorizationDeclined),
            Some(DeviceStatus::Approved) => {}
        }
        client.check_sign_in()?;
        let is_first = state.redeemed.insert(code.issued.id);
        is_first.then_some(code).ok_or(ErrorResponse::CodeRedeemed)
    }
}

/// Shows the page where a person types the user code.
pub(super) fn show_page(_: &AuthorityRequest<'_>) -> Result {
    Ok(response::html(PAGE, Some(POLICY)))
}

/// Approves or declines the user code that a person typed.
pub(super) fn decide(request: &AuthorityRequest<'_>) -> Result {
    let status = match request.form.require("answer")? {
        "approve" => DeviceStatus::Approved,
        "decline" => DeviceStatus::Declined,
        _ => return Err(ErrorResponse::ParameterMissing("answer")),
    };
    let user_code = request.form.require("user_code")?;
    let mut state = request.context.state();
    if !state.device_codes.decide(user_code, status) {
        return Err(ErrorResponse::DeviceCodeUnknown);
    }
    Ok(response::html(DONE, Some(POLICY)))
}
