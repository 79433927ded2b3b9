//! The builder: a draft with its lines and live totals. It is one plain form, which wasm makes quicker.

use domain::catalog::Service;
use domain::id::OfferId;
use domain::offer::Totals;
use domain::{Currency, Fault, Problem};
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;

use super::api::{Opened, Save};
use super::lines::Lines;
use super::paper::Paper;
use super::send::SendDialog;
use super::show::Head;
use super::typed::{TypedLine, percent, typed_lines};
use super::words;
use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::ui::field::inside_text;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// A line on the page; `key` stays with it when lines move.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub key: usize,
    pub typed: RwSignal<TypedLine>,
}

/// What the parts of the builder share.
#[derive(Clone, Copy)]
pub struct Draft {
    pub id: OfferId,
    pub version: RwSignal<i64>,
    pub title: RwSignal<String>,
    pub intro: RwSignal<String>,
    pub terms: RwSignal<String>,
    pub valid_until: RwSignal<String>,
    pub currency: RwSignal<Currency>,
    pub rows: RwSignal<Vec<Row>>,
    pub services: StoredValue<Vec<Service>>,
    /// VAT of lines that do not come from the catalog, as typed.
    pub vat: StoredValue<String>,
    pub save: ServerAction<Save>,
    /// Counts changes since the page was made; what was saved last is `saved`.
    pub edits: RwSignal<u32>,
    pub saved: RwSignal<u32>,
}

impl Draft {
    fn new(opened: &Opened) -> Self {
        let offer = &opened.offer;
        let revision = &offer.revision;
        let rows = typed_lines(revision).into_iter().enumerate();
        let rows = rows.map(|(key, typed)| Row { key, typed: RwSignal::new(typed) }).collect();
        Draft {
            id: offer.id,
            version: RwSignal::new(offer.version),
            title: RwSignal::new(revision.title.clone()),
            intro: RwSignal::new(revision.intro.clone()),
            terms: RwSignal::new(revision.terms.clone()),
            valid_until: RwSignal::new(revision.valid_until.to_string()),
            currency: RwSignal::new(revision.currency),
            rows: RwSignal::new(rows),
            services: StoredValue::new(opened.services.clone()),
            vat: StoredValue::new(percent(opened.vat_bp)),
            save: ServerAction::new(),
            edits: RwSignal::new(0),
            saved: RwSignal::new(0),
        }
    }

    pub fn touch(self) {
        self.edits.update(|n| *n += 1);
    }

    pub fn dirty(self) -> bool {
        self.edits.get() != self.saved.get()
    }

    /// The sums of the lines whose numbers are understood.
    pub fn totals(self) -> Totals {
        let rows = self.rows.read();
        rows.iter()
            .filter_map(|row| row.typed.read().totals())
            .fold(Totals::default(), |sum, line| sum + line)
    }

    /// The word for VAT, with the rate where there is only one.
    pub fn vat_label(self) -> String {
        let rates: Vec<i32> = self.rows.read().iter().filter_map(|row| row.typed.read().vat_rate()).collect();
        words::vat_label(use_lang(), rates)
    }

    /// What the server found wrong with a field at the last try to save.
    pub fn fault(self, field: &str) -> Option<Fault> {
        self.save.value().with(|answer| match answer {
            Some(Err(Fail::Problem(problem))) => problem.fault_of(field),
            _ => None,
        })
    }

    pub fn push(self, typed: TypedLine) {
        let key =
            self.rows.with_untracked(|rows| rows.iter().map(|row| row.key + 1).max().unwrap_or_default());
        self.rows.update(|rows| rows.push(Row { key, typed: RwSignal::new(typed) }));
        self.moved();
    }

    /// Lines changed places: the faults of the last try name the old ones.
    pub fn moved(self) {
        self.save.clear();
        self.touch();
    }
}

#[component]
pub fn Builder(opened: Opened, again: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let draft = Draft::new(&opened);
    let form = NodeRef::<html::Form>::new();
    let asked = leptos_router::hooks::use_query_map().read_untracked().get("send").is_some();
    let sending = RwSignal::new(asked);
    let send_after = RwSignal::new(false);
    follow_saving(draft, sending, send_after);
    let offer = opened.offer.clone();
    let (client, recipient, first) = (offer.client.clone(), offer.recipient_name.clone(), offer.version);
    let save = draft.save;
    let status = move || {
        if save.pending().get() {
            tr!(lang, offers.saving)
        } else if draft.dirty() {
            tr!(lang, offers.unsaved)
        } else if draft.saved.get() > 0 {
            tr!(lang, common.saved)
        } else {
            String::new()
        }
    };
    // What is sent is what is saved: unsaved changes go first.
    let send = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if draft.dirty() {
            send_after.set(true);
            if let Some(form) = form.get_untracked() {
                submit(&form);
            }
        } else {
            sending.set(true);
        }
    };
    view! {
        <Head opened=opened.clone() title=draft.title>
            <span class="muted nowrap wide-only" role="status">{status}</span>
            <div class="row push">
                <button class="button" type="submit" form="draft" name="step" value="save" disabled=move || save.pending().get()>
                    {tr!(lang, common.save)}
                </button>
                <form method="get">
                    <button class="button primary" type="submit" name="send" value="1" on:click=send disabled=move || save.pending().get()>
                        <Icon name="send"/>{tr!(lang, offers.send)}
                    </button>
                </form>
            </div>
        </Head>
        <main class="offer-page">
            <ActionForm action=save attr:class="builder" attr:id="draft" node_ref=form>
                <input type="hidden" name="draft[id]" value=draft.id.to_string()/>
                <input type="hidden" name="draft[version]" value=first prop:value=move || draft.version.get()/>
                <input type="hidden" name="draft[lang]" value=lang.code()/>
                <input type="hidden" name="draft[vat]" value=draft.vat.get_value()/>
                // At the top, where the buttons are: a long offer would hide it at its foot.
                <FormError fail=failure(move || save.value().get())/>
                <Conflict draft/>
                <Meta draft client recipient/>
                <Lines draft/>
                <p class="muted narrow-only" role="status">{status}</p>
                <div class="offer-foot">
                    <Words draft/>
                    <dl class="totals" aria-live="polite">
                        {move || words::sums(lang, draft.totals(), draft.currency.get(), draft.vat_label())}
                    </dl>
                </div>
            </ActionForm>
            <Paper draft offer=offer.clone()/>
        </main>
        <SendDialog draft offer open=sending again/>
    }
}

