//! The process that has a journal open for a run.

use std::{fmt, process};

use serde::{Deserialize, Serialize};

/// The process that has a journal open for a run, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The id of the process.
    pub process: Option<u32>,
    /// The name of its machine.
    pub host: Option<String>,
}

impl Holder {
    /// Returns this process.
    pub fn this_process() -> Self {
        let host = hostname::get().map(|name| name.to_string_lossy().into_owned());
        Self {
            process: Some(process::id()),
            host: host.ok(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.process {
            Some(process) => write!(f, "process {process}")?,
            None => f.write_str("another process")?,
        }
        match &self.host {
            Some(host) => write!(f, " on {host}"),
            None => Ok(()),
        }
    }
}
