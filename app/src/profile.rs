//! The user's own settings: language, theme, time zone; and the phone's "more" page.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::codec::Json;
use crate::ctx::{use_lang, use_me};
use crate::fail::Fail;
use crate::sessions::Sessions;
use crate::shell::Frame;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};
use crate::ui::title::Title;

/// Saves the signed-in user's preferences and loads the page anew, in the new language.
#[server(prefix = "/fn", endpoint = "profile/save", output = Json)]
pub async fn save_preferences(lang: String, theme: String, time_zone: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    use domain::{Fault, Problem};
    let lang = domain::Lang::from_tag(&lang).ok_or_else(|| Problem::field("lang", Fault::Unknown))?;
    let theme =
        domain::user::Theme::from_code(&theme).ok_or_else(|| Problem::field("theme", Fault::Unknown))?;
    store::users::set_preferences(&db, &actor, lang, theme, &time_zone).await?;
    leptos_axum::redirect("/profile");
    Ok(())
}

/// Every other browser that was signed in with the old password is signed out.
#[server(prefix = "/fn", endpoint = "profile/password", output = Json)]
pub async fn change_password(old: String, new: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let session = crate::ctx::server()?.session;
    Ok(store::users::change_password(&db, &actor, &old, &new, session.as_deref()).await?)
}

#[component]
fn Password() -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<ChangePassword>::new();
    let fail = failure(move || save.value().get());
    let done = Memo::new(move |_| matches!(save.value().get(), Some(Ok(()))));
    view! {
        <section class="stack" aria-labelledby="password-title">
            <h2 id="password-title">{tr!(lang, settings.change_password)}</h2>
            <ActionForm action=save attr:class="stack">
                <Field name="old" kind="password" label=tr!(lang, settings.password_old) autocomplete="current-password" required=true fail=fail/>
                <Field name="new" kind="password" label=tr!(lang, settings.password_new) autocomplete="new-password" required=true
                    hint=tr!(lang, settings.password_hint) fail=fail/>
                <FormError fail=fail/>
                <div class="row wrap">
                    <button class="button" type="submit" disabled=move || save.pending().get()>{tr!(lang, settings.change_password)}</button>
                    <span class="state today" role="status" hidden=move || !done.get()>{tr!(lang, settings.password_changed)}</span>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
pub fn Profile() -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SavePreferences>::new();
    let fail = failure(move || save.value().get());
    // The whole document changes its language: load it anew.
    Effect::new(move || {
        if matches!(save.value().get(), Some(Ok(()))) {
            reload();
        }
    });
    use_me().map(|me| {
        let user = me.user;
        view! {
            <Title text=tr!(lang, common.profile)/>
            <Frame here="profile">
                <header class="topbar"><h1>{user.name.clone()}</h1><span class="muted clip">{user.email.clone()}</span></header>
                <main class="form-page">
                    <ActionForm action=save attr:class="stack">
                        <Select name="lang" label=tr!(lang, settings.language) value=user.lang.code()
                            options=vec![("en".into(), "English".into()), ("ru".into(), "Русский".into())]/>
                        <Select name="theme" label=tr!(lang, settings.theme) value=user.theme.code()
                            options=vec![
                                ("system".into(), tr!(lang, settings.theme_system)),
                                ("light".into(), tr!(lang, settings.theme_light)),
                                ("dark".into(), tr!(lang, settings.theme_dark)),
                            ]/>
                        <Field name="time_zone" label=tr!(lang, settings.time_zone) value=user.time_zone.clone() required=true
                            hint=tr!(lang, settings.time_zone_hint) fail=fail/>
                        <FormError fail=fail/>
                        <div class="row"><button class="button primary" type="submit">{tr!(lang, common.save)}</button></div>
                    </ActionForm>
                    <Password/>
                    <section class="stack" aria-labelledby="second-title">
                        <h2 id="second-title">{tr!(lang, second.title)}</h2>
                        <p class="soft">{tr!(lang, second.about)}</p>
                        // Its page has no scripts: none ever sees the secret.
                        <div class="row"><a class="button" href="/profile/second-factor" rel="external">{tr!(lang, second.manage)}</a></div>
                    </section>
                    <Sessions/>
                    <form action="/logout" method="post"><button class="button" type="submit">{tr!(lang, common.sign_out)}</button></form>
                </main>
            </Frame>
        }
    })
}

/// What does not fit into a phone's tab bar.
#[component]
pub fn More() -> impl IntoView {
    let lang = use_lang();
    view! {
        <Title text=tr!(lang, common.nav_more)/>
        <Frame here="more">
            <header class="topbar"><h1>{tr!(lang, common.nav_more)}</h1></header>
            <main class="form-page">
                <ul class="menu">
                    <li><A href="/clients"><Icon name="people"/>{tr!(lang, common.nav_clients)}</A></li>
                    <li><A href="/offers"><Icon name="offer"/>{tr!(lang, common.nav_offers)}</A></li>
                    <li><A href="/analytics/funnel"><Icon name="chart"/>{tr!(lang, common.nav_funnel)}</A></li>
                    <li><A href="/analytics/pipe"><Icon name="pipe"/>{tr!(lang, common.nav_pipe)}</A></li>
                    {crate::process::may_read().then(|| view! {
                        <li><A href="/process"><Icon name="pipe"/>{tr!(lang, process.title)}</A></li>
                    })}
                    <li><A href="/settings"><Icon name="gear"/>{tr!(lang, common.nav_settings)}</A></li>
                    <li><A href="/profile"><Icon name="key"/>{tr!(lang, common.profile)}</A></li>
                </ul>
            </main>
        </Frame>
    }
}

fn reload() {
    #[cfg(feature = "hydrate")]
    if window().location().reload().is_err() {
        leptos::logging::warn!("the page could not be loaded anew");
    }
}
