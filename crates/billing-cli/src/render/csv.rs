//! CSV (RFC 4180) on stdout.

use std::io;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Returns records as CSV.
///
/// # Errors
/// None in memory.
pub(crate) fn records<const N: usize, T: AsRef<[u8]>>(
    records: impl IntoIterator<Item = [T; N]>,
) -> Result<String> {
    let failed = |error: io::Error| Failure::new(Exit::Failed, error).during("could not write CSV");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer
            .write_record(record)
            .map_err(|error| failed(error.into()))?;
    }
    let text = writer
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
