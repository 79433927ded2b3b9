//! The demo landing site: what a customer's own site with our widget looks like.

use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

const INDEX: &str = include_str!("../../assets/landing/index.html");
const SERVICES: &str = include_str!("../../assets/landing/services.html");

/// A customer's site under a strict policy of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub async fn index(State(state): State<super::State>) -> Response {
    page(&state, INDEX)
}

pub async fn services(State(state): State<super::State>) -> Response {
    page(&state, SERVICES)
}

fn page(state: &super::State, html: &str) -> Response {
    let css = format!("/pkg/{}", state.manifest.landing_css);
    let html = html.replace("{{css}}", &css).replace("{{nonce}}", "");
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}
