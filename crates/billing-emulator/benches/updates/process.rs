//! A server in its own process.

use billing_test::ServerProcess;

/// A server and its two hosts.
pub(crate) struct Process {
    process: ServerProcess,
    /// The hosts of Partner Center and of Azure Resource Manager.
    pub(crate) hosts: [String; 2],
}

impl Process {
    pub(crate) fn start(role: &str) -> Self {
        let process = ServerProcess::start(role);
        let (partner, arm) = process.ready().split_once(' ').unwrap();
        let hosts = [partner, arm].map(|url| url.strip_prefix("http://").unwrap().to_owned());
        Self { process, hosts }
    }

    /// Returns the CPU time used so far; NaN if the system does not report it.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        // The fields after the name, which can contain anything: user and system time are fields 14
        // and 15.
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let ticks = stat.ok().and_then(|stat| {
            let (_, fields) = stat.rsplit_once(')')?;
            let mut fields = fields.split_whitespace().skip(11);
            let user: f64 = fields.next()?.parse().ok()?;
            let system: f64 = fields.next()?.parse().ok()?;
            Some(user + system)
        });
        // Linux reports them in hundredths of a second.
        ticks.map_or(f64::NAN, |ticks| ticks / 100.0)
    }

    /// Returns the resident memory; NaN if the system does not report it.
    pub(crate) fn resident_bytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let kibibytes = status.ok().and_then(|status| {
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        });
        kibibytes.map_or(f64::NAN, |kibibytes| kibibytes * 1024.0)
    }
}
