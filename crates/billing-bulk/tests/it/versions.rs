//! Runs in each api version of Azure Resource Manager, through the real client: against the
//! emulator and a scripted server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arm_client::common::ProfileUpdate;
use arm_client::{ApiVersion, ArmClient, StaticToken, V2024_04_01, Version};
use billing_bulk::binding::Binding;
use billing_bulk::input::{Input, InputOptions, InputSource};
use billing_bulk::journal::row::{Entry, NewRow, Row};
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{Journal, JournalReader, RunInfo, State};
use billing_bulk::plan::{
    self, NewPlan, PlanHeader, PlanInput, PlanOptions, PlanWriter, ReadOptions, Source,
};
use billing_bulk::receipt;
use billing_bulk::run::explain;
use billing_bulk::targets::ArmTarget;
use billing_bulk::{Resend, Run, RunOptions, Service, Target as _, Targets};
use billing_emulator::{Emulator, Fault, FaultPlan};
use billing_test::{Script, Server, TestClock};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::journal::plan_info;

const ACCOUNT: &str = "70023418";

/// A profile with members of single versions, and some that no version knows, by the names that the
/// emulator stores.
fn stored() -> Value {
    json!({
        "tags": { "team": "north" },
        "unknown": [1.50, null],
        "properties": {
            "displayName": "Fabrikam",
            "poNumber": "PO-1",
            "invoiceEmailOptIn": false,
            "mystery": { "rate": 0.10, "huge": 12_345_678_901_234_567_890_u64 },
            "address": {
                "companyName": "Fabrikam",
                "addressLine1": "1 Example Way",
                "addressLine2": "Floor 2",
                "city": "Redmond",
                "country": "US",
                "email": "billing@example.com",
                "floor": 2,
            },
            "shipTo": { "addressLine1": "2 Example Way", "city": "York", "country": "GB" },
            "invoiceRecipients": ["ada@example.com"],
            "tags": { "cost": "7" },
            "enabledAzurePlans": [{ "skuId": "0001", "productId": "DZH318Z0BPS6" }],
            "invoiceSections": [{
                "id": "/invoiceSections/s1", "name": "s1", "properties": { "displayName": "One" },
            }],
        },
    })
}

/// An emulator with one profile, and a folder for plans and journals.
struct Site {
    emulator: Emulator,
    client: ArmClient,
    folder: TempDir,
    clock: Arc<TestClock>,
}

