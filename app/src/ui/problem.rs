//! How failures are shown: what happened, what was kept, what to do.

use domain::Problem;
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::ui::icon::Icon;

/// The box above a form's buttons after a failed try.
#[component]
pub fn FormError(#[prop(into)] fail: Signal<Option<Fail>>) -> impl IntoView {
    let lang = use_lang();
    move || {
        fail.get().map(|fail| {
            let (head, reasons) = match &fail {
                Fail::Problem(Problem::Refused { reasons }) => (
                    tr!(lang, common.refused),
                    reasons.iter().map(|r| crate::text::refusal(lang, r)).collect::<Vec<_>>(),
                ),
                other => (crate::text::fail(lang, other), Vec::new()),
            };
            view! {
                <div class="form-error" role="alert">
                    <Icon name="warn"/>
                    <div>
                        <strong>{head}</strong>
                        {(!reasons.is_empty())
                            .then(|| view! { <ul>{reasons.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul> })}
                    </div>
                </div>
            }
        })
    }
}

/// What a page shows in place of data that could not be read; *not found* also sets the page's status.
#[component]
pub fn Failed(fail: Fail) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="empty" role="alert">
            <Icon name="warn"/>
            <h2>{crate::text::fail(lang, &fail)}</h2>
            <a class="button" href="/">{tr!(lang, common.to_today)}</a>
        </div>
    }
}

/// The failure of an action, as [`FormError`] wants it.
pub fn failure<T: Clone + Send + Sync + 'static>(
    value: impl Fn() -> Option<Answer<T>> + Send + Sync + 'static,
) -> Signal<Option<Fail>> {
    Signal::derive(move || value().and_then(Result::err))
}
