//! The journal of an invented run with every state, made without a service.

use std::path::Path;
use std::time::{Duration, SystemTime};

use billing_bulk::binding::Binding;
use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{PlanInfo, RunInfo, Transition};
use billing_bulk::plan::Source;
use billing_bulk::target::{Cause, ResponseIds};
use billing_bulk::{Journal as _, ProfileId, Service};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Monday, 30 November 2026, 08:00 UTC.
const START: u64 = 1_796_025_600;

/// The values of the third row, which are hostile.
pub(super) const HOSTILE: &str =
    "</script><script>document.title = 'x'</script>\u{202e}\u{2028}&<b>";

/// How many transitions wait for one commit.
const AT_ONCE: u64 = 512;

/// Returns what the journal is about.
pub(super) fn info() -> RunInfo {
    let binding = |service, origin: &str, api_version: &str| Binding {
        service,
        origin: origin.to_owned(),
        api_version: api_version.to_owned(),
        tenant: Some("0d6f4a1c-2f0b-4b5f-9f0e-6b1f3d1a7c55".to_owned()),
    };
    RunInfo {
        id: "1b671a64-40d5-491e-99b0-da01ff1f3341".to_owned(),
        plans: vec![PlanInfo {
            digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            tool: "billing 0.1.0".to_owned(),
            created: SystemTime::UNIX_EPOCH + Duration::from_secs(START - 900),
            input: Some("customers-2026-11.csv".to_owned()),
            form: None,
            rows: None,
        }],
        bindings: vec![
            binding(
                Service::Partner,
                "https://api.partnercenter.microsoft.com",
                "v1",
            ),
            binding(
                Service::Arm,
                "https://management.azure.com",
                "2019-10-01-preview",
            ),
        ],
        has_begun: false,
    }
}

/// Writes the journal of a run of this many profiles.
pub(super) async fn journal(path: &Path, profiles: u64) {
    let info = info();
    let journal = SqliteJournal::open_or_create(path, &info).unwrap();
    journal
        .begin(
            &info.plans[0],
            SystemTime::UNIX_EPOCH + Duration::from_secs(START),
            &mut (1..=profiles).map(|number| Ok(row(number))),
        )
        .await
        .unwrap();
    for first in (1..=profiles).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let rows = first..(first + AT_ONCE).min(profiles + 1);
        join_all(rows.map(|number| record(&journal, number, profiles))).await;
    }
}

/// Returns a number that looks random.
fn noise(number: u64, salt: u64) -> u64 {
    let mixed = (number ^ (salt << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
}

fn one<'a>(of: &[&'a str], number: u64, salt: u64) -> &'a str {
    let index = usize::try_from(noise(number, salt)).unwrap() % of.len();
    of[index]
}

fn document(number: u64) -> Document {
    Document::new("{}", Version::Etag(format!("etag-{number}")))
}

