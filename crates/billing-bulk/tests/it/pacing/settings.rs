//! The simulated settings, with the goals that pacing must reach in them.

use billing_bulk::pacing::{Class, Keys};

use super::server::{Header, RateLimit, RetryAfter, Server};

/// A server, the limits that its documentation promises, and what pacing must reach.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) goal: Goal,
    /// The keys of a row, which choose the documented limits that pacing starts from.
    pub(crate) keys: fn(usize) -> Keys,
    server: Box<dyn Fn(f64) -> Server>,
}

/// The most time over the optimum and the largest share of refused requests, for 2,000 and for
/// 20,000 writes.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    /// `None`: reported only.
    pub(crate) time: Option<[f64; 2]>,
    pub(crate) refused: [f64; 2],
}

const TRUE_HEADER: Goal = goal([1.02, 1.005], [0.003, 0.0005]);
const LOW_PRIOR_AND_HEADER: Goal = goal([1.05, 1.01], [0.003, 0.0005]);
const NO_HEADER: Goal = goal([1.05, 1.01], [0.01, 0.002]);
const WINDOW: Goal = goal([1.05, 1.02], [0.003, 0.0005]);
const INNER: Goal = goal([1.02, 1.005], [0.015, 0.005]);
const SECOND_CLIENT: Goal = goal([1.10, 1.05], [0.01, 0.005]);
const REPORT: Goal = Goal {
    time: None,
    refused: [0.005, 0.002],
};

const fn goal(time: [f64; 2], refused: [f64; 2]) -> Goal {
    Goal {
        time: Some(time),
        refused,
    }
}

impl Setting {
    fn new(
        name: &'static str,
        goal: Goal,
        keys: fn(usize) -> Keys,
        server: impl Fn(f64) -> Server + 'static,
    ) -> Self {
        Self {
            name,
            goal,
            keys,
            server: Box::new(server),
        }
    }

    /// Returns the server of a run of so many writes, and the shortest time in which it can let
    /// them through.
    pub(crate) fn server(&self, writes: usize) -> (Server, f64) {
        // What changes in the middle of a run does so in the middle of the run without the change.
        let steady = (self.server)(f64::MAX).optimum(writes);
        let server = (self.server)(steady / 2.0);
        let optimum = server.clone().optimum(writes);
        (server, optimum)
    }
}

fn arm(_row: usize) -> Keys {
    Keys::arm("https://management.azure.com", "principal", Class::Write)
}

fn china(_row: usize) -> Keys {
    let origin = "https://management.chinacloudapi.cn";
    Keys::arm(origin, "principal", Class::Write)
}

fn partner(row: usize) -> Keys {
    let origin = "https://api.partnercenter.microsoft.com";
    Keys::partner(origin, "tenant", &row.to_string())
}

fn bucket(capacity: f64, rate: f64) -> Server {
    Server::new(RateLimit::bucket(capacity, rate))
}

/// Adds the true header to a server.
fn shown(server: Server) -> Server {
    Server {
        header: Header::True,
        ..server
    }
}

fn with_header(header: Header, server: Server) -> Server {
    Server { header, ..server }
}

fn with_pause(retry_after: RetryAfter, server: Server) -> Server {
    Server {
        retry_after,
        ..server
    }
}

fn changing(middle: f64, later: f64) -> Server {
    Server::new(RateLimit::changing(200.0, 10.0, middle, later))
}

fn second_client() -> Server {
    Server {
        second_client: Some((50.0, 10.0)),
        ..bucket(200.0, 10.0)
    }
}

fn provider(names: Option<(u32, u64)>) -> Server {
    Server {
        inner: Some(RateLimit::bucket(150.0, 2.5)),
        names,
        ..shown(bucket(200.0, 10.0))
    }
}

fn costly(server: Server) -> Server {
    Server {
        rejections_cost: true,
        ..server
    }
}

