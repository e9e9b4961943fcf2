//! `cargo xtask`: the development commands of this workspace.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints for its user"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::codegen::write::Mode;
use xtask::layout::Layout;
use xtask::spec::add_version::{self, AddVersion};
use xtask::spec::import::{self, Import};
use xtask::spec::page;
use xtask::spec::page::import::ImportPage;
use xtask::spec::read::document::Request;
use xtask::spec::survey::survey;
use xtask::{api_test, bench, codegen, features, sdks, soak, spec};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The development commands of this workspace"
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Generate the models and the emulator's OpenAPI description from the specs
    Codegen {
        /// Write nothing; show what is out of date, and exit with 4 if anything is
        #[arg(long, conflicts_with = "dry_run")]
        check: bool,
        /// Write nothing; show what would change
        #[arg(long)]
        dry_run: bool,
        /// Generate for this checkout instead of the current one
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
        /// Generate the golden files of the generator's own tests, in xtask/test_data
        #[arg(long, conflicts_with = "root")]
        test_data: bool,
        /// Modules to generate, as named in specs/sources.toml [default: all]
        targets: Vec<String>,
    },
    /// Compile the libraries without features and with each feature alone
    Features,
    /// Test the emulator against its OpenAPI description with schemathesis (needs Python 3)
    ApiTest,
    /// Run the programs in the emulator's README with the Azure SDKs for Python and JavaScript
    Sdks,
    /// Test bulk runs for long: kills and resumes, one run with all troubles, or simulated runs
    /// under many seeds
    Soak {
        /// Simulate runs under this many seeds instead
        #[arg(long, value_name = "SEEDS", num_args = 0..=1, default_missing_value = "100000")]
        simulate: Option<u64>,
        /// Take one run from its plan to its undo instead, with this many profiles
        #[arg(
            long,
            value_name = "PROFILES",
            num_args = 0..=1,
            default_missing_value = "2000",
            conflicts_with = "simulate"
        )]
        scenario: Option<u64>,
        /// The number of profiles, half of them in each service
        #[arg(long, default_value_t = 10_000)]
        profiles: u64,
        /// How often the command is killed
        #[arg(long, default_value_t = 50)]
        kills: u64,
        /// The seed of the faults and of the moments at which the command is killed
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The api version of Azure Resource Manager
        #[arg(
            long,
            value_name = "VERSION",
            default_value = "2019-10-01-preview",
            conflicts_with_all = ["simulate", "scenario"]
        )]
        api_version: String,
    },
    /// Import documents of the services as specs
    #[command(subcommand)]
    Spec(Spec),
    /// Measure performance, as ratios within one run
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Subcommand)]
enum Spec {
    /// Compare two documents of a service: exit 4 if a change is at least what --fail-on says, 1 if
    /// a document is not understood
    Diff(spec::diff::Arguments),
    /// Import operations of a Swagger 2.0 or OpenAPI 3.0/3.1 document, or a reference page
    #[command(group = clap::ArgGroup::new("from").required(true))]
    #[command(group = clap::ArgGroup::new("to").required(true).multiple(true))]
    Import {
        /// The Swagger or OpenAPI document, JSON or YAML
        #[arg(long, value_name = "FILE", group = "from")]
        openapi: Option<PathBuf>,
        /// The text of a Microsoft reference page, as copied from a browser or as Markdown
        #[arg(long, value_name = "FILE", group = "from", conflicts_with_all = ["operation", "allow"])]
        page: Option<PathBuf>,
        /// Operations to import, by id, or by method and path if they have none [default: all]
        #[arg(long, value_name = "ID", num_args = 1..)]
        operation: Vec<String>,
        /// Our own words and marks [default: NAME.overlay.toml beside the spec]
        #[arg(long, value_name = "FILE")]
        overlay: Option<PathBuf>,
        /// The spec to write
        #[arg(long, value_name = "FILE", group = "to")]
        out: Option<PathBuf>,
        /// Write nothing; print the spec
        #[arg(long, group = "to")]
        dry_run: bool,
        /// Leave a keyword out that is not understood, and record it in specs/sources.toml
        #[arg(long, value_name = "KEYWORD")]
        allow: Vec<String>,
    },
    /// Add an api version: write its spec, manifest entry, modules, models and inventories
    AddVersion {
        /// The module of billing-models that has the versions of the service, such as arm
        face: String,
        /// The api version, such as 2024-04-01
        api_version: String,
        /// The document
        #[arg(long, value_name = "FILE")]
        openapi: PathBuf,
        /// Operations to import [default: those of the version's entry, or all]
        #[arg(long, value_name = "ID", num_args = 1..)]
        operation: Vec<String>,
        /// An overlay to put beside the spec [default: that beside the spec]
        #[arg(long, value_name = "FILE")]
        overlay: Option<PathBuf>,
        /// When the document was read, such as 2026-11; needed once
        #[arg(long, value_name = "DATE")]
        retrieved: Option<String>,
        /// Leave a keyword out that is not understood, and record it in specs/sources.toml
        #[arg(long, value_name = "KEYWORD")]
        allow: Vec<String>,
        /// Do not compile the models to write their snapshots
        #[arg(long)]
        no_snapshots: bool,
        /// Add it to this checkout instead of the current one
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
    },
    /// Try to import every document of a folder, and print which ones fail and why
    Survey {
        /// The folder
        dir: PathBuf,
        /// Leave a keyword out that is not understood
        #[arg(long, value_name = "KEYWORD")]
        allow: Vec<String>,
    },
}

