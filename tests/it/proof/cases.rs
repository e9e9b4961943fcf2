//! The table of misbehaviours of a service with one request.

mod bodies;

use std::time::Duration;

use billing_test::Step;

use super::hostile::{Kept, http, profile};
use Step::{LetPass, Read, ReadHeadAnd, Reset, Stall, Write, WriteForever};

pub(crate) use bodies::{bodies, compressed};

/// Longer than any time limit of a request.
const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) truth: Truth,
    /// A script for each service, for responses that are correct except in their form.
    pub(crate) steps: Box<dyn Fn(Kept) -> Vec<Step>>,
}

/// Whether the service carried the request out before it responded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// No: the request did not arrive, or the response says so.
    Undone,
    /// Yes: the response is correct, in an unusual form.
    Done,
    /// Either: both are tried.
    Either,
}

fn case(name: &str, truth: Truth, steps: impl Fn(Kept) -> Vec<Step> + 'static) -> Case {
    Case {
        name: name.to_owned(),
        truth,
        steps: Box::new(steps),
    }
}

/// Reads the request and writes these bytes, after which the outcome is unknown.
fn says(name: &str, bytes: impl Into<Vec<u8>>) -> Case {
    let bytes = bytes.into();
    case(name, Truth::Either, move |_| {
        vec![Read, Write(bytes.clone())]
    })
}

/// Reads the request, carries it out, and writes the profile in this form.
fn does(name: &str, form: impl Fn(String) -> Vec<u8> + 'static) -> Case {
    case(name, Truth::Done, move |kept| {
        vec![Read, Write(form(profile(kept, 1)))]
    })
}

/// Returns a response, after which the connection is closed. The client must know that: else it may
/// send its next request on the connection before it sees the end.
fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

pub(crate) fn connections() -> Vec<Case> {
    let early = |name, steps: Vec<Step>| case(name, Truth::Undone, move |_| steps.clone());
    let late = |name, steps: Vec<Step>| case(name, Truth::Either, move |_| steps.clone());
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":".to_vec();
    vec![
        early("closed before the request is read", vec![]),
        early("reset before the request is read", vec![Reset]),
        early(
            "reset after the request's head",
            vec![ReadHeadAnd(0), Reset],
        ),
        early(
            "reset inside the request's body",
            vec![ReadHeadAnd(5), Reset],
        ),
        late("closed without an answer", vec![Read]),
        late("reset without an answer", vec![Read, Reset]),
        late(
            "closed inside the answer's head",
            vec![Read, Write(b"HTTP/1.1 200 OK\r\nConte".to_vec())],
        ),
        late(
            "closed inside the answer's body",
            vec![Read, Write(half.clone())],
        ),
        late(
            "reset inside the answer's body",
            vec![Read, Write(half), Reset],
        ),
    ]
}

/// Cases that end only by a timeout.
pub(crate) fn slowness() -> Vec<Case> {
    let slow = |name, steps: Vec<Step>| case(name, Truth::Either, move |_| steps.clone());
    let stops = |name, mut steps: Vec<Step>| {
        steps.extend([LetPass(HOUR), Stall]);
        slow(name, steps)
    };
    // Each part comes before it looks like silence, and the time is over after the last.
    let drips = |name, start: &[u8], part: &[u8]| {
        let mut steps = vec![Read, Write(start.to_vec())];
        for _ in 0..2 {
            steps.extend([Write(part.to_vec()), LetPass(Duration::from_secs(50))]);
        }
        steps.push(Stall);
        slow(name, steps)
    };
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".to_vec();
    let endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    vec![
        drips(
            "an answer whose head comes in drops",
            b"HTTP/1.1 200 OK\r\nX: ",
            b"a",
        ),
        drips(
            "an answer whose body comes in drops",
            endless,
            b"1\r\n \r\n",
        ),
        case(
            "no answer, the request not even read",
            Truth::Undone,
            |_| vec![LetPass(HOUR), Stall],
        ),
        stops("no answer", vec![Read]),
        stops(
            "an answer that stops inside its head",
            vec![Read, Write(b"HTTP/1.1 200 O".to_vec())],
        ),
        stops(
            "an answer that stops before its body",
            vec![Read, Write(head.clone())],
        ),
        stops(
            "an answer that stops inside its body",
            vec![Read, Write([&head[..], b"{"].concat())],
        ),
        stops(
            "only a 103, then nothing",
            vec![Read, Write(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec())],
        ),
        stops(
            "a header line without end",
            vec![
                Read,
                Write(b"HTTP/1.1 200 OK\r\nX: aaaaaaaaaaaaaaaa".to_vec()),
            ],
        ),
    ]
}

