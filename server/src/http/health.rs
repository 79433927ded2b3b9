//! For those who watch over the process.

use axum::extract::State;
use axum::http::StatusCode;
use store::Db;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database is reachable and its migrations are applied.
pub async fn ready(State(db): State<Db>) -> (StatusCode, &'static str) {
    if db.ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
