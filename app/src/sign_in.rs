//! The door: signing in, and the owner's account on a fresh database.

use domain::{Lang, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::codec::Json;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, FormError, failure};
use crate::ui::title::Title;

/// Sets the session's cookie, or the one for the second step: whichever page is asked for next leads there. A form's own `next` is
/// followed only when it is a path of ours.
#[server(prefix = "/fn", endpoint = "session/begin", output = Json)]
pub async fn sign_in(email: String, password: String, next: String) -> Result<(), Fail> {
    let server = crate::ctx::server()?;
    if let Err(problem) = server.door.sign_in(&email) {
        if server.door.worth_noting(&email) {
            store::sessions::blocked(&server.db, &email, server.origin.clone()).await?;
        }
        return Err(problem.into());
    }
    let signed = store::sessions::sign_in(&server.db, &email, &password, server.origin.clone()).await?;
    server.door.let_in(&email);
    crate::ctx::set_session(&server.site, &signed)?;
    let path = crate::ctx::own_path(&next);
    if signed.is_half {
        // The browser's router must not try pages that are not open yet.
        crate::ctx::land(path);
    } else {
        leptos_axum::redirect(path);
    }
    Ok(())
}

/// Makes the owner's account through the one-time link and signs in.
#[server(prefix = "/fn", endpoint = "setup/owner", output = Json)]
pub async fn create_owner(
    token: String,
    company: String,
    name: String,
    email: String,
    password: String,
    lang: String,
    time_zone: String,
) -> Result<(), Fail> {
    let server = crate::ctx::server()?;
    let lang = Lang::from_tag(&lang).unwrap_or_default();
    let owner = store::users::NewOwner { company, name, email, password, lang, time_zone };
    let user = store::users::create_owner(&server.db, &token, owner).await?;
    let signed = store::sessions::begin(&server.db, &user, server.origin.clone()).await?;
    crate::ctx::set_session(&server.site, &signed)?;
    leptos_axum::redirect("/");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "setup/check", output = Json)]
pub async fn check_setup(token: String) -> Result<(), Fail> {
    let server = crate::ctx::server()?;
    Ok(store::users::check_setup(&server.db, &token).await?)
}

/// The frame of the pages that need nobody to be signed in.
#[component]
pub fn Door(children: Children) -> impl IntoView {
    let lang = use_lang();
    let other = match lang {
        Lang::En => Lang::Ru,
        Lang::Ru => Lang::En,
    };
    view! {
        <div class="door">
            <main class="door-form">
                <p class="wordmark"><Icon name="wheel"/>"Millrace"</p>
                {children()}
                <footer class="row muted">
                    <a class="push" href=format!("?lang={}", other.code()) rel="external" lang=other.code()>
                        {if other == Lang::Ru { "Русский" } else { "English" }}
                    </a>
                </footer>
            </main>
            <aside class="door-art" aria-hidden="true"><Wheel/><p>{tr!(lang, settings.art)}</p></aside>
        </div>
    }
}

/// The mill wheel of the mock.
#[component]
fn Wheel() -> impl IntoView {
    const SPOKES: &str = "M442 524.9L572.6 551.3M568.3 572.7L576.9 530M431.5 540.4L505.2 651.5M487 663.5L523.3 639.5M413.1 544L386.7 \
        674.6M365.3 670.3L408 678.9M397.6 533.5L286.5 607.2M274.5 589L298.5 625.3M394 515.1L263.4 488.7M267.7 467.3L259.1 510M404.5 \
        499.6L330.8 388.5M349 376.5L312.7 400.5M422.9 496L449.3 365.4M470.7 369.7L428 361.1M438.4 506.5L549.5 432.8M561.5 451L537.5 414.7";
    const WAVE: &str = "q40 -16 80 0t80 0t80 0t80 0t80 0t80 0t80 0t80 0t80 0t80 0";
    view! {
        <svg class="login-art" viewBox="0 0 640 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            <path class="art-fill" d="M0 262H262C338 262 384 292 408 350L374 356C352 334 316 319 262 319H0Z"></path>
            <path class="art-wall" d="M-10 228H262M-10 322H262"></path>
            <path class="art-stream broad" d="M387.4 346.7A176 176 0 0 1 511.3 669.3"></path>
            <path class="art-stream" d="M424.6 330.1A190 190 0 0 1 550 656.7"></path>
            <path class="art-stream thin" d="M466.6 325A201 201 0 0 1 584.6 632.4M474.1 365.9A164 164 0 0 1 484.7 669.8"></path>
            <g class="wheel">
                <circle cx="418" cy="520" r="136"></circle>
                <circle cx="418" cy="520" r="111.5"></circle>
                <circle class="hub" cx="418" cy="520" r="24.5"></circle>
                <path d=SPOKES></path>
            </g>
            <path class="art-ground" d=format!("M-80 640{WAVE}V910H-80Z")></path>
            <path class="art-wave" d=format!("M-80 648{WAVE}")></path>
            <path class="art-wave far" d=format!("M-40 700{WAVE}")></path>
        </svg>
    }
}

