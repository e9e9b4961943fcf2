//! What is known before a run about whether its sign-in suffices.

use std::time::SystemTime;

use billing_edit::Service;
use jiff::{Timestamp, Unit};
use serde::Serialize;

use crate::binding::Binding;
use crate::pacing::{Class, Keys, Rate, forecast};
use crate::target::{Attempt, Cause, FailureKind, SignInCheck};

/// Something about a sign-in that may keep a run from succeeding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignInFinding {
    /// The service.
    pub service: Service,
    /// What it means for the run.
    pub severity: Severity,
    /// What was found, and what to do about it.
    pub cause: Cause,
}

/// What a finding means for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The service does not tell.
    Note,
    /// The run may stop before its end.
    Warning,
    /// The service will refuse every write.
    Error,
}

impl SignInFinding {
    /// Returns a warning if a token that is not renewed expires before the end of a run that begins
    /// now, as far as the rate limits tell how long the run takes.
    pub fn token_lifetime(
        binding: &Binding,
        writes: u64,
        rate: Rate,
        expires: SystemTime,
        now: SystemTime,
    ) -> Option<Self> {
        let origin = &binding.origin;
        let (keys, requests) = match binding.service {
            Service::Arm => (Keys::arm(origin, "", Class::Write), writes),
            // Its limits count the read before each write, too.
            Service::Partner => (Keys::partner(origin, "", ""), writes.saturating_mul(2)),
        };
        let takes = forecast(keys.outer(), requests, rate);
        let end = now.checked_add(takes)?;
        if expires > end {
            return None;
        }
        let service = binding.service;
        let message = format!(
            "the token for {service} expires at {}, and a run of {writes} {} that begins now ends \
             at about {}",
            time(expires)?,
            if writes == 1 { "write" } else { "writes" },
            time(end)?,
        );
        let hint = "the run pauses then, and continues with a new token; a credential that renews \
                    its tokens needs none";
        Some(Self {
            service,
            severity: Severity::Warning,
            cause: cause("token_expires", message, Some(hint)),
        })
    }

    /// Returns what a service tells about the sign-in, unless it is as required; `None` is a
    /// service that cannot be asked.
    pub(crate) fn of_check(
        service: Service,
        checked: Option<Attempt<SignInCheck>>,
    ) -> Option<Self> {
        let (severity, cause) = match checked {
            None => (Severity::Note, unknown_permission(service)),
            Some(attempt) => match attempt.result {
                Ok(SignInCheck::Sufficient) => return None,
                Ok(SignInCheck::Unknown) => (Severity::Note, unknown_mfa(service)),
                Err(failure) => match failure.kind {
                    FailureKind::SignIn | FailureKind::Forbidden => {
                        (Severity::Error, failure.cause)
                    }
                    _ => (Severity::Note, unchecked(service, &failure.cause)),
                },
            },
        };
        Some(Self {
            service,
            severity,
            cause,
        })
    }
}

/// If so many different profiles in a row are refused with 403 and the same code, before any other
/// result, the sign-in lacks the permission, and the profiles are not to blame.
pub(crate) const ENOUGH_FORBIDDEN: usize = 3;

/// Returns the cause of a permission that the sign-in lacks for all profiles, from the cause at one
/// of them.
pub(crate) fn without_permission(refused: &Cause) -> Cause {
    let message = format!(
        "one profile after the other is refused ({}): the sign-in lacks the permission",
        refused.code
    );
    Cause {
        code: "permission_missing".to_owned(),
        message,
        ..refused.clone()
    }
}

fn unknown_mfa(service: Service) -> Cause {
    let message = format!(
        "{service} does not tell about multi-factor authentication (applications need none)"
    );
    cause("mfa_unknown", message, None)
}

/// Resource Manager lists a caller's permissions in this api version (`billingPermissions`), as ids
/// such as `40000000-aaaa-bbbb-cccc-200000000000` whose meaning is not published (a recording of
/// azure-sdk-for-net, `BillingPermissionsOperationsTest`, `ListByBillingProfileTest`). The
/// operation `checkAccess` is of 2024-04-01.
fn unknown_permission(service: Service) -> Cause {
    let message = format!("{service} does not tell about the permission to write");
    cause("permission_unknown", message, None)
}

fn unchecked(service: Service, failed: &Cause) -> Cause {
    let message = format!(
        "whether the sign-in for {service} suffices could not be checked: {}",
        failed.message
    );
    Cause {
        code: "sign_in_unchecked".to_owned(),
        message,
        hint: None,
        ..failed.clone()
    }
}

fn cause(code: &str, message: String, hint: Option<&str>) -> Cause {
    Cause {
        code: code.to_owned(),
        message,
        hint: hint.map(str::to_owned),
        ..Cause::default()
    }
}

/// Returns a time to the second, in UTC.
fn time(time: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(time).ok()?.round(Unit::Second).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use billing_edit::Service;

    use super::{Severity, SignInFinding};
    use crate::binding::Binding;
    use crate::pacing::Rate;
    use crate::target::{Attempt, Cause, Failure, FailureKind, SignInCheck};

    fn warning(writes: u64, lifetime: u64) -> Option<String> {
        let binding = Binding {
            service: Service::Arm,
            origin: "https://management.azure.com".to_owned(),
            api_version: "v1".to_owned(),
            tenant: None,
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_000_000);
        let expires = now + Duration::from_secs(lifetime);
        SignInFinding::token_lifetime(&binding, writes, Rate::Learned, expires, now)
            .map(|found| found.cause.message)
    }

    #[test]
    fn token_that_expires_before_the_end_of_the_run_is_a_warning() {
        assert_eq!(warning(20_200, 2_001), None);
        assert!(warning(20_200, 2_000).is_some());
        let one = warning(1, 0).unwrap();
        assert!(one.contains(", and a run of 1 write that begins"), "{one}");
        insta::assert_snapshot!(
            warning(20_200, 1_200).unwrap(),
            @"the token for Azure Resource Manager expires at 2026-11-30T01:13:20Z, and a run of 20200 writes that begins now ends at about 2026-11-30T01:26:40Z"
        );
    }

    #[test]
    fn checks_become_findings() {
        let of = |result| {
            let attempt = Attempt {
                result,
                signal: crate::pacing::Signal::default(),
                ids: crate::target::ResponseIds::default(),
            };
            SignInFinding::of_check(Service::Partner, Some(attempt))
        };
        assert_eq!(of(Ok(SignInCheck::Sufficient)), None);
        let failed = |kind| {
            let cause = Cause {
                code: "c".to_owned(),
                message: "m".to_owned(),
                ..Cause::default()
            };
            of(Err(Failure { kind, cause }))
        };
        for (found, severity, code) in [
            (of(Ok(SignInCheck::Unknown)), Severity::Note, "mfa_unknown"),
            (failed(FailureKind::SignIn), Severity::Error, "c"),
            (failed(FailureKind::Forbidden), Severity::Error, "c"),
            (
                failed(FailureKind::Unknown),
                Severity::Note,
                "sign_in_unchecked",
            ),
            (
                SignInFinding::of_check(Service::Arm, None),
                Severity::Note,
                "permission_unknown",
            ),
        ] {
            let found = found.unwrap();
            assert_eq!(
                (found.severity, found.cause.code.as_str()),
                (severity, code)
            );
        }
    }
}
