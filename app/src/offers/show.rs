//! The page of one offer: a draft is built, what was sent is read.

use domain::access::{Action, Entity, can};
use domain::offer::{MailState, OfferStatus};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::Opened;
use super::{builder, reading, words};
use crate::ctx::{use_lang, use_me};
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

/// `/offers/:id`.
#[component]
pub fn OfferPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let again = RwSignal::new(0_u32);
    let drafting = RwSignal::new(false);
    let opened = Resource::new(move || (id.get(), again.get()), |(id, _)| super::api::open(id));
    let live = use_live();
    // What colleagues and the client do appears at once, except under the hands of somebody who is typing.
    Effect::new(move |before: Option<u32>| {
        let now = live.deals.get();
        if before.is_some_and(|before| before != now) && !drafting.get_untracked() {
            again.update(|n| *n += 1);
        }
        now
    });
    view! {
        <Frame here="offers">
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || Suspend::new(async move {
                    let opened = opened.await;
                    drafting.set(opened.as_ref().is_ok_and(|opened| opened.offer.revision.status == OfferStatus::Draft));
                    page(opened, again)
                })}
            </Transition>
        </Frame>
    }
}

fn page(opened: Answer<Opened>, again: RwSignal<u32>) -> AnyView {
    let opened = match opened {
        Ok(opened) => opened,
        Err(fail) => return view! { <main class="list-page"><Failed fail/></main> }.into_any(),
    };
    let offer = &opened.offer;
    let may_write = use_me().is_some_and(|me| can(&me.actor(), Action::Write, Entity::Deal, offer.whose));
    if let Some(MailState::Waiting { attempts }) = &offer.mail {
        look_again(again, *attempts);
    }
    if may_write && offer.revision.status == OfferStatus::Draft {
        view! { <builder::Builder opened again/> }.into_any()
    } else {
        view! { <reading::Reading opened may_write again/> }.into_any()
    }
}

/// A mail's way out is no change of the deal that would be told: while it waits, the page asks.
fn look_again(again: RwSignal<u32>, attempts: i32) {
    let seconds = 3 * u64::from(attempts.unsigned_abs().min(20) + 1);
    Effect::new(move || {
        let asked = set_timeout_with_handle(
            move || again.update(|n| *n += 1),
            std::time::Duration::from_secs(seconds),
        );
        on_cleanup(move || {
            if let Ok(asked) = asked {
                asked.clear();
            }
        });
    });
}

/// Title, way back to the deal, number, state.
#[component]
pub fn Head(opened: Opened, #[prop(into)] title: Signal<String>, children: Children) -> impl IntoView {
    let lang = use_lang();
    let offer = opened.offer;
    let revision = offer.revision;
    let state = format!("state pill {} wide-only", words::status_class(revision.status));
    let state_text =
        tr!(lang, offers.revision_state, n = revision.number, status = words::status(lang, revision.status));
    let number = offer.number.clone();
    view! {
        <Title text=move || format!("{number} · {}", title.get())/>
        <header class="topbar">
            <A href=format!("/deals/{}", offer.deal) attr:class="button quiet only" attr:aria-label=tr!(lang, offers.to_deal)>
                <Icon name="left"/>
            </A>
            <div class="clip"><h1 class="clip">{offer.number}" · "{move || title.get()}</h1></div>
            <span class=state>{state_text}</span>
            {children()}
        </header>
    }
}
