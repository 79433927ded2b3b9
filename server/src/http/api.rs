//! The intake API: what the widget and other programs ask and send.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::attribution::RawAttribution;
use domain::form::{self, FieldKind, Form, NewSubmission, Receipt};
use domain::settings::Settings;
use domain::{Fault, FieldError, Lang, Outcome, Problem, consent};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::intake::Evidence;

use super::language::Visitor;
use super::problem::Told;

/// Largest body of a submission.
pub const BODY: usize = 64 * 1024;

/// A form as a site's script draws it, in one language.
#[derive(Serialize)]
struct Definition<'a> {
    slug: &'a str,
    lang: &'static str,
    title: &'a str,
    note: &'a str,
    /// Empty: the script's own words.
    button: &'a str,
    thanks: &'a str,
    redirect: &'a str,
    fields: Vec<DefinedField<'a>>,
    consent: Option<DefinedConsent<'a>>,
    /// What the proof of work is made for.
    token: String,
    /// Zero bits that it begins with.
    bits: u32,
}

#[derive(Serialize)]
struct DefinedField<'a> {
    key: &'a str,
    kind: &'static str,
    label: &'a str,
    required: bool,
    max: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<&'a str>,
}

#[derive(Serialize)]
struct DefinedConsent<'a> {
    version: i64,
    text: &'a str,
}

impl<'a> Definition<'a> {
    fn new(form: &'a Form, settings: &'a Settings, lang: Lang, token: String, bits: u32) -> Self {
        let text = settings.consent.get(lang);
        // What visitors do not see is not told, and where there is nothing to agree to nothing is asked.
        let asked = form.fields.iter().filter(|field| match field.kind {
            FieldKind::Hidden => false,
            FieldKind::Consent => !text.is_empty(),
            _ => true,
        });
        let fields: Vec<DefinedField<'a>> = asked
            .map(|field| DefinedField {
                key: &field.key,
                kind: field.kind.code(),
                label: field.label.get(lang),
                required: field.required,
                max: field.kind.max(),
                options: field.options.iter().map(|option| option.get(lang)).collect(),
            })
            .collect();
        let consents = fields.iter().any(|field| field.kind == FieldKind::Consent.code());
        Definition {
            slug: &form.slug,
            lang: lang.code(),
            title: form.title(lang),
            note: form.texts.note.get(lang),
            button: form.texts.button.get(lang),
            thanks: form.texts.thanks.get(lang),
            redirect: &form.redirect,
            consent: consents.then_some(DefinedConsent { version: settings.consent_version, text }),
            fields,
            token,
            bits,
        }
    }
}

#[derive(Deserialize)]
pub struct Since {
    /// The token that the page had before.
    since: Option<String>,
}

/// `GET /api/v1/forms/{slug}`: the form in the visitor's language, and something to work on.
pub async fn define(
    State(state): State<super::State>,
    Path(slug): Path<String>,
    Query(Since { since }): Query<Since>,
    Visitor(lang): Visitor,
    headers: HeaderMap,
) -> Response {
    let form = store::forms::public(&state.db, &slug).await;
    let origins = origin_of(&state, form.as_deref().ok(), &headers);
    let answer = async {
        let form = form?;
        origins.check()?;
        let settings = store::settings::company(&state.db).await?;
        let lang = lang.unwrap_or(settings.lang);
        let token = store::intake::challenge(&state.db, &form, since.as_deref())?;
        let bits = state.guard.bits_of(&form);
        Ok(axum::Json(Definition::new(&form, &settings, lang, token, bits)).into_response())
    };
    let mut response =
        answer.await.unwrap_or_else(|problem| Told(problem, lang.unwrap_or_default()).into_response());
    origins.open(response.headers_mut());
    response
}

/// `POST /api/v1/forms/{slug}/submissions`, JSON or form-encoded.
pub async fn submit(
    State(state): State<super::State>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    Path(slug): Path<String>,
    Visitor(lang): Visitor,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let ip = peer.map(|peer| peer.0.0.ip().to_string()).unwrap_or_default();
    let mut told_in = lang.unwrap_or_default();
    let form = store::forms::public(&state.db, &slug).await;
    let origins = origin_of(&state, form.as_deref().ok(), &headers);
    let answer = async {
        state.limits.intake(&ip)?;
        let _place = store::intake::enter(&state.db)?;
        let form = form?;
        origins.check()?;
        let Sent { mut submission, mut evidence } = read(&headers, body)?;
        submission.lang = submission.lang.or(lang);
        told_in = submission.lang.unwrap_or_default();
        // A stamp is for pages that can do no work.
        evidence.stamp = None;
        take(&state, &ip, &form, submission, evidence, idempotency_key(&headers)?).await
    };
    let mut response = match answer.await {
        Ok(receipt) => (StatusCode::CREATED, axum::Json(receipt)).into_response(),
        Err(problem) => Told(problem, told_in).into_response(),
    };
    origins.open(response.headers_mut());
    response
}

