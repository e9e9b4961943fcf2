//! Access to listeners without sockets and to the route tables, for this crate's own tests (feature
//! `__test`).

use std::collections::{BTreeMap, BTreeSet};

use hyper::{
    Request, Response,
    body::{Body, Bytes},
};
use tokio::{io::DuplexStream, sync::watch};

use crate::{
    arm, authority, control,
    emulator::Emulator,
    http::{
        connection::{self, Connection, HeaderCase, Socket},
        routes::Route,
    },
    partner,
    server::dispatch::{self, Side},
    service::Service,
};

impl Socket for DuplexStream {
    fn reset(&self) {}
}

/// In all of them, `None` stands for the control API.
#[doc(hidden)]
impl Emulator {
    /// Responds to a request as a connection would.
    pub async fn respond<B: Body<Data = Bytes> + Unpin>(
        &self,
        service: Option<Service>,
        request: Request<B>,
    ) -> Response<impl Body<Data = Bytes> + use<B>> {
        let (_running, stop) = watch::channel(());
        let connection = Connection::default();
        dispatch::respond(side(service), &self.context, stop, request, connection).await
    }

    /// Serves a connection until it ends.
    pub async fn serve_connection(&self, service: Option<Service>, socket: DuplexStream) {
        let (_running, stop) = watch::channel(());
        let context = &self.context;
        let respond = |request, connection| {
            dispatch::respond(side(service), context, stop.clone(), request, connection)
        };
        let header_case = HeaderCase::learn().await;
        let timeout = context.options.shutdown_timeout;
        connection::serve(socket, &header_case, respond, stop.clone(), timeout).await;
    }

    /// Lists the path of each route with its methods.
    pub fn routes(service: Option<Service>) -> BTreeSet<(String, String)> {
        match service {
            Some(Service::Partner) => paths(partner::ROUTES),
            Some(Service::Arm) => paths(arm::ROUTES),
            Some(Service::Authority) => paths(authority::ROUTES),
            None => paths(control::ROUTES),
        }
    }
}

fn side(service: Option<Service>) -> Side {
    service.map_or(Side::Control, Side::Service)
}

fn paths<H>(routes: &[Route<H>]) -> BTreeSet<(String, String)> {
    let mut paths = BTreeMap::<_, Vec<_>>::new();
    for route in routes {
        let methods = paths.entry(route.path.to_owned()).or_default();
        methods.push(route.method.as_str());
    }
    let paths = paths.into_iter();
    paths
        .map(|(path, methods)| (path, methods.join(", ")))
        .collect()
}
