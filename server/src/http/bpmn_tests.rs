//! Processes as files: taken away, brought back, refused.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::access::{Actor, Role};
use domain::pipeline::Pipeline;
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
    let body = format!(
        "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"process.bpmn\"\r\n\
         Content-Type: application/xml\r\n\r\n{file}\r\n--xx--\r\n"
    );
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
