//! The application: server-rendered pages and the server functions behind them.

use app::ctx::{PageContext, Server};
use app::process::plain::{Posted, posted};
use app::shell::{Assets, shell};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Problem;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    ResponseOptions, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};

use super::assets::Manifest;
use super::problem::Told;
use super::public::Desk;
use super::routes::{Access, Table, Verb};
use super::session::Session;

/// Adds every page of the application and every server function.
pub fn routes(mut table: Table, manifest: &Manifest) -> Table {
    let assets = Assets {
        js: manifest.js.clone(),
        loader: manifest.loader.clone(),
        wasm: manifest.wasm.clone(),
        css: manifest.css.clone(),
        desk_css: manifest.desk_css.clone(),
        parts: std::sync::Arc::new(manifest.parts.clone()),
    };
    let edited = assets.clone();
    let page = move |State(state): State<super::State>,
                     Extension(session): Extension<Session>,
                     request: Request<Body>| {
        let assets = assets.clone();
        async move {
            let context = context(&state, &session);
            let render = render_app_async_with_context(context, move || shell(assets.clone()));
            render(request).await
        }
    };
    let edited =
        move |State(state): State<super::State>,
              Extension(session): Extension<Session>,
              Path(id): Path<String>,
              request: Request<Body>| edit(state, session, id, request, edited.clone());
    table = table.on(Verb::Post, "/process/{id}", Access::SignedIn, edited);
    let access = |open: bool| if open { Access::Public } else { Access::SignedIn };
    for listing in generate_route_list(app::App) {
        let path = listing.path();
        table = table.on(Verb::Get, path, access(super::session::is_door(path)), page.clone());
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        // Server functions have no protection of their own against foreign pages: changes are POST only.
        debug_assert_eq!(method, axum::http::Method::POST, "{path}");
        table = table.on(Verb::Post, path, access(super::session::is_door_function(path)), call);
    }
    table
}

/// `POST /process/{id}`: the editor's form from a browser without wasm. What could not be saved comes back as the page it was typed
/// on.
async fn edit(
    state: super::State,
    session: Session,
    id: String,
    request: Request<Body>,
    assets: Assets,
) -> Response {
    let actor = match session.actor() {
        Ok(actor) => actor.clone(),
        Err(told) => return told.into_response(),
    };
    let db = state.db.asked_from(&session.origin.ip);
    let (mut parts, body) = request.into_parts();
    let sent = match axum::body::to_bytes(body, super::BODY).await {
        Ok(body) => posted(&db, &actor, &id, &body).await,
        Err(_) => Err(Problem::TooLarge),
    };
    let kept = match sent {
        Ok(Posted::Saved(id)) => return Redirect::to(&format!("/process/{id}")).into_response(),
        Ok(Posted::Kept(kept)) => *kept,
        Err(problem) => return Desk::open(&state, Some(session.lang)).await.problem(&problem),
    };
    let status = kept.refused.as_ref().and_then(|problem| StatusCode::from_u16(problem.status()).ok());
    let common = context(&state, &session);
    let context = move || {
        common();
        provide_context(kept.clone());
    };
    // The page is the one that is there to read; the form has been taken from the request.
    parts.method = Method::GET;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let render = render_app_async_with_context(context, move || shell(assets.clone()));
    let mut response = render(Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    response
}

/// What pages and server functions find in their context.
fn context(state: &super::State, session: &Session) -> impl Fn() + Clone + Send + Sync + 'static {
    let page = PageContext { lang: session.lang, me: session.known.as_ref().map(|(_, me)| me.clone()) };
    let server = Server {
        db: state.db.asked_from(&session.origin.ip),
        site: state.site.clone(),
        actor: session.known.as_ref().map(|(actor, _)| actor.clone()),
        zone: page.me.as_ref().map(|me| me.zone.clone()).unwrap_or_default(),
        session: session.token.clone(),
        sso: state.sso.as_ref().map(|provider| provider.label.as_str().into()),
        origin: session.origin.clone(),
        door: state.limits.clone(),
    };
    move || {
        provide_context(page.clone());
        provide_context(server.clone());
        if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&super::security::page_policy(&nonce))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

async fn call(
    State(state): State<super::State>,
    Extension(session): Extension<Session>,
    request: Request<Body>,
) -> Response {
    let path = request.uri().path();
    if super::session::is_door_function(path)
        && let Err(problem) = state.limits.door(&session.origin.ip)
    {
        return Told(problem, session.lang).into_response();
    }
    handle_server_fns_with_context(context(&state, &session), request).await.into_response()
}
