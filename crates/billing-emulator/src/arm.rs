//! Azure Resource Manager: the billing profiles of `Microsoft.Billing`, 2019-10-01-preview.

use axum::{
    body::Bytes,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Service,
    access::{Caller, Distrust},
    call::{self, Call, Reply},
    contract::{self, ARM_BILLING_PROFILE, Nulls, ReadOnly},
    operations::Links,
    state::{Context, ProfileKey, Resource, State},
};
use fault::Fault;
use front::Front;
pub(crate) use update::{account_of, finish_due};

mod expand;
mod fault;
mod front;
mod list;
mod reply;
mod update;

/// The version of the profiles, and of an operation under its absolute address.
const VERSION: &str = "2019-10-01-preview";

/// The version that the relative form of a `Location` carries.
const OPERATION_VERSION: &str = "2018-05-31-preview";

const RESOURCE_TYPE: &str = "Microsoft.Billing/billingAccounts/billingProfiles";

/// The name of an operation's result is this and the operation's id.
const OPERATION_PREFIX: &str = "patchBillingProfile_";

/// A successful answer.
enum Answer {
    Document(Bytes),
    /// 202: an empty body, and where to ask again.
    Accepted(Links),
    /// 200: a report on an operation, which may be running.
    Report(Bytes),
    /// 200: of no provider.
    OfFrontDoor(Bytes),
}

/// What a path names.
enum Target<'a> {
    Front(Front, &'a str),
    Profiles { account: &'a str },
    Profile(ProfileKey),
    Operation(Uuid),
    OperationStatus(Uuid),
}

/// Whether a request is answered whatever token it has, or none.
pub(crate) fn is_open(call: &Call) -> bool {
    Front::find(&call.segments()) == Some(Front::Endpoints)
}

pub(crate) fn answer(context: &Context, call: &mut Call) -> Reply {
    let known = context.caller(Service::Arm, call);
    let admitted = throttle(context, call, known.as_ref().ok());
    let remaining = match &admitted {
        Ok(remaining) => *remaining,
        Err(_) => Some(0),
    };
    let answer = admitted
        .and_then(|_| admit(context, call, known))
        .and_then(|target| operate(context, call, target));
    let draft = match answer {
        Ok(Answer::Document(document)) => reply::document(document),
        Ok(Answer::Accepted(links)) => {
            reply::accepted(&links, context.options.retry_after_seconds())
        }
        Ok(Answer::Report(report)) => reply::report(report, context.options.retry_after_seconds()),
        Ok(Answer::OfFrontDoor(body)) => reply::from_front_door(StatusCode::OK, body),
        Err(fault) => fault.into_draft(&context.numbers, call),
    };
    reply::finished(draft, context, call, remaining)
}

/// Takes a request from the caller's bucket: how many are left, or `None` where nobody counts.
fn throttle(context: &Context, call: &Call, caller: Option<&Caller>) -> Result<Option<u32>, Fault> {
    let Some(caller) = caller else {
        return Ok(None);
    };
    let mut state = context.state();
    // Read under the lock, so that it does not go back from one request to the next.
    let (limits, now) = (context.options.limits, context.clock.now());
    let buckets = &mut state.buckets;
    let (kind, taken) = if reply::is_read(call) {
        ("read", buckets.take_arm_read(limits, caller, now))
    } else {
        ("write", buckets.take_arm_write(limits, caller, now))
    };
    taken.map_err(|refused| Fault::throttled(limits.throttles, kind, refused.seconds))
}

/// What the front door does before the provider sees a request.
fn admit<'a>(
    context: &Context,
    call: &'a Call,
    known: Result<Caller, Distrust>,
) -> Result<Target<'a>, Fault> {
    // Azure asks for the version even of a caller whom it does not know.
    let version = call
        .query("api-version")
        .ok_or_else(Fault::api_version_missing)?;
    let mut segments = call.segments();
    let front = Front::find(&segments);
    if front != Some(Front::Endpoints) {
        known.map_err(|distrust| Fault::distrust(context, distrust))?;
    }
    if let Some(front) = front {
        return Ok(Target::Front(front, version));
    }
    // Azure's SDK for JavaScript puts a slash before an id, which begins with one.
    if let ["", "providers", ..] = segments.as_slice() {
        segments.remove(0);
    }
    let (target, kind, served) = find(&segments)?;
    // Azure's SDK for JavaScript asks after an operation with the version of the update, whatever
    // its address says.
    let is_poll = matches!(target, Target::Operation(_)) && version == VERSION;
    if version != served && !is_poll {
        return Err(Fault::version_not_served(kind, version, served));
    }
    Ok(target)
}

