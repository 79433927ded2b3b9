//! The columns of the deals' table. Which of them are shown stands in the address, and so in a saved view.

use domain::Lang;
use domain::deal::{DealRow, DealStatus};
use domain::task::Urgency;
use domain::view::{Column, said};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::{filter, list};
use crate::ctx::{use_format, use_lang};
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;

/// The parameter that names them.
pub(super) const PARAMETER: &str = "columns";

/// What the address says of them; a form says each of them by itself.
pub(super) fn named(query: &ParamsMap) -> String {
    query.get_all(PARAMETER).unwrap_or_default().join(",")
}

/// The columns that are shown.
pub(super) fn chosen(query: &ParamsMap) -> Vec<Column> {
    Column::chosen(&named(query))
}

/// The menu that chooses them.
#[component]
pub(super) fn ColumnsMenu() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let boxes = move || {
        let query = query.read();
        let chosen = chosen(&query);
        let boxes = Column::ALL.map(|column| {
            let is_chosen = chosen.contains(&column);
            // The property as well: a box that was used does not hear of its attribute any more.
            view! {
                <label class="checkbox">
                    <input type="checkbox" name=PARAMETER value=column.code() checked=is_chosen prop:checked=is_chosen/>
                    <span>{heading(lang, column)}</span>
                </label>
            }
        });
        let rest = said(|_| true).filter(|name| *name != PARAMETER).chain(["after"]);
        view! {
            {filter::hidden(&query, rest)}
            <input type="hidden" name=PARAMETER value=Column::NAME/>
            {boxes.into_iter().collect_view()}
        }
    };
    let usual = move || filter::address(&query.read(), &[(PARAMETER, None)]);
    view! {
        <details class="columns-menu">
            <summary class="button quiet"><Icon name="list"/>{tr!(lang, boards.columns)}</summary>
            <div class="popover">
                <Form method="GET" action="/deals" attr:class="stack">
                    <fieldset class="stack">
                        <legend class="sr-only">{tr!(lang, boards.columns_shown)}</legend>
                        {boxes}
                    </fieldset>
                    <button class="button" type="submit">{tr!(lang, boards.show_columns)}</button>
                </Form>
                <a href=usual>{tr!(lang, boards.usual_columns)}</a>
            </div>
        </details>
    }
}

/// What stands over a column.
pub(super) fn heading(lang: Lang, column: Column) -> String {
    match column {
        Column::Number => tr!(lang, boards.number),
        Column::Stage => tr!(lang, deals.stage),
        Column::Amount => tr!(lang, common.amount),
        Column::NextStep => tr!(lang, deals.next_step),
        Column::ExpectedClose => tr!(lang, deals.expected_close),
        Column::Channel => tr!(lang, common.channel),
        Column::Owner => tr!(lang, common.owner),
        Column::Created => tr!(lang, common.created),
        Column::Closed => tr!(lang, boards.closed),
    }
}

/// What a deal has in a column.
pub(super) fn cell(column: Column, deal: &DealRow) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let is_blank = match column {
        Column::Channel => deal.channel.is_empty(),
        Column::Closed => deal.closed_at.is_none(),
        _ => false,
    };
    let class = match column {
        Column::Amount => "num",
        Column::Number | Column::ExpectedClose | Column::Created | Column::Closed => "nowrap",
        Column::Stage | Column::NextStep | Column::Channel | Column::Owner => "",
    };
    let told = match column {
        Column::Number => deal.number.to_string().into_any(),
        Column::Stage => deal.stage.get(lang).to_owned().into_any(),
        Column::Amount => format.amount(deal.amount).into_any(),
        Column::NextStep => next_step(deal),
        Column::ExpectedClose => {
            deal.expected_close.map_or_else(|| "—".to_owned(), |day| domain::zone::date(day, lang)).into_any()
        }
        Column::Channel if is_blank => ().into_any(),
        Column::Channel => view! { <span class="tag">{deal.channel.clone()}</span> }.into_any(),
        Column::Owner => view! { <PersonName person=deal.owner.clone()/> }.into_any(),
        Column::Created => view! { <time>{format.near(deal.created_at)}</time> }.into_any(),
        Column::Closed => deal.closed_at.map(|at| view! { <time>{format.near(at)}</time> }).into_any(),
    };
    view! { <td class=class class:blank=is_blank data-label=heading(lang, column)>{told}</td> }.into_any()
}

fn next_step(deal: &DealRow) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let urgency = Urgency::of(deal.next_step_at, format.now(), &format.zone());
    match (deal.status, deal.next_step_at) {
        (DealStatus::Open, Some(at)) => {
            view! { <span class=format!("state {}", urgency.class())>{format.near(at)}</span> }.into_any()
        }
        (DealStatus::Open, None) => {
            view! { <span class="state none">{tr!(lang, common.no_next_step)}</span> }.into_any()
        }
        (status, _) => view! { <span class="muted">{list::status(lang, status)}</span> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_each_column_by_itself_and_a_view_all_at_once() {
        let query = |said: &[&str]| -> ParamsMap {
            said.iter().map(|value| (PARAMETER, (*value).to_owned())).collect()
        };
        let of_form = query(&["name", "owner", "stage"]);
        assert_eq!(named(&of_form), "name,owner,stage");
        assert_eq!(chosen(&of_form), [Column::Stage, Column::Owner]);
        assert_eq!(chosen(&query(&["name,owner,stage"])), chosen(&of_form));
        assert_eq!(chosen(&query(&["name"])), []);
        assert_eq!(chosen(&query(&[])), Column::chosen(""));
    }
}
