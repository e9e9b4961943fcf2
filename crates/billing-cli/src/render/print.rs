//! Prints documents and requests in the format of `--output`.

use billing_core::{Error, RequestPreview};
use billing_edit::Path;
use serde::Serialize;

use crate::args::global::Format;
use crate::document;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::interruptible;
use crate::operation::context::OperationContext;
use crate::output::page::Page;
use crate::output::stdout::{print, show};
use crate::render::table;

/// Returns a document as indented JSON, its members in the order of the model.
///
/// # Errors
/// None for a model of ours.
pub(crate) fn json(model: &impl Serialize) -> Result<String> {
    interruptible(|| serde_json::to_string_pretty(model))
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not write JSON"))
}

/// Prints a document; `shorten` formats the paths of its members.
///
/// # Errors
/// See [`print`].
pub(crate) fn print_document(
    model: &impl Serialize,
    shorten: fn(&Path) -> String,
    format: Format,
) -> Result {
    match format {
        Format::Json => print(&json(model)?),
        Format::Table => {
            let document = document::value(model)?;
            show(table::members(&document, shorten, Page::stdout()))
        }
    }
}

/// Prints a request instead of sending it.
///
/// # Errors
/// A failure of the operation for a request that cannot be built; see also [`print`].
pub(crate) fn print_preview(
    preview: Result<RequestPreview, Error>,
    context: &OperationContext<'_>,
    format: Format,
) -> Result {
    let preview = preview.map_err(|error| context.failed(error))?;
    print(&match format {
        Format::Json => json(&preview)?,
        Format::Table => preview.to_string(),
    })
}
