//! The form of one rule, and what is asked before rules go.

use domain::Fault;
use domain::attribution::{Comparison, Fact, NO, PLACEHOLDERS, SourceKind, YES, value_field};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{Edited, Remove, Reset, Save};
use super::typed::{CHANNEL, TypedCondition, TypedRule, what_field};
use super::words;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::settings::page::when_saved;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// Media that campaigns are often tagged with.
const MEDIA: [&str; 9] = ["cpc", "cpm", "email", "social", "referral", "affiliate", "display", "sms", "push"];

pub fn rule(edited: Edited, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let Edited { typed, is_draft, is_last, sources, click_ids } = edited;
    let save = ServerAction::<Save>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let is_new = typed.id.is_empty();
    let title = match (is_new, is_last) {
        (true, _) => tr!(lang, channels.new_rule),
        (_, true) => tr!(lang, channels.last_rule),
        _ => tr!(lang, channels.edit_rule),
    };
    let hint = match (is_new, is_last) {
        (true, _) => Some(tr!(lang, channels.asked_first)),
        (_, true) => Some(tr!(lang, channels.last_hint)),
        _ => None,
    };
    let unsaved = is_draft
        .then(|| view! { <p class="notice none"><Icon name="warn"/>{tr!(lang, channels.unsaved)}</p> });
    let names = PLACEHOLDERS.map(|(name, _)| format!("{{{name}}}")).join(", ");
    let channel_hint = if is_last { String::new() } else { tr!(lang, channels.channel_hint, names = names) };
    let conditions = (!is_last).then(|| conditions(&typed, fail));
    let choices = (!is_last).then(|| choices(sources, click_ids));
    let remove = (!is_new && !is_last).then(|| {
        let href = format!("/settings?section=channels&rule={}&do=remove", typed.id);
        view! { <a href=href class="button danger push">{tr!(lang, channels.remove)}</a> }
    });
    view! {
        <section class="card settings-form" aria-labelledby="rule-form">
            <h2 id="rule-form">{title}</h2>
            {unsaved}
            {hint.map(|hint| view! { <p class="hint muted">{hint}</p> })}
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="draft[id]" value=typed.id/>
                <input type="hidden" name="draft[version]" value=typed.version/>
                {conditions}
                <Field name=CHANNEL label=tr!(lang, common.channel) value=typed.channel required=true hint=channel_hint fail=fail/>
                <FormError fail=fail/>
                <div class="row wrap">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=channels" class="button">{tr!(lang, common.cancel)}</a>
                    {remove}
                </div>
            </ActionForm>
            {choices}
        </section>
    }
    .into_any()
}

fn conditions(typed: &TypedRule, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let fault = move |fields: Vec<String>| {
        Signal::derive(move || match fail.get() {
            Some(Fail::Problem(problem)) => fields.iter().find_map(|field| problem.fault_of(field)),
            _ => None,
        })
    };
    let rows = typed.rows().into_iter().enumerate();
    let rows = rows.map(|(at, typed)| condition(at, typed, fault(vec![what_field(at), value_field(at)])));
    let all = fault(vec!["conditions".to_owned()]);
    view! {
        <fieldset class="stack">
            <legend class="label">{tr!(lang, channels.conditions)}</legend>
            <div class="field">
                <ol class="conditions">{rows.collect_view()}</ol>
                <div aria-live="polite">{move || all.get().map(error)}</div>
                <p class="hint">{tr!(lang, channels.value_hint)}</p>
            </div>
        </fieldset>
    }
    .into_any()
}

/// What is wrong with an input.
fn error(fault: Fault) -> AnyView {
    let text = crate::text::fault(use_lang(), fault);
    view! { <p class="error"><Icon name="warn"/>{text}</p> }.into_any()
}

