//! Dispatches a request of a connection: reads its body within the memory that is free, has the
//! service or the control API respond, and waits for a planned delay.

use std::time::Duration;

use hyper::{
    Method,
    body::{Body as HttpBody, Bytes},
};
use tokio::{sync::watch, time};

use crate::{
    context::Context,
    control,
    http::{
        budget::{self, Budget, Room},
        connection::Connection,
        content_length,
        request::{BodyLimits, Request},
        response::{self, Body, Response},
    },
    server::exchange::{self, Exchange, NoRoom, check_host, dated},
    service::Service,
};

/// The longest that a request's body may take after its head.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The service behind a listener.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Service(Service),
    Control,
}

/// Responds to a request. `stop` ends a planned delay when it changes.
pub(crate) async fn respond<B: HttpBody<Data = Bytes> + Unpin>(
    side: Side,
    context: &Context,
    stop: watch::Receiver<()>,
    request: hyper::Request<B>,
    connection: Connection,
) -> hyper::Response<Body> {
    match side {
        Side::Service(service) => {
            let response = service_response(service, context, stop, request, &connection).await;
            response.map(response::body)
        }
        Side::Control => control_response(context, request, &connection).await,
    }
}

async fn control_response<B: HttpBody<Data = Bytes> + Unpin>(
    context: &Context,
    request: hyper::Request<B>,
    connection: &Connection,
) -> hyper::Response<Body> {
    let (head, body) = request.into_parts();
    let mut request = Request::new(0, head);
    request.serve_head_as_get();
    let refusal = check_host(context, &request, false);
    let limits = match request.uri.path() {
        _ if refusal.is_some() || !control::is_allowed(&request) => BodyLimits::NOTHING,
        "/api/state" => control::state::SNAPSHOT_LIMITS,
        _ => BodyLimits::DOCUMENT,
    };
    let budget = &context.budgets.control;
    let mut response = match receive(&mut request, body, limits, budget, connection).await {
        Received::Broken => Response::default().map(response::body),
        Received::Refused => budget::busy().map(response::body),
        Received::Whole(room) => match refusal {
            Some(refusal) => refusal.map(response::body),
            None => control::respond(context, &request, room),
        },
    };
    content_length::allow_head(&mut response);
    dated(response, context)
}

async fn service_response<B: HttpBody<Data = Bytes> + Unpin>(
    service: Service,
    context: &Context,
    mut stop: watch::Receiver<()>,
    request: hyper::Request<B>,
    connection: &Connection,
) -> Response {
    let (head, body) = request.into_parts();
    if let Some(response) = exchange::preflight(context, &head) {
        return response;
    }
    let mut exchange = Exchange::begin(service, context, head);
    let limits = exchange.body_limits(!body.is_end_stream());
    let budget = &context.budgets.services;
    let received = receive(&mut exchange.request, body, limits, budget, connection).await;
    let answered = match received {
        Received::Broken => return Response::default(),
        Received::Refused => exchange.respond(Err(NoRoom)),
        Received::Whole(room) => exchange.respond(Ok(room)),
    };
    if let Some(delay) = answered.delay() {
        tokio::select! {
            () = context.clock.wait(delay) => {}
            _ = stop.changed() => {}
        }
    }
    answered.send(connection)
}

/// The result of reading a request.
enum Received {
    /// All of it, with room for the response if it is a write.
    Whole(Option<Room>),
    /// Its body took too long, so its connection is reset.
    Broken,
    /// There was no room for its body or its response.
    Refused,
}

/// Reads the body of a request, and waits for room for its response.
async fn receive<B: HttpBody<Data = Bytes> + Unpin>(
    request: &mut Request,
    body: B,
    limits: BodyLimits,
    budget: &Budget,
    connection: &Connection,
) -> Received {
    let length = body.size_hint();
    let most = length.upper().unwrap_or(u64::MAX);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    // A body that is announced to be too large is not kept.
    let is_kept = length.lower() <= limits.bytes as u64;
    let room = if is_kept { most.min(limits.bytes) } else { 0 };
    let Some(_room) = budget.body(room).await else {
        return Received::Refused;
    };
    let read = time::timeout(BODY_TIME, request.read(body, limits)).await;
    if read.is_err() {
        connection.reset();
        return Received::Broken;
    }
    if [Method::GET, Method::HEAD].contains(&request.method) {
        return Received::Whole(None);
    }
    let sent = request.body.as_ref().map_or(0, Bytes::len);
    let room = budget.write(sent).await;
    room.map_or(Received::Refused, |room| Received::Whole(Some(room)))
}
