//! The `billing` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    billing_cli::main()
}
