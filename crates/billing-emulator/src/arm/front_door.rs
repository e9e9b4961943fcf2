//! What Resource Manager answers itself, of no provider: its endpoints, which tools look up without
//! a token, and the lists of subscriptions and tenants, which are empty here. Azure CLI asks for
//! all three.

use axum::{body::Bytes, http::Method};
use serde_json::{Value, json};

use super::{Answer, fault::Fault};
use crate::{
    call::{self, Call},
    state::Context,
};

/// The version in which the endpoints are a list of clouds; in each other they are those of one.
const LIST_VERSION: &str = "2019-05-01";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Front {
    Endpoints,
    Subscriptions,
    Tenants,
}

impl Front {
    pub(super) fn find(segments: &[&str]) -> Option<Self> {
        let is = |pattern: &[&str]| call::matches::<0>(segments, pattern).is_some();
        if is(&["metadata", "endpoints"]) {
            Some(Self::Endpoints)
        } else if is(&["subscriptions"]) {
            Some(Self::Subscriptions)
        } else if is(&["tenants"]) {
            Some(Self::Tenants)
        } else {
            None
        }
    }

    pub(super) fn answer(
        self,
        context: &Context,
        call: &Call,
        version: &str,
    ) -> Result<Answer, Fault> {
        if ![Method::GET, Method::HEAD].contains(&call.method) {
            return Err(Fault::method_not_allowed("GET"));
        }
        let body = match self {
            Self::Endpoints if version == LIST_VERSION => {
                Value::Array(vec![endpoints(context, call)])
            }
            Self::Endpoints => endpoints(context, call),
            Self::Subscriptions => json!({ "value": [], "count": { "type": "Total", "value": 0 } }),
            Self::Tenants => json!({ "value": [] }),
        };
        Ok(Answer::OfFrontDoor(Bytes::from(body.to_string())))
    }
}

/// The members that tools read ("Azure Stack Hub: connect with Azure CLI" has them all).
fn endpoints(context: &Context, call: &Call) -> Value {
    let addresses = &context.addresses;
    json!({
        "name": "BillingEmulator",
        "portal": addresses.control,
        "resourceManager": format!("{}/", call.origin(&addresses.arm)),
        "authentication": {
            "loginEndpoint": addresses.authority,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graphAudience": "https://graph.windows.net/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "suffixes": {},
    })
}
