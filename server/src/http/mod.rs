//! HTTP: the application, the clients' pages, the intake API, and what surrounds every request.

mod api;
mod assets;
mod bpmn;
#[cfg(test)]
mod bpmn_tests;
#[cfg(test)]
mod company;
#[cfg(test)]
mod crash;
mod health;
#[cfg(test)]
mod holes;
mod landing;
mod language;
mod limit;
pub mod listen;
mod live;
#[cfg(test)]
mod logs;
mod pages;
mod papers;
mod person;
#[cfg(test)]
mod personal;
mod problem;
mod public;
#[cfg(test)]
mod reach;
mod reports;
#[cfg(test)]
mod rights;
pub mod routes;
mod second_factor;
#[cfg(test)]
mod second_factor_tests;
mod security;
mod session;
mod sso;
#[cfg(test)]
mod sso_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use app::ctx::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, MatchedPath, Request};
use axum::http::StatusCode;
use store::Db;
use store::intake::Guard;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::config::ServeConfig;
use crate::sso::Provider;
use routes::Tables;

/// What handlers need.
#[derive(Clone, FromRef)]
pub struct State {
    db: Db,
    site: Site,
    manifest: Arc<assets::Manifest>,
    limits: Arc<security::Limits>,
    /// How strictly submissions are looked at.
    guard: Guard,
    /// The identity provider, if there is one.
    sso: Option<Arc<Provider>>,
    /// Turns true when the server stops.
    stopping: watch::Receiver<bool>,
}

/// Largest body of a form, an API call or a server function.
const BODY: usize = 256 * 1024;

/// Every route. `stopping` ends the event streams.
pub fn router(db: Db, config: &ServeConfig, stopping: watch::Receiver<bool>) -> Router {
    let site = Site {
        origin: config.public_url.clone(),
        secure: config.public_url.starts_with("https://"),
        mail: config.smtp_url.is_some(),
    };
    let state = State {
        db,
        site,
        manifest: Arc::new(assets::manifest()),
        limits: Arc::new(security::Limits::new(config.intake)),
        guard: config.intake.guard,
        sso: config.sso.clone().map(|sso| Arc::new(Provider::new(sso, &config.public_url))),
        stopping,
    };
    let Tables { open, application, files, health } = routes::tables(&state.manifest);
    let application =
        application.router.layer(axum::middleware::from_fn_with_state(state.clone(), session::identify));
    Router::new()
        .merge(open.router)
        .merge(application)
        .layer(axum::middleware::from_fn_with_state(state.clone(), security::same_origin))
        // Small answers travel in one packet anyway.
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(SizeAbove::new(1024))))
        .merge(files.router)
        .merge(health.router)
        .fallback(public::nothing_here)
        .layer(axum::middleware::from_fn(security::bounded))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(15)))
        .layer(axum::middleware::from_fn_with_state(state.clone(), security::headers))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(failed))
        .with_state(state)
}

/// Being busy is an answer, not a fault: under a flood the log would be most of the work, and fill the disk.
fn failed(failure: ServerErrorsFailureClass, took: Duration, _: &tracing::Span) {
    if let ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) = failure {
        tracing::debug!(?took, "busy");
    } else {
        tracing::error!(%failure, ?took, "response failed");
    }
}

/// What the log tells of a request: the route, never the address, in which links and searches stand.
fn span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    tracing::debug_span!("request", method = %request.method(), route)
}
