//! Pages for clients and visitors: whole HTML documents without scripts, made by plain functions: data in, `String` out.
//!
//! The server reads the data, calls one of these and answers with the problem's status (200 without one):
//!
//! | address | function | the form posts |
//! |---|---|---|
//! | `GET /o/{token}` | [`offer`]`(&Visit, &PublicOffer, token, &Answering, Option<&Problem>)` | `name`, `reason` to `/o/{token}/accept` or `/o/{token}/decline` |
//! | `GET /s/{token}` | [`survey`]`(&Visit, &PublicSurvey, token, &Rating, Option<&Problem>)` | `score`, `comment` to `/s/{token}` |
//! | `GET /f/{slug}` | [`form`]`(&Visit, &Form, &Agreement, &NewSubmission, stamp, Option<&Problem>)` | the fields by their keys, `stamp`, `website`, `attribution.landing_url` …, to `/f/{slug}` |
//! | after `POST /f/{slug}` | [`thanks`]`(&Visit, &Form, message)` | |
//! | `POST /process/import`, refused | [`not_imported`]`(&Visit, &NotImported)` | `file` to `/process/import` |
//! | the same, a file that leaves out stages with deals | [`where_to`]`(&Visit, text, &[LeftOut], targets)` | `file`, `moves.STAGE` to `/process/import` |
//! | anything that failed | [`problem`]`(&Visit, &Problem)` | |
//!
//! After a good `POST` to an offer or a survey the visitor is redirected (303) to its `GET`, which shows the answer. After a bad
//! one the same function is called with what was typed and the problem. The PDF of an offer is at `/o/{token}/pdf`.

mod form;
mod import;
mod offer;
mod problem;
pub mod second_factor;
mod survey;

use chrono::{DateTime, Utc};
use domain::zone::Zone;
use domain::{Fault, Lang, Problem};
use leptos::prelude::*;

use crate::ui::icon::Icon;

pub use form::{Agreement, form, thanks};
pub use import::{LeftOut, MOVES, not_imported, where_to};
pub use offer::{Answering, offer};
pub use problem::problem;
pub use survey::{Rating, survey};

/// What every public page is told besides its data.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    pub lang: Lang,
    /// Name of the style sheet under `/pkg/`.
    pub css: &'a str,
    /// The company's name, for the head of pages that have no seller of their own.
    pub company: &'a str,
    /// The company's time zone.
    pub zone: &'a Zone,
    pub now: DateTime<Utc>,
}

/// The document around a page. Addresses carry secrets: nothing of them goes to other sites, and no search engine keeps them.
fn document(visit: &Visit, title: String, body: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| {
        view! {
            <!DOCTYPE html>
            <html lang=visit.lang.code()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="robots" content="noindex"/>
                    <meta name="referrer" content="same-origin"/>
                    <title>{title}</title>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                    <link rel="stylesheet" href=format!("/pkg/{}", visit.css)/>
                </head>
                <body class="doc-page">{body()}</body>
            </html>
        }
        .to_html()
    })
}

/// The bar at the top: whose page this is.
fn bar(company: &str, right: impl IntoView + 'static) -> AnyView {
    let company = company.to_owned();
    view! {
        <header class="doc-bar">
            <p class="row"><span class="brand"><Icon name="building"/>{company}</span></p>
            <div class="row push">{right.into_any()}</div>
        </header>
    }
    .into_any()
}

/// What went wrong, above the buttons.
fn failed(lang: Lang, problem: Option<&Problem>) -> impl IntoView + use<> {
    problem.map(|problem| {
        let text = crate::text::problem(lang, problem);
        view! { <div class="form-error" role="alert"><Icon name="warn"/><strong>{text}</strong></div> }
    })
}

/// The fault of a field, under it.
fn fault(lang: Lang, id: String, fault: Option<Fault>) -> impl IntoView + use<> {
    fault.map(
        |fault| view! { <p class="error" id=id><Icon name="warn"/>{crate::text::fault(lang, fault)}</p> },
    )
}
