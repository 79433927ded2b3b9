//! The intake API: what the widget and other programs send.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::attribution::RawAttribution;
use domain::form::NewSubmission;
use domain::{Fault, FieldError, Lang, Outcome, Problem, consent};
use serde_json::Value;

use super::language::Visitor;
use super::problem::Told;

/// Largest body of a submission.
pub const BODY: usize = 64 * 1024;

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
    let answer = receive(&state, &ip, &slug, lang, &headers, body, &mut told_in).await;
    let mut response = match answer {
        Ok(receipt) => (StatusCode::CREATED, axum::Json(receipt)).into_response(),
        Err(problem) => Told(problem, told_in).into_response(),
    };
    open_to_sites(response.headers_mut());
    response
}

async fn receive(
    state: &super::State,
    ip: &str,
    slug: &str,
    lang: Option<Lang>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    told_in: &mut Lang,
) -> Outcome<domain::form::Receipt> {
    state.limits.intake(ip)?;
    let body = body.map_err(|_| Problem::TooLarge)?;
    if body.len() > BODY {
        return Err(Problem::TooLarge);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut submission = match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str()
    {
        "application/json" => from_json(&body)?,
        "application/x-www-form-urlencoded" => from_pairs(&body),
        _ => return Err(Problem::UnsupportedMedia),
    };
    submission.lang = submission.lang.or(lang);
    *told_in = submission.lang.unwrap_or_default();
    let key = match headers.get("idempotency-key") {
        None => None,
        Some(key) => Some(
            key.to_str()
                .ok()
                .filter(|key| (1..=255).contains(&key.len()))
                .ok_or_else(|| Problem::field("Idempotency-Key", Fault::TooLong(255)))?,
        ),
    };
    store::intake::submit(&state.db.asked_from(ip), slug, submission, key).await
}

/// Asked by browsers before they send from another site.
pub async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    open_to_sites(headers);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type, idempotency-key"),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// Any site may send and read the answer; cookies are never involved.
pub fn open_to_sites(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
}

/// Fields of any other type than text are named, all of them.
pub fn from_json(body: &[u8]) -> Outcome<NewSubmission> {
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
    if faults.is_empty() {
        Ok(NewSubmission { fields, attribution, lang })
    } else {
        Err(Problem::Invalid { fields: faults })
    }
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
pub fn from_pairs(body: &[u8]) -> NewSubmission {
    let mut submission = NewSubmission::default();
    for (key, value) in url::form_urlencoded::parse(body) {
        let key = key.replace(['[', '.'], "/").replace(']', "");
        let value = value.into_owned();
        match key.strip_prefix("fields/").unwrap_or(&key) {
            "attribution/landing_url" => submission.attribution.landing_url = value,
            "attribution/referrer" => submission.attribution.referrer = value,
            "attribution/first_landing_url" => submission.attribution.first_landing_url = value,
            "attribution/first_referrer" => submission.attribution.first_referrer = value,
            "lang" => submission.lang = Lang::from_tag(&value),
            field => {
                submission.fields.insert(field.to_owned(), value);
            }
        }
    }
    submission
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
                .unwrap();
        assert_eq!(submission.attribution.referrer, "r");
    }

    #[test]
    fn forms_carry_the_same() {
        let submission = from_pairs(
            "name=%D0%90%D0%BD%D0%BD%D0%B0&fields[phone]=1&attribution.landing_url=http%3A%2F%2Fx&lang=ru"
                .as_bytes(),
        );
        assert_eq!(submission.fields["name"], "Анна");
        assert_eq!(submission.fields["phone"], "1");
        assert_eq!(submission.attribution.landing_url, "http://x");
        assert_eq!(submission.lang, Some(Lang::Ru));
    }
}
