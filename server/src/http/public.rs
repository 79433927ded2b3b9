//! Pages for visitors and clients: the hosted form, offers and ratings by link. Plain HTML and plain POSTs, no scripts.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use app::public::{Agreement, Answering, Rating, Visit};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::form::{Form, NewSubmission};
use domain::offer::OfferAnswer;
use domain::{Fault, Lang, Outcome, Problem};

use super::State as Shared;
use super::api::Sent;
use super::language::{Visitor, asked};
use super::security::{Framed, framed_policy};

/// What a page is made with.
pub(super) struct Desk {
    lang: Lang,
    css: String,
    company: String,
    /// What visitors may agree to.
    consent: Agreement,
    zone: domain::zone::Zone,
    now: chrono::DateTime<chrono::Utc>,
}

impl Desk {
    /// The visitor's language unless the page has its own; the company's name and zone.
    pub(super) async fn open(state: &Shared, lang: Option<Lang>) -> Desk {
        let settings = store::settings::company(&state.db).await.unwrap_or_default();
        let zone = store::settings::zone(&state.db).await.unwrap_or_default();
        let lang = lang.unwrap_or(settings.lang);
        Desk {
            lang,
            consent: Agreement {
                text: settings.consent.get(lang).to_owned(),
                version: settings.consent_version,
            },
            css: state.manifest.css.clone(),
            company: settings.company,
            zone,
            now: state.db.now(),
        }
    }

    pub(super) fn visit(&self) -> Visit<'_> {
        Visit { lang: self.lang, css: &self.css, company: &self.company, zone: &self.zone, now: self.now }
    }

    /// A page, with the status of the problem it tells of.
    pub(super) fn page(&self, problem: Option<&Problem>, html: String) -> Response {
        let status = problem.map_or(StatusCode::OK, |problem| {
            StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        });
        let mut response = (status, Html(html)).into_response();
        if let Some(Problem::TooMany { retry_after } | Problem::Unavailable { retry_after }) = problem {
            response.headers_mut().insert(header::RETRY_AFTER, (*retry_after).into());
        }
        response
    }

    pub(super) fn problem(&self, problem: &Problem) -> Response {
        self.page(Some(problem), app::public::problem(&self.visit(), problem))
    }
}

/// Where no route is.
pub async fn nothing_here(State(state): State<Shared>, Visitor(lang): Visitor) -> Response {
    Desk::open(&state, lang).await.problem(&Problem::NotFound)
}

/// `GET /f/{slug}`: the hosted form. What the address carries (UTM, click ids) belongs to the way here.
pub async fn form(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(slug): Path<String>,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::open(&state, lang).await;
    let form = match store::forms::public(&state.db, &slug).await {
        Ok(form) => form,
        Err(problem) => return desk.problem(&problem),
    };
    let mut typed = NewSubmission::default();
    typed.attribution.landing_url =
        format!("{}{}", state.site.origin, uri.path_and_query().map_or(uri.path(), |p| p.as_str()));
    let referrer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if headers.get("sec-fetch-dest").is_some_and(|to| to == "iframe") {
        // In a frame the visitor is on the page around it, and where they came from only that page's script could tell.
        let campaign = uri.query().filter(|_| !referrer.contains('?')).map(|query| format!("?{query}"));
        typed.attribution.landing_url = format!("{referrer}{}", campaign.unwrap_or_default());
    } else {
        referrer.clone_into(&mut typed.attribution.referrer);
    }
    show_form(&state, &desk, &form, &typed, None, None)
}

/// The form with a fresh stamp; `since` is the one of the page before.
fn show_form(
    state: &Shared,
    desk: &Desk,
    form: &Form,
    typed: &NewSubmission,
    since: Option<&str>,
    problem: Option<&Problem>,
) -> Response {
    match store::intake::stamp(&state.db, form, since) {
        Ok(stamp) => framed(
            form,
            desk.page(problem, app::public::form(&desk.visit(), form, &desk.consent, typed, &stamp, problem)),
        ),
        Err(problem) => desk.problem(&problem),
    }
}

