//! `/acts/:id`.

use domain::Money;
use domain::access::{Action, Entity, can};
use domain::act::Act;
use domain::id::ActId;
use domain::offer::{OfferLine, totals};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{SignAct, load_act};
use crate::ctx::{use_format, use_lang, use_me};
use crate::deals::papers::act_state;
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, FormError, failure};
use crate::ui::title::Title;

#[component]
pub fn ActPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let live = use_live();
    let sign = ServerAction::<SignAct>::new();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<ActId>().ok()));
    let act = Resource::new(
        move || (id.get(), live.deals.get(), sign.version().get()),
        |(id, ..)| async move {
            match id {
                Some(id) => load_act(id).await,
                None => Err(domain::Problem::NotFound.into()),
            }
        },
    );
    view! {
        <Frame here="deals">
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || Suspend::new(async move { page(sign, act.await) })}
            </Transition>
        </Frame>
    }
}

fn page(sign: ServerAction<SignAct>, act: Answer<Act>) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let act = match act {
        Ok(act) => act,
        Err(fail) => {
            return view! { <Title text=tr!(lang, deals.acts)/><main><Failed fail/></main> }.into_any();
        }
    };
    let name = tr!(lang, deals.act_name, number = act.row.number.clone());
    let (class, state) = act_state(lang, act.row.status);
    let title = act.title.clone();
    let may_sign = use_me().is_some_and(|me| can(&me.actor(), Action::Write, Entity::Deal, act.whose));
    let signed = act
        .row
        .signed_at
        .map(|at| tr!(lang, deals.signed_on, name = act.row.signed_by.clone(), day = format.near(at)));
    view! {
        <Title text=name.clone()/>
        <header class="topbar">
            <h1>{name}</h1>
            <span class=format!("state pill {class}")>{state}</span>
            <div class="row push">
                <a class="button" href=format!("/acts/{}/pdf", act.row.id) rel="external"><Icon name="download"/>"PDF"</a>
            </div>
        </header>
        <main class="act-page stack">
            <dl class="facts">
                <dt>{tr!(lang, deals.name)}</dt><dd><A href=format!("/deals/{}", act.deal)>{title}</A></dd>
                <dt>{tr!(lang, deals.client)}</dt><dd>{act.client.clone()}</dd>
                <dt>{tr!(lang, deals.issued)}</dt><dd>{domain::zone::date(act.row.issued_on, lang)}</dd>
                <dt>{tr!(lang, deals.by_offer)}</dt><dd>{act.offer_number.clone()}</dd>
            </dl>
            {lines(&act)}
            {match signed {
                Some(text) => view! { <p class="notice today"><Icon name="check"/><span>{text}</span></p> }.into_any(),
                None if may_sign => sign_form(sign, &act).into_any(),
                None => ().into_any(),
            }}
        </main>
    }
    .into_any()
}

fn lines(act: &Act) -> AnyView {
    let lang = use_lang();
    let money = move |minor: i64, currency| Money::new(minor, currency).exact(lang);
    let (sums, currency) = (totals(&act.lines), act.currency);
    let rows = act.lines.iter().map(|line| row(line, act)).collect_view();
    view! {
        <div class="card scroll-x">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, deals.lines)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, deals.service)}</th>
                        <th scope="col" class="num">{tr!(lang, deals.quantity)}</th>
                        <th scope="col" class="num">{tr!(lang, deals.price)}</th>
                        <th scope="col" class="num">{tr!(lang, deals.net)}</th>
                        <th scope="col" class="num">{tr!(lang, deals.vat)}</th>
                        <th scope="col" class="num">{tr!(lang, deals.gross)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="3">{tr!(lang, deals.total)}</th>
                        <td class="num" data-label=tr!(lang, deals.net)>{money(sums.net, currency)}</td>
                        <td class="num" data-label=tr!(lang, deals.vat)>{money(sums.vat, currency)}</td>
                        <td class="num" data-label=tr!(lang, deals.gross)>{money(sums.gross, currency)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn row(line: &OfferLine, act: &Act) -> AnyView {
    let lang = use_lang();
    let money = |minor: i64| Money::new(minor, act.currency).exact(lang);
    let sums = line.totals();
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, deals.service)><b>{line.name.clone()}</b><span class="muted clip">{line.description.clone()}</span></td>
            <td class="num" data-label=tr!(lang, deals.quantity)>{quantity(line.quantity_milli, lang)}" "{line.unit.clone()}</td>
            <td class="num" data-label=tr!(lang, deals.price)>{money(line.price_minor)}</td>
            <td class="num" data-label=tr!(lang, deals.net)>{money(sums.net)}</td>
            <td class="num" data-label=tr!(lang, deals.vat)>{money(sums.vat)}</td>
            <td class="num" data-label=tr!(lang, deals.gross)>{money(sums.gross)}</td>
        </tr>
    }
    .into_any()
}

/// Thousandths as people write them: `120`, `1.5`.
fn quantity(milli: i64, lang: domain::Lang) -> String {
    let whole = domain::money::group(milli.unsigned_abs() / 1000, lang);
    let part = format!("{:03}", milli.unsigned_abs() % 1000);
    let point = if lang == domain::Lang::Ru { ',' } else { '.' };
    match part.trim_end_matches('0') {
        "" => whole,
        part => format!("{whole}{point}{part}"),
    }
}

fn sign_form(sign: ServerAction<SignAct>, act: &Act) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || sign.value().get());
    let (id, version) = (act.row.id.to_string(), act.row.version);
    view! {
        <ActionForm action=sign attr:class="stack sign-form">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <Field name="signed_by" label=tr!(lang, deals.signed_by) hint=tr!(lang, deals.signed_by_hint) required=true fail/>
            <FormError fail/>
            <div class="row">
                <button class="button primary" type="submit" disabled=move || sign.pending().get()>
                    <Icon name="check"/>{tr!(lang, deals.mark_signed)}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::Lang;

    use super::quantity;

    #[test]
    fn quantities_read_naturally() {
        assert_eq!(quantity(120_000, Lang::En), "120");
        assert_eq!(quantity(1_500, Lang::Ru), "1,5");
        assert_eq!(quantity(1_234_050, Lang::En), "1,234.05");
    }
}
