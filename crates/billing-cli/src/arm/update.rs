//! `billing arm update`: read, show the changes, confirm, patch, and wait for the result.

use arm_client::{ArmClient, BeginUpdateBillingProfile, V2019_10_01Preview, Version};
use billing_core::UpdateOutcome;
use billing_edit::{Members, Path, Service, Unwritten};
use serde_json::{Map, Value};

use crate::args::arm::ArmUpdate;
use crate::args::global::Global;
use crate::arm::context::{open, print_profile, profile_context, short};
use crate::arm::wait::finish;
use crate::confirm::Confirm;
use crate::diff::diff;
use crate::document;
use crate::edit::body::Body;
use crate::edit::change_request::ChangeRequest;
use crate::edit::convert::into_type;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::outcome::{self, Written};
use crate::output::stderr::say;
use crate::render::print::print_preview;

pub(super) async fn run<V: Version>(
    args: &ArmUpdate,
    version: V,
    global: &Global,
    interrupt: &Interrupt,
) -> Result {
    let writable = Members::of_arm(V::NAME).unwrap_or(Members::of(Service::Arm));
    let change = ChangeRequest::read(&args.change, writable, Service::Arm);
    let requested = match interrupt.guard(change).await?? {
        ChangeRequest::Edits(edits) => Requested {
            update: into_type("--set", edits.merge_patch())?,
            body: None,
        },
        ChangeRequest::Body(body) => {
            let (update, unwritten) = body.arm(writable)?;
            if update == V::BillingProfileUpdate::default() && unwritten.is_empty() {
                return Err(Failure::usage(
                    "no change was given: the body is an empty object",
                    "put the members to change into it, as in \
                     {\"properties\":{\"poNumber\":\"PO-2041\"}}",
                ));
            }
            let body = (!unwritten.is_empty()).then_some((body, unwritten));
            Requested::<V> { update, body }
        }
    };
    let update = &requested.update;
    let mut connection = open(global).await?;
    connection.read_back = args.wait.read_back;
    let client = connection.arm()?.with_api_version(version);
    let request = request(&client, args, update, global);
    let mut patch = profile_context::<V>(&connection, "update", &args.account, &args.profile);
    let get = profile_context::<V>(&connection, "get", &args.account, &args.profile);
    let read = || async {
        let reading = client.get_billing_profile(&args.account, &args.profile);
        let before = interrupt.guard(reading.send()).await?;
        before.map_err(|error| get.failed(error))
    };
    if global.dry_run {
        if requested.body.is_some() {
            say("reading the profile, as the body has read-only members; nothing is written");
            requested.check(writable, &document::value(read().await?.body())?)?;
        }
        if V::NAME != V2019_10_01Preview::NAME {
            say("reading the profile, as the update is written into it; nothing is written");
            let preview = request.preview_of(&read().await?);
            return print_preview(preview, &patch, global.format());
        }
        return print_preview(request.preview(), &patch, global.format());
    }
    let confirm = Confirm::decide(global.yes || connection.is_own_emulator())?;
    let before = read().await?;
    let old = document::value(before.body())?;
    requested.check(writable, &old)?;
    let patch_document = document::value(update)?;
    let mut expected = old.clone();
    merge(&mut expected, &patch_document);
    outcome::show_changes(&patch, &diff(&old, &expected));
    if old == expected && !args.force {
        say(
            "nothing was sent; --force sends the update anyway, for example while an earlier \
             update is still running",
        );
        outcome::report_nothing_to_change();
        return print_profile(&before, global.format());
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
                    let theirs = diff(&old, &document::value(now.body())?);
                    outcome::report_other_changes(&patch, &theirs);
                }
            }
            return Err(patch.failed(error));
        }
    };
    if args.no_wait
        && let Some(token) = poller.token()
    {
        say(format!("accepted, not finished yet; {}", patch.resume()));
        return Err(Failure::silent(Exit::Done).tokens([token]));
    }
    let options = connection.poll_options(args.wait.timeout);
    poller = poller.with_options(options);
    let response = finish(&mut poller, &patch, global, interrupt).await?;
    let stored = document::value(response.body())?;
    let written = Written {
        context: &patch,
        before: Some(&old),
        expected: Some(&expected),
        stored: &stored,
        outcome: Some(response.outcome().unwrap_or_else(|| {
            UpdateOutcome::of_patch(Some(before.body()), update, response.body())
        })),
        request_id: response.request_id(),
    };
    written.finish(|| print_profile(&response, global.format()))
}

/// The update, and a body with members that cannot be written.
struct Requested<V: Version> {
    update: V::BillingProfileUpdate,
    body: Option<(Body, Unwritten)>,
}

impl<V: Version> Requested<V> {
    /// Reports the members of the body that are not sent, as the profile has them already.
    ///
    /// # Errors
    /// A usage failure for a read-only member that the body changes.
    fn check(&self, writable: &Members, now: &Value) -> Result {
        let Some((body, unwritten)) = &self.body else {
            return Ok(());
        };
        let left_out = writable.check_unwritten(unwritten, now);
        let left_out = left_out.map_err(|error| {
            let failure = body.refuse(error);
            failure.more_hint(
                "nothing was written; read-only members may stay in the body only if they are \
                 unchanged",
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

fn request<V: Version>(
    client: &ArmClient<V>,
    args: &ArmUpdate,
    update: &V::BillingProfileUpdate,
    global: &Global,
) -> BeginUpdateBillingProfile<V> {
    let request = client.begin_update_billing_profile(&args.account, &args.profile, update);
    match global.request_id {
        Some(id) => request.with_request_id(id),
        None => request,
    }
}

/// Applies a merge patch (RFC 7396): `null` removes a member, objects merge, other values replace.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in members {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