/// Lets the form's sites show the page in a frame.
fn framed(form: &Form, mut response: Response) -> Response {
    response.extensions_mut().insert(Framed);
    if let Ok(policy) = HeaderValue::from_str(&framed_policy(form)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `POST /f/{slug}`.
pub async fn submit_form(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(slug): Path<String>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let desk = Desk::open(&state, lang).await;
    let form = match store::forms::public(&state.db, &slug).await {
        Ok(form) => form,
        Err(problem) => return desk.problem(&problem),
    };
    let Sent { mut submission, evidence } = match super::api::read(&headers, body) {
        Ok(sent) => sent,
        Err(problem) => return desk.problem(&problem),
    };
    submission.lang = submission.lang.or(Some(desk.lang));
    let ip = peer.map(|peer| peer.0.0.ip().to_string()).unwrap_or_default();
    let since = evidence.stamp.clone();
    let kept = async {
        state.limits.intake(&ip)?;
        let _place = store::intake::enter(&state.db)?;
        super::api::take(&state, &ip, &form, submission.clone(), evidence, None).await
    };
    match kept.await {
        Ok(receipt) if !receipt.redirect.is_empty() => {
            framed(&form, Redirect::to(&receipt.redirect).into_response())
        }
        Ok(receipt) => {
            framed(&form, desk.page(None, app::public::thanks(&desk.visit(), &form, &receipt.message)))
        }
        Err(problem) => show_form(&state, &desk, &form, &submission, since.as_deref(), Some(&problem)),
    }
}

/// `GET /o/{token}`
pub async fn offer(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(token): Path<String>,
    uri: axum::http::Uri,
) -> Response {
    let wanted = asked(uri.query());
    let offer = store::offers::public(&state.db, &token, true).await;
    show_offer(&state, wanted, lang, &token, offer, &Answering::default(), None).await
}

/// `POST /o/{token}/accept`
pub async fn accept(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(token): Path<String>,
    body: Fields,
) -> Response {
    let typed = Answering { name: body.text("name"), ..Answering::default() };
    let answer = OfferAnswer::Accept { name: typed.name.clone() };
    answered(&state, lang, &token, body, answer, typed).await
}

/// `POST /o/{token}/decline`
pub async fn decline(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(token): Path<String>,
    body: Fields,
) -> Response {
    let typed = Answering { name: body.text("name"), reason: body.text("reason"), declining: true };
    let answer = OfferAnswer::Decline { name: typed.name.clone(), reason: typed.reason.clone() };
    answered(&state, lang, &token, body, answer, typed).await
}

async fn answered(
    state: &Shared,
    lang: Option<Lang>,
    token: &str,
    body: Fields,
    answer: OfferAnswer,
    typed: Answering,
) -> Response {
    let result = match body.typed {
        Ok(_) => store::offers::answer(&state.db.asked_from(&body.peer), token, answer).await,
        Err(problem) => Err(problem),
    };
    match result {
        Ok(()) => Redirect::to(&format!("/o/{token}")).into_response(),
        Err(problem) => {
            let offer = store::offers::public(&state.db, token, false).await;
            show_offer(state, None, lang, token, offer, &typed, Some(&problem)).await
        }
    }
}

async fn show_offer(
    state: &Shared,
    wanted: Option<Lang>,
    visitor: Option<Lang>,
    token: &str,
    offer: Outcome<domain::offer::PublicOffer>,
    typed: &Answering,
    problem: Option<&Problem>,
) -> Response {
    match offer {
        Ok(offer) => {
            let desk = Desk::open(state, Some(wanted.unwrap_or(offer.lang))).await;
            desk.page(problem, app::public::offer(&desk.visit(), &offer, token, typed, problem))
        }
        Err(problem) => Desk::open(state, visitor).await.problem(&problem),
    }
}

/// `GET /s/{token}`
pub async fn survey(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(token): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let wanted = query.get("lang").and_then(|tag| Lang::from_tag(tag));
    show_survey(&state, wanted, lang, &token, &Rating::default(), None).await
}

/// `POST /s/{token}`
pub async fn rate(
    State(state): State<Shared>,
    Visitor(lang): Visitor,
    Path(token): Path<String>,
    body: Fields,
) -> Response {
    let typed = Rating { score: body.text("score").parse().ok(), comment: body.text("comment") };
    let db = state.db.asked_from(&body.peer);
    let result = match (&body.typed, typed.score) {
        (Err(problem), _) => Err(problem.clone()),
        (Ok(_), None) => Err(Problem::field("score", Fault::Required)),
        (Ok(_), Some(score)) => store::feedback::answer(&db, &token, score, &typed.comment).await,
    };
    match result {
        Ok(()) => Redirect::to(&format!("/s/{token}")).into_response(),
        Err(problem) => show_survey(&state, None, lang, &token, &typed, Some(&problem)).await,
    }
}

async fn show_survey(
    state: &Shared,
    wanted: Option<Lang>,
    visitor: Option<Lang>,
    token: &str,
    typed: &Rating,
    problem: Option<&Problem>,
) -> Response {
    match store::feedback::public(&state.db, token).await {
        Ok(survey) => {
            let desk = Desk::open(state, Some(wanted.unwrap_or(survey.lang))).await;
            desk.page(problem, app::public::survey(&desk.visit(), &survey, token, typed, problem))
        }
        Err(problem) => Desk::open(state, visitor).await.problem(&problem),
    }
}

/// A plain form: its fields, or why they could not be read, and the address of whoever sent it.
pub struct Fields {
    typed: Outcome<BTreeMap<String, String>>,
    peer: String,
}

impl Fields {
    pub(super) fn text(&self, name: &str) -> String {
        self.typed.as_ref().ok().and_then(|fields| fields.get(name)).cloned().unwrap_or_default()
    }
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Fields {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Self::Rejection> {
        let peer = super::session::peer(&request);
        let typed = match Bytes::from_request(request, state).await {
            Ok(body) => Ok(url::form_urlencoded::parse(&body).into_owned().collect()),
            Err(_) => Err(Problem::TooLarge),
        };
        Ok(Fields { typed, peer })
    }
}
