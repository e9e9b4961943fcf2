//! `billing emulator`: both services on loopback until somebody stops them.

use std::collections::BTreeMap;
use std::path::Path;

use billing_emulator::{Builder, Emulator, Error, FaultPlan};
use serde::Deserialize;
use serde_json::Value;

use crate::args::EmulatorArgs;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::{print, say};

pub(crate) async fn run(args: EmulatorArgs, interrupt: &Interrupt) -> Result<(), Failure> {
    let builder = Emulator::builder().listen(args.listen);
    let builder = match &args.data {
        Some(file) => Data::read(file)?.put_into(builder),
        None => builder.sample_data(),
    };
    let builder = match &args.faults {
        Some(file) => builder.faults(faults(file)?),
        None => builder,
    };
    let emulator = builder.start().await.map_err(refuse)?;
    print(&ready_line(&emulator))?;
    interrupt.asked(1).await;
    say("stopping when the requests in flight are answered; once more stops at once");
    tokio::select! {
        () = emulator.shutdown() => {}
        () = interrupt.asked(2) => {}
    }
    Ok(())
}

fn faults(file: &Path) -> Result<FaultPlan, Failure> {
    let failed = |error: anyhow::Error, hint| {
        let doing = format!("--faults {}", file.display());
        Failure::new(Exit::Usage, error).during(doing).hint(hint)
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| failed(error.into(), "check the name and that you may read it"))?;
    let keys = "a [[fault]] says which requests it hits (by service, method, path, nth, times and probability) and what goes \
                wrong (status, reset, delay_ms, truncate, operation and others); the README shows one";
    text.parse()
        .map_err(|error: Error| failed(error.into(), keys))
}

/// What `--data` says.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Data {
    /// By tenant id.
    customers: BTreeMap<String, Value>,
    /// By the names of account and profile.
    billing_accounts: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Data {
    fn read(file: &Path) -> Result<Self, Failure> {
        let failed = |error: anyhow::Error, hint| {
            let doing = format!("--data {}", file.display());
            Failure::new(Exit::Usage, error).during(doing).hint(hint)
        };
        let text = std::fs::read(file)
            .map_err(|error| failed(error.into(), "check the name and that you may read it"))?;
        serde_json::from_slice(&text).map_err(|error| {
            failed(
                error.into(),
                "it is an object with customers and billingAccounts: see `billing emulator --help`",
            )
        })
    }

    fn put_into(self, mut builder: Builder) -> Builder {
        for (id, profile) in self.customers {
            builder = builder.customer(id, profile);
        }
        for (account, profiles) in self.billing_accounts {
            for (name, profile) in profiles {
                builder = builder.billing_profile(&account, name, profile);
            }
        }
        builder
    }
}

/// The one line on stdout that says where everything is.
fn ready_line(emulator: &Emulator) -> String {
    let text = serde_json::Value::from;
    // By hand, as the order of a map's members depends on a feature that any crate may switch on.
    format!(
        r#"{{"partner":{},"arm":{},"control":{},"authority":{},"token":{}}}"#,
        text(emulator.partner_url()),
        text(emulator.arm_url()),
        text(emulator.control_url()),
        text(emulator.authority_url()),
        text(emulator.token().reveal()),
    )
}

fn refuse(error: Error) -> Failure {
    let hint = match &error {
        Error::NotLoopback { .. } => {
            "an emulator is for this machine alone; reach it from another through a tunnel"
        }
        Error::Bind { .. } => "with --listen 127.0.0.1:0 each service takes a free port",
        Error::InvalidData { .. } => "put that place of the document right",
        _ => "nothing is listening",
    };
    let exit = match &error {
        Error::NotLoopback { .. } | Error::Bind { .. } | Error::InvalidData { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::new(exit, error).hint(hint)
}
