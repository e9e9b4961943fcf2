//! Where a journal in PostgreSQL is, and the connection to it.

use std::error::Error as _;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::journal::error::JournalError;
use crate::journal::holder::Holder;

/// The address of a journal.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    /// The address as errors show it: without a password.
    shown: String,
    /// The schema of the journal's tables.
    schema: String,
}

impl Address {
    /// Parses `postgres://user@host/database#name`.
    ///
    /// # Errors
    /// It is not such an address, or its name has other characters than letters, digits and `_`.
    pub(super) fn parse(address: &str) -> Result<Self, JournalError> {
        let (url, name) = match address.split_once('#') {
            Some((url, name)) => (url, Some(name)),
            None => (address, None),
        };
        let invalid = |shown: &str, problem: String| JournalError::Address {
            journal: shown.to_owned(),
            problem,
        };
        let mut config = Config::from_str(url).map_err(|error| {
            // The error names the part, and never the password.
            invalid("the address of the journal", describe(&error))
        })?;
        let shown = shown(&config, name);
        let schema = match name {
            None => "billing".to_owned(),
            Some(name) if is_name(name) => format!("billing_{}", name.to_ascii_lowercase()),
            Some(_) => {
                let problem = "its name, after `#`, may have letters, digits and `_`, at most 48";
                return Err(invalid(&shown, problem.to_owned()));
            }
        };
        config.application_name(application_name());
        Ok(Self {
            config,
            shown,
            schema,
        })
    }

    pub(super) fn schema(&self) -> &str {
        &self.schema
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Connects, with TLS unless the server is on this machine. The connection's own work is a task
    /// that ends with the client.
    ///
    /// # Errors
    /// There is no connection.
    pub(super) async fn connect(&self) -> Result<Client, JournalError> {
        let mut config = self.config.clone();
        config.options(self.options());
        let client = if self.is_local() {
            let (client, connection) = config
                .connect(NoTls)
                .await
                .map_err(|error| self.failed(&error))?;
            tokio::spawn(connection);
            client
        } else {
            // Neither the password nor the profiles may cross a network in plain text.
            config.ssl_mode(SslMode::Require);
            let tls = ClientConfig::builder_with_provider(Arc::new(
                rustls::crypto::ring::default_provider(),
            ))
            .with_safe_default_protocol_versions()
            .map_err(|error| self.refused(error.to_string()))?;
            let tls = tls
                .with_platform_verifier()
                .map_err(|error| self.refused(error.to_string()))?
                .with_no_client_auth();
            let (client, connection) = config
                .connect(MakeRustlsConnect::new(tls))
                .await
                .map_err(|error| self.failed(&error))?;
            tokio::spawn(connection);
            client
        };
        Ok(client)
    }

    /// Returns the settings of each session: its tables, and how soon the server notices that the
    /// machine of a session is gone.
    fn options(&self) -> String {
        let given = self.config.get_options().unwrap_or_default();
        format!(
            "{given} -c search_path={} -c synchronous_commit=on -c tcp_keepalives_idle=20 \
             -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
            self.schema
        )
    }

    fn is_local(&self) -> bool {
        self.config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost"
                    || name
                        .parse::<std::net::IpAddr>()
                        .is_ok_and(|address| address.is_loopback())
            }
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
    }

    /// Returns the error of a request to the server.
    pub(super) fn failed(&self, error: &tokio_postgres::Error) -> JournalError {
        let problem = if error.is_closed() {
            "the connection is gone; apply the plan again to resume".to_owned()
        } else {
            match next_step(error) {
                Some(step) => format!("PostgreSQL: {}; {step}", describe(error)),
                None => format!("PostgreSQL: {}", describe(error)),
            }
        };
        JournalError::Storage {
            journal: self.shown.clone(),
            problem,
        }
    }

    pub(super) fn refused(&self, problem: String) -> JournalError {
        JournalError::Format {
            journal: self.shown.clone(),
            problem,
        }
    }

