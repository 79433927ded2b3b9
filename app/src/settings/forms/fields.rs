//! The fields of a form: added, described, moved, removed.

use domain::Label;
use domain::form::FieldKind;
use leptos::html;
use leptos::prelude::*;

use super::builder::{Draft, Row};
use super::input::{Input, Kind, focus, tick, told};
use super::typed::{ON, TypedField, kinds_to_add};
use super::words;
use crate::ui::icon::Icon;

/// The fields in their order, and what adds one.
#[component]
pub fn Fields(
    draft: Draft,
    /// What visitors may agree to.
    agreed: Label,
) -> impl IntoView {
    let lang = draft.lang;
    let agreed = StoredValue::new(agreed);
    let field = move |index, row| Place { draft, index, row }.view(agreed);
    view! {
        <h3 id="form-fields-title">{tr!(lang, forms.fields)}</h3>
        <ol class="form-fields" aria-labelledby="form-fields-title">
            <ForEnumerate
                each=move || draft.fields.get()
                key=|row| row.key
                children=field
            />
        </ol>
        {told("form-fields-error".to_owned(), Signal::derive(move || draft.fault("fields")))}
        <Adding draft/>
    }
}

/// A field at its present place.
#[derive(Clone, Copy)]
struct Place {
    draft: Draft,
    index: ReadSignal<usize>,
    row: Row,
}

impl Place {
    fn view(self, agreed: StoredValue<Label>) -> AnyView {
        let lang = self.draft.lang;
        let typed = self.row.typed.get_untracked();
        // A kind that this version of the program does not know is refused on saving.
        let kind = typed.kind();
        let name = kind.map(|kind| words::kind(lang, kind)).unwrap_or_default();
        let heading = move || format!("{}. {name}", self.index.get() + 1);
        let input = self.name("kind");
        let body = kind.map(|kind| self.body(kind, &typed, agreed));
        view! {
            <li class="form-field" id=format!("field-{}", self.row.key)>
                <fieldset class="stack">
                    <legend class="fold-title">{heading}</legend>
                    <input type="hidden" name=move || input.get() value=typed.kind.clone()/>
                    {body}
                </fieldset>
                {self.tools()}
            </li>
        }
        .into_any()
    }

    fn body(self, kind: FieldKind, typed: &TypedField, agreed: StoredValue<Label>) -> AnyView {
        let lang = self.draft.lang;
        let label = tr!(lang, forms.label);
        let labels = (kind != FieldKind::Consent).then(|| {
            let english = format!("{label}, {}", tr!(lang, forms.english));
            let russian = format!("{label}, {}", tr!(lang, forms.russian));
            view! {
                <div class="pair">
                    {self.text(Kind::Line, english, "label", |field| &mut field.label, String::new())}
                    {self.text(Kind::Line, russian, "label_ru", |field| &mut field.label_ru, String::new())}
                </div>
            }
        });
        let special = match kind {
            FieldKind::Choice => {
                let label = tr!(lang, forms.options);
                self.text(
                    Kind::Long,
                    label,
                    "options",
                    |field| &mut field.options,
                    tr!(lang, forms.options_hint),
                )
            }
            FieldKind::Hidden => {
                let label = tr!(lang, forms.value);
                self.text(Kind::Line, label, "value", |field| &mut field.value, tr!(lang, forms.value_hint))
            }
            FieldKind::Consent => {
                let text = agreed.with_value(|agreed| agreed.get(lang).to_owned());
                let hint = if text.is_empty() { tr!(lang, forms.consent_none) } else { text };
                view! { <p class="hint">{hint}</p> }.into_any()
            }
            _ => ().into_any(),
        };
        view! {
            {labels}
            {special}
            {self.key(kind, typed)}
            {(kind != FieldKind::Hidden).then(|| self.required(kind, typed))}
            {told(format!("field-{}-required-error", self.row.key), self.fault("required"))}
        }
        .into_any()
    }

    /// The name in a submission; of most kinds it is given.
    fn key(self, kind: FieldKind, typed: &TypedField) -> AnyView {
        let lang = self.draft.lang;
        if kind.key().is_none() {
            return self.text(
                Kind::Code,
                tr!(lang, forms.key),
                "key",
                |field| &mut field.key,
                tr!(lang, forms.key_hint),
            );
        }
        let input = self.name("key");
        view! {
            <input type="hidden" name=move || input.get() value=typed.key.clone()/>
            {told(format!("field-{}-key-error", self.row.key), self.fault("key"))}
        }
        .into_any()
    }