impl Site {
    async fn start(faults: FaultPlan) -> Self {
        let emulator = Emulator::builder()
            .billing_profile(ACCOUNT, "P-1", stored())
            .without_rate_limits()
            .retry_after(Duration::ZERO)
            .faults(faults);
        let emulator = emulator.start().await.unwrap();
        let token = StaticToken::new(emulator.token().reveal());
        Self {
            client: ArmClient::new(emulator.arm_url().parse().unwrap(), token).unwrap(),
            emulator,
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn now(&self) -> Value {
        self.emulator.billing_profile(ACCOUNT, "P-1").unwrap()
    }

    fn writes(&self) -> Option<u64> {
        self.emulator
            .billing_profile_effective_writes(ACCOUNT, "P-1")
    }

    fn target<V: Version>(&self, version: V) -> ArmTarget<V> {
        ArmTarget::new(&self.client.with_api_version(version), None)
    }

    /// Plans a row with these columns, and returns what a run takes over.
    async fn plan<V: Version>(&self, version: V, columns: &str, cells: &str) -> (RunInfo, NewPlan) {
        let csv = format!(
            "service,billing_account,billing_profile,{columns}\narm,{ACCOUNT},P-1,{cells}\n"
        );
        let source = InputSource::read("changes.csv", csv.as_bytes()).unwrap();
        let options = InputOptions::default().with_api_version(version);
        let input = Input::check(source, options).unwrap();
        let target = self.target(version);
        let binding = target.binding().clone();
        let header = PlanHeader {
            tool: "test".to_owned(),
            created: SystemTime::UNIX_EPOCH,
            expires: SystemTime::UNIX_EPOCH + Duration::from_secs(86_400),
            bindings: vec![binding.clone()],
            continues: None,
            input: PlanInput::of(&input),
        };
        let mut writer = PlanWriter::open(&self.path("run.plan"), &header, true).unwrap();
        let items = plan::input_rows(&input).unwrap();
        let reading = ReadOptions::default().with_clock(self.clock.clone());
        let options = PlanOptions::default().with_reading(reading);
        let targets = Targets::default().with(Arc::new(target));
        plan::make(items, &mut writer, &targets, options)
            .await
            .unwrap();
        let plan = writer.finish().unwrap();
        let plan = plan.verify(SystemTime::UNIX_EPOCH, &[binding]).unwrap();
        let info = plan.run_info();
        (info.clone(), plan.claim(&info).unwrap())
    }

    async fn apply<V: Version>(
        &self,
        version: V,
        (info, plan): (RunInfo, NewPlan),
        options: RunOptions,
    ) -> Arc<dyn Journal> {
        let journal: Arc<dyn Journal> =
            Arc::new(SqliteJournal::open_or_create(&self.path("run.db"), &info).unwrap());
        let targets = Targets::default().with(Arc::new(self.target(version)));
        drive(Run::apply(plan, journal.clone(), targets, options)).await;
        journal
    }

    fn options(&self) -> RunOptions {
        options(&self.clock)
    }
}

fn options(clock: &Arc<TestClock>) -> RunOptions {
    RunOptions::default()
        .with_clock(clock.clone())
        .with_read_back(Duration::ZERO)
        .with_settle(Duration::ZERO)
        .with_resend(Resend::Always)
}

async fn drive(mut run: Run) {
    while run.try_next().await.unwrap().is_some() {}
}

/// Returns the only row of a journal with its history.
async fn row(journal: &dyn JournalReader) -> (Row, Vec<Entry>) {
    let row = journal.row(1).await.unwrap().unwrap();
    let history = journal.history(1).await.unwrap();
    (row, history)
}

/// Loses the first write, which does not arrive, and reconciles it. Everything else of the profile
/// stays as it was.
async fn lost_write_is_reconciled<V: Version>(version: V, address: &str, method: &str) {
    let lost = Fault::new().method(method).nth(1).reset();
    let site = Site::start(FaultPlan::new().fault(lost)).await;
    let before = site.now();
    let columns = format!("poNumber,{address}.city,{address}.addressLine2");
    let plan = site.plan(version, &columns, "PO-2,Tacoma,<clear>").await;
    let journal = site.apply(version, plan, site.options()).await;
    assert_eq!(row(&*journal).await.0.state, State::Unknown, "{}", V::NAME);
    assert_eq!((site.now(), site.writes()), (before.clone(), Some(0)));

    drop(journal);
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&site.path("run.db")).unwrap());
    let targets = Targets::default().with(Arc::new(site.target(version)));
    drive(Run::reconcile(journal.clone(), targets, site.options())).await;
    let (row, history) = row(&*journal).await;
    assert_eq!(row.state, State::Done, "{}: {:?}", V::NAME, row.cause);
    assert_eq!((row.attempt.unwrap().attempt, site.writes()), (2, Some(1)));
    assert_eq!(history.last().unwrap().cause, None, "nothing is noted");
    let mut expected = before;
    expected["properties"]["poNumber"] = json!("PO-2");
    let changed = expected["properties"]["address"].as_object_mut().unwrap();
    changed.insert("city".to_owned(), json!("Tacoma"));
    changed.remove("addressLine2");
    let mut now = site.now();
    for document in [&mut now, &mut expected] {
        document["systemData"].take();
    }
    assert_eq!(now, expected, "{}", V::NAME);
    assert!(receipt::verify(&*journal, None).await.is_ok());
}

#[tokio::test]
async fn no_version_loses_a_member_of_another_one() {
    lost_write_is_reconciled(ApiVersion::V2019_10_01_PREVIEW, "address", "PATCH").await;
    lost_write_is_reconciled(ApiVersion::V2020_05_01, "billTo", "PUT").await;
    lost_write_is_reconciled(ApiVersion::V2024_04_01, "billTo", "PUT").await;
}

