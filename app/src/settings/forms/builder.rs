//! The builder of one form: one plain form, which wasm makes quicker, with a preview beside it.

use domain::access::Entity;
use domain::{Lang, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{Edited, Save};
use super::fields::Fields;
use super::input::{Input, Kind, focus, tick};
use super::owners::Owners;
use super::preview::preview;
use super::snippet::snippet;
use super::typed::{TypedException, TypedField, TypedForm};
use super::words;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::settings::page::may_write;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};
use crate::ui::toast::use_toast;

/// A field on the page; `key` stays with it when fields move.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub key: usize,
    pub typed: RwSignal<TypedField>,
}

/// What the parts of the builder share.
#[derive(Clone, Copy)]
pub struct Draft {
    pub lang: Lang,
    /// Everything but what stands in rows of its own.
    pub form: RwSignal<TypedForm>,
    pub fields: RwSignal<Vec<Row>>,
    pub exceptions: RwSignal<Vec<(usize, TypedException)>>,
    pub save: ServerAction<Save>,
    /// Told to those who do not see what moved.
    pub said: RwSignal<String>,
}

/// Where a text of the form is kept.
pub type Of = fn(&mut TypedForm) -> &mut String;

impl Draft {
    fn new(mut typed: TypedForm) -> Self {
        let fields = std::mem::take(&mut typed.fields).into_iter().enumerate();
        let exceptions = std::mem::take(&mut typed.exceptions).into_iter().enumerate();
        Draft {
            lang: use_lang(),
            fields: RwSignal::new(
                fields.map(|(key, typed)| Row { key, typed: RwSignal::new(typed) }).collect(),
            ),
            exceptions: RwSignal::new(exceptions.collect()),
            form: RwSignal::new(typed),
            save: ServerAction::new(),
            said: RwSignal::new(String::new()),
        }
    }

    /// What the server found wrong with a field at the last try to save, in words.
    pub fn fault(self, field: &str) -> Option<String> {
        let fault = self.save.value().with(|answer| match answer {
            Some(Err(Fail::Problem(problem))) => problem.fault_of(field),
            _ => None,
        });
        fault.map(|fault| words::fault(self.lang, field, fault))
    }

    /// Rows came, went or changed places: the faults of the last try name the old ones.
    pub fn moved(self) {
        self.save.clear();
    }

    /// An input of the form; its fault is called as it is.
    pub fn text(self, kind: Kind, label: String, name: &'static str, of: Of, hint: String) -> AnyView {
        // One fault is told for both languages, at the first.
        let fault = if name.ends_with("_ru") { "" } else { name };
        Input {
            kind,
            label,
            id: format!("form-{name}"),
            name: Signal::stored(format!("draft[{name}]")),
            start: of(&mut self.form.get_untracked()).clone(),
            typed: Callback::new(move |text| self.form.update(|form| *of(form) = text)),
            fault: Signal::derive(move || self.fault(fault)),
            hint,
        }
        .view()
    }

    /// The same text in both languages.
    fn pair(self, kind: Kind, label: &str, names: [&'static str; 2], of: [Of; 2], hint: String) -> AnyView {
        let english = format!("{label}, {}", tr!(self.lang, forms.english));
        let russian = format!("{label}, {}", tr!(self.lang, forms.russian));
        view! {
            <div class="pair">
                {self.text(kind, english, names[0], of[0], hint)}
                {self.text(kind, russian, names[1], of[1], String::new())}
            </div>
        }
        .into_any()
    }

    fn tick(self, label: String, name: &'static str, of: Of) -> AnyView {
        let start = !of(&mut self.form.get_untracked()).is_empty();
        let ticked = move |on: bool| {
            self.form.update(|form| *of(form) = if on { super::typed::ON.to_owned() } else { String::new() });
        };
        tick(label, Signal::stored(format!("draft[{name}]")), start, false, Callback::new(ticked))
    }
}

/// What outlives a reading anew of the form.
#[derive(Clone, Copy)]
pub struct Saving {
    again: RwSignal<u32>,
    /// It was just saved: whoever pressed the button finds it under their hands again.
    done: RwSignal<bool>,
}

impl Saving {
    /// Adds to `again` when the form is to be read anew.
    pub fn new(again: RwSignal<u32>) -> Saving {
        Saving { again, done: RwSignal::new(false) }
    }

