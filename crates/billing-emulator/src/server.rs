//! Four listeners, and the connections to them.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time,
};

use crate::{
    context::Context,
    error::Error,
    http::{
        connection::{self, HeaderCase},
        host,
        tls::Tls,
    },
    options::Addresses,
    server::dispatch::Side,
    service::Service,
};

pub(crate) mod dispatch;

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

/// What all connections to a listener share.
struct Server {
    side: Side,
    context: Arc<Context>,
    header_case: HeaderCase,
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
            header_case: HeaderCase::learn().await,
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
    let respond = |request, connection| {
        dispatch::respond(server.side, context, stop.clone(), request, connection)
    };
    let (header_case, patience) = (&server.header_case, context.options.shutdown_timeout);
    let Some(tls) = &server.tls else {
        return connection::serve(socket, header_case, respond, stopped, patience).await;
    };
    let agreed = tokio::select! {
        agreed = time::timeout(HANDSHAKE_TIME, tls.accept(socket)) => agreed,
        _ = stopped.changed() => return,
    };
    // Who does not trust the certificate hangs up in the middle of it.
    if let Ok(Ok(socket)) = agreed {
        connection::serve(socket, header_case, respond, stopped, patience).await;
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
