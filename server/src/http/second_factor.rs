//! The second factor: the second step of signing in, and its owner's page. Plain HTML and plain POSTs, no scripts.

use app::ctx::{Cookie, in_query, own_path};
use app::public::second_factor::{PAGE, code_step, recovery_codes, second_factor};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::access::Actor;
use domain::{Lang, Outcome, Problem};
use serde::Deserialize;
use store::Db;

use super::State as Shared;
use super::problem::Told;
use super::public::{Desk, Fields};
use super::session::{Session, cookie};

/// Where somebody wanted to go before the door.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    pub next: String,
}

/// `GET /login/code`
pub async fn step(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    match half(&state, &headers).await {
        Ok((_, lang)) => {
            let desk = Desk::open(&state, Some(lang)).await;
            desk.page(None, code_step(&desk.visit(), own_path(&wanted.next), None))
        }
        Err(Problem::SignedOut) => start_over(&state, &wanted.next),
        Err(problem) => Desk::open(&state, Some(session.lang)).await.problem(&problem),
    }
}

/// `POST /login/code`: only here the session begins.
pub async fn take_step(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let next = fields.text("next");
    let ((token, email), lang) = match half(&state, &headers).await {
        Ok(found) => found,
        Err(Problem::SignedOut) => return start_over(&state, &next),
        Err(problem) => return Desk::open(&state, Some(session.lang)).await.problem(&problem),
    };
    let db = state.db.asked_from(&session.origin.ip);
    let allowed = match state.limits.door(&session.origin.ip).and_then(|()| state.limits.code(&email)) {
        Ok(()) => store::sessions::finish(&db, &token, &fields.text("code"), session.origin.clone()).await,
        Err(problem) => match blocked(&state, &email, &session).await {
            Ok(()) => Err(problem),
            Err(problem) => Err(problem),
        },
    };
    match allowed {
        Ok(signed) => {
            state.limits.code_was_right(&email);
            let cookies = [
                (header::SET_COOKIE, Cookie::Session.set(&state.site, &signed.token)),
                (header::SET_COOKIE, Cookie::Half.clear(&state.site)),
            ];
            (AppendHeaders(cookies), Redirect::to(own_path(&next))).into_response()
        }
        Err(Problem::SignedOut) => start_over(&state, &next),
        Err(problem) => {
            let desk = Desk::open(&state, Some(lang)).await;
            desk.page(Some(&problem), code_step(&desk.visit(), own_path(&next), Some(&problem)))
        }
    }
}

/// The token of the browser between the steps and the address of its person, and their language.
async fn half(state: &Shared, headers: &HeaderMap) -> Outcome<((String, String), Lang)> {
    let token = cookie(headers, Cookie::Half.name(state.site.secure)).ok_or(Problem::SignedOut)?;
    let user = store::sessions::half_user(&state.db, &token).await?;
    Ok(((token, user.email), user.lang))
}

async fn blocked(state: &Shared, email: &str, session: &Session) -> Outcome<()> {
    use app::ctx::Doorkeeper;
    if state.limits.worth_noting(email) {
        store::sessions::blocked(&state.db, email, session.origin.clone()).await?;
    }
    Ok(())
}

fn start_over(state: &Shared, next: &str) -> Response {
    let gone = [(header::SET_COOKIE, Cookie::Half.clear(&state.site))];
    (gone, Redirect::to(&format!("/login?next={}", in_query(own_path(next))))).into_response()
}

/// `GET /profile/second-factor`
pub async fn show(State(state): State<Shared>, Extension(session): Extension<Session>) -> Response {
    page(&state, &session, None).await
}

/// `POST /profile/second-factor/begin`: makes a new secret, which the page then shows.
pub async fn begin(State(state): State<Shared>, Extension(session): Extension<Session>) -> Response {
    let begun = match asked(&state, &session) {
        Ok((db, actor)) => store::second_factor::begin(&db, &actor).await,
        Err(told) => return told.into_response(),
    };
    landed(&state, &session, begun).await
}

