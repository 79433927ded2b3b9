//! `/reset`: a forgotten password. Whether an address belongs to an account is told to nobody.

use domain::user::Guest;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::codec::Json;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::join::by_link;
use crate::sign_in::Door;
use crate::ui::field::Field;
use crate::ui::problem::{Failed, FormError, failure};
use crate::ui::title::Title;

/// Whether links can be mailed from here.
#[server(prefix = "/fn", endpoint = "reset/open", output = Json)]
pub async fn open_reset() -> Result<bool, Fail> {
    Ok(crate::ctx::server()?.site.mail)
}

#[server(prefix = "/fn", endpoint = "reset/ask", output = Json)]
pub async fn ask_reset(email: String) -> Result<(), Fail> {
    let server = crate::ctx::server()?;
    server.door.reset(&email)?;
    store::users::ask_reset(&server.db, &email, &server.site.origin).await?;
    leptos_axum::redirect("/reset?sent=1");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "reset/check", output = Json)]
pub async fn check_reset(token: String) -> Result<Guest, Fail> {
    let server = crate::ctx::server()?;
    Ok(store::users::check_reset(&server.db, &token).await?)
}

#[server(prefix = "/fn", endpoint = "reset/save", output = Json)]
pub async fn save_reset(token: String, password: String) -> Result<(), Fail> {
    let server = crate::ctx::server()?;
    store::users::reset(&server.db, &token, &password).await?;
    leptos_axum::redirect("/login?done=reset");
    Ok(())
}

#[component]
pub fn ResetAsk() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<AskReset>::new();
    let fail = failure(move || action.value().get());
    let query = use_query_map();
    let mailed = Resource::new(|| (), |()| open_reset());
    let form = move || {
        view! {
            <ActionForm action=action attr:class="stack">
                <h1>{tr!(lang, people.reset_title)}</h1>
                <p class="soft">{tr!(lang, people.reset_text)}</p>
                <Field name="email" kind="email" label=tr!(lang, common.email) autocomplete="username" required=true fail=fail/>
                <FormError fail=fail/>
                <button class="button primary large" type="submit" disabled=move || action.pending().get()>
                    {tr!(lang, people.reset_send)}
                </button>
                <p><a href="/login" rel="external">{tr!(lang, people.back_to_sign_in)}</a></p>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Title text=tr!(lang, people.reset_title)/>
        <Door>
            <Suspense>
                {move || {
                    let sent = query.read().get("sent").is_some();
                    Suspend::new(async move {
                        match mailed.await {
                            Ok(true) if sent => told(tr!(lang, people.reset_sent_title), tr!(lang, people.reset_sent)),
                            Ok(true) => form(),
                            Ok(false) => told(tr!(lang, people.reset_title), tr!(lang, people.reset_by_hand)),
                            Err(fail) => view! { <Failed fail/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Door>
    }
}

fn told(title: String, text: String) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="stack" role="status">
            <h1>{title}</h1>
            <p class="soft">{text}</p>
            <p><a href="/login" rel="external">{tr!(lang, people.back_to_sign_in)}</a></p>
        </div>
    }
    .into_any()
}

#[component]
pub fn Reset() -> impl IntoView {
    let lang = use_lang();
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let asked = token.clone();
    let guest = Resource::new(move || asked.clone(), check_reset);
    let action = ServerAction::<SaveReset>::new();
    let fail = failure(move || action.value().get());
    let form = move |token: String, guest: Guest| {
        view! {
            <ActionForm action=action attr:class="stack">
                <h1>{tr!(lang, people.reset_title)}</h1>
                <p class="soft">{tr!(lang, people.reset_choose, email = guest.email.clone())}</p>
                <input type="hidden" name="token" value=token/>
                <input type="hidden" name="username" autocomplete="username" value=guest.email/>
                <Field name="password" kind="password" label=tr!(lang, settings.password_new) autocomplete="new-password" required=true
                    hint=tr!(lang, settings.password_hint) fail=fail/>
                <FormError fail=fail/>
                <button class="button primary large" type="submit" disabled=move || action.pending().get()>
                    {tr!(lang, people.reset_save)}
                </button>
            </ActionForm>
        }
        .into_any()
    };
    by_link(tr!(lang, people.reset_title), token, guest, form)
}
