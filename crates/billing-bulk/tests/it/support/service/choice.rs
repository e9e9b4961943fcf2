//! What a test chooses of a service in memory.

use std::time::Duration;

use billing_bulk::target::FailureKind;

/// What the service does with a request to write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OnWrite {
    /// Stores the values and responds with them.
    Store,
    /// Stores the values and responds with the old ones; reads show the old ones for a time.
    StoreLate(Duration),
    /// Responds with success and stores nothing.
    Ignore,
    /// Responds with success and stores another value.
    StoreOther,
    /// Accepts the write, and finishes it after this time.
    Accept(Duration, Ending),
    /// Responds with a failure that changes nothing.
    Fail(FailureKind),
    /// Reports that the operation failed, after this.
    FailOperation(Ending),
    /// The request is lost on its way.
    LoseRequest,
    /// Stores the values; the response is lost.
    LoseResponse,
    /// Accepts the write, which finishes after this time; the response is lost.
    LoseAccepted(Duration),
}

/// How an accepted write ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ending {
    /// The values are stored.
    Stored,
    /// It fails, and nothing is stored.
    Failed,
    /// It fails, and another value is stored.
    FailedInPart,
    /// It fails although the values are stored.
    FailedButStored,
    /// The values are stored, and the service does not know the operation any more.
    Forgotten,
    /// The service does not know the operation any more, and nothing is stored.
    Dropped,
}
