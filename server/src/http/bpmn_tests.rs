//! Processes as files: taken away, brought back, refused.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::access::{Actor, Role};
use domain::id::StageId;
use domain::pipeline::{Pipeline, Stage};
use store::Clock;

use super::company::Company;
use super::testing::run;

async fn text(response: Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn first(company: &Company) -> Pipeline {
    store::process::list(&company.db, &Actor::SYSTEM).await.unwrap().remove(0)
}

fn cookie(company: &Company, role: Role) -> String {
    company.callers.iter().find(|caller| caller.actor.role == role).unwrap().cookie.clone()
}

/// Sends the file as browsers send files.
async fn bring(company: &Company, role: Role, file: &str) -> Response {
    let head = "name=\"file\"; filename=\"process.bpmn\"\r\nContent-Type: application/xml";
    send(company, role, &[format!("{head}\r\n\r\n{file}")]).await
}

/// Sends the file once more, as the form does that asked where deals go.
async fn bring_again(company: &Company, file: &str, from: StageId, to: &str) -> Response {
    // As browsers send what stands in a hidden field.
    let file = file.replace('\n', "\r\n");
    let parts = [format!("name=\"file\"\r\n\r\n{file}"), format!("name=\"moves.{from}\"\r\n\r\n{to}")];
    send(company, Role::HeadOfSales, &parts).await
}

async fn send(company: &Company, role: Role, parts: &[String]) -> Response {
    let part = |part: &String| format!("--xx\r\nContent-Disposition: form-data; {part}\r\n");
    let body = parts.iter().map(part).chain(["--xx--\r\n".to_owned()]).collect::<String>();
    let request = Request::post("/process/import")
        .header(header::COOKIE, cookie(company, role))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xx")
        .body(Body::from(body));
    company.send(request.unwrap()).await
}

#[test]
fn a_process_goes_out_and_comes_back() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let before = first(&company).await;
        let request = Request::get(format!("/process/{}/bpmn", before.id))
            .header(header::COOKIE, cookie(&company, Role::Viewer))
            .body(Body::empty());
        let taken = company.send(request.unwrap()).await;
        assert_eq!(taken.headers()[header::CONTENT_TYPE], "application/xml; charset=utf-8");
        let file = text(taken).await;

        // The same again changes nothing, another name makes a new version, and then the first file is out of date.
        let landed = bring(&company, Role::HeadOfSales, &file).await;
        assert_eq!(landed.status(), StatusCode::SEE_OTHER);
        assert_eq!(landed.headers()[header::LOCATION], format!("/process/{}", before.id));
        assert_eq!(first(&company).await, before);
        let name = format!("name=\"{}\"", before.stages[0].name.en);
        let renamed = file.replacen(&name, "name=\"First talk\"", 1);
        assert_eq!(bring(&company, Role::HeadOfSales, &renamed).await.status(), StatusCode::SEE_OTHER);
        let after = first(&company).await;
        assert_eq!((after.version, after.stages[0].name.en.as_str()), (before.version + 1, "First talk"));
        assert_eq!(after.stages[0].id, before.stages[0].id);
        let late = bring(&company, Role::Admin, &file).await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        assert!(text(late).await.contains("changed since this file was exported"));
    });
}

#[test]
fn what_is_not_understood_is_told_and_changes_nothing() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let before = company.db.commits();
        let gate = "<x:g xmlns:x=\"urn:x\">\n</x:g>";
        let refused = bring(&company, Role::Admin, gate).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let page = text(refused).await;
        assert!(page.contains("line 1: element x:g is not understood here"), "{page}");
        let bomb = bring(&company, Role::Admin, "<!DOCTYPE a [<!ENTITY b \"x\">]>\n<a>&b;</a>").await;
        assert!(text(bomb).await.contains("line 1: document types"));
        assert_eq!(bring(&company, Role::SalesRep, gate).await.status(), StatusCode::FORBIDDEN);
        let large = "x".repeat(300 * 1024);
        assert_eq!(bring(&company, Role::Admin, &large).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(company.db.commits(), before);
    });
}

/// The pipeline as another program draws it, without one of its stages.
fn without(pipeline: &Pipeline, gone: StageId) -> String {
    let kept: Vec<_> = pipeline.open_stages().filter(|stage| stage.id != gone).collect();
    let task = |stage: &&Stage| format!("<task id=\"Stage_{}\" name=\"{}\"/>\n", stage.id, stage.name.en);
    let tasks: String = kept.iter().map(task).collect();
    let mut ids = vec!["s".to_owned()];
    ids.extend(kept.iter().map(|stage| format!("Stage_{}", stage.id)));
    ids.push("w".to_owned());
    let flows: String = ids
        .windows(2)
        .enumerate()
        .map(|(n, ends)| {
            format!("<sequenceFlow id=\"f{n}\" sourceRef=\"{}\" targetRef=\"{}\"/>", ends[0], ends[1])
        })
        .collect();
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:m=\"urn:millrace:bpmn:1\">\
         <process id=\"Pipeline_{}\" name=\"{}\"><startEvent id=\"s\"/>{tasks}\
         <endEvent id=\"w\" name=\"Won\" m:kind=\"won\"/><endEvent id=\"l\" name=\"Lost\" m:kind=\"lost\"/>\
         {flows}</process></definitions>",
        pipeline.id, pipeline.name.en
    )
}

#[test]
fn deals_of_a_stage_that_the_file_leaves_out_go_where_somebody_says() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let before = first(&company).await;
        let deal = company.id("deal").parse().unwrap();
        let stands = async || store::deals::show(&company.db, &Actor::SYSTEM, deal).await.unwrap().stage;
        let gone = stands().await;
        let file = without(&before, gone);
        let targets: Vec<_> = before.open_stages().filter(|stage| stage.id != gone).collect();

        let asked = bring(&company, Role::HeadOfSales, &file).await;
        assert_eq!(asked.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = text(asked).await;
        assert!(page.contains("Where do these deals go?"), "{page}");
        assert!(page.contains(&format!("name=\"moves.{gone}\"")), "{page}");
        assert!(page.contains("&lt;task id=&quot;Stage_"), "the file is kept: {page}");
        for (place, stage) in targets.iter().enumerate() {
            let option = format!("<option value=\"{place}\">{}<", stage.name.en);
            assert!(page.contains(&option), "{option} in {page}");
        }
        // Nothing chosen is asked again, and a place that is no stage for deals is refused.
        let again = text(bring_again(&company, &file, gone, "").await).await;
        assert!(again.contains("Where do these deals go?"), "{again}");
        let won = targets.len().to_string();
        for place in [won.as_str(), "999"] {
            let refused = bring_again(&company, &file, gone, place).await;
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{place}");
        }
        assert_eq!(first(&company).await, before);

        let landed = bring_again(&company, &file, gone, "1").await;
        assert_eq!(landed.status(), StatusCode::SEE_OTHER);
        assert_eq!(stands().await, targets[1].id);
        let after = first(&company).await;
        assert_eq!((after.version, after.stage(gone)), (before.version + 1, None));
    });
}
