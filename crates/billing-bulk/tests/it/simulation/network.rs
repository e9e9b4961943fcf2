//! The network between a run and the emulator: it delays, loses, refuses and duplicates.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use billing_core::http::{Method, Request, Response, StatusCode};
use billing_core::pipeline::{InProcessServer, NoResponse};
use billing_core::{BoxFuture, Clock as _};
use billing_emulator::{Emulator, Sent, Service};
use bytes::Bytes;

use crate::simulation::clock::SimClock;
use crate::simulation::machine::Machine;
use crate::simulation::others::Others;
use crate::simulation::rng::Dice;

/// How often something goes wrong, as probabilities for each request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weather {
    /// There is no connection; nothing arrives.
    pub(crate) not_connected: f64,
    /// A gateway responds with 429, and the service never sees the request.
    pub(crate) throttled: f64,
    /// A gateway responds with 503 and `Retry-After`, and the service never sees the request.
    pub(crate) unavailable: f64,
    /// A gateway responds with 502 while the request travels on to the service.
    pub(crate) bad_gateway: f64,
    /// The connection breaks, and the request never arrives.
    pub(crate) lost_request: f64,
    /// The connection breaks while the request travels on; it may arrive later.
    pub(crate) lost_response: f64,
    /// A gateway delivers a request with a request id of Partner Center a second time.
    pub(crate) duplicated: f64,
    /// The longest time that a request travels.
    pub(crate) latency: Duration,
    /// The longest time that a request travels whose connection broke.
    pub(crate) straggling: Duration,
}

/// A network with one emulator behind it.
pub(crate) struct Network {
    emulator: Arc<Emulator>,
    clock: SimClock,
    dice: Arc<Dice>,
    others: Arc<Others>,
    weather: Weather,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Whether anything goes wrong yet.
    is_stormy: bool,
    machine: Option<Machine>,
    next: u64,
    /// What travels, by the time of its arrival.
    travelling: BTreeMap<(Duration, u64), Travelling>,
    /// One line for each delivered request, to compare two runs of a seed.
    log: Vec<String>,
}

struct Travelling {
    request: Request<Bytes>,
    service: Service,
    slot: Arc<Slot>,
}

/// Where a response is put, and who waits for it.
#[derive(Default)]
struct Slot(Mutex<(Option<Sent>, Option<Waker>)>);

