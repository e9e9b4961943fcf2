//! Runs the command and formats its transcript.

pub(crate) mod browser;
pub(crate) mod stub;
#[cfg(target_os = "linux")]
pub(crate) mod terminal;

use std::fmt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use billing_emulator::{Emulator, EmulatorBuilder, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID};
use regex::Regex;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// Runs `work` with a timeout that no run comes near: a command that hangs fails its test instead
/// of stopping the suite.
pub(crate) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(600);
    tokio::time::timeout(limit, work)
        .await
        .expect("the command hangs")
}

/// Creates the command with these arguments, an empty environment and no config file.
pub(crate) fn billing<'a>(args: impl IntoIterator<Item = &'a str>) -> Billing {
    let mut command = Command::new(env!("CARGO_BIN_EXE_billing-under-test"));
    command.args(args).env_clear().kill_on_drop(true);
    command.env("HOME", "/nonexistent");
    Billing {
        command,
        stdin: Vec::new(),
    }
}

pub(crate) struct Billing {
    command: Command,
    stdin: Vec<u8>,
}

impl Billing {
    /// Uses this emulator, by its endpoints and its token.
    pub(crate) fn at(mut self, emulator: &Emulator) -> Self {
        self.command
            .args(["--partner-endpoint", emulator.partner_url()])
            .args(["--arm-endpoint", emulator.arm_url()]);
        self.token(emulator.token().reveal())
    }

    /// Uses this server for both services, with any token and without retries.
    pub(crate) fn at_url(mut self, url: &str) -> Self {
        self.command
            .args(["--partner-endpoint", url])
            .args(["--arm-endpoint", url])
            .arg("--retries=0");
        self.token("secret-of-the-test")
    }

    /// Resets ignored signals: this process may have inherited some from a shell's background job
    /// or `nohup`.
    pub(crate) fn hearing_signals(self) -> Self {
        if !cfg!(target_os = "linux") {
            return self;
        }
        self.below("env", &["--default-signal"])
    }

    /// Creates a shell whose `"$@"` is the command and whose stdout is a pipe without a reader.
    #[cfg(target_os = "linux")]
    pub(crate) fn in_shell(self, script: &str) -> Command {
        let mut command = self.below("sh", &["-c", script, "sh"]).command;
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped());
        command
    }

    /// Runs the command through another program.
    pub(crate) fn below(self, program: &str, args: &[&str]) -> Self {
        let inner = self.command.as_std();
        let mut command = Command::new(program);
        command
            .args(args)
            .arg(inner.get_program())
            .args(inner.get_args())
            .env_clear()
            .kill_on_drop(true);
        for (name, value) in inner.get_envs() {
            command.env(name, value.unwrap());
        }
        if let Some(folder) = inner.get_current_dir() {
            command.current_dir(folder);
        }
        Self { command, ..self }
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.env("BILLING_TOKEN", token)
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs the command in this folder.
    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Runs it to its end.
    pub(crate) async fn run(mut self) -> Transcript {
        let stdin = std::mem::take(&mut self.stdin);
        let mut child = self.spawn();
        let mut pipe = child.stdin.take().unwrap();
        // The command may end without reading.
        let _ = pipe.write_all(&stdin).await;
        drop(pipe);
        Transcript::of(child).await
    }

    /// Starts it, with pipes on all sides.
    pub(crate) fn spawn(mut self) -> Child {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs it in a shell that has set this umask.
    #[cfg(unix)]
    pub(crate) fn under_umask(self, umask: &str) -> Self {
        let command = self.command.as_std();
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().kill_on_drop(true);
        for (name, value) in command.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        shell
            .arg("-c")
            .arg(script)
            .arg(command.get_program())
            .args(command.get_args());
        Self {
            command: shell,
            stdin: self.stdin,
        }
    }

    /// The command itself, for other pipes.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }
}

/// The result of a run. Its `Display` form has ids, ports and other varying parts replaced.
pub(crate) struct Transcript {
    /// `None` if a signal ended the process.
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Transcript {
    pub(crate) async fn of(child: Child) -> Self {
        let output = in_time(child.wait_with_output()).await.unwrap();
        let transcript = Self {
            code: output.status.code(),
            signal: signal(output.status),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for text in [&transcript.stdout, &transcript.stderr] {
            assert!(
                !text.contains("secret-of-the-test"),
                "a token was printed: {text}"
            );
            assert!(!text.contains("panicked"), "{text}");
        }
        transcript
    }

    /// Returns stderr of a run that printed no data and ended with `code`.
    pub(crate) fn refused(&self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        assert_eq!(self.stdout, "");
        redact(self.stderr.trim_end())
    }

    /// Parses stdout as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self
            .code
            .map_or_else(|| "none".to_owned(), |code| code.to_string());
        write!(
            f,
            "exit code: {code}\n----- stdout -----\n{}\n----- stderr -----\n{}",
            redact(self.stdout.trim_end()),
            redact(self.stderr.trim_end())
        )
    }
}

/// Returns the signal that ended a process.
#[cfg(unix)]
pub(crate) fn signal(ended: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&ended)
}

#[cfg(not(unix))]
pub(crate) fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// Replaces the parts of a text that differ between runs.
pub(crate) fn redact(text: &str) -> String {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let rules = [
            (r"\bseed( is)? [0-9]+", "seed$1 <seed>"),
            (SAMPLE_CUSTOMER_ID, "<customer>"),
            (SAMPLE_ACCOUNT, "<account>"),
            (&SAMPLE_ACCOUNT.replace(':', "%3A"), "<account-encoded>"),
            // A resume token.
            (r"(\x1b\[2K)?[A-Za-z0-9_-]{150,}", "$1<token>"),
            (r"\b[0-9a-f]{64}\b", "<hex>"),
            (
                r"(\b|_)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
                "$1<guid>",
            ),
            (r"(127\.0\.0\.1|\[::1\]):[0-9]+", "$1:<port>"),
            (
                r"ms-cv(:|.:) (.?)[A-Za-z0-9+/]{22}\.([0-9]+)",
                "ms-cv$1 $2<vector>.$3",
            ),
            (r"-?\b[0-9]{15,20}\b", "<etag>"),
            (r"\(os error [0-9]+\)", "(os error)"),
            // Durations depend on the machine.
            (
                r"(running after|due in|asks for|pause of) [0-9]+ s\b",
                "$1 <n> s",
            ),
        ];
        let rules = rules.into_iter();
        rules
            .map(|(find, put)| (Regex::new(find).unwrap(), put))
            .collect()
    });
    RULES.iter().fold(text.to_owned(), |text, (find, put)| {
        find.replace_all(&text, *put).into_owned()
    })
}

/// Returns the builder of an emulator in this process, whose updates finish by polls, without
/// pauses.
pub(crate) fn sample() -> EmulatorBuilder {
    Emulator::builder()
        .sample_data()
        .retry_after(Duration::ZERO)
        .operation_time(Duration::from_secs(24 * 3600))
}

/// Returns method and status of the requests to an emulator.
pub(crate) fn requests(emulator: &Emulator) -> Vec<String> {
    let requests = emulator.requests().into_iter();
    requests
        .map(|one| format!("{} {}", one.method, one.status))
        .collect()
}
