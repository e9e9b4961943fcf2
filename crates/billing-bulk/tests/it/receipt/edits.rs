//! Every edit of a journal is found, also one with new checksums.

use std::path::{Path, PathBuf};

use billing_bulk::journal::sqlite::SqliteReader;
use billing_bulk::receipt::{Place, verify};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params, params_from_iter};
use sha2::{Digest as _, Sha256};
use tempfile::{TempDir, tempdir};

use super::{altered, record, verified};

/// The tables, and the columns of each that are under its checksum.
const TABLES: [(&str, std::ops::Range<usize>); 6] = [
    ("run", 0..4),
    ("plans", 0..8),
    ("holders", 0..6),
    ("profiles", 0..12),
    ("outcomes", 0..4),
    ("history", 1..11),
];

/// A journal that is edited with SQL.
struct Edited {
    _folder: TempDir,
    path: PathBuf,
    connection: Connection,
}

impl Edited {
    async fn new() -> Self {
        let folder = tempdir().unwrap();
        let path = folder.path().join("RUN.db");
        record(&path).await;
        let connection = open(&path);
        Self {
            _folder: folder,
            path,
            connection,
        }
    }

    fn rows(&self, table: &str) -> Vec<Vec<Value>> {
        let mut query = self
            .connection
            .prepare(&format!("SELECT * FROM {table} ORDER BY 1"))
            .unwrap();
        let columns = query.column_count();
        let rows = query.query_map([], |row| (0..columns).map(|n| row.get(n)).collect());
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Replaces the row with this key; false if the table does not take it.
    fn replace(&self, table: &str, key: &Value, row: &[Value]) -> bool {
        let places = vec!["?"; row.len()].join(", ");
        let remove = format!("DELETE FROM {table} WHERE rowid = ?");
        let insert = format!("INSERT INTO {table} VALUES ({places})");
        self.connection.execute_batch("SAVEPOINT edit").unwrap();
        self.connection.execute(&remove, [key]).unwrap();
        let inserted = self.connection.execute(&insert, params_from_iter(row));
        let end = match inserted {
            Ok(_) => "RELEASE edit",
            Err(_) => "ROLLBACK TO edit; RELEASE edit",
        };
        self.connection.execute_batch(end).unwrap();
        inserted.is_ok()
    }
}

/// Opens a journal for edits that the tables themselves would not allow.
fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; \
             PRAGMA synchronous = OFF",
        )
        .unwrap();
    connection
}

/// Returns the checksum of values, as the journal computes it.
fn checksum(values: &[Value]) -> Value {
    let mut hash = Sha256::new();
    for value in values {
        let integer;
        let (tag, bytes): (u8, &[u8]) = match value.into() {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(value) => {
                integer = value.to_be_bytes();
                (1, &integer)
            }
            ValueRef::Real(_) => unreachable!(),
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(bytes) => (4, bytes),
        };
        hash.update([tag]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    Value::Blob(hash.finalize().to_vec())
}

/// Returns every value that differs from this one in a byte.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![Value::Integer(1), Value::Text("x".to_owned())],
        Value::Integer(number) => vec![Value::Integer(number + 1), Value::Integer(number - 1)],
        Value::Text(text) => {
            let other = |at: usize| {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1;
                Value::Text(String::from_utf8(bytes).unwrap())
            };
            let others = (0..text.len()).map(other);
            others.chain([Value::Null]).collect()
        }
        Value::Blob(blob) => {
            let other = |at: usize| {
                let mut blob = blob.clone();
                blob[at] ^= 1;
                Value::Blob(blob)
            };
            (0..blob.len()).map(other).collect()
        }
        Value::Real(_) => unreachable!(),
    }
}

#[tokio::test]
async fn every_changed_byte_is_found() {
    let journal = Edited::new().await;
    let reader = SqliteReader::open(&journal.path).unwrap();
    let mut edits = 0;
    for (table, hashed) in TABLES {
        for row in journal.rows(table) {
            for column in 0..row.len() {
                for value in changed(&row[column]) {
                    let mut edited = row.clone();
                    edited[column] = value;
                    if hashed.contains(&column) {
                        edited[hashed.end] = checksum(&edited[hashed.clone()]);
                    }
                    if !journal.replace(table, &row[0], &edited) {
                        continue;
                    }
                    let result = verify(&reader, None).await;
                    assert!(result.is_err(), "{table}, column {column}: {edited:?}");
                    edits += 1;
                    assert!(journal.replace(table, &edited[0], &row));
                }
            }
        }
    }
    verified(&journal.path).await.unwrap();
    assert!(edits > 4_000, "{edits}");
}

#[tokio::test]
async fn every_removed_row_is_found() {
    let journal = Edited::new().await;
    let reader = SqliteReader::open(&journal.path).unwrap();
    for (table, _) in TABLES.into_iter().chain([("progress", 0..0)]) {
        let rows = journal.rows(table);
        for row in &rows {
            let remove = format!("DELETE FROM {table} WHERE rowid = ?");
            journal.connection.execute(&remove, [&row[0]]).unwrap();
            let result = verify(&reader, None).await;
            assert!(result.is_err(), "{table}: {row:?}");
            assert!(journal.replace(table, &Value::Null, row));
        }
    }
    verified(&journal.path).await.unwrap();
}

