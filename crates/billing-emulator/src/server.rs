//! Three listeners on loopback, and the way of a request from one of them to the log.

use std::{io, net::SocketAddr, sync::Arc, time::SystemTime};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    Error, LoggedRequest, Service, arm,
    call::Call,
    clock::{Stopwatch, rfc3339_milliseconds},
    control, faults, partner,
    state::Context,
};

/// The largest request body that is read: 1 MiB.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

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

/// Serves until `stop` changes or its sender is gone; then each connection ends after the request
/// that it is in.
pub(crate) fn serve(
    listeners: Listeners,
    context: &Arc<Context>,
    stop: &watch::Receiver<()>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let routers = [
        (listeners.partner.0, service(Service::Partner, context)),
        (listeners.arm.0, service(Service::Arm, context)),
        (listeners.control.0, control_api(context)),
    ];
    for (listener, router) in routers {
        let mut stop = stop.clone();
        tasks.spawn(async move {
            let stopped = async move {
                // An error says that the emulator was dropped, which stops it just as well.
                let _ = stop.changed().await;
            };
            // It only ends by being stopped: failures to accept are retried inside.
            let _ = axum::serve(listener, router)
                .with_graceful_shutdown(stopped)
                .await;
        });
    }
    tasks
}

fn service(service: Service, context: &Arc<Context>) -> Router {
    let context = Arc::clone(context);
    Router::new().fallback(move |request: Request| {
        let context = Arc::clone(&context);
        async move {
            let watch = Stopwatch::start();
            let time = rfc3339_milliseconds(context.clock.now());
            let method = request.method().to_string();
            let path = request
                .uri()
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string);
            let call = Call::read(context.numbers.next_request(), request).await;
            let (is_done, outcome) = {
                let fitted = &mut context.state().fitted;
                let plan = &context.options.faults;
                plan.meet(fitted, service, &method, &path)
            };
            let done = is_done.then(|| match service {
                Service::Partner => partner::answer(&context, &call),
                Service::Arm => arm::answer(&context, &call),
            });
            let reply = match outcome {
                None => done,
                Some(outcome) => outcome.into_reply(),
            };
            let status = reply.as_ref().map_or(0, |reply| reply.status().as_u16());
            tracing::info!(%service, method, path, status, "answered");
            context.log(LoggedRequest {
                number: 0,
                time,
                service,
                method,
                path,
                status,
                ms: watch.ms(),
                fault: None,
            });
            match reply {
                Some(reply) => dated(reply.map(Body::from), context.clock.now()),
                None => faults::reset(),
            }
        }
    })
}

fn control_api(context: &Arc<Context>) -> Router {
    let context = Arc::clone(context);
    Router::new().fallback(move |request: Request| {
        let context = Arc::clone(&context);
        async move {
            let response = control::answer(&context, &Call::read(0, request).await);
            dated(response, context.clock.now())
        }
    })
}

fn dated(mut response: Response, now: SystemTime) -> Response {
    // Else hyper would date it by the machine's clock.
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(now)) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}
