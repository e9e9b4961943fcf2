//! Route tables: which function responds to a method and a path.

use hyper::Method;

/// One operation of a service.
pub(crate) struct Route<H> {
    pub(crate) method: Method,
    /// The path without its first slash; `{}` stands for any segment.
    pub(crate) path: &'static str,
    pub(crate) handler: H,
}

impl<H> Route<H> {
    const fn new(method: Method, path: &'static str, handler: H) -> Self {
        Self {
            method,
            path,
            handler,
        }
    }

    pub(crate) const fn get(path: &'static str, handler: H) -> Self {
        Self::new(Method::GET, path, handler)
    }

    pub(crate) const fn post(path: &'static str, handler: H) -> Self {
        Self::new(Method::POST, path, handler)
    }

    pub(crate) const fn patch(path: &'static str, handler: H) -> Self {
        Self::new(Method::PATCH, path, handler)
    }

    pub(crate) const fn delete(path: &'static str, handler: H) -> Self {
        Self::new(Method::DELETE, path, handler)
    }

    pub(crate) const fn put(path: &'static str, handler: H) -> Self {
        Self::new(Method::PUT, path, handler)
    }
}

/// Finds the first route of a path, whatever its method, and the segments that stand for `{}`.
///
/// Segments are compared by `is_same`: the services ignore case, the control API does not.
pub(crate) fn find<'r, 's, H>(
    routes: &'r [Route<H>],
    segments: &[&'s str],
    is_same: fn(&str, &str) -> bool,
) -> Option<(&'r Route<H>, Vec<&'s str>)> {
    routes
        .iter()
        .find_map(|route| Some((route, captures(route.path, segments, is_same)?)))
}

/// Finds the route of a path with this method.
///
/// # Errors
///
/// The methods that the path is served with, separated by commas.
pub(crate) fn with_method<'r, H>(
    routes: &'r [Route<H>],
    path: &str,
    method: &Method,
) -> Result<&'r Route<H>, String> {
    let routes: Vec<_> = routes.iter().filter(|route| route.path == path).collect();
    let methods = routes.iter().map(|route| route.method.as_str());
    let found = routes.iter().find(|route| route.method == *method);
    found
        .copied()
        .ok_or_else(|| methods.collect::<Vec<_>>().join(", "))
}

fn captures<'s>(
    path: &str,
    segments: &[&'s str],
    is_same: fn(&str, &str) -> bool,
) -> Option<Vec<&'s str>> {
    // Most paths have another length, and counting slashes is quick.
    if path.bytes().filter(|byte| *byte == b'/').count() + 1 != segments.len() {
        return None;
    }
    let mut captured = Vec::new();
    let mut expected = path.split('/');
    for &segment in segments {
        match expected.next()? {
            "{}" => captured.push(segment),
            name if is_same(name, segment) => {}
            _ => return None,
        }
    }
    expected.next().is_none().then_some(captured)
}
