//! Requests without connections, for simulations in one process.

use std::time::Duration;

use hyper::{Method, Request, Response, body::Bytes};

use crate::{
    emulator::Emulator,
    http::connection::{Connection, Override},
    server::exchange::{self, Exchange},
    service::Service,
};

/// A request that was handled: what its client would receive, and when.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Handled {
    /// What is sent to the client.
    pub sent: Sent,
    /// How long a planned fault delays it, by the emulator's clock; nothing has waited for it.
    pub delay: Duration,
}

/// What is sent to the client of a request.
#[derive(Debug, Clone)]
pub enum Sent {
    /// A whole response. That to HEAD has no body, but the headers of the response to GET.
    Response(Response<Bytes>),
    /// Bytes that a planned fault sends, and then the end of the connection: a response that is
    /// shorter than its `Content-Length`, or no HTTP at all.
    Raw(Bytes),
    /// Nothing: a planned fault resets the connection.
    Reset,
}

impl Sent {
    /// Returns the response if it is a whole one.
    pub fn response(self) -> Option<Response<Bytes>> {
        match self {
            Self::Response(response) => Some(response),
            Self::Raw(_) | Self::Reset => None,
        }
    }
}

impl Emulator {
    /// Handles a request to a service or the authority as its port would: with the same paths,
    /// state, rate limits, faults, clock and log, but without a connection, and at once.
    ///
    /// A simulation brings its own network: it delivers the request when it likes, once, twice or
    /// never, and what is sent as late as it likes, but not before
    /// [`delay`](Handled::delay). Requests are handled in the order of the calls. Only the room in
    /// memory for requests in flight is not bounded here.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID, Service, Token};
    /// use http::{Request, StatusCode};
    ///
    /// let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    /// let emulator = Emulator::builder()
    ///     .sample_data()
    ///     .seed(1)
    ///     .token(Token::new("simulated"))
    ///     .clock_at(start)
    ///     .in_process()?;
    /// let url = emulator.partner_url();
    /// let url = format!("{url}/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    /// let request = Request::put(url)
    ///     .header("Authorization", "Bearer simulated")
    ///     .header("Content-Type", "application/json")
    ///     .header("MS-RequestId", "7c0f4d3a-58b1-4e2c-9d6f-1a2b3c4d5e01")
    ///     .body(r#"{"companyName": "Contoso", "defaultAddress": {"country": "US"}}"#.into())?;
    /// // The network of this simulation duplicates the request.
    /// emulator.handle(Service::Partner, request.clone());
    /// emulator.set_clock(start + Duration::from_secs(2))?;
    /// let handled = emulator.handle(Service::Partner, request);
    /// let status = handled.sent.response().map(|response| response.status());
    /// assert_eq!(status, Some(StatusCode::OK));
    /// assert_eq!(emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn handle(&self, service: Service, request: Request<Bytes>) -> Handled {
        let context = &self.context;
        let (head, body) = request.into_parts();
        if let Some(response) = exchange::preflight(context, &head) {
            let (sent, delay) = (Sent::Response(response), Duration::ZERO);
            return Handled { sent, delay };
        }
        let is_head = head.method == Method::HEAD;
        let mut exchange = Exchange::begin(service, context, head);
        let limits = exchange.body_limits(!body.is_empty());
        exchange.request.keep(body, limits);
        let answered = exchange.respond(Ok(None));
        let delay = answered.delay().unwrap_or_default();
        let connection = Connection::default();
        let mut response = answered.send(&connection);
        let sent = match connection.overridden() {
            Some(Override::Raw(bytes)) => Sent::Raw(bytes.clone()),
            Some(Override::Reset) => Sent::Reset,
            None => {
                if is_head {
                    *response.body_mut() = Bytes::new();
                }
                Sent::Response(response)
            }
        };
        Handled { sent, delay }
    }
}
