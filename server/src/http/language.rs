//! The language of visitors who have no account.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use domain::Lang;

/// `?lang=`, else the cookie `lang`, else `Accept-Language`.
#[derive(Debug, Clone, Copy)]
pub struct Visitor(pub Option<Lang>);

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Visitor(
            asked(parts.uri.query()).or_else(|| cookie(&parts.headers)).or_else(|| accepted(&parts.headers)),
        ))
    }
}

/// The language that the address asks for.
pub fn asked(query: Option<&str>) -> Option<Lang> {
    query?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::from_tag)
}

fn cookie(headers: &HeaderMap) -> Option<Lang> {
    super::session::cookie(headers, "lang").and_then(|tag| Lang::from_tag(&tag))
}

fn accepted(headers: &HeaderMap) -> Option<Lang> {
    headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Lang::from_accept)
}
