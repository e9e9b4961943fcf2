//! Four listeners on loopback, and the way of a request from one of them to the log.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::Request,
    http::{Method, header, uri::PathAndQuery},
    response::Response,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time,
};

use crate::{
    Error, Service, arm, authority,
    budget::{self, Budget, Room},
    call::{BodyLimits, Call, Reply},
    clock::{Clock, Stopwatch},
    control, cors,
    faults::Met,
    head, host,
    log::{self, Answered},
    partner,
    state::Context,
    tls::Tls,
    wire::{self, Spelling, Wire},
};

/// For how long a request may take to bring its body after its head.
const BODY_TIME: Duration = Duration::from_secs(30);

/// For how long a caller may take to agree on how TLS is spoken.
const HANDSHAKE_TIME: Duration = Duration::from_secs(30);

/// Four ports in a row end at the last there is.
const LAST_FIRST_PORT: u16 = u16::MAX - 3;

pub(crate) struct Listeners {
    partner: (TcpListener, SocketAddr),
    arm: (TcpListener, SocketAddr),
    control: (TcpListener, SocketAddr),
    authority: (TcpListener, SocketAddr),
}

/// Base addresses without a slash at the end, as in `http://127.0.0.1:4711`.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) partner: String,
    pub(crate) arm: String,
    pub(crate) control: String,
    pub(crate) authority: String,
}

impl Listeners {
    pub(crate) async fn bind(address: SocketAddr, is_exposed: bool) -> Result<Self, Error> {
        if !address.ip().is_loopback() && !is_exposed {
            return Err(Error::NotLoopback { address });
        }
        if address.port() > LAST_FIRST_PORT {
            let message = format!("of four ports in a row the first is at most {LAST_FIRST_PORT}");
            return Err(Error::Bind {
                listener: "partner",
                address,
                source: io::Error::new(io::ErrorKind::InvalidInput, message),
            });
        }
        Ok(Self {
            partner: bind("partner", address, 0).await?,
            arm: bind("arm", address, 1).await?,
            control: bind("control", address, 2).await?,
            authority: bind("authority", address, 3).await?,
        })
    }

    pub(crate) fn addresses(&self, scheme: &str) -> Addresses {
        Addresses {
            partner: format!("{scheme}://{}", self.partner.1),
            arm: format!("{scheme}://{}", self.arm.1),
            control: format!("{scheme}://{}", self.control.1),
            authority: format!("{scheme}://{}", self.authority.1),
        }
    }
}

async fn bind(
    listener: &'static str,
    mut address: SocketAddr,
    offset: u16,
) -> Result<(TcpListener, SocketAddr), Error> {
    if address.port() != 0 {
        address.set_port(address.port().saturating_add(offset));
    }
    let failed = |source| Error::Bind {
        listener,
        address,
        source,
    };
    let bound = TcpListener::bind(address).await.map_err(failed)?;
    let local = host::reachable(bound.local_addr().map_err(failed)?);
    Ok((bound, local))
}

/// What is behind a listener.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Service(Service),
    Control,
}

impl Side {
    fn service(self) -> Option<Service> {
        match self {
            Self::Service(service) => Some(service),
            Self::Control => None,
        }
    }
}

/// What all connections to a listener share.
struct Server {
    side: Side,
    context: Arc<Context>,
    spelling: Spelling,
    tls: Option<Arc<Tls>>,
}

/// Serves until `stop` changes or its sender is gone; then each connection ends after the request
/// that it is in.
pub(crate) async fn serve(
    listeners: Listeners,
    context: Arc<Context>,
    tls: Option<Arc<Tls>>,
    stop: &watch::Receiver<()>,
) -> JoinSet<()> {
    let places = context
        .options
        .max_connections
        .clamp(1, Semaphore::MAX_PERMITS);
    // One for each connection that may be served at a time. The control API has its own: when those
    // of the services are all taken, by callers who wait for the clock for example, it has to be
    // there to move it.
    let [services, control] = [places; 2].map(|places| Arc::new(Semaphore::new(places)));
    let mut tasks = JoinSet::new();
    for (listener, side) in [
        (listeners.partner.0, Side::Service(Service::Partner)),
        (listeners.arm.0, Side::Service(Service::Arm)),
        (listeners.control.0, Side::Control),
        (listeners.authority.0, Side::Service(Service::Authority)),
    ] {
        let places = match side {
            Side::Service(_) => &services,
            Side::Control => &control,
        };
        let server = Server {
            side,
            context: Arc::clone(&context),
            spelling: Spelling::learn(side.service()).await,
            tls: tls.clone(),
        };
        let places = Arc::clone(places);
        tasks.spawn(accept(listener, Arc::new(server), places, stop.clone()));
    }
    let stop = stop.clone();
    tasks.spawn(async move { context.finish_operations(stop).await });
    tasks
}

