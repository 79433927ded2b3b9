//! Everything that is kept about a person, as a file.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::Outcome;
use store::privacy::Who;

use super::problem::Told;
use super::session::Session;

/// `/leads/{id}/data`
pub async fn of_lead(
    state: State<super::State>,
    session: Extension<Session>,
    Path(id): Path<String>,
) -> Response {
    answer(state, session, id.parse().map(Who::Lead)).await
}

/// `/contacts/{id}/data`
pub async fn of_contact(
    state: State<super::State>,
    session: Extension<Session>,
    Path(id): Path<String>,
) -> Response {
    answer(state, session, id.parse().map(Who::Contact)).await
}

async fn answer(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    who: Outcome<Who>,
) -> Response {
    let read = async {
        let actor = session.actor().map_err(|told| told.0)?;
        state.limits.export(actor)?;
        store::privacy::export(&state.db, actor, &who?).await
    };
    match read.await {
        Ok(told) => {
            let mut response = axum::Json(told).into_response();
            let file = HeaderValue::from_static("attachment; filename=\"person.json\"");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
            response
        }
        Err(problem) => Told(problem, session.lang).into_response(),
    }
}
