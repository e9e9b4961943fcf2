//! A bulk update from its plan to its undo, in which most things go wrong that can.
//!
//! `cargo xtask soak --scenario` runs the same test with 2,000 profiles.

#![allow(
    clippy::print_stdout,
    reason = "a failed run is followed by what it has printed"
)]

mod operator;
mod trouble;

use crate::bulk::scenario::operator::{Operator, Settings};

#[tokio::test]
async fn troubled_run_is_undone_to_the_first_state() {
    let settings = Settings::from_environment();
    println!("{settings:?}");
    let mut operator = Operator::start(settings).await;
    let first = operator.documents().await;
    let mut run = operator.plan().await;

    operator.kill(&run).await;
    operator.meet_challenge(&run).await;
    operator.kill(&run).await;
    operator.pause(&run).await;

    let [failed, unknown] = operator.settle(&run).await;
    // Of a wrong row that was being sent when the process was killed, the outcome is unknown.
    let not_done = failed + unknown;
    assert!(not_done >= settings.wrong(), "{not_done} rows are not done");
    assert!(unknown > 0, "a lost update has an unknown outcome");
    operator.finish(&mut run).await;
    assert_eq!(operator.effective_writes().await, [1]);
    let changed = operator.documents().await;
    assert_eq!(changed.len(), first.len());
    let same = changed.iter().filter(|(id, now)| first[*id] == **now);
    assert_eq!(same.count(), 0, "every profile was changed");
    operator.check(&run).await;

    let mut undo = operator.undo(&run).await;
    operator.finish(&mut undo).await;
    operator.check(&undo).await;
    assert_eq!(operator.effective_writes().await, [2]);
    let last = operator.documents().await;
    let other: Vec<_> = first.keys().filter(|id| last[*id] != first[*id]).collect();
    assert_eq!(other, Vec::<&String>::new(), "not as before");
    println!("ended after {:?}", operator.elapsed());
}
