//! Checks whether a response is about the requested resource.

use percent_encoding::percent_decode_str;
use url::Url;

/// Returns whether a resource with this `id` and `name` can be the one at `url`.
///
/// An ARM id is compared segment by segment, percent-decoded, without regard to letter case and to
/// a missing or a double slash; the name is compared with the last segment. An absent or empty
/// value always matches, and so does an id that is shorter or longer at its start, as behind a
/// gateway with a path of its own. For the client crates.
pub fn is_about(url: &Url, id: Option<&str>, name: Option<&str>) -> bool {
    let path = url.path();
    // Most ids and names are written as in the URL. Only the others are decoded.
    let is_id = given(id).is_none_or(|id| {
        id.eq_ignore_ascii_case(path) || end_alike(&segments(path), &segments(path_of(id)))
    });
    let is_name = given(name).is_none_or(|name| {
        let last = path.rsplit('/').next().unwrap_or_default();
        // Some services put the names of the parents before the name.
        name.eq_ignore_ascii_case(last) || segments(name).last() == segments(path).last()
    });
    is_id && is_name
}

/// Returns whether `link`, such as Partner Center's `links.self.uri`, can lead to `url`. It is
/// compared as [`is_about`] does, so that it may lack the version (`/customers/…` for
/// `/v1/customers/…`), be absolute, or have a query. For the client crates.
pub fn is_link_to(url: &Url, link: &str) -> bool {
    is_about(url, Some(link), None)
}

/// Returns whether a resource with this `id` can be in the collection at `url`. It is compared as
/// [`is_about`] does. For the client crates.
pub fn is_child_of(url: &Url, id: Option<&str>) -> bool {
    let Some(id) = given(id) else {
        return true;
    };
    let mut parent = segments(path_of(id));
    parent.pop();
    parent.is_empty() || end_alike(&segments(url.path()), &parent)
}

/// Returns whether two URLs lead to the same resource. Their paths may differ in encoding, double
/// slashes and letter case, and have `.` and `..`.
pub(crate) fn is_same_path(one: &Url, other: &Url) -> bool {
    let (one, other) = (segments(one.path()), segments(other.path()));
    // A gateway's own path may be missing in a link. One segment alone proves nothing.
    one == other || (one.len().min(other.len()) > 1 && end_alike(&one, &other))
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Returns whether the shorter list is the end of the longer one.
fn end_alike(one: &[String], other: &[String]) -> bool {
    one.ends_with(other) || other.ends_with(one)
}

/// Returns the path in an id or a URL.
fn path_of(text: &str) -> &str {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    match text.split_once("://") {
        Some((_, rest)) => rest
            .find('/')
            .and_then(|at| rest.get(at..))
            .unwrap_or_default(),
        None => text,
    }
}

/// Returns the segments decoded and in lower case, without empty ones and with `.` and `..`
/// resolved.
fn segments(path: &str) -> Vec<String> {
    let path = percent_decode_str(path).decode_utf8_lossy().to_lowercase();
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(other.to_owned()),
        }
    }
    segments
}
