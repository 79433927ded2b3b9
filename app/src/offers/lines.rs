//! The lines of a draft: found in the catalog, typed, moved, removed.

use domain::offer::Totals;
use domain::{Fault, Money};
use leptos::prelude::*;

use super::builder::{Draft, Row};
use super::typed::{TypedLine, find};
use crate::ctx::use_lang;
use crate::ui::icon::Icon;

/// A numeric cell: its label, its field, where its text is kept.
#[derive(Clone)]
struct Cell {
    label: String,
    field: &'static str,
    text: fn(&mut TypedLine) -> &mut String,
}

/// The table of lines with the box that finds services below it.
#[component]
pub fn Lines(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    view! {
        <section class="card lines editing" aria-labelledby="lines-title">
            <h2 class="sr-only" id="lines-title">{tr!(lang, offers.lines)}</h2>
            <div class="scroll-x">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, offers.service)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.quantity)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.price)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.discount)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.vat)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.gross)}</th>
                            <th scope="col"><span class="sr-only">{tr!(lang, offers.order)}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <ForEnumerate
                            each=move || draft.rows.get()
                            key=|row| row.key
                            children=move |index, row| line(draft, index, row)
                        />
                    </tbody>
                </table>
            </div>
            {move || draft.rows.read().is_empty().then(|| view! { <p class="muted no-lines">{tr!(lang, offers.no_lines)}</p> })}
            {move || draft.fault("lines").map(|fault| view! { <p class="error no-lines">{crate::text::fault(lang, fault)}</p> })}
            <Add draft/>
        </section>
    }
}

fn line(draft: Draft, index: ReadSignal<usize>, row: Row) -> impl IntoView {
    let lang = use_lang();
    let faults = Memo::new(move |_| row.typed.read().faults());
    let cells = [
        Cell { label: tr!(lang, offers.quantity), field: "quantity", text: |line| &mut line.quantity },
        Cell { label: tr!(lang, offers.price), field: "price", text: |line| &mut line.price },
        Cell {
            label: tr!(lang, offers.discount_percent),
            field: "discount",
            text: |line| &mut line.discount,
        },
        Cell { label: tr!(lang, offers.vat_percent), field: "vat", text: |line| &mut line.vat },
    ];
    // What is wrong is said while it is typed; what only saving finds out is said after it.
    let fault = move |field: &'static str| {
        let typed = faults
            .read()
            .iter()
            .find(|fault| fault.field == format!("lines.0.{field}"))
            .map(|fault| fault.fault);
        typed.or_else(|| draft.fault(&format!("lines.{}.{field}", index.get())))
    };
    let name = move |field: &str| format!("draft[lines][{}][{field}]", index.get());
    let unit = row.typed.with_untracked(|line| line.unit.clone());
    let service = row.typed.with_untracked(|line| line.service.clone());
    let gross = move || {
        let totals: Option<Totals> = row.typed.read().totals();
        totals.map_or_else(
            || "—".to_owned(),
            |totals| Money::new(totals.gross, draft.currency.get()).short(lang),
        )
    };
    let mut unit = Some(unit);
    let numbers =
        cells.map(|cell| number(draft, row, index, cell, unit.take().filter(|unit| !unit.is_empty()), fault));
    view! {
        <tr>
            <td class="name">
                <input type="hidden" name=move || name("service") value=service/>
                <input type="hidden" name=move || name("unit") value=row.typed.with_untracked(|line| line.unit.clone())/>
                {text(draft, row, index, tr!(lang, offers.line_name), "name", |line| &mut line.name, fault)}
                {text(draft, row, index, tr!(lang, offers.description), "description", |line| &mut line.description, fault)}
            </td>
            {numbers.collect_view()}
            <td class="num" data-label=tr!(lang, offers.gross)><b>{gross}</b></td>
            <td class="tools">{tools(draft, index)}</td>
        </tr>
    }
}

