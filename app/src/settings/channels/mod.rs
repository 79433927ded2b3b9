//! The rules that decide which channel a visit came through, and a box to try an address. `?rule=ID` or `?rule=new` edits one,
//! `?do=remove` and `?do=reset` ask first, `?landing=…&referrer=…` is the address that is tried.

mod api;
mod form;
mod list;
#[cfg(feature = "ssr")]
mod read;
mod tried;
mod typed;
mod words;

use domain::access::Entity;
use leptos::prelude::*;
use leptos_router::hooks::use_url;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};

use self::api::Opened;
use self::list::Shifting;
use super::page::may_write;
use crate::ctx::use_lang;
use crate::fail::Answer;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The id of the rule that is edited, or `new`.
    pub rule: String,
    /// What was typed into it before.
    pub draft: String,
    /// `remove` or `reset`: what is asked about before it is done.
    pub step: String,
    /// The address that is tried.
    pub landing: String,
    pub referrer: String,
}

impl Asked {
    fn of(url: &Url) -> Asked {
        let get = |name| url.search_params().get(name).unwrap_or_default();
        Asked {
            rule: get("rule"),
            draft: get("draft"),
            step: get("do"),
            landing: given(url.search(), "landing"),
            referrer: given(url.search(), "referrer"),
        }
    }
}

/// A value of a query, decoded once. The router's own map is decoded twice, which would break the address that is tried where it has
/// codes of its own: `%26` in it is no `&`.
fn given(search: &str, name: &str) -> String {
    let value = search.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
    let value = value.map(|(_, value)| value.replace('+', " ")).unwrap_or_default();
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let code = after
            .split_at_checked(2)
            .and_then(|(code, after)| u8::from_str_radix(code, 16).ok().map(|byte| (byte, after)));
        let (byte, after) = code.unwrap_or((b'%', after));
        bytes.push(byte);
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The section of settings.
#[component]
pub fn Channels() -> impl IntoView {
    let url = use_url();
    // What is shown stays as it is while another section is being opened.
    let asked = Memo::new(move |before: Option<&Asked>| {
        let url = url.read();
        let here = url.search_params().get("section").is_some_and(|section| section == "channels");
        before.filter(|_| !here).cloned().unwrap_or_else(|| Asked::of(&url))
    });
    let again = RwSignal::new(0_u32);
    let shifting = Shifting::new();
    let opened = Resource::new(
        move || (asked.get(), again.get(), shifting.shift.version().get()),
        |(asked, ..)| api::open(asked),
    );
    shifting.follow(move || opened.track());
    let lang = use_lang();
    view! {
        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
            {move || {
                let asked = asked.get();
                Suspend::new(async move { show(opened.await, &asked, again, shifting) })
            }}
        </Transition>
    }
}

fn show(opened: Answer<Opened>, asked: &Asked, again: RwSignal<u32>, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let Opened { rules, edited, tried } = match opened {
        Ok(opened) => opened,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let writes = may_write(Entity::Form);
    let open = match (asked.step.as_str(), edited) {
        _ if !writes => None,
        ("reset", _) => Some(form::resetting(again)),
        ("remove", Some(edited)) if !edited.is_last => Some(form::removing(edited.typed, again)),
        (_, Some(edited)) => Some(form::rule(edited, again)),
        _ => None,
    };
    let tools = writes.then(|| {
        view! {
            <div class="row wrap">
                <a href="/settings?section=channels&rule=new" class="button primary"><Icon name="plus"/>{tr!(lang, channels.add)}</a>
                <a href="/settings?section=channels&do=reset" class="button">{tr!(lang, channels.reset)}</a>
            </div>
        }
    });
    let decided = tried.as_ref().and_then(|tried| tried.rule);
    let tried = tried::tried(asked, tried, &rules);
    view! {
        <p class="soft">{tr!(lang, channels.intro)}</p>
        {tools}
        {open}
        {list::list(rules, decided, writes, shifting)}
        {tried}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_tried_keeps_its_own_codes() {
        let search = "section=channels&landing=https%3A%2F%2Fshop.example%2F%3Fx%3Da%2526b%26y%3D%C3%A9&referrer=a+b%2Bc";
        assert_eq!(given(search, "landing"), "https://shop.example/?x=a%26b&y=é");
        assert_eq!(given(search, "referrer"), "a b+c");
        assert_eq!(given("landing=100%&referrer=%zz%4", "landing"), "100%");
        assert_eq!(given("landing=100%&referrer=%zz%4%FF", "referrer"), "%zz%4\u{fffd}");
        assert_eq!(given("", "landing"), "");
    }
}
