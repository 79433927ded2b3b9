//! Two versions of a deal's facts side by side: what was typed, and what somebody else saved meanwhile. Of each fact one is taken; a
//! plain form, so that it works without wasm.

use domain::deal::Deal;
use domain::{Lang, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::show::Doing;
use super::stopped::Stopped;
use super::typed::{Differing, Facts, Kept, sum};
use crate::ctx::{use_lang, use_me};
use crate::fail::Fail;
use crate::ui::icon::Icon;
use crate::ui::problem::failure;

/// `kept` is what could not be saved over `deal`.
pub(super) fn view(doing: Doing, deal: &Deal, kept: &Kept) -> AnyView {
    let lang = use_lang();
    let theirs = Facts::of(deal);
    // A sum that is not theirs to change is left out, and stays.
    let writes = use_me().is_some_and(|me| me.actor().writes(domain::access::Field::DealAmount));
    let shown = |name: &str| writes || name != "amount";
    let differing: Vec<Differing> = kept.differing(&theirs).into_iter().filter(|it| shown(it.name)).collect();
    let same = theirs
        .fields()
        .into_iter()
        .filter(|(name, _)| shown(name) && !differing.iter().any(|differing| differing.name == *name));
    let same = same.map(|(name, value)| {
        let value = value.to_owned();
        view! { <input type="hidden" name=name value=value/> }
    });
    let same = same.collect_view();
    let nothing = differing.is_empty();
    let choices = differing.into_iter().map(|differing| choice(lang, differing)).collect_view();
    let was = serde_json::to_string(&theirs).unwrap_or_default();
    let (id, version) = (deal.id.to_string(), deal.version);
    let page = format!("/deals/{id}");
    // That it is a conflict is what the section says.
    let failed = failure(move || doing.save.value().get());
    let other = Signal::derive(move || {
        failed.get().filter(|fail| !matches!(fail, Fail::Problem(Problem::Conflict { .. })))
    });
    view! {
        <section class="notice none clash" aria-labelledby="clash-title" role="alert">
            <Icon name="warn"/>
            <div class="stack">
                <h3 id="clash-title">{tr!(lang, record.clash_title)}</h3>
                <p>{if nothing { tr!(lang, record.clash_same) } else { tr!(lang, record.clash_text) }}</p>
                <ActionForm action=doing.save attr:class="stack">
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="version" value=version/>
                    <input type="hidden" name="was" value=was/>
                    {same}
                    {choices}
                    <Stopped fail=other/>
                    <div class="row wrap">
                        {(!nothing).then(|| view! {
                            <button class="button primary" type="submit" disabled=move || doing.save.pending().get()>
                                {tr!(lang, record.clash_take)}
                            </button>
                        })}
                        <a class="button" href=page rel="external">{tr!(lang, record.clash_leave)}</a>
                    </div>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}

fn choice(lang: Lang, differing: Differing) -> AnyView {
    let Differing { name, mine, theirs, untouched } = differing;
    let label = match name {
        "title" => tr!(lang, deals.name),
        "amount" => tr!(lang, common.amount),
        "expected_close" => tr!(lang, deals.expected_close),
        _ => tr!(lang, record.probability),
    };
    let shown = |value: &str| match (name, value) {
        (_, "") => "—".to_owned(),
        ("probability", percent) => format!("{percent} %"),
        ("expected_close", day) => {
            day.parse().map_or_else(|_| day.to_owned(), |day| domain::zone::date(day, lang))
        }
        ("amount", amount) => told(lang, amount),
        (_, text) => text.to_owned(),
    };
    let (mine_shown, theirs_shown) = (shown(&mine), shown(&theirs));
    view! {
        <fieldset class="versions">
            <legend class="label">{label}</legend>
            <label class="choice">
                <span class="checkbox"><input type="radio" name=name value=mine checked=!untouched/></span>
                <span><b>{tr!(lang, record.mine)}</b><span class="any-break">{mine_shown}</span></span>
            </label>
            <label class="choice">
                <span class="checkbox"><input type="radio" name=name value=theirs checked=untouched/></span>
                <span><b>{tr!(lang, record.theirs)}</b><span class="any-break">{theirs_shown}</span></span>
            </label>
        </fieldset>
    }
    .into_any()
}

/// A sum as the product writes sums.
fn told(lang: Lang, spelt: &str) -> String {
    let (amount, code) = sum(spelt, "");
    let minor = domain::money::parse_decimal(amount, 2);
    let currency = domain::Currency::from_code(code);
    let known = minor.zip(currency);
    known
        .map_or_else(|| spelt.to_owned(), |(minor, currency)| domain::Money::new(minor, currency).short(lang))
}
