//! How old the last good backup is, for those who answer for it.

use domain::backup::Backups;
use leptos::prelude::*;

use crate::ctx::{use_format, use_lang};
use crate::ui::icon::Icon;

/// The state of backups; made and restored on the command line only.
pub fn backups(backups: Backups, overdue: bool) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let last = match &backups.good {
        Some(good) => {
            let size = good.bytes.div_ceil(1024).to_string();
            tr!(
                lang,
                settings.backup_good,
                at = format.date_time(good.at),
                rows = good.rows.to_string(),
                size = size
            )
        }
        None => tr!(lang, settings.backup_none),
    };
    let schedule = match backups.schedule {
        Some(schedule) if schedule.every_minutes % 60 == 0 => {
            tr!(lang, settings.backup_hours, n = (schedule.every_minutes / 60).to_string())
        }
        Some(schedule) => tr!(lang, settings.backup_minutes, n = schedule.every_minutes.to_string()),
        None => tr!(lang, settings.backup_off),
    };
    let file = backups.good.as_ref().map(|good| good.file.clone());
    let failure = backups.failure.map(|failure| {
        tr!(lang, settings.backup_failed, at = format.date_time(failure.at), reason = failure.reason)
    });
    view! {
        <section class="card settings-form" aria-labelledby="backups-title">
            <h2 id="backups-title">{tr!(lang, settings.backups)}</h2>
            {overdue.then(|| view! { <p class="notice overdue"><Icon name="alert"/>{tr!(lang, settings.backup_overdue)}</p> })}
            {failure.map(|failure| view! { <p class="notice none"><Icon name="alert"/>{failure}</p> })}
            <dl class="facts">
                <dt>{tr!(lang, settings.backup_last)}</dt><dd>{last}</dd>
                {file.map(|file| view! { <dt>{tr!(lang, settings.backup_file)}</dt><dd class="mono">{file}</dd> })}
                <dt>{tr!(lang, settings.backup_schedule)}</dt><dd>{schedule}</dd>
            </dl>
            <p class="hint">{tr!(lang, settings.backup_hint)}</p>
        </section>
    }
    .into_any()
}
