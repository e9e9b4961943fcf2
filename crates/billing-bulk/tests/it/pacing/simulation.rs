//! A discrete-event simulation of a run against a simulated server.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use billing_bulk::pacing::{Keys, Pacers, Rate, Readiness, Signal, Ticket};
use fastrand::Rng;

use super::server::Server;

/// The most requests in flight.
pub(crate) const IN_FLIGHT: usize = 32;

/// How a client decides when to send.
pub(crate) enum Client {
    /// By [`Pacers`], with the keys of each row.
    Paced(Pacers, fn(usize) -> Keys),
    /// Each of 32 workers sends as soon as it may: after the pause of its own last rejection.
    Fixed,
}

impl Client {
    pub(crate) fn paced(keys: fn(usize) -> Keys) -> Self {
        Self::Paced(Pacers::new(Rate::Learned), keys)
    }
}

/// What a simulated run came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// Seconds from the first to the last request that the server let through.
    pub(crate) time: f64,
    /// The number of refused requests.
    pub(crate) refused: usize,
    /// Whether all rows were let through in time.
    pub(crate) has_ended: bool,
}

/// Something that happens at a time.
enum Happening {
    /// A request reaches the server.
    Arrival(Request),
    /// A response reaches the client.
    Response(Request, Signal),
    /// The client looks again whether it may send; a worker sends its row again.
    Wake(Option<usize>),
}

struct Request {
    row: usize,
    returns: f64,
    ticket: Option<Ticket>,
}

pub(crate) struct Simulation {
    client: Client,
    server: Server,
    rng: Rng,
    now: f64,
    happenings: BinaryHeap<Reverse<(Duration, usize)>>,
    /// What happens, by the number in `happenings`.
    what: Vec<Option<Happening>>,
    waiting: VecDeque<usize>,
    in_flight: usize,
    wake: Option<Duration>,
    first: Option<f64>,
    outcome: Outcome,
}

impl Simulation {
    /// Runs `rows` writes and gives up after `limit` seconds.
    pub(crate) fn run(
        client: Client,
        server: Server,
        rows: usize,
        seed: u64,
        limit: f64,
    ) -> Outcome {
        let mut simulation = Self {
            client,
            server,
            rng: Rng::with_seed(seed),
            now: 0.0,
            happenings: BinaryHeap::new(),
            what: Vec::new(),
            waiting: (0..rows).collect(),
            in_flight: 0,
            wake: None,
            first: None,
            outcome: Outcome {
                time: 0.0,
                refused: 0,
                has_ended: false,
            },
        };
        simulation.send();
        while let Some(Reverse((time, number))) = simulation.happenings.pop() {
            simulation.now = time.as_secs_f64();
            if simulation.now > limit {
                return simulation.outcome;
            }
            if let Some(happening) = simulation.what[number].take() {
                simulation.happen(happening, time);
            }
            simulation.send();
        }
        simulation.outcome.has_ended = simulation.waiting.is_empty();
        simulation.outcome
    }

    fn at(&mut self, time: f64, happening: Happening) {
        let number = self.what.len();
        self.what.push(Some(happening));
        let time = Duration::from_secs_f64(time);
        self.happenings.push(Reverse((time, number)));
    }

    fn happen(&mut self, happening: Happening, time: Duration) {
        match happening {
            Happening::Arrival(request) => {
                let signal = self.server.handle(self.now, &mut self.rng);
                if !signal.is_refused {
                    let first = *self.first.get_or_insert(self.now);
                    self.outcome.time = self.now - first;
                }
                self.at(request.returns, Happening::Response(request, signal));
            }
            Happening::Response(request, signal) => self.respond(request, &signal),
            Happening::Wake(Some(row)) => self.transmit(row),
            Happening::Wake(None) => {
                self.wake = self.wake.filter(|wake| *wake != time);
            }
        }
    }

    fn respond(&mut self, request: Request, signal: &Signal) {
        let now = Duration::from_secs_f64(self.now);
        if let (Client::Paced(pacers, _), Some(ticket)) = (&mut self.client, request.ticket) {
            pacers.received(ticket, now, signal);
        }
        if !signal.is_refused {
            self.in_flight -= 1;
            return;
        }
        self.outcome.refused += 1;
        match self.client {
            Client::Paced(..) => {
                self.in_flight -= 1;
                self.waiting.push_front(request.row);
            }
            Client::Fixed => {
                let pause = signal.retry_after.unwrap_or(Duration::from_secs(1));
                let time = self.now + pause.as_secs_f64();
                self.at(time, Happening::Wake(Some(request.row)));
            }
        }
    }

    /// Sends what may be sent now.
    fn send(&mut self) {
        while self.in_flight < IN_FLIGHT
            && let Some(&row) = self.waiting.front()
        {
            if let Client::Paced(pacers, keys) = &self.client {
                let now = Duration::from_secs_f64(self.now);
                match pacers.ready_at(&keys(row), now, self.waiting.len() as u64) {
                    Readiness::Ready => {}
                    Readiness::Blocked => return,
                    Readiness::At(time) => {
                        assert!(time > now, "a time that has come is not ready");
                        if self.wake.is_none_or(|wake| time < wake) {
                            self.wake = Some(time);
                            let number = self.what.len();
                            self.what.push(Some(Happening::Wake(None)));
                            self.happenings.push(Reverse((time, number)));
                        }
                        return;
                    }
                }
            }
            self.waiting.pop_front();
            self.in_flight += 1;
            self.transmit(row);
        }
    }

    fn transmit(&mut self, row: usize) {
        let ticket = match &mut self.client {
            Client::Paced(pacers, keys) => {
                Some(pacers.sent(&keys(row), Duration::from_secs_f64(self.now)))
            }
            Client::Fixed => None,
        };
        let slow = if self.rng.f64() < 0.005 { 3.0 } else { 1.0 };
        let latency = (0.05 + 0.35 * self.rng.f64()) * slow;
        let returns = self.now + latency;
        let request = Request {
            row,
            returns,
            ticket,
        };
        self.at(self.now + latency / 2.0, Happening::Arrival(request));
    }
}
