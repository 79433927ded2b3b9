//! The second step of signing in by requests as a browser sends them, and what is closed to people who must have one.

use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use domain::access::Actor;
use domain::second_factor::{Demand, State};
use domain::settings::Settings;
use totp_rs::{Builder, Secret};

use super::routes::{Access, Verb, listed};
use super::session::is_enrolment;
use super::testing::{Site, knock, run};

const PASSWORD: &str = "four quiet herons";
const SIGN_IN: &str = "email=admin%40example.com&password=four+quiet+herons&next=%2Fleads";

/// Turns the admin's second factor on; answers the recovery codes.
async fn enrol(site: &Site, actor: &Actor) -> Vec<String> {
    store::second_factor::begin(&site.db, actor).await.unwrap();
    let code = code_of_now(site, actor).await;
    store::second_factor::confirm(&site.db, actor, PASSWORD, &code, None).await.unwrap()
}

async fn code_of_now(site: &Site, actor: &Actor) -> String {
    let State::Begun(shown) = store::second_factor::show(&site.db, actor).await.unwrap().state else {
        panic!("a secret is shown")
    };
    let totp = Builder::new().with_secret(Secret::try_from_base32(shown.secret).unwrap()).build().unwrap();
    totp.generate(site.db.now().timestamp().unsigned_abs()).to_string()
}

async fn admin(site: &Site) -> Actor {
    let token = site.cookie.strip_prefix("millrace=").unwrap();
    store::sessions::me(&site.db, token).await.unwrap().0
}

