//! What goes wrong at the services: faults of every kind, and a sign-in that no longer suffices.

use billing_emulator::{Fault, FaultPlan, Service};

use crate::bulk::kill::faults::{PATCH, every_kind};

/// The share of the requests that meet a fault.
const SHARE: f64 = 0.03;

/// The response of Partner Center to a token without a second factor.
const MFA_REQUIRED: &str = r#"{"code":900421,"description":"","data":[],"source":"PartnerFD"}"#;

/// The claims that Azure Resource Manager demands of a new token.
const CHALLENGE: &str = r#"Bearer authorization_uri="https://login.example.com", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlcyI6WyJwMSJdfX19""#;

/// Faults that are switched on and off during the scenario, besides those of every kind.
#[derive(Default)]
pub(super) struct Trouble {
    /// Whether the services demand a new sign-in for every write.
    pub(super) is_challenged: bool,
}

impl Trouble {
    pub(super) fn faults(&self) -> FaultPlan {
        let put = || Fault::new().service(Service::Partner).method("PUT");
        let patch = || Fault::new().service(Service::Arm).method(PATCH);
        let mut plan = FaultPlan::new();
        if self.is_challenged {
            let patch = patch().status(401).header("WWW-Authenticate", CHALLENGE);
            plan = plan
                .fault(put().status(401).body(MFA_REQUIRED))
                .fault(patch);
        }
        // An update of Azure Resource Manager is not sent again, so that its outcome is unknown.
        plan = plan.fault(patch().nth(1).reset());
        every_kind(plan, PATCH, SHARE, SHARE)
    }
}