#[derive(Subcommand)]
enum Bench {
    /// Compare reading and writing with hand-written structs, serde_json::Value and typify alone
    Codec,
    /// Compare updates through the clients with a loop that calls reqwest directly
    Client,
    /// Compare the pacing of bulk runs with a fixed concurrency, against simulated servers, and the
    /// cost of a run with a bare loop over the clients
    Bulk,
    /// Compare the emulator with a bare handler, and measure its memory over a million updates
    Emulator,
    /// Compare clean builds with and without the models, and with and without a client
    Build {
        /// Also measure the command at this revision
        #[arg(long, value_name = "REVISION")]
        since: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    let layout = Layout::of_repository(xtask.parent().unwrap_or(xtask));
    let root = &layout.root;
    match arguments.verb {
        Verb::Codegen {
            check,
            dry_run,
            root,
            test_data,
            targets,
        } => {
            let mode = match (check, dry_run) {
                (true, _) => Mode::Check,
                (_, true) => Mode::DryRun,
                _ => Mode::Write,
            };
            let layout = match root {
                _ if test_data => Layout::of_test_data(xtask),
                Some(root) => Layout::of_repository(&root),
                None => layout,
            };
            return codegen::verb(&layout, mode, &targets);
        }
        Verb::Features => {
            for packages in [&features::CLIENTS[..], &[features::BULK]] {
                let features = features::all(root, packages)?;
                features::check(root, packages, &features)?;
            }
        }
        Verb::ApiTest => api_test::run(root)?,
        Verb::Sdks => sdks::run(root)?,
        Verb::Soak {
            simulate: Some(seeds),
            ..
        } => soak::simulate(root, seeds)?,
        Verb::Soak {
            scenario: Some(profiles),
            seed,
            ..
        } => soak::scenario(root, profiles, seed)?,
        Verb::Soak {
            profiles,
            kills,
            seed,
            api_version,
            ..
        } => soak::kill(root, profiles, kills, seed, &api_version)?,
        Verb::Spec(Spec::Import {
            page: Some(page),
            overlay,
            out,
            dry_run,
            ..
        }) => {
            let import = ImportPage {
                page,
                overlay,
                out,
                dry_run,
            };
            return page::import::verb(&layout, &import);
        }
        Verb::Spec(Spec::Import {
            openapi,
            operation,
            overlay,
            out,
            dry_run,
            allow,
            ..
        }) => {
            let import = Import {
                document: openapi.unwrap_or_default(),
                operations: operation,
                overlay,
                out,
                dry_run,
                allow,
            };
            return import::verb(&layout, &import);
        }
        Verb::Spec(Spec::Diff(arguments)) => return spec::diff::verb(root, &arguments),
        Verb::Spec(Spec::AddVersion {
            face,
            api_version,
            openapi,
            operation,
            overlay,
            retrieved,
            allow,
            no_snapshots,
            root,
        }) => {
            let layout = root.map_or(layout, |root| Layout::of_repository(&root));
            let add = AddVersion {
                face,
                api_version,
                document: openapi,
                operations: operation,
                overlay,
                allow,
                retrieved,
                snapshots: !no_snapshots,
            };
            return add_version::verb(&layout, &add);
        }
        Verb::Spec(Spec::Survey { dir, allow }) => {
            let request = Request {
                allow: allow.into_iter().collect(),
                ..Request::default()
            };
            print!("{}", survey(&dir, &request)?);
        }
        Verb::Bench(Bench::Codec) => bench::run(root, "billing-models", "codec")?,
        Verb::Bench(Bench::Client) => bench::run(root, "arm-client", "client")?,
        Verb::Bench(Bench::Bulk) => {
            bench::run(root, "billing-bulk", "bulk")?;
            bench::run(root, "billing-bulk", "cost")?;
        }
        Verb::Bench(Bench::Emulator) => bench::run(root, "billing-emulator", "updates")?,
        Verb::Bench(Bench::Build { since }) => bench::build::run(&layout, since.as_deref())?,
    }
    Ok(ExitCode::SUCCESS)
}
