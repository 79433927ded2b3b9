//! Offers and acts as PDF.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use documents::Paper;
use domain::id::{ActId, OfferId};
use domain::offer::PublicOffer;
use domain::{Lang, Outcome, Problem};
use tokio::sync::Semaphore;

use super::language::Visitor;
use super::problem::Told;
use super::session::Session;
use crate::papers;

/// Typesetting is pure computing: two at a time leave the other core to everybody else.
static TYPESETTERS: Semaphore = Semaphore::const_new(2);

/// `/offers/{id}/pdf` for those who may read the offer.
pub async fn offer(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Response {
    let read = async {
        let actor = session.actor().map_err(|told| told.0)?;
        state.limits.export(actor)?;
        let id: OfferId = id.parse()?;
        let offer = store::offers::show(&state.db, actor, id).await?;
        let settings = store::settings::company(&state.db).await?;
        Ok(papers::offer(&PublicOffer {
            number: offer.number,
            revision: offer.revision,
            seller: settings.company,
            seller_details: settings.company_details,
            client: offer.client,
            recipient: offer.recipient_name,
            parties: store::legal::parties(&state.db, actor, offer.deal).await?,
            manager: None,
            lang: settings.lang,
        }))
    };
    answer(read.await, session.lang).await
}

/// `/acts/{id}/pdf` for those who may read the act.
pub async fn act(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Response {
    let read = async {
        let actor = session.actor().map_err(|told| told.0)?;
        state.limits.export(actor)?;
        let id: ActId = id.parse()?;
        let act = store::acts::show(&state.db, actor, id).await?;
        let parties = store::legal::parties(&state.db, actor, act.deal).await?;
        Ok(papers::act(&act, &store::settings::company(&state.db).await?, &parties))
    };
    answer(read.await, session.lang).await
}

/// `/o/{token}/pdf` for the client.
pub async fn public_offer(
    State(state): State<super::State>,
    Visitor(lang): Visitor,
    Path(token): Path<String>,
) -> Response {
    let paper = store::offers::public(&state.db, &token, false).await.map(|offer| papers::offer(&offer));
    answer(paper, lang.unwrap_or_default()).await
}

async fn answer(paper: Outcome<Paper>, lang: Lang) -> Response {
    let bytes = match paper {
        Ok(paper) => typeset(paper).await,
        Err(problem) => Err(problem),
    };
    match bytes {
        Ok((name, bytes)) => {
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}.pdf\"")) {
                headers.insert(header::CONTENT_DISPOSITION, value);
            }
            response
        }
        Err(problem) => Told(problem, lang).into_response(),
    }
}

async fn typeset(paper: Paper) -> Outcome<(String, Vec<u8>)> {
    let _turn = TYPESETTERS.acquire().await.map_err(|_| Problem::Unavailable { retry_after: 5 })?;
    let name: String = paper.number.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    match tokio::task::spawn_blocking(move || documents::render(&paper)).await {
        Ok(Ok(bytes)) => Ok((name, bytes)),
        Ok(Err(error)) => {
            tracing::error!(%error, "cannot typeset");
            Err(Problem::Internal)
        }
        Err(error) => {
            tracing::error!(%error, "the typesetter ended early");
            Err(Problem::Internal)
        }
    }
}
