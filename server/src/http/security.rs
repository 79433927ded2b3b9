//! What protects every request: headers, same origin for changes, limits on guessing.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use app::ctx::Doorkeeper;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::form::Form;
use domain::id::UserId;
use domain::{Lang, Problem};
use url::Url;

use super::language::Visitor;
use super::limit::Limit;
use super::problem::Told;
use crate::config::IntakeConfig;

/// Rates per address of the caller, at the doors per account as well, and per user of what costs much. Each remembers a bounded
/// number of them.
pub struct Limits {
    /// Everything that strangers try at the doors, per address of the caller.
    door: Limit,
    /// Passwords, per account.
    account: Limit,
    /// Codes of second factors, per account: there are only a million of them.
    code: Limit,
    /// Mails with a link for a new password, per account.
    reset: Limit,
    /// Lines in the history of an account about refused tries.
    noted: Limit,
    /// Submissions of forms, per address of the caller.
    intake: Option<Limit>,
    /// Submissions, per form.
    form: Option<Limit>,
    /// Searches, per user: each reads whole tables.
    search: Limit,
    /// Files made for a user: papers, a person's data.
    export: Limit,
}

impl Limits {
    pub fn new(config: IntakeConfig) -> Self {
        Limits {
            door: Limit::new(20, Duration::from_secs(3)),
            account: Limit::new(10, Duration::from_secs(60)),
            code: Limit::new(5, Duration::from_secs(60)),
            reset: Limit::new(3, Duration::from_secs(600)),
            noted: Limit::new(1, Duration::from_secs(60)),
            intake: config.per_ip.then(|| Limit::new(60, Duration::from_secs(1))),
            form: (config.per_form > 0)
                .then(|| Limit::new(config.per_form, Duration::from_secs(60) / config.per_form)),
            search: Limit::new(60, Duration::from_secs(1)),
            export: Limit::new(30, Duration::from_secs(2)),
        }
    }

    pub fn door(&self, ip: &str) -> Result<(), Problem> {
        tried(&self.door, &group(ip))
    }

    /// One more code of somebody.
    pub fn code(&self, email: &str) -> Result<(), Problem> {
        tried(&self.code, &folded(email))
    }

    /// Their code was right: the tries before count no more.
    pub fn code_was_right(&self, email: &str) {
        self.code.forget(&folded(email));
    }

    pub fn intake(&self, ip: &str) -> Result<(), Problem> {
        self.intake.as_ref().map_or(Ok(()), |limit| tried(limit, &group(ip)))
    }

    /// One more submission of a form; whether more come than people send.
    pub fn rush(&self, slug: &str) -> bool {
        self.form.as_ref().is_some_and(|limit| limit.check(slug, Instant::now()).is_err())
    }

    /// One more file for whoever asks.
    pub fn export(&self, actor: &Actor) -> Result<(), Problem> {
        actor.user.map_or(Ok(()), |user| tried(&self.export, &user.to_string()))
    }
}

/// Nobody is asked whether the address belongs to an account: known and unknown ones are refused alike.
impl Doorkeeper for Limits {
    fn sign_in(&self, email: &str) -> Result<(), Problem> {
        tried(&self.account, &folded(email))
    }

    fn worth_noting(&self, email: &str) -> bool {
        tried(&self.noted, &folded(email)).is_ok()
    }

    fn let_in(&self, email: &str) {
        self.account.forget(&folded(email));
    }

    fn reset(&self, email: &str) -> Result<(), Problem> {
        tried(&self.reset, &folded(email))
    }

    fn search(&self, user: UserId) -> Result<(), Problem> {
        tried(&self.search, &user.to_string())
    }
}

fn tried(limit: &Limit, key: &str) -> Result<(), Problem> {
    limit.check(key, Instant::now()).map_err(|retry_after| Problem::TooMany { retry_after })
}

/// An address as accounts are found by it.
fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

/// One household or server has a whole /64 of IPv6 addresses.
fn group(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(v6)) => v6.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        _ => ip.to_owned(),
    }
}

/// Policy of pages without scripts: the clients' pages, errors.
const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page may stand in frames: its answer brings its own policy and has no `X-Frame-Options`, which knows no list of sites.
#[derive(Clone, Copy)]
pub struct Framed;

