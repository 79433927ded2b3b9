//! Who did what: the audit log, for administrators.

mod chosen;
mod words;

use domain::audit::{AuditEntry, FieldChange, KINDS};
use domain::query::capped;
use domain::user::User;
use leptos::prelude::*;
use leptos_router::components::Form;

use self::chosen::Chosen;
use super::api::{Log, audit_log};
use super::page::use_section;
use super::sections::Section;
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;

/// The section of settings.
#[component]
pub fn AuditLog() -> impl IntoView {
    let lang = use_lang();
    let query = use_section(Section::Audit);
    let chosen = Memo::new(move |_| Chosen::of(&query.read()));
    let zone = use_format().zone();
    let entries = Resource::new(
        move || chosen.get(),
        move |chosen| {
            let filter = chosen.filter(&zone);
            async move { audit_log(filter).await }
        },
    );
    view! {
        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
            {move || {
                let chosen = chosen.get();
                Suspend::new(async move { log(entries.await, &chosen) })
            }}
        </Transition>
    }
}

/// A page of the log under its filter.
fn log(log: Answer<Log>, chosen: &Chosen) -> AnyView {
    let lang = use_lang();
    let Log { page, people } = match log {
        Ok(log) => log,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let count = tr!(lang, audit.count, n = capped(page.count));
    let older = page.next.as_deref().map(|next| chosen.address(Some(next)));
    let newest = chosen.after.as_ref().map(|_| chosen.address(None));
    let body = if page.rows.is_empty() {
        view! {
            <div class="empty">
                <Icon name="list"/>
                <h2>{tr!(lang, audit.nothing_found)}</h2>
                <p>{tr!(lang, audit.nothing_found_text)}</p>
                <a href="/settings?section=audit" class="button">{tr!(lang, audit.everything)}</a>
            </div>
        }
        .into_any()
    } else {
        table(page.rows)
    };
    view! {
        {filters(people, chosen)}
        <p class="muted count">{count}</p>
        {body}
        <p class="row">
            {newest.map(|path| view! { <a href=path class="button">{tr!(lang, audit.newest)}</a> })}
            {older.map(|path| view! { <a href=path class="button" rel="next">{tr!(lang, audit.older)}</a> })}
        </p>
    }
    .into_any()
}

fn filters(people: Vec<User>, chosen: &Chosen) -> impl IntoView + use<> {
    let lang = use_lang();
    let (who, kind) = (chosen.who, chosen.kind.clone());
    let people = people.into_iter().map(move |user| {
        view! { <option value=user.id.to_string() selected=who == Some(user.id)>{user.name}</option> }
    });
    let kinds = KINDS.map(|code| {
        let selected = kind == code;
        view! { <option value=code selected=selected>{words::kind(lang, code)}</option> }
    });
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (from, until) = (day(chosen.from), day(chosen.until));
    view! {
        <Form method="GET" action="/settings" attr:class="filters" attr:role="search">
            <input type="hidden" name="section" value="audit"/>
            <select class="select" name="who" aria-label=tr!(lang, audit.who)>
                <option value="">{tr!(lang, audit.anybody)}</option>
                {people.collect_view()}
            </select>
            <select class="select" name="kind" aria-label=tr!(lang, audit.record)>
                <option value="">{tr!(lang, audit.any_kind)}</option>
                {kinds.collect_view()}
            </select>
            <label class="row"><span class="muted">{tr!(lang, audit.from)}</span>
                <input class="input" type="date" name="from" value=from/></label>
            <label class="row"><span class="muted">{tr!(lang, audit.until)}</span>
                <input class="input" type="date" name="until" value=until/></label>
            <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.filter)}</button>
        </Form>
    }
}

fn table(rows: Vec<AuditEntry>) -> AnyView {
    let lang = use_lang();
    view! {
        <section class="card">
            <div class="scroll-x">
                <table class="table rows">
                    <caption class="sr-only">{tr!(lang, audit.title)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, audit.what)}</th>
                            <th scope="col">{tr!(lang, audit.changes)}</th>
                            <th scope="col">{tr!(lang, audit.who)}</th>
                            <th scope="col">{tr!(lang, audit.when)}</th>
                            <th scope="col">{tr!(lang, audit.where_from)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(entry: AuditEntry) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let kind = words::kind(lang, &entry.entity);
    let name = if entry.name.is_empty() { kind.clone() } else { format!("{kind}: {}", entry.name) };
    let record = match path(&entry) {
        Some(path) => view! { <a href=path>{name}</a> }.into_any(),
        None => view! { <span>{name}</span> }.into_any(),
    };
    let who = match entry.who {
        Some(person) => view! { <PersonName person=Some(person)/> }.into_any(),
        None => view! { <span class="muted">{tr!(lang, audit.system)}</span> }.into_any(),
    };
    let (unchanged, nowhere) = (entry.changes.is_empty() && !entry.erased, entry.origin.is_empty());
    let erased = entry.erased.then(|| view! { <li class="muted">{tr!(lang, audit.erased)}</li> });
    let changes = entry.changes.into_iter().map(change).collect_view();
    view! {
        <tr>
            <td class="first">
                <div><b>{words::action(lang, &entry.action)}</b><span class="second">{record}</span></div>
            </td>
            <td class:blank=unchanged data-label=tr!(lang, audit.changes)><ul class="changes">{changes}{erased}</ul></td>
            <td data-label=tr!(lang, audit.who)>{who}</td>
            <td class="nowrap" data-label=tr!(lang, audit.when)>
                <div>
                    <time datetime=entry.at.to_rfc3339()>{format.date_time(entry.at)}</time>
                    <span class="second muted">{tr!(lang, audit.entry, seq = entry.seq)}</span>
                </div>
            </td>
            <td class="muted" class:blank=nowhere data-label=tr!(lang, audit.where_from)>{entry.origin}</td>
        </tr>
    }
}

/// A field with its value, or with the old and the new one. Both are told in words for those who do not see the strike.
fn change(change: FieldChange) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let field = words::field(lang, &change.field);
    let after = words::value(&format, &change.field, &change.after);
    let before = change.before.map(|before| {
        let before = words::value(&format, &change.field, &before);
        view! { <del>{before}</del><span aria-hidden="true">" → "</span><span class="sr-only">{format!(" {} ", tr!(lang, audit.became))}</span> }
    });
    view! { <li><span class="muted">{field}": "</span>{before}<span>{after}</span></li> }
}

/// Where the record can be seen.
fn path(entry: &AuditEntry) -> Option<String> {
    let id = entry.id;
    let page = match entry.entity.as_str() {
        "lead" => format!("/leads/{id}"),
        "deal" => format!("/deals/{id}"),
        "contact" => format!("/contacts/{id}"),
        "account" => format!("/accounts/{id}"),
        "offer" => format!("/offers/{id}"),
        "act" => format!("/acts/{id}"),
        "service" => format!("/settings?section=catalog&service={id}"),
        "service_category" => format!("/settings?section=catalog&category={id}"),
        "user" if !id.is_nil() => format!("/settings?section=users&user={id}"),
        "team" => "/settings?section=teams".to_owned(),
        "form" => format!("/settings?section=forms&form={id}"),
        "submission" => "/settings?section=forms&log=1".to_owned(),
        "channel_rule" => "/settings?section=channels".to_owned(),
        "loss_reason" => "/settings?section=losses".to_owned(),
        "pipeline" => format!("/process/{id}"),
        "settings" => "/settings?section=company".to_owned(),
        _ => return None,
    };
    Some(page)
}
