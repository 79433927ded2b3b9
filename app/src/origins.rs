//! Inputs that narrow a list to what its records came by.

use domain::access::Entity;
use domain::attribution::Origins;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::codec::Json;
use crate::ctx::use_lang;
use crate::fail::Fail;

/// What the newest of these records came by, as far as the reader may see them.
#[server(prefix = "/fn", endpoint = "origins/list", input = Json, output = Json)]
pub async fn list_origins(of: Entity) -> Result<Origins, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(match of {
        Entity::Lead => store::leads::origins(&db, &actor).await?,
        Entity::Deal => store::deals::origins(&db, &actor).await?,
        Entity::Client => store::accounts::origins(&db, &actor).await?,
        _ => return Err(domain::Problem::NotFound.into()),
    })
}

/// The parameters of an address that narrow a list so.
pub const PARAMETERS: [&str; 3] = ["channel", "campaign", "keyword"];

/// The inputs, folded until one of them is filled in. What can be chosen is fetched when somebody comes near them; it can be typed
/// all the same.
#[component]
pub fn OriginFields(
    of: Entity,
    /// Of `channel`, `campaign` and `keyword`, those that the list asks for here.
    names: &'static [&'static str],
    query: ParamsMap,
) -> impl IntoView {
    let lang = use_lang();
    let ask = ServerAction::<ListOrigins>::new();
    let typed = |name: &str| query.get(name).unwrap_or_default();
    let open = names.iter().any(|name| !typed(name).is_empty());
    let near = move |_| {
        if ask.version().get_untracked() == 0 && !ask.pending().get_untracked() {
            ask.dispatch(ListOrigins { of });
        }
    };
    let inputs = names.iter().map(|name| {
        let label = match *name {
            "channel" => tr!(lang, common.channel),
            "campaign" => tr!(lang, leads.campaign),
            _ => tr!(lang, common.keyword),
        };
        let choices = move || {
            let origins = ask.value().get().and_then(Result::ok).unwrap_or_default();
            let values = match *name {
                "channel" => origins.channels,
                "campaign" => origins.campaigns,
                _ => origins.keywords,
            };
            values.into_iter().map(|value| view! { <option value=value></option> }).collect_view()
        };
        let list = format!("origins-{name}");
        view! {
            <input class="input" name=*name placeholder=label.clone() aria-label=label value=typed(name) autocomplete="off" list=list.clone()/>
            <datalist id=list>{choices}</datalist>
        }
    });
    view! {
        <details class="fold" open=open on:focusin=near>
            <summary>{tr!(lang, channels.filter)}</summary>
            <div class="row wrap">{inputs.collect_view()}</div>
        </details>
    }
}
