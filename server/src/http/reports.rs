//! Reports as files.

use std::collections::HashMap;

use app::analytics;
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
pub async fn funnel(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let read = async {
        let actor = session.actor().map_err(|told| told.0)?;
        state.limits.export(actor)?;
        let filter = FunnelFilter::read(|key| query.get(key).cloned());
        let funnel = store::reports::funnel(&state.db, actor, filter).await?;
        written(&analytics::csv::rows(session.lang, &funnel))
    };
    sent(read.await, "attachment; filename=\"funnel.csv\"", &session)
}

/// `/analytics/pipe.csv?from=…`: the leaks that the page with the same query shows.
pub async fn pipe(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let read = async {
        let (actor, me) = session.known.as_ref().ok_or(Problem::SignedOut)?;
        state.limits.export(actor)?;
        let today = me.zone.day(state.db.now());
        let filter = analytics::pipe::csv::filter(|key| query.get(key).cloned(), today);
        let pipe = store::reports::pipe(&state.db, actor, filter).await?;
        written(&analytics::pipe::csv::rows(session.lang, &pipe))
    };
    sent(read.await, "attachment; filename=\"pipe.csv\"", &session)
}

fn sent(text: Outcome<String>, file: &'static str, session: &Session) -> Response {
    match text {
        Ok(text) => {
            let mut response = text.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file));
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
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use domain::access::{Actor, Role};
    use domain::deal::NewDeal;
    use store::Clock;

    use super::super::company::{Caller, Company};
    use super::super::testing::run;
    use super::*;

    #[test]
    fn names_that_people_chose_run_as_no_formulas() {
        let rows = [vec!["Stage".to_owned()], vec!["=1+1".to_owned(), "a;\"b\"".to_owned()]];
        assert!(written(&rows[..1]).is_ok_and(|text| text == "\u{feff}Stage\n"));
        let text = written(&[rows[1].clone()]).unwrap();
        assert_eq!(text, "\u{feff}'=1+1,\"a;\"\"b\"\"\"\n");
    }

    async fn open_deal(company: &Company, caller: &Caller) {
        let new = NewDeal {
            title: "Warehouse".into(),
            contact: None,
            account: None,
            amount: None,
            expected_close: None,
            pipeline: None,
        };
        store::deals::create(&company.db, &caller.actor, new).await.unwrap();
    }

    /// The rows of the file that the caller gets.
    async fn taken(company: &Company, caller: &Caller, query: &str) -> Vec<Vec<String>> {
        let request = Request::get(format!("/analytics/pipe.csv{query}"))
            .header(header::COOKIE, &caller.cookie)
            .body(Body::empty());
        let response = company.send(request.unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"pipe.csv\"");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.strip_prefix(MARK).expect("marked as UTF-8").as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn of_the_pipe_everybody_takes_away_what_they_may_see() {
        run(async {
            let clock = Clock::manual("2026-11-24T09:00:00Z".parse().unwrap());
            let company = Company::open(clock).await;
            let reps: Vec<&Caller> =
                company.callers.iter().filter(|caller| caller.actor.role == Role::SalesRep).collect();
            let head = company.callers.iter().find(|caller| caller.actor.role == Role::HeadOfSales).unwrap();
            for rep in &reps {
                open_deal(&company, rep).await;
            }
            let header = ["Manager", "Leak", "Where", "Deals", "Without a leak, %"];
            for rep in &reps {
                let rows = taken(&company, rep, "").await;
                assert_eq!(rows[0], header);
                let others = rows[1..].iter().find(|row| row[0] != rep.name && row[0] != "All together");
                assert_eq!(others, None, "{}", rep.name);
            }
            // Nothing is planned for a new deal: that is a leak of its first stage.
            let rows = taken(&company, reps[1], "?from=").await;
            let name = reps[1].name.as_str();
            let stage = store::process::list(&company.db, &Actor::SYSTEM).await.unwrap()[0].stages[0].clone();
            for row in [
                [name, "", "", "1", "0"],
                [name, "no next step", "", "1", ""],
                [name, "no next step", stage.name.en.as_str(), "1", ""],
                ["All together", "", "", "1", "0"],
            ] {
                assert!(rows.iter().any(|known| *known == row), "{row:?} in {rows:?}");
            }
            let all = taken(&company, head, "").await;
            for rep in &reps {
                assert!(all.iter().any(|row| row[0] == rep.name), "{}", rep.name);
            }
            // The filter is the page's.
            let one = format!("?owner={}", reps[1].actor.user.unwrap());
            assert!(taken(&company, head, &one).await[1..].iter().all(|row| row[0] != reps[0].name));
            let rows = taken(&company, head, "?until=2026-11-23").await;
            assert_eq!(rows[1..], [["All together", "", "", "0", ""]]);
        });
    }
}