#[tokio::test]
async fn every_two_swapped_rows_are_found() {
    let journal = Edited::new().await;
    let reader = SqliteReader::open(&journal.path).unwrap();
    for (table, hashed) in TABLES {
        let rows = journal.rows(table);
        for (at, one) in rows.iter().enumerate() {
            for other in &rows[at + 1..] {
                let with_key = |row: &[Value], key: &Value| {
                    let mut row = row.to_vec();
                    row[0] = key.clone();
                    row[hashed.end] = checksum(&row[hashed.clone()]);
                    row
                };
                let swapped = [with_key(one, &other[0]), with_key(other, &one[0])];
                for key in [&one[0], &other[0]] {
                    let remove = format!("DELETE FROM {table} WHERE rowid = ?");
                    journal.connection.execute(&remove, [key]).unwrap();
                }
                for row in &swapped {
                    assert!(journal.replace(table, &Value::Null, row), "{table}");
                }
                let result = verify(&reader, None).await;
                assert!(result.is_err(), "{table}: {one:?} {other:?}");
                for row in [one, other] {
                    let remove = format!("DELETE FROM {table} WHERE rowid = ?");
                    journal.connection.execute(&remove, [&row[0]]).unwrap();
                }
                for row in [one, other] {
                    assert!(journal.replace(table, &Value::Null, row));
                }
            }
        }
    }
    verified(&journal.path).await.unwrap();
}

#[tokio::test]
async fn every_inserted_row_is_found() {
    let journal = Edited::new().await;
    let reader = SqliteReader::open(&journal.path).unwrap();
    for (table, hashed) in TABLES {
        for row in journal.rows(table) {
            let mut inserted = row.clone();
            inserted[0] = Value::Integer(journal.rows(table).len() as i64 + 1);
            if table == "profiles" {
                inserted[3] = Value::Text("partner/another".to_owned());
            }
            inserted[hashed.end] = checksum(&inserted[hashed.clone()]);
            assert!(journal.replace(table, &Value::Null, &inserted), "{table}");
            let result = verify(&reader, None).await;
            assert!(result.is_err(), "{table}: {inserted:?}");
            let remove = format!("DELETE FROM {table} WHERE rowid = ?");
            journal.connection.execute(&remove, [&inserted[0]]).unwrap();
        }
    }
    verified(&journal.path).await.unwrap();
}

/// A profile with a progress and a commitment of its own is not one of the plan.
#[tokio::test]
async fn inserted_profile_with_its_commitment_is_found() {
    let journal = Edited::new().await;
    let mut profile = journal.rows("profiles").remove(3);
    let mut progress = journal.rows("progress").remove(3);
    let (number, salt) = (Value::Integer(7), [9_u8; 32]);
    profile[0] = number.clone();
    profile[3] = Value::Text("partner/another".to_owned());
    profile[12] = checksum(&profile[..12]);
    let Value::Blob(hash) = &profile[12] else {
        unreachable!()
    };
    let commitment = Hmac::<Sha256>::new_from_slice(&salt).unwrap();
    let commitment = commitment.chain_update(hash).finalize();
    profile[13] = Value::Blob(commitment.into_bytes().to_vec());
    progress[0] = number;
    progress[1] = Value::Text("planned".to_owned());
    progress[9] = Value::Null;
    progress[10] = Value::Integer(0);
    progress[12] = Value::Blob(salt.to_vec());
    progress[13] = checksum(&progress[..13]);
    assert!(journal.replace("profiles", &Value::Null, &profile));
    assert!(journal.replace("progress", &Value::Null, &progress));
    let found = altered(verified(&journal.path).await);
    assert_eq!(found.place, Place::Plan(1), "{found}");
}

/// Without a copy of the head elsewhere, nothing tells of a cut that is made consistently.
#[tokio::test]
async fn cut_off_end_is_found_by_the_head_only() {
    let journal = Edited::new().await;
    let head = verified(&journal.path).await.unwrap().head;
    let mut progress = journal.rows("progress").remove(5);
    progress[2..10].fill(Value::Null);
    progress[1] = Value::Text("planned".to_owned());
    progress[10] = Value::Integer(0);
    progress[13] = checksum(&progress[..13]);
    assert!(journal.replace("progress", &Value::Integer(6), &progress));
    journal
        .connection
        .execute("DELETE FROM history WHERE id = ?1", params![13])
        .unwrap();
    verified(&journal.path).await.unwrap();
    let reader = SqliteReader::open(&journal.path).unwrap();
    let found = altered(verify(&reader, Some(head)).await);
    assert_eq!(found.place, Place::Head);
}

#[tokio::test]
async fn first_wrong_entry_is_named() {
    let journal = Edited::new().await;
    let edit = |sql: &str| journal.connection.execute(sql, []).unwrap();
    edit("UPDATE history SET correlation_id = 'other' WHERE id = 6");
    edit("UPDATE history SET time = time + 1 WHERE id = 9");
    let found = altered(verified(&journal.path).await);
    assert_eq!(found.to_string(), "entry 6: its checksum is wrong");
    let mut row = journal.rows("history").remove(5);
    row[11] = checksum(&row[1..11]);
    assert!(journal.replace("history", &Value::Integer(6), &row));
    let found = altered(verified(&journal.path).await);
    assert_eq!(found.place, Place::Entry(6));
    assert!(found.problem.starts_with("the chain is broken"), "{found}");
    let journal = Edited::new().await;
    let sql = "DELETE FROM history WHERE id = 4";
    journal.connection.execute(sql, []).unwrap();
    let found = altered(verified(&journal.path).await);
    assert_eq!(found.to_string(), "entry 4: it is missing");
}
