//! The subject of an operation, for errors and hints.

use billing_core::RequestId;
use billing_edit::Path;
use serde_json::Value;

use crate::connection::Connection;

/// The subject of an operation: what an error and its hint name.
#[derive(Clone)]
pub(crate) struct OperationContext<'a> {
    pub(crate) connection: &'a Connection,
    /// For example `get the billing profile of customer 5a8f…`, as in `could not {action}`.
    pub(crate) action: String,
    /// For example `customer 5a8f…`.
    pub(crate) subject: String,
    /// The command that shows the present state.
    pub(crate) look: String,
    /// The command that lists what there is, if one does.
    pub(crate) list: Option<String>,
    /// Formats the path of a member.
    pub(crate) shorten: fn(&Path) -> String,
    /// The resource before a write, if it is known.
    pub(crate) before: Option<Value>,
    /// The id of the write, if the service takes a write with the same id for the same write.
    pub(crate) request_id: Option<RequestId>,
}

impl<'a> OperationContext<'a> {
    /// Creates the context of a read.
    pub(crate) fn new(
        connection: &'a Connection,
        action: impl Into<String>,
        subject: impl Into<String>,
        look: impl Into<String>,
    ) -> Self {
        Self {
            connection,
            action: action.into(),
            subject: subject.into(),
            look: look.into(),
            list: None,
            shorten: Path::to_string,
            before: None,
            request_id: None,
        }
    }
}
