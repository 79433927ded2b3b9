//! Pipelines as BPMN files: one to take away, one to bring.

use app::drawing::{Drawn, NotImported};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, Entity, check_any};
use domain::bpmn::{read, write};
use domain::{Fault, Label, Outcome, Problem};

use super::State as Shared;
use super::problem::Told;
use super::public::{Desk, Fields};
use super::session::Session;

/// `GET /process/{id}/bpmn`
pub async fn export(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Response {
    let written = async {
        let actor = session.actor().map_err(|told| told.0)?;
        state.limits.export(actor)?;
        let process = store::process::show(&state.db, actor, id.parse()?).await?;
        Ok::<_, Problem>(write(&process.pipeline, &Drawn(session.lang), env!("CARGO_PKG_VERSION")))
    };
    match written.await {
        Ok(xml) => {
            let mut response = xml.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"));
            let file = HeaderValue::from_static("attachment; filename=\"process.bpmn\"");
            headers.insert(header::CONTENT_DISPOSITION, file);
            response
        }
        Err(problem) => Told(problem, session.lang).into_response(),
    }
}

/// `POST /process/import`: a form with the field `file`. What is not understood is told, and then nothing is changed.
pub async fn import(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    request: Request,
) -> Response {
    let actor = match session.actor() {
        Ok(actor) => actor,
        Err(told) => return told.into_response(),
    };
    let lang = session.lang;
    let desk = Desk::open(&state, Some(lang)).await;
    // Whoever may not import learns nothing about the file.
    if let Err(problem) = check_any(actor, Action::Write, Entity::Process) {
        return desk.problem(&problem);
    }
    let refuse = |problem: &Problem, told: &NotImported| {
        desk.page(Some(problem), app::public::not_imported(&desk.visit(), told))
    };
    let text = match sent(request).await {
        Ok(text) => text,
        Err(problem) => return refuse(&problem, &NotImported::problem(lang, &problem, &[])),
    };
    let drawing = match read(&text) {
        Ok(drawing) => drawing,
        Err(remarks) => {
            let problem = Problem::field("file", Fault::Unknown);
            return refuse(&problem, &NotImported::remarks(lang, &remarks));
        }
    };
    let stages: Vec<Label> = drawing.stages.iter().map(|stage| stage.name.clone()).collect();
    let db = state.db.asked_from(&session.origin.ip);
    match store::process::import(&db, actor, drawing, None).await {
        Ok(id) => Redirect::to(&format!("/process/{id}")).into_response(),
        Err(problem) => refuse(&problem, &NotImported::problem(lang, &problem, &stages)),
    }
}

/// The text of the file, or of a field that is no file.
async fn sent(request: Request) -> Outcome<String> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let Ok(fields) = Fields::from_request(request, &()).await;
        return Ok(fields.text("file"));
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Problem::UnsupportedMedia)?;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() == Some("file") {
            let bytes: Bytes = part.bytes().await.map_err(broken)?;
            return String::from_utf8(bytes.into()).map_err(|_| Problem::UnsupportedMedia);
        }
    }
    Err(Problem::field("file", Fault::Required))
}

fn broken(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::UnsupportedMedia,
    }
}
