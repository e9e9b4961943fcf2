//! An emulator in its own process.

use std::time::Duration;

use billing_bulk::ProfileId;
use billing_emulator::{Emulator, Fault, FaultPlan, Token};
use billing_test::serve_for_parent;
use serde_json::{Value, json};

/// The role of a process that serves.
pub(crate) const SERVE: &str = "serve";

pub(crate) const TOKEN: &str = "bench";

/// Serves this many profiles until the parent ends, and answers each request after some
/// milliseconds. Every write finishes at once.
pub(crate) fn serve(profiles: u64, latency: u64) {
    serve_for_parent(async move {
        let mut faults = FaultPlan::new();
        if latency > 0 {
            faults = faults.fault(Fault::new().delay(Duration::from_millis(latency)));
        }
        let mut builder = Emulator::builder()
            .faults(faults)
            .polls_until_done(0)
            .without_rate_limits()
            .documents_limit(4 << 30)
            .token(Token::new(TOKEN));
        for number in 0..profiles {
            let document = document(number);
            builder = match id(number) {
                ProfileId::Partner { customer_id } => builder.customer(customer_id, document),
                ProfileId::Arm {
                    billing_account,
                    billing_profile,
                } => builder.billing_profile(billing_account, billing_profile, document),
            };
        }
        let emulator = builder.start().await.unwrap();
        println!("{} {}", emulator.partner_url(), emulator.arm_url());
        std::future::pending::<()>().await;
    });
}

/// Returns the id of a profile: the services take turns.
pub(crate) fn id(number: u64) -> ProfileId {
    if number.is_multiple_of(2) {
        ProfileId::partner(format!("4d3cf487-70f4-4e1e-9ff1-{number:012x}"))
    } else {
        ProfileId::arm("PCN.1042", format!("PROF-{number:06}"))
    }
}

fn document(number: u64) -> Value {
    if number.is_multiple_of(2) {
        json!({
            "firstName": "Ada", "lastName": "Example", "email": "ada@example.com",
            "culture": "en-US", "language": "en", "companyName": format!("Tailspin {number}"),
            "defaultAddress": {
                "country": "US", "city": "Redmond", "state": "WA", "phoneNumber": "4255550100",
                "addressLine1": "1 Example Way", "postalCode": "98052",
            },
        })
    } else {
        json!({
            "properties": {
                "displayName": format!("Profile {number}"), "poNumber": "PO-1",
                "invoiceEmailOptIn": false, "currency": "USD", "invoiceDay": 5,
                "address": {
                    "companyName": "Tailspin", "addressLine1": "1 Example Way",
                    "city": "Redmond", "country": "US", "postalCode": "98052",
                },
            },
        })
    }
}
