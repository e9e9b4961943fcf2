//! Replays each exchange under `conformance/` on a socket and compares it byte for byte: the
//! status, the headers with their case and order, and the body with its byte order mark.
//!
//! A file is plain HTTP text with line feeds: comments that name the page or the recording, then
//! requests and responses in turn, all on one connection. `# Emulator:` lists options of the
//! emulator. Guillemets mark parts that differ between runs:
//!
//! - `«form»` in a response is text of that form ([`is_of_form`]); `«form:name»` also stores it
//!   under a name, and `«name»` is the stored text, in a response or a request;
//! - `«token»`, `«host»`, `«authority»` and `«control»` are stored from the start; `«length»` is
//!   the length of the body in bytes; `«bom»` is the byte order mark.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use billing_emulator::{ArmRateLimits, EmulatorBuilder, LocationStyle, ReadOnlyMembers, StaleEtag};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use uuid::Uuid;

use crate::support::sample;

type Kept = HashMap<String, String>;

/// A request or a response.
#[derive(Default)]
struct Message {
    /// The first line and the headers.
    head: Vec<String>,
    body: String,
}

#[tokio::test]
async fn exchanges_match_documents_and_recordings() {
    let mut wrong = Vec::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        if let Err(why) = replay(&text).await {
            wrong.push(format!("{}: {why}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn conformance_files_name_their_source_and_differ() {
    let mut seen = HashSet::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Stands for: "), "{}", path.display());
        assert!(text.contains("\nHTTP/1.1 "), "{}", path.display());
        assert!(seen.insert(text), "{} is a copy", path.display());
    }
    assert!(seen.len() >= 20, "{} files", seen.len());
}

#[test]
fn conformance_check_fails_for_one_different_byte() {
    let expected = "A: 1\nB: «guid:id»\nC: «id»";
    let id = "0e94b7d6-58c3-4a1f-b2e7-d6a1c8f35903";
    let fits = |found: &str| compare(expected, found, &mut Kept::new()).is_ok();
    assert!(fits(&format!("A: 1\nB: {id}\nC: {id}")));
    for found in [
        format!("a: 1\nB: {id}\nC: {id}"),
        format!("B: {id}\nA: 1\nC: {id}"),
        format!("A: 1\nB: {id}\nC: {id} "),
        format!("A: 1\nB: {id}\nC: {}", id.replace('9', "8")),
        "A: 1\nB: 7\nC: 7".to_owned(),
        format!("A: 1\nB: {id}"),
    ] {
        assert!(!fits(&found), "{found}");
    }
}

/// Returns the heads of all requests and their responses.
pub(crate) fn heads() -> Vec<(Vec<String>, Vec<String>)> {
    let texts = files()
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap());
    let messages = texts
        .flat_map(|text| parse(&text).1)
        .map(|message| message.head);
    let messages: Vec<_> = messages.collect();
    let pairs = messages.chunks_exact(2);
    pairs
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .collect()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/conformance");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

async fn replay(text: &str) -> Result<(), String> {
    let (settings, messages) = parse(text);
    // The recordings are older than today's rate limits.
    let recorded = sample().arm_rate_limits(ArmRateLimits::Classic);
    let emulator = settings
        .iter()
        .fold(recorded, |builder, setting| set(builder, setting))
        .start()
        .await
        .unwrap();
    let asked = &messages[0].head[0];
    let url = if asked.contains(" /providers/") || asked.contains(" /metadata/") {
        emulator.arm_url()
    } else if asked.contains("/oauth2/") {
        emulator.authority_url()
    } else {
        emulator.partner_url()
    };
    let host = url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let mut kept = Kept::from([
        ("token".to_owned(), emulator.token().reveal().to_owned()),
        ("host".to_owned(), host),
        ("authority".to_owned(), emulator.authority_url().to_owned()),
        ("control".to_owned(), emulator.control_url().to_owned()),
    ]);
    let (exchanges, rest) = messages.as_chunks::<2>();
    assert!(rest.is_empty(), "a request without an answer");
    for (index, [request, expected]) in exchanges.iter().enumerate() {
        let place = |why| format!("exchange {}, {why}", index + 1);
        send(&mut stream, request, &kept).await;
        let found = receive(&mut stream).await;
        kept.insert("length".to_owned(), found.body.len().to_string());
        compare(&expected.head.join("\n"), &found.head.join("\n"), &mut kept)
            .map_err(|why| place(format!("head: {why}")))?;
        compare(&expected.body, &found.body, &mut kept)
            .map_err(|why| place(format!("body: {why}")))?;
    }
    emulator.shutdown().await;
    Ok(())
}

/// Returns the options that differ from [`sample`].
fn set(builder: EmulatorBuilder, setting: &str) -> EmulatorBuilder {
    match setting {
        "no byte order mark" => builder.byte_order_mark(false),
        "etags required" => builder.require_etag(true),
        "412 for a stale etag" => builder.stale_etag(StaleEtag::PreconditionFailed),
        "addresses checked" => builder.check_addresses(true),
        "404 without a body" => builder.empty_not_found(true),
        "one request per minute" => builder.partner_requests_per_minute(1),
        "one write per hour" => builder.arm_writes_per_hour(1),
        "today's rate limits" => builder.arm_rate_limits(ArmRateLimits::Public),
        "answers at once" => builder.polls_until_done(0),
        "done at the first poll" => builder.polls_until_done(1),
        "Retry-After of 60 s" => builder.retry_after(Duration::from_secs(60)),
        "Retry-After of 10 s" => builder.retry_after(Duration::from_secs(10)),
        "relative Location" => builder.location(LocationStyle::Relative),
        "Azure-AsyncOperation" => builder.location(LocationStyle::AsyncOperation),
        "read-only members refused" => builder.read_only_members(ReadOnlyMembers::Refuse),
        "expands on request" => builder.expand_on_request(true),
        "one profile per page" => builder.page_size(1),
        "takes JSON Patch" => builder.json_patch(true),
        other => panic!("no setting is named {other}"),
    }
}

fn parse(text: &str) -> (Vec<String>, Vec<Message>) {
    let mut settings: Vec<String> = Vec::new();
    let mut messages: Vec<Message> = Vec::new();
    let mut is_head = false;
    let text = text.trim_end().replace("«bom»", "\u{feff}");
    let comments = text.lines().filter(|line| line.starts_with('#'));
    for comment in comments {
        if let Some(named) = comment.strip_prefix("# Emulator: ") {
            settings.extend(named.split(", ").map(str::to_owned));
        }
    }
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let is_start = line.starts_with("HTTP/1.1 ") || line.ends_with(" HTTP/1.1");
        if is_start {
            messages.push(Message::default());
            is_head = true;
        }
        let Some(message) = messages.last_mut() else {
            continue;
        };
        if !is_head {
            message.body += line;
            message.body.push('\n');
        } else if line.is_empty() {
            is_head = false;
        } else {
            message.head.push(line.to_owned());
        }
    }
    for message in &mut messages {
        // The blank line before the next message is for the reader.
        message
            .body
            .truncate(message.body.trim_end_matches('\n').len());
    }
    (settings, messages)
}

async fn send(stream: &mut TcpStream, request: &Message, kept: &Kept) {
    let body = filled(&request.body, kept);
    let mut kept = kept.clone();
    kept.insert("length".to_owned(), body.len().to_string());
    let head = filled(&request.head.join("\r\n"), &kept) + "\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    if head.contains("Expect: 100-continue") {
        let go_on = receive_head(stream).await;
        assert_eq!(go_on, ["HTTP/1.1 100 Continue"]);
    }
    stream.write_all(body.as_bytes()).await.unwrap();
}

