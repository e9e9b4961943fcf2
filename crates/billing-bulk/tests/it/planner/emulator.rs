//! Plans of profiles in the emulator, read through the clients into a file.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arm_client::ArmClient;
use billing_bulk::plan::{
    Filter, Plan, PlanError, PlanHeader, PlanInput, PlanItems, PlanOptions, PlanStore as _,
    PlanSummary, PlanWriter, ReadOptions, Strictness, account_profiles, all_customers, make,
};
use billing_bulk::targets::{ArmTarget, PartnerTarget};
use billing_bulk::{Edits, Members, ProfileId, Service, Targets};
use billing_emulator::{Emulator, EmulatorBuilder};
use billing_test::TestClock;
use partner_client::{PartnerClient, StaticToken};
use serde_json::{Value, json};

use super::fake::{edits, item, items};

const ACCOUNT: &str = "70023418";

fn customer(number: u32) -> String {
    format!("4d3cf487-70f4-4e1e-9ff1-{number:012}")
}

fn profile(country: &str, postal_code: &str) -> Value {
    json!({
        "email": "billing@example.com",
        "language": "en",
        "defaultAddress": {
            "country": country, "city": "Berlin", "addressLine1": "7 Sample Row",
            "postalCode": postal_code, "state": "BE",
        },
    })
}

/// Both services, and the clients of them.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) partner: PartnerClient,
    pub(crate) arm: ArmClient,
    pub(crate) targets: Targets,
}

impl World {
    pub(crate) async fn start(builder: EmulatorBuilder) -> Self {
        let emulator = builder.without_rate_limits().start().await.unwrap();
        let token = || StaticToken::new(emulator.token().reveal());
        let partner = PartnerClient::new(emulator.partner_url().parse().unwrap(), token()).unwrap();
        let arm = ArmClient::new(emulator.arm_url().parse().unwrap(), token()).unwrap();
        let targets = Targets::default()
            .with(Arc::new(PartnerTarget::new(&partner, None)))
            .with(Arc::new(ArmTarget::new(&arm, None)));
        Self {
            emulator,
            partner,
            arm,
            targets,
        }
    }

    /// Makes a plan in a file, and returns its rows as lines.
    async fn plan(&self, items: PlanItems, options: PlanOptions) -> (Vec<String>, PlanSummary) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.plan");
        let mut writer = self.writer(&path);
        let options =
            options.with_reading(ReadOptions::default().with_clock(Arc::<TestClock>::default()));
        let summary = make(items, &mut writer, &self.targets, options)
            .await
            .unwrap();
        let plan = writer.finish().unwrap();
        (lines(&plan), summary)
    }

    pub(crate) fn writer(&self, path: &Path) -> PlanWriter {
        let bindings = [Service::Partner, Service::Arm]
            .map(|service| self.targets.of(service).unwrap().binding().clone());
        let header = PlanHeader {
            tool: "test".to_owned(),
            created: SystemTime::UNIX_EPOCH,
            expires: SystemTime::UNIX_EPOCH + Duration::from_secs(86_400),
            bindings: bindings.to_vec(),
            continues: None,
            input: PlanInput {
                name: None,
                sha256: String::new(),
                options: "{}".to_owned(),
                form: None,
            },
        };
        PlanWriter::open(path, &header, false).unwrap()
    }
}

fn lines(plan: &Plan) -> Vec<String> {
    let rows = plan.rows().map(|row| {
        let row = row.unwrap();
        let mut line = format!("{} {}", row.profile, row.outcome.state());
        for change in row.outcome.changes() {
            line.push_str(&format!(" {}", change.name()));
        }
        if let Some(cause) = row.outcome.cause() {
            line.push_str(&format!(" {} {:?}", cause.code, cause.status));
        }
        line
    });
    rows.collect()
}

