//! Runs the table of misbehaviours and asserts the promises.
//!
//! A line of a snapshot: the operation; whether the service misbehaves once or always; whether it
//! carries the request out before it damages the response; the requests in order, each with the
//! number of its request id, and the pauses between them; the status of the success, or the error
//! with its causes that are our own and the predicates that hold.

use std::time::Duration;

use billing_core::{RetryPolicy, SendOptions};

use super::cases::{self, Case, Truth};
use super::hostile::Plan;
use super::run::{Operation, Run, run};

/// Runs all cases and returns their results; panics if a promise is broken.
async fn tell(cases: Vec<Case>, limits: fn(SendOptions) -> SendOptions) -> String {
    let mut told = String::new();
    for case in cases {
        told.push_str(&format!("{}\n", case.name));
        for operation in Operation::ALL {
            for (times, is_done, lag) in variants(operation, case.truth) {
                let plan = Plan {
                    kept: operation.kept(),
                    steps: (case.steps)(operation.kept()),
                    times,
                    is_done,
                    is_accepted: operation == Operation::Poll,
                    lag,
                };
                let label = label(operation, times, is_done, lag);
                let run = run(operation, plan, limits).await;
                told.push_str(&format!("  {label:<20} {}\n", run.told));
                require_promises(operation, &case.name, &label, &run);
            }
        }
    }
    told
}

fn label(operation: Operation, times: usize, is_done: bool, lag: usize) -> String {
    let how_often = if times == 1 { "once" } else { "always" };
    let done = match (operation, is_done) {
        (Operation::Get | Operation::Poll, _) => "",
        (_, true) if lag > 0 => ", seen late",
        (_, true) => ", done",
        (_, false) => ", undone",
    };
    format!("{} {how_often}{done}", operation.name())
}

/// How often the service misbehaves, whether it carried the request out, and how many reads do not
/// show it yet.
fn variants(operation: Operation, truth: Truth) -> Vec<(usize, bool, usize)> {
    const ALWAYS: usize = usize::MAX;
    let known = match (operation, truth) {
        (Operation::Get | Operation::Poll, Truth::Done) => vec![(ALWAYS, true)],
        (Operation::Get | Operation::Poll, _) => vec![(1, false), (ALWAYS, false)],
        (_, Truth::Done) => vec![(1, true)],
        (_, Truth::Undone) => vec![(1, false), (ALWAYS, false)],
        (_, Truth::Either) => vec![(1, false), (1, true), (ALWAYS, false), (ALWAYS, true)],
    };
    let mut all: Vec<_> = known
        .iter()
        .map(|(times, is_done)| (*times, *is_done, 0))
        .collect();
    // Accepted, and still running while the profile is read back.
    if (operation, truth) == (Operation::Patch, Truth::Either) {
        all.push((1, true, 3));
    }
    all
}

const SAYS_DONE: [&str; 6] = [
    "nothing with 200",
    "nothing with 204",
    "nothing with 205",
    "white space with 200",
    "a byte order mark with 200",
    "nothing in gzip with 200",
];

/// Asserts what holds for each service.
fn require_promises(operation: Operation, name: &str, label: &str, run: &Run) {
    let place = format!("{name}: {label}\n{}", run.told);
    for canary in ["canary", "not yours", "Fabrikam Gateway"] {
        assert!(
            !run.told.contains(canary),
            "an error quotes the answer: {place}"
        );
    }
    if operation == Operation::Get {
        assert_eq!(run.written, 0, "{place}");
        if let Err(error) = &run.outcome {
            assert!(!error.may_have_taken_effect(), "{place}");
        }
        return;
    }
    if operation == Operation::Poll {
        assert_eq!(run.written, 1, "{place}");
        if let Err(error) = &run.outcome {
            // It was accepted, so it continues however the polls end.
            assert!(error.may_have_taken_effect(), "{place}");
            let can_be_asked = error.poll_token().is_some();
            // The operation is done and its result was not found: waiting again would not help.
            let is_over =
                error.is_operation_lost() || error.is_other_resource() || SAYS_DONE.contains(&name);
            assert_ne!(can_be_asked, is_over, "{place}");
        }
        return;
    }
    assert!(run.written <= 1, "written {} times: {place}", run.written);
    match &run.outcome {
        // After an empty success the PATCH is read back, and the profile shows whether it is
        // applied.
        Ok((_, Some(is_applied))) if SAYS_DONE.contains(&name) => {
            assert_eq!(*is_applied, run.written == 1, "{place}");
        }
        Ok((_, is_applied)) => {
            assert_eq!(run.written, 1, "success without effect: {place}");
            assert_ne!(*is_applied, Some(false), "{place}");
        }
        Err(error) if !error.may_have_taken_effect() => {
            assert_eq!(run.written, 0, "an effect that was denied: {place}");
        }
        Err(_) => {}
    }
}

fn patient(options: SendOptions) -> SendOptions {
    options
}

fn frugal(options: SendOptions) -> SendOptions {
    options.with_max_body(64 * 1024)
}

/// Time limits that end only when the service lets time pass.
fn impatient(options: SendOptions) -> SendOptions {
    options
        .with_read_timeout(Duration::from_secs(60))
        .with_timeout(Duration::from_secs(90))
        .with_retry(RetryPolicy::default().with_attempts(2).with_jitter(false))
        .with_read_back(Duration::from_secs(3))
}

/// A policy without retries.
fn at_once(options: SendOptions) -> SendOptions {
    options
        .with_timeout(Duration::from_secs(60))
        .with_retry(RetryPolicy::never())
        .with_read_back(Duration::from_secs(1))
}

macro_rules! tables {
    ($($name:ident: $cases:ident, $limits:ident;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                insta::assert_snapshot!(stringify!($cases), tell(cases::$cases(), $limits).await);
            }
        )*
    };
}

tables! {
    a_connection_that_breaks_costs_no_write_and_doubles_none: connections, patient;
    an_answer_that_never_ends_is_given_up: slowness, impatient;
    hints_that_never_end_are_given_up: endless_hints, at_once;
    informational_answers_are_passed_over: informational, patient;
    a_body_that_is_not_as_long_as_it_says_is_no_answer: framing, patient;
    a_head_that_is_none_is_no_answer: heads, patient;
    a_body_that_is_no_profile_is_no_success: bodies, patient;
    what_is_compressed_is_read_within_the_limit_or_not_at_all: compressed, frugal;
    the_service_s_pause_is_kept_as_far_as_it_makes_sense: retry_after, patient;
    what_was_not_asked_for_is_not_taken: unasked, patient;
}