/// Returns all settings.
pub(crate) fn all() -> Vec<Setting> {
    use RetryAfter::{Always, Date, Missing, Part};
    let per_hour = 1.0 / 3.0;
    let per_minute = 500.0 / 60.0;
    vec![
        Setting::new("200 burst, 10/s; header", TRUE_HEADER, arm, |_| {
            shown(bucket(200.0, 10.0))
        }),
        Setting::new("200 burst, 10/s", NO_HEADER, arm, |_| bucket(200.0, 10.0)),
        Setting::new(
            "half of the documented rate; header",
            TRUE_HEADER,
            arm,
            |_| shown(bucket(200.0, 5.0)),
        ),
        Setting::new("half of the documented rate", NO_HEADER, arm, |_| {
            bucket(200.0, 5.0)
        }),
        Setting::new("250 burst, 25/s; header", LOW_PRIOR_AND_HEADER, arm, |_| {
            shown(bucket(250.0, 25.0))
        }),
        Setting::new("250 burst, 25/s", REPORT, arm, |_| bucket(250.0, 25.0)),
        Setting::new(
            "China, 1,200/h as a bucket; header",
            TRUE_HEADER,
            china,
            move |_| shown(bucket(1_200.0, per_hour)),
        ),
        Setting::new("500/min as a bucket", NO_HEADER, partner, move |_| {
            bucket(500.0, per_minute)
        }),
        Setting::new("500/min as a fixed window", WINDOW, partner, |_| {
            Server::new(RateLimit::fixed_window(500, 60.0, 0.0))
        }),
        Setting::new("500/min, fixed, 40 s into it", WINDOW, partner, |_| {
            Server::new(RateLimit::fixed_window(500, 60.0, 40.0))
        }),
        Setting::new("500/min as a sliding window", WINDOW, partner, |_| {
            Server::new(RateLimit::sliding_window(500, 60.0))
        }),
        Setting::new("the rate halves; header", TRUE_HEADER, arm, |middle| {
            shown(changing(middle, 5.0))
        }),
        Setting::new("the rate halves", NO_HEADER, arm, |middle| {
            changing(middle, 5.0)
        }),
        Setting::new("the rate doubles; header", TRUE_HEADER, arm, |middle| {
            shown(changing(middle, 20.0))
        }),
        Setting::new("the rate doubles", REPORT, arm, |middle| {
            changing(middle, 20.0)
        }),
        Setting::new("a second client; header", TRUE_HEADER, arm, |_| {
            shown(second_client())
        }),
        Setting::new("a second client", SECOND_CLIENT, arm, |_| second_client()),
        Setting::new("provider 150/min, named", NO_HEADER, arm, |_| {
            provider(Some((150, 60)))
        }),
        Setting::new("provider 150/min, not named", INNER, arm, |_| {
            provider(None)
        }),
        Setting::new("7/s, rejections cost; header", TRUE_HEADER, arm, |_| {
            shown(costly(bucket(200.0, 7.0)))
        }),
        Setting::new("7/s, rejections cost", NO_HEADER, arm, |_| {
            costly(bucket(200.0, 7.0))
        }),
        Setting::new("7/s, header stuck at 11,999", NO_HEADER, arm, |_| {
            with_header(Header::Stuck(11_999), bucket(200.0, 7.0))
        }),
        Setting::new("header 5 s stale", NO_HEADER, arm, |_| {
            with_header(Header::Stale(5.0), bucket(200.0, 10.0))
        }),
        Setting::new("header of one of three instances", NO_HEADER, arm, |_| {
            with_header(Header::Instances(30.0), bucket(200.0, 10.0))
        }),
        Setting::new("7/s, Retry-After missing", NO_HEADER, arm, |_| {
            with_pause(Missing, bucket(200.0, 7.0))
        }),
        Setting::new(
            "1 per 3 s, Retry-After a third",
            NO_HEADER,
            china,
            move |_| costly(with_pause(Part(1.0 / 3.0), bucket(1_200.0, per_hour))),
        ),
        Setting::new("7/s, Retry-After 15 s", NO_HEADER, arm, |_| {
            with_pause(Always(15.0), bucket(200.0, 7.0))
        }),
        Setting::new("7/s, Retry-After 60 s", REPORT, arm, |_| {
            with_pause(Always(60.0), bucket(200.0, 7.0))
        }),
        Setting::new("7/s, Retry-After 60 s; header", TRUE_HEADER, arm, |_| {
            shown(with_pause(Always(60.0), bucket(200.0, 7.0)))
        }),
        Setting::new("7/s, Retry-After a date", NO_HEADER, arm, |_| {
            with_pause(Date, bucket(200.0, 7.0))
        }),
    ]
}
