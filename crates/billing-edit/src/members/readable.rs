//! Members of a document that is read, whether they can be written or not.

use crate::error::{EditError, EditProblem};
use crate::members::Members;
use crate::nearest::nearest;

impl Members {
    /// Returns the names from the document's root to a member that can be read, for a path that may
    /// leave out `properties.`.
    ///
    /// ```
    /// use billing_edit::{Members, Service};
    ///
    /// let members = Members::of(Service::Arm);
    /// assert_eq!(members.readable("status")?, ["properties", "status"]);
    /// assert_eq!(members.readable("name")?, ["name"]);
    /// assert_eq!(members.readable("adress.city").unwrap_err().nearest(), Some("address.city"));
    /// # Ok::<(), billing_edit::EditError>(())
    /// ```
    ///
    /// # Errors
    /// There is no such member; the error has the nearest one.
    pub fn readable(&self, path: &str) -> Result<Vec<String>, EditError> {
        let whole: Vec<_> = path.split('.').collect();
        let found = [self.segments(path), whole];
        let found = found.into_iter().find(|names| {
            let mut names = names.iter();
            let member = names.try_fold(self.read, |node, name| node.member(name));
            member.is_some()
        });
        found
            .map(|names| names.into_iter().map(str::to_owned).collect())
            .ok_or_else(|| {
                let mut all = Vec::new();
                self.collect(self.read, "", &mut all);
                let short: Vec<_> = all.iter().map(|path| self.short(path)).collect();
                let nearest = nearest(path, short.iter().copied()).map(str::to_owned);
                let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
                let beside = short.iter().filter(|other| {
                    other.rsplit_once('.').map_or("", |(parent, _)| parent) == parent
                });
                EditError {
                    versions: self.versions_to_read(path),
                    siblings: beside.map(|path| (*path).to_owned()).collect(),
                    ..EditError::new(path, EditProblem::Unknown { nearest })
                }
            })
    }
}
