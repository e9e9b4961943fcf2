//! What goes wrong by a plan.

use billing_emulator::{Emulator, FaultPlan, SAMPLE_CUSTOMER_ID};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn start(plan: &str) -> Emulator {
    let plan: FaultPlan = plan.parse().unwrap();
    let builder = Emulator::builder().sample_data().faults(plan);
    builder.start().await.unwrap()
}

/// All that comes back from Partner Center's side, to the end of the connection.
async fn send(emulator: &Emulator, method: &str, body: &str) -> String {
    let address = emulator.partner_url().strip_prefix("http://").unwrap();
    let request = format!(
        "{method} /v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        emulator.token().reveal(),
        body.len(),
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is reset gives what came before.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

fn writes(emulator: &Emulator) -> u64 {
    emulator
        .customer_effective_writes(SAMPLE_CUSTOMER_ID)
        .unwrap()
}

#[tokio::test]
async fn a_reset_answers_nothing_at_all_and_the_write_is_done_if_the_plan_says_so() {
    let plan = "[[fault]]\nmethod = \"put\"\nnth = 1\nreset = true\n[[fault]]\nmethod = \"PUT\"\nnth = 2\ncommitted = true\nreset = true";
    let emulator = start(plan).await;
    for done in [0, 1] {
        assert_eq!(send(&emulator, "PUT", "{}").await, "");
        assert_eq!(writes(&emulator), done);
    }
    assert!(
        send(&emulator, "PUT", "{}")
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
    let logged: Vec<_> = emulator.requests().iter().map(|one| one.status).collect();
    assert_eq!(logged, [0, 0, 200]);
}

#[tokio::test]
async fn an_answer_has_the_status_headers_and_body_of_the_plan_each_time() {
    let plan = "[[fault]]\nservice = \"partner\"\npath = \"/profiles/billing\"\nstatus = 503\nheaders = { Retry-After = \"7\" }\nbody = \"later\"";
    let emulator = start(plan).await;
    for _ in 0..2 {
        let answer = send(&emulator, "GET", "").await;
        assert!(
            answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
            "{answer}"
        );
        assert!(answer.contains("\r\nRetry-After: 7\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nlater"), "{answer}");
    }
}

#[tokio::test]
async fn what_fits_no_fault_is_answered_as_ever_and_of_two_faults_the_first_counts() {
    let plan = "[[fault]]\nmethod = \"GET\"\nnth = 2\nstatus = 500\n[[fault]]\nmethod = \"GET\"\nstatus = 502\n[[fault]]\nservice = \"arm\"\nreset = true";
    let emulator = start(plan).await;
    let mut statuses = Vec::new();
    for method in ["GET", "GET", "PUT", "GET"] {
        statuses.push(send(&emulator, method, "{}").await[9..12].to_owned());
    }
    assert_eq!(statuses, ["502", "500", "200", "502"]);
}
