//! A file that was exported and not edited changes nothing, whatever the profiles contain.

use std::path::Path;
use std::sync::Arc;

use billing_bulk::export::{ExportOptions, Exported, export};
use billing_bulk::input::{Delimiter, Encoding, Input, InputFormat, InputOptions, Newline};
use billing_bulk::plan::{
    self, PlanItems, PlanOptions, PlanStore as _, ReadOptions, account_profiles, all_customers,
    input_rows,
};
use billing_bulk::{Edits, Members, Service};
use billing_emulator::Emulator;
use billing_test::TestClock;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::planner::emulator::World;

const ACCOUNT: &str = "70023418";

/// Texts that formats, spreadsheets and inputs like to change.
fn text() -> impl Strategy<Value = String> {
    let hard = vec![
        "",
        " ",
        "\u{a0}",
        "\u{200b}",
        " Oslo",
        "Oslo ",
        "\u{a0}Oslo\u{feff}",
        "a\nb",
        "a\r\nb ",
        "\r",
        "\n",
        "\t",
        "<clear>",
        " <clear>",
        "<Clear>",
        " <CLEAR> ",
        "null",
        "true",
        "5",
        "0150",
        "+49 30 1",
        "=1+1",
        "-1",
        "@A1",
        "{}",
        "[]",
        "\"",
        "a\"b",
        ";",
        ",",
        "'",
        "#",
        "\0",
        "a\0",
        "\u{1}",
        "_x000D_",
        "\u{85}",
        "東京",
        "Zürich",
        "𝒳",
    ];
    prop_oneof![prop::sample::select(hard).prop_map(str::to_owned), ".{0,8}",]
}

/// A value of a text member.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => text().prop_map(Value::from),
        1 => Just(json!(null)),
    ]
}

/// An object with some of these members, each with a value.
fn object(names: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let member = (prop::sample::select(names), value());
    let member = member.prop_map(|(name, value)| (name.to_owned(), value));
    prop::collection::vec(member, 0..6).prop_map(Map::from_iter)
}

const ADDRESS: &[&str] = &[
    "city",
    "country",
    "postalCode",
    "addressLine1",
    "region",
    "unknown",
];

fn customer() -> impl Strategy<Value = Value> {
    let names = &[
        "companyName",
        "email",
        "culture",
        "lastName",
        "unknown",
        "id",
    ];
    (object(names), prop::option::of(object(ADDRESS))).prop_map(|(mut customer, address)| {
        if let Some(address) = address {
            customer.insert("defaultAddress".to_owned(), address.into());
        }
        customer.into()
    })
}

fn profile() -> impl Strategy<Value = Value> {
    let plan = object(&["skuId", "skuDescription"]);
    let section = object(&["displayName", "state"]);
    let flag = prop::sample::select(vec![json!(true), json!(false), json!(null)]);
    (
        object(&["displayName", "poNumber", "currency", "status", "unknown"]),
        prop::option::of(object(ADDRESS)),
        prop::option::of(prop::collection::vec(plan, 0..3)),
        prop::option::of(prop::collection::vec(section, 0..2)),
        prop::option::of(flag),
    )
        .prop_map(|(mut properties, address, plans, sections, flag)| {
            let mut insert = |name: &str, value: Option<Value>| {
                value.map(|value| properties.insert(name.to_owned(), value));
            };
            insert("address", address.map(Value::from));
            insert("enabledAzurePlans", plans.map(|plans| json!(plans)));
            let section = |properties| json!({ "properties": properties });
            let sections = sections.map(|all| all.into_iter().map(section).collect());
            insert("invoiceSections", sections);
            insert("invoiceEmailOptIn", flag);
            json!({ "properties": properties })
        })
}

fn formats() -> Vec<(&'static str, InputFormat)> {
    let (newline, encoding) = (Newline::CrLf, Encoding::Utf8Bom);
    let delimiter = Delimiter::Semicolon;
    vec![
        (
            "a.csv",
            InputFormat::Csv {
                delimiter,
                newline,
                encoding,
            },
        ),
        (
            "a.xlsx",
            InputFormat::Xlsx {
                sheet: "Profiles".to_owned(),
            },
        ),
        (
            "a.jsonl",
            InputFormat::JsonLines {
                newline: Newline::Lf,
                encoding: Encoding::Utf8,
            },
        ),
    ]
}

/// Exports profiles, plans the file, and returns what was exported and the changes.
async fn round_trip(
    world: &World,
    service: Service,
    items: PlanItems,
    folder: &Path,
) -> Vec<(Exported, Vec<String>)> {
    let clock = Arc::<TestClock>::default();
    let options =
        || PlanOptions::default().with_reading(ReadOptions::default().with_clock(clock.clone()));
    let mut profiles = world.writer(&folder.join("a.partial"));
    plan::make(items, &mut profiles, &world.targets, options())
        .await
        .unwrap();
    let mut done = Vec::new();
    for (name, format) in formats() {
        let path = folder.join(name);
        let exported = export(
            &profiles,
            Members::of(service),
            &path,
            &ExportOptions::new(format),
        )
        .unwrap();
        let input = Input::check(&*path, InputOptions::default()).unwrap();
        assert_eq!(input.counts().rows, exported.profiles);
        let working = folder.join(format!("{name}.plan"));
        let mut planned = world.writer(&working);
        let rows = input_rows(&input).unwrap();
        plan::make(rows, &mut planned, &world.targets, options())
            .await
            .unwrap();
        let changes = planned.rows().unwrap().flat_map(|row| {
            let row = row.unwrap();
            assert!(row.outcome.cause().is_none(), "{:?}", row.outcome.cause());
            let changes = row.outcome.changes().iter();
            let shown = |change: &billing_bulk::change::Change| {
                format!(
                    "{name} {}: {:?} {:?}",
                    change.name(),
                    change.old,
                    change.new
                )
            };
            changes.map(shown).collect::<Vec<_>>()
        });
        let changes = changes.collect();
        planned.discard().unwrap();
        std::fs::remove_file(path).unwrap();
        done.push((exported, changes));
    }
    profiles.discard().unwrap();
    done
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn plan_of_an_export_changes_nothing(
        customers in prop::collection::vec(customer(), 1..6),
        profiles in prop::collection::vec(profile(), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut builder = Emulator::builder();
            for (number, customer) in customers.iter().enumerate() {
                let id = format!("4d3cf487-70f4-4e1e-9ff1-{number:012}");
                builder = builder.customer(id, customer.clone());
            }
            for (number, profile) in profiles.iter().enumerate() {
                builder = builder.billing_profile(ACCOUNT, format!("P-{number}"), profile.clone());
            }
            let world = World::start(builder).await;
            let folder = tempfile::tempdir().unwrap();
            let partner = all_customers(&world.partner, Edits::default());
            let arm = account_profiles(&world.arm, ACCOUNT, Edits::default());
            for (service, items, count) in [
                (Service::Partner, partner, customers.len()),
                (Service::Arm, arm, profiles.len()),
            ] {
                for (exported, changes) in round_trip(&world, service, items, folder.path()).await {
                    assert_eq!(exported.profiles, count as u64);
                    assert_eq!(exported.unreadable, 0);
                    assert_eq!(changes, [""; 0]);
                }
            }
        });
    }
}
