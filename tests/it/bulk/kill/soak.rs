//! A run that is killed again and again.

use std::collections::HashMap;
use std::process::Output;
use std::time::Duration;

use billing_bulk::ProfileId;
use billing_bulk::journal::row::Row;
use billing_bulk::journal::sqlite::SqliteReader;
use billing_bulk::journal::{JournalReader as _, State};
use serde_json::Value;
use tokio::time::timeout;

use crate::bulk::kill::faults::faults;
use crate::bulk::outside::{Outside, Watched, setting, text_setting};
use crate::support::Billing;

const EMAIL: &str = "billing@soak.example.com";
const PO_NUMBER: &str = "PO-2041";

/// The size of a test, and the seed of its faults and of the instants of the kills.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) profiles: u64,
    pub(super) kills: u64,
    pub(super) seed: u64,
    /// The api version of Resource Manager.
    pub(super) version: String,
}

/// The first api version of Resource Manager, which updates by a PATCH. Later ones have a PUT.
pub(super) const FIRST_VERSION: &str = "2019-10-01-preview";

/// The number of profiles from which a test is long.
pub(super) const MANY: u64 = 1_000;

impl Settings {
    /// Returns the settings of `cargo xtask soak`, or small ones with the first version.
    pub(super) fn from_environment() -> Self {
        Self {
            profiles: setting("BILLING_SOAK_PROFILES", 300),
            kills: setting("BILLING_SOAK_KILLS", 10),
            seed: setting("BILLING_SOAK_SEED", 20_411),
            version: text_setting("BILLING_SOAK_VERSION")
                .unwrap_or_else(|| FIRST_VERSION.to_owned()),
        }
    }

    /// Returns whether the test is a long one, which has the version of `cargo xtask soak`.
    pub(super) fn is_long(&self) -> bool {
        self.profiles >= MANY
    }
}

pub(super) struct Soak {
    pub(super) settings: Settings,
    outside: Outside,
}

impl Soak {
    pub(super) async fn start(settings: Settings) -> Self {
        let profiles = settings.profiles / 2;
        let customers = settings.profiles - profiles;
        let faults = faults(settings.profiles, &settings.version);
        let outside = Outside::start([customers, profiles], &faults, settings.seed).await;
        Self { settings, outside }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.outside.elapsed()
    }

    /// Runs a verb to its end, which must be one of these exit codes.
    async fn finish(&self, verb: Billing, codes: &[i32]) -> Output {
        // No run of this many profiles comes near it.
        let limit = Duration::from_secs(600 + self.settings.profiles / 10);
        let output = timeout(limit, verb.spawn().wait_with_output()).await;
        let output = output.expect("the command hangs").unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(
            code.is_some_and(|code| codes.contains(&code)),
            "{code:?}: {stderr}"
        );
        output
    }

    /// Makes the plan, which is killed once and continued.
    pub(super) async fn plan(&mut self) {
        let mut csv = "service,customer_id,resource_id,email,poNumber\n".to_owned();
        for resource in self.outside.resources().await {
            let id = resource["id"].as_str().unwrap();
            csv += &match resource["service"].as_str() {
                Some("partner") => format!("partner,{id},,{EMAIL},\n"),
                _ => format!("arm,,{id},,{PO_NUMBER}\n"),
            };
        }
        std::fs::write(self.outside.path("profiles.csv"), csv).unwrap();
        let version = self.settings.version.clone();
        let version = ["--api-version", &version];
        let args = ["plan", "profiles.csv", "-o", "run.plan", self.rate()];
        let args = || args.into_iter().chain(version);
        let instant = Duration::from_millis(self.outside.below(self.settings.profiles * 2));
        let started = Watched::start(self.outside.bulk(args()));
        started.kill(instant).await;
        self.finish(self.outside.bulk(args()), &[0, 1]).await;
    }

