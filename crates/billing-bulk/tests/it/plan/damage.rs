//! Plans with damage anywhere: they are refused, or say what they said.

use std::fs;

use billing_bulk::journal::RunInfo;
use billing_bulk::journal::row::NewRow;
use billing_bulk::plan::{Plan, PlanFileError, PlanStore as _, PlanWriter};
use tempfile::tempdir;

use super::{binding, created, finished, header, path, rows};
use crate::journal::damage::{cases, damage};

/// Returns what a run takes over from a plan, as text.
fn taken(path: &std::path::Path, journal: &RunInfo) -> Result<String, PlanFileError> {
    let plan = Plan::open(path)?.verify(created(), &[binding()])?;
    let plan = plan.claim(journal)?;
    // A run begins with all rows, or with none.
    let rows: Result<Vec<NewRow>, _> = plan.into_rows().collect();
    let rows = rows.map_err(|error| PlanFileError::Storage {
        plan: String::new(),
        problem: error.to_string(),
    })?;
    let texts = rows.iter().map(|row| {
        let changes = serde_json::to_string(&row.changes).unwrap();
        format!(
            "{} {} {:?} {changes}\n",
            row.number,
            row.profile,
            row.before.json()
        )
    });
    Ok(texts.collect())
}

#[test]
fn damaged_plan_is_refused_or_means_the_same() {
    let folder = tempdir().unwrap();
    let original = path(folder.path());
    // An unfinished plan of other rows has pages of the same kinds.
    let mut other = PlanWriter::open(&original, &header(), false).unwrap();
    other.add(&rows(1..=40)).unwrap();
    drop(other);
    let earlier = fs::read(&original).unwrap();
    fs::remove_file(&original).unwrap();
    let plan = finished(&original, 60);
    let content = fs::read(&original).unwrap();
    let journal = plan.verify(created(), &[binding()]).unwrap().run_info();
    let expected = taken(&original, &journal).unwrap();

    let damaged = folder.path().join("damaged.plan");
    let (mut refused, mut same) = (0, 0);
    let (from, to) = cases(300);
    for case in from..to {
        let mut random = fastrand::Rng::with_seed(case);
        let mut content = content.clone();
        let what = damage(&mut content, &earlier, &mut random);
        fs::write(&damaged, content).unwrap();
        match taken(&damaged, &journal) {
            Ok(found) => {
                assert!(found == expected, "case {case}, {what}");
                same += 1;
            }
            Err(error) => {
                let text = error.to_string();
                let name = damaged.display().to_string();
                assert!(text.contains(&name), "case {case}, {what}: {text}");
                refused += 1;
            }
        }
    }
    println!("{refused} refused, {same} the same");
    assert!(refused > same && same > 0);
}