/// Judges what was sent and keeps it.
pub(super) async fn take(
    state: &super::State,
    ip: &str,
    form: &Form,
    submission: NewSubmission,
    mut evidence: Evidence,
    key: Option<&str>,
) -> Outcome<Receipt> {
    evidence.rush = state.guard.on && state.limits.rush(&form.slug);
    let verdict = store::intake::judge(&state.db, state.guard, form, &evidence);
    store::intake::submit_judged(&state.db.asked_from(ip), &form.slug, submission, key, verdict).await
}

pub(super) fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Outcome<Sent> {
    let body = body.map_err(|_| Problem::TooLarge)?;
    if body.len() > BODY {
        return Err(Problem::TooLarge);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => from_json(&body),
        "application/x-www-form-urlencoded" => Ok(from_pairs(&body)),
        _ => Err(Problem::UnsupportedMedia),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Outcome<Option<&str>> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    key.map(Some).ok_or_else(|| Problem::field("Idempotency-Key", Fault::TooLong(255)))
}

/// Asked by browsers before they send from another site.
pub async fn preflight(
    State(state): State<super::State>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    let form = store::forms::public(&state.db, &slug).await;
    let origins = origin_of(&state, form.as_deref().ok(), &headers);
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    origins.open(headers);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type, idempotency-key"),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// The site that asks, as far as its form lets it.
enum Origins {
    /// Any site may send and read the answer.
    Any,
    /// This one may.
    Only(HeaderValue),
    Foreign,
    /// No browser's page asks.
    Nobody,
}

fn origin_of(state: &super::State, form: Option<&Form>, headers: &HeaderMap) -> Origins {
    match (form, headers.get(header::ORIGIN)) {
        // What is wrong with an address is told to everybody.
        (None, _) => Origins::Any,
        (Some(form), _) if form.origins.is_empty() => Origins::Any,
        (Some(_), None) => Origins::Nobody,
        (Some(form), Some(origin)) => match origin.to_str() {
            Ok(text) if form.allows(text) || text == state.site.origin => Origins::Only(origin.clone()),
            _ => Origins::Foreign,
        },
    }
}

impl Origins {
    fn check(&self) -> Outcome<()> {
        if matches!(self, Origins::Foreign) { Err(Problem::Forbidden) } else { Ok(()) }
    }

    /// Cookies are never involved.
    fn open(&self, headers: &mut HeaderMap) {
        match self {
            Origins::Any => open_to(headers, HeaderValue::from_static("*")),
            Origins::Only(origin) => open_to(headers, origin.clone()),
            // Else the widget could not tell a refusal from a broken line, and would keep for ever what can never be sent.
            Origins::Foreign => open_to_sites(headers),
            Origins::Nobody => {}
        }
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}

/// Any site may read this answer.
pub fn open_to_sites(headers: &mut HeaderMap) {
    open_to(headers, HeaderValue::from_static("*"));
}

fn open_to(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
}

/// A submission with what speaks for it or against it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    pub submission: NewSubmission,
    pub evidence: Evidence,
}

/// Fields of any other type than text are named, all of them.
pub fn from_json(body: &[u8]) -> Outcome<Sent> {
    let wrong = |field: &str| Problem::field(field, Fault::WrongType);
    let value: Value = serde_json::from_slice(body).map_err(|_| wrong("body"))?;
    let top = value.as_object().ok_or_else(|| wrong("body"))?;
    let mut faults = Vec::new();
    let mut fields = BTreeMap::new();
    match top.get("fields") {
        Some(Value::Object(given)) => {
            for (name, value) in given {
                match value {
                    Value::String(text) => {
                        fields.insert(name.clone(), text.clone());
                    }
                    Value::Null => {}
                    Value::Bool(said) if name == consent::FIELD => {
                        fields.insert(name.clone(), said.to_string());
                    }
                    _ => faults.push(FieldError { field: name.clone(), fault: Fault::WrongType }),
                }
            }
        }
        None => faults.push(FieldError { field: "fields".into(), fault: Fault::Required }),
        Some(_) => faults.push(FieldError { field: "fields".into(), fault: Fault::WrongType }),
    }
    // What the client tells of its way here is a help, never a reason to lose a lead.
    let attribution = top.get("attribution").map(attribution).unwrap_or_default();
    let lang = top.get("lang").and_then(Value::as_str).and_then(Lang::from_tag);
    if !faults.is_empty() {
        return Err(Problem::Invalid { fields: faults });
    }
    let said = top.get(form::HONEYPOT).and_then(Value::as_str).map(str::to_owned);
    let evidence = Evidence {
        honeypot: fields.remove(form::HONEYPOT).or(said).unwrap_or_default(),
        proof: top.get("proof").filter(|proof| !proof.is_null()).map(proof),
        ..Evidence::default()
    };
    Ok(Sent { submission: NewSubmission { fields, attribution, lang }, evidence })
}

/// What cannot be read is a bad proof, not a missing one.
fn proof(value: &Value) -> (String, u64) {
    let token = value.get("token").and_then(Value::as_str).unwrap_or_default().to_owned();
    (token, value.get("counter").and_then(Value::as_u64).unwrap_or_default())
}

fn attribution(value: &Value) -> RawAttribution {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    RawAttribution {
        landing_url: text("landing_url"),
        referrer: text("referrer"),
        first_landing_url: text("first_landing_url"),
        first_referrer: text("first_referrer"),
    }
}

/// `name=…&phone=…&attribution.landing_url=…`; the fields may be called `fields.name` or `fields[name]` as well.
pub fn from_pairs(body: &[u8]) -> Sent {
    let Sent { mut submission, mut evidence } = Sent::default();
    for (key, value) in url::form_urlencoded::parse(body) {
        let key = key.replace(['[', '.'], "/").replace(']', "");
        let value = value.into_owned();
        match key.strip_prefix("fields/").unwrap_or(&key) {
            "attribution/landing_url" => submission.attribution.landing_url = value,
            "attribution/referrer" => submission.attribution.referrer = value,
            "attribution/first_landing_url" => submission.attribution.first_landing_url = value,
            "attribution/first_referrer" => submission.attribution.first_referrer = value,
            "lang" => submission.lang = Lang::from_tag(&value),
            form::HONEYPOT => evidence.honeypot = value,
            form::STAMP => evidence.stamp = Some(value),
            "proof/token" => evidence.proof.get_or_insert_default().0 = value,
            "proof/counter" => evidence.proof.get_or_insert_default().1 = value.parse().unwrap_or_default(),
            field => {
                submission.fields.insert(field.to_owned(), value);
            }
        }
    }
    Sent { submission, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_wrong_type_is_named() {
        let body =
            br#"{"fields": {"name": 5, "phone": ["1"], "email": null, "message": "x"}, "attribution": 7}"#;
        let Err(Problem::Invalid { fields }) = from_json(body) else { panic!("must fail") };
        assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["name", "phone"]);
        for body in [&b""[..], b"[]", b"{}", br#"{"fields": 3}"#, b"\xff"] {
            assert!(from_json(body).is_err());
        }
    }

    #[test]
    fn rubbish_in_the_attribution_costs_no_lead() {
        let submission =
            from_json(br#"{"fields": {"name": "A"}, "attribution": {"landing_url": 5, "referrer": "r"}}"#)
                .unwrap()
                .submission;
        assert_eq!(submission.attribution.referrer, "r");
    }

    #[test]
    fn what_speaks_for_a_submission_is_no_field_of_it() {
        let json = br#"{"fields": {"name": "A", "website": "x"}, "proof": {"token": "t", "counter": 7}}"#;
        let Sent { submission, evidence } = from_json(json).unwrap();
        assert_eq!(submission.fields.keys().collect::<Vec<_>>(), ["name"]);
        assert_eq!((evidence.honeypot.as_str(), evidence.proof), ("x", Some(("t".into(), 7))));
        for (proof, read) in [
            ("null", None),
            ("5", Some((String::new(), 0))),
            (r#"{"counter": -1}"#, Some((String::new(), 0))),
        ] {
            let json = format!(r#"{{"fields": {{}}, "proof": {proof}}}"#);
            assert_eq!(from_json(json.as_bytes()).unwrap().evidence.proof, read, "{proof}");
        }
        let Sent { submission, evidence } =
            from_pairs(b"name=A&website=x&stamp=s&proof.token=t&proof.counter=7");
        assert_eq!(submission.fields.keys().collect::<Vec<_>>(), ["name"]);
        assert_eq!(evidence.stamp.as_deref(), Some("s"));
        assert_eq!((evidence.honeypot.as_str(), evidence.proof), ("x", Some(("t".into(), 7))));
    }

    #[test]
    fn forms_carry_the_same() {
        let submission = from_pairs(
            "name=%D0%90%D0%BD%D0%BD%D0%B0&fields[phone]=1&attribution.landing_url=http%3A%2F%2Fx&lang=ru"
                .as_bytes(),
        )
        .submission;
        assert_eq!(submission.fields["name"], "Анна");
        assert_eq!(submission.fields["phone"], "1");
        assert_eq!(submission.attribution.landing_url, "http://x");
        assert_eq!(submission.lang, Some(Lang::Ru));
    }
}
