//! The client's rating: asking for it, the link to hand over, the answer.

use domain::Lang;
use domain::contact::PointKind;
use domain::deal::Deal;
use domain::feedback::Feedback;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::show::{Doing, Rights};
use super::stopped::Stopped;
use crate::ctx::{use_format, use_lang};
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::problem::failure;
use crate::ui::toast::use_toast;

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let may_ask = rights.write && deal.feedback.as_ref().is_none_or(|feedback| feedback.score.is_none());
    view! {
        <section class="stack" aria-labelledby="feedback-title">
            <h2 class="fold-title" id="feedback-title">{tr!(lang, deals.feedback)}</h2>
            {deal.feedback.as_ref().map(given)}
            {may_ask.then(|| ask(doing, deal))}
        </section>
    }
    .into_any()
}

fn ask(doing: Doing, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.ask.value().get());
    let known =
        deal.feedback.as_ref().map(|feedback| feedback.sent_to.clone()).filter(|mail| !mail.is_empty());
    let mail = known.or_else(|| {
        deal.contact.as_ref().and_then(|contact| contact.point(PointKind::Email)).map(ToOwned::to_owned)
    });
    let id = deal.id.to_string();
    let langs = vec![
        (Lang::En.code().to_owned(), "English".to_owned()),
        (Lang::Ru.code().to_owned(), "Русский".to_owned()),
    ];
    view! {
        <ActionForm action=doing.ask attr:class="stack">
            <input type="hidden" name="deal" value=id/>
            <div class="pair">
                <Field name="email" kind="email" label=tr!(lang, common.email) value=mail.unwrap_or_default()
                    hint=tr!(lang, deals.ask_hint) fail/>
                <Select name="lang" label=tr!(lang, deals.client_lang) value=lang.code() options=langs/>
            </div>
            <Stopped fail/>
            <div class="row">
                <button class="button small" type="submit" disabled=move || doing.ask.pending().get()>
                    <Icon name="send"/>{tr!(lang, deals.ask)}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn given(feedback: &Feedback) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let asked = tr!(lang, deals.asked_on, day = format.near(feedback.asked_at));
    let link = feedback.public_path.clone().filter(|_| feedback.score.is_none());
    let comment = feedback.comment.clone();
    view! {
        <p class="soft">{asked}{(!feedback.sent_to.is_empty()).then(|| format!(", {}", feedback.sent_to))}</p>
        {feedback.score.map(|score| view! {
            <div class="rating">
                <p><b class="num">{score}</b>" / 10"</p>
                {(!comment.is_empty()).then(|| view! { <blockquote>{comment}</blockquote> })}
            </div>
        })}
        {link.map(|path| view! { <ClientLink path/> })}
    }
    .into_any()
}

/// A client's link: to open, and to copy with the address of this site.
#[component]
fn ClientLink(path: String) -> impl IntoView {
    let lang = use_lang();
    let toast = use_toast();
    let address = path.clone();
    let copy = move |_| {
        let Ok(origin) = window().location().origin() else { return };
        let writing = window().navigator().clipboard().write_text(&format!("{origin}{address}"));
        leptos::task::spawn_local(async move {
            match js_sys::futures::JsFuture::from(writing).await {
                Ok(_) => toast.say(tr!(lang, deals.copied)),
                Err(_) => toast.say(tr!(lang, deals.not_copied)),
            }
        });
    };
    view! {
        <p class="row client-link">
            <a class="mono clip" href=path.clone() rel="external" target="_blank">{path.clone()}</a>
            <button class="button small" type="button" on:click=copy><Icon name="link"/>{tr!(lang, deals.copy)}</button>
        </p>
    }
}