async fn receive(stream: &mut TcpStream) -> Message {
    let head = receive_head(stream).await;
    let length = head
        .iter()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, value)| value.parse().unwrap());
    // A 204 has no length (RFC 9110, section 8.6).
    let length = length.or_else(|| head[0].contains(" 204 ").then_some(0));
    let mut body = vec![0; length.expect("a length")];
    stream.read_exact(&mut body).await.unwrap();
    let body = String::from_utf8(body).unwrap();
    Message { head, body }
}

/// Reads the first line and the headers, and nothing after them.
async fn receive_head(stream: &mut TcpStream) -> Vec<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    head.trim_end().split("\r\n").map(str::to_owned).collect()
}

/// Replaces the names of stored texts with the texts.
fn filled(text: &str, kept: &Kept) -> String {
    let mut pieces = text.split('«');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, literal) = piece.split_once('»').expect("a closed guillemet");
        filled += kept
            .get(name)
            .unwrap_or_else(|| panic!("nothing is kept as {name}"));
        filled += literal;
    }
    filled
}

/// Returns whether a text matches the expected one, whose placeholders are stored.
fn compare(expected: &str, found: &str, kept: &mut Kept) -> Result<(), String> {
    let differ = |at: &str| {
        Err(format!(
            "differs at {at:?}\n  expected {expected:?}\n  found    {found:?}"
        ))
    };
    let mut pieces = expected.split('«');
    let Some(mut rest) = found.strip_prefix(pieces.next().unwrap_or_default()) else {
        return differ(found);
    };
    for piece in pieces {
        let (placeholder, literal) = piece.split_once('»').expect("a closed guillemet");
        let end = if literal.is_empty() {
            Some(rest.len())
        } else {
            rest.find(literal)
        };
        let Some((value, after)) = end.and_then(|end| rest.split_at_checked(end)) else {
            return differ(rest);
        };
        let (form, name) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        let fits = match kept.get(placeholder) {
            Some(known) => value == known,
            None => is_of_form(form, value),
        };
        if !fits {
            return differ(rest);
        }
        if !name.is_empty() {
            kept.insert(name.to_owned(), value.to_owned());
        }
        rest = after.strip_prefix(literal).unwrap();
    }
    if rest.is_empty() {
        Ok(())
    } else {
        differ(rest)
    }
}

