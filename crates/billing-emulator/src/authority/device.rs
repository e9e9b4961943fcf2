//! `POST /{tenant}/oauth2/v2.0/devicecode`, and version 1 without `v2.0`: codes for devices without a browser
//! ("OAuth 2.0 device authorization grant", RFC 8628).
//!
//! Nobody has to be there: the first poll finds the sign-in pending and the second finds it done, unless a
//! person approved or declined it before on the page `/devicelogin`.

use std::collections::{HashMap, VecDeque};

use axum::{
    body::Bytes,
    http::{HeaderValue, Method, StatusCode, header},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Refusal, Version,
    app::{Client, Named},
    form::Form,
    granted::Seconds,
    reply, tenant_id,
};
use crate::{
    call::{Call, Reply},
    clock::seconds,
    state::Context,
};

const HEAD: &str = "device";

/// How long a code can be used: 15 minutes ("Device authorization response").
const LIFETIME: u64 = 15 * 60;

/// How long a client waits between two polls, in seconds.
const INTERVAL: u64 = 5;

/// How many codes are remembered; then the oldest is forgotten, as if it had expired.
const MOST: usize = 10_000;

/// What is in a code that a person types: no letter that is taken for another, and none that makes words.
const LETTERS: &[u8; 25] = b"BCDFGHJKLMNPQRSTVWXYZ3469";
const LENGTH: usize = 9;

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Sign in on a device</title></head><body>\
     <h1>Sign in on a device</h1><form method=\"post\" action=\"/devicelogin\">\
     <label>Code <input name=\"user_code\" autocomplete=\"off\" required></label> \
     <button name=\"answer\" value=\"approve\">Approve</button> \
     <button name=\"answer\" value=\"decline\">Decline</button></form>\
     <p>Nobody has to do this: the emulator approves a sign-in by itself with the second poll.</p></body></html>";

/// What a device code stands for.
#[derive(Deserialize, Serialize)]
pub(super) struct DeviceCode {
    id: Uuid,
    tenant: Uuid,
    client_id: String,
    pub(super) resource: Option<String>,
    pub(super) scope: Option<String>,
    /// In seconds since 1970.
    issued: u64,
}

/// The sign-ins on devices that are not done yet.
#[derive(Clone, Default)]
pub(crate) struct Devices {
    by_id: HashMap<Uuid, Device>,
    in_order: VecDeque<Uuid>,
}

#[derive(Clone)]
struct Device {
    user_code: String,
    decision: Decision,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// Nobody has asked yet.
    Open,
    /// The next poll finds it done.
    Polled,
    Approved,
    Declined,
}

impl Devices {
    fn begin(&mut self, id: Uuid, user_code: String) {
        let device = Device {
            user_code,
            decision: Decision::Open,
        };
        self.by_id.insert(id, device);
        self.in_order.push_back(id);
        if self.in_order.len() > MOST
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
    }

    /// Decides about the code that a person typed; `false` if there is no such code.
    fn decide(&mut self, user_code: &str, decision: Decision) -> bool {
        let mut devices = self.by_id.values_mut();
        let device = devices.find(|device| device.user_code.eq_ignore_ascii_case(user_code.trim()));
        device.map(|device| device.decision = decision).is_some()
    }

    fn poll(&mut self, id: Uuid) -> Result<(), Refusal> {
        let device = self
            .by_id
            .get_mut(&id)
            .ok_or_else(Refusal::device_code_expired)?;
        match device.decision {
            Decision::Open => {
                device.decision = Decision::Polled;
                Err(Refusal::authorization_pending())
            }
            Decision::Polled | Decision::Approved => Ok(()),
            Decision::Declined => Err(Refusal::authorization_declined()),
        }
    }
}

/// "Device authorization response"; version 1 has another name for the page and writes numbers as texts.
#[derive(Serialize)]
struct Begun {
    user_code: String,
    device_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_url: Option<String>,
    expires_in: Seconds,
    interval: Seconds,
    message: String,
}

pub(super) fn begin(
    context: &Context,
    call: &Call,
    tenant: &str,
    version: Version,
) -> Result<Reply, Refusal> {
    let tenant = tenant_id(tenant).ok_or_else(|| Refusal::unknown_tenant(tenant))?;
    let form = Form::read(call);
    let id = form.require("client_id")?;
    let client = Client::find(&context.options, Named { tenant, id })?;
    let text = |name| form.get(name).map(str::to_owned);
    if version == Version::Two {
        form.require("scope")?;
    }
    let code = DeviceCode {
        id: Uuid::new_v4(),
        tenant,
        client_id: client.id,
        resource: text("resource"),
        scope: text("scope"),
        issued: seconds(context.clock.now()),
    };
    let user_code = user_code();
    context.state().devices.begin(code.id, user_code.clone());
    let page = format!("{}/devicelogin", call.origin(&context.addresses.authority));
    let message = format!(
        "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
    );
    let (uri, url) = match version {
        Version::One => (None, Some(page)),
        Version::Two => (Some(page), None),
    };
    Ok(reply::json(&Begun {
        user_code,
        device_code: context.seal.seal(HEAD, &code),
        verification_uri: uri,
        verification_url: url,
        expires_in: Seconds::of(LIFETIME, version),
        interval: Seconds::of(INTERVAL, version),
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
    /// The code of a form, once its sign-in is done.
    pub(super) fn redeem(context: &Context, client: &Client, form: &Form) -> Result<Self, Refusal> {
        let sealed = match form.get("device_code") {
            Some(code) => code,
            // As version 1 names it.
            None => form
                .get("code")
                .ok_or_else(|| Refusal::parameter_missing("device_code"))?,
        };
        let opened: Option<Self> = context.seal.open(HEAD, sealed);
        let code = opened.ok_or_else(Refusal::device_code_unknown)?;
        client.check_given(code.tenant, &code.client_id)?;
        let now = seconds(context.clock.now());
        if now >= code.issued.saturating_add(LIFETIME) {
            return Err(Refusal::device_code_expired());
        }
        let state = &mut *context.state();
        state.devices.poll(code.id)?;
        client.check_sign_in()?;
        let is_first = state.spent.spend(code.id);
        is_first.then_some(code).ok_or_else(Refusal::code_redeemed)
    }
}

/// `GET` and `POST /devicelogin`: the page where a person types the code.
pub(super) fn page(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    if call.method != Method::POST {
        return Ok(html(PAGE));
    }
    let form = Form::read(call);
    let decision = match form.require("answer")? {
        "approve" => Decision::Approved,
        "decline" => Decision::Declined,
        _ => return Err(Refusal::parameter_missing("answer")),
    };
    if !context
        .state()
        .devices
        .decide(form.require("user_code")?, decision)
    {
        return Err(Refusal::device_code_unknown());
    }
    Ok(html(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Done</title></head><body><p>Done. The device \
         goes on by itself.</p></body></html>",
    ))
}

fn html(page: &'static str) -> Reply {
    let mut reply = Reply::new(Bytes::from_static(page.as_bytes()));
    *reply.status_mut() = StatusCode::OK;
    let headers = reply.headers_mut();
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, content_type);
    let policy =
        HeaderValue::from_static("default-src 'none'; form-action 'self'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    reply
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_latest_ten_thousand_codes_are_remembered() {
        let mut devices = Devices::default();
        for number in 0..=MOST {
            devices.begin(Uuid::from_u128(number as u128), number.to_string());
        }
        assert_eq!((devices.by_id.len(), devices.in_order.len()), (MOST, MOST));
        assert!(!devices.decide("0", Decision::Approved));
        assert!(devices.decide("1", Decision::Approved));
    }
}
