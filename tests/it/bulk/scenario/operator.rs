//! An operator, who takes the steps that the command suggests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::bulk::outside::{Outside, Watched, setting};
use crate::bulk::scenario::trouble::Trouble;
use crate::support::{Billing, Transcript};

/// A postal code that is too short for the United States, and a valid one.
const POSTAL_CODES: [&str; 2] = [",9810,", ",98104,"];

/// How often a step is taken that planned faults may stop.
const TIMES: usize = 20;

/// The number of profiles, and the seed of the faults and of the instants of the kills.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    profiles: u64,
    seed: u64,
}

impl Settings {
    /// Returns the settings of `cargo xtask soak --scenario`, or small ones.
    pub(super) fn from_environment() -> Self {
        Self {
            profiles: setting("BILLING_SCENARIO_PROFILES", 400),
            seed: setting("BILLING_SCENARIO_SEED", 20_412),
        }
    }

    /// Returns the number of customers with a wrong postal code.
    pub(super) fn wrong(self) -> u64 {
        20
    }
}

/// A journal, and the last plan that was made for it.
pub(super) struct Journal {
    name: &'static str,
    plan: String,
}

pub(super) struct Operator {
    settings: Settings,
    outside: Outside,
    trouble: Trouble,
}

impl Operator {
    /// Starts an emulator with three customers of Partner Center for each billing profile of Azure
    /// Resource Manager.
    pub(super) async fn start(settings: Settings) -> Self {
        let profiles = settings.profiles / 4;
        let counts = [settings.profiles - profiles, profiles];
        let trouble = Trouble::default();
        let outside = Outside::start(counts, &trouble.faults(), settings.seed).await;
        Self {
            settings,
            outside,
            trouble,
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.outside.elapsed()
    }

    /// Returns the documents of all profiles, without the etags.
    pub(super) async fn documents(&self) -> BTreeMap<String, Value> {
        let resources = self.outside.resources().await.into_iter();
        let documents = resources.map(|mut resource| {
            let mut document = resource["resource"].take();
            if let Some(attributes) = document.get_mut("attributes") {
                attributes["etag"].take();
            }
            if let Some(system_data) = document.get_mut("systemData") {
                system_data["lastModifiedAt"].take();
            }
            (resource["id"].as_str().unwrap().to_owned(), document)
        });
        documents.collect()
    }

    /// Returns how often profiles were written: one number if all were equally often.
    pub(super) async fn effective_writes(&self) -> Vec<u64> {
        let resources = self.outside.resources().await;
        let writes = (resources.iter()).map(|it| it["effective_writes"].as_u64().unwrap());
        writes.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn show(&self, args: &[&str]) {
        println!("{:?} billing bulk {}", self.elapsed(), args.join(" "));
    }

    fn verb(&self, args: &[&str]) -> Billing {
        self.show(args);
        self.outside.bulk(args.iter().copied())
    }

    /// Runs a verb until it ends with another code than 3, which must be one of these.
    async fn run(&self, args: &[&str], codes: &[i32]) -> Transcript {
        for _ in 0..TIMES {
            let ended = self.verb(args).run().await;
            if ended.code != Some(3) {
                let is_expected = ended.code.is_some_and(|code| codes.contains(&code));
                assert!(
                    is_expected,
                    "{:?}\n{}{}",
                    ended.code, ended.stdout, ended.stderr
                );
                return ended;
            }
            println!("{}", ended.stderr);
        }
        panic!("it always stops: {args:?}");
    }

    /// Runs a verb that uses no service.
    async fn offline(&self, args: &[&str]) -> Transcript {
        self.show(args);
        let ended = self.outside.offline(args.iter().copied()).run().await;
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        ended
    }

    /// Changes every profile; some customers get a wrong postal code, which the service refuses.
    pub(super) async fn plan(&self) -> Journal {
        let mut wrong = 0;
        let mut csv =
            "service,customer_id,resource_id,email,defaultAddress.postalCode,poNumber\n".to_owned();
        for resource in self.outside.resources().await {
            let id = resource["id"].as_str().unwrap();
            if resource["service"] == "arm" {
                csv += &format!("arm,,{id},,,PO-2041\n");
                continue;
            }
            let is_american = resource["resource"]["defaultAddress"]["country"] == "US";
            let is_wrong = is_american && wrong < self.settings.wrong();
            wrong += u64::from(is_wrong);
            let [too_short, _] = POSTAL_CODES;
            let postal_code = if is_wrong {
                too_short.trim_matches(',')
            } else {
                ""
            };
            csv += &format!("partner,{id},,billing@example.com,{postal_code},\n");
        }
        assert_eq!(wrong, self.settings.wrong(), "too few American customers");
        fs::write(self.outside.path("profiles.csv"), csv).unwrap();
        self.outside.set_faults(&self.trouble.faults()).await;
        let args = ["plan", "profiles.csv", "-o", "run.plan", "--rate=unlimited"];
        self.run(&args, &[0, 1]).await;
        Journal {
            name: "run.db",
            plan: "run.plan".to_owned(),
        }
    }

    /// Returns the rate of a run that meets trouble half way: a busy machine reads its events late.
    fn slow(&self) -> String {
        format!("--rate={}/s", self.settings.profiles / 20)
    }

    /// Returns the arguments that apply the last plan of a journal.
    fn apply<'a>(journal: &'a Journal, rate: &'a str) -> [&'a str; 10] {
        [
            "apply",
            &journal.plan,
            "--journal",
            journal.name,
            "--yes",
            rate,
            "--output=json",
            "--allow-unplanned=100",
            "--read-back=1s",
            // Planned faults hit rows one after the other.
            "--max-repeated-failures=off",
        ]
    }

    /// Kills a run at a random instant.
    pub(super) async fn kill(&mut self, journal: &Journal) {
        let events = self.outside.below(self.settings.profiles / 4);
        let instant = Duration::from_micros(self.outside.below(20_000));
        let mut run = Watched::start(self.verb(&Self::apply(journal, &self.slow())));
        run.until("done", events).await;
        assert!(run.kill(instant).await, "it ended before the kill");
        println!("{:?} killed after {events} and {instant:?}", self.elapsed());
    }

    /// Applies the plan until the services demand a new sign-in, and signs in.
    pub(super) async fn meet_challenge(&mut self, journal: &Journal) {
        let mut run = Watched::start(self.verb(&Self::apply(journal, &self.slow())));
        run.until("done", self.settings.profiles / 5).await;
        self.trouble.is_challenged = true;
        self.outside.set_faults(&self.trouble.faults()).await;
        println!("{:?} a new sign-in is demanded", self.elapsed());
        let ended = run.end().await;
        assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("sign_in"), "{}", ended.stdout);
        self.trouble.is_challenged = false;
        self.outside.set_faults(&self.trouble.faults()).await;
    }

