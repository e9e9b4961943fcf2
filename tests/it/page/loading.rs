//! The page before its first data arrives.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{browse, sample, start};

/// Starts a proxy of the control API that holds requests back until the gate opens, and returns
/// its address.
async fn before(control: &str, gate: watch::Receiver<bool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let control = control.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass_on(stream, control.clone(), gate.clone()));
        }
    });
    address
}

/// Passes one request on, with `connection: close`, so that no other follows on its connection.
async fn pass_on(mut stream: TcpStream, control: String, mut gate: watch::Receiver<bool>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            // Browsers open connections before they need them.
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let head = head.replace("Connection: keep-alive", "Connection: close");
    let is_of_api = head.starts_with("GET /api");
    if is_of_api && gate.wait_for(|is_open| *is_open).await.is_err() {
        return;
    }
    let mut onward = TcpStream::connect(control).await.unwrap();
    onward.write_all(head.as_bytes()).await.unwrap();
    // The browser may leave before the events end.
    let _ = copy_bidirectional(&mut stream, &mut onward).await;
}

#[tokio::test]
async fn each_part_says_that_it_loads_until_its_data_came() {
    let (emulator, _client, _) = start(sample()).await;
    let (open, gate) = watch::channel(false);
    let address = before(emulator.control_url(), gate).await;
    browse(&address, async move |page| {
        for part in ["log", "buckets", "faults", "resources"] {
            let shown = page.text(&format!("#{part}-loading")).await;
            assert_eq!(shown, "Loading…", "{part}");
            let shown = page.text(&format!("#{part}-empty")).await;
            assert_eq!(shown, "", "{part}");
        }
        open.send(true).unwrap();
        page.until("document.querySelectorAll('[id$=-loading]').length === 0")
            .await;
        for part in ["log", "buckets", "faults"] {
            let shown = page.text(&format!("#{part}-empty")).await;
            assert_ne!(shown, "", "{part}");
        }
        let shown = page.text("#resources").await;
        assert!(shown.contains("Contoso, Ltd."), "{shown}");
    })
    .await;
}
