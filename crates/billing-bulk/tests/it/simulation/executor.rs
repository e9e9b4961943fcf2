//! Drives a run until it ends or its machine stops.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use billing_core::Clock as _;
use futures_util::Stream;

use crate::simulation::clock::SimClock;
use crate::simulation::machine::Machine;
use crate::simulation::network::Network;

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The stream of events ended.
    Finished,
    /// The machine stopped; the stream was dropped where it was.
    Crashed,
}

/// More than any run of the simulation takes. A run that is paused reads its orders for ever.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// Drives a stream: time moves only when nothing else can happen.
pub(crate) fn drive<T>(
    mut stream: Pin<Box<dyn Stream<Item = T> + '_>>,
    clock: &SimClock,
    network: &Network,
    machine: &Machine,
    mut each: impl FnMut(T),
) -> Ended {
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&flag));
    let mut context = Context::from_waker(&waker);
    loop {
        network.deliver();
        match stream.as_mut().poll_next(&mut context) {
            Poll::Ready(Some(item)) => each(item),
            Poll::Ready(None) => return Ended::Finished,
            Poll::Pending => {
                if machine.has_stopped() {
                    return Ended::Crashed;
                }
                if !flag.0.swap(false, Ordering::Relaxed) {
                    let times = [clock.next_wake(), network.next_event()];
                    let next = times.into_iter().flatten().min();
                    let next = next.expect("the run waits for something that never happens");
                    clock.move_to(next.max(clock.elapsed()));
                    assert!(clock.elapsed() < LONGEST, "the run never ends");
                }
            }
        }
    }
}

/// Lets time pass without a machine, so that what travels arrives.
pub(crate) fn pass(clock: &SimClock, network: &Network, time: std::time::Duration) {
    let end = clock.elapsed() + time;
    while let Some(next) = network.next_event().filter(|next| *next <= end) {
        clock.move_to(next.max(clock.elapsed()));
        network.deliver();
    }
    clock.move_to(end);
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