/// The target of a path, the type of it and the version under which it is served.
fn find<'a>(segments: &[&'a str]) -> Result<(Target<'a>, &'static str, &'static str), Fault> {
    const PROFILES: &[&str] = &["billingAccounts", "{}", "billingProfiles"];
    const PROFILE: &[&str] = &["billingAccounts", "{}", "billingProfiles", "{}"];
    const RESULT: &[&str] = &["billingAccounts", "{}", "operationResults", "{}"];
    const STATUS: &[&str] = &["billingAccounts", "{}", "operationStatuses", "{}"];
    const OPERATION: &[&str] = &["billingOperations", "{}"];

    let (namespace, segments) = segments.split_at_checked(2).unwrap_or_default();
    if call::matches::<0>(namespace, &["providers", "Microsoft.Billing"]).is_none() {
        return Err(Fault::path_not_served());
    }
    let id = |name: &str| Uuid::try_parse(name).map_err(|_| Fault::not_found());
    if let Some([account]) = call::matches(segments, PROFILES) {
        let target = Target::Profiles { account };
        return Ok((target, "billingAccounts/billingProfiles", VERSION));
    }
    if let Some([account, profile]) = call::matches(segments, PROFILE) {
        let target = Target::Profile(ProfileKey::new(account, profile));
        return Ok((target, "billingAccounts/billingProfiles", VERSION));
    }
    if let Some([_, name]) = call::matches(segments, RESULT) {
        let target =
            Target::Operation(id(name.strip_prefix(OPERATION_PREFIX).unwrap_or_default())?);
        return Ok((target, "billingAccounts/operationResults", VERSION));
    }
    if let Some([_, name]) = call::matches(segments, STATUS) {
        let target = Target::OperationStatus(id(name)?);
        return Ok((target, "billingAccounts/operationStatuses", VERSION));
    }
    if let Some([name]) = call::matches(segments, OPERATION) {
        let target = Target::Operation(id(name)?);
        return Ok((target, "billingOperations", OPERATION_VERSION));
    }
    Err(Fault::path_not_served())
}

fn operate(context: &Context, call: &Call, target: Target<'_>) -> Result<Answer, Fault> {
    match (target, &call.method) {
        (Target::Front(front, version), _) => front.answer(context, call, version),
        (Target::Profiles { account }, &Method::GET) => list::answer(context, call, account),
        (Target::Profile(key), &Method::GET) => {
            let state = context.state();
            let found = state.profiles.get(&key).ok_or_else(Fault::not_found)?;
            let document = expand::read(context, call, found);
            Ok(Answer::Document(json(&document)))
        }
        (Target::Profile(key), &Method::PATCH) => update::begin(context, call, key),
        (Target::Operation(id), &Method::GET) => update::poll(context, id),
        (Target::OperationStatus(id), &Method::GET) => update::report(context, id),
        (Target::Profile(_), _) => Err(Fault::method_not_allowed("GET, PATCH")),
        (Target::Profiles { .. } | Target::Operation(_) | Target::OperationStatus(_), _) => {
            Err(Fault::method_not_allowed("GET"))
        }
    }
}

/// A document as Azure Resource Manager writes it.
pub(crate) fn json(document: &Value) -> Bytes {
    // As long as a billing profile, so that it is not moved again and again while it grows.
    let mut json = Vec::with_capacity(2048);
    contract::write(&mut json, document, &[]);
    json.into()
}

pub(crate) fn add(
    state: &mut State,
    account: &str,
    profile: &str,
    resource: Value,
) -> Result<(), Error> {
    let place = format!("billing profile {account}/{profile}");
    if account.is_empty() || profile.is_empty() {
        return Err(Error::invalid(&place, "neither name may be empty"));
    }
    let Value::Object(object) = resource else {
        return Err(Error::invalid(&place, "the resource must be an object"));
    };
    let mut document = contract::read(object, ARM_BILLING_PROFILE, Nulls::Drop, ReadOnly::Keep)
        .map_err(|misfit| Error::invalid(format!("{place}, {}", misfit.path), misfit.reason))?;
    let id =
        format!("/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{profile}");
    document.insert("id".to_owned(), id.as_str().into());
    document.insert("name".to_owned(), profile.into());
    document.insert("type".to_owned(), RESOURCE_TYPE.into());
    document.entry("properties").or_insert_with(|| json!({}));
    state.profiles.insert(
        ProfileKey::new(account, profile),
        Resource::new(Service::Arm, id, document),
    );
    Ok(())
}