/// The value of a cookie that an answer sets; empty when it takes it away.
fn cookie(response: &Response, name: &str) -> Option<String> {
    let set = response.headers().get_all(header::SET_COOKIE).iter();
    set.filter_map(|value| value.to_str().unwrap().split(';').next()?.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

fn location(response: &Response) -> &str {
    response.headers()[header::LOCATION].to_str().unwrap()
}

async fn text(response: Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn get(site: &Site, path: &str, cookie: &str) -> Response {
    use tower::ServiceExt;
    let request = axum::http::Request::get(path).header(header::COOKIE, cookie);
    site.router.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap()
}

#[test]
fn the_session_cookie_comes_with_the_second_step_alone() {
    run(async {
        let site = Site::open().await;
        let codes = enrol(&site, &admin(&site).await).await;
        let browser = [("cookie", site.cookie.as_str()), ("accept", "text/html")];
        let first = knock(&site, [192, 0, 2, 1], "/fn/session/begin", SIGN_IN.into(), &browser).await;
        assert_eq!((first.status(), location(&first)), (StatusCode::FOUND, "/leads"));
        assert_eq!(cookie(&first, "millrace").as_deref(), Some(""), "who was signed in before no longer is");
        let half = format!("millrace-half={}", cookie(&first, "millrace-half").unwrap());

        let page = get(&site, "/leads", &half).await;
        assert_eq!(location(&page), "/login/code?next=/leads");
        let step = get(&site, "/login/code?next=/leads", &half).await;
        assert!(
            step.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );
        let step = text(step).await;
        assert!(
            step.contains("name=\"code\"") && step.contains("value=\"/leads\"") && !step.contains("<script")
        );
        // The half session is none.
        let token = half.replace("millrace-half=", "millrace=");
        assert_eq!(get(&site, "/profile", &token).await.status(), StatusCode::SEE_OTHER);

        let try_code = async |code: &str, n: u8| {
            let body = format!("code={code}&next=%2Fleads");
            knock(&site, [192, 0, 2, n], "/login/code", body, &[("cookie", &half)]).await
        };
        let wrong = try_code("abcdefgh", 1).await;
        assert_eq!((wrong.status(), cookie(&wrong, "millrace")), (StatusCode::BAD_REQUEST, None));
        let right = try_code(&codes[0], 1).await;
        assert_eq!((right.status(), location(&right)), (StatusCode::SEE_OTHER, "/leads"));
        assert_eq!(cookie(&right, "millrace-half").as_deref(), Some(""));
        let session = format!("millrace={}", cookie(&right, "millrace").unwrap());
        assert_eq!(get(&site, "/profile", &session).await.status(), StatusCode::OK);
        // It was used up: back to the first step.
        let again = try_code(&codes[1], 1).await;
        assert_eq!(location(&again), "/login?next=/leads");
    });
}

#[test]
fn codes_are_guessed_slowly_wherever_they_come_from() {
    run(async {
        let site = Site::open().await;
        let codes = enrol(&site, &admin(&site).await).await;
        let first = knock(&site, [192, 0, 2, 1], "/fn/session/begin", SIGN_IN.into(), &[]).await;
        let half = format!("millrace-half={}", cookie(&first, "millrace-half").unwrap());
        let try_code = async |code: &str, n: u8| {
            let body = format!("code={code}&next=");
            knock(&site, [192, 0, 3, n], "/login/code", body, &[("cookie", &half)]).await.status()
        };
        for n in 0..5 {
            assert_eq!(try_code("abcdefgh", n).await, StatusCode::BAD_REQUEST);
        }
        assert_eq!(try_code(&codes[0], 9).await, StatusCode::TOO_MANY_REQUESTS, "the right one, unseen");
    });
}

#[test]
fn the_way_out_of_the_step_leads_to_no_other_site() {
    run(async {
        let site = Site::open().await;
        let codes = enrol(&site, &admin(&site).await).await;
        let first = knock(&site, [192, 0, 2, 1], "/fn/session/begin", SIGN_IN.into(), &[]).await;
        let half = format!("millrace-half={}", cookie(&first, "millrace-half").unwrap());
        for next in [
            "%2F%2Fevil.example",
            "%2F%09%2Fevil.example",
            "%2F%5Cevil.example",
            "https%3A%2F%2Fevil.example",
        ] {
            let page = get(&site, &format!("/login/code?next={next}"), &half).await;
            assert!(text(page).await.contains("name=\"next\" value=\"/\""), "{next}");
        }
        let body = format!("code={}&next=%2F%09%2Fevil.example", codes[0]);
        let right = knock(&site, [192, 0, 2, 1], "/login/code", body, &[("cookie", &half)]).await;
        assert_eq!(location(&right), "/");
    });
}

#[test]
fn who_must_have_one_gets_nowhere_else_before() {
    run(async {
        let site = Site::open().await;
        let actor = admin(&site).await;
        let present = store::settings::show(&site.db, &actor).await.unwrap();
        let demanding = Settings { second_factor: Demand::Admins, ..present };
        store::settings::save(&site.db, &actor, demanding).await.unwrap();
        let mut open = Vec::new();
        for route in listed().into_iter().filter(|route| route.access == Access::SignedIn) {
            if is_enrolment(&route.path) {
                continue;
            }
            let path = route.path.replace("{id}", "00000000-0000-7000-8000-000000000000");
            let response = match route.verb {
                Verb::Get => site.ask(Method::GET, &path, true, "").await,
                _ => site.ask(Method::POST, &path, true, "").await,
            };
            let refused = match route.verb {
                Verb::Get => {
                    response.headers().get(header::LOCATION).is_some_and(|to| to == "/profile/second-factor")
                }
                _ => response.status() == StatusCode::FORBIDDEN,
            };
            if !refused {
                open.push(format!("{route}: {}", response.status()));
            }
        }
        assert!(open.is_empty(), "{}", open.join("\n"));

        let post = async |path: &'static str, body: String| {
            knock(&site, [192, 0, 2, 1], path, body, &[("cookie", &site.cookie)]).await
        };
        let off = text(site.ask(Method::GET, "/profile/second-factor", true, "").await).await;
        assert!(off.contains("action=\"/profile/second-factor/begin\""));
        assert_eq!(post("/profile/second-factor/begin", String::new()).await.status(), StatusCode::SEE_OTHER);
        let shown = text(site.ask(Method::GET, "/profile/second-factor", true, "").await).await;
        assert!(shown.contains("<svg") && !shown.contains("<script"));
        let code = code_of_now(&site, &actor).await;
        let wrong = post("/profile/second-factor/confirm", format!("password=x&code={code}")).await;
        assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
        let body = format!("password=four+quiet+herons&code={code}");
        let codes = text(post("/profile/second-factor/confirm", body).await).await;
        assert_eq!(codes.matches("<li>").count(), 10);
        assert_eq!(site.ask(Method::GET, "/profile", true, "").await.status(), StatusCode::OK);
    });
}
