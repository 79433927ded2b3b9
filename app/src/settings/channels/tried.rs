//! The box in which an address is tried, and what the rules make of it.

use domain::attribution::{ChannelRule, Explained};
use leptos::prelude::*;
use leptos_router::components::Form;

use super::{Asked, words};
use crate::ctx::use_lang;
use crate::ui::field::Field;

pub fn tried(asked: &Asked, tried: Option<Explained>, rules: &[ChannelRule]) -> AnyView {
    let lang = use_lang();
    let outcome = tried.map(|tried| outcome(tried, rules));
    let (landing, referrer) = (asked.landing.clone(), asked.referrer.clone());
    view! {
        <section class="card settings-form" aria-labelledby="try-form">
            <h2 id="try-form">{tr!(lang, channels.try_title)}</h2>
            <Form method="GET" action="/settings" attr:class="stack">
                <input type="hidden" name="section" value="channels"/>
                <Field name="landing" label=tr!(lang, channels.landing) value=landing hint=tr!(lang, channels.landing_hint)/>
                <Field name="referrer" label=tr!(lang, channels.referrer) value=referrer hint=tr!(lang, channels.referrer_hint)/>
                <div class="row"><button class="button" type="submit">{tr!(lang, channels.try_do)}</button></div>
            </Form>
            <div role="status">{outcome}</div>
        </section>
    }
    .into_any()
}

fn outcome(tried: Explained, rules: &[ChannelRule]) -> AnyView {
    let lang = use_lang();
    let Explained { touch, source, rule } = tried;
    let decided = rule.and_then(|at| rules.get(at).map(|rule| (at, rule)));
    let decided = decided.map_or_else(
        || tr!(lang, channels.no_rule),
        |(at, rule)| format!("{}. {}", at + 1, words::asks(lang, rule)),
    );
    let source = if source.is_empty() { tr!(lang, channels.unknown_source) } else { source };
    let click = if touch.click_id.is_empty() {
        String::new()
    } else {
        format!("{} {}", touch.click_id_kind, touch.click_id)
    };
    let line = |label: String, text: String| {
        (!text.is_empty()).then(|| view! { <dt>{label}</dt><dd class="any-break">{text}</dd> })
    };
    view! {
        <dl class="facts">
            <dt>{tr!(lang, common.channel)}</dt>
            <dd><span class="tag accent">{touch.channel}</span></dd>
            {line(tr!(lang, channels.decided_by), decided)}
            {line(tr!(lang, channels.source), source)}
            {line(tr!(lang, common.keyword), touch.keyword)}
            {line(tr!(lang, leads.campaign), touch.utm_campaign)}
            {line(tr!(lang, leads.click_id), click)}
            {line(tr!(lang, common.site), touch.site)}
        </dl>
    }
    .into_any()
}
