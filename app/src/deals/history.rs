//! Where a deal was, and how long.

use chrono::{DateTime, Utc};
use domain::Lang;
use domain::deal::Deal;
use domain::history::{Stay, in_all};
use leptos::prelude::*;

use crate::ctx::{Format, use_format, use_lang};
use crate::ui::icon::Icon;

/// The stays in stages, the last one on top; folded, because the stepper tells the present.
pub(super) fn view(deal: &Deal) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let now = format.now();
    let rows = deal.history.iter().rev().map(|stay| row(&format, &deal.history, stay, now)).collect_view();
    view! {
        <details class="fold stages-past">
            <summary>{tr!(lang, record.history, n = deal.history.len())}</summary>
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, record.history_title)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, deals.stage)}</th>
                        <th scope="col">{tr!(lang, record.entered)}</th>
                        <th scope="col">{tr!(lang, record.stayed)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

fn row(format: &Format, all: &[Stay], stay: &Stay, now: DateTime<Utc>) -> AnyView {
    let lang = format.lang;
    let entered = &stay.entered;
    let minutes = stay.minutes(now);
    let again = all.iter().filter(|other| other.entered.stage == entered.stage).count() > 1;
    let whole = minutes.filter(|_| again).map(|_| {
        let whole = lasting(lang, in_all(all, entered.stage, now));
        view! { <span class="muted second">{tr!(lang, record.in_all, time = whole)}</span> }
    });
    let over = stay.is_over(now).then(|| {
        let days = entered.limit_days.unwrap_or_default();
        view! { <span class="rot"><Icon name="clock"/>{tr!(lang, record.over, n = days)}</span> }
    });
    let by = entered.by.as_ref().map(|person| person.name.clone());
    let version = tr!(lang, record.version, n = entered.process_version);
    let how: Vec<String> = by.into_iter().chain([version]).collect();
    let reason = entered.reason.clone();
    let said = (!reason.is_empty()).then(|| view! { <span class="second prose">{reason}</span> });
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, deals.stage)>
                <b>{entered.name.get(lang).to_owned()}</b>
                <span class="muted second">{how.join(" · ")}</span>
                {said}
            </td>
            <td class="nowrap" data-label=tr!(lang, record.entered)><time>{format.date_time(entered.at)}</time></td>
            <td data-label=tr!(lang, record.stayed)>
                <div>{minutes.map_or_else(|| "—".to_owned(), |minutes| lasting(lang, minutes))}{whole}{over}</div>
            </td>
        </tr>
    }
    .into_any()
}

/// Minutes as people say them: `40 min`, `5 h`, `3 d 4 h`.
fn lasting(lang: Lang, minutes: i64) -> String {
    let (days, hours) = (minutes / (24 * 60), minutes / 60 % 24);
    match (days, hours) {
        (0, 0) => tr!(lang, record.minutes, n = minutes),
        (0, hours) => tr!(lang, record.hours, n = hours),
        (days, 0) => tr!(lang, record.days, n = days),
        (days, hours) => tr!(lang, record.days_hours, n = days, hours = hours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stay_is_told_in_its_largest_units() {
        for (minutes, told) in
            [(0, "0 min"), (59, "59 min"), (60, "1 h"), (1439, "23 h"), (1440, "1 d"), (4560, "3 d 4 h")]
        {
            assert_eq!(lasting(Lang::En, minutes), told, "{minutes}");
        }
        assert_eq!(lasting(Lang::Ru, 4560), "3 дн. 4 ч");
    }
}