    /// Returns the option for the rate. Pacing takes the 429 responses of faults for a limit of
    /// some twenty requests per second, which would make a long test last hours.
    fn rate(&self) -> &'static str {
        if self.settings.is_long() {
            "--rate=unlimited"
        } else {
            "--rate=1000/s"
        }
    }

    /// Returns the option for the rate of a run that is killed: a busy machine reads its events
    /// late, and a short run must not end before that.
    fn rate_of_killed(&self) -> &'static str {
        if self.settings.profiles < MANY {
            "--rate=50/s"
        } else {
            self.rate()
        }
    }

    fn start_apply(&self, rate: &str) -> Billing {
        let args = ["apply", "run.plan", "--journal=run.db", "--yes", rate];
        let more = ["--output=json", "--read-back=1s", "--allow-unplanned=100"];
        let limits = ["--max-repeated-failures=off"];
        self.outside
            .bulk(args.into_iter().chain(more).chain(limits))
    }

    /// Applies the plan, and returns how often that was killed.
    pub(super) async fn apply(&mut self) -> u64 {
        let mut kills = 0;
        while kills < self.settings.kills {
            // A profile takes two to three events: the kills come before all are written.
            let events = self
                .outside
                .below(self.settings.profiles * 16 / 5 / self.settings.kills);
            let instant = Duration::from_micros(self.outside.below(20_000));
            let mut started = Watched::start(self.start_apply(self.rate_of_killed()));
            if !started.lines(events).await || !started.kill(instant).await {
                break;
            }
            kills += 1;
        }
        // Twice without a valid token, the run stops.
        while self
            .finish(self.start_apply(self.rate()), &[0, 1, 3])
            .await
            .status
            .code()
            == Some(3)
        {}
        kills
    }

    /// Decides about the writes of unknown outcome until none is left.
    pub(super) async fn reconcile(&self) {
        let args = [
            "reconcile",
            "run.db",
            "--settle=5s",
            "--resend",
            "--yes",
            self.rate(),
        ];
        for _ in 0..20 {
            self.finish(self.outside.bulk(args), &[0, 1, 3]).await;
            let rows = self.rows().await;
            let is_decided = |row: &Row| row.state.is_settled() && row.state != State::Unknown;
            if rows.iter().all(is_decided) {
                return;
            }
        }
        panic!("profiles stay unknown");
    }

    /// Returns the profiles of the journal.
    pub(super) async fn rows(&self) -> Vec<Row> {
        let journal = SqliteReader::open(&self.outside.path("run.db")).unwrap();
        journal.rows(&State::ALL, 0, usize::MAX).await.unwrap()
    }

    /// Returns how many requests each fault has hit.
    pub(super) async fn hits(&self) -> String {
        let plan = self.outside.get("/api/faults").await;
        let faults = plan["faults"].as_array().unwrap().iter();
        let hits: Vec<_> = faults.map(|fault| fault["hit"].to_string()).collect();
        hits.join(" ")
    }

    /// Compares the journal with the counts and the documents of the emulator.
    pub(super) async fn broken(&self, rows: &[Row]) -> Vec<String> {
        let resources = self.outside.resources().await;
        let mut by_id: HashMap<_, _> = (resources.iter())
            .map(|it| (it["id"].as_str().unwrap().to_lowercase(), it))
            .collect();
        let broken = rows.iter().filter_map(|row| {
            let resource = by_id.remove(&id(&row.profile)).unwrap();
            let stored = &resource["resource"];
            let is_applied =
                stored["email"] == EMAIL || stored["properties"]["poNumber"] == PO_NUMBER;
            let writes = resource["effective_writes"].as_u64().unwrap();
            let has_cause = (row.cause.as_ref())
                .is_some_and(|cause| !cause.code.is_empty() && !cause.message.is_empty());
            let is_right = match row.state {
                State::Done => (writes, is_applied) == (1, true),
                State::Failed => (writes, is_applied, has_cause) == (0, false, true),
                _ => false,
            };
            (!is_right).then(|| {
                let (profile, state, cause) = (&row.profile, row.state, &row.cause);
                format!("{profile} is {state} ({cause:?}) after {writes} writes")
            })
        });
        let mut broken: Vec<_> = broken.collect();
        // The others are unplanned, each with its cause.
        let verb = self.outside.offline(["show", "run.plan", "--output=json"]);
        let shown = self.finish(verb, &[0]).await.stdout;
        let lines = str::from_utf8(&shown).unwrap().lines();
        let planned = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
        let unplanned = planned.filter(|row| row["state"] == "unplanned");
        let explained = unplanned.filter(|row| row["cause"]["message"].is_string());
        if explained.count() != by_id.len() {
            broken.push(format!(
                "{:?} are neither planned nor unplanned",
                by_id.keys()
            ));
        }
        let written = by_id.iter().filter(|(_, it)| it["effective_writes"] != 0);
        broken.extend(written.map(|(id, _)| format!("{id} is unplanned and was written")));
        broken
    }

    /// Asserts that the command explains a failed profile by its cause.
    pub(super) async fn assert_explained(&self, rows: &[Row]) {
        let failed = rows.iter().find(|row| row.state == State::Failed).unwrap();
        let profile = failed.profile.to_string();
        let verb = self.outside.offline(["explain", "run.db", &profile]);
        let explained = self.finish(verb, &[0]).await;
        let text = String::from_utf8(explained.stdout).unwrap();
        assert!(
            text.contains(&failed.cause.as_ref().unwrap().code),
            "{text}"
        );
    }
}

/// Returns the id that the emulator gives a profile, in lower case.
fn id(profile: &ProfileId) -> String {
    let id = match profile {
        ProfileId::Partner { customer_id } => customer_id.clone(),
        ProfileId::Arm {
            billing_account,
            billing_profile,
        } => format!(
            "/providers/Microsoft.Billing/billingAccounts/{billing_account}/billingProfiles/\
             {billing_profile}"
        ),
    };
    id.to_lowercase()
}