fn row(number: u64) -> NewRow {
    let is_arm = number.is_multiple_of(4);
    let profile = if is_arm {
        ProfileId::arm(
            format!("0a1b2c3d-{:04}:8d5f6a7b_2019-05-31", number % 7),
            format!("BG7A-{number:05}"),
        )
    } else {
        ProfileId::partner(format!(
            "{:08x}-70f4-4e1e-9ff1-{number:012x}",
            noise(number, 1)
        ))
    };
    let change = |path: &str, old: Value, new: Value| {
        let value = |value: Value| (!value.is_null()).then_some(value);
        Change {
            path: path.split('.').map(str::to_owned).collect(),
            old: value(old),
            new: value(new),
        }
    };
    let city = one(
        &["Tacoma", "Augsburg", "Lyon", "Gdańsk", "Málaga"],
        number,
        2,
    );
    let changes = match (is_arm, number % 5) {
        _ if number == 3 => vec![change("companyName", json!("Fabrikam"), json!(HOSTILE))],
        (true, 0) => vec![
            change(
                "properties.poNumber",
                json!(null),
                json!(format!("PO-{number}")),
            ),
            change("properties.invoiceEmailOptIn", json!(false), json!(true)),
        ],
        (true, _) => vec![change(
            "properties.poNumber",
            json!(format!("PO-{}", number - 1)),
            json!(format!("PO-{number}")),
        )],
        (false, 0) => vec![
            change(
                "defaultAddress.city",
                json!(city.to_uppercase()),
                json!(city),
            ),
            change(
                "defaultAddress.postalCode",
                json!(null),
                json!(format!("{:05}", number % 99_999)),
            ),
            change(
                "defaultAddress.addressLine2",
                json!("c/o Accounting"),
                json!(null),
            ),
        ],
        (false, 1) => vec![
            change("language", json!("en"), json!("en-US")),
            change("culture", json!("en-GB"), json!("en-US")),
        ],
        (false, _) => vec![change(
            "email",
            json!(format!("office{number}@fabrikam.example")),
            json!(format!("billing{number}@fabrikam.example")),
        )],
    };
    NewRow {
        number,
        profile,
        before: document(number),
        changes,
        source: Source::default(),
    }
}

/// Returns when work on a row begins: ten each second, with a pause in the middle.
fn begins(number: u64, profiles: u64) -> SystemTime {
    let pause = if number > profiles / 2 {
        profiles * 8
    } else {
        0
    };
    let millis = number * 100 + pause + noise(number, 3) % 90;
    SystemTime::UNIX_EPOCH + Duration::from_secs(START) + Duration::from_millis(millis)
}

fn cause(code: &str, message: &str, status: Option<u16>) -> Cause {
    Cause {
        code: code.to_owned(),
        message: message.to_owned(),
        status,
        ..Cause::default()
    }
}

async fn record(journal: &SqliteJournal, number: u64, profiles: u64) {
    let begins = begins(number, profiles);
    let step = async |millis: u64, transition: Transition| {
        let time = begins + Duration::from_millis(millis);
        journal.record(number, time, transition).await.unwrap();
    };
    if number % 50 == 1 {
        let same = cause(
            "already_there",
            "the profile has the planned values already",
            None,
        );
        return step(
            40,
            Transition::Skip {
                cause: same,
                after: None,
            },
        )
        .await;
    }
    if number % 97 == 5 {
        let changed = "the profile was changed since it was planned: email";
        let changed = cause("changed_since_plan", changed, None);
        return step(60, Transition::Conflict(changed)).await;
    }
    let send = |attempt: u32| Transition::Send {
        attempt,
        request_id: format!("00000000-000{attempt}-4000-9000-{number:012}")
            .parse()
            .unwrap(),
        body: "{}".into(),
        if_match: None,
    };
    step(0, send(1)).await;
    let slow = if number.is_multiple_of(61) { 1_400 } else { 0 };
    let latency = 90 + noise(number, 4) % 160 + slow;
    let mut now = latency;
    if number.is_multiple_of(23) {
        let limit = cause("throttled", "the rate limit was exceeded", Some(429));
        step(now, Transition::Return(limit)).await;
        step(now + 2_000, send(2)).await;
        now += 2_000 + latency;
    }
    let refused = |code, message, status| Transition::Fail(cause(code, message, Some(status)));
    if number.is_multiple_of(4) {
        step(
            now,
            Transition::Accept {
                token: "token".to_owned(),
                ids: ResponseIds::default(),
            },
        )
        .await;
        now += 1_800;
    }
    let last = match number % 211 {
        2 => refused("600051", "the service refused the update", 400),
        3 | 4 if number > 4 => refused("27002", "the service refused the update", 400),
        7 => refused("900118", "there is no such customer", 404),
        9 => Transition::Lose(cause(
            "outcome_unknown",
            "whether the write took effect is not known: the connection was lost",
            None,
        )),
        _ => Transition::Finish {
            after: document(number),
            ids: ResponseIds::default(),
            note: None,
        },
    };
    step(now, last).await;
}
