//! How profiles are exported.

use std::path::Path;

use billing_edit::{EditError, Member, MemberKind, Members};

use crate::input::{Delimiter, Encoding, InputFormat, Newline};

/// How profiles are exported.
///
/// ```
/// use std::path::Path;
///
/// use billing_bulk::export::ExportOptions;
/// use billing_bulk::{Members, Service};
///
/// let members = Members::of(Service::Partner);
/// let options = ExportOptions::for_file(Path::new("customers.csv"));
/// let options = options.map(|options| options.with_columns(members, ["email"]));
/// assert!(matches!(options, Some(Ok(_))));
/// ```
#[derive(Clone, Debug)]
pub struct ExportOptions {
    pub(super) format: InputFormat,
    pub(super) columns: Option<Vec<Member>>,
    pub(super) overwrite: bool,
}

impl ExportOptions {
    /// Returns the options of a file in this format, with all columns.
    pub fn new(format: InputFormat) -> Self {
        Self {
            format,
            columns: None,
            overwrite: false,
        }
    }

    /// Returns the options of a workbook for Excel.
    pub fn workbook() -> Self {
        Self::new(InputFormat::Xlsx {
            sheet: "Profiles".to_owned(),
        })
    }

    /// Returns the options of a file whose format its extension names: `csv`, `tsv`, `xlsx`,
    /// `jsonl`, `ndjson` or `json`; in lines that end with LF, and UTF-8 without a byte order mark.
    pub fn for_file(path: &Path) -> Option<Self> {
        let (newline, encoding) = (Newline::Lf, Encoding::Utf8);
        let csv = |delimiter| InputFormat::Csv {
            delimiter,
            newline,
            encoding,
        };
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" => Self::new(csv(Delimiter::Comma)),
            "tsv" => Self::new(csv(Delimiter::Tab)),
            "xlsx" => Self::workbook(),
            "jsonl" | "ndjson" => Self::new(InputFormat::JsonLines { newline, encoding }),
            "json" => Self::new(InputFormat::JsonArray { newline, encoding }),
            _ => return None,
        })
    }

    /// Returns the format.
    pub fn format(&self) -> &InputFormat {
        &self.format
    }

    /// Sets which of these members get a column, whether a profile has them or not; an object
    /// stands for all its members. Paths of Azure Resource Manager may leave out `properties.`. By
    /// default each member gets one that some profile has.
    ///
    /// # Errors
    /// The first member that cannot be written.
    pub fn with_columns<'a>(
        mut self,
        members: &'static Members,
        paths: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, EditError> {
        let mut columns: Vec<Member> = Vec::new();
        for path in paths {
            let member = members.member(path)?;
            let named = if member.kind() == MemberKind::Object {
                let mut leaves = members.leaves();
                leaves.retain(|leaf| leaf.path().starts_with(member.path()));
                leaves
            } else {
                vec![member]
            };
            for member in named {
                if !columns.iter().any(|one| one.path() == member.path()) {
                    columns.push(member);
                }
            }
        }
        self.columns = Some(columns);
        Ok(self)
    }

    /// Replaces a file of this name. By default it is an error.
    #[must_use]
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }
}