    /// After saving: says so, and shows what is kept. A new form is shown at its own address.
    fn follow(self, draft: Draft) {
        let toast = use_toast();
        let is_new = draft.form.with_untracked(|form| form.id.is_empty());
        Effect::new(move || {
            if matches!(draft.save.value().get(), Some(Ok(()))) {
                toast.say(tr!(draft.lang, common.saved));
                self.done.set(true);
                if !is_new {
                    self.again.update(|n| *n += 1);
                }
            }
        });
        Effect::new(move || {
            if self.done.get_untracked() {
                self.done.set(false);
                focus(["#form-save".to_owned()]);
            }
        });
    }
}

/// The builder with the preview, and what to paste into a site.
pub fn builder(edited: Edited, saving: Saving) -> AnyView {
    let Edited { typed, is_draft, slug, origin, people, teams, channels, consent } = edited;
    let lang = use_lang();
    let draft = Draft::new(typed);
    let save = draft.save;
    let fail = failure(move || save.value().get());
    saving.follow(draft);
    show_first_fault(draft);
    let fixed = !may_write(Entity::Form);
    let (id, version) = draft.form.with_untracked(|form| (form.id.clone(), form.version.clone()));
    let version = RwSignal::new(version);
    let title = if slug.is_empty() { tr!(lang, forms.add) } else { tr!(lang, forms.edit) };
    let unsaved = is_draft.then(|| {
        view! { <p class="notice none"><Icon name="warn"/>{tr!(lang, forms.unsaved)}</p> }
    });
    let embed = (!slug.is_empty()).then(|| snippet(&origin, &slug));
    let agreed = consent.clone();
    view! {
        <div class="form-builder">
            <section class="card settings-form" aria-labelledby="form-title">
                <h2 id="form-title">{title}</h2>
                {unsaved}
                <ActionForm action=save attr:id="form-builder">
                    <fieldset class="stack" disabled=fixed>
                        // What Enter presses: without it, the first button of a field that moves it.
                        <button class="sr-only" type="submit" tabindex="-1" aria-hidden="true"></button>
                        <input type="hidden" name="draft[id]" value=id/>
                        <input type="hidden" name="draft[version]" value=version.get_untracked() prop:value=move || version.get()/>
                        {naming(draft)}
                        <Fields draft agreed/>
                        {texts(draft)}
                        {rules(draft)}
                        <Owners draft people teams channels/>
                        {draft.tick(tr!(lang, forms.guarded), "guarded", |form| &mut form.guarded)}
                        {draft.tick(tr!(lang, forms.active), "active", |form| &mut form.active)}
                        <FormError fail=fail/>
                        {conflict(draft, version)}
                        {(!fixed).then(|| view! {
                            <div class="row">
                                <button class="button primary" id="form-save" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                                <a href="/settings?section=forms" class="button">{tr!(lang, common.cancel)}</a>
                            </div>
                        })}
                    </fieldset>
                </ActionForm>
                <p class="sr-only" role="status">{move || draft.said.get()}</p>
            </section>
            {preview(draft, consent)}
            {embed}
        </div>
    }
    .into_any()
}

/// After a refused try: what was typed is looked at where the first fault is.
fn show_first_fault(draft: Draft) {
    Effect::new(move || {
        if matches!(draft.save.value().get(), Some(Err(Fail::Problem(Problem::Invalid { .. })))) {
            focus(["#form-builder [aria-invalid]".to_owned(), "#form-builder .form-error".to_owned()]);
        }
    });
}

fn naming(draft: Draft) -> AnyView {
    let lang = draft.lang;
    view! {
        {draft.pair(Kind::Line, &tr!(lang, common.name), ["name", "name_ru"], [|form| &mut form.name, |form| &mut form.name_ru],
            tr!(lang, forms.name_hint))}
        {draft.text(Kind::Code, tr!(lang, forms.slug), "slug", |form| &mut form.slug, tr!(lang, forms.slug_hint))}
    }
    .into_any()
}

fn texts(draft: Draft) -> AnyView {
    let lang = draft.lang;
    view! {
        <h3>{tr!(lang, forms.texts)}</h3>
        {draft.pair(Kind::Line, &tr!(lang, forms.heading), ["title", "title_ru"], [|form| &mut form.title, |form| &mut form.title_ru],
            tr!(lang, forms.heading_hint))}
        {draft.pair(Kind::Long, &tr!(lang, forms.note), ["note", "note_ru"], [|form| &mut form.note, |form| &mut form.note_ru],
            String::new())}
        {draft.pair(Kind::Line, &tr!(lang, forms.button), ["button", "button_ru"], [|form| &mut form.button, |form| &mut form.button_ru],
            tr!(lang, forms.button_hint, text = tr!(lang, public.form_send)))}
        {draft.pair(Kind::Long, &tr!(lang, forms.thanks), ["thanks", "thanks_ru"], [|form| &mut form.thanks, |form| &mut form.thanks_ru],
            tr!(lang, forms.thanks_hint))}
        {draft.text(Kind::Code, tr!(lang, forms.redirect), "redirect", |form| &mut form.redirect, tr!(lang, forms.redirect_hint))}
    }
    .into_any()
}

fn rules(draft: Draft) -> AnyView {
    let lang = draft.lang;
    view! {
        <h3>{tr!(lang, forms.rules)}</h3>
        {draft.text(Kind::Long, tr!(lang, forms.origins), "origins", |form| &mut form.origins, tr!(lang, forms.origins_hint))}
        <div class="pair">
            {draft.text(Kind::Number, tr!(lang, forms.call_back), "call_back_minutes", |form| &mut form.call_back_minutes, String::new())}
            {draft.text(Kind::Number, tr!(lang, forms.duplicate), "duplicate_minutes", |form| &mut form.duplicate_minutes,
                tr!(lang, forms.duplicate_hint))}
        </div>
    }
    .into_any()
}

/// Somebody saved meanwhile: their state can be looked at, and replaced knowingly. Nothing that was typed is gone.
fn conflict(draft: Draft, version: RwSignal<String>) -> AnyView {
    let lang = draft.lang;
    let shown = move || {
        let present = draft.save.value().with(|answer| match answer {
            Some(Err(Fail::Problem(Problem::Conflict { version }))) => Some(*version),
            _ => None,
        })?;
        let look = draft.form.with_untracked(|form| format!("/settings?section=forms&form={}", form.id));
        Some(view! {
            <div class="row wrap">
                <a class="button" href=look target="_blank" rel="external">{tr!(lang, forms.conflict_look)}</a>
                <button class="button danger" type="submit" on:click=move |_| version.set(present.to_string())>
                    {tr!(lang, forms.conflict_mine)}
                </button>
            </div>
        })
    };
    shown.into_any()
}
