//! Connections and operations of the verbs of `billing partner`.

use crate::args::global::Global;
use crate::connection::Connection;
use crate::failure::Result;
use crate::operation::context::OperationContext;
use crate::output::escape::name;
use crate::shell::command_line;
use billing_edit::Service;

/// Members that the service maintains, whatever is sent.
pub(super) const BOOKKEEPING: [&str; 3] = ["attributes", "id", "links"];

pub(super) async fn open(global: &Global) -> Result<Connection> {
    Connection::open(Service::Partner, global).await
}

/// Returns the context of an operation with a customer's billing profile; the verb is as in `get`.
pub(super) fn profile_context<'a>(
    connection: &'a Connection,
    verb: &str,
    customer_id: &str,
) -> OperationContext<'a> {
    let customer = name(customer_id);
    OperationContext {
        list: Some(format!("billing partner list{}", connection.options)),
        ..OperationContext::new(
            connection,
            format!("{verb} the billing profile of customer {customer}"),
            format!("customer {customer}"),
            command_line("partner get", &[customer_id], &connection.options),
        )
    }
}

/// Adds the ids of the command line to a request.
macro_rules! with_ids {
    ($request:expr, $global:expr) => {{
        let mut request = $request;
        if let Some(id) = $global.request_id {
            request = request.with_request_id(id);
        }
        if let Some(id) = $global.correlation_id {
            request = request.with_correlation_id(id);
        }
        request
    }};
}

pub(super) use with_ids;
