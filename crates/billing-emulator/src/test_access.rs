//! Access to listeners without sockets and to the route tables, for this crate's own tests (feature
//! `__test`).

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

    /// Lists the path and the method of each route.
    pub fn routes(service: Option<Service>) -> Vec<(&'static str, &'static str)> {
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

fn paths<H>(routes: &'static [Route<H>]) -> Vec<(&'static str, &'static str)> {
    let routes = routes.iter();
    routes
        .map(|route| (route.path, route.method.as_str()))
        .collect()
}
