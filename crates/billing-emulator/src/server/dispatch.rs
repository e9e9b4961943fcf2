//! Dispatches a request: checks its host and origin, reserves memory, finds the fault that it
//! meets, has the service respond, and logs it.

use std::time::Duration;

use hyper::{
    Method, StatusCode,
    body::{Body as HttpBody, Bytes},
    header,
    http::uri::PathAndQuery,
};
use tokio::{sync::watch, time};

use crate::{
    arm, authority,
    clock::{self, Stopwatch},
    context::Context,
    control,
    http::{
        budget::{self, Budget, Room},
        connection::Connection,
        content_length, cors, host,
        request::{BodyLimits, Request},
        response::{self, Body, Response},
    },
    partner,
    service::Service,
    store::log::LoggedRequest,
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
    serve_head_as_get(&mut request);
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
    let watch = Stopwatch::start();
    let time = context.clock.now();
    let path = request.uri().path_and_query();
    let path = path.map_or("/", PathAndQuery::as_str).to_owned();
    let budget = &context.budgets.services;
    let (head, body) = request.into_parts();
    let page = cors::allowed(&context.origins.cors, &head.headers);
    if let Some(response) = page.as_ref().and_then(|page| cors::preflight(page, &head)) {
        return dated(response, context);
    }
    let method = head.method.clone();
    let mut request = Request::new(context.ids.next_request(), head);
    let fault = context.state().faults.find(service, method.as_str(), &path);
    serve_head_as_get(&mut request);
    let checked = fault.as_ref().map(|fault| &*fault.checked);
    if let Some(change) = checked.and_then(|fault| fault.clock) {
        // The clock stays where it is rather than leave its range of years.
        let _ = context.move_clock(|clock| change.apply(clock));
    }
    let is_done = checked.is_none_or(|fault| fault.is_done);
    let demands_token = context.options.authentication
        && match service {
            Service::Partner => true,
            Service::Arm => !arm::is_open(&request),
            Service::Authority => false,
        };
    let refusal = check_host(context, &request, demands_token);
    // A body is not kept if the request is refused for its head or a fault replaces the service.
    let is_welcome = || !demands_token || context.caller(service, &request).is_ok();
    let is_read = is_done && refusal.is_none() && !body.is_end_stream() && is_welcome();
    let limits = match is_read {
        true => BodyLimits::DOCUMENT,
        false => BodyLimits::NOTHING,
    };
    let received = receive(&mut request, body, limits, budget, connection).await;
    let done = match received {
        Received::Broken => return Response::default(),
        _ if !is_done => None,
        Received::Refused => Some(budget::busy()),
        Received::Whole(_) if refusal.is_some() => refusal,
        Received::Whole(room) => {
            let outcome = checked.and_then(|fault| fault.operation.clone());
            let mut response = match service {
                Service::Partner => partner::respond(context, &request),
                Service::Arm => arm::respond(context, &request, outcome),
                Service::Authority => authority::respond(context, &request),
            };
            content_length::allow_head(&mut response);
            // Freed before a delay, which may be long.
            request.body = None;
            Some(budget.response(response, room))
        }
    };
    let mut response = match &fault {
        None => done,
        Some(fault) => fault.response(done),
    };
    if let (Some(page), Some(response)) = (page, &mut response) {
        cors::expose(page, response.headers_mut());
    }
    let status = response.as_ref();
    let status = status.map_or(0, |response| response.status().as_u16());
    let name = checked.map(|fault| fault.name.clone());
    tracing::info!(%service, method = method.as_str(), path, status, fault = name, "answered");
    context.log(LoggedRequest {
        number: 0,
        time: clock::milliseconds(time),
        service,
        method: method.to_string(),
        path,
        status,
        ms: watch.ms(),
        fault: name,
    });
    if let Some(fault) = checked {
        tokio::select! {
            () = context.clock.wait(fault.delay) => {}
            _ = stop.changed() => {}
        }
    }
    let response = response.map(|response| dated(response, context));
    if let Some(fault) = fault {
        fault.send(connection, budget, &method, response.as_ref());
    }
    content_length::measured(response.unwrap_or_default(), service)
}

/// Returns an error if the request names two hosts (RFC 9112, section 3.2), or a host that is not
/// this machine where no token is demanded.
fn check_host(context: &Context, request: &Request, demands_token: bool) -> Option<Response> {
    let mut hosts = request.headers.get_all(header::HOST).iter();
    if hosts.nth(1).is_some() {
        let message = "the request has more than one Host header";
        return Some(response::error(StatusCode::BAD_REQUEST, message));
    }
    let is_meant = || match request.authority() {
        Some(authority) => host::is_own(&authority, &context.origins.own_names),
        // A browser always sends one.
        None => !request.headers.contains_key(header::HOST),
    };
    if demands_token || context.options.exposed || is_meant() {
        return None;
    }
    let message = "this is reached as localhost or by a loopback address; to reach it by another name, start the emulator with --tls --tls-name NAME or --expose";
    Some(response::error(StatusCode::MISDIRECTED_REQUEST, message))
}

/// Serves HEAD as GET; the body is not sent then (RFC 9110, section 9.3.2).
fn serve_head_as_get(request: &mut Request) {
    if request.method == Method::HEAD {
        request.method = Method::GET;
    }
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

/// Sets the date by the emulator's clock; hyper would use the machine's.
fn dated<B>(mut response: hyper::Response<B>, context: &Context) -> hyper::Response<B> {
    let date = clock::date(context.clock.now());
    response.headers_mut().insert(header::DATE, date);
    response
}
