//! The change that the options request: edits of members, or a document.

use crate::args::change::ChangeArgs;
use crate::edit::body::Body;
use crate::edit::edits::Edits;
use crate::failure::Result;
use crate::schema::writable::Writable;

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
    pub(crate) async fn read(args: &ChangeArgs, writable: &Writable) -> Result<Self> {
        match &args.body {
            Some(file) => Body::read(file).await.map(Self::Body),
            None => Edits::parse(&args.set, &args.clear, writable).map(Self::Edits),
        }
    }
}
