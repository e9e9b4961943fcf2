//! The programs that are run: those of the README, and those beside this file.

use anyhow::{Context, Result};

use super::client::Client;

/// A program, the packages that it needs, and its output.
pub(super) struct Example {
    /// The name of its environment and in messages.
    pub(super) name: String,
    pub(super) client: Client,
    install: String,
    pub(super) program: String,
    pub(super) expected: String,
}

/// The programs beside this file: the name, the client, and the text.
const FILES: [(&str, Client, &str); 4] = [
    (
        "azure-mgmt-billing-6",
        Client::Python,
        include_str!("azure_mgmt_billing_6.py"),
    ),
    (
        "python-oldest-version",
        Client::Python,
        include_str!("oldest_version.py"),
    ),
    (
        "javascript-oldest-version",
        Client::JavaScript,
        include_str!("oldest_version.mjs"),
    ),
    ("azure-cli", Client::AzureCli, include_str!("az_rest.sh")),
];

/// The release that the README names, and another with the same interface.
const NAMED: &str = "azure-mgmt-billing==8.0.0";
const OTHER: &str = "azure-mgmt-billing==7.0.0";

/// Returns all programs, those of the README first.
///
/// # Errors
///
/// If the README or a file lacks a part.
pub(super) fn all(readme: &str) -> Result<Vec<Example>> {
    let mut all = vec![
        Example::of_readme(readme, "python", Client::Python)?,
        Example::of_readme(readme, "python", Client::Python)?.with_release(NAMED, OTHER)?,
        Example::of_readme(readme, "javascript", Client::JavaScript)?,
        Example::of_readme(readme, "azure-cli", Client::AzureCli)?,
    ];
    for (name, client, text) in FILES {
        all.push(Example::of_file(name, client, text)?);
    }
    Ok(all)
}

impl Example {
    fn of_readme(readme: &str, name: &str, client: Client) -> Result<Self> {
        let (title, installer, fence) = match client {
            Client::Python => ("### Python\n", "`pip install ", "```python\n"),
            Client::JavaScript => ("### JavaScript\n", "`npm install ", "```js\n"),
            Client::AzureCli => ("## Azure CLI\n", "`pip install ", "```sh\n"),
        };
        let section = readme.split_once(title).map(|(_, section)| section);
        let between = |from: &str, to: &str| {
            let (_, rest) = section?.split_once(from)?;
            Some(rest.split_once(to)?.0.to_owned())
        };
        let missing = || format!("the README has no {from}", from = fence.trim());
        Ok(Self {
            name: name.to_owned(),
            client,
            install: between(installer, "`").with_context(missing)?,
            program: between(fence, "```\n").with_context(missing)?,
            expected: between("```text\n", "```\n").with_context(missing)?,
        })
    }

    /// Reads a file whose first comment names the packages, and whose last ones the output.
    fn of_file(name: &str, client: Client, text: &str) -> Result<Self> {
        let comment = match client {
            Client::JavaScript => "//",
            Client::Python | Client::AzureCli => "#",
        };
        let first = text.lines().next().unwrap_or_default();
        let installers = [" pip install ", " npm install "];
        let first = first.strip_prefix(comment);
        let install = first.and_then(|first| {
            let mut installers = installers.iter();
            installers.find_map(|installer| first.strip_prefix(installer))
        });
        let prints = format!("{comment} prints: ");
        let printed = text.lines().filter_map(|line| line.strip_prefix(&prints));
        Ok(Self {
            name: name.to_owned(),
            client,
            install: install
                .with_context(|| format!("{name} does not begin with its packages"))?
                .to_owned(),
            program: text.to_owned(),
            expected: printed.flat_map(|line| [line, "\n"]).collect(),
        })
    }

    /// Returns the same program with another release of a package.
    fn with_release(mut self, named: &str, other: &str) -> Result<Self> {
        self.name = other.replace("==", "-");
        let installed = self.install.contains(named);
        anyhow::ensure!(installed, "the README does not install {named}");
        self.install = self.install.replace(named, other);
        Ok(self)
    }

    pub(super) fn packages(&self) -> Vec<&str> {
        self.install.split_whitespace().collect()
    }
}