/// Accepts connections until it is stopped, and returns when the last of them has ended.
async fn accept(
    listener: TcpListener,
    server: Arc<Server>,
    places: Arc<Semaphore>,
    mut stop: watch::Receiver<()>,
) {
    // Its own, so that nobody can connect any more when connections begin to end.
    let (connections, stopped) = watch::channel(());
    // Declared after it, so that it also goes first when all this is dropped.
    let listener = listener;
    let accepting = async {
        loop {
            let Ok((socket, _)) = listener.accept().await else {
                // The caller went away, or this process has no room for it: there may be soon.
                pause().await;
                continue;
            };
            // Of those beyond the limit one waits here and the others in the listener's backlog.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                continue;
            };
            let (server, stopped) = (Arc::clone(&server), stopped.clone());
            tokio::spawn(async move {
                talk(socket, &server, stopped).await;
                drop(place);
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        // An error says that the emulator was dropped, which stops it just as well.
        _ = stop.changed() => {}
    }
    drop(listener);
    drop(stopped);
    let _ = connections.send(());
    connections.closed().await;
}

async fn talk(socket: TcpStream, server: &Server, mut stopped: watch::Receiver<()>) {
    let context = &server.context;
    let stop = stopped.clone();
    let answer = |request, wire| answer(server.side, context, stop.clone(), request, wire);
    let (spelling, patience) = (&server.spelling, context.options.shutdown_timeout);
    let Some(tls) = &server.tls else {
        return wire::serve(socket, spelling, answer, stopped, patience).await;
    };
    let agreed = tokio::select! {
        agreed = time::timeout(HANDSHAKE_TIME, tls.accept(socket)) => agreed,
        _ = stopped.changed() => return,
    };
    // Who does not trust the certificate hangs up in the middle of it.
    if let Ok(Ok(socket)) = agreed {
        wire::serve(socket, spelling, answer, stopped, patience).await;
    }
}

/// Keeps a failure that lasts from being met again at once.
#[expect(
    clippy::disallowed_methods,
    reason = "the operating system has no clock of ours"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

pub(crate) async fn answer(
    side: Side,
    context: &Context,
    stop: watch::Receiver<()>,
    request: Request,
    wire: Wire,
) -> Response {
    match side {
        Side::Service(service) => operate(service, context, stop, request, &wire).await,
        Side::Control => {
            let budget = &context.budgets.control;
            let (head, body) = request.into_parts();
            let mut call = Call::new(0, head);
            serve_head_as_get(&mut call);
            let refusal = refusal(context, &call, false);
            let limits = match call.uri.path() {
                _ if refusal.is_some() || !control::is_welcome(&call) => BodyLimits::NOTHING,
                "/api/state" => control::state::SNAPSHOT_LIMITS,
                _ => BodyLimits::DOCUMENT,
            };
            let mut response = match receive(&mut call, body, limits, budget, &wire).await {
                Received::Broken => return Response::default(),
                Received::Refused => budget::busy().map(Body::from),
                Received::Whole(room) => match refusal {
                    Some(refusal) => refusal.map(Body::from),
                    None => control::answer(context, &call, room),
                },
            };
            head::allow_head(&mut response);
            dated(response, &context.clock)
        }
    }
}

/// Whether a request was sent to this machine by a name of its own, which is asked where no token
/// is demanded.
fn is_meant(context: &Context, call: &Call) -> bool {
    context.options.exposed
        || match call.authority() {
            Some(authority) => host::is_own(&authority, &context.options.own_names),
            // A browser always says one.
            None => !call.headers.contains_key(header::HOST),
        }
}

/// The answer to a request that is refused for the host that it names.
fn refusal(context: &Context, call: &Call, demands_token: bool) -> Option<Reply> {
    if call.headers.get_all(header::HOST).iter().nth(1).is_some() {
        return Some(host::ambiguous());
    }
    let is_misdirected = !demands_token && !is_meant(context, call);
    is_misdirected.then(host::misdirected)
}

/// Answers HEAD as GET, whose body is not sent then (RFC 9110, section 9.3.2).
fn serve_head_as_get(call: &mut Call) {
    if call.method == Method::HEAD {
        call.method = Method::GET;
    }
}

/// What came of a request.
enum Received {
    /// All of it, with room for the response if it is a write.
    Whole(Option<Room>),
    /// Its body took too long to come to its end, so its connection is reset.
    Broken,
    /// There was no room for it.
    Refused,
}

/// Reads the body of a request, and sees to it that there is room for what it is answered.
async fn receive(
    call: &mut Call,
    body: Body,
    limits: BodyLimits,
    budget: &Budget,
    wire: &Wire,
) -> Received {
    let length = body.size_hint();
    let most = length.upper().unwrap_or(u64::MAX);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    // What is announced to be too large is not kept.
    let is_kept = length.lower() <= limits.bytes as u64;
    let room = if is_kept { most.min(limits.bytes) } else { 0 };
    let Some(_room) = budget.body(room).await else {
        return Received::Refused;
    };
    if time::timeout(BODY_TIME, call.read(body, limits))
        .await
        .is_err()
    {
        wire.reset();
        return Received::Broken;
    }
    if [Method::GET, Method::HEAD].contains(&call.method) {
        return Received::Whole(None);
    }
    let sent = call.body.as_ref().map_or(0, Bytes::len);
    let room = budget.write(sent).await;
    room.map_or(Received::Refused, |room| Received::Whole(Some(room)))
}

async fn operate(
    service: Service,
    context: &Context,
    mut stop: watch::Receiver<()>,
    request: Request,
    wire: &Wire,
) -> Response {
    let watch = Stopwatch::start();
    let time = context.clock.now();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", PathAndQuery::as_str)
        .to_owned();
    let budget = &context.budgets.services;
    let (head, body) = request.into_parts();
    let page = cors::allowed(&context.options.cors_origins, &head.headers);
    if let Some(reply) = page.as_ref().and_then(|page| cors::preflight(page, &head)) {
        return dated(reply, &context.clock).map(Body::from);
    }
    let method = head.method.clone();
    let mut call = Call::new(context.numbers.next_request(), head);
    let met = context.state().faults.meet(service, method.as_str(), &path);
    serve_head_as_get(&mut call);
    if let Some(met) = &met {
        met.move_clock(context);
        call.operation = met.operation();
    }
    let is_done = met.as_ref().is_none_or(Met::is_done);
    let demands_token = context.options.checks_tokens
        && match service {
            Service::Partner => true,
            Service::Arm => !arm::is_open(&call),
            Service::Authority => false,
        };
    let refusal = refusal(context, &call, demands_token);
    // What is refused for its head is not kept, nor what a fault stands for.
    let is_welcome = || !demands_token || context.caller(service, &call).is_ok();
    let is_read = is_done && refusal.is_none() && !body.is_end_stream() && is_welcome();
    let limits = match is_read {
        true => BodyLimits::DOCUMENT,
        false => BodyLimits::NOTHING,
    };
    let received = receive(&mut call, body, limits, budget, wire).await;
    let done = match received {
        Received::Broken => return Response::default(),
        _ if !is_done => None,
        Received::Refused => Some(budget::busy()),
        Received::Whole(_) if refusal.is_some() => refusal,
        Received::Whole(room) => {
            let mut reply = match service {
                Service::Partner => partner::answer(context, &mut call),
                Service::Arm => arm::answer(context, &mut call),
                Service::Authority => authority::answer(context, &call),
            };
            head::allow_head(&mut reply);
            // A delay may be long.
            call.body = None;
            Some(budget.reply(reply, room))
        }
    };
    let mut reply = match &met {
        None => done,
        Some(met) => met.answer(done),
    };
    if let (Some(page), Some(reply)) = (page, &mut reply) {
        cors::expose(page, reply.headers_mut());
    }
    let status = reply.as_ref().map_or(0, |reply| reply.status().as_u16());
    let fault = met.as_ref().map(|met| met.name().to_owned());
    tracing::info!(%service, method = method.as_str(), path, status, fault, "answered");
    context.log(Answered {
        time,
        service,
        method: log::name(&method),
        path,
        status,
        ms: watch.ms(),
        fault,
    });
    if let Some(met) = &met {
        tokio::select! {
            () = context.clock.wait(met.delay()) => {}
            _ = stop.changed() => {}
        }
    }
    let reply = reply.map(|reply| dated(reply, &context.clock));
    if let Some(met) = met {
        met.send(wire, budget, &method, reply.as_ref());
    }
    head::measured(reply.unwrap_or_default(), service).map(Body::from)
}

fn dated<B>(mut response: Response<B>, clock: &Clock) -> Response<B> {
    // hyper would date it by the machine's clock.
    let date = clock.date(clock.now());
    response.headers_mut().insert(header::DATE, date);
    response
}
