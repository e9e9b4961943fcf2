//! A report as CSV (RFC 4180): a line for each change of each profile.

use std::io::{self, Write};

use billing_bulk::ProfileId;
use billing_bulk::change::Change;
use billing_bulk::report::ReportRow;
use billing_bulk::run::hint;
use serde_json::Value;

const COLUMNS: [&str; 16] = [
    "row",
    "service",
    "customer_id",
    "billing_account",
    "billing_profile",
    "state",
    "path",
    "change",
    "old",
    "new",
    "writes",
    "last_step",
    "code",
    "cause",
    "hint",
    "erased",
];

/// A report as CSV. Its first columns are those of `billing bulk show --output csv`.
pub(super) struct CsvReport(csv::Writer<Vec<u8>>);

impl Default for CsvReport {
    fn default() -> Self {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Records of equal length can always be written to memory.
        let _ = writer.write_record(COLUMNS);
        Self(writer)
    }
}

impl CsvReport {
    /// Adds the lines of a profile: one for each change, or one without changes.
    pub(super) fn add(&mut self, row: &ReportRow) {
        let (customer, account, profile) = match &row.profile {
            ProfileId::Partner { customer_id } => (customer_id.as_str(), "", ""),
            ProfileId::Arm {
                billing_account,
                billing_profile,
            } => ("", billing_account.as_str(), billing_profile.as_str()),
        };
        let service = row.profile.service();
        let number = row.number.to_string();
        let writes = row.writes.to_string();
        let [time, erased] = [row.last_step, row.erased].map(|time| {
            let time = time.map(humantime::format_rfc3339_millis);
            time.map(|time| time.to_string()).unwrap_or_default()
        });
        let cause = row.cause.as_ref();
        let [code, message] = cause.map_or(["", ""], |cause| [&cause.code, &cause.message]);
        let hint = cause.map(hint).unwrap_or_default();
        let mut line = |[path, change, old, new]: [&str; 4]| {
            let state = row.state.as_str();
            let _ = self.0.write_record([
                &number,
                service.as_str(),
                customer,
                account,
                profile,
                state,
                path,
                change,
                old,
                new,
                &writes,
                &time,
                code,
                message,
                hint,
                &erased,
            ]);
        };
        if row.changes.is_empty() {
            line([""; 4]);
        }
        for Change { path, old, new } in &row.changes {
            let path = path.join(".");
            let verb = if new.is_some() { "set" } else { "clear" };
            line([service.short(&path), verb, &text(old), &text(new)]);
        }
    }

    /// Writes all lines.
    ///
    /// # Errors
    /// Those of `out`.
    pub(super) fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.0.flush()?;
        out.write_all(self.0.get_ref())
    }
}

fn text(value: &Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
