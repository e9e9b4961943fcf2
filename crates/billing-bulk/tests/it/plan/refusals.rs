//! Plans that are refused, by name.

use std::fs;
use std::path::Path;
use std::time::Duration;

use billing_bulk::binding::Binding;
use billing_bulk::plan::{Plan, PlanFileError, PlanHeader, PlanInput, PlanStore, PlanWriter};
use rusqlite::Connection;
use tempfile::tempdir;

use super::{binding, created, finished, header, path, rows};

/// Edits a plan as a person with a SQL tool would, without its rules.
fn edit(path: &Path, sql: &str) {
    let connection = Connection::open(path).expect("a database");
    connection
        .execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF")
        .expect("without rules");
    connection.execute_batch(sql).expect(sql);
}

fn verify(path: &Path) -> Result<(), PlanFileError> {
    let plan = Plan::open(path)?;
    plan.verify(created(), &[binding()]).map(drop)
}

#[test]
fn every_edit_is_noticed() {
    let folder = tempdir().expect("a folder");
    let original = path(folder.path());
    drop(finished(&original, 6));
    let edited = folder.path().join("edited.plan");
    let columns = |table: &str| -> Vec<String> {
        let connection = Connection::open(&original).expect("a database");
        let mut query = connection
            .prepare("SELECT name FROM pragma_table_info(?1)")
            .expect("a query");
        let names = query.query_map([table], |row| row.get(0)).expect("names");
        names.collect::<Result<_, _>>().expect("names")
    };
    let mut edits = vec![
        "DELETE FROM rows WHERE number = 6".to_owned(),
        "DELETE FROM rows WHERE number = 2".to_owned(),
        "UPDATE rows SET number = 7 WHERE number = 6".to_owned(),
        "UPDATE rows SET number = 99 WHERE number = 1; \
         UPDATE rows SET number = 1 WHERE number = 2; \
         UPDATE rows SET number = 2 WHERE number = 99"
            .to_owned(),
        "INSERT INTO rows SELECT 7, 'key', profile, state, document, etag, hash, changes, cause, \
         findings, location, raw FROM rows WHERE number = 1"
            .to_owned(),
    ];
    for column in columns("header") {
        if !["id", "journal_id"].contains(&column.as_str()) {
            edits.push(format!("UPDATE header SET {column} = {}", changed(&column)));
        }
    }
    for column in columns("rows") {
        for number in 1..=6 {
            let changed = changed(&column);
            edits.push(format!(
                "UPDATE rows SET {column} = {changed} WHERE number = {number}"
            ));
        }
    }
    let mut noticed = 0;
    for sql in edits {
        fs::copy(&original, &edited).expect("a copy");
        edit(&edited, &sql);
        let same = dump(&original) == dump(&edited);
        match verify(&edited) {
            Ok(()) => assert!(same, "not noticed: {sql}"),
            Err(PlanFileError::Edited { .. }) => {
                assert!(!same, "{sql}");
                noticed += 1;
            }
            // Some texts cannot even be read as a header.
            Err(PlanFileError::Format { .. }) => assert!(sql.contains("bindings"), "{sql}"),
            Err(error) => panic!("{sql}: {error}"),
        }
    }
    assert!(noticed > 60, "{noticed}");
}

/// Another value than that of the column; NULL stays.
fn changed(column: &str) -> String {
    match column {
        "number" => "number + 100".to_owned(),
        "created" | "expires" => format!("{column} + 1"),
        // A byte in the middle, whatever it is.
        "document" | "hash" => {
            format!("CAST(substr({column}, 1, 5) || x'21' || substr({column}, 7) AS BLOB)")
        }
        "state" => "CASE state WHEN 'change' THEN 'no_change' ELSE 'change' END".to_owned(),
        "continues" => "'another'".to_owned(),
        "digest" => "replace(replace(digest, '1', '2'), 'a', 'b')".to_owned(),
        _ => format!("{column} || ' '"),
    }
}

fn dump(path: &Path) -> Vec<Vec<rusqlite::types::Value>> {
    let connection = Connection::open(path).expect("a database");
    let mut all = Vec::new();
    for (table, columns) in [("header", 12), ("rows", 12)] {
        let mut query = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("a query");
        let rows = query.query_map([], |row| (0..columns).map(|n| row.get(n)).collect());
        all.extend(
            rows.expect("rows")
                .collect::<Result<Vec<_>, _>>()
                .expect("rows"),
        );
    }
    all
}

