//! The logs of the HTTP/2 library. Both services use HTTP/2 over TLS; here it runs without TLS.

use super::super::record::Recorder;
use super::{CANARY, TOKEN, arm_profile, require_none};

#[tokio::test]
async fn http_2_logs_neither_headers_nor_bodies() {
    let (recorder, _guard) = Recorder::start();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(async move {
        let mut connection = h2::server::handshake(theirs).await.unwrap();
        let (request, mut respond) = connection.accept().await.unwrap().unwrap();
        assert!(request.headers().contains_key("authorization"));
        let answer = http::Response::builder()
            .header("location", "/op?sig=canary")
            .header("set-cookie", "canary");
        let answer = answer.body(()).unwrap();
        let mut stream = respond.send_response(answer, false).unwrap();
        stream
            .send_data(arm_profile().into_bytes().into(), true)
            .unwrap();
        while connection.accept().await.is_some() {}
    });
    let (client, connection) = h2::client::handshake(ours).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut bearer = http::HeaderValue::from_str(&format!("Bearer {TOKEN}")).unwrap();
    bearer.set_sensitive(true);
    let request = http::Request::builder()
        .method("PATCH")
        .uri("https://service.example/op?sig=canary")
        .header("authorization", bearer)
        .header("x-plain", CANARY)
        .body(())
        .unwrap();
    let (answer, mut body) = client
        .ready()
        .await
        .unwrap()
        .send_request(request, false)
        .unwrap();
    body.send_data(arm_profile().into_bytes().into(), true)
        .unwrap();
    let mut answer = answer.await.unwrap().into_body();
    let mut length = 0;
    while let Some(chunk) = answer.data().await {
        length += chunk.unwrap().len();
    }
    assert_eq!(length, arm_profile().len());
    drop((answer, body));
    server.abort();
    connection.abort();
    let logged = recorder.lines();
    assert!(logged.iter().any(|line| line.starts_with("h2::")));
    require_none(&logged);
}