    fn required(self, kind: FieldKind, typed: &TypedField) -> AnyView {
        let ticked = move |on: bool| {
            self.row.typed.update(|field| field.required = if on { ON.to_owned() } else { String::new() });
        };
        // A name is always asked for.
        let fixed = kind == FieldKind::Name;
        let start = fixed || !typed.required.is_empty();
        let label = tr!(self.draft.lang, forms.required);
        tick(label, self.name("required"), start, fixed, Callback::new(ticked))
    }

    /// What an input of it is called in the form that is sent.
    fn name(self, part: &'static str) -> Signal<String> {
        Signal::derive(move || format!("draft[fields][{}][{part}]", self.index.get()))
    }

    fn fault(self, part: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.draft.fault(&format!("fields.{}.{part}", self.index.get())))
    }

    fn text(
        self,
        kind: Kind,
        label: String,
        part: &'static str,
        of: fn(&mut TypedField) -> &mut String,
        hint: String,
    ) -> AnyView {
        Input {
            kind,
            label,
            id: format!("field-{}-{part}", self.row.key),
            name: self.name(part),
            start: of(&mut self.row.typed.get_untracked()).clone(),
            typed: Callback::new(move |text| self.row.typed.update(|field| *of(field) = text)),
            fault: self.fault(part),
            hint,
        }
        .view()
    }

    /// Up, down, away.
    fn tools(self) -> AnyView {
        let Place { draft, index, row } = self;
        let lang = draft.lang;
        let step = move |verb: &'static str| move || format!("{verb}:{}", index.get());
        let swap = move |verb: &'static str, other: fn(usize) -> Option<usize>| {
            move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                let at = index.get_untracked();
                let count = draft.fields.with_untracked(Vec::len);
                if let Some(to) = other(at).filter(|to| *to < count) {
                    draft.fields.update(|rows| rows.swap(at, to));
                    draft.moved();
                    draft.said.set(tr!(lang, forms.moved, n = to + 1, of = count));
                    let tools = format!("#field-{} .tools", row.key);
                    focus([
                        format!("{tools} [data-go={verb}]:not(:disabled)"),
                        format!("{tools} button:not(:disabled)"),
                    ]);
                }
            }
        };
        let remove = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            draft.fields.update(|rows| rows.retain(|other| other.key != row.key));
            draft.moved();
            draft.said.set(tr!(lang, forms.removed));
            focus(["#form-add".to_owned()]);
        };
        let last = move || index.get() + 1 >= draft.fields.read().len();
        view! {
            <div class="row tools">
                <button class="button quiet only small" type="submit" name="step" value=step("up") data-go="up" aria-label=tr!(lang, forms.up)
                    disabled=move || index.get() == 0 on:click=swap("up", |at| at.checked_sub(1))>"↑"</button>
                <button class="button quiet only small" type="submit" name="step" value=step("down") data-go="down" aria-label=tr!(lang, forms.down)
                    disabled=last on:click=swap("down", |at| at.checked_add(1))>"↓"</button>
                <button class="button quiet only small" type="submit" name="step" value=step("remove") aria-label=tr!(lang, forms.remove)
                    on:click=remove><Icon name="close"/></button>
            </div>
        }
        .into_any()
    }
}

/// Chooses a kind and adds a field of it.
#[component]
fn Adding(draft: Draft) -> impl IntoView {
    let lang = draft.lang;
    let select = NodeRef::<html::Select>::new();
    let typed = move || -> Vec<TypedField> {
        draft.fields.read().iter().map(|row| row.typed.get_untracked()).collect()
    };
    let options = move || {
        let kinds = kinds_to_add(&typed()).into_iter();
        kinds
            .map(|kind| view! { <option value=kind.code()>{words::kind(lang, kind)}</option> })
            .collect_view()
    };
    let add = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let Some(kind) = select.get_untracked().and_then(|select| FieldKind::from_code(&select.value()))
        else {
            return;
        };
        let fields = untrack(typed);
        let key =
            draft.fields.with_untracked(|rows| rows.iter().map(|row| row.key + 1).max().unwrap_or_default());
        let typed = RwSignal::new(TypedField::fresh(kind, &fields));
        draft.fields.update(|rows| rows.push(Row { key, typed }));
        draft.moved();
        focus([format!("#field-{key} :is(input, textarea):not([type=hidden])")]);
    };
    view! {
        <div class="row wrap add-field">
            <label class="sr-only" for="form-add">{tr!(lang, forms.add_kind)}</label>
            <select class="select" id="form-add" name="draft[add]" node_ref=select>{options}</select>
            <button class="button" type="submit" name="step" value="add" on:click=add>
                <Icon name="plus"/>{tr!(lang, forms.add_field)}
            </button>
        </div>
    }
}