    pub(super) fn no_journal(&self) -> JournalError {
        JournalError::Missing {
            journal: self.shown.clone(),
        }
    }
}

// The configuration has the password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.shown).finish()
    }
}

/// Returns an error with its cause. Details of the server, which quote values, are left out.
fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(error) = error.as_db_error() {
        return format!("{} ({})", error.message(), error.code().code());
    }
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Returns what to do about a connection that was not made.
fn next_step(error: &tokio_postgres::Error) -> Option<&'static str> {
    match error.code() {
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            Some("check the user and the password")
        }
        Some(&SqlState::INVALID_CATALOG_NAME) => Some("create the database, or name another one"),
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            Some("the user must be allowed to create a schema in the database")
        }
        Some(_) => None,
        None if error
            .source()
            .is_some_and(|source| source.is::<std::io::Error>()) =>
        {
            Some("check that the server runs there, and that this machine may connect to it")
        }
        None => None,
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=48).contains(&name.len()) && name.bytes().all(is_part)
}

fn shown(config: &Config, name: Option<&str>) -> String {
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(at, host)| {
        // One port stands for all hosts.
        let port = ports.get(at).or(ports.first()).unwrap_or(&5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}:{port}", path.display()),
        }
    });
    let hosts = hosts.collect::<Vec<_>>().join(",");
    let database = config.get_dbname().unwrap_or_default();
    let name = name.map(|name| format!("#{name}")).unwrap_or_default();
    format!("postgres://{hosts}/{database}{name}")
}

/// The longest application name that PostgreSQL keeps.
const LONGEST_NAME: usize = 63;
const PREFIX: &str = "billing-bulk ";

/// Returns the name that the server lists this process under.
fn application_name() -> String {
    let Holder { process, host, .. } = Holder::this_process();
    let host = host.unwrap_or_default();
    let mut name = format!("{PREFIX}{} {host}", process.unwrap_or_default());
    name.retain(|character| character.is_ascii_graphic() || character == ' ');
    name.truncate(LONGEST_NAME);
    name
}

/// Returns the process with this name.
pub(super) fn holder_of(application_name: &str) -> Holder {
    let Some(rest) = application_name.strip_prefix(PREFIX) else {
        return Holder::default();
    };
    let (process, host) = rest.split_once(' ').unwrap_or((rest, ""));
    Holder {
        process: process.parse().ok(),
        host: (!host.is_empty()).then(|| host.to_owned()),
        ..Holder::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, application_name, holder_of};
    use crate::journal::error::JournalError;
    use crate::journal::holder::Holder;

    #[test]
    fn passwords_are_never_shown() {
        let address = Address::parse("postgres://me:s3cret@db.example/runs#march").unwrap();
        assert_eq!(address.shown(), "postgres://db.example:5432/runs#march");
        assert_eq!(address.schema(), "billing_march");
        assert!(!format!("{address:?}").contains("s3cret"));
        for invalid in [
            "postgres://me:s3cret@db.example:port/runs",
            "postgres://me:s3cret@db.example/runs#a;b",
        ] {
            let error = Address::parse(invalid).unwrap_err();
            assert!(matches!(error, JournalError::Address { .. }), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn only_servers_on_this_machine_may_be_without_tls() {
        for (address, is_local) in [
            ("postgres://localhost/runs", true),
            ("postgres://127.0.0.1/runs", true),
            ("postgres://me@%2Frun%2Fpostgresql/runs", true),
            ("postgres://db.example/runs", false),
            ("postgres://localhost,db.example/runs", false),
            ("postgres://10.0.0.1/runs", false),
        ] {
            let parsed = Address::parse(address).unwrap();
            assert_eq!(parsed.is_local(), is_local, "{address}");
        }
    }

    #[test]
    fn server_names_the_process_of_a_run() {
        let holder = holder_of(&application_name());
        assert_eq!(holder.process, Some(std::process::id()));
        assert_eq!(holder_of("psql"), Holder::default());
    }
}
