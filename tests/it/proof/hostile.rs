//! A service that misbehaves once or always, and in between responds as the real one does.
//!
//! It counts how often a write took effect.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use billing_test::{Received, Script, Server, Step};

/// The service whose rules apply to writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// With an etag, behind a byte order mark; a PUT with a known id is not carried out again.
    AtPartnerCenter,
    /// Each PATCH is carried out.
    AtResourceManager,
}

/// How the service misbehaves.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) kept: Kept,
    /// The script of the connections of the first requests.
    pub(crate) steps: Vec<Step>,
    /// The number of these connections.
    pub(crate) times: usize,
    /// Whether a write takes effect before its response is damaged.
    pub(crate) is_done: bool,
    /// Whether the first request is accepted and carried out, so that polls see the misbehaviour.
    pub(crate) is_accepted: bool,
    /// The number of reads after a write that show the profile from before.
    pub(crate) lag: usize,
}

pub(crate) struct Hostile {
    server: Server,
    service: Arc<Mutex<Service>>,
}

/// The profile and what the service remembers of requests.
struct Service {
    kept: Kept,
    lag: usize,
    known_ids: BTreeSet<String>,
    written: usize,
    reads: usize,
}

impl Hostile {
    pub(crate) async fn start(plan: Plan) -> Self {
        let service = Arc::new(Mutex::new(Service {
            kept: plan.kept,
            lag: plan.lag,
            known_ids: BTreeSet::new(),
            written: 0,
            reads: 0,
        }));
        let shared = Arc::clone(&service);
        let mut connections = 0;
        let server = Server::start_with(move || {
            connections += 1;
            Some(plan.script(connections, &shared))
        });
        Self {
            server: server.await,
            service,
        }
    }

    pub(crate) fn origin(&self) -> String {
        self.server.origin()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.server.received()
    }

    /// Returns how often a write took effect.
    pub(crate) fn written(&self) -> usize {
        self.service.lock().unwrap().written
    }

    pub(crate) fn connections(&self) -> usize {
        self.server.connections()
    }
}

impl Plan {
    /// Returns what the service does on a connection, counted from one.
    fn script(&self, connection: usize, service: &Arc<Mutex<Service>>) -> Script {
        let with = |respond: fn(&mut Service, &Received) -> Vec<u8>| {
            let service = Arc::clone(service);
            Step::RespondWith(Arc::new(move |request| {
                respond(&mut service.lock().unwrap(), request)
            }))
        };
        let accepts = usize::from(self.is_accepted);
        if connection <= accepts {
            let accept = with(|service, request| {
                service.respond(request);
                http("202 Accepted\nLocation: /op", "")
            });
            return Script::from([Step::Read, accept]);
        }
        if connection - accepts > self.times {
            return Script::from([Step::Read, with(Service::respond)]);
        }
        let mut steps = Vec::new();
        for step in &self.steps {
            steps.push(step.clone());
            if self.is_done && matches!(step, Step::Read) {
                // It takes effect, and the response is lost.
                steps.push(with(|service, request| {
                    service.respond(request);
                    Vec::new()
                }));
            }
        }
        Script::from(steps)
    }
}

impl Service {
    /// Carries out a request and returns the response.
    fn respond(&mut self, request: &Received) -> Vec<u8> {
        match (request.method(), self.kept) {
            ("PUT", Kept::AtPartnerCenter) if self.known_ids.insert(id(request).to_owned()) => {
                let etag = format!("\"{}\"", etag(self.written));
                if request.header("if-match") != Some(&etag) {
                    return http("400 Bad Request", STALE);
                }
                self.written += 1;
            }
            ("PATCH", Kept::AtResourceManager) => self.written += 1,
            ("GET", _) if self.written > 0 && self.reads < self.lag => {
                self.reads += 1;
                return http("200 OK", &profile(self.kept, 0));
            }
            _ => {}
        }
        http("200 OK", &profile(self.kept, self.written))
    }
}

/// Returns the id of a request at either service.
pub(crate) fn id(request: &Received) -> &str {
    request
        .header("ms-requestid")
        .or_else(|| request.header("x-ms-client-request-id"))
        .unwrap()
}

const STALE: &str =
    r#"{"code":2055,"description":"Etag is no longer valid","data":[],"source":"PartnerFD"}"#;

/// Returns the etag after this many writes.
pub(crate) fn etag(written: usize) -> usize {
    10 + written
}

/// Returns the profile after this many writes.
pub(crate) fn profile(kept: Kept, written: usize) -> String {
    let changed = if written == 0 { "before" } else { "after" };
    match kept {
        Kept::AtPartnerCenter => format!(
            "\u{feff}{{\"id\":\"8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e\",\"companyName\":\"{changed}\",\
             \"attributes\":{{\"etag\":\"{}\",\"objectType\":\"CustomerBillingProfile\"}}}}",
            etag(written)
        ),
        Kept::AtResourceManager => format!(
            "{{\"id\":\"/providers/Microsoft.Billing/billingAccounts/account:1/billingProfiles/p1\",\"name\":\"p1\",\"type\":\"Microsoft.Billing/billingAccounts/billingProfiles\",\
             \"properties\":{{\"poNumber\":\"{changed}\"}}}}"
        ),
    }
}

/// A whole response, after which the connection is closed; `head` is the status and the headers,
/// one per line.
pub(crate) fn http(head: &str, body: &str) -> Vec<u8> {
    let head = head.replace('\n', "\r\n");
    format!(
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
