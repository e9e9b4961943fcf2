//! One request to a service or the authority, whatever brought it: finds the planned fault that it
//! meets, checks its host, has the service respond, and logs it.

use std::time::{Duration, SystemTime};

use hyper::{
    Method, StatusCode,
    header::{self, HeaderValue},
    http::{request::Parts, uri::PathAndQuery},
};

use crate::{
    arm, authority,
    clock::{self, Stopwatch},
    context::Context,
    faults::{active::MatchedFault, check::CheckedFault},
    http::{
        budget::{self, Room},
        connection::Connection,
        content_length, cors, host,
        request::{BodyLimits, Request},
        response::{self, Response},
    },
    partner,
    service::Service,
    store::log::LoggedRequest,
};

/// A request whose head has come.
pub(crate) struct Exchange<'a> {
    context: &'a Context,
    service: Service,
    pub(crate) request: Request,
    /// The method as it was sent: HEAD is served as GET.
    method: Method,
    path: String,
    time: SystemTime,
    watch: Stopwatch,
    /// The origin of the page that sent the request, if it is allowed.
    page: Option<HeaderValue>,
    fault: Option<MatchedFault>,
    demands_token: bool,
    refusal: Option<Response>,
}

/// A request that was handled and logged; its response has not been sent.
pub(crate) struct Answered<'a> {
    context: &'a Context,
    service: Service,
    method: Method,
    fault: Option<MatchedFault>,
    response: Option<Response>,
}

/// There is no room in memory for the body of a request or for its response.
pub(crate) struct NoRoom;

impl<'a> Exchange<'a> {
    /// Counts the request, finds the fault that it meets, and checks its host.
    pub(crate) fn begin(service: Service, context: &'a Context, head: Parts) -> Self {
        let watch = Stopwatch::start();
        let time = context.clock.now();
        let path = head.uri.path_and_query();
        let path = path.map_or("/", PathAndQuery::as_str).to_owned();
        let page = cors::allowed(&context.origins.cors, &head.headers);
        let method = head.method.clone();
        let mut request = Request::new(context.ids.next_request(), head);
        let fault = context.state().faults.find(service, method.as_str(), &path);
        request.serve_head_as_get();
        if let Some(change) = fault.as_ref().and_then(|fault| fault.checked.clock) {
            // The clock stays where it is rather than leave its range of years.
            let _ = context.move_clock(|clock| change.apply(clock));
        }
        let demands_token = context.options.authentication
            && match service {
                Service::Partner => true,
                Service::Arm => !arm::is_open(&request),
                Service::Authority => false,
            };
        let refusal = check_host(context, &request, demands_token);
        Self {
            context,
            service,
            request,
            method,
            path,
            time,
            watch,
            page,
            fault,
            demands_token,
            refusal,
        }
    }

    fn checked(&self) -> Option<&CheckedFault> {
        self.fault.as_ref().map(|fault| &*fault.checked)
    }

    fn is_done(&self) -> bool {
        self.checked().is_none_or(|fault| fault.is_done)
    }

    /// Returns the limits of the request's body. A body is not kept if the request is refused for
    /// its head, or if a fault replaces the service.
    pub(crate) fn body_limits(&self, has_body: bool) -> BodyLimits {
        let is_welcome = || {
            let caller = || self.context.caller(self.service, &self.request);
            !self.demands_token || caller().is_ok()
        };
        match self.is_done() && self.refusal.is_none() && has_body && is_welcome() {
            true => BodyLimits::DOCUMENT,
            false => BodyLimits::NOTHING,
        }
    }

    /// Has the service respond within the `room` that was reserved for a write, applies the fault,
    /// and logs the request.
    pub(crate) fn respond(mut self, room: Result<Option<Room>, NoRoom>) -> Answered<'a> {
        let done = match room {
            _ if !self.is_done() => None,
            Err(NoRoom) => Some(budget::busy()),
            Ok(_) if self.refusal.is_some() => self.refusal.take(),
            Ok(room) => Some(self.serve(room)),
        };
        let mut response = match &self.fault {
            None => done,
            Some(fault) => fault.response(done),
        };
        if let (Some(page), Some(response)) = (self.page.take(), &mut response) {
            cors::expose(page, response.headers_mut());
        }
        self.log(response.as_ref());
        Answered {
            context: self.context,
            service: self.service,
            method: self.method,
            fault: self.fault,
            response,
        }
    }

    fn serve(&mut self, room: Option<Room>) -> Response {
        let context = self.context;
        let mut response = self.handle();
        if self.checked().is_some_and(|fault| fault.is_duplicate) {
            self.request.number = context.ids.next_request();
            response = self.handle();
        }
        content_length::allow_head(&mut response);
        // Freed before a delay, which may be long.
        self.request.body = None;
        context.budgets.services.response(response, room)
    }

    fn handle(&self) -> Response {
        let (context, request) = (self.context, &self.request);
        match self.service {
            Service::Partner => partner::respond(context, request),
            Service::Arm => {
                let planned = self.checked().map(|fault| fault.operation.clone());
                arm::respond(context, request, planned.unwrap_or_default())
            }
            Service::Authority => authority::respond(context, request),
        }
    }

    fn log(&mut self, response: Option<&Response>) {
        let status = response.map_or(0, |response| response.status().as_u16());
        let fault = self.checked().map(|fault| fault.name.clone());
        let path = std::mem::take(&mut self.path);
        let (service, method) = (self.service, self.method.as_str());
        tracing::info!(%service, method, path, status, fault, "answered");
        self.context.log(LoggedRequest {
            number: 0,
            time: clock::milliseconds(self.time),
            service,
            method: method.to_owned(),
            path,
            status,
            ms: self.watch.ms(),
            fault,
        });
    }
}

impl Answered<'_> {
    /// Returns how long a fault delays the response.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.fault.as_ref().map(|fault| fault.checked.delay)
    }

    /// Returns the response to send, unless a fault takes the connection over.
    pub(crate) fn send(self, connection: &Connection) -> Response {
        let context = self.context;
        let response = self.response.map(|response| dated(response, context));
        if let Some(fault) = self.fault {
            let budget = &context.budgets.services;
            fault.send(connection, budget, &self.method, response.as_ref());
        }
        content_length::measured(response.unwrap_or_default(), self.service)
    }
}

/// Returns the response to a browser's preflight, which is no request to a service.
pub(crate) fn preflight(context: &Context, head: &Parts) -> Option<Response> {
    let page = cors::allowed(&context.origins.cors, &head.headers)?;
    let response = cors::preflight(&page, head)?;
    Some(dated(response, context))
}

/// Returns an error if the request names two hosts (RFC 9112, section 3.2), or a host that is not
/// this machine where no token is demanded.
pub(super) fn check_host(
    context: &Context,
    request: &Request,
    demands_token: bool,
) -> Option<Response> {
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

/// Sets the date by the emulator's clock; hyper would use the machine's.
pub(super) fn dated<B>(mut response: hyper::Response<B>, context: &Context) -> hyper::Response<B> {
    let date = clock::date(context.clock.now());
    response.headers_mut().insert(header::DATE, date);
    response
}
