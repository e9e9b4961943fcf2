//! A server that sends the same response to every request, in a process of its own.

use std::sync::OnceLock;

use billing_test::{respond_forever, serve_for_parent};
use tokio::net::TcpListener;

use crate::documents;

/// The argument that makes this program the stub.
pub(crate) const SERVE: &str = "serve-stub";

/// Responds until the process that started it ends.
pub(crate) fn serve() {
    serve_for_parent(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        respond_forever(listener, respond).await;
    });
}

fn respond(request: &[u8]) -> &'static [u8] {
    static ARM: OnceLock<String> = OnceLock::new();
    static PARTNER: OnceLock<String> = OnceLock::new();
    let response = if request.starts_with(b"PATCH") {
        ARM.get_or_init(|| {
            response(
                "x-ms-request-id: 6a1f0c2e-31d4-4f7b-9c55-0d2b8e7a4c10\r\n\
                 x-ms-correlation-request-id: 0f3c9d1e-5b7a-4e2d-8a61-3c4b5d6e7f80\r\n\
                 x-ms-ratelimit-remaining-tenant-writes: 1199\r\n",
                &documents::arm_answer(),
            )
        })
    } else {
        PARTNER.get_or_init(|| {
            response(
                "MS-RequestId: 6a1f0c2e-31d4-4f7b-9c55-0d2b8e7a4c10\r\n\
                 MS-CorrelationId: 0f3c9d1e-5b7a-4e2d-8a61-3c4b5d6e7f80\r\n\
                 MS-CV: xqqtn+OEVE2ridoS.0\r\n",
                &documents::partner_answer(),
            )
        })
    };
    response.as_bytes()
}

fn response(headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 08:00:00 GMT\r\n\
         Content-Type: application/json; charset=utf-8\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
