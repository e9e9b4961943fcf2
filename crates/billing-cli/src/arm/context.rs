//! Connections and operations of the verbs of `billing arm`.

use crate::args::global::Global;
use crate::arm::profile::short;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::context::OperationContext;
use crate::output::escape::one_line;
use crate::service::BillingService;
use crate::shell::command_line;

pub(super) async fn open(global: &Global) -> Result<Connection, Failure> {
    Connection::open(BillingService::Arm, global).await
}

/// Returns the context of an operation with a billing profile; the verb is as in `get`.
pub(super) fn profile_context<'a>(
    connection: &'a Connection,
    verb: &str,
    account: &str,
    profile: &str,
) -> OperationContext<'a> {
    let options = &connection.options;
    let (shown_account, shown_profile) = (one_line(account), one_line(profile));
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
