//! All forms.

use domain::access::Entity;
use domain::query::capped;
use leptos::prelude::*;

use super::api::FormRow;
use crate::ctx::use_lang;
use crate::settings::page::may_write;
use crate::ui::icon::Icon;

pub fn list(forms: Vec<FormRow>) -> AnyView {
    let lang = use_lang();
    let waiting: u64 = forms.iter().map(|form| form.waiting).sum();
    let badge = (waiting > 0).then(|| view! { <span class="badge none">{capped(waiting)}</span> });
    let log =
        if waiting > 0 { "/settings?section=forms&log=flagged" } else { "/settings?section=forms&log=1" };
    let tools = view! {
        <div class="row wrap">
            {may_write(Entity::Form).then(|| view! {
                <a href="/settings?section=forms&form=new" class="button primary"><Icon name="plus"/>{tr!(lang, forms.add)}</a>
            })}
            <a href=log class="button"><Icon name="list"/>{tr!(lang, forms.log)}{badge}</a>
            <a href="/demo/landing" rel="external" class="button quiet"><Icon name="eye"/>{tr!(lang, forms.demo)}</a>
        </div>
    };
    let body = if forms.is_empty() {
        view! {
            <div class="empty">
                <Icon name="form"/>
                <h2>{tr!(lang, forms.empty_title)}</h2>
                <p>{tr!(lang, forms.empty_text)}</p>
            </div>
        }
        .into_any()
    } else {
        table(forms)
    };
    view! { {tools}{body} }.into_any()
}

fn table(forms: Vec<FormRow>) -> AnyView {
    let lang = use_lang();
    view! {
        <section class="card">
            <div class="scroll-x">
                <table class="table rows">
                    <caption class="sr-only">{tr!(lang, forms.title)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, forms.form)}</th>
                            <th scope="col">{tr!(lang, forms.fields)}</th>
                            <th scope="col">{tr!(lang, common.status)}</th>
                            <th scope="col">{tr!(lang, forms.waiting)}</th>
                        </tr>
                    </thead>
                    <tbody>{forms.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(form: FormRow) -> impl IntoView {
    let lang = use_lang();
    let name = form.name.get(lang).to_owned();
    let fields: Vec<&str> = form.fields.iter().map(|label| label.get(lang)).collect();
    let fields = fields.join(", ");
    let (class, state) = if form.active {
        ("state today", tr!(lang, forms.on))
    } else {
        ("state later", tr!(lang, forms.off))
    };
    let waiting = (form.waiting > 0).then(|| {
        let log = format!("/settings?section=forms&log=flagged&form={}", form.id);
        view! { <a href=log>{tr!(lang, forms.waiting_n, n = capped(form.waiting))}</a> }
    });
    let nothing = waiting.is_none();
    view! {
        <tr>
            <td class="first">
                <div>
                    <a href=format!("/settings?section=forms&form={}", form.id)><b>{name}</b></a>
                    <span class="second muted mono">{format!("/f/{}", form.slug)}</span>
                </div>
            </td>
            <td data-label=tr!(lang, forms.fields)>{fields}</td>
            <td data-label=tr!(lang, common.status)><span class=class>{state}</span></td>
            <td class:blank=nothing data-label=tr!(lang, forms.waiting)>{waiting}</td>
        </tr>
    }
}
