//! The funnel as a file.

use std::collections::HashMap;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::funnel::FunnelFilter;
use domain::{Outcome, Problem};

use super::problem::Told;
use super::session::Session;
use crate::cli::export::defused;

/// Spreadsheets read a file without it in an encoding of their own.
const MARK: &str = "\u{feff}";

/// `/analytics/funnel.csv?from=…`: what the page with the same query shows.
pub async fn file(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let read = async {
        let actor = session.actor().map_err(|told| told.0)?;
        state.limits.export(actor)?;
        let filter = FunnelFilter::read(|key| query.get(key).cloned());
        let funnel = store::reports::funnel(&state.db, actor, filter).await?;
        written(&app::analytics::csv::rows(session.lang, &funnel))
    };
    match read.await {
        Ok(text) => {
            let mut response = text.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            let file = HeaderValue::from_static("attachment; filename=\"funnel.csv\"");
            headers.insert(header::CONTENT_DISPOSITION, file);
            response
        }
        Err(problem) => Told(problem, session.lang).into_response(),
    }
}

fn written(rows: &[Vec<String>]) -> Outcome<String> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "cannot write a table");
        Problem::Internal
    };
    let mut writer = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    for row in rows {
        writer.write_record(row.iter().map(|cell| defused(cell))).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_chose_run_as_no_formulas() {
        let rows = [vec!["Stage".to_owned()], vec!["=1+1".to_owned(), "a;\"b\"".to_owned()]];
        assert!(written(&rows[..1]).is_ok_and(|text| text == "\u{feff}Stage\n"));
        let text = written(&[rows[1].clone()]).unwrap();
        assert_eq!(text, "\u{feff}'=1+1,\"a;\"\"b\"\"\"\n");
    }
}