pub(crate) fn informational() -> Vec<Case> {
    let after = |name, first: &'static str| {
        does(name, move |profile| {
            [first.as_bytes(), &http("200 OK", &profile)].concat()
        })
    };
    vec![
        after("100 before the answer", "HTTP/1.1 100 Continue\r\n\r\n"),
        after(
            "103 with a link before the answer",
            "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
        ),
        does("a hundred 102 before the answer", |profile| {
            let mut bytes = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(100);
            bytes.extend(http("200 OK", &profile));
            bytes
        }),
        says("only a 100", "HTTP/1.1 100 Continue\r\n\r\n"),
        says("only a 103", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        says(
            "101 to a protocol that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        ),
    ]
}

pub(crate) fn framing() -> Vec<Case> {
    vec![
        says(
            "a chunk that is cut short",
            ok("Transfer-Encoding: chunked", b"20\r\n{\"id\":\"x\""),
        ),
        says(
            "chunks without the last",
            ok("Transfer-Encoding: chunked", b"2\r\n{}\r\n"),
        ),
        says(
            "a chunk's length that is no number",
            ok("Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
        ),
        says(
            "a chunk's length beyond 64 bits",
            ok("Transfer-Encoding: chunked", b"ffffffffffffffffff\r\n{}"),
        ),
        does(
            "chunks of one byte with extensions and a trailer",
            |profile| {
                let mut bytes = ok("Transfer-Encoding: chunked", b"");
                for byte in profile.bytes() {
                    bytes.extend(b"1;name=value\r\n");
                    bytes.extend([byte, b'\r', b'\n']);
                }
                bytes.extend(b"0\r\nX-Trailer: 1\r\n\r\n");
                bytes
            },
        ),
        case("chunks without end", Truth::Either, |_| {
            let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
            vec![
                Read,
                Write(ok("Transfer-Encoding: chunked", b"")),
                WriteForever(chunk),
            ]
        }),
        says(
            "a body shorter than its length",
            ok("Content-Length: 100", b"{\"id\":\"x\"}"),
        ),
        says(
            "a body longer than its length",
            ok("Content-Length: 5", b"{\"id\":\"x\"}"),
        ),
        says(
            "a length beyond all limits",
            ok("Content-Length: 9223372036854775807", b"{"),
        ),
        says(
            "a length beyond 64 bits",
            ok("Content-Length: 99999999999999999999", b"{"),
        ),
        says("a negative length", ok("Content-Length: -1", b"{}")),
        says(
            "a length that is no number",
            ok("Content-Length: ten", b"{}"),
        ),
        says(
            "two different lengths",
            ok("Content-Length: 2\r\nContent-Length: 10", b"{\"id\":\"x\"}"),
        ),
        does("the same length twice", |profile| {
            let length = format!("Content-Length: {0}\r\nContent-Length: {0}", profile.len());
            ok(&length, profile.as_bytes())
        }),
        does("a length besides chunks", |profile| {
            let body = format!("{:x}\r\n{profile}\r\n0\r\n\r\n", profile.len());
            ok(
                "Content-Length: 3\r\nTransfer-Encoding: chunked",
                body.as_bytes(),
            )
        }),
        says(
            "an encoding that nobody knows",
            ok("Transfer-Encoding: smoke", b"{}"),
        ),
    ]
}

pub(crate) fn heads() -> Vec<Case> {
    let many = |count: usize, length: usize| -> Vec<u8> {
        let value = "a".repeat(length);
        let lines: String = (0..count)
            .map(|number| format!("X-{number}: {value}\r\n"))
            .collect();
        format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}")
            .into_bytes()
    };
    vec![
        says("10 MB of headers", many(100, 100_000)),
        says("10,000 headers", many(10_000, 1)),
        case("a header without end", Truth::Either, |_| {
            let start = b"HTTP/1.1 200 OK\r\nX-Endless: ".to_vec();
            vec![Read, Write(start), WriteForever(vec![b'a'; 0x10000])]
        }),
        does("a header's value in Latin-1", |profile| {
            ok(
                &format!("Content-Length: {}\r\nX-Note: \u{e9}", profile.len()),
                profile.as_bytes(),
            )
        }),
        says(
            "a header's name with a space",
            ok("X Note: 1\r\nContent-Length: 2", b"{}"),
        ),
        says(
            "a header with a NUL",
            ok("X-Note: \0\r\nContent-Length: 2", b"{}"),
        ),
        says(
            "a header folded over two lines",
            ok("X-Note: 1\r\n  2\r\nContent-Length: 2", b"{}"),
        ),
        says(
            "bare line feeds",
            "HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close\n\n{}",
        ),
        does("HTTP/1.0 with a length", |profile| {
            let length = profile.len();
            format!("HTTP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n{profile}").into_bytes()
        }),
        does("HTTP/1.0 up to the connection's end", |profile| {
            format!("HTTP/1.0 200 OK\r\n\r\n{profile}").into_bytes()
        }),
        says("HTTP/1.0 cut short", "HTTP/1.0 200 OK\r\n\r\n{\"id\":"),
        says("HTTP/0.9", "<html>It works!</html>"),
        says("HTTP/2 from the start", b"\0\0\x12\x04\0\0\0\0\0".to_vec()),
        says(
            "HTTP/3.0 by its name",
            "HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        ),
        says("TLS", b"\x15\x03\x01\0\x02\x02\x46".to_vec()),
        says("another protocol", "SSH-2.0-OpenSSH_9.9\r\n"),
        says(
            "a status that is no number",
            "HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\n{}",
        ),
        says("status 99", "HTTP/1.1 099 X\r\nContent-Length: 2\r\n\r\n{}"),
        says("status 999", http("999 X", "")),
    ]
}

/// A case that keeps a processor busy, and so has its own table.
pub(crate) fn endless_hints() -> Vec<Case> {
    let hint = b"HTTP/1.1 103 Early Hints\r\n\r\n";
    vec![case("103 without end", Truth::Either, |_| {
        // The time is over while it writes.
        let first = Write(hint.repeat(1000));
        vec![Read, first, LetPass(HOUR), WriteForever(hint.to_vec())]
    })]
}

pub(crate) fn retry_after() -> Vec<Case> {
    // The clock of the test is stopped at 03:04:05.
    let table = [
        ("none", ""),
        ("seconds", "7"),
        ("a date", "Fri, 02 Jan 2026 03:04:35 GMT"),
        ("a date in the past", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("zero", "0"),
        ("negative", "-1"),
        ("fractional", "1.5"),
        ("huge", "99999999999999999999999"),
        ("longer than we wait", "301"),
        ("garbage", "soon"),
    ];
    // A 503 with a valid `Retry-After` rejects the request; one with an invalid value says nothing.
    let passing = |(name, value): (&'static str, &str)| {
        let busy = format!("503 Service Unavailable\nRetry-After: {value}");
        let truth = match name {
            "none" | "negative" | "fractional" | "garbage" => Truth::Either,
            _ => Truth::Undone,
        };
        let bytes = http(&busy, "");
        let name = format!("503, {name}");
        case(&name, truth, move |_| vec![Read, Write(bytes.clone())])
    };
    let throttled = |(name, value): (&'static str, &str)| {
        let head = format!("429 Too Many Requests\nRetry-After: {value}");
        let bytes = http(&head, r#"{"statusCode":429,"message":"canary"}"#);
        let name = format!("429, {name}");
        case(&name, Truth::Undone, move |_| {
            vec![Read, Write(bytes.clone())]
        })
    };
    let busy = table.into_iter().map(passing);
    let mut cases: Vec<_> = busy.chain(table.into_iter().map(throttled)).collect();
    // Bodies as they were recorded, except for their numbers, behind a 429 without the header.
    let bodies = [
        (
            "429, seconds in words",
            r#"{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 9 seconds." }"#,
        ),
        (
            "429, seconds longer than the window",
            r#"{"error":{"code":"ResourceRequestsThrottled","message":"The limit of 30 requests in '00:01:00' is exceeded. Please try again after '75' seconds."}}"#,
        ),
        (
            "429, a window alone",
            r#"{"error":{"code":"ResourceRequestsThrottled","message":"The limit of 30 requests in '00:01:00' is exceeded."}}"#,
        ),
        (
            "429, a lock on the resource",
            r#"{"error":{"code":"RetryableErrorDueToAnotherOperation","message":"canary"}}"#,
        ),
    ];
    cases.extend(bodies.map(|(name, body)| {
        case(name, Truth::Undone, move |_| {
            vec![Read, Write(http("429 Too Many Requests", body))]
        })
    }));
    cases
}

pub(crate) fn unasked() -> Vec<Case> {
    vec![
        does("a second answer behind the first", |profile| {
            let length = profile.len();
            let first = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{profile}");
            [first.into_bytes(), http("200 OK", r#"{"id":"not yours"}"#)].concat()
        }),
        case("413 before the body is read", Truth::Undone, |_| {
            vec![
                ReadHeadAnd(0),
                Write(http("413 Content Too Large", "")),
                Stall,
            ]
        }),
    ]
}