#[tokio::test]
async fn rows_of_both_services_are_planned_and_failures_have_causes() {
    let faults = json!({ "fault": [
        { "path": customer(3), "status": 403 },
        { "path": customer(4), "status": 200, "body": "{", "headers": { "Content-Type": "application/json" } },
        { "path": customer(5), "reset": true, "nth": 1 },
    ] });
    let mut builder = Emulator::builder().faults(faults.to_string().parse().unwrap());
    for number in 1..=5 {
        builder = builder.customer(customer(number), profile("DE", "10115"));
    }
    let po = json!({ "properties": { "poNumber": "1", "displayName": "One" } });
    builder = builder.billing_profile(ACCOUNT, "P-1", po);
    let world = World::start(builder).await;
    let mut all: Vec<_> = (1..=6)
        .map(|number| ProfileId::partner(customer(number)))
        .map(|id| item(&id, &[("email", json!("new@example.com"))]))
        .collect();
    all[1] = item(&all[1].profile, &[("email", json!("billing@example.com"))]);
    let arm = ProfileId::arm(ACCOUNT, "P-1");
    all.push(item(
        &arm,
        &[("poNumber", json!("2")), ("displayName", json!("One"))],
    ));
    all.push(item(
        &ProfileId::arm(ACCOUNT, "P-2"),
        &[("poNumber", json!("2"))],
    ));
    let (lines, summary) = world.plan(items(all), PlanOptions::default()).await;
    let id = |number| format!("partner/{}", customer(number));
    assert_eq!(
        lines,
        [
            format!("{} change email", id(1)),
            format!("{} no_change", id(2)),
            format!("{} unplanned service Some(403)", id(3)),
            format!("{} unplanned decode Some(200)", id(4)),
            format!("{} change email", id(5)),
            format!("{} unplanned 60003 Some(404)", id(6)),
            format!("arm/{ACCOUNT}/P-1 change properties.poNumber"),
            format!("arm/{ACCOUNT}/P-2 unplanned NotFound Some(404)"),
        ]
    );
    assert_eq!(summary.counts.total(), 8);
    // Nothing was written.
    assert!(
        world
            .emulator
            .requests()
            .iter()
            .all(|request| request.method == "GET")
    );
}

#[tokio::test]
async fn every_customer_that_a_filter_includes_is_planned() {
    let mut builder = Emulator::builder();
    for number in 1..=1203 {
        let country = if number % 4 == 0 { "DE" } else { "AT" };
        builder = builder.customer(customer(number), profile(country, "10115"));
    }
    let world = World::start(builder).await;
    let edits = edits(Service::Partner, &[("language", json!("de"))]);
    let filter = Filter::parse(Members::of(Service::Partner), "defaultAddress.country=DE").unwrap();
    let options = PlanOptions::default().with_filter(filter);
    let (lines, summary) = world
        .plan(all_customers(&world.partner, edits), options)
        .await;
    assert_eq!(lines.len(), 300);
    assert!(lines.iter().all(|line| line.ends_with(" change language")));
    assert_eq!(summary.frequent[0].profiles, 300);
    assert_eq!(summary.frequent[0].new, Some(json!("de")));
}

#[tokio::test]
async fn every_profile_of_an_account_is_planned() {
    let mut builder = Emulator::builder();
    for number in 1..=3 {
        let document = json!({ "properties": { "poNumber": format!("{}", number % 2) } });
        builder = builder.billing_profile(ACCOUNT, format!("P-{number}"), document);
    }
    let world = World::start(builder).await;
    let edits = edits(Service::Arm, &[("poNumber", json!("1"))]);
    let items = account_profiles(&world.arm, ACCOUNT, edits);
    let (lines, _) = world.plan(items, PlanOptions::default()).await;
    assert_eq!(
        lines,
        [
            format!("arm/{ACCOUNT}/P-1 no_change"),
            format!("arm/{ACCOUNT}/P-2 change properties.poNumber"),
            format!("arm/{ACCOUNT}/P-3 no_change"),
        ]
    );
}

#[tokio::test]
async fn unknown_account_ends_the_plan() {
    let world = World::start(Emulator::builder()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut writer = world.writer(&folder.path().join("run.plan"));
    let items = account_profiles(&world.arm, ACCOUNT, Edits::default());
    let made = make(items, &mut writer, &world.targets, PlanOptions::default()).await;
    assert!(matches!(made, Err(PlanError::Input(_))), "{made:?}");
    assert_eq!(writer.last(), 0);
}

#[tokio::test]
async fn countries_rules_are_those_of_the_service() {
    let mut builder = Emulator::builder();
    for (number, country) in [(1, "US"), (2, "US"), (3, "DE")] {
        builder = builder.customer(customer(number), profile(country, "10115"));
    }
    let world = World::start(builder).await;
    let all = [(1, "99201"), (2, "992"), (3, "10117")].map(|(number, postal_code)| {
        let id = ProfileId::partner(customer(number));
        item(&id, &[("defaultAddress.postalCode", json!(postal_code))])
    });
    let rules = Arc::new(world.partner.clone());
    let options = PlanOptions::default()
        .with_preflight(Strictness::Report)
        .with_country_rules(rules);
    let (_, summary) = world.plan(items(all.to_vec()), options).await;
    let postal_codes = summary.findings.iter();
    let postal_codes = postal_codes.filter(|it| it.finding.member == "defaultAddress.postalCode");
    let profiles: Vec<_> = postal_codes.map(|it| it.profiles).collect();
    assert_eq!(profiles, [1], "{:?}", summary.findings);
    let requests = world.emulator.requests();
    let rules = requests
        .iter()
        .filter(|it| it.path.contains("countryvalidationrules"));
    assert_eq!(rules.count(), 2);
}
