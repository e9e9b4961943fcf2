//! The change that the options request: edits of members, or a document.

use billing_edit::{Edits, Members, Service};

use crate::args::change::ChangeArgs;
use crate::edit::body::Body;
use crate::edit::edits;
use crate::failure::Result;

/// A change of a profile.
pub(crate) enum ChangeRequest {
    Edits(Edits),
    Body(Body),
}

impl ChangeRequest {
    /// Reads the options, and the file of `--body`.
    ///
    /// # Errors
    /// A usage failure that names the option and the path. Nothing was sent.
    pub(crate) async fn read(
        args: &ChangeArgs,
        members: &'static Members,
        service: Service,
    ) -> Result<Self> {
        match &args.body {
            Some(file) => Body::read(file).await.map(Self::Body),
            None => edits::parse(&args.set, &args.clear, members, service).map(Self::Edits),
        }
    }
}
