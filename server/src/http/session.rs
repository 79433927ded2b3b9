//! Who is asking: the session cookie becomes an actor before anything else runs.

use std::net::SocketAddr;

use app::ctx::{Cookie, in_query};
use axum::Extension;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Actor;
use domain::user::Me;
use domain::{Lang, Problem};
use store::sessions::Origin;

use super::language::Visitor;
use super::problem::Told;

/// What a request is known by.
#[derive(Debug, Clone)]
pub struct Session {
    /// `None`: nobody is signed in.
    pub known: Option<(Actor, Me)>,
    pub token: Option<String>,
    pub origin: Origin,
    pub lang: Lang,
}

impl Session {
    pub fn actor(&self) -> Result<&Actor, Told> {
        self.known.as_ref().map(|(actor, _)| actor).ok_or(Told(Problem::SignedOut, self.lang))
    }
}

/// Pages that need nobody to be signed in.
pub fn is_door(path: &str) -> bool {
    ["/login", "/login/code", "/login/sso", "/login/sso/callback", "/reset"].contains(&path)
        || ["/setup/", "/join/", "/reset/"].iter().any(|door| path.starts_with(door))
}

/// Server functions that need nobody to be signed in; they are limited per address.
pub fn is_door_function(path: &str) -> bool {
    ["/fn/session/", "/fn/setup/", "/fn/join/", "/fn/reset/"].iter().any(|door| path.starts_with(door))
}

/// What is open to somebody who must have a second factor and has none: the way to one, and the way out.
pub fn is_enrolment(path: &str) -> bool {
    path == app::public::second_factor::PAGE
        || path.starts_with("/profile/second-factor/")
        || path == "/logout"
        || is_door(path)
        || is_door_function(path)
}

/// Puts the [`Session`] into the request; sends people who are not signed in from pages to the sign-in page.
pub async fn identify(
    State(state): State<super::State>,
    Visitor(visitor): Visitor,
    mut request: Request,
    next: Next,
) -> Response {
    let token = cookie(request.headers(), Cookie::Session.name(state.site.secure));
    let known = match &token {
        None => None,
        Some(token) => match store::sessions::me(&state.db, token).await {
            Ok(known) => Some(known),
            Err(Problem::SignedOut) => None,
            Err(problem) => return Told(problem, visitor.unwrap_or_default()).into_response(),
        },
    };
    let path = request.uri().path();
    let page = matches!(*request.method(), Method::GET | Method::HEAD) && !path.starts_with("/fn/");
    if known.is_none() && page && !is_door(path) {
        let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
        // Whoever stands between the two steps goes on to the second one.
        let half = cookie(request.headers(), Cookie::Half.name(state.site.secure)).is_some();
        let door = if half { "/login/code" } else { "/login" };
        return Redirect::to(&format!("{door}?next={}", in_query(wanted))).into_response();
    }
    if known.as_ref().is_some_and(|(_, me)| me.must_enrol) && !is_enrolment(path) {
        return if page {
            Redirect::to(app::public::second_factor::PAGE).into_response()
        } else {
            Told(Problem::Forbidden, visitor.unwrap_or_default()).into_response()
        };
    }
    let lang = match &known {
        Some((_, me)) => me.user.lang,
        None => match visitor {
            Some(lang) => lang,
            None => {
                store::settings::company(&state.db).await.map(|settings| settings.lang).unwrap_or_default()
            }
        },
    };
    let origin = Origin { ip: peer(&request), agent: agent(request.headers()), before: token.clone() };
    let asked = super::language::asked(request.uri().query());
    request.extensions_mut().insert(Session { known, token, origin, lang });
    let mut response = next.run(request).await;
    // The choice of language at the door is remembered.
    if let Some(value) = asked.and_then(|lang| {
        HeaderValue::from_str(&format!("lang={}; Path=/; SameSite=Lax; Max-Age=31536000", lang.code())).ok()
    }) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Ends the session here and in the browser.
pub async fn sign_out(State(state): State<super::State>, Extension(session): Extension<Session>) -> Response {
    if let Some(token) = &session.token
        && let Err(problem) = store::sessions::sign_out(&state.db.asked_from(&session.origin.ip), token).await
    {
        return Told(problem, session.lang).into_response();
    }
    ([(header::SET_COOKIE, Cookie::Session.clear(&state.site))], Redirect::to("/login")).into_response()
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The address of the other end. Headers of proxies are not believed: they can be written by anybody.
pub fn peer(request: &Request) -> String {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip().to_string())
        .unwrap_or_default()
}

fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_cookie_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; millrace=xyz; millrace2=no"));
        assert_eq!(cookie(&headers, "millrace").as_deref(), Some("xyz"));
        assert_eq!(cookie(&headers, "mill"), None);
    }

    #[test]
    fn the_way_back_cannot_break_out_of_its_query() {
        assert_eq!(in_query("/deals?view=list&next=//evil"), "/deals%3Fview%3Dlist%26next%3D//evil");
    }
}
