//! `billing arm update`: get, show, ask, patch, and wait until it is done.

use arm_client::models::{BillingProfile, BillingProfileUpdate};
use arm_client::{ArmClient, UpdateBillingProfile};
use billing_core::{Response, UpdateOutcome};
use serde_json::Value;

use super::wait::Waiting;
use super::{call, open, print_profile, short};
use crate::args::arm::ArmUpdate;
use crate::args::global::Global;
use crate::confirm::Confirm;
use crate::diff::diff;
use crate::document::{self, Path};
use crate::edit::{Body, Wish, into_type, merge};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::outcome::{self, Written};
use crate::output::{one_line, say};
use crate::render::{self, print_preview};
use crate::shape::{Unwritten, Writable};
use crate::target::Target;

pub(super) async fn run(
    args: &ArmUpdate,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let writable = Writable::arm();
    let wish = Wish::read(&args.change, &writable);
    let wanted = match interrupt.guard(wish).await?? {
        Wish::Edits(edits) => Wanted {
            update: into_type("--set", edits.merge_patch())?,
            body: None,
        },
        Wish::Body(body) => {
            let (update, unwritten) = body.arm(&writable)?;
            if update == BillingProfileUpdate::default() && unwritten.is_empty() {
                return Err(Failure::usage(
                    "nothing to change was given: the body is an empty object",
                    "put the members to change into it, as in {\"properties\":{\"poNumber\":\"PO-2041\"}}",
                ));
            }
            let body = (!unwritten.is_empty()).then_some((body, unwritten));
            Wanted { update, body }
        }
    };
    let update = &wanted.update;
    let target = open(global).await?.with_read_back(args.wait.read_back);
    let client = target.arm()?;
    let request = request(&client, args, update, global);
    let mut patch = call(&target, "update", &args.account, &args.profile);
    let get = call(&target, "get", &args.account, &args.profile);
    let read = || async {
        let reading = client.get_billing_profile(&args.account, &args.profile);
        let before = interrupt.guard(reading.send()).await?;
        before.map_err(|error| get.failed(error))
    };
    if global.dry_run {
        if wanted.body.is_some() {
            say(
                "reading the profile, as the body has members that only the service writes; nothing is written",
            );
            wanted.check(&writable, &document::value(read().await?.body())?)?;
        }
        let preview = request.preview().map_err(|error| patch.failed(error))?;
        return print_preview(&preview, global.output.unwrap_or_default());
    }
    let confirm = Confirm::decide(global.yes || target.is_own_emulator())?;
    let before = read().await?;
    let old = document::value(before.body())?;
    wanted.check(&writable, &old)?;
    let asked = document::value(update)?;
    let mut expected = old.clone();
    merge(&mut expected, &asked);
    show(&old, &expected, args, &target);
    if old == expected && !args.force {
        say(
            "nothing was sent; --force sends it all the same, for example while an earlier update is \
             still running",
        );
        outcome::tell_nothing_to_change();
        return print_profile(&before, global.output.unwrap_or_default());
    }
    confirm.ask(interrupt).await?;

    interrupt.check()?;
    patch.before = Some(old.clone());
    let sent = interrupt
        .guard(request.with_before(before.body()).send())
        .await
        .map_err(|interrupted| {
            let hint = patch.look_and_repeat();
            interrupted.with_effect().hint(hint)
        })?;
    let mut poller = match sent {
        Ok(poller) => poller,
        Err(error) => {
            if error.is_conflict() {
                let now = client.get_billing_profile(&args.account, &args.profile);
                if let Ok(Ok(now)) = interrupt.guard(now.send()).await {
                    say_what_changed(&before, &now)?;
                }
            }
            return Err(patch.failed(error));
        }
    };
    if args.no_wait
        && let Some(token) = poller.token()
    {
        say(format!("accepted, not done yet; {}", patch.resume()));
        return Err(Failure::accepted(token));
    }
    let waiting = Waiting {
        call: &patch,
        interrupt,
        progress: !global.no_progress,
    };
    let options = target.poll_options(args.wait.timeout);
    poller = poller.with_options(options);
    let response = waiting.finish(&mut poller).await?;
    let stored = document::value(response.body())?;
    let written = Written {
        call: &patch,
        before: Some(&old),
        expected: Some(&expected),
        stored: &stored,
        outcome: Some(response.outcome().unwrap_or_else(|| {
            UpdateOutcome::of_patch(Some(before.body()), update, response.body())
        })),
        request_id: response.request_id(),
    };
    written.check()?;
    // What is said last is what is still on the screen.
    let printed = print_profile(&response, global.output.unwrap_or_default());
    written.tell();
    // The write is done, whether or not it could be shown.
    printed.map_err(Failure::with_effect)
}

/// What is to be changed, and what a body has beside it.
struct Wanted {
    update: BillingProfileUpdate,
    body: Option<(Body, Unwritten)>,
}

impl Wanted {
    /// Says what is left out of the body, as it is like that already.
    ///
    /// # Errors
    /// A usage failure for what only the service writes, and the body has otherwise.
    fn check(&self, writable: &Writable, now: &Value) -> Result<(), Failure> {
        let Some((body, unwritten)) = &self.body else {
            return Ok(());
        };
        let left_out = writable.check_unwritten(unwritten, now);
        let left_out = left_out.map_err(|misfit| {
            let failure = body.refuse(misfit);
            failure.more_hint(
                "nothing was written; only what is as the service has it may stay in the body",
            )
        })?;
        let left_out: Vec<_> = left_out
            .iter()
            .map(|names| short(&Path::of_members(names)))
            .collect();
        say(format!(
            "not sent, as it is read-only and unchanged: {}",
            left_out.join(", ")
        ));
        Ok(())
    }
}

fn request(
    client: &ArmClient,
    args: &ArmUpdate,
    update: &BillingProfileUpdate,
    global: &Global,
) -> UpdateBillingProfile {
    let request = client.begin_update_billing_profile(&args.account, &args.profile, update);
    match global.request_id {
        Some(id) => request.with_request_id(id),
        None => request,
    }
}

/// Shows what the update changes.
fn show(before: &Value, expected: &Value, args: &ArmUpdate, target: &Target) {
    let (name, origin) = (one_line(&args.profile), target.origin());
    let differences = diff(before, expected);
    if differences.is_empty() {
        say(format!(
            "nothing would be different for billing profile {name} at {origin}"
        ));
    } else {
        say(render::introduced_differences(
            &format!("changes for billing profile {name} at {origin}:"),
            &differences,
            short,
        ));
    }
}

/// Says what somebody else changed since the profile was read.
fn say_what_changed(
    before: &Response<BillingProfile>,
    now: &Response<BillingProfile>,
) -> Result<(), Failure> {
    let theirs = diff(
        &document::value(before.body())?,
        &document::value(now.body())?,
    );
    if !theirs.is_empty() {
        say(render::introduced_differences(
            "meanwhile somebody else changed:",
            &theirs,
            short,
        ));
    }
    Ok(())
}
