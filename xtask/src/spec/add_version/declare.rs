//! Declares the modules of a version where they are generated, and gives them a public name.

use std::path::PathBuf;

use anyhow::Result;

use super::request::{AddVersion, Files, read};
use crate::codegen::manifest::{Role, Root};
use crate::layout::Layout;

/// Returns the hand-written files that name the modules, with the version in each.
pub(super) fn all(
    layout: &Layout,
    add: &AddVersion,
    module: &str,
    version: &str,
    roots: &[Root],
) -> Result<Files> {
    let is_full = roots.iter().any(|root| root.role == Role::Both);
    let is_written = roots.iter().any(|root| root.role != Role::Read);
    let face = layout.parent.with_file_name(format!("{}.rs", add.face));
    let members = layout.members.with_extension("rs");
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for (parent, is_generated) in [(layout.parent.clone(), true), (members, is_written)] {
        // Only what is written has a table of members.
        if is_generated && parent.is_file() {
            let text = declared(&read(&parent)?, module);
            files.push((parent, text));
        }
    }
    let text = public(&read(&face)?, &add.api_version, module, version, is_full);
    files.push((face, text));
    Ok(files)
}

/// Returns the text with a declaration of the module, in the order of the names.
fn declared(text: &str, module: &str) -> String {
    let line = format!("pub(crate) mod {module};");
    if text.lines().any(|found| found == line) {
        return text.to_owned();
    }
    let declaration = format!("#[rustfmt::skip]\n{line}\n");
    let mut at = text.len();
    let mut start = 0;
    for found in text.split_inclusive('\n') {
        let name = found.trim_end().strip_prefix("pub(crate) mod ");
        if name.is_some_and(|name| name.trim_end_matches(';') > module) {
            // The attribute is on the line above.
            at = text[..start].rfind("#[rustfmt::skip]").unwrap_or(start);
            break;
        }
        start += found.len();
    }
    format!("{}{declaration}{}", &text[..at], &text[at..])
}

/// Returns the text with a public module for the version, at the end.
fn public(text: &str, api_version: &str, module: &str, version: &str, is_full: bool) -> String {
    if text.contains(&format!("pub mod {version} {{")) {
        return text.to_owned();
    }
    let how = if is_full {
        "is read and written in full"
    } else {
        "is read in full and updated in part"
    };
    format!(
        "{text}\n/// API version `{api_version}`: a billing profile {how}.\npub mod {version} {{\n    \
         pub use crate::generated::{module}::*;\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{declared, public};

    const PARENT: &str = "//! Words.\n\n#[rustfmt::skip]\npub(crate) mod a_v1;\n#[rustfmt::skip]\npub(crate) mod c_v1;\n";

    #[test]
    fn module_is_declared_once_in_the_order_of_names() {
        let once = declared(PARENT, "b_v1");
        insta::assert_snapshot!(once, @"
        //! Words.

        #[rustfmt::skip]
        pub(crate) mod a_v1;
        #[rustfmt::skip]
        pub(crate) mod b_v1;
        #[rustfmt::skip]
        pub(crate) mod c_v1;
        ");
        assert_eq!(declared(&once, "b_v1"), once);
        assert!(
            declared(PARENT, "d_v1")
                .ends_with("mod c_v1;\n#[rustfmt::skip]\npub(crate) mod d_v1;\n")
        );
    }

    #[test]
    fn public_module_is_added_once() {
        let once = public(
            "//! Face.\n",
            "2024-04-01",
            "arm_v2024_04_01",
            "v2024_04_01",
            true,
        );
        insta::assert_snapshot!(once, @"
        //! Face.

        /// API version `2024-04-01`: a billing profile is read and written in full.
        pub mod v2024_04_01 {
            pub use crate::generated::arm_v2024_04_01::*;
        }
        ");
        assert_eq!(
            public(&once, "2024-04-01", "arm_v2024_04_01", "v2024_04_01", true),
            once
        );
    }
}
