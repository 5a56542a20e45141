//! Headers for content from outside, which a browser must not run with the rights of the emulator's
//! own page.

use http::{HeaderName, HeaderValue, header};

/// No script, no form, no guessing of the type.
pub(crate) const LOCKED: [(HeaderName, HeaderValue); 2] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];