impl Network {
    pub(crate) fn new(
        emulator: Arc<Emulator>,
        clock: SimClock,
        dice: Arc<Dice>,
        others: Arc<Others>,
        weather: Weather,
    ) -> Self {
        Self {
            emulator,
            clock,
            dice,
            others,
            weather,
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connects the network to a machine that was started.
    pub(crate) fn connect(&self, machine: &Machine) {
        self.lock().machine = Some(machine.clone());
    }

    /// Lets things go wrong from now on.
    pub(crate) fn begin_weather(&self) {
        self.lock().is_stormy = true;
    }

    /// Returns what was delivered, one line each.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    /// Returns when something happens next: a request arrives, or somebody else writes.
    pub(crate) fn next_event(&self) -> Option<Duration> {
        let state = self.lock();
        let arrival = state.travelling.first_key_value().map(|((at, _), _)| *at);
        arrival.into_iter().chain(self.others.next()).min()
    }

    /// Delivers what has arrived by now, whether or not its sender still exists.
    pub(crate) fn deliver(&self) {
        let now = self.clock.elapsed();
        self.others.act();
        loop {
            let travelling = {
                let mut state = self.lock();
                match state.travelling.first_entry() {
                    Some(entry) if entry.key().0 <= now => entry.remove(),
                    _ => return,
                }
            };
            let (method, path) = (travelling.request.method(), travelling.request.uri().path());
            let line = format!("{now:?} {method} {path}");
            self.emulator.set_clock(self.clock.true_time()).unwrap();
            let handled = self.emulator.handle(travelling.service, travelling.request);
            let status = match &handled.sent {
                Sent::Response(response) => response.status().as_u16(),
                _ => 0,
            };
            self.lock().log.push(format!("{line} {status}"));
            let mut slot = travelling.slot.0.lock().unwrap();
            slot.0 = Some(handled.sent);
            if let Some(waker) = slot.1.take() {
                waker.wake();
            }
        }
    }

    /// Sends a request on its way.
    fn send(&self, request: Request<Bytes>, service: Service, travel: Duration) -> Arc<Slot> {
        let slot = Arc::new(Slot::default());
        let at = self.clock.elapsed() + travel;
        let mut state = self.lock();
        state.next += 1;
        let key = (at, state.next);
        let travelling = Travelling {
            request,
            service,
            slot: Arc::clone(&slot),
        };
        state.travelling.insert(key, travelling);
        slot
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoResponse> {
        let machine = self.lock().machine.clone().unwrap();
        machine.step().await;
        let calm = Weather {
            latency: self.weather.latency,
            ..Weather::default()
        };
        let is_stormy = self.lock().is_stormy;
        let weather = if is_stormy { &self.weather } else { &calm };
        let dice = &self.dice;
        let travel = dice.between(Duration::from_millis(5), weather.latency);
        let back = dice.between(Duration::from_millis(5), weather.latency);
        // One draw decides, so that the probabilities add up.
        let mut draw = dice.below(1_000_000) as f64 / 1e6;
        let mut is = |probability: f64| {
            let hit = (0.0..probability).contains(&draw);
            draw -= probability;
            hit
        };
        let response = if is(weather.not_connected) {
            self.clock.sleep(travel).await;
            Err(NoResponse::NotConnected)
        } else if is(weather.throttled) {
            self.clock.sleep(travel).await;
            Ok(refused(StatusCode::TOO_MANY_REQUESTS, 1 + dice.below(20)))
        } else if is(weather.unavailable) {
            self.clock.sleep(travel).await;
            Ok(refused(StatusCode::SERVICE_UNAVAILABLE, 1 + dice.below(5)))
        } else if is(weather.lost_request) {
            self.clock.sleep(travel).await;
            Err(NoResponse::Broken)
        } else {
            let service = self.service(&request);
            let is_lost = is(weather.lost_response);
            let is_answered_by_gateway = !is_lost && is(weather.bad_gateway);
            if is_lost || is_answered_by_gateway {
                let straggling = dice.between(Duration::ZERO, weather.straggling);
                self.send(request, service, straggling);
                self.clock.sleep(travel).await;
                if is_lost {
                    Err(NoResponse::Broken)
                } else {
                    let response = Response::builder().status(StatusCode::BAD_GATEWAY);
                    Ok(response.body(Bytes::new()).unwrap())
                }
            } else {
                let is_idempotent = request.headers().contains_key("ms-requestid");
                if is_idempotent && dice.chance(weather.duplicated) {
                    let straggling = dice.between(Duration::ZERO, weather.straggling);
                    self.send(copy(&request), service, straggling);
                }
                let slot = self.send(request, service, travel);
                let sent = Arrival(slot).await;
                self.clock.sleep(back).await;
                match sent {
                    Sent::Response(response) => Ok(response),
                    _ => Err(NoResponse::Broken),
                }
            }
        };
        machine.step().await;
        response
    }

    fn service(&self, request: &Request<Bytes>) -> Service {
        if request
            .uri()
            .path()
            .starts_with("/providers/Microsoft.Billing")
        {
            Service::Arm
        } else {
            Service::Partner
        }
    }
}

impl InProcessServer for Network {
    fn respond(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, NoResponse>> {
        Box::pin(self.exchange(request))
    }
}

fn refused(status: StatusCode, seconds: u64) -> Response<Bytes> {
    let response = Response::builder()
        .status(status)
        .header("retry-after", seconds);
    response.body(Bytes::new()).unwrap()
}

fn copy(request: &Request<Bytes>) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    *copy.method_mut() = Method::clone(request.method());
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// Completes when a response was put into the slot.
struct Arrival(Arc<Slot>);

impl Future for Arrival {
    type Output = Sent;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Sent> {
        let mut slot = self.0.0.lock().unwrap();
        match slot.0.take() {
            Some(sent) => Poll::Ready(sent),
            None => {
                slot.1 = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