#[tokio::test]
async fn full_profile_that_others_changed_is_a_conflict() {
    for rebases in [false, true] {
        let site = Site::start(FaultPlan::new()).await;
        let version = ApiVersion::V2024_04_01;
        let plan = site.plan(version, "billTo.city", "Tacoma").await;
        let theirs = ProfileUpdate::default().display_name("Theirs").into();
        let update = site.client.update_billing_profile(ACCOUNT, "P-1", &theirs);
        update.await.unwrap();
        let options = site.options().with_rebase(rebases);
        let journal = site.apply(version, plan, options).await;
        let (row, _) = row(&*journal).await;
        let now = site.now();
        assert_eq!(now["properties"]["displayName"], "Theirs");
        let city = &now["properties"]["address"]["city"];
        if rebases {
            assert_eq!((row.state, city), (State::Done, &json!("Tacoma")));
        } else {
            let cause = row.cause.unwrap();
            assert_eq!((row.state, city), (State::Conflict, &json!("Redmond")));
            assert!(cause.message.ends_with(": properties.displayName"));
        }
    }
}

#[tokio::test]
async fn plan_of_another_version_is_refused_before_any_request() {
    let site = Site::start(FaultPlan::new()).await;
    let (info, plan) = site.plan(ApiVersion::V2024_04_01, "poNumber", "2").await;
    let sent = site.emulator.requests().len();
    let journal = SqliteJournal::open_or_create(&site.path("run.db"), &info).unwrap();
    let targets = Targets::default().with(Arc::new(site.target(ApiVersion::V2020_05_01)));
    let mut run = Run::apply(plan, Arc::new(journal), targets, site.options());
    let error = run.try_next().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the plan is for api version 2024-04-01 of Azure Resource Manager, and the run is \
         connected to 2020-05-01"
    );
    assert_eq!(site.emulator.requests().len(), sent);
}

/// A profile of a scripted server.
fn profile(system_id: &str, display_name: &str, po_number: &str) -> String {
    json!({
        "id": "/billingProfiles/p1",
        "name": "p1",
        "properties": {
            "systemId": system_id,
            "displayName": display_name,
            "poNumber": po_number,
            "new": 1,
        },
    })
    .to_string()
}

