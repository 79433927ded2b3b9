//! HTTP: the application, the clients' pages, the intake API, and what surrounds every request.

mod api;
mod assets;
mod health;
mod landing;
mod language;
mod limit;
pub mod listen;
mod live;
mod pages;
mod papers;
mod problem;
mod public;
mod security;
mod session;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use app::ctx::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{get, post};
use store::Db;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::config::ServeConfig;

/// What handlers need.
#[derive(Clone, FromRef)]
pub struct State {
    db: Db,
    site: Site,
    manifest: Arc<assets::Manifest>,
    limits: Arc<security::Limits>,
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
        limits: Arc::new(security::Limits::default()),
        stopping,
    };
    // What other sites and clients without an account may reach.
    let open = Router::new()
        .route("/api/v1/forms/{slug}/submissions", post(api::submit).options(api::preflight))
        .route("/f/{slug}", get(public::form).post(public::submit_form))
        .route("/o/{token}", get(public::offer))
        .route("/o/{token}/accept", post(public::accept))
        .route("/o/{token}/decline", post(public::decline))
        .route("/o/{token}/pdf", get(papers::public_offer))
        .route("/s/{token}", get(public::survey).post(public::rate))
        .route("/demo/landing", get(landing::index))
        .route("/demo/landing/services", get(landing::services));
    let application = Router::new()
        .route("/live", get(live::stream))
        .route("/logout", post(session::sign_out))
        .route("/offers/{id}/pdf", get(papers::offer))
        .route("/acts/{id}/pdf", get(papers::act))
        .merge(pages::routes(&state))
        .layer(axum::middleware::from_fn_with_state(state.clone(), session::identify));
    let files = Router::new()
        .route("/pkg/{*name}", get(assets::package))
        .route("/icons.svg", get(assets::stable("icons.svg")))
        .route("/favicon.svg", get(assets::stable("favicon.svg")))
        // Browsers ask for it from pages that name no icon, such as the demo site.
        .route("/favicon.ico", get(assets::stable("favicon.svg")))
        .route("/widget.js", get(assets::stable("widget.js")));
    Router::new()
        .merge(open)
        .merge(application)
        .layer(axum::middleware::from_fn_with_state(state.clone(), security::same_origin))
        .layer(CompressionLayer::new())
        .merge(files)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(public::nothing_here)
        .layer(axum::middleware::from_fn(security::bounded))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(RequestBodyTimeoutLayer::new(std::time::Duration::from_secs(15)))
        .layer(axum::middleware::from_fn_with_state(state.clone(), security::headers))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}
