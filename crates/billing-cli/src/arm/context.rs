//! Connections, operations and output of the verbs of `billing arm`.

use arm_client::Version;
use billing_core::Response;
use billing_edit::Service;
use billing_edit::{Path, Segment};
use serde::Serialize;

use crate::args::global::{Format, Global};
use crate::arm::version;
use crate::connection::Connection;
use crate::failure::Result;
use crate::operation::context::OperationContext;
use crate::output::escape::name;
use crate::render::print::print_document;
use crate::shell::command_line;

pub(super) async fn open(global: &Global) -> Result<Connection> {
    Connection::open(Service::Arm, global).await
}

/// Returns the context of an operation with a billing profile; the verb is as in `get`.
pub(super) fn profile_context<'a, V: Version>(
    connection: &'a Connection,
    verb: &str,
    account: &str,
    profile: &str,
) -> OperationContext<'a> {
    let options = &[
        connection.options.as_str(),
        &version::option::<V>(connection),
    ]
    .concat();
    let (shown_account, shown_profile) = (name(account), name(profile));
    OperationContext {
        list: Some(command_line("arm list", &[account], options)),
        shorten: short,
        ..OperationContext::new(
            connection,
            format!("{verb} the billing profile {shown_profile}"),
            format!("billing profile {shown_profile} in billing account {shown_account}"),
            command_line("arm get", &[account, profile], options),
        )
    }
}

/// Formats the path of a member as `--set` takes it. Optional members beside `properties` begin
/// with `$.`, which distinguishes them from those inside it.
pub(crate) fn short(path: &Path) -> String {
    const BESIDE: [&str; 4] = ["id", "name", "properties", "type"];
    if let Some(inner) = path.below("properties") {
        return inner.to_string();
    }
    match path.segments().first() {
        Some(Segment::Member(name)) if !BESIDE.contains(&name.as_str()) => format!("$.{path}"),
        _ => path.to_string(),
    }
}

pub(super) fn print_profile(response: &Response<impl Serialize>, format: Format) -> Result {
    print_document(response.body(), short, format)
}