/// After saving: the new version, what is saved now, and the dialog if somebody waits for it.
fn follow_saving(draft: Draft, sending: RwSignal<bool>, send_after: RwSignal<bool>) {
    let submitted = StoredValue::new(0);
    Effect::new(move || {
        if draft.save.pending().get() {
            submitted.set_value(draft.edits.get_untracked());
        }
    });
    Effect::new(move || match draft.save.value().get() {
        Some(Ok(version)) => {
            draft.version.set(version);
            // A save without changes counts as one, so that it is seen.
            if submitted.get_value() == 0 {
                draft.edits.update(|n| *n += 1);
                submitted.set_value(draft.edits.get_untracked());
            }
            draft.saved.set(submitted.get_value());
            if send_after.get_untracked() {
                send_after.set(false);
                sending.set(true);
            }
        }
        Some(Err(_)) => send_after.set(false),
        None => {}
    });
}

/// Somebody saved meanwhile: their state can be looked at, and replaced knowingly. Nothing that was typed is gone.
#[component]
fn Conflict(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    move || {
        let present = draft.save.value().with(|answer: &Option<Answer<i64>>| match answer {
            Some(Err(Fail::Problem(Problem::Conflict { version }))) => Some(*version),
            _ => None,
        })?;
        Some(view! {
            <div class="row wrap">
                <a class="button" href=format!("/offers/{}", draft.id) target="_blank" rel="external">{tr!(lang, offers.conflict_look)}</a>
                <button class="button danger" type="submit" name="step" value="save" on:click=move |_| draft.version.set(present)>
                    {tr!(lang, offers.conflict_mine)}
                </button>
            </div>
        })
    }
}

/// For whom, until when, in what money.
#[component]
fn Meta(draft: Draft, client: String, recipient: String) -> impl IntoView {
    let lang = use_lang();
    let currencies = Currency::ALL.map(|currency| {
        let chosen = draft.currency.get_untracked() == currency;
        view! { <option value=currency.code() selected=chosen>{currency.code()}" "{currency.sign()}</option> }
    });
    let chosen = move |event| {
        draft.currency.set(Currency::from_code(&event_target_value(&event)).unwrap_or_default());
        draft.touch();
    };
    view! {
        <Typed draft label=tr!(lang, offers.heading) field="title" value=draft.title/>
        <div class="offer-meta">
            <div class="field"><span class="label">{tr!(lang, offers.client)}</span><p class="fact">{words::or_dash(client)}</p></div>
            <div class="field"><span class="label">{tr!(lang, offers.recipient)}</span><p class="fact">{words::or_dash(recipient)}</p></div>
            <Typed draft label=tr!(lang, offers.valid_until) field="valid_until" value=draft.valid_until kind="date"/>
            <div class="field">
                <label for="offer-currency">{tr!(lang, offers.currency)}</label>
                <select class="select" id="offer-currency" name="draft[currency]" on:change=chosen>{currencies.collect_view()}</select>
            </div>
        </div>
    }
}

/// What is said before the lines and after them.
#[component]
fn Words(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="stack">
            <Typed draft label=tr!(lang, offers.intro) field="intro" value=draft.intro kind="long"/>
            <Typed draft label=tr!(lang, offers.terms) field="terms" value=draft.terms kind="long"/>
        </div>
    }
}

/// A field of the draft whose text the preview follows.
#[component]
fn Typed(
    draft: Draft,
    label: String,
    field: &'static str,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
) -> impl IntoView {
    let lang = use_lang();
    let (id, error, name) =
        (format!("offer-{field}"), format!("offer-{field}-error"), format!("draft[{field}]"));
    let invalid = move || draft.fault(field).map(|_| "true");
    let typed = move |event| {
        value.set(event_target_value(&event));
        draft.touch();
    };
    let start = value.get_untracked();
    let described = error.clone();
    let input = if kind == "long" {
        view! {
            <textarea class="textarea" id=id.clone() name=name rows="3" on:input=typed aria-invalid=invalid aria-describedby=described>
                {inside_text(&start)}
            </textarea>
        }
        .into_any()
    } else {
        view! {
            <input class="input" id=id.clone() name=name type=kind value=start on:input=typed aria-invalid=invalid
                aria-describedby=described/>
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {input}
            <div id=error aria-live="polite">
                {move || draft.fault(field).map(|fault| {
                    view! { <p class="error"><Icon name="warn"/>{crate::text::fault(lang, fault)}</p> }
                })}
            </div>
        </div>
    }
}

/// Presses the form's own button for it.
#[cfg(feature = "hydrate")]
fn submit(form: &web_sys::HtmlFormElement) {
    if form.request_submit().is_err() {
        leptos::logging::warn!("the draft could not be submitted");
    }
}

/// There is no form to submit without a browser.
#[cfg(not(feature = "hydrate"))]
fn submit(_form: &web_sys::HtmlFormElement) {}
