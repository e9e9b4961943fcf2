//! The process that has a journal open for a run.

use std::time::SystemTime;
use std::{fmt, process};

use serde::{Deserialize, Serialize};

/// The process that has a journal open for a run, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The id of the process.
    pub process: Option<u32>,
    /// The name of its machine.
    pub host: Option<String>,
    /// The name of its user, as the user's system says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The name and version of the tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
}

/// A process that has recorded something in a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorder {
    /// Its number in the journal, from 1.
    pub number: u64,
    /// The process.
    pub holder: Holder,
    /// When it recorded something first.
    pub opened: SystemTime,
}

impl Holder {
    /// Returns this process.
    pub fn this_process() -> Self {
        let host = hostname::get().map(|name| name.to_string_lossy().into_owned());
        Self {
            process: Some(process::id()),
            host: host.ok(),
            user: None,
            tool: Some(concat!("billing-bulk ", env!("CARGO_PKG_VERSION")).to_owned()),
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
