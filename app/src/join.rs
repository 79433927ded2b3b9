//! `/join/TOKEN`: somebody invited chooses a password and is in.

use domain::Problem;
use domain::user::Guest;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::codec::Json;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::sign_in::{Door, enter_when};
use crate::ui::field::Field;
use crate::ui::problem::{Failed, FormError, failure};
use crate::ui::title::Title;

#[server(prefix = "/fn", endpoint = "join/check", output = Json)]
pub async fn check_invitation(token: String) -> Result<Guest, Fail> {
    let server = crate::ctx::server()?;
    Ok(store::users::invited(&server.db, &token).await?)
}

/// Uses the invitation up and signs in.
#[server(prefix = "/fn", endpoint = "join/begin", output = Json)]
pub async fn begin(token: String, name: String, password: String) -> Result<(), Fail> {
    let server = crate::ctx::server()?;
    let user = store::users::join(&server.db, &token, &name, &password).await?;
    let signed = store::sessions::begin(&server.db, &user, server.origin.clone()).await?;
    crate::ctx::set_session(&server.site, &signed)?;
    leptos_axum::redirect("/");
    Ok(())
}

#[component]
pub fn Join() -> impl IntoView {
    let lang = use_lang();
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let asked = token.clone();
    let guest = Resource::new(move || asked.clone(), check_invitation);
    let action = ServerAction::<Begin>::new();
    let fail = failure(move || action.value().get());
    enter_when(move || matches!(action.value().get(), Some(Ok(()))));
    let form = move |token: String, guest: Guest| {
        view! {
            <ActionForm action=action attr:class="stack">
                <h1>{tr!(lang, people.join_title)}</h1>
                <p class="soft">{tr!(lang, people.join_text, email = guest.email.clone())}</p>
                <input type="hidden" name="token" value=token/>
                // Password managers keep the address with the password.
                <input type="hidden" name="username" autocomplete="username" value=guest.email/>
                <Field name="name" label=tr!(lang, settings.your_name) value=guest.name autocomplete="name" required=true fail=fail/>
                <Field name="password" kind="password" label=tr!(lang, settings.password) autocomplete="new-password" required=true
                    hint=tr!(lang, settings.password_hint) fail=fail/>
                <FormError fail=fail/>
                <button class="button primary large" type="submit" disabled=move || action.pending().get()>
                    {tr!(lang, people.join_do)}
                </button>
            </ActionForm>
        }
        .into_any()
    };
    by_link(tr!(lang, people.join_title), token, guest, form)
}

/// The door for whoever comes by a one-time link: the form once it is known whose link it is.
pub fn by_link(
    title: String,
    token: String,
    guest: Resource<Result<Guest, Fail>>,
    form: impl Fn(String, Guest) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    view! {
        <Title text=title/>
        <Door>
            <Suspense>
                {move || {
                    let (form, token) = (form.clone(), token.clone());
                    Suspend::new(async move {
                        match guest.await {
                            Ok(guest) => form(token, guest),
                            Err(fail) => view! { <Failed fail=expired(fail)/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Door>
    }
    .into_any()
}

/// A link that is not known is as good as one that ran out.
fn expired(fail: Fail) -> Fail {
    match fail {
        Fail::Problem(Problem::NotFound) => Fail::Problem(Problem::Expired),
        other => other,
    }
}
