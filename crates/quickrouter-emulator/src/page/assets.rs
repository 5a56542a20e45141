//! The page's style, script and icon.

use http::{HeaderName, header};

type Asset = ([(HeaderName, &'static str); 1], &'static str);

pub(super) async fn style() -> Asset {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

pub(super) async fn script() -> Asset {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("page.js"))
}

pub(super) async fn icon() -> Asset {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("icon.svg"))
}
