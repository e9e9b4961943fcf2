//! The differences between two documents, as the texts that are shown.

use billing_edit::Path;
use serde_json::Value;

use crate::document::without;
use crate::interrupt::interruptible;

/// A value that differs between two documents, or that only one has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) path: Path,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// Returns the differences in the order of the old document, then values that only the new one has.
pub(crate) fn diff(old: &Value, new: &Value) -> Vec<Difference> {
    let differences = interruptible(|| billing_edit::diff(old, new));
    let shown = differences.into_iter().map(|one| {
        let (old, new) = one.texts();
        let path = one.path;
        Difference { path, old, new }
    });
    shown.collect()
}

/// Returns the differences, except those in these top-level members.
pub(crate) fn diff_without(old: &Value, new: &Value, members: &[&str]) -> Vec<Difference> {
    diff(&without(old, members), &without(new, members))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::diff_without;

    #[test]
    fn excluded_members_are_left_out() {
        let old = json!({ "attributes": { "etag": "1" }, "a": 1 });
        let new = json!({ "links": {}, "a": 1 });
        assert_eq!(diff_without(&old, &new, &["attributes", "links"]), []);
    }
}