fn is_of_form(form: &str, value: &str) -> bool {
    let guid = Uuid::try_parse(value)
        .ok()
        .filter(|guid| guid.to_string() == value);
    match form {
        "guid" => guid.is_some(),
        "guid of version 5" => guid.is_some_and(|guid| guid.get_version_num() == 5),
        "date" => {
            let date = httpdate::parse_http_date(value);
            date.is_ok_and(|date| httpdate::fmt_http_date(date) == value)
        }
        // A signed number of 64 bits.
        "etag" => value
            .parse::<i64>()
            .is_ok_and(|tag| tag.to_string() == value),
        // Sixteen characters of base64 and the first step.
        "vector" => value
            .strip_suffix(".0")
            .is_some_and(|start| start.len() == 16 && STANDARD.decode(start).is_ok()),
        "server" => value.len() == 8 && u32::from_str_radix(value, 16).is_ok(),
        "version" => {
            value.split('.').count() == 4
                && value.split('.').all(|part| part.parse::<u32>().is_ok())
        }
        // Three parts in base64, the second of which has the claims.
        "sealed" => {
            let is_encoded = |part: &str| {
                URL_SAFE_NO_PAD
                    .decode(part)
                    .is_ok_and(|part| !part.is_empty())
            };
            let parts: Vec<_> = value.split('.').collect();
            parts.len() == 3 && parts.into_iter().skip(1).all(is_encoded)
        }
        // Nine letters and digits that do not look alike.
        "user code" => {
            let is_plain = |sign| "BCDFGHJKLMNPQRSTVWXYZ3469".contains(sign);
            value.len() == 9 && value.chars().all(is_plain)
        }
        // 20191001T000000Z
        "time" => {
            let (date, time) = value.split_once('T').unwrap_or_default();
            let is_number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
            date.len() == 8
                && is_number(date)
                && time.len() == 7
                && time.strip_suffix('Z').is_some_and(is_number)
        }
        other => panic!("no form is named {other}"),
    }
}
