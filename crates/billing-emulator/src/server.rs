//! Three listeners on loopback, and the way of a request from one of them to the log.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    Error, LoggedRequest, Service, arm,
    call::{Call, Reply},
    control, partner,
    state::Context,
    wire::{self, Spelling, Wire},
};

/// The largest request body that is read: 1 MiB.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// How long a stop waits for the requests that callers have not brought to their end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Three ports in a row end at the last there is.
const LAST_FIRST_PORT: u16 = u16::MAX - 2;

pub(crate) struct Listeners {
    partner: (TcpListener, SocketAddr),
    arm: (TcpListener, SocketAddr),
    control: (TcpListener, SocketAddr),
}

/// Base addresses without a slash at the end, as in `http://127.0.0.1:4711`.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) partner: String,
    pub(crate) arm: String,
    pub(crate) control: String,
}

impl Listeners {
    pub(crate) async fn bind(address: SocketAddr) -> Result<Self, Error> {
        if !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        if address.port() > LAST_FIRST_PORT {
            let message = format!("of three ports in a row the first is at most {LAST_FIRST_PORT}");
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
        })
    }

    pub(crate) fn addresses(&self) -> Addresses {
        Addresses {
            partner: format!("http://{}", self.partner.1),
            arm: format!("http://{}", self.arm.1),
            control: format!("http://{}", self.control.1),
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
    let local = bound.local_addr().map_err(failed)?;
    Ok((bound, local))
}

/// What is behind a listener.
#[derive(Clone, Copy)]
enum Side {
    Service(Service),
    Control,
}

/// Serves until `stop` changes or its sender is gone; then each connection ends after the request
/// that it is in.
pub(crate) fn serve(
    listeners: Listeners,
    context: &Arc<Context>,
    spelling: &Spelling,
    stop: &watch::Receiver<()>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for (listener, side) in [
        (listeners.partner.0, Side::Service(Service::Partner)),
        (listeners.arm.0, Side::Service(Service::Arm)),
        (listeners.control.0, Side::Control),
    ] {
        let (context, spelling) = (Arc::clone(context), spelling.clone());
        tasks.spawn(accept(listener, side, context, spelling, stop.clone()));
    }
    tasks
}

/// Accepts connections until it is stopped, and returns when the last of them has ended.
async fn accept(
    listener: TcpListener,
    side: Side,
    context: Arc<Context>,
    spelling: Spelling,
    mut stop: watch::Receiver<()>,
) {
    // Its own, so that nobody can connect any more when connections begin to end.
    let (connections, stopped) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((socket, _)) => {
                let (context, spelling) = (Arc::clone(&context), spelling.clone());
                let stopped = stopped.clone();
                tokio::spawn(async move {
                    let answer = |request| answer(side, &context, request);
                    wire::serve(socket, &spelling, answer, stopped, PATIENCE).await;
                });
            }
            // The caller went away, or this process has no room for it: there may be soon.
            Err(_) => pause().await,
        }
    }
    drop(listener);
    drop(stopped);
    let _ = connections.send(());
    connections.closed().await;
}

/// Keeps a failure that lasts from being met again at once.
#[expect(
    clippy::disallowed_methods,
    reason = "the operating system has no clock of ours"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn answer(side: Side, context: &Context, request: Request) -> Response {
    match side {
        Side::Service(service) => operate(service, context, request).await,
        Side::Control => {
            let reply = control::answer(context, &Call::read(0, request).await);
            respond(reply, context.clock.now())
        }
    }
}

async fn operate(service: Service, context: &Context, request: Request) -> Response {
    let method = request.method().to_string();
    let path = request
        .uri()
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    let wire = request.extensions().get::<Wire>().cloned();
    let call = Call::read(context.numbers.next_request(), request).await;
    let (is_done, outcome) = {
        let fitted = &mut context.state().fitted;
        let plan = &context.options.faults;
        plan.meet(fitted, service, &method, &path)
    };
    let done = is_done.then(|| match service {
        Service::Partner => partner::answer(context, &call),
        Service::Arm => arm::answer(context, &call),
    });
    let reply = match outcome {
        None => done,
        Some(outcome) => outcome.into_reply(),
    };
    let status = reply.as_ref().map_or(0, |reply| reply.status().as_u16());
    tracing::info!(%service, method, path, status, "answered");
    context.state().log(LoggedRequest {
        service,
        method,
        path,
        status,
    });
    if reply.is_none()
        && let Some(wire) = wire
    {
        wire.reset();
    }
    respond(reply.unwrap_or_default(), context.clock.now())
}

fn respond(mut reply: Reply, now: SystemTime) -> Response {
    // Else hyper would date it by the machine's clock.
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(now)) {
        reply.headers_mut().insert(header::DATE, date);
    }
    reply.map(Body::from)
}
