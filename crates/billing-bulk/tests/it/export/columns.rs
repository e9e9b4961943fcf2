//! The columns and cells of an export.

use std::path::{Path, PathBuf};

use billing_bulk::document::{Document, Version};
use billing_bulk::export::{ExportError, ExportOptions, Exported, export};
use billing_bulk::output::OutputError;
use billing_bulk::plan::{Outcome, PlanRow, Source};
use billing_bulk::target::Cause;
use billing_bulk::{Members, ProfileId, Service};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::planner::fake::MemoryStore;

/// The rows of an export, and a folder for the file.
struct Profiles {
    store: MemoryStore,
    folder: TempDir,
}

impl Profiles {
    fn new() -> Self {
        Self {
            store: MemoryStore::default(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn add(&mut self, profile: ProfileId, outcome: Outcome) {
        self.store.rows.push(PlanRow {
            number: self.store.rows.len() as u64 + 1,
            profile,
            outcome,
            findings: Vec::new(),
            source: Source::default(),
        });
    }

    fn with(mut self, profile: ProfileId, document: &Value) -> Self {
        let version = Version::Etag("\"e\"".to_owned());
        let before = Document::new(document.to_string(), version);
        self.add(profile, Outcome::NoChange { before });
        self
    }

    fn without(mut self, profile: ProfileId) -> Self {
        let cause = Cause {
            code: "60003".to_owned(),
            message: "there is no such customer".to_owned(),
            ..Cause::default()
        };
        self.add(profile, Outcome::Unplanned(cause));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Exports to a file, and returns its text.
    fn export(&self, service: Service, name: &str, columns: &[&str]) -> (Exported, String) {
        let (path, members) = (self.path(name), Members::of(service));
        let mut options = ExportOptions::for_file(Path::new(name)).unwrap();
        if !columns.is_empty() {
            options = options
                .with_columns(members, columns.iter().copied())
                .unwrap();
        }
        let exported = export(&self.store, members, &path, &options).unwrap();
        (exported, std::fs::read_to_string(path).unwrap())
    }
}

#[test]
fn members_that_occur_are_columns_in_the_schema_s_order() {
    let profiles = Profiles::new()
        .with(
            ProfileId::partner("c1"),
            &json!({
                "id": "x", "links": {}, "attributes": {},
                "lastName": null,
                "email": "a@example.com",
                "defaultAddress": { "postalCode": "01067", "city": "Dresden", "new": 1 },
            }),
        )
        .with(
            ProfileId::partner("c2"),
            &json!({ "companyName": "=Fabrikam; GmbH", "culture": 5 }),
        )
        .without(ProfileId::partner("c3"));
    let (exported, text) = profiles.export(Service::Partner, "a.csv", &[]);
    assert_eq!(
        text,
        "service,customer_id,companyName,defaultAddress.city,defaultAddress.postalCode,email,\
         #name,#etag,#cause\n\
         partner,c1,,Dresden,01067,a@example.com,,\"\"\"e\"\"\",\n\
         partner,c2,=Fabrikam; GmbH,,,,=Fabrikam; GmbH,\"\"\"e\"\"\",\n\
         partner,c3,,,,,,,there is no such customer (60003)\n"
    );
    assert_eq!((exported.profiles, exported.unreadable), (3, 1));
    assert_eq!(exported.values_left_out, 0);
    let (_, lines) = profiles.export(Service::Partner, "a.jsonl", &[]);
    assert_eq!(
        lines.lines().next().unwrap(),
        "{\"service\":\"partner\",\"customer_id\":\"c1\",\"defaultAddress\":{\"city\":\"Dresden\",\
         \"postalCode\":\"01067\"},\"email\":\"a@example.com\",\"#etag\":\"\\\"e\\\"\"}"
    );
}

#[test]
fn named_columns_are_there_even_if_no_profile_has_them() {
    let document = json!({ "properties": {
        "displayName": "One",
        "invoiceEmailOptIn": true,
        "enabledAzurePlans": [{ "skuId": "0001", "skuDescription": "read-only" }],
    } });
    let profiles = Profiles::new().with(ProfileId::arm("70023418", "P-1"), &document);
    let columns = [
        "invoiceEmailOptIn",
        "poNumber",
        "properties.displayName",
        "poNumber",
    ];
    let (exported, text) = profiles.export(Service::Arm, "a.tsv", &columns);
    assert_eq!(
        text,
        "service\tbilling_account\tbilling_profile\tinvoiceEmailOptIn\tpoNumber\tdisplayName\t\
         #name\t#etag\n\
         arm\t70023418\tP-1\ttrue\t\tOne\tOne\t\"\"\"e\"\"\"\n"
    );
    assert_eq!(exported.columns.len(), 8);
    let (exported, _) = profiles.export(Service::Arm, "b.csv", &["address"]);
    assert_eq!(exported.columns.len(), 3 + 10 + 2);
    let (exported, _) = profiles.export(Service::Arm, "c.csv", &[]);
    assert_eq!(
        exported.columns[3..5],
        ["displayName".to_owned(), "invoiceEmailOptIn".to_owned()]
    );
    for unknown in ["poNummer", "status", "enabledAzurePlans.skuId"] {
        let options = ExportOptions::workbook();
        assert!(
            options
                .with_columns(Members::of(Service::Arm), [unknown])
                .is_err()
        );
    }
}

#[test]
fn value_that_a_format_cannot_hold_is_left_out_by_name() {
    let document = json!({ "companyName": "a\0b", "email": "<clear>", "culture": "de-DE" });
    let profiles = Profiles::new().with(ProfileId::partner("c1"), &document);
    let (exported, text) = profiles.export(Service::Partner, "a.csv", &["culture", "companyName"]);
    assert!(text.contains("\npartner,c1,de-DE,,,"), "{text}");
    assert_eq!(exported.values_left_out, 2);
    let columns: Vec<_> = exported.left_out.iter().map(|one| &*one.column).collect();
    assert_eq!(columns, ["companyName", "#name"]);
    let (exported, text) = profiles.export(Service::Partner, "a.json", &["culture", "email"]);
    assert!(!text.contains("<clear>"), "{text}");
    assert_eq!(exported.left_out[0].column, "email");
    assert_eq!(
        exported.left_out[0].problem,
        "is the clear marker, which JSON does not take as a text"
    );
    let (exported, text) = profiles.export(Service::Partner, "b.csv", &["culture", "email"]);
    assert!(text.contains("partner,c1,de-DE,<clear>,"), "{text}");
    assert_eq!(exported.left_out.len(), 1);
}

#[test]
fn file_that_is_there_is_replaced_only_on_request() {
    let document = json!({ "culture": "de-DE" });
    let profiles = Profiles::new().with(ProfileId::partner("c1"), &document);
    profiles.export(Service::Partner, "a.csv", &[]);
    let options = ExportOptions::for_file(Path::new("a.csv")).unwrap();
    let path = profiles.path("a.csv");
    let members = Members::of(Service::Partner);
    let refused = export(&profiles.store, members, &path, &options);
    assert!(matches!(
        refused,
        Err(ExportError::Output(OutputError::Exists { .. }))
    ));
    export(&profiles.store, members, &path, &options.overwrite()).unwrap();
    for other in ["a", "a.txt", "a.xls", ".csv"] {
        assert!(ExportOptions::for_file(Path::new(other)).is_none());
    }
}
