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
pub(crate) mod exchange;

/// The longest that a TLS handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(30);

/// The four ports in a row must not go beyond the last port.
const LAST_FIRST_PORT: u16 = u16::MAX - 3;

/// The listeners of Partner Center, Resource Manager, the control API and the authority, with their
/// addresses.
pub(crate) struct Listeners([(TcpListener, SocketAddr); 4]);

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
        Ok(Self([
            bind("partner", address, 0).await?,
            bind("arm", address, 1).await?,
            bind("control", address, 2).await?,
            bind("authority", address, 3).await?,
        ]))
    }

    pub(crate) fn addresses(&self, scheme: &str) -> Addresses {
        let address = |(_, address): &(_, SocketAddr)| format!("{scheme}://{address}");
        let [partner, arm, control, authority] = self.0.each_ref().map(address);
        Addresses {
            partner,
            arm,
            control,
            authority,
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

/// The data that all connections to a listener share.
struct Server {
    side: Side,
    context: Arc<Context>,
    header_case: HeaderCase,
    tls: Option<Arc<Tls>>,
}

/// Serves until `stop` changes or its sender is dropped; then each connection ends after its
/// current request.
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
    // One permit for each connection that is served at a time. The control API has its own: if
    // clients that wait for the clock use all connections of the services, the control API must
    // still be there to move it.
    let [services, control] = [places; 2].map(|places| Arc::new(Semaphore::new(places)));
    let mut tasks = JoinSet::new();
    let sides = [
        Side::Service(Service::Partner),
        Side::Service(Service::Arm),
        Side::Control,
        Side::Service(Service::Authority),
    ];
    for ((listener, _), side) in listeners.0.into_iter().zip(sides) {
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
    // A channel of its own, so that no client can connect any more when connections begin to end.
    let (connections, stopped) = watch::channel(());
    // Declared after the channel, so that it is dropped before it.
    let listener = listener;
    let accepting = async {
        loop {
            let Ok((socket, _)) = listener.accept().await else {
                // The client went away, or the process has too many open files at the moment.
                pause().await;
                continue;
            };
            // Of the connections beyond the limit one waits here, and the others in the listener's
            // backlog.
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
        // An error says that the emulator was dropped, which also stops it.
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
    // A client that does not trust the certificate closes the connection during the handshake.
    if let Ok(Ok(socket)) = agreed {
        connection::serve(socket, header_case, respond, stopped, patience).await;
    }
}

/// Waits before the next attempt, since a failure may last.
#[expect(
    clippy::disallowed_methods,
    reason = "the operating system has no clock of ours"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}
