//! The emulator of the demonstration, the folder of its files, and the verbs that run there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use billing_emulator::{Emulator, Fault, FaultPlan, Service};
use serde_json::Value;
use tempfile::TempDir;

use crate::demo::error::{BoxError, other};
use crate::settings::key::{Key, TOKEN_VARIABLE};

/// How many profiles each service has.
const OF_EACH: u32 = 100;

/// The account of the billing profiles.
const ACCOUNT: &str = "70077777";

/// How many customers get a wrong postal code.
const MISTAKES: usize = 3;

/// The emulator, and the folder in which the verbs run.
pub(super) struct Site {
    pub(super) emulator: Emulator,
    folder: PathBuf,
    /// The folder, if it is removed after a failure.
    temporary: Option<TempDir>,
    /// Config and state, so that those of the user do not count and do not change.
    own: TempDir,
    profiles: Vec<Profile>,
}

/// The identity of a profile, as the columns of a file have it.
#[derive(Clone)]
enum Profile {
    Customer(String),
    Billing { account: String, name: String },
}

/// The input file, and the postal codes in it that are wrong, with the right ones.
pub(super) struct Input {
    pub(super) csv: String,
    pub(super) mistakes: Vec<(String, String)>,
}

/// What the emulator has counted.
pub(super) struct Counts {
    pub(super) profiles: usize,
    /// How many of them were written once.
    pub(super) once: usize,
    /// The requests that were to write.
    pub(super) writes: usize,
    /// Those of them that met a planned fault or were refused.
    pub(super) disturbed: usize,
}

