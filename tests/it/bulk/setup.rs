//! An emulator, a folder for plans and journals, and the verbs in it.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use billing_emulator::{Emulator, EmulatorBuilder};
use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::bulk::schema::{EVENTS, assert_valid};
use crate::support::{Billing, Transcript, billing, redact};

/// An emulator and a folder that the verbs run in.
pub(super) struct Site {
    pub(super) emulator: Emulator,
    folder: TempDir,
}

/// Returns the builder of an emulator with this many invented customers and billing profiles.
pub(super) fn many(customers: u32, profiles: u32) -> EmulatorBuilder {
    Emulator::builder()
        .synthetic_data(12, customers, profiles)
        .seed(12)
        .retry_after(std::time::Duration::ZERO)
        .without_rate_limits()
}

impl Site {
    pub(super) async fn start(builder: EmulatorBuilder) -> Self {
        Self {
            emulator: builder.start().await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Creates a verb that uses the emulator.
    pub(super) fn bulk<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Billing {
        self.offline(args).at(&self.emulator)
    }

    /// Creates a verb that uses no service.
    pub(super) fn offline<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Billing {
        let args = ["bulk"].into_iter().chain(args);
        let state = self.path("state");
        billing(args)
            .in_folder(self.folder.path())
            .env("XDG_STATE_HOME", state.to_str().unwrap())
    }

    /// Writes the input and makes the plan `run.plan`.
    pub(super) async fn plan(&self, csv: &str) -> Transcript {
        self.write("profiles.csv", csv);
        let args = ["plan", "profiles.csv", "-o", "run.plan"];
        let planned = self.bulk(args).run().await;
        assert_eq!(planned.code, Some(0), "{}", planned.stderr);
        planned
    }

    /// Creates `apply` of that plan with the journal `run.db`.
    pub(super) fn apply<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> Billing {
        self.apply_in("run.db", more)
    }

    /// Creates `apply` of that plan with another journal.
    pub(super) fn apply_in<'a>(
        &self,
        journal: &'a str,
        more: impl IntoIterator<Item = &'a str>,
    ) -> Billing {
        let args = ["apply", "run.plan", "--journal", journal, "--yes"];
        self.bulk(args.into_iter().chain(more))
    }

    /// Returns the customers and billing profiles of the emulator, as columns of an input.
    pub(super) fn ids(&self) -> (Vec<String>, Vec<(String, String)>) {
        let snapshot: Value = serde_json::from_slice(&self.emulator.snapshot().to_json()).unwrap();
        let customers = snapshot["customers"].as_object().unwrap();
        let accounts = snapshot["billingAccounts"].as_object().unwrap();
        let profiles = accounts.iter().flat_map(|(account, profiles)| {
            let names = profiles.as_object().unwrap().keys();
            names.map(|name| (account.clone(), name.clone()))
        });
        (customers.keys().cloned().collect(), profiles.collect())
    }

    /// Returns an input that changes the culture of every customer and the PO number of every
    /// billing profile.
    pub(super) fn input(&self) -> String {
        let (customers, profiles) = self.ids();
        let mut csv =
            "service,customer_id,billing_account,billing_profile,culture,poNumber\n".to_owned();
        for customer in customers {
            csv += &format!("partner,{customer},,,fr-CH,\n");
        }
        for (account, profile) in profiles {
            csv += &format!("arm,,{account},{profile},,PO-2041\n");
        }
        csv
    }

    /// Returns the effective writes of each profile.
    pub(super) fn effective_writes(&self) -> Vec<u64> {
        let (customers, profiles) = self.ids();
        let customers = customers
            .iter()
            .map(|id| self.emulator.customer_effective_writes(id));
        let profiles = profiles.iter().map(|(account, profile)| {
            self.emulator
                .billing_profile_effective_writes(account, profile)
        });
        customers
            .chain(profiles)
            .map(Option::unwrap_or_default)
            .collect()
    }

    /// Asserts that every profile was written once, and has the values of [`input`](Self::input).
    pub(super) fn assert_each_written_once(&self) {
        let writes = self.effective_writes();
        assert!(writes.iter().all(|count| *count == 1), "{writes:?}");
        let (customers, profiles) = self.ids();
        for customer in customers {
            let now = self.emulator.customer_billing_profile(&customer).unwrap();
            assert_eq!(now["culture"], "fr-CH", "{customer}");
        }
        for (account, profile) in profiles {
            let now = self.emulator.billing_profile(&account, &profile).unwrap();
            assert_eq!(now["properties"]["poNumber"], "PO-2041", "{profile}");
        }
    }

    /// Returns the methods of the requests other than reads.
    pub(super) fn writes(&self) -> Vec<String> {
        let requests = self.emulator.requests().into_iter();
        let writes = requests.filter(|one| one.method != "GET");
        writes
            .map(|one| format!("{} {}", one.method, one.status))
            .collect()
    }

    /// Returns a transcript with everything replaced that differs between runs.
    pub(super) fn shown(&self, transcript: &Transcript) -> String {
        tidy(&transcript.to_string())
    }
}

/// Parses the events on stdout, each valid by the schema.
pub(super) fn events(transcript: &Transcript) -> Vec<Value> {
    let lines = transcript.stdout.lines();
    let events = lines.map(|line| {
        let event = serde_json::from_str(line).unwrap();
        assert_valid(EVENTS, &event);
        event
    });
    events.collect()
}

/// Replaces times, processes and hosts.
pub(super) fn tidy(text: &str) -> String {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let rules = [
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<time>"),
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC", "<time>"),
            (r"process [0-9]+( on [A-Za-z0-9.-]+)?", "process <process>"),
            (
                r#""process":[0-9]+,"host":"[^"]+""#,
                r#""process":"<process>","host":"<host>""#,
            ),
            (r"expires in [0-9hms ]+", "expires in <time>"),
            // How far a run is after each 30 seconds, on a slow machine.
            (r"(?m)^[0-9]+ of [0-9]+, .*in flight.*\n", ""),
            (r"\b[0-9a-f]{64}\b", "<hash>"),
        ];
        let rules = rules.into_iter();
        rules
            .map(|(find, put)| (Regex::new(find).unwrap(), put))
            .collect()
    });
    let text = redact(text);
    RULES.iter().fold(text, |text, (find, put)| {
        find.replace_all(&text, *put).into_owned()
    })
}
