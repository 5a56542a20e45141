//! CORS, on request: lets the pages of other sites use the API and read outputs, as gateways of the
//! new-api family do.
//!
//! They use gin-contrib/cors with all origins, `GET, POST, PUT, DELETE, OPTIONS`, all headers, and its
//! 12 hours (`middleware/cors.go`); it answers a preflight with 204, before anything else looks at it.
//! Here QUERY, which the contract has, is allowed too, and `Authorization`, which the Fetch standard
//! does not count among all headers. Credentials are not allowed: the API uses no cookies, and
//! browsers refuse them together with all origins.
//!
//! tower-http's layer does not fit: it would answer preflights before they are logged, and cannot be
//! limited to some paths while errors made above the routes get its headers.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

const ALLOWED_METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS, QUERY";
const ALLOWED_HEADERS: &str = "*, Authorization";
/// How long a browser may keep what a preflight answered: 12 hours, in seconds.
const MAX_AGE: &str = "43200";

/// The response to a preflight: a browser asks whether a page may send a request.
pub(crate) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response> {
    if method != Method::OPTIONS || !headers.contains_key(header::ORIGIN) {
        return None;
    }
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    Some((StatusCode::NO_CONTENT, allowed).into_response())
}

/// Lets a page of any site read the response. Also where no site is named, since a browser may keep
/// the response, to an `img` for example, and read it later.
pub(crate) fn open(headers: &mut HeaderMap) {
    const ANY: (HeaderName, HeaderValue) =
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ANY.0, ANY.1);
}
