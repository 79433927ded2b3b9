//! A plain form that could not be saved comes back with what was typed: it travels in the address.

use domain::Problem;
use leptos::prelude::use_context;
use leptos::server_fn::error::ServerFnUrlError;

use crate::ctx::{in_query, is_plain_form};
use crate::fail::Fail;

/// Whether a plain form was sent from `page` of ours.
pub fn is_from(page: &str) -> bool {
    let parts = use_context::<axum::http::request::Parts>();
    let referrer = parts.as_ref().and_then(|parts| parts.headers.get(axum::http::header::REFERER));
    let referrer = referrer.and_then(|value| value.to_str().ok()?.split_once("://"));
    let path = referrer.and_then(|(_, rest)| Some(&rest[rest.find('/')?..]));
    path.and_then(|path| path.split(['?', '#']).next()).is_some_and(|path| path == page)
}

/// Longest address that browsers and what stands between them and us carry, in bytes.
const MAX: usize = 16_000;

/// Brings the sender of a plain form to `page` of ours with the query `fields`; `failed` says which server function failed, and
/// how. False when nobody waits for a page, or when that is too much for an address: then the failure is told alone.
pub fn bring(page: &str, fields: &[(&str, &str)], failed: Option<(&str, Problem)>) -> bool {
    if !is_plain_form() {
        return false;
    }
    // The router decodes twice what it reads of an address: a `%` that was typed has to outlive both.
    let typed = |value: &str| in_query(&value.replace('%', "%25"));
    let mut query: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", typed(value))).collect();
    if let Some((path, problem)) = failed {
        // Only its query is used.
        let told = ServerFnUrlError::new(path, Fail::Problem(problem)).to_url("http://localhost/");
        query.extend(told.ok().and_then(|told| told.query().map(str::to_owned)));
    }
    let address = format!("{page}?{}", query.join("&"));
    if address.len() > MAX {
        return false;
    }
    leptos_axum::redirect(&address);
    true
}
