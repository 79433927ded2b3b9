//! Pipelines as BPMN files: one to take away, one to bring.

use app::drawing::{Drawn, NotImported};
use app::public::{LeftOut, MOVES};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, Actor, Entity, check_any};
use domain::bpmn::{Drawing, read, write};
use domain::id::StageId;
use domain::pipeline::StageKind;
use domain::{Fault, Label, Lang, Outcome, Problem, Refusal};
use store::Db;

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

/// `POST /process/import`: a form with the field `file`. What is not understood is told, and then nothing is changed. Where the file
/// leaves out stages that have deals, a second form asks where these go, and sends the file once more with `moves.STAGE`.
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
    let Sent { text, moves } = match sent(request).await {
        Ok(sent) => sent,
        Err(problem) => return refuse(&problem, &NotImported::problem(lang, &problem, &[])),
    };
    let drawing = match read(&text) {
        Ok(drawing) => drawing,
        Err(remarks) => {
            let problem = Problem::field("file", Fault::Unknown);
            return refuse(&problem, &NotImported::remarks(lang, &remarks));
        }
    };
    let db = state.db.asked_from(&session.origin.ip);
    let problem = match store::process::import(&db, actor, drawing.clone(), None, &moves).await {
        Ok(id) => return Redirect::to(&format!("/process/{id}")).into_response(),
        Err(problem) => problem,
    };
    if problem == Problem::refused(Refusal::StageInUse) {
        let left = left_out(&db, actor, lang, &drawing, &moves).await;
        if !left.is_empty() {
            let places = drawing.stages.iter().enumerate().filter(|(_, stage)| stage.kind == StageKind::Open);
            let targets: Vec<(usize, String)> =
                places.map(|(place, stage)| (place, stage.name.get(lang).to_owned())).collect();
            let page = app::public::where_to(&desk.visit(), &text, &left, &targets);
            return desk.page(Some(&problem), page);
        }
    }
    let stages: Vec<Label> = drawing.stages.into_iter().map(|stage| stage.name).collect();
    refuse(&problem, &NotImported::problem(lang, &problem, &stages))
}

/// The stages with deals that the file leaves out; none where that cannot be said.
async fn left_out(
    db: &Db,
    actor: &Actor,
    lang: Lang,
    drawing: &Drawing,
    moves: &[(StageId, usize)],
) -> Vec<LeftOut> {
    let left = store::process::left_out(db, actor, drawing, None).await.unwrap_or_default();
    let left = left.into_iter().filter(|(_, deals)| *deals > 0).map(|(stage, deals)| LeftOut {
        stage: stage.id,
        name: stage.name.get(lang).to_owned(),
        deals,
        to: moves.iter().find(|(from, _)| *from == stage.id).map(|(_, to)| *to),
    });
    left.collect()
}

/// What the form sends.
#[derive(Debug, Default)]
struct Sent {
    text: String,
    /// Where the deals of stages go: places in the file.
    moves: Vec<(StageId, usize)>,
}

/// The text of the file, or of a field that is no file, and where deals go, as far as that was chosen.
async fn sent(request: Request) -> Outcome<Sent> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let Ok(fields) = Fields::from_request(request, &()).await;
        return Ok(Sent { text: fields.text("file"), ..Sent::default() });
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Problem::UnsupportedMedia)?;
    let (mut file, mut moves) = (None, Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let bytes: Bytes = part.bytes().await.map_err(broken)?;
            file = Some(String::from_utf8(bytes.into()).map_err(|_| Problem::UnsupportedMedia)?);
        } else if let Some(stage) = name.strip_prefix(MOVES) {
            let (stage, place) = (stage.parse::<StageId>().ok(), part.text().await.map_err(broken)?);
            moves.extend(stage.zip(place.parse::<usize>().ok()));
        }
    }
    let text = file.ok_or_else(|| Problem::field("file", Fault::Required))?;
    Ok(Sent { text, moves })
}

fn broken(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::UnsupportedMedia,
    }
}
