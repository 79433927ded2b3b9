//! What was sent through forms, what became of it and why; what looks like a bot's is decided about here.

use domain::access::{Action, Entity};
use domain::form::{SubmissionFilter, SubmissionRow, SubmissionStatus};
use domain::id::{FormId, LeadId};
use domain::query::capped;
use domain::{FieldError, Label, Lang};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::Form;

use super::api::{Discard, Log, Release};
use super::{Asked, words};
use crate::ctx::{use_format, use_lang, use_me};
use crate::settings::page::may_write;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// Characters of a value that are shown at once.
const SHOWN: usize = 160;
/// Values of a submission that are shown at once.
const FIELDS: usize = 8;

/// What deciding lives on; it outlives a reading anew of the log.
#[derive(Clone, Copy)]
pub struct Deciding {
    release: ServerAction<Release>,
    discard: ServerAction<Discard>,
    /// The lead that was made last.
    made: RwSignal<Option<LeadId>>,
}

impl Deciding {
    /// Adds to `again` when the log is to be read anew.
    pub fn new(again: RwSignal<u32>) -> Deciding {
        let (release, discard) = (ServerAction::<Release>::new(), ServerAction::<Discard>::new());
        let made = RwSignal::new(None);
        Effect::new(move || {
            if let Some(Ok(lead)) = release.value().get() {
                made.set(Some(lead));
                again.update(|n| *n += 1);
            }
        });
        Effect::new(move || {
            if matches!(discard.value().get(), Some(Ok(()))) {
                made.set(None);
                again.update(|n| *n += 1);
            }
        });
        Deciding { release, discard, made }
    }

    /// What the last decision made or failed with.
    fn told(self) -> AnyView {
        let lang = use_lang();
        let made = move || {
            self.made.get().map(|lead| {
                view! { <p class="notice today"><Icon name="check"/><a href=format!("/leads/{lead}")>{tr!(lang, forms.made)}</a></p> }
            })
        };
        view! {
            <div role="status">{made}</div>
            <FormError fail=failure(move || self.release.value().get())/>
            <FormError fail=failure(move || self.discard.value().get())/>
        }
        .into_any()
    }

    /// The two buttons of what waits. `back`: the log as it is looked at.
    fn buttons(self, row: &SubmissionRow, back: &str) -> AnyView {
        let lang = use_lang();
        let (release, discard) = (self.release, self.discard);
        let (made, gone) = (named(row, back), named(row, back));
        view! {
            <div class="row wrap">
                <ActionForm action=release>
                    {made}
                    <button class="button small" type="submit" disabled=move || release.pending().get()>{tr!(lang, forms.release)}</button>
                </ActionForm>
                <ActionForm action=discard>
                    {gone}
                    <button class="button small danger" type="submit" disabled=move || discard.pending().get()>{tr!(lang, forms.discard)}</button>
                </ActionForm>
            </div>
        }
        .into_any()
    }
}

/// Which submission a button is about, and where it leads to without wasm.
fn named(row: &SubmissionRow, back: &str) -> AnyView {
    let (id, back) = (row.id.to_string(), back.to_owned());
    view! {
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="back" value=back/>
    }
    .into_any()
}

/// The address of the log under a filter.
fn address(filter: &SubmissionFilter, after: Option<&str>) -> String {
    let mut address =
        format!("/settings?section=forms&log={}", filter.status.map_or("1", SubmissionStatus::code));
    if let Some(form) = filter.form {
        address.push_str(&format!("&form={form}"));
    }
    if let Some(after) = after {
        address.push_str(&format!("&after={after}"));
    }
    address
}

/// A page of the log.
pub fn log(log: Log, asked: &Asked, deciding: Deciding) -> AnyView {
    let lang = use_lang();
    let filter = match asked {
        Asked::Log(filter) => filter.clone(),
        _ => SubmissionFilter::default(),
    };
    let Log { page, forms } = log;
    let older = page.next.as_deref().map(|next| address(&filter, Some(next)));
    let newest = filter.cursor.is_some().then(|| address(&filter, None));
    let count = tr!(lang, forms.count, n = capped(page.count));
    let body = if page.rows.is_empty() {
        empty(&filter)
    } else {
        table(page.rows, &address(&filter, filter.cursor.as_deref()), deciding)
    };
    view! {
        <div class="row wrap">
            <a href="/settings?section=forms" class="button quiet"><Icon name="left"/>{tr!(lang, forms.title)}</a>
            <h2>{tr!(lang, forms.log)}</h2>
        </div>
        {filters(forms, &filter)}
        {deciding.told()}
        <p class="muted count">{count}</p>
        {body}
        <p class="row">
            {newest.map(|path| view! { <a href=path class="button">{tr!(lang, forms.newest)}</a> })}
            {older.map(|path| view! { <a href=path class="button" rel="next">{tr!(lang, common.more)}</a> })}
        </p>
    }
    .into_any()
}

fn filters(forms: Vec<(FormId, Label)>, filter: &SubmissionFilter) -> AnyView {
    let lang = use_lang();
    let (status, form) = (filter.status, filter.form);
    let statuses = SubmissionStatus::ALL.map(|each| {
        view! { <option value=each.code() selected=status == Some(each)>{words::status(lang, each)}</option> }
    });
    let forms = forms.into_iter().map(move |(id, name)| {
        view! { <option value=id.to_string() selected=form == Some(id)>{name.get(lang).to_owned()}</option> }
    });
    view! {
        <Form method="GET" action="/settings" attr:class="filters" attr:role="search">
            <input type="hidden" name="section" value="forms"/>
            <select class="select" name="log" aria-label=tr!(lang, common.status)>
                <option value="1">{tr!(lang, forms.any_status)}</option>
                {statuses.collect_view()}
            </select>
            <select class="select" name="form" aria-label=tr!(lang, forms.form)>
                <option value="">{tr!(lang, forms.any_form)}</option>
                {forms.collect_view()}
            </select>
            <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.filter)}</button>
        </Form>
    }
    .into_any()
}