/// Plans another PO number for the profile that the first response has, and applies the plan. A
/// write of unknown outcome is reconciled.
async fn scripted(responses: Vec<Script>) -> (Row, Vec<Entry>, Server) {
    let server = Server::start(responses).await;
    let client = ArmClient::new(server.origin().parse().unwrap(), StaticToken::new("t")).unwrap();
    let target: ArmTarget<V2024_04_01> =
        ArmTarget::new(&client.with_api_version(ApiVersion::V2024_04_01), None);
    let profile = billing_bulk::ProfileId::arm("a1", "p1");
    let before = target.read(&profile).await.result.unwrap();
    let new = NewRow {
        number: 1,
        profile,
        before,
        changes: vec![billing_bulk::change::Change {
            path: vec!["properties".to_owned(), "poNumber".to_owned()],
            old: Some(json!("1")),
            new: Some(json!("2")),
        }],
        source: Source::default(),
    };
    let info = RunInfo {
        id: "run".to_owned(),
        plans: vec![plan_info("digest")],
        bindings: vec![target.binding().clone()],
        has_begun: false,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.db");
    let journal = SqliteJournal::open_or_create(&path, &info).unwrap();
    let mut journal: Arc<dyn Journal> = Arc::new(journal);
    let plan = NewPlan::new(info.plans[0].clone(), [Ok(new)].into_iter());
    let targets = Targets::default().with(Arc::new(target));
    let options = options(&Arc::default());
    let apply = Run::apply(plan, journal.clone(), targets.clone(), options.clone());
    drive(apply).await;
    if row(&*journal).await.0.state == State::Unknown {
        drop(journal);
        journal = Arc::new(SqliteJournal::open(&path).unwrap());
        drive(Run::reconcile(journal.clone(), targets, options)).await;
    }
    let (row, history) = row(&*journal).await;
    assert!(receipt::verify(&*journal, None).await.is_ok());
    (row, history, server)
}

#[tokio::test]
async fn other_member_that_differs_after_a_put_is_noted() {
    let read = profile("one", "Mine", "1");
    let (row, history, server) = scripted(vec![
        Script::json(&read),
        Script::json(&read),
        Script::json(&profile("one", "Theirs", "2")),
    ])
    .await;
    assert_eq!(row.state, State::Done);
    let note = history.last().unwrap().cause.clone().unwrap();
    assert_eq!(note.code, "others_changed");
    assert!(note.message.contains(": properties.displayName;"));
    let explained = explain(&[(row, history)]).join("\n");
    assert!(
        explained.contains("stored. Note: the service"),
        "{explained}"
    );
    let put = &server.received()[2];
    assert_eq!(put.method(), "PUT");
    let body = r#"{"properties":{"displayName":"Mine","new":1,"poNumber":"2"}}"#;
    assert_eq!(put.body, body);
}

#[tokio::test]
async fn reconcile_notes_other_members_that_differ() {
    let read = profile("one", "Mine", "1");
    for (name, note) in [("Mine", None), ("Theirs", Some("others_changed"))] {
        let (row, history, server) = scripted(vec![
            Script::json(&read),
            Script::json(&read),
            Script::hang_up(),
            Script::json(&read),
            Script::json(&profile("one", name, "2")),
        ])
        .await;
        assert_eq!((row.state, server.received().len()), (State::Done, 5));
        assert!(history.iter().any(|entry| entry.state == State::Unknown));
        let noted = history.last().unwrap().cause.as_ref();
        assert_eq!(noted.map(|cause| &*cause.code), note);
    }
}

#[tokio::test]
async fn profile_that_a_put_has_created_is_not_done() {
    let read = profile("one", "Mine", "1");
    let created = profile("two", "Mine", "2");
    let (row, ..) = scripted(vec![
        Script::json(&read),
        Script::json(&read),
        Script::json(&created),
    ])
    .await;
    assert_eq!(row.state, State::Failed);
    assert_eq!(row.cause.unwrap().code, "recreated");

    // Without such an id, the status tells it.
    let without_id = |text: &str| text.replace("systemId", "other");
    let status = "201 Created\nContent-Type: application/json";
    let (row, ..) = scripted(vec![
        Script::json(&without_id(&read)),
        Script::json(&without_id(&read)),
        Script::new(status, without_id(&profile("one", "Mine", "2"))),
    ])
    .await;
    assert_eq!(row.state, State::Failed);
    assert_eq!(row.cause.unwrap().code, "recreated");
}

#[tokio::test]
async fn put_is_guarded_by_an_etag_if_there_is_one() {
    let with_etag = |etag: &str, text: &str| {
        let head = format!("200 OK\nContent-Type: application/json\nETag: \"{etag}\"");
        Script::new(&head, text)
    };
    let read = profile("one", "Mine", "1");
    let (row, _, server) = scripted(vec![
        with_etag("7", &read),
        with_etag("7", &read),
        Script::new("412 Precondition Failed", ""),
        with_etag("8", &profile("one", "Theirs", "1")),
    ])
    .await;
    assert_eq!(server.received()[2].header("if-match"), Some("\"7\""));
    assert_eq!(row.state, State::Conflict);
    let cause = row.cause.unwrap();
    assert_eq!(cause.code, "changed_since_plan");
    assert_eq!(server.received().len(), 4, "one write");
}

#[tokio::test]
async fn profile_written_without_a_visible_change_is_a_conflict() {
    let written_at = |time: &str| {
        let mut profile: Value = serde_json::from_str(&profile("one", "Mine", "1")).unwrap();
        profile["systemData"] = json!({ "lastModifiedAt": time, "lastModifiedBy": "ada" });
        Script::json(&profile.to_string())
    };
    let (row, _, server) = scripted(vec![
        written_at("2026-01-02T03:04:05Z"),
        written_at("2026-01-02T03:05:05Z"),
    ])
    .await;
    assert_eq!(row.state, State::Conflict);
    assert!(
        row.cause
            .unwrap()
            .message
            .ends_with("without a visible change")
    );
    assert_eq!(server.received().len(), 2);
}

#[test]
fn members_of_a_binding_are_those_of_its_version() {
    let binding = |api_version: &str| Binding {
        service: Service::Arm,
        origin: "https://management.azure.com".to_owned(),
        api_version: api_version.to_owned(),
        tenant: None,
    };
    assert!(
        binding("2024-04-01")
            .members()
            .member("shipTo.city")
            .is_ok()
    );
    assert!(
        binding("2020-05-01")
            .members()
            .member("shipTo.city")
            .is_err()
    );
    let partner = Binding {
        service: Service::Partner,
        ..binding("2024-04-01")
    };
    assert!(partner.members().member("defaultAddress.city").is_ok());
}
