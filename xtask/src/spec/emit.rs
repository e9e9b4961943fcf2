//! Writes an [`Api`] as a checked-in spec: JSON Schema draft-07 in the layout of `specs/README.md`.
//!
//! A document of upstream goes through `overlay::drop_words`, [`simplify`], `Overlay::apply`,
//! `overlay::missing_words` and [`emit()`].

mod operations;
mod ordered;
mod schemas;
mod simplify;

pub use self::operations::{status_name, url};
pub use self::ordered::Ordered;
pub use self::simplify::{held, simplify};

use self::ordered::Members;
use super::api::Api;
use crate::codegen::problem::Problem;

/// Returns the text of a spec. `id` is its path below `specs/`.
///
/// An operation with an id is in `x-operations`; the one operation of a reference page has none
/// and is `x-operation`.
///
/// # Errors
///
/// If the Api was not [simplified](simplify), or something in it has no form in a spec.
pub fn emit(api: &Api, id: &str) -> Result<String, Vec<Problem>> {
    let mut spec = Members::new();
    spec.add("$schema", "http://json-schema.org/draft-07/schema#");
    spec.add("$id", id);
    spec.add("title", &api.title);
    match api.operations.as_slice() {
        [page] if page.id.is_empty() => {
            spec.add_some("description", page.description.as_ref());
            spec.add("x-operation", operations::operation(api, page)?);
        }
        several => {
            let mut operations = Members::new();
            for one in several {
                let mut keys = Members::new();
                keys.add_some("description", one.description.as_ref());
                keys.0.extend(operations::operation(api, one)?.0);
                operations.add(&one.id, keys);
            }
            spec.add("x-operations", operations);
        }
    }
    spec.add("definitions", schemas::definitions(api)?);
    let spec = serde_json::to_string_pretty(&Ordered::from(spec));
    let text = spec.map_err(|error| {
        let hint = "remove from the document what JSON cannot express";
        vec![Problem::new(id, "", error.to_string(), hint)]
    })?;
    Ok(text + "\n")
}