fn condition(at: usize, typed: TypedCondition, fault: Signal<Option<Fault>>) -> impl IntoView {
    let lang = use_lang();
    let name = |part: &str| format!("draft[conditions][{at}][{part}]");
    let spoken = |part: String| format!("{}: {part}", tr!(lang, channels.condition_n, n = at + 1));
    let what = RwSignal::new(typed.what.clone());
    let facts = Fact::ALL.map(|fact| {
        let selected = fact.code() == typed.what;
        view! { <option value=fact.code() selected=selected>{words::fact(lang, fact)}</option> }
    });
    let ways = Comparison::ALL.map(|how| {
        let selected = how.code() == typed.how;
        view! { <option value=how.code() selected=selected>{words::comparison(lang, how)}</option> }
    });
    let described = format!("e-value-{at}");
    view! {
        <li>
            <select class="select" name=name("what") aria-label=spoken(tr!(lang, channels.what))
                on:change=move |event| what.set(event_target_value(&event))>
                <option value="" selected=typed.what.is_empty()>{tr!(lang, channels.no_condition)}</option>
                {facts.collect_view()}
            </select>
            <select class="select" name=name("how") aria-label=spoken(tr!(lang, channels.how))>{ways.collect_view()}</select>
            <input class="input" name=name("value") aria-label=spoken(tr!(lang, channels.value)) value=typed.value autocomplete="off"
                list=move || format!("values-{}", what.get()) aria-invalid=move || fault.get().map(|_| "true") aria-describedby=described.clone()/>
            <div id=described aria-live="polite">{move || fault.get().map(error)}</div>
        </li>
    }
}

/// What values of conditions are chosen from, besides being typed.
fn choices(sources: Vec<String>, click_ids: Vec<String>) -> AnyView {
    let lang = use_lang();
    let list = |fact: Fact, values: Vec<(String, String)>| {
        let options = values.into_iter().map(|(value, label)| view! { <option value=value>{label}</option> });
        view! { <datalist id=format!("values-{}", fact.code())>{options.collect_view()}</datalist> }
    };
    let plain = |values: Vec<String>| values.into_iter().map(|value| (value, String::new())).collect();
    let flags = || vec![(YES.to_owned(), tr!(lang, audit.yes)), (NO.to_owned(), tr!(lang, audit.no))];
    let kinds = SourceKind::ALL.map(|kind| (kind.code().to_owned(), words::source_kind(lang, kind)));
    view! {
        {list(Fact::Paid, flags())}
        {list(Fact::Tagged, flags())}
        {list(Fact::Kind, kinds.into())}
        {list(Fact::Source, plain(sources))}
        {list(Fact::ClickId, plain(click_ids))}
        {list(Fact::UtmMedium, plain(MEDIA.map(str::to_owned).into()))}
    }
    .into_any()
}

/// Asks before a rule goes.
pub fn removing(typed: TypedRule, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let remove = ServerAction::<Remove>::new();
    let fail = failure(move || remove.value().get());
    when_saved(move || remove.value().get(), again);
    let back = format!("/settings?section=channels&rule={}", typed.id);
    view! {
        <section class="card settings-form" aria-labelledby="remove-form">
            <h2 id="remove-form">{tr!(lang, channels.remove_title, channel = typed.channel)}</h2>
            <p class="soft">{tr!(lang, channels.remove_text)}</p>
            <ActionForm action=remove attr:class="stack">
                <input type="hidden" name="id" value=typed.id/>
                <input type="hidden" name="version" value=typed.version/>
                <FormError fail=fail/>
                <div class="row wrap">
                    <button class="button danger" type="submit" disabled=move || remove.pending().get()>{tr!(lang, channels.remove_do)}</button>
                    <a href=back class="button">{tr!(lang, channels.keep)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

/// Asks before all rules go.
pub fn resetting(again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let reset = ServerAction::<Reset>::new();
    let fail = failure(move || reset.value().get());
    when_saved(move || reset.value().get(), again);
    view! {
        <section class="card settings-form" aria-labelledby="reset-form">
            <h2 id="reset-form">{tr!(lang, channels.reset_title)}</h2>
            <p class="soft">{tr!(lang, channels.reset_text)}</p>
            <ActionForm action=reset attr:class="stack">
                <FormError fail=fail/>
                <div class="row wrap">
                    <button class="button danger" type="submit" disabled=move || reset.pending().get()>{tr!(lang, channels.reset_do)}</button>
                    <a href="/settings?section=channels" class="button">{tr!(lang, channels.keep)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}