impl Site {
    /// Starts the emulator. Without a folder, the site has a temporary one.
    pub(super) async fn start(folder: Option<&Path>) -> Result<Self, BoxError> {
        let mut temporary = None;
        let folder = match folder {
            Some(folder) => std::path::absolute(folder).map_err(other)?,
            None => {
                let created = tempfile::Builder::new().prefix("billing-demo-").tempdir();
                let created = created.map_err(other)?;
                temporary.insert(created).path().to_owned()
            }
        };
        let own = tempfile::tempdir().map_err(other)?;
        std::fs::write(own.path().join("config.toml"), "").map_err(other)?;
        let emulator = Emulator::builder()
            .synthetic_data(7, OF_EACH, 0)
            .synthetic_account(7, ACCOUNT, OF_EACH)
            .seed(7)
            .operation_time(Duration::from_secs(1))
            .without_rate_limits()
            .check_addresses(true)
            .faults(faults())
            .start()
            .await?;
        let profiles = profiles(&emulator)?;
        Ok(Self {
            emulator,
            folder,
            temporary,
            own,
            profiles,
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Returns a file that changes every profile, with some mistakes in it.
    pub(super) fn input(&self) -> Input {
        let mut csv = "service,customer_id,billing_account,billing_profile,email,\
                       defaultAddress.postalCode,poNumber\n"
            .to_owned();
        // The last ones: a rejection that is in flight during the kill would be of unknown outcome.
        let customers = self
            .profiles
            .iter()
            .rev()
            .filter_map(|profile| match profile {
                Profile::Customer(id) => Some(id),
                Profile::Billing { .. } => None,
            });
        let damaged = customers.filter_map(|id| Some((id, self.postal_code_without_zero(id)?)));
        let mistakes: BTreeMap<_, _> = damaged.take(MISTAKES).collect();
        for profile in &self.profiles {
            match profile {
                Profile::Customer(id) => {
                    let wrong = mistakes.get(id).map_or("", |(wrong, _)| wrong);
                    csv += &format!("partner,{id},,,invoices@example.com,{wrong},\n");
                }
                Profile::Billing { account, name } => {
                    csv += &format!("arm,,{account},{name},,,PO-2041\n");
                }
            }
        }
        let mistakes = mistakes.into_values().collect();
        Input { csv, mistakes }
    }

    /// Returns a customer's postal code as a spreadsheet damages it, and as it is, if it is a
    /// number that begins with 0.
    fn postal_code_without_zero(&self, customer: &str) -> Option<(String, String)> {
        let profile = self.emulator.customer_billing_profile(customer)?;
        let right = profile.pointer("/defaultAddress/postalCode")?.as_str()?;
        let number: u32 = right.parse().ok()?;
        let is_damaged = right.starts_with('0');
        is_damaged.then(|| (number.to_string(), right.to_owned()))
    }

    /// Creates a verb of `billing bulk` with the settings of the demonstration only.
    pub(super) fn verb(&self, line: &str) -> Result<Command, BoxError> {
        let mut command = Command::new(std::env::current_exe().map_err(other)?);
        command
            .arg("bulk")
            .args(line.split(' '))
            .current_dir(&self.folder);
        let variables = Key::all().filter_map(Key::variable);
        for variable in variables.chain(["BILLING_CONTEXT"]) {
            command.env_remove(variable);
        }
        command
            .env("BILLING_CONFIG", self.own.path().join("config.toml"))
            .env("BILLING_PARTNER_ENDPOINT", self.emulator.partner_url())
            .env("BILLING_ARM_ENDPOINT", self.emulator.arm_url())
            .env(TOKEN_VARIABLE, self.emulator.token().reveal())
            // The folder for state, on Windows the second.
            .env("XDG_STATE_HOME", self.own.path())
            .env("APPDATA", self.own.path());
        Ok(command)
    }

    /// Returns how many writes took effect.
    pub(super) fn effective_writes(&self) -> u64 {
        self.writes_of_each().sum()
    }

    /// Returns what the emulator has counted.
    pub(super) fn counts(&self) -> Counts {
        let requests = self.emulator.requests();
        let writes = (requests.iter()).filter(|it| ["PUT", "PATCH"].contains(&it.method.as_str()));
        let writes: Vec<_> = writes.collect();
        let disturbed = writes
            .iter()
            .filter(|it| it.fault.is_some() || it.status >= 400);
        Counts {
            profiles: self.profiles.len(),
            once: self.writes_of_each().filter(|count| *count == 1).count(),
            disturbed: disturbed.count(),
            writes: writes.len(),
        }
    }

    /// Returns the effective writes of each profile.
    fn writes_of_each(&self) -> impl Iterator<Item = u64> {
        let emulator = &self.emulator;
        let writes = self.profiles.iter().map(move |profile| match profile {
            Profile::Customer(id) => emulator.customer_effective_writes(id),
            Profile::Billing { account, name } => {
                emulator.billing_profile_effective_writes(account, name)
            }
        });
        writes.map(Option::unwrap_or_default)
    }

    /// Ends the emulator, and keeps the folder. Returns its path.
    pub(super) async fn end(self) -> PathBuf {
        self.emulator.shutdown().await;
        match self.temporary {
            Some(folder) => folder.keep(),
            None => self.folder,
        }
    }
}

/// Returns the profiles of the emulator, customers and billing profiles in turn.
fn profiles(emulator: &Emulator) -> Result<Vec<Profile>, BoxError> {
    let snapshot: Value = serde_json::from_slice(&emulator.snapshot().to_json())?;
    let members = |name| {
        snapshot
            .get(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    };
    let customers = members("customers").map(|(id, _)| Profile::Customer(id.clone()));
    let billing = members("billingAccounts").flat_map(|(account, profiles)| {
        let profiles = profiles.as_object().into_iter().flatten();
        profiles.map(|(name, _)| Profile::Billing {
            account: account.clone(),
            name: name.clone(),
        })
    });
    let pairs = customers.zip(billing);
    Ok(pairs.flat_map(|(one, other)| [one, other]).collect())
}

/// Returns what goes wrong: lost requests and responses, overload, throttling.
fn faults() -> FaultPlan {
    let put = || Fault::new().service(Service::Partner).method("PUT");
    let patch = || Fault::new().service(Service::Arm).method("PATCH");
    FaultPlan::new()
        .fault(put().nth(10).times(3).reset().committed())
        .fault(
            put()
                .nth(70)
                .times(2)
                .status(503)
                .header("Retry-After", "0"),
        )
        .fault(
            patch()
                .nth(15)
                .times(2)
                .status(429)
                .header("Retry-After", "1"),
        )
        .fault(patch().nth(80).reset())
        .fault(Fault::new().method("GET").nth(120).times(4).status(502))
}
