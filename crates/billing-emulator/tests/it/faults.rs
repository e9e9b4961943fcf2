//! Planned faults: one file for each kind of effect.

use std::io;

use billing_emulator::{
    Emulator, EmulatorBuilder, Fault, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{API_VERSION, sample};

mod choice;
mod clients;
mod control;
mod delay;
mod operation;
mod refused;
mod sent;

fn planned(faults: impl IntoIterator<Item = Fault>) -> EmulatorBuilder {
    let plan = faults.into_iter().fold(FaultPlan::new(), FaultPlan::fault);
    sample().faults(plan)
}

async fn start(faults: impl IntoIterator<Item = Fault>) -> Emulator {
    planned(faults).start().await.unwrap()
}

fn profiles() -> String {
    format!("/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles")
}

fn profile() -> String {
    format!("{}/{SAMPLE_PROFILE}?{API_VERSION}", profiles())
}

/// Returns the number of writes that took effect in each service.
fn writes(emulator: &Emulator) -> [u64; 2] {
    let customer = emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
    let profile = emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    [customer.unwrap(), profile.unwrap()]
}

/// Sends a request that keeps the connection open, and returns all bytes until the connection ends,
/// with the error if it was reset.
async fn exchange(
    emulator: &Emulator,
    url: &str,
    method: &str,
    path: &str,
    body: &str,
) -> (Vec<u8>, Option<io::ErrorKind>) {
    let authority = url.strip_prefix("http://").unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        emulator.token().reveal(),
        body.len(),
    );
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    let end = stream.read_to_end(&mut seen).await;
    (seen, end.err().map(|error| error.kind()))
}

/// Returns the fault of each request, or a dot.
fn met(emulator: &Emulator) -> Vec<String> {
    let requests = emulator.requests().into_iter();
    let names = requests.map(|request| request.fault.unwrap_or_else(|| ".".to_owned()));
    names.collect()
}
