//! Members that other api versions have, or have under another name.

use crate::error::OtherVersions;
use crate::members::{ARM, Members};
use crate::schema::Node;

/// The names of one member in different api versions.
const RENAMED: [(&str, &str); 1] = [("address", "billTo")];

impl Members {
    /// Returns the other api versions in which the member at a path from the root can be written;
    /// `None` without one.
    pub(super) fn versions_with(&self, path: &str) -> Option<OtherVersions> {
        let names: Vec<_> = path.split('.').collect();
        self.versions(|other| has(other.written, &names))
    }

    /// Returns the other api versions in which the member at a path, which may leave out
    /// `properties.`, can be read; `None` without one.
    pub(super) fn versions_to_read(&self, path: &str) -> Option<OtherVersions> {
        let names = self.segments(path);
        self.versions(|other| has(other.read, &names))
    }

    fn versions(&self, has: impl Fn(&Self) -> bool) -> Option<OtherVersions> {
        let own = self.api_version?;
        let others = ARM.iter().filter(|other| other.api_version != Some(own));
        let others = others.filter(|other| has(other));
        let others: Vec<_> = others.filter_map(|other| other.api_version).collect();
        (!others.is_empty()).then_some(OtherVersions { own, others })
    }

    /// Returns the path of a member that this api version has under another name than the given
    /// one.
    pub(super) fn renamed(&self, path: &str) -> Option<String> {
        let segments = self.segments(path);
        let [first, rest @ ..] = segments.get(self.root.iter().len()..)? else {
            return None;
        };
        let pairs = RENAMED
            .iter()
            .flat_map(|(one, other)| [(one, other), (other, one)]);
        let names = pairs.filter(|(name, _)| *name == first);
        let mut paths = names.map(|(_, name)| [&[*name], rest].concat().join("."));
        let path = paths.find(|path| has(self.written, &self.segments(path)))?;
        Some(self.segments(&path).join("."))
    }
}

fn has(from: Node, names: &[&str]) -> bool {
    let mut names = names.iter();
    names
        .try_fold(from, |node, name| node.member(name))
        .is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::members::Members;

    fn of(version: &str) -> &'static Members {
        Members::of_arm(version).unwrap()
    }

    #[test]
    fn member_of_another_version_is_refused_with_both_names() {
        for (version, path, nearest, suggestion) in [
            (
                "2024-04-01",
                "address.city",
                Some("billTo.city"),
                "did you mean `billTo.city`? api version 2019-10-01-preview has `address`",
            ),
            (
                "2019-10-01-preview",
                "properties.billTo",
                Some("address"),
                "did you mean `address`? api versions 2020-05-01 and 2024-04-01 have `billTo`",
            ),
            (
                "2020-05-01",
                "shipTo.city",
                None,
                "api version 2024-04-01 has `shipTo`",
            ),
            (
                "2020-05-01",
                "indirectRelationshipInfo",
                None,
                "api version 2024-04-01 lets `indirectRelationshipInfo` be written",
            ),
        ] {
            let error = of(version).member(path).unwrap_err();
            assert_eq!(error.nearest(), nearest, "{version} {path}");
            assert_eq!(error.suggestion().as_deref(), Some(suggestion));
        }
        let error = of("2024-04-01").member("address.town").unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no member `address` in api version 2024-04-01"
        );
        let error = of("2024-04-01").member("poNummer").unwrap_err();
        assert_eq!(error.to_string(), "there is no member `poNummer`");
        assert_eq!(
            error.suggestion().as_deref(),
            Some("did you mean `poNumber`?")
        );
        let error = of("2024-04-01").check_document(&json!({ "poNumber": "1" }));
        assert_eq!(
            error.unwrap_err().versions,
            None,
            "it is not in the right place"
        );
        let error = of("2020-05-01").readable("provisioningState").unwrap_err();
        let suggestion = "api version 2024-04-01 has `provisioningState`";
        assert_eq!(error.suggestion().as_deref(), Some(suggestion));
    }
}