/// `POST /profile/second-factor/confirm`
pub async fn confirm(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    fields: Fields,
) -> Response {
    prove(&state, &session, &fields, Wish::Confirm).await
}

/// `POST /profile/second-factor/codes`
pub async fn renew_codes(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    fields: Fields,
) -> Response {
    prove(&state, &session, &fields, Wish::Renew).await
}

/// `POST /profile/second-factor/off`
pub async fn turn_off(
    State(state): State<Shared>,
    Extension(session): Extension<Session>,
    fields: Fields,
) -> Response {
    prove(&state, &session, &fields, Wish::TurnOff).await
}

/// What takes the password and a code.
enum Wish {
    Confirm,
    Renew,
    TurnOff,
}

async fn prove(state: &Shared, session: &Session, fields: &Fields, wish: Wish) -> Response {
    let (db, actor) = match proving(state, session) {
        Ok(asked) => asked,
        Err(told) => return refused(state, session, told).await,
    };
    let (password, code) = (fields.text("password"), fields.text("code"));
    match wish {
        Wish::Confirm => {
            let keep = session.token.as_deref();
            let codes = store::second_factor::confirm(&db, &actor, &password, &code, keep).await;
            handed_out(state, session, codes).await
        }
        Wish::Renew => {
            let codes = store::second_factor::renew_codes(&db, &actor, &password, &code).await;
            handed_out(state, session, codes).await
        }
        Wish::TurnOff => {
            let done = store::second_factor::disable(&db, &actor, &password, &code).await;
            landed(state, session, done.inspect(|()| right(state, session))).await
        }
    }
}

fn asked(state: &Shared, session: &Session) -> Result<(Db, Actor), Told> {
    Ok((state.db.asked_from(&session.origin.ip), session.actor()?.clone()))
}

/// The same for what takes a password and a code: both are guessed at no faster than at the door.
fn proving(state: &Shared, session: &Session) -> Result<(Db, Actor), Told> {
    let asked = asked(state, session)?;
    let told = |problem| Told(problem, session.lang);
    state.limits.door(&session.origin.ip).map_err(told)?;
    state.limits.code(email(session)).map_err(told)?;
    Ok(asked)
}

fn email(session: &Session) -> &str {
    session.known.as_ref().map_or("", |(_, me)| &me.user.email)
}

fn right(state: &Shared, session: &Session) {
    state.limits.code_was_right(email(session));
}

async fn handed_out(state: &Shared, session: &Session, codes: Outcome<Vec<String>>) -> Response {
    match codes {
        Ok(codes) => {
            right(state, session);
            let desk = Desk::open(state, Some(session.lang)).await;
            desk.page(None, recovery_codes(&desk.visit(), &codes))
        }
        Err(problem) => page(state, session, Some(problem)).await,
    }
}

async fn landed(state: &Shared, session: &Session, done: Outcome<()>) -> Response {
    match done {
        Ok(()) => Redirect::to(PAGE).into_response(),
        Err(problem) => page(state, session, Some(problem)).await,
    }
}

/// Somebody signed in reads it on their page, anybody else as a problem.
async fn refused(state: &Shared, session: &Session, told: Told) -> Response {
    if session.known.is_some() { page(state, session, Some(told.0)).await } else { told.into_response() }
}

async fn page(state: &Shared, session: &Session, problem: Option<Problem>) -> Response {
    let actor = match session.actor() {
        Ok(actor) => actor,
        Err(told) => return told.into_response(),
    };
    let desk = Desk::open(state, Some(session.lang)).await;
    match store::second_factor::show(&state.db, actor).await {
        Ok(factor) => desk.page(problem.as_ref(), second_factor(&desk.visit(), &factor, problem.as_ref())),
        Err(problem) => desk.problem(&problem),
    }
}
