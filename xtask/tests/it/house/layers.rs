//! The layers of a crate, as ARCHITECTURE.md lists them.
//!
//! ````text
//! ```layers billing-core
//! error headers        # the ground: these import neither each other nor what is below
//! (pipeline retry)     # in parentheses: these count as one and may import each other
//! poller
//! ```
//! ````
//!
//! A module may import from its own children and from the rows above it in the block. The crate
//! root and `main` are not listed.

use std::path::Path;

use super::ratchet::Violation;
use super::source::Source;

pub(crate) struct Layers {
    package: String,
    /// From ground to face; each row has groups of modules.
    rows: Vec<Vec<Vec<String>>>,
}

impl Layers {
    pub(crate) fn parse_all(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(package) = line.trim().strip_prefix("```layers") else {
                continue;
            };
            let rows = lines
                .by_ref()
                .take_while(|line| !line.trim().starts_with("```"))
                .map(row)
                .filter(|row| !row.is_empty())
                .collect();
            let package = package.trim().to_owned();
            found.push(Self { package, rows });
        }
        found
    }

    pub(crate) fn folder(&self, root: &Path) -> String {
        let folder = format!("crates/{}", self.package);
        if root.join(&folder).exists() {
            folder
        } else {
            self.package.clone()
        }
    }

    /// The row, and the group in it, of a file by its longest listed path.
    fn position(&self, folder: &str, file: &str) -> Option<(usize, usize)> {
        let module = file
            .strip_prefix(folder)?
            .strip_prefix("/src/")?
            .strip_suffix(".rs")?;
        let mut best: Option<(usize, (usize, usize))> = None;
        for (row, groups) in self.rows.iter().enumerate() {
            for (group, modules) in groups.iter().enumerate() {
                for listed in modules {
                    let is_inside = module
                        .strip_prefix(listed.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                    if is_inside && best.is_none_or(|(length, _)| listed.len() > length) {
                        best = Some((listed.len(), (row, group)));
                    }
                }
            }
        }
        Some(best?.1)
    }

    /// Why `from` may not import `to`.
    pub(crate) fn problem(&self, folder: &str, from: &str, to: &str) -> Option<String> {
        let (from_row, from_group) = self.position(folder, from)?;
        let (to_row, to_group) = self.position(folder, to)?;
        let package = &self.package;
        if from_row < to_row {
            Some(format!(
                "it stands in a later row of `layers {package}` in ARCHITECTURE.md: \
                 move the items down"
            ))
        } else if from_row == to_row && from_group != to_group {
            Some(format!(
                "it stands beside it in `layers {package}` in ARCHITECTURE.md: \
                 move the items to an earlier row"
            ))
        } else {
            None
        }
    }

    /// Modules of the crate that no row lists, and listed ones that the crate does not have.
    pub(crate) fn unlisted(&self, source: &Source) -> Vec<Violation> {
        let package = &self.package;
        let listed = |name: &str| {
            self.rows
                .iter()
                .flatten()
                .flatten()
                .any(|module| module == name || module.starts_with(&format!("{name}/")))
        };
        let mut problems = Vec::new();
        for (path, module) in &source.modules {
            if path.len() == 1 && !module.is_inline && !listed(&path[0]) {
                let problem = format!(
                    "list `{}` in `layers {package}` in ARCHITECTURE.md",
                    path[0]
                );
                problems.push(Violation::new(&module.file, 1, &problem));
            }
        }
        for module in self.rows.iter().flatten().flatten() {
            let path: Vec<String> = module.split('/').map(str::to_owned).collect();
            if !source.modules.contains_key(&path) {
                problems.push(Violation {
                    key: format!("layers {package}"),
                    message: format!(
                        "ARCHITECTURE.md: `layers {package}` lists `{module}`, which is not a \
                         module: remove it"
                    ),
                });
            }
        }
        problems
    }
}

/// Reads `a b (c, d.rs) e/ # comment` as groups of names.
fn row(line: &str) -> Vec<Vec<String>> {
    let line = line.split('#').next().unwrap_or_default();
    let spaced = line.replace('(', " ( ").replace(')', " ) ");
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut is_open = false;
    for word in spaced
        .split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
    {
        match word {
            "(" => {
                is_open = true;
                groups.push(Vec::new());
            }
            ")" => is_open = false,
            name => {
                let name = name.trim_end_matches(".rs").trim_end_matches('/');
                let name = name.replace("::", "/");
                match groups.last_mut() {
                    Some(group) if is_open => group.push(name),
                    _ => groups.push(vec![name]),
                }
            }
        }
    }
    groups
}
