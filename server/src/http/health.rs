//! For those who watch over the process.

use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Actor;
use serde_json::json;
use store::Db;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database is reachable and its migrations are applied. A second line tells as JSON how old the last good backup is; an
/// overdue one takes no server out of service.
pub async fn ready(State(db): State<Db>) -> (StatusCode, String) {
    if !db.ready().await {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready\n".into());
    }
    let told = match store::backup::show(&db, &Actor::SYSTEM).await {
        Ok(backups) => {
            let now = db.now();
            let last = backups.good.as_ref().map(|good| good.at);
            json!({
                "last": last,
                "age_seconds": last.map(|last| (now - last).num_seconds()),
                "every_minutes": backups.schedule.map(|schedule| schedule.every_minutes),
                "failed": backups.failure.is_some(),
                "overdue": backups.is_overdue(now),
            })
        }
        Err(_) => json!(null),
    };
    (StatusCode::OK, format!("ready\nbackup {told}\n"))
}
