//! The client's files, carried in the binary and served precompressed.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(rust_embed::RustEmbed)]
#[folder = "$MILLRACE_SITE_FOLDER"]
struct Site;

/// Names that the build gave to the files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Manifest {
    pub js: String,
    pub loader: String,
    pub wasm: String,
    pub css: String,
    pub desk_css: String,
    pub landing_css: String,
    /// The file of each part of the client.
    pub parts: BTreeMap<String, String>,
}

/// The build's manifest; empty, with a warning, in a binary without a client.
pub fn manifest() -> Manifest {
    let Some(file) = Site::get("assets.json") else {
        tracing::warn!(
            "this binary carries no client: pages work without scripts and styles only (cargo xtask build makes it whole)"
        );
        return Manifest::default();
    };
    serde_json::from_slice(&file.data).unwrap_or_else(|error| {
        tracing::error!(%error, "the client's manifest cannot be read");
        Manifest::default()
    })
}

/// `/pkg/NAME`: content-hashed, therefore immutable.
pub async fn package(Path(name): Path<String>, headers: HeaderMap) -> Response {
    serve(&name, &headers, "public, max-age=31536000, immutable")
}

/// Files with names that stay: revalidated every hour.
pub fn stable(name: &'static str) -> impl Fn(HeaderMap) -> std::future::Ready<Response> + Clone {
    move |headers| std::future::ready(serve(name, &headers, "public, max-age=3600"))
}

fn serve(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("bin") => "application/octet-stream",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| {
        accepted.split(',').any(|part| part.split(';').next().is_some_and(|c| c.trim() == coding))
    };
    let (file, coding) = [("br", "br"), ("gz", "gzip")]
        .into_iter()
        .filter(|(_, coding)| accepts(coding))
        .find_map(|(ending, coding)| {
            Site::get(&format!("{name}.{ending}")).map(|file| (Some(file), Some(coding)))
        })
        .unwrap_or_else(|| (Site::get(name), None));
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let etag = file
        .metadata
        .sha256_hash()
        .iter()
        .take(8)
        .fold(String::from("\""), |text, byte| text + &format!("{byte:02x}"))
        + "\"";
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let mut response = Response::new(Body::from(file.data.into_owned()));
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    if let Some(coding) = coding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    // The widget is loaded by other sites.
    if name == "widget.js" {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        answer.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    response
}