/// Name and description.
fn text(
    draft: Draft,
    row: Row,
    index: ReadSignal<usize>,
    label: String,
    field: &'static str,
    text: fn(&mut TypedLine) -> &mut String,
    fault: impl Fn(&'static str) -> Option<Fault> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let start = text(&mut row.typed.get_untracked()).clone();
    let placeholder = label.clone();
    let typed = move |event| {
        row.typed.update(|line| *text(line) = event_target_value(&event));
        draft.touch();
    };
    view! {
        <input class=format!("input cell text {field}") aria-label=label placeholder=placeholder autocomplete="off"
            name=move || format!("draft[lines][{}][{field}]", index.get()) value=start on:input=typed
            aria-invalid=move || fault(field).map(|_| "true")/>
        {move || fault(field).map(|fault| view! { <span class="error">{crate::text::fault(lang, fault)}</span> })}
    }
}

/// Quantity, price, discount or VAT.
fn number(
    draft: Draft,
    row: Row,
    index: ReadSignal<usize>,
    cell: Cell,
    unit: Option<String>,
    fault: impl Fn(&'static str) -> Option<Fault> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let Cell { label, field, text } = cell;
    let shown = label.clone();
    let start = text(&mut row.typed.get_untracked()).clone();
    let typed = move |event| {
        row.typed.update(|line| *text(line) = event_target_value(&event));
        draft.touch();
    };
    view! {
        <td class="num" data-label=shown>
            <span class="cell-box">
                <input class=format!("input cell num {field}") aria-label=label inputmode="decimal" autocomplete="off"
                    name=move || format!("draft[lines][{}][{field}]", index.get()) value=start on:input=typed
                    aria-invalid=move || fault(field).map(|_| "true")/>
                {unit.map(|unit| view! { <span class="muted">{unit}</span> })}
            </span>
            {move || fault(field).map(|fault| view! { <span class="error">{crate::text::fault(lang, fault)}</span> })}
        </td>
    }
}

/// Up, down, away.
fn tools(draft: Draft, index: ReadSignal<usize>) -> impl IntoView {
    let lang = use_lang();
    let step = move |verb: &'static str| move || format!("{verb}:{}", index.get());
    let go = move |change: fn(&mut Vec<Row>, usize)| {
        move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            draft.rows.update(|rows| change(rows, index.get_untracked()));
            draft.moved();
        }
    };
    let up: fn(&mut Vec<Row>, usize) = |rows, at| {
        if at > 0 && at < rows.len() {
            rows.swap(at - 1, at);
        }
    };
    let down: fn(&mut Vec<Row>, usize) = |rows, at| {
        if at + 1 < rows.len() {
            rows.swap(at, at + 1);
        }
    };
    let remove: fn(&mut Vec<Row>, usize) = |rows, at| {
        if at < rows.len() {
            rows.remove(at);
        }
    };
    let last = move || index.get() + 1 >= draft.rows.read().len();
    view! {
        <button class="button quiet only small" type="submit" name="step" value=step("up") aria-label=tr!(lang, offers.move_up)
            disabled=move || index.get() == 0 on:click=go(up)>"↑"</button>
        <button class="button quiet only small" type="submit" name="step" value=step("down") aria-label=tr!(lang, offers.move_down)
            disabled=last on:click=go(down)>"↓"</button>
        <button class="button quiet only small" type="submit" name="step" value=step("remove") aria-label=tr!(lang, offers.remove)
            on:click=go(remove)><Icon name="close"/></button>
    }
}

/// The box that finds a service by name or code.
#[component]
fn Add(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let text = RwSignal::new(String::new());
    let unknown = RwSignal::new(false);
    let add = move || {
        let found = draft.catalog.with_value(|catalog| {
            let service = find(catalog, &text.read_untracked())?;
            Some(TypedLine::of_service(service, lang, Some(draft.currency.get_untracked())))
        });
        unknown.set(found.is_none());
        if let Some(line) = found {
            draft.push(line);
            text.set(String::new());
        }
    };
    let own = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        draft.push(TypedLine::own(&text.get_untracked(), &draft.vat.get_value()));
        text.set(String::new());
        unknown.set(false);
    };
    let entered = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            add();
        }
    };
    let wrong = move || unknown.get() || draft.fault("service").is_some();
    let options = draft.catalog.with_value(|catalog| {
        let active = catalog.services.iter().filter(|service| service.active);
        let options = active.map(|service| {
            let note = format!("{} · {}", service.code, service.price.short(lang));
            view! { <option value=service.name.get(lang).to_owned()>{note}</option> }
        });
        options.collect_view()
    });
    view! {
        <footer class="add-line">
            <div class="field">
                <label for="find-service">{tr!(lang, offers.service)}</label>
                <input class="input" id="find-service" name="draft[service]" list="services" autocomplete="off"
                    placeholder=tr!(lang, offers.find_service) aria-invalid=move || wrong().then_some("true")
                    aria-describedby="find-service-error" prop:value=move || text.get()
                    on:input=move |event| { text.set(event_target_value(&event)); unknown.set(false); } on:keydown=entered/>
                <datalist id="services">{options}</datalist>
            </div>
            <button class="button" type="submit" name="step" value="add"
                on:click=move |event| { event.prevent_default(); add(); }><Icon name="plus"/>{tr!(lang, offers.add_line)}</button>
            <button class="button quiet" type="submit" name="step" value="own" on:click=own>{tr!(lang, offers.own_line)}</button>
            <div id="find-service-error" class="wide" aria-live="polite">
                {move || wrong().then(|| view! { <p class="error">{tr!(lang, offers.no_such_service)}</p> })}
            </div>
        </footer>
    }
}
