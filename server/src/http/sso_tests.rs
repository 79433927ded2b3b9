//! Signing in by a provider that runs in this process, and every way in which that is refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserEmail, IssuerUrl, JsonWebKeyId, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PrivateSigningKey, StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use url::Url;

use super::testing::{Site, config, run};
use crate::config::{ServeConfig, SsoConfig};

/// What is wrong with a grant.
type Spoilt<'a> = &'a (dyn Fn(Grant) -> Grant + Sync);

/// What the provider will sign for a code.
#[derive(Clone)]
struct Grant {
    audience: String,
    nonce: String,
    challenge: String,
    email: Option<&'static str>,
    verified: bool,
    expires: DateTime<Utc>,
    /// By somebody else's key.
    forged: bool,
}

#[derive(Clone)]
struct Provider {
    issuer: String,
    grants: Arc<Mutex<HashMap<String, Grant>>>,
}

/// A key of those bytes, as PKCS #8 wraps it.
fn key(byte: u8) -> CoreEdDsaPrivateSigningKey {
    let wrapped =
        [&b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &[byte; 32]].concat();
    let label = "PRIVATE KEY";
    let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(wrapped));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("k1".into()))).unwrap()
}

impl Provider {
    async fn start() -> Provider {
        crate::sso::prepare_tls();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Provider { issuer, grants: Arc::default() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(described))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(told))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    fn config(&self) -> SsoConfig {
        SsoConfig {
            issuer: self.issuer.clone(),
            client_id: "millrace".into(),
            client_secret: Some("hush".into()),
            label: "North ID".into(),
        }
    }
}

async fn keys() -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![key(1).as_verification_key()]))
}

async fn described(State(provider): State<Provider>) -> Json<Value> {
    let issuer = provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

/// Each code is good for one time, and for whoever has the verifier.
async fn token(State(provider): State<Provider>, Form(form): Form<HashMap<String, String>>) -> Response {
    let grant = provider.grants.lock().unwrap().get(&form["code"]).cloned();
    let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let Some(grant) = grant.filter(|grant| grant.challenge == challenge.as_str()) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let person = StandardClaims::new(SubjectIdentifier::new("anna-1".into()))
        .set_email(grant.email.map(|email| EndUserEmail::new(email.into())))
        .set_email_verified(grant.email.map(|_| grant.verified));
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(provider.issuer).unwrap(),
        vec![Audience::new(grant.audience)],
        grant.expires,
        grant.expires - TimeDelta::minutes(5),
        person,
        EmptyAdditionalClaims {},
    )
    .set_nonce(Some(Nonce::new(grant.nonce)));
    let key = key(if grant.forged { 2 } else { 1 });
    let token = CoreIdToken::new(claims, &key, CoreJwsSigningAlgorithm::EdDsa, None, None).unwrap();
    let answer =
        json!({ "access_token": form["code"], "token_type": "Bearer", "expires_in": 60, "id_token": token });
    Json(answer).into_response()
}

async fn told(State(provider): State<Provider>, headers: HeaderMap) -> Json<Value> {
    let code = headers[header::AUTHORIZATION].to_str().unwrap().replace("Bearer ", "");
    let grant = provider.grants.lock().unwrap()[&code].clone();
    Json(json!({ "sub": "anna-1", "email": "admin@example.com", "email_verified": grant.verified }))
}

/// A browser that was sent to the provider.
struct Sent {
    cookie: String,
    asked: HashMap<String, String>,
}

async fn ask(site: &Site, path: &str, cookie: &str) -> Response {
    let request = Request::get(path).header(header::COOKIE, cookie);
    // A foreign name of the host must not reach the provider.
    let request = request.header(header::HOST, "evil.example").body(axum::body::Body::empty()).unwrap();
    site.router.clone().oneshot(request).await.unwrap()
}

