//! Signals during reads, writes and waits.

use std::process::Stdio;
use std::time::Duration;

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::support::stub::{Stub, response};
use crate::support::{Transcript, billing, in_time, redact, sample};

/// Sends a signal to a child that still runs.
pub(crate) async fn signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id().unwrap());
    let sent = Command::new("sh")
        .args(["-c", &command])
        .status()
        .await
        .unwrap();
    assert!(sent.success());
}

async fn interrupted_wait(name: &str, number: i32) -> String {
    // Long enough that only the signal can end the waiting.
    let hour = Duration::from_secs(3600);
    let emulator = sample()
        .polls_until_done(1)
        .retry_after(hour)
        .start()
        .await
        .unwrap();
    let args = [
        "arm",
        "update",
        SAMPLE_ACCOUNT,
        SAMPLE_PROFILE,
        "--set=poNumber=PO-2",
        "--yes",
    ];
    let mut child = billing(args).at(&emulator).hearing_signals().spawn();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("waiting until the update is done") {
        assert_ne!(stderr.read_line(&mut said).await.unwrap(), 0, "{said}");
    }
    signal(&child, name).await;
    let mut ended = Transcript::of(child).await;
    stderr.read_to_string(&mut ended.stderr).await.unwrap();
    assert_eq!((ended.code, ended.signal), (None, Some(number)));

    let token = ended.stdout.trim_end().to_owned();
    assert_eq!(token.lines().count(), 1, "{token}");
    let done = billing(["arm", "wait", &token, "--output=json"])
        .at(&emulator)
        .run()
        .await;
    assert_eq!(done.json()["properties"]["poNumber"], "PO-2");
    assert_eq!(
        emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE),
        Some(1)
    );
    redact(&ended.stderr)
}

#[tokio::test]
async fn interrupted_wait_prints_a_token_and_ends_by_the_signal() {
    let said = interrupted_wait("INT", 2).await;
    insta::assert_snapshot!(said, @"
    error: interrupted

    hint: the update continues on the service; to wait for it, pass the resume token to
      billing arm wait TOKEN --arm-endpoint http://127.0.0.1:<port>
    ");
    for (name, number) in [("HUP", 1), ("QUIT", 3), ("TERM", 15)] {
        assert_eq!(interrupted_wait(name, number).await, said, "{name}");
    }
}

/// A full pipe without a reader.
#[cfg(target_os = "linux")]
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    use std::io::Write as _;
    let (reader, mut writer) = std::io::pipe().unwrap();
    // The capacity of a pipe on Linux, pipe(7).
    writer.write_all(&[0; 65_536]).unwrap();
    (reader, writer)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn interrupt_prints_a_token_that_stdout_does_not_take() {
    let emulator = sample().start().await.unwrap();
    let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
    let args = args
        .into_iter()
        .chain(["--set=poNumber=PO-2", "--yes", "--no-wait"]);
    let (reader, writer) = full_pipe();
    let mut command = billing(args).at(&emulator).hearing_signals().into_command();
    command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("accepted, not finished yet") {
        assert_ne!(stderr.read_line(&mut said).await.unwrap(), 0, "{said}");
    }
    signal(&child, "INT").await;
    let mut ended = Transcript::of(child).await;
    stderr.read_to_string(&mut ended.stderr).await.unwrap();
    assert_eq!(ended.signal, Some(2), "{}", ended.stderr);
    let token = ended.stderr.lines().last().unwrap().trim();
    let done = billing(["arm", "wait", token]).at(&emulator).run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    drop(reader);
}

#[tokio::test]
async fn interrupt_works_while_the_output_is_blocked() {
    use std::io::Read as _;
    let (mut reader, writer) = std::io::pipe().unwrap();
    // More than a pipe holds.
    let body = format!(
        r#"{{"name":"p","properties":{{"displayName":"{}"}}}}"#,
        "x".repeat(100_000)
    );
    let server = Stub::start([response("200 OK", &[], &body).as_str()]).await;
    let mut command = billing(["arm", "get", "a", "p", "--output=json"])
        .at_url(server.url())
        .hearing_signals()
        .into_command();
    command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    drop(command);
    let began = tokio::task::spawn_blocking(move || {
        reader.read_exact(&mut [0]).unwrap();
        reader
    });
    let mut reader = began.await.unwrap();
    signal(&child, "INT").await;
    let ended = Transcript::of(child).await;
    assert_eq!((ended.signal, ended.stderr.as_str()), (Some(2), ""));
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    let written = rest.len() + 1;
    assert!(written < 100_000, "it was all written: {written}");
}

/// Returns the output of a child that ended by an interrupt.
async fn interrupted(child: Child) -> String {
    let ended = Transcript::of(child).await;
    assert_eq!((ended.signal, ended.stdout.as_str()), (Some(2), ""));
    redact(ended.stderr.trim_end())
}

/// A server whose responses the test writes itself.
pub(crate) async fn silent_server() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Accepts the connection of `child`. A child that ends instead fails the test, which would
/// otherwise wait forever.
pub(crate) async fn connection(listener: &TcpListener, child: &mut Child) -> TcpStream {
    tokio::select! {
        connection = listener.accept() => connection.unwrap().0,
        ended = child.wait() => panic!("it ended without a connection: {}", ended.unwrap()),
    }
}

#[tokio::test]
async fn interrupted_read_needs_no_explanation() {
    let (listener, url) = silent_server().await;
    let mut child = billing(["partner", "get", SAMPLE_CUSTOMER_ID])
        .at_url(&url)
        .hearing_signals()
        .spawn();
    let mut connection = connection(&listener, &mut child).await;
    assert_ne!(connection.read(&mut [0; 64]).await.unwrap(), 0);
    signal(&child, "INT").await;
    insta::assert_snapshot!(interrupted(child).await, @"error: interrupted");
}

#[tokio::test]
async fn interrupted_write_may_have_taken_effect() {
    let (listener, url) = silent_server().await;
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=companyName=x",
        "--yes",
    ];
    let mut child = billing(args).at_url(&url).hearing_signals().spawn();
    let mut reading = connection(&listener, &mut child).await;
    let profile = r#"{"id": "7", "attributes": {"etag": "1"}}"#;
    let profile = response("200 OK", &[], profile);
    assert_ne!(reading.read(&mut [0; 4096]).await.unwrap(), 0);
    reading.write_all(profile.as_bytes()).await.unwrap();
    drop(reading);
    let mut writing = connection(&listener, &mut child).await;
    assert_ne!(writing.read(&mut [0; 64]).await.unwrap(), 0);
    signal(&child, "INT").await;
    insta::assert_snapshot!(interrupted(child).await, @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  (none) → x
    error: interrupted

    hint: the update may have taken effect: check the profile first
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port>
    if the change is missing, run the same update again with the same request id, so that Partner Center takes it for the same write: --request-id <guid>
    ");
}

#[tokio::test]
async fn interrupt_works_while_stdin_is_silent() {
    let args = ["partner", "update", SAMPLE_CUSTOMER_ID, "--body=-", "--yes"];
    let mut child = billing(args).spawn();
    // Held open, and never written to.
    let stdin = child.stdin.take();
    // No output shows that the command listens already. A signal that arrives too early ends it,
    // too.
    signal(&child, "TERM").await;
    let ended = in_time(child.wait()).await.unwrap();
    assert_eq!(crate::support::signal(ended), Some(15));
    drop(stdin);
}
