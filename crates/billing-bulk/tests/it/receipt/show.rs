//! What a receipt says of a profile.

use billing_bulk::JournalReader as _;
use billing_bulk::journal::State;
use billing_bulk::journal::sqlite::SqliteReader;
use billing_bulk::receipt::Receipt;
use serde_json::json;
use tempfile::tempdir;

use super::record;
use crate::journal::{ids, profile, request_id, second};

#[tokio::test]
async fn receipt_has_who_when_values_and_ids() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    record(&path).await;
    let reader = SqliteReader::open(&path).unwrap();
    let row = reader.find(&profile(1)).await.unwrap().unwrap();
    let recorders = reader.recorders().await.unwrap();
    assert_eq!(recorders.len(), 1);
    assert_eq!(recorders[0].opened, second(0));
    let receipt = Receipt::of(&reader, &row, &recorders).await.unwrap();
    assert_eq!(receipt.state, State::Done);
    assert_eq!(receipt.location.as_deref(), Some("customers.csv:2"));
    let [change] = receipt.changes.as_slice() else {
        panic!("{receipt:?}")
    };
    assert_eq!(change.change.old, Some(json!("old@contoso.com")));
    assert_eq!(change.change.new, Some(json!("new@contoso.com")));
    assert_eq!(change.after, Some(json!("new@contoso.com")));
    let numbers: Vec<_> = receipt.entries.iter().map(|it| it.entry.number).collect();
    assert_eq!(numbers, [2, 3, 6]);
    let states = receipt.entries.iter().map(|it| it.entry.state);
    let expected = [State::Sending, State::Accepted, State::Done];
    assert!(states.eq(expected), "{receipt:?}");
    let (sent, done) = (&receipt.entries[0], &receipt.entries[2]);
    assert_eq!(sent.entry.request_id, Some(request_id(11)));
    assert_eq!(done.entry.ids, ids(1));
    assert_eq!(done.entry.time, second(5));
    let holder = done.holder.as_ref().unwrap();
    assert_eq!(holder.process, Some(std::process::id()));
    assert_eq!(holder.user.as_deref(), Some("operator"));
    assert_eq!(holder.tool.as_deref(), Some("billing 1.0"));
}