fn empty(filter: &SubmissionFilter) -> AnyView {
    let lang = use_lang();
    let (title, text) = match filter.status {
        Some(SubmissionStatus::Flagged) => {
            (tr!(lang, forms.none_flagged), tr!(lang, forms.none_flagged_text))
        }
        _ => (tr!(lang, forms.none), tr!(lang, forms.none_text)),
    };
    let all = (*filter != SubmissionFilter::default()).then(
        || view! { <a href="/settings?section=forms&log=1" class="button">{tr!(lang, forms.everything)}</a> },
    );
    view! { <div class="empty"><Icon name="form"/><h2>{title}</h2><p>{text}</p>{all}</div> }.into_any()
}

fn table(rows: Vec<SubmissionRow>, back: &str, deciding: Deciding) -> AnyView {
    let lang = use_lang();
    let rows = rows.into_iter().map(|submission| row(submission, back, deciding)).collect_view();
    view! {
        <section class="card">
            <div class="scroll-x">
                <table class="table rows submissions">
                    <caption class="sr-only">{tr!(lang, forms.log)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, forms.when)}</th>
                            <th scope="col">{tr!(lang, common.status)}</th>
                            <th scope="col">{tr!(lang, forms.sent)}</th>
                            <th scope="col">{tr!(lang, forms.came)}</th>
                            <th scope="col">{tr!(lang, forms.outcome)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(row: SubmissionRow, back: &str, deciding: Deciding) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let outcome = outcome(&row, back, deciding);
    let nothing = outcome.is_none();
    view! {
        <tr>
            <td class="first">
                <div>
                    <time datetime=row.at.to_rfc3339()>{format.date_time(row.at)}</time>
                    <span class="second muted">{row.form_name.get(lang).to_owned()}</span>
                </div>
            </td>
            <td data-label=tr!(lang, common.status)>
                <div>
                    <span class=format!("state {}", words::status_class(row.status))>{words::status(lang, row.status)}</span>
                    {reasons(lang, &row)}
                </div>
            </td>
            <td class="sent" data-label=tr!(lang, forms.sent)>{sent(lang, row.fields)}</td>
            <td data-label=tr!(lang, forms.came)>
                <div>
                    <span>{row.channel}</span>
                    <span class="second muted mono any-break">{row.ip}</span>
                </div>
            </td>
            <td class:blank=nothing data-label=tr!(lang, forms.outcome)>{outcome}</td>
        </tr>
    }
    .into_any()
}

/// Why it looks like a bot's, or what was wrong with it.
fn reasons(lang: Lang, row: &SubmissionRow) -> Option<AnyView> {
    let suspicions = row.suspicions.iter().map(|suspicion| words::suspicion(lang, *suspicion));
    let fault = |fault: &FieldError| format!("{}: {}", fault.field, crate::text::fault(lang, fault.fault));
    let all: Vec<String> = suspicions.chain(row.faults.iter().map(fault)).collect();
    (!all.is_empty()).then(|| {
        let all = all.into_iter().map(|reason| view! { <li class="any-break">{reason}</li> });
        view! { <ul class="changes muted">{all.collect_view()}</ul> }.into_any()
    })
}

/// The fields as they came. What a bot sends may be long: the rest is there when it is asked for.
fn sent(lang: Lang, mut fields: Vec<(String, String)>) -> AnyView {
    let rest = fields.split_off(fields.len().min(FIELDS));
    let more = rest.len();
    let list = |fields: Vec<(String, String)>| {
        let pairs = fields.into_iter().map(|(key, text)| {
            view! { <dt class="any-break">{key}</dt><dd class="any-break">{value(lang, text)}</dd> }
        });
        view! { <dl class="facts">{pairs.collect_view()}</dl> }
    };
    let rest = (more > 0).then(|| {
        view! { <details class="fold"><summary>{tr!(lang, forms.more_fields, n = more)}</summary>{list(rest)}</details> }
    });
    view! { <div>{list(fields)}{rest}</div> }.into_any()
}

fn value(lang: Lang, text: String) -> AnyView {
    if text.chars().count() <= SHOWN {
        return view! { <span class="prose">{text}</span> }.into_any();
    }
    let short: String = text.chars().take(SHOWN).collect();
    view! {
        <span>{short}"…"</span>
        <details class="fold"><summary>{tr!(lang, forms.whole)}</summary><span class="prose">{text}</span></details>
    }
    .into_any()
}

/// The lead it became, the decision that waits, or who decided.
fn outcome(row: &SubmissionRow, back: &str, deciding: Deciding) -> Option<AnyView> {
    let format = use_format();
    let lang = format.lang;
    let settled = row.settled_at.map(|at| {
        let who = row.settled_by.as_ref().map(|who| who.name.clone()).unwrap_or_default();
        view! { <span class="second muted">{who}" "<time>{format.date_time(at)}</time></span> }
    });
    if let Some(lead) = row.lead {
        let reads = use_me().is_some_and(|me| me.actor().reaches(Action::Read, Entity::Lead));
        let link = reads.then(|| view! { <a href=format!("/leads/{lead}")>{tr!(lang, forms.lead)}</a> });
        return Some(view! { <div>{link}{settled}</div> }.into_any());
    }
    if row.status == SubmissionStatus::Flagged && may_write(Entity::Form) {
        return Some(deciding.buttons(row, back));
    }
    settled.map(|settled| view! { <div>{settled}</div> }.into_any())
}