/// The policy of a hosted form: frames of its sites may show it, and browsers follow where it sends visitors afterwards.
pub fn framed_policy(form: &Form) -> String {
    let sites = if form.origins.is_empty() { "*".to_owned() } else { form.origins.join(" ") };
    let onward = Url::parse(&form.redirect).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' {onward}; base-uri 'none'; \
         frame-ancestors 'self' {sites}"
    )
}

/// The policy of the application's pages; scripts and styles need the page's nonce or a file of ours.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Security headers of every answer; a handler's own ones stay.
pub async fn headers(State(state): State<super::State>, request: Request, next: Next) -> Response {
    let secure = state.site.secure;
    let mut response = next.run(request).await;
    let framed = response.extensions().get::<Framed>().is_some();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, PLAIN);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    if !framed {
        put(header::X_FRAME_OPTIONS, "DENY");
    }
    put(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(header::CACHE_CONTROL, "no-store");
    if secure {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Changes are accepted from our own pages only: `Sec-Fetch-Site`, else `Origin` against the configured address and the request's
/// host. The intake API is made for other sites and carries no cookies.
pub async fn same_origin(
    State(state): State<super::State>,
    Visitor(lang): Visitor,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || request.uri().path().starts_with("/api/v1/forms/") || is_ours(&request, &state.site.origin) {
        return next.run(request).await;
    }
    Told(Problem::Forbidden, lang.unwrap_or(Lang::En)).into_response()
}

/// Bodies that announce themselves as too large are read to their end and thrown away, up to a bound: a client that is still
/// sending would otherwise see a broken connection instead of the answer.
pub async fn bounded(Visitor(lang): Visitor, request: Request, next: Next) -> Response {
    const DRAINED: usize = 32 * 1024 * 1024;
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_none_or(|bytes| bytes <= super::BODY) {
        return next.run(request).await;
    }
    let open = request.uri().path().starts_with("/api/v1/forms/");
    let mut body = request.into_body().into_data_stream();
    let mut read = 0;
    while let Some(Ok(part)) = futures::StreamExt::next(&mut body).await {
        read += part.len();
        if read > DRAINED {
            break;
        }
    }
    let mut response = Told(Problem::TooLarge, lang.unwrap_or_default()).into_response();
    if open {
        super::api::open_to_sites(response.headers_mut());
    }
    response
}

fn is_ours(request: &Request, origin: &str) -> bool {
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let from = text(header::ORIGIN);
    if from == Some(origin) {
        return true;
    }
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        // Old browsers and programs: without an Origin there is no browser that could have been lured.
        None => match (from, text(header::HOST)) {
            (None, _) => true,
            (Some(from), Some(host)) => {
                from.split_once("://").is_some_and(|(_, authority)| authority == host)
            }
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &'static str)]) -> Request {
        let mut request = Request::new(axum::body::Body::empty());
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        request
    }

    #[test]
    fn foreign_pages_cannot_change_anything() {
        let ours = "https://crm.example";
        for (headers, allowed) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], false),
            (vec![("sec-fetch-site", "same-site"), ("origin", "https://blog.example")], false),
            (vec![("origin", "https://crm.example")], true),
            (vec![("origin", "null"), ("host", "crm.example")], false),
            (vec![("origin", "https://evil.example"), ("host", "crm.example")], false),
            (vec![("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")], true),
            (vec![], true),
        ] {
            assert_eq!(is_ours(&request(&headers), ours), allowed, "{headers:?}");
        }
    }

    #[test]
    fn guessing_is_slowed_down_per_address_and_ipv6_network() {
        let limits = Limits::new(IntakeConfig::default());
        for _ in 0..20 {
            limits.door("2001:db8::1").unwrap();
        }
        assert!(limits.door("2001:db8::2").is_err());
        assert!(limits.door("192.0.2.1").is_ok());
    }

    #[test]
    fn guessing_is_slowed_down_per_account_wherever_it_comes_from() {
        let limits = Limits::new(IntakeConfig::default());
        for _ in 0..10 {
            limits.sign_in("anna@example.com").unwrap();
        }
        assert!(limits.sign_in(" Anna@EXAMPLE.com ").is_err());
        assert!(limits.sign_in("boris@example.com").is_ok());
        assert!(limits.worth_noting("anna@example.com") && !limits.worth_noting("anna@example.com"));
        limits.let_in("anna@example.com");
        assert!(limits.sign_in("anna@example.com").is_ok());
        for _ in 0..3 {
            limits.reset("anna@example.com").unwrap();
        }
        assert!(limits.reset("anna@example.com").is_err());
    }
}
