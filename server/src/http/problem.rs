//! Errors for other programs: RFC 9457 problem details in the caller's language.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Fault, Lang, Problem};
use serde_json::json;

/// A problem with the language it is told in.
pub struct Told(pub Problem, pub Lang);

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let Told(problem, lang) = self;
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "detail": app::text::problem(lang, &problem),
        });
        if let Problem::Invalid { fields } = &problem {
            body["errors"] = fields
                .iter()
                .map(|f| json!({ "field": f.field, "code": code(f.fault), "message": app::text::fault(lang, f.fault) }))
                .collect();
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
        if let Problem::TooMany { retry_after } | Problem::Unavailable { retry_after } = problem {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
        }
        response
    }
}

/// A fault's stable name.
fn code(fault: Fault) -> &'static str {
    match fault {
        Fault::Required => "required",
        Fault::TooLong(_) => "too_long",
        Fault::TooShort(_) => "too_short",
        Fault::NotAPhone => "not_a_phone",
        Fault::NotAnEmail => "not_an_email",
        Fault::NotANumber => "not_a_number",
        Fault::NotAnAmount => "not_an_amount",
        Fault::NotADate => "not_a_date",
        Fault::OutOfRange => "out_of_range",
        Fault::Taken => "taken",
        Fault::Unknown => "unknown",
        Fault::WrongType => "wrong_type",
        Fault::CommonPassword => "common_password",
        Fault::PersonalPassword => "personal_password",
        Fault::WrongPassword => "wrong_password",
        Fault::ReadOnly => "read_only",
        Fault::Mistyped => "mistyped",
    }
}
