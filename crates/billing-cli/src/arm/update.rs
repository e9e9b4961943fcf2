//! `billing arm update`: get, show, ask, patch, and wait until it is done.

use arm_client::models::{BillingProfile, BillingProfileUpdate};
use arm_client::{ArmClient, UpdateBillingProfile};
use billing_core::Response;
use serde_json::Value;

use super::wait::Waiting;
use super::{call, open, print_profile, short};
use crate::args::{ArmUpdate, Global};
use crate::confirm::Confirm;
use crate::diff::diff;
use crate::document;
use crate::edit::{Wish, into_type, merge};
use crate::failure::Failure;
use crate::hint::Call;
use crate::interrupt::Interrupt;
use crate::output::{one_line, say};
use crate::render::{self, print_preview};
use crate::shape::Writable;
use crate::target::Target;

pub(super) async fn run(
    args: &ArmUpdate,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let writable = Writable::arm();
    let update: BillingProfileUpdate = match interrupt
        .guard(Wish::read(&args.change, &writable))
        .await??
    {
        Wish::Edits(edits) => into_type("--set", edits.merge_patch())?,
        Wish::Body(body) => body.parse(Some(&writable))?,
    };
    if update == BillingProfileUpdate::default() {
        return Err(Failure::usage(
            "nothing to change was given: the body is an empty object",
            "put the members to change into it, as in {\"properties\":{\"poNumber\":\"PO-2041\"}}",
        ));
    }
    let target = open(global).await?;
    let client = target.arm()?;
    let request = request(&client, args, &update, global);
    let patch = call(&target, "update", &args.account, &args.profile);
    if global.dry_run {
        let preview = request.preview().map_err(|error| patch.failed(error))?;
        return print_preview(&preview, global.output.unwrap_or_default());
    }
    let confirm = Confirm::decide(global.yes || target.is_own_emulator())?;
    let get = call(&target, "get", &args.account, &args.profile);
    let reading = client
        .get_billing_profile(&args.account, &args.profile)
        .send();
    let before = interrupt
        .guard(reading)
        .await?
        .map_err(|error| get.failed(error))?;
    let mut expected = document::value(before.body())?;
    show(&mut expected, &document::value(&update)?, args, &target);
    confirm.ask(interrupt).await?;

    let sent = interrupt
        .guard(request.send())
        .await
        .map_err(|interrupted| {
            interrupted.hint(format!(
                "the update may have taken effect: look before you run it again\n  {}",
                patch.look
            ))
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
    let options = target.poll_options(args.patience.timeout);
    poller = poller.with_options(options);
    let response = waiting.finish(&mut poller).await?;
    // What is said last is what is still on the screen.
    let printed = print_profile(&response, global.output.unwrap_or_default());
    done(&expected, &response, &patch)?;
    printed
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

/// Shows what the update changes, and makes `profile` what it should be then.
fn show(profile: &mut Value, update: &Value, args: &ArmUpdate, target: &Target) {
    let before = profile.clone();
    merge(profile, update);
    let (name, origin) = (one_line(&args.profile), target.origin());
    let differences = diff(&before, profile);
    // It is sent all the same: an update that is still running would have the last word otherwise.
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

fn done(
    expected: &Value,
    response: &Response<BillingProfile>,
    call: &Call<'_>,
) -> Result<(), Failure> {
    say(format!(
        "updated {} (request id {})",
        call.subject,
        response.request_id().unwrap_or("unknown")
    ));
    let own = diff(expected, &document::value(response.body())?);
    if !own.is_empty() {
        say(render::introduced_differences(
            "the service stored some of it in its own way:",
            &own,
            short,
        ));
    }
    Ok(())
}
