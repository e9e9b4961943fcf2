//! The resources that Resource Manager's front door serves without a provider: its endpoints, which
//! tools look up without a token, and the lists of subscriptions and tenants, which are empty here.
//! Azure CLI reads all three.

use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::{context::Context, http::request::Request};

/// The version in which the endpoints are a list of clouds; in every other version they are those
/// of one cloud.
const LIST_VERSION: &str = "2019-05-01";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrontDoor {
    Endpoints,
    Subscriptions,
    Tenants,
}

impl FrontDoor {
    pub(super) fn body(self, context: &Context, request: &Request, version: &str) -> Bytes {
        let body = match self {
            Self::Endpoints if version == LIST_VERSION => {
                Value::Array(vec![endpoints(context, request)])
            }
            Self::Endpoints => endpoints(context, request),
            Self::Subscriptions => json!({ "value": [], "count": { "type": "Total", "value": 0 } }),
            Self::Tenants => json!({ "value": [] }),
        };
        body.to_string().into()
    }
}

/// Returns the members that tools read ("Azure Stack Hub: connect with Azure CLI" has them all).
fn endpoints(context: &Context, request: &Request) -> Value {
    let addresses = &context.addresses;
    json!({
        "name": "BillingEmulator",
        "portal": addresses.control,
        "resourceManager": format!("{}/", request.origin(&addresses.arm)),
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