fn location(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn send(site: &Site) -> Sent {
    let response = ask(site, "/login/sso?next=/leads", "").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie =
        response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let address = Url::parse(&location(&response)).unwrap();
    let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
    assert_eq!(asked["redirect_uri"], "http://127.0.0.1:3000/login/sso/callback");
    assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
    Sent { cookie, asked }
}

/// What an honest provider signs for that browser.
fn grant(site: &Site, sent: &Sent) -> Grant {
    Grant {
        audience: "millrace".into(),
        nonce: sent.asked["nonce"].clone(),
        challenge: sent.asked["code_challenge"].clone(),
        email: Some("admin@example.com"),
        verified: true,
        expires: site.db.now() + TimeDelta::minutes(5),
        forged: false,
    }
}

/// Comes back with a code for that grant.
async fn back(site: &Site, provider: &Provider, sent: &Sent, grant: Grant) -> Response {
    provider.grants.lock().unwrap().insert("c0de".into(), grant);
    ask(site, &format!("/login/sso/callback?code=c0de&state={}", sent.asked["state"]), &sent.cookie).await
}

/// That nobody came in, and the door says why.
fn assert_refused(response: &Response, why: &str, what: &str) {
    assert!(location(response).starts_with(&format!("/login?sso={why}&")), "{what}: {}", location(response));
    let session = response.headers().get_all(header::SET_COOKIE).iter();
    let mut session = session.filter(|value| value.to_str().unwrap().starts_with("millrace="));
    assert!(session.next().is_none(), "{what}");
}

#[test]
fn the_provider_lets_in_whom_it_vouches_for() {
    run(async {
        let provider = Provider::start().await;
        let site = Site::open_with(ServeConfig { sso: Some(provider.config()), ..config() }).await;
        let sent = send(&site).await;
        let response = back(&site, &provider, &sent, grant(&site, &sent)).await;
        assert_eq!(location(&response), "/leads");
        let session =
            response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(ask(&site, "/profile", &session).await.status(), StatusCode::OK);
        // The same code and state again: the way was used up.
        let replayed = back(&site, &provider, &sent, grant(&site, &sent)).await;
        assert_refused(&replayed, "expired", "a replay");
        // An address that only the provider's second answer tells.
        let sent = send(&site).await;
        let silent = Grant { email: None, ..grant(&site, &sent) };
        assert_eq!(location(&back(&site, &provider, &sent, silent).await), "/leads");
    });
}

#[test]
fn what_is_not_the_providers_word_for_this_browser_is_refused() {
    run(async {
        let provider = Provider::start().await;
        let site = Site::open_with(ServeConfig { sso: Some(provider.config()), ..config() }).await;
        let other = send(&site).await;
        let cases: [(&str, &str, Spoilt<'_>); 6] = [
            ("an address that was not verified", "unverified", &|grant| Grant { verified: false, ..grant }),
            ("a stranger", "unknown", &|grant| Grant { email: Some("x@example.com"), ..grant }),
            ("a nonce of another browser", "denied", &|grant| Grant {
                nonce: other.asked["nonce"].clone(),
                ..grant
            }),
            ("a token for another site", "denied", &|grant| Grant { audience: "other".into(), ..grant }),
            ("a token of yesterday", "denied", &|grant| Grant {
                expires: grant.expires - TimeDelta::days(1),
                ..grant
            }),
            ("a token of somebody else's key", "denied", &|grant| Grant { forged: true, ..grant }),
        ];
        for (what, why, change) in cases {
            let sent = send(&site).await;
            let changed = change(grant(&site, &sent));
            assert_refused(&back(&site, &provider, &sent, changed).await, why, what);
        }
        // A code that was caught on another browser's way: its challenge is another one.
        let sent = send(&site).await;
        let caught = Grant { challenge: other.asked["code_challenge"].clone(), ..grant(&site, &sent) };
        assert_refused(&back(&site, &provider, &sent, caught).await, "denied", "another verifier");
        let sent = send(&site).await;
        let foreign = Sent {
            asked: HashMap::from([("state".into(), other.asked["state"].clone())]),
            ..send(&site).await
        };
        assert_refused(
            &back(&site, &provider, &foreign, grant(&site, &sent)).await,
            "expired",
            "a foreign state",
        );
        let bare = Sent { cookie: String::new(), asked: sent.asked.clone() };
        assert_refused(&back(&site, &provider, &bare, grant(&site, &sent)).await, "expired", "no cookie");
        let said_no = format!("/login/sso/callback?error=access_denied&state={}", sent.asked["state"]);
        assert_refused(&ask(&site, &said_no, &sent.cookie).await, "denied", "the provider's no");
    });
}

#[test]
fn a_provider_that_is_down_is_told_at_the_door() {
    run(async {
        crate::sso::prepare_tls();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let config =
            SsoConfig { issuer, client_id: "x".into(), client_secret: None, label: "North <ID>".into() };
        let site = Site::open_with(ServeConfig { sso: Some(config), ..super::testing::config() }).await;
        let commits = site.db.commits();
        assert_refused(&ask(&site, "/login/sso", "").await, "unavailable", "it is down");
        assert_eq!(site.db.commits(), commits, "nothing was kept");
        let page = ask(&site, "/login?sso=unavailable&next=/leads", "").await;
        let page = axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8_lossy(&page);
        assert!(
            page.contains("Sign in with North &lt;ID&gt;") || page.contains("Sign in with North &lt;ID>"),
            "{page}"
        );
        assert!(page.contains("does not answer") && page.contains("href=\"/login/sso?next=/leads\""));
    });
}
