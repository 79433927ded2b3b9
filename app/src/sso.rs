//! The identity provider on the sign-in page. It is the server's HTML alone: the browser takes it as it finds it, so that the door's
//! code does not grow by what most companies never see.

/// The link to the provider, and why the last try failed; empty where there is no provider.
#[cfg(not(feature = "ssr"))]
pub fn offered() -> String {
    String::new()
}

#[cfg(feature = "ssr")]
pub fn offered() -> String {
    use domain::session::SsoRefusal;
    use leptos::prelude::*;
    use leptos_router::hooks::use_query_map;

    use crate::ui::icon::Icon;

    let lang = crate::ctx::use_lang();
    let Some(name) = use_context::<crate::ctx::Server>().and_then(|server| server.sso) else {
        return String::new();
    };
    let query = use_query_map().get_untracked();
    let refused = query.get("sso").and_then(|code| SsoRefusal::from_code(&code)).map(|refusal| {
        let text = match refusal {
            SsoRefusal::Unavailable => tr!(lang, second.sso_unavailable, name = &*name),
            SsoRefusal::Expired => tr!(lang, second.sso_expired),
            SsoRefusal::Denied => tr!(lang, second.sso_denied, name = &*name),
            SsoRefusal::Unverified => tr!(lang, second.sso_unverified, name = &*name),
            SsoRefusal::Unknown => tr!(lang, second.sso_unknown),
        };
        view! { <div class="form-error" role="alert"><Icon name="warn"/><strong>{text}</strong></div> }
    });
    let next = query.get("next").unwrap_or_default();
    let href = format!("/login/sso?next={}", crate::ctx::in_query(&next));
    let text = tr!(lang, second.sso_button, name = &*name);
    view! { {refused}<a class="button large" href=href rel="external">{text}</a> }.to_html()
}
