//! Limits of a value, and when it can be read and written.

use super::keywords::LIMITS;
use crate::spec::api::{Limits, Mutability};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

/// Returns the limits of a schema, as they are written.
pub(super) fn limits(at: &At) -> Limits {
    let limit = |name: &&str| Some(((*name).to_owned(), at.child(name)?.node().to_value()));
    LIMITS.iter().filter_map(limit).collect()
}

/// Returns when a value can be read and written.
pub(super) fn mutability(at: &At) -> Result<Mutability, DocumentError> {
    let read_only = at.flag("readOnly")?;
    let mut found = match read_only {
        Some(true) => Mutability::READ_ONLY,
        _ => Mutability::default(),
    };
    if at.flag("writeOnly")? == Some(true) {
        if read_only == Some(true) {
            return Err(at.error("it is `readOnly` and `writeOnly`"));
        }
        found.read = false;
    }
    let Some(list) = at.child("x-ms-mutability") else {
        return Ok(found);
    };
    let words = list.strings()?;
    if let Some(word) = words
        .iter()
        .find(|word| !["read", "create", "update"].contains(&word.as_str()))
    {
        return Err(list.error(format!("`{word}` is not `read`, `create` or `update`")));
    }
    let has = |word: &str| words.iter().any(|one| one == word);
    let listed = Mutability {
        read: has("read"),
        create: has("create"),
        update: has("update"),
    };
    if read_only == Some(true) && listed != Mutability::READ_ONLY {
        return Err(list.error("it contradicts `readOnly`"));
    }
    Ok(listed)
}
