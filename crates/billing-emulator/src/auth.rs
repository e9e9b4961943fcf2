//! Authentication: the access tokens that the authority issues and both services verify.

use std::time::{Duration, SystemTime};

use hyper::{Method, http::uri::Authority};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    context::Context,
    http::{host, request::Request},
    options::{Addresses, PartnerMfa},
    sample::SAMPLE_TENANT_ID,
    service::Service,
    signing::JWT,
};

/// The claims of an access token ("Access token claims reference").
#[derive(Deserialize, Serialize)]
pub(crate) struct Claims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) iat: u64,
    pub(crate) nbf: u64,
    pub(crate) exp: u64,
    /// How the user signed in; absent from an application's own token, as `scp` and `upn` are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amr: Option<Vec<String>>,
    pub(crate) appid: String,
    pub(crate) idtyp: String,
    pub(crate) oid: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    pub(crate) sub: Uuid,
    pub(crate) tid: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upn: Option<String>,
    /// Makes each token unique.
    pub(crate) uti: Uuid,
    pub(crate) ver: String,
}

/// The caller of an authenticated request.
pub(crate) struct Caller {
    pub(crate) tenant: Uuid,
    /// The object id of the user or the service principal.
    pub(crate) principal: Uuid,
    /// Whether the user signed in with a second factor; `None` if there is no user.
    pub(crate) has_mfa: Option<bool>,
}

/// The principal of the emulator's own token, and of requests that need none.
const OWN_PRINCIPAL: Uuid = Uuid::from_u128(0x2f6b_8d10_4c3e_4a57_9d21_6e0f_5b7a_1c34);

/// Why a request is not authenticated.
pub(crate) enum AuthError {
    Missing,
    /// Not issued by this emulator.
    Unknown,
    Expired {
        at: SystemTime,
    },
    /// Issued for another service.
    Audience(String),
    /// The user signed in without a second factor, and the service demands one.
    SecondFactor,
}

/// The application id of Partner Center.
const PARTNER_ID: &str = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";

/// Returns the audiences of a service's tokens, in each cloud and here. A token may also have one
/// with a slash at the end.
///
/// Libraries derive the audience from the address that they were given, so the service's own
/// address is one. The `Host` of a request is not: anyone can send that.
fn audiences(service: Service, addresses: &Addresses) -> Vec<String> {
    let known: &[&str] = match service {
        Service::Partner => &[
            "https://api.partnercenter.microsoft.com",
            "https://partner.partnercenterapi.microsoftonline.cn",
            PARTNER_ID,
        ],
        Service::Arm => &[
            "https://management.core.windows.net",
            "https://management.azure.com",
            "https://management.usgovcloudapi.net",
            "https://management.chinacloudapi.cn",
        ],
        Service::Authority => &[],
    };
    let all = known.iter().copied().chain([addresses.of(service)]);
    all.map(str::to_owned).collect()
}

/// Returns whether an audience is the service's own address under another name of this machine or
/// behind a mapped port, with or without a TLS proxy. It is not if another listener has that port.
fn is_own_address(context: &Context, service: Service, audience: &str) -> bool {
    let addresses = &context.addresses;
    let authority = |address: &str| {
        let (scheme, rest) = address.split_once("://")?;
        let is_web = ["http", "https"].contains(&scheme);
        rest.parse::<Authority>().ok().filter(|_| is_web)
    };
    let Some(named) = authority(audience) else {
        return false;
    };
    let own = addresses.of(service);
    let mut others = [
        &addresses.partner,
        &addresses.arm,
        &addresses.control,
        &addresses.authority,
    ]
    .into_iter()
    .filter(|address| *address != own);
    let has_port = |address: &String| {
        authority(address).is_some_and(|address| address.port_u16() == named.port_u16())
    };
    host::is_own(&named, &context.origins.own_names) && !others.any(has_port)
}

/// Lists the audiences as an error response does.
pub(crate) fn list_of_audiences(service: Service, addresses: &Addresses) -> String {
    let both = |audience: String| format!("'{audience}/','{audience}'");
    let audiences = audiences(service, addresses).into_iter();
    audiences.map(both).collect::<Vec<_>>().join(",")
}

impl Context {
    pub(crate) fn caller(&self, service: Service, request: &Request) -> Result<Caller, AuthError> {
        let sample = || {
            let tenant = Uuid::try_parse(SAMPLE_TENANT_ID).unwrap_or_default();
            Ok(Caller {
                tenant,
                principal: OWN_PRINCIPAL,
                has_mfa: None,
            })
        };
        if !self.options.authentication {
            return sample();
        }
        let token = request.bearer().ok_or(AuthError::Missing)?;
        if token == self.token.reveal() {
            return sample();
        }
        let claims: Claims = self.signer.verify(JWT, token).ok_or(AuthError::Unknown)?;
        let ends = Duration::from_secs(claims.exp);
        let at = SystemTime::UNIX_EPOCH
            .checked_add(ends)
            .ok_or(AuthError::Unknown)?;
        if self.clock.now() >= at {
            return Err(AuthError::Expired { at });
        }
        let bare = claims.aud.strip_suffix('/').unwrap_or(&claims.aud);
        let taken = audiences(service, &self.addresses);
        if !taken.iter().any(|audience| audience == bare) && !is_own_address(self, service, bare) {
            return Err(AuthError::Audience(claims.aud));
        }
        let is_mfa = |amr: Vec<String>| amr.iter().any(|method| method == "mfa");
        let has_mfa = claims.amr.map(is_mfa);
        if has_mfa == Some(false) && self.demands_mfa(service, request) {
            return Err(AuthError::SecondFactor);
        }
        Ok(Caller {
            tenant: claims.tid,
            principal: claims.oid,
            has_mfa,
        })
    }

    /// Returns whether a user needs a second factor for a request. Resource Manager leaves reads to
    /// the policies of the tenant.
    fn demands_mfa(&self, service: Service, request: &Request) -> bool {
        match service {
            Service::Partner => self.options.partner_mfa != PartnerMfa::Optional,
            Service::Arm => {
                let is_read = [Method::GET, Method::HEAD].contains(&request.method);
                self.options.require_arm_mfa && !is_read
            }
            Service::Authority => false,
        }
    }
}
