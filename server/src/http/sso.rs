//! To the identity provider and back.

use app::ctx::{Cookie, in_query, own_path};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::Problem;
use domain::session::SsoRefusal;
use serde::Deserialize;
use store::sessions::SignedIn;

use super::State as Shared;
use super::public::Desk;
use super::second_factor::Wanted;
use super::session::{Session, cookie};

/// What the provider sends back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    code: String,
    state: String,
    error: String,
}

/// Why nobody came in: something to be read at the door, or a fault of ours.
enum Failure {
    Refusal(SsoRefusal),
    Problem(Problem),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Expired => Failure::Refusal(SsoRefusal::Expired),
            other => Failure::Problem(other),
        }
    }
}

/// `GET /login/sso`: sends the browser to the provider.
pub async fn set_out(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    Query(wanted): Query<Wanted>,
) -> Response {
    match leave(&state, &session, &wanted.next).await {
        Ok(response) => response,
        Err(failure) => failed(&state, &session, failure, &wanted.next).await,
    }
}

async fn leave(state: &Shared, session: &Session, next: &str) -> Result<Response, Failure> {
    let provider = state.sso.as_ref().ok_or(Problem::NotFound)?;
    state.limits.door(&session.origin.ip)?;
    // Asked before anything is kept: a provider that is down costs no row.
    let client = provider.client().await.map_err(Failure::Refusal)?;
    let way = store::sso::begin(&state.db, own_path(next)).await?;
    let cookie = [(header::SET_COOKIE, Cookie::Sso.set(&state.site, &way.token))];
    Ok((cookie, Redirect::to(client.address(&way).as_str())).into_response())
}

/// `GET /login/sso/callback`: the browser comes back.
pub async fn come_back(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Response {
    match arrive(&state, &session, &headers, answer).await {
        Ok((signed, next)) => {
            let kind = if signed.is_half { Cookie::Half } else { Cookie::Session };
            let cookies = [
                (header::SET_COOKIE, kind.set(&state.site, &signed.token)),
                (header::SET_COOKIE, Cookie::Sso.clear(&state.site)),
            ];
            let path = own_path(&next);
            let path =
                if signed.is_half { format!("/login/code?next={}", in_query(path)) } else { path.into() };
            (AppendHeaders(cookies), Redirect::to(&path)).into_response()
        }
        Err(failure) => failed(&state, &session, failure, "").await,
    }
}

async fn arrive(
    state: &Shared,
    session: &Session,
    headers: &HeaderMap,
    answer: Answer,
) -> Result<(SignedIn, String), Failure> {
    let provider = state.sso.as_ref().ok_or(Problem::NotFound)?;
    state.limits.door(&session.origin.ip)?;
    let token = cookie(headers, Cookie::Sso.name(state.site.secure)).ok_or(Problem::Expired)?;
    let way = store::sso::arrive(&state.db, &token, &answer.state).await?;
    if !answer.error.is_empty() {
        return Err(refused(state, session, SsoRefusal::Denied).await);
    }
    let vouched = match provider.vouched(&way, answer.code).await {
        Ok(vouched) => vouched,
        Err(refusal) => return Err(refused(state, session, refusal).await),
    };
    let db = state.db.asked_from(&session.origin.ip);
    match store::sso::sign_in(&db, vouched, session.origin.clone()).await? {
        Ok(signed) => Ok((signed, way.next)),
        Err(refusal) => Err(Failure::Refusal(refusal)),
    }
}

/// Keeps that the provider let nobody in.
async fn refused(state: &Shared, session: &Session, refusal: SsoRefusal) -> Failure {
    let db = state.db.asked_from(&session.origin.ip);
    match store::sso::refused(&db, refusal, session.origin.clone()).await {
        Ok(()) => Failure::Refusal(refusal),
        Err(problem) => Failure::Problem(problem),
    }
}

/// Back to the door, which says why.
async fn failed(state: &Shared, session: &Session, failure: Failure, next: &str) -> Response {
    match failure {
        Failure::Refusal(refusal) => {
            let gone = [(header::SET_COOKIE, Cookie::Sso.clear(&state.site))];
            let door = format!("/login?sso={}&next={}", refusal.code(), in_query(own_path(next)));
            (gone, Redirect::to(&door)).into_response()
        }
        Failure::Problem(problem) => Desk::open(state, Some(session.lang)).await.problem(&problem),
    }
}
