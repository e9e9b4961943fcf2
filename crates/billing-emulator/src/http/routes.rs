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

    pub(crate) const fn put(path: &'static str, handler: H) -> Self {
        Self::new(Method::PUT, path, handler)
    }
}

/// Why a table has no route for a request.
pub(crate) enum NoRoute {
    NotFound,
    /// The path is served with these methods only, separated by commas.
    MethodNotAllowed(String),
}

/// Finds the route of a request, and the segments that stand for `{}` in its path.
///
/// Segments are compared by `is_same`: the services ignore case, the control API does not.
pub(crate) fn find<'r, 's, H>(
    routes: &'r [Route<H>],
    method: &Method,
    segments: &[&'s str],
    is_same: fn(&str, &str) -> bool,
) -> Result<(&'r Route<H>, Vec<&'s str>), NoRoute> {
    let mut allowed = Vec::new();
    for route in routes {
        let Some(captured) = captures(route.path, segments, is_same) else {
            continue;
        };
        if route.method == *method {
            return Ok((route, captured));
        }
        allowed.push(route.method.as_str());
    }
    if allowed.is_empty() {
        return Err(NoRoute::NotFound);
    }
    Err(NoRoute::MethodNotAllowed(allowed.join(", ")))
}

/// Finds the first route of a path, whatever its method, and the segments that stand for `{}`.
pub(crate) fn find_path<'r, 's, H>(
    routes: &'r [Route<H>],
    segments: &[&'s str],
    is_same: fn(&str, &str) -> bool,
) -> Option<(&'r Route<H>, Vec<&'s str>)> {
    routes
        .iter()
        .find_map(|route| Some((route, captures(route.path, segments, is_same)?)))
}

/// The methods that a path is served with, separated by commas; `None` if `method` is one of them.
pub(crate) fn other_methods<H>(routes: &[Route<H>], path: &str, method: &Method) -> Option<String> {
    let routes = routes.iter().filter(|route| route.path == path);
    let methods: Vec<_> = routes.map(|route| route.method.as_str()).collect();
    (!methods.contains(&method.as_str())).then(|| methods.join(", "))
}

fn captures<'s>(
    path: &str,
    segments: &[&'s str],
    is_same: fn(&str, &str) -> bool,
) -> Option<Vec<&'s str>> {
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