    /// Applies the plan, pauses the run from another process, and resumes it.
    pub(super) async fn pause(&self, journal: &Journal) {
        let mut run = Watched::start(self.verb(&Self::apply(journal, &self.slow())));
        run.until("done", self.settings.profiles / 20).await;
        self.offline(&["pause", journal.name]).await;
        run.until("paused", 1).await;
        let status = self.offline(&["status", journal.name]).await;
        assert!(status.stdout.contains("paused by"), "{}", status.stdout);
        self.offline(&["resume", journal.name]).await;
        run.until("resumed", 1).await;
        let ended = run.end().await;
        assert!(ended.code.is_some(), "{}", ended.stderr);
    }

    /// Applies the plan to its end, and decides about the writes of unknown outcome. Returns how
    /// many rows failed, and how many were unknown.
    pub(super) async fn settle(&self, journal: &Journal) -> [u64; 2] {
        self.run(&Self::apply(journal, "--rate=unlimited"), &[0, 1])
            .await;
        let ended = self.counts(journal).await;
        let args = [
            "reconcile",
            journal.name,
            "--settle=5s",
            "--resend",
            "--yes",
            "--rate=unlimited",
        ];
        for _ in 0..TIMES {
            let counts = self.counts(journal).await;
            let open = ["unknown", "sending", "accepted"];
            if open.iter().all(|state| counts[state] == 0) {
                return ["failed", "unknown"].map(|state| ended[state].as_u64().unwrap());
            }
            self.run(&args, &[0, 1]).await;
        }
        panic!("rows stay unknown");
    }

    /// Returns how many rows are in which state.
    async fn counts(&self, journal: &Journal) -> Value {
        let status = self
            .offline(&["status", journal.name, "--output=json"])
            .await;
        println!("{}", status.stdout);
        status.json()
    }

    /// Applies the plan, and plans the rows that failed again, with right postal codes, until none
    /// is left.
    pub(super) async fn finish(&mut self, journal: &mut Journal) {
        self.outside.set_faults(&self.trouble.faults()).await;
        for generation in 2..TIMES {
            self.settle(journal).await;
            let file = format!("{}-{generation}.csv", journal.name);
            let args = ["rows", journal.name, "--plan", &journal.plan, "-o", &file];
            self.offline(&args).await;
            let Ok(rows) = fs::read_to_string(self.outside.path(&file)) else {
                return;
            };
            let [wrong, right] = POSTAL_CODES;
            fs::write(self.outside.path(&file), rows.replace(wrong, right)).unwrap();
            let plan = format!("{}-{generation}.plan", journal.name);
            let args = [
                "plan",
                "--continue",
                journal.name,
                &file,
                "-o",
                &plan,
                "--rate=unlimited",
            ];
            self.run(&args, &[0, 1]).await;
            journal.plan = plan;
        }
        panic!("rows fail again and again");
    }

    /// Checks what was written, and that the journal tells the truth; writes the report.
    pub(super) async fn check(&self, journal: &Journal) {
        let args = ["verify", journal.name, "--rate=unlimited"];
        self.run(&args, &[0]).await;
        self.offline(&["receipts", journal.name, "--verify"]).await;
        let report = format!("{}.html", journal.name);
        self.offline(&["report", journal.name, "-o", &report]).await;
        let report = fs::read_to_string(self.outside.path(&report)).unwrap();
        assert!(report.contains("</html>"));
        let counts = self.counts(journal).await;
        assert_eq!(counts["done"], self.settings.profiles);
    }

    /// Plans the values from before a run, to be applied with a journal of their own.
    pub(super) async fn undo(&self, journal: &Journal) -> Journal {
        let args = ["undo", journal.name, "-o", "undo.plan", "--rate=unlimited"];
        self.run(&args, &[0, 1]).await;
        Journal {
            name: "undo.db",
            plan: "undo.plan".to_owned(),
        }
    }
}
