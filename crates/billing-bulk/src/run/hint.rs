//! What to do about a profile that is not done, by the cause that is recorded.

use crate::target::Cause;

/// What to do where no rule says more.
const GENERAL: &str = "look at the profile, correct the row, and plan it again";

/// What to do about codes: those of a run and a plan, of Partner Center, and of a client. Where
/// there are statuses, they are needed, too.
const BY_CODE: [(&[&str], &[u16], &str); 17] = [
    (
        &["no_change", "already_there"],
        &[],
        "nothing is left to do",
    ),
    (
        &["not_stored"],
        &[],
        "read the profile: the service has kept other values; give values in the form in which it \
         stores them, and plan the row again",
    ),
    (
        &["no_body", "no_json"],
        &[],
        "correct the row: its change cannot be sent for this profile",
    ),
    (
        &["preflight"],
        &[],
        "correct the member that the cause names, and plan the row again",
    ),
    (
        &["2055", "stale_etag", "conflict"],
        &[],
        "somebody else wrote the profile at the same time: plan the row again",
    ),
    (
        &["27002", "3000", "800002"],
        &[400],
        "the service does not accept a value: check postal code, state, country and phone number \
         of the profile against the rules of its country, correct the row, and plan it again",
    ),
    (
        &["600051"],
        &[],
        "the country needs a phone number: give defaultAddress.phoneNumber, and plan the row again",
    ),
    (
        &["600002", "600049", "600050"],
        &[],
        "the customer's registration number is missing or invalid: correct it in Partner Center, \
         and plan the row again",
    ),
    (
        &["2000", "900118", "60003"],
        &[],
        "there is no such customer: correct customer_id, or delete the row",
    ),
    (
        &["900421", "10001"],
        &[],
        "sign in again with multi-factor authentication, and plan the row again",
    ),
    (
        &["20002", "600006", "2032", "1002"],
        &[],
        "the partner has no relationship with this customer, or this sign-in no permission: check \
         both in Partner Center, and plan the row again",
    ),
    (
        &["800036"],
        &[],
        "look at the profile, which changed meanwhile, and plan the row again",
    ),
    (
        &[
            "OperationFailed",
            "OperationCanceled",
            "operation_failed",
            "operation_canceled",
        ],
        &[],
        "the service accepted the write and gave it up: plan the row again; if it fails again, \
         give the request id to the service's support",
    ),
    (
        &["operation_lost", "outcome_unknown"],
        &[],
        "reconcile the run when no operation can be running any more",
    ),
    (
        &["RetryableErrorDueToAnotherOperation"],
        &[],
        "another operation held the profile for long: plan the row again later",
    ),
    (
        &[
            "too_large",
            "decode",
            "protocol",
            "foreign_origin",
            "other_resource",
        ],
        &[],
        "the response of the service was not valid: plan the row again later; if it fails again, \
         give the request id to the service's support",
    ),
    (
        &[
            "connect",
            "timeout",
            "connection_broken",
            "untrusted_certificate",
            "no_tls",
            "no_http",
        ],
        &[],
        "check the connection to the service, and plan the row again",
    ),
];

/// Returns what to do about a profile with this cause: the cause's own hint if it has one, else
/// that for its code or its status.
///
/// ```
/// use billing_bulk::run::hint;
/// use billing_bulk::target::Cause;
///
/// let cause = Cause { code: "600051".to_owned(), status: Some(400), ..Cause::default() };
/// assert!(hint(&cause).contains("phoneNumber"));
/// ```
pub fn hint(cause: &Cause) -> &str {
    if let Some(hint) = &cause.hint {
        return hint;
    }
    let of_code = BY_CODE.iter().find(|(codes, statuses, _)| {
        let has_status = |status: u16| statuses.contains(&status);
        codes.contains(&cause.code.as_str())
            && (statuses.is_empty() || cause.status.is_some_and(has_status))
    });
    match (of_code, cause.status) {
        (Some((.., hint)), _) => hint,
        (None, Some(400 | 413 | 422)) => {
            "the service does not accept the values: correct the row, and plan it again"
        }
        (None, Some(401)) => "sign in again, and plan the row again",
        (None, Some(403)) => {
            "this sign-in may not write the profile: have the permission granted, and plan the row \
             again"
        }
        (None, Some(404 | 410)) => {
            "there is no such profile: correct the identity in the row, or delete the row"
        }
        (None, Some(409 | 412)) => {
            "look at the profile, which changed meanwhile, and plan it again"
        }
        (None, Some(408 | 429 | 500..=599)) => {
            "the service could not work on it: plan the row again later; if it fails again, give \
             the request id to the service's support"
        }
        _ => GENERAL,
    }
}

#[cfg(test)]
mod tests {
    use super::{BY_CODE, GENERAL, hint};
    use crate::target::Cause;

    fn cause(code: &str, status: Option<u16>) -> Cause {
        Cause {
            code: code.to_owned(),
            status,
            ..Cause::default()
        }
    }

    #[test]
    fn cause_has_its_own_hint_or_that_of_its_code_or_status() {
        let own = Cause {
            hint: Some("wait".to_owned()),
            ..cause("600051", Some(400))
        };
        assert_eq!(hint(&own), "wait");
        for (code, status, part) in [
            ("27002", Some(400), "postal code"),
            ("3000", Some(404), "no such profile"),
            ("NotFound", Some(404), "no such profile"),
            ("BadRequest", Some(400), "does not accept the values"),
            ("service", Some(502), "support"),
            ("connect", None, "connection"),
            ("changed_by_nobody", None, GENERAL),
        ] {
            let found = cause(code, status);
            assert!(hint(&found).contains(part), "{code}: {}", hint(&found));
        }
    }

    #[test]
    fn every_code_has_one_hint() {
        let mut seen = std::collections::HashSet::new();
        let codes = BY_CODE.iter().flat_map(|(codes, ..)| *codes);
        codes.for_each(|code| assert!(seen.insert(code), "{code}"));
    }
}