#[test]
fn plan_for_something_else_is_refused_by_name() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    drop(finished(&path, 3));
    let verify = |connections: &[Binding]| {
        let plan = Plan::open(&path).expect("readable");
        plan.verify(created(), connections)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let name = path.display();
    let service = billing_bulk::Service::Partner;
    assert_eq!(verify(&[binding()]), Ok(()));
    assert_eq!(
        verify(&[]),
        Err(format!(
            "{name} has profiles of {service}, and there is no connection to it"
        ))
    );
    let origin = Binding {
        origin: "http://127.0.0.1:8080".to_owned(),
        ..binding()
    };
    assert_eq!(
        verify(&[origin]),
        Err(format!(
            "{name} is for the endpoint https://api.partnercenter.microsoft.com of {service}, and \
             the connection is to http://127.0.0.1:8080"
        ))
    );
    let version = Binding {
        api_version: "v2".to_owned(),
        ..binding()
    };
    assert_eq!(
        verify(&[version]),
        Err(format!(
            "{name} is for the api version v1 of {service}, and the connection is to v2"
        ))
    );
    for (tenant, shown) in [
        (Some("other".to_owned()), "other"),
        (None, "an unknown tenant"),
    ] {
        let tenant = Binding {
            tenant,
            ..binding()
        };
        assert_eq!(
            verify(&[tenant]),
            Err(format!(
                "{name} is for the tenant c7a1cb2a-5ff1-4a53-9b7a-9ad0ab6b4a4e of {service}, and \
                 the connection is to {shown}"
            ))
        );
    }
    let upper = Binding {
        tenant: binding().tenant.map(|tenant| tenant.to_uppercase()),
        ..binding()
    };
    assert_eq!(verify(&[upper]), Ok(()));
}

#[test]
fn expired_plan_is_refused() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    drop(finished(&path, 3));
    let verify = |seconds| {
        let plan = Plan::open(&path).expect("readable");
        let now = created() + Duration::from_secs(seconds);
        plan.verify(now, &[binding()])
            .map(drop)
            .map_err(|error| error.to_string())
    };
    assert_eq!(verify(86_399), Ok(()));
    assert_eq!(
        verify(86_400),
        Err(format!(
            "{} expired at 2027-01-16 08:00:00 UTC; make a new plan",
            path.display()
        ))
    );
}

#[test]
fn unfinished_plan_is_not_applied() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let mut writer = PlanWriter::open(&path, &header(), false).expect("a new plan");
    writer.add(&rows(1..=2)).expect("written");
    // No other process can use it while it is written.
    let error = Plan::open(&path).expect_err("in use");
    assert!(
        error.to_string().contains("another program holds it"),
        "{error}"
    );
    let error = PlanWriter::open(&path, &header(), false).expect_err("in use");
    assert!(
        error.to_string().contains("another program holds it"),
        "{error}"
    );
    drop(writer);
    assert!(matches!(
        verify(&path),
        Err(PlanFileError::Unfinished { .. })
    ));
}

#[test]
fn plan_is_replaced_only_on_request() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    drop(finished(&path, 3));
    let again = PlanWriter::open(&path, &header(), false);
    assert!(matches!(again, Err(PlanFileError::Finished { .. })));
    let writer = PlanWriter::open(&path, &header(), true).expect("replaced");
    assert_eq!(writer.last(), 0);
    drop(writer);

    let others = [
        (
            "input",
            PlanHeader {
                input: PlanInput {
                    sha256: "0".repeat(64),
                    ..header().input
                },
                ..header()
            },
        ),
        (
            "set of options",
            PlanHeader {
                input: PlanInput {
                    options: "{}".to_owned(),
                    ..header().input
                },
                ..header()
            },
        ),
        (
            "connection",
            PlanHeader {
                bindings: vec![],
                ..header()
            },
        ),
        (
            "journal to continue",
            PlanHeader {
                continues: Some("1b671a64-40d5-491e-99b0-da01ff1f3341".to_owned()),
                ..header()
            },
        ),
        (
            "version of the tool",
            PlanHeader {
                tool: "billing 2".to_owned(),
                ..header()
            },
        ),
    ];
    for (expected, other) in others {
        match PlanWriter::open(&path, &other, false) {
            Err(PlanFileError::OtherInput { what, .. }) => assert_eq!(what, expected),
            other => panic!("{other:?}"),
        }
        PlanWriter::open(&path, &other, true).expect("replaced");
        PlanWriter::open(&path, &header(), true).expect("replaced again");
    }
}

#[test]
fn other_files_are_not_touched() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    fs::write(&path, "customer_id,email").expect("writable");
    for error in [
        PlanWriter::open(&path, &header(), true).expect_err("no plan"),
        Plan::open(&path).expect_err("no plan"),
    ] {
        assert!(error.to_string().ends_with(" is not a plan"), "{error}");
    }
    assert_eq!(fs::read(&path).expect("readable"), b"customer_id,email");
    let missing = Plan::open(&folder.path().join("missing")).expect_err("missing");
    assert!(
        missing.to_string().ends_with("there is no such file"),
        "{missing}"
    );
}

#[test]
fn plan_of_a_newer_version_is_refused() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    drop(finished(&path, 3));
    edit(&path, "PRAGMA user_version = 3");
    let newer = PlanFileError::Newer {
        plan: path.display().to_string(),
        version: 3,
    };
    assert_eq!(verify(&path), Err(newer.clone()));
    assert_eq!(
        PlanWriter::open(&path, &header(), false).expect_err("newer"),
        newer
    );
}
