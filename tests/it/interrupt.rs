use std::time::Duration;

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::support::stub::answer;
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

async fn interrupted_wait(name: &str) -> String {
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
    let mut child = billing(args).at(&emulator).spawn();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("waiting until the update is done") {
        assert_ne!(stderr.read_line(&mut said).await.unwrap(), 0, "{said}");
    }
    signal(&child, name).await;
    let mut ended = Transcript::of(child).await;
    stderr.read_to_string(&mut ended.stderr).await.unwrap();
    assert_eq!(ended.code, Some(130));

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
async fn an_interrupted_wait_prints_a_token_that_resumes_it() {
    insta::assert_snapshot!(interrupted_wait("INT").await, @"
    error: interrupted

    hint: the update goes on without us; to wait for it, give the line on stdout to
      billing arm wait TOKEN --arm-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn a_terminated_wait_does_the_same() {
    assert_eq!(
        interrupted_wait("TERM").await,
        interrupted_wait("INT").await
    );
}

/// A server that the test itself speaks for.
async fn silent_server() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// The connection that `child` opens; a child that ends instead fails the test, which would wait for
/// ever otherwise.
async fn connection(listener: &TcpListener, child: &mut Child) -> TcpStream {
    tokio::select! {
        connection = listener.accept() => connection.unwrap().0,
        ended = child.wait() => panic!("it ended without a connection: {}", ended.unwrap()),
    }
}

#[tokio::test]
async fn an_interrupted_read_has_nothing_to_explain() {
    let (listener, url) = silent_server().await;
    let mut child = billing(["partner", "get", SAMPLE_CUSTOMER_ID])
        .at_url(&url)
        .spawn();
    let mut connection = connection(&listener, &mut child).await;
    assert_ne!(connection.read(&mut [0; 64]).await.unwrap(), 0);
    signal(&child, "INT").await;
    insta::assert_snapshot!(Transcript::of(child).await.refused(130), @"error: interrupted");
}

#[tokio::test]
async fn an_interrupted_write_may_have_taken_effect() {
    let (listener, url) = silent_server().await;
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=companyName=x",
        "--yes",
    ];
    let mut child = billing(args).at_url(&url).spawn();
    let mut reading = connection(&listener, &mut child).await;
    let profile = answer("200 OK", &[], r#"{"id": "7"}"#);
    assert_ne!(reading.read(&mut [0; 4096]).await.unwrap(), 0);
    reading.write_all(profile.as_bytes()).await.unwrap();
    drop(reading);
    let mut writing = connection(&listener, &mut child).await;
    assert_ne!(writing.read(&mut [0; 64]).await.unwrap(), 0);
    signal(&child, "INT").await;
    insta::assert_snapshot!(Transcript::of(child).await.refused(130), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  (none) → x
    error: interrupted

    hint: the update may have taken effect: look before you run it again
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn an_interrupt_is_heard_while_stdin_is_silent() {
    let args = ["partner", "update", SAMPLE_CUSTOMER_ID, "--body=-", "--yes"];
    let mut child = billing(args).spawn();
    // Held open, and never written to.
    let stdin = child.stdin.take();
    // It cannot be seen from outside that the command listens already: asked too early, it ends by the
    // signal itself, which is as good an end. A shell may have told its background jobs to ignore INT.
    signal(&child, "TERM").await;
    let ended = in_time(child.wait()).await.unwrap();
    assert!(
        ended.code() == Some(130) || ended.code().is_none(),
        "{ended}"
    );
    drop(stdin);
}