#[component]
pub fn Login() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SignIn>::new();
    let fail = failure(move || action.value().get());
    let query = leptos_router::hooks::use_query_map();
    enter_when(move || matches!(action.value().get(), Some(Ok(()))));
    view! {
        <Title text=tr!(lang, settings.sign_in_title)/>
        <Door>
            <ActionForm action=action attr:class="stack">
                <h1>{tr!(lang, settings.sign_in_title)}</h1>
                {move || {
                    (query.read().get("done").as_deref() == Some("reset"))
                        .then(|| view! { <p role="status">{tr!(lang, people.reset_done)}</p> })
                }}
                <input type="hidden" name="next" value=move || query.read().get("next").unwrap_or_default()/>
                <Field name="email" kind="email" label=tr!(lang, common.email) autocomplete="username" required=true fail=fail/>
                <Field name="password" kind="password" label=tr!(lang, settings.password) autocomplete="current-password" required=true fail=fail/>
                <FormError fail=fail/>
                <button class="button primary large" type="submit" disabled=move || action.pending().get()>{tr!(lang, common.sign_in)}</button>
                <p><a href="/reset">{tr!(lang, people.forgotten)}</a></p>
                <div class="stack" inner_html=crate::sso::offered()></div>
            </ActionForm>
        </Door>
    }
}

#[component]
pub fn Setup() -> impl IntoView {
    let lang = use_lang();
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let valid = Resource::new(
        {
            let token = token.clone();
            move || token.clone()
        },
        check_setup,
    );
    let action = ServerAction::<CreateOwner>::new();
    let fail = failure(move || action.value().get());
    enter_when(move || matches!(action.value().get(), Some(Ok(()))));
    let form = move |token: String| {
        view! {
            <ActionForm action=action attr:class="stack">
                <h1>{tr!(lang, settings.setup_title)}</h1>
                <p class="soft">{tr!(lang, settings.setup_text)}</p>
                <input type="hidden" name="token" value=token/>
                <Field name="company" label=tr!(lang, settings.setup_company) autocomplete="organization" required=true fail=fail/>
                <div class="pair">
                    <Field name="name" label=tr!(lang, settings.your_name) autocomplete="name" required=true fail=fail/>
                    <Field name="email" kind="email" label=tr!(lang, common.email) autocomplete="username" required=true fail=fail/>
                </div>
                <Field name="password" kind="password" label=tr!(lang, settings.password) autocomplete="new-password" required=true
                    hint=tr!(lang, settings.password_hint) fail=fail/>
                <div class="pair">
                    <Select name="lang" label=tr!(lang, settings.language) value=lang.code()
                        options=vec![("en".into(), "English".into()), ("ru".into(), "Русский".into())]/>
                    <Field name="time_zone" label=tr!(lang, settings.time_zone) required=true fail=fail
                        value=if lang == Lang::Ru { "Europe/Moscow" } else { "UTC" } hint=tr!(lang, settings.time_zone_hint)/>
                </div>
                <FormError fail=fail/>
                <button class="button primary large" type="submit" disabled=move || action.pending().get()>
                    {tr!(lang, settings.make_account)}
                </button>
            </ActionForm>
        }
    };
    view! {
        <Title text=tr!(lang, settings.setup_title)/>
        <Door>
            <Suspense>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match valid.await {
                            Ok(()) => form(token).into_any(),
                            Err(Fail::Problem(Problem::NotFound)) => view! { <Failed fail=Fail::Problem(Problem::Expired)/> }.into_any(),
                            Err(fail) => view! { <Failed fail/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Door>
    }
}

/// After signing in the document is loaded anew: the context in it names the user.
pub fn enter_when(done: impl Fn() -> bool + 'static) {
    Effect::new(move || {
        if done() {
            #[cfg(feature = "hydrate")]
            {
                let next = window().location().search().ok().and_then(|query| {
                    web_sys::UrlSearchParams::new_with_str(&query).ok().and_then(|params| params.get("next"))
                });
                let path = next
                    .filter(|path| path.starts_with('/') && !path.starts_with("//"))
                    .unwrap_or_else(|| "/".into());
                if window().location().set_href(&path).is_err() {
                    leptos::logging::warn!("could not leave the sign-in page");
                }
            }
        }
    });
}
