//! What a journal is about: its table of one row, and its plans.

use std::time::SystemTime;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params_from_iter};

use crate::journal::entry::{NewEntry, PLAN};
use crate::journal::generation::Generation;
use crate::journal::sqlite::columns;
use crate::journal::{PlanInfo, RunInfo};
use crate::sqlite::checksum::Checksum;
use crate::sqlite::time::{from_nanos, to_nanos};
use crate::sqlite::{checksum, column};

/// Returns what the journal is about; `None` if it is empty.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Option<RunInfo>> {
    let info = connection
        .query_row(
            "SELECT id, journal_id, bindings, has_begun, checksum FROM run",
            [],
            |row| {
                if !checksum::is_intact(row, 0..4)? {
                    return Err(column::invalid());
                }
                Ok(RunInfo {
                    id: row.get(1)?,
                    plans: Vec::new(),
                    bindings: column::parse(row, 2)?,
                    has_begun: row.get(3)?,
                })
            },
        )
        .optional()?;
    let Some(info) = info else { return Ok(None) };
    let plans = connection
        .prepare(
            "SELECT number, digest, tool, created, input_name, input_form, first_row, last_row, \
             checksum FROM plans ORDER BY number",
        )?
        .query_map([], |row| {
            if !checksum::is_intact(row, 0..8)? {
                return Err(column::invalid());
            }
            let rows = match row.get::<_, Option<i64>>(6)? {
                Some(_) => Some(column::unsigned(row, 6)?..=column::unsigned(row, 7)?),
                None => None,
            };
            let plan = PlanInfo {
                digest: row.get(1)?,
                tool: row.get(2)?,
                created: from_nanos(row.get(3)?),
                input: row.get(4)?,
                form: row.get(5)?,
                rows,
            };
            Ok((row.get::<_, u32>(0)?, plan))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    // The rows of a later plan without numbers are not complete.
    let plans = (plans.into_iter())
        .filter(|(number, plan)| *number == 1 || plan.rows.is_some())
        .map(|(_, plan)| plan)
        .collect();
    Ok(Some(RunInfo { plans, ..info }))
}

/// Stores what a new journal is about.
pub(super) fn create(connection: &mut Connection, new: &RunInfo) -> rusqlite::Result<RunInfo> {
    let info = RunInfo {
        has_begun: false,
        ..new.clone()
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    write(&transaction, &info)?;
    for (number, plan) in (1..).zip(&info.plans) {
        write_plan(&transaction, number, plan)?;
    }
    transaction.commit()?;
    Ok(info)
}

/// Stores what the journal is about, except its plans.
pub(super) fn write(transaction: &Transaction<'_>, info: &RunInfo) -> rusqlite::Result<()> {
    let values = columns::with_checksum(vec![
        1.into(),
        info.id.clone().into(),
        column::json(&info.bindings)?.into(),
        info.has_begun.into(),
    ]);
    transaction
        .execute(
            "INSERT OR REPLACE INTO run VALUES (?1, ?2, ?3, ?4, ?5)",
            params_from_iter(values),
        )
        .map(drop)
}

/// Stores a plan.
pub(super) fn write_plan(
    transaction: &Transaction<'_>,
    number: u32,
    plan: &PlanInfo,
) -> rusqlite::Result<()> {
    let row = |row: Option<&u64>| match row {
        Some(row) => column::number(*row).map(Value::Integer),
        None => Ok(Value::Null),
    };
    let rows = plan.rows.as_ref();
    let values = columns::with_checksum(vec![
        number.into(),
        plan.digest.clone().into(),
        plan.tool.clone().into(),
        to_nanos(plan.created).into(),
        column::optional(plan.input.clone()),
        column::optional(plan.form.clone()),
        row(rows.map(|rows| rows.start()))?,
        row(rows.map(|rows| rows.end()))?,
    ]);
    transaction
        .execute(
            "INSERT INTO plans VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (number) \
             DO UPDATE SET first_row = excluded.first_row, last_row = excluded.last_row, \
             checksum = excluded.checksum",
            params_from_iter(values),
        )
        .map(drop)
}

/// Completes a plan whose rows are stored: the numbers of its rows, and the entry of the history
/// that binds the run, the plan and its rows.
pub(super) fn complete_plan(
    transaction: &Transaction<'_>,
    generation: &Generation,
    time: SystemTime,
) -> rusqlite::Result<(PlanInfo, NewEntry)> {
    let number = generation.number;
    let mut rows = Checksum::default();
    let mut numbers: Option<(u64, u64)> = None;
    let mut query = transaction
        .prepare("SELECT number, commitment FROM profiles WHERE number > ?1 ORDER BY number")?;
    let mut found = query.query([column::number(generation.after)?])?;
    while let Some(row) = found.next()? {
        rows.add_columns(row, 0..2)?;
        let row = column::unsigned(row, 0)?;
        numbers = Some((numbers.map_or(row, |(first, _)| first), row));
    }
    let plan = PlanInfo {
        rows: numbers.map(|(first, last)| first..=last),
        ..generation.plan.clone()
    };
    write_plan(transaction, number, &plan)?;
    let mut commitment = Checksum::default();
    transaction.query_row("SELECT journal_id, bindings FROM run", [], |row| {
        commitment.add_columns(row, 0..2)
    })?;
    let checksum = "SELECT checksum FROM plans WHERE number = ?1";
    transaction.query_row(checksum, [number], |row| commitment.add_columns(row, 0..1))?;
    commitment.add(ValueRef::Blob(&rows.finish()));
    let mut entry = NewEntry::new(None, time, PLAN);
    entry.commitment = Some(commitment.finish());
    Ok((plan, entry))
}
