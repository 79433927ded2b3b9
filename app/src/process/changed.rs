//! What is different between two versions, in words.

use domain::pipeline::diff::{Change, Difference, Edit, diff};
use domain::pipeline::map::Side;
use domain::pipeline::{Pipeline, Stage};
use domain::{Label, Lang};
use leptos::prelude::*;

use super::api::Choices;
use super::{reading, words};
use crate::ctx::use_lang;

/// A line of the list; long texts can be unfolded below it, as they were and as they are.
struct Told {
    words: String,
    texts: Option<(String, String)>,
}

impl From<String> for Told {
    fn from(words: String) -> Told {
        Told { words, texts: None }
    }
}

/// The two versions, and who is named in them.
#[derive(Clone, Copy)]
struct Teller<'a> {
    lang: Lang,
    before: &'a Pipeline,
    after: &'a Pipeline,
    choices: &'a Choices,
}

pub fn changed(before: &Pipeline, after: &Pipeline, choices: &Choices) -> AnyView {
    let lang = use_lang();
    let teller = Teller { lang, before, after, choices };
    let all = diff(before, after);
    let list = if all.is_empty() {
        view! { <p class="muted">{tr!(lang, process.changes_none)}</p> }.into_any()
    } else {
        let lines = all.iter().map(|one| teller.line(one)).collect_view();
        view! { <ul class="plain-list" aria-labelledby="changes-title">{lines}</ul> }.into_any()
    };
    view! {
        <section class="card stage-read" aria-labelledby="changes-title">
            <h2 id="changes-title">{tr!(lang, process.changes, from = before.version, to = after.version)}</h2>
            {list}
        </section>
    }
    .into_any()
}

fn line(stage: Option<String>, told: Told) -> AnyView {
    let lang = use_lang();
    let texts = told.texts.map(|(was, is)| {
        view! {
            <details class="fold">
                <summary>{tr!(lang, process.changes_show)}</summary>
                <p class="muted">{tr!(lang, process.changes_was)}</p>
                <p class="prose">{was}</p>
                <p class="muted">{tr!(lang, process.changes_is)}</p>
                <p class="prose">{is}</p>
            </details>
        }
    });
    view! { <li>{stage.map(|name| view! { <b>{name}</b>": " })}{told.words}{texts}</li> }.into_any()
}

/// `Chance of winning, %: 20 → 35`.
fn arrow(what: String, (was, is): (String, String)) -> String {
    format!("{what}: {was} → {is}")
}

/// Both texts in the reader's language, or in the other one, where only these differ.
fn both(lang: Lang, old: &Label, new: &Label) -> (String, String) {
    let (was, is) = if old.get(lang) != new.get(lang) {
        (old.get(lang), new.get(lang))
    } else if old.en != new.en {
        (old.en.as_str(), new.en.as_str())
    } else {
        (old.ru.as_str(), new.ru.as_str())
    };
    let told = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    (told(was), told(is))
}

impl Teller<'_> {
    fn line(self, difference: &Difference<'_>) -> AnyView {
        let lang = self.lang;
        let named = |stage: &Stage| Some(stage.name.get(lang).to_owned());
        match difference {
            Difference::Name(old, new) => {
                line(None, arrow(tr!(lang, common.name), both(lang, old, new)).into())
            }
            Difference::Retired(true) => line(None, tr!(lang, process.retire).into()),
            Difference::Retired(false) => line(None, tr!(lang, process.changes_in_force).into()),
            Difference::Added(stage) => line(named(stage), tr!(lang, process.changes_added).into()),
            Difference::Gone(stage) => line(named(stage), tr!(lang, process.changes_gone).into()),
            Difference::Stage(stage, change) => line(named(stage), self.change(change)),
        }
    }

    fn change(self, change: &Change<'_>) -> Told {
        let lang = self.lang;
        let words = match change {
            Change::Name(old, new) => arrow(tr!(lang, common.name), both(lang, old, new)),
            Change::Moved(Some(stage)) => tr!(lang, process.moved_behind, name = stage.name.get(lang)),
            Change::Moved(None) => tr!(lang, process.moved_first),
            Change::Parent(old, new) => {
                let told = |stage: &Option<&Stage>| {
                    stage
                        .map_or_else(|| tr!(lang, process.no_parent), |stage| stage.name.get(lang).to_owned())
                };
                arrow(tr!(lang, process.parent), (told(old), told(new)))
            }
            Change::Probability(old, new) => {
                arrow(tr!(lang, process.probability), (old.to_string(), new.to_string()))
            }
            Change::Limit(old, new) => {
                let told = |days: &Option<i32>| days.map_or_else(|| "—".to_owned(), |days| days.to_string());
                arrow(tr!(lang, process.limit), (told(old), told(new)))
            }
            Change::Description(old, new) => return self.text(tr!(lang, process.description), old, new),
            Change::Script(old, new) => return self.text(tr!(lang, process.script), old, new),
            Change::Hue(old, new) => {
                let told = |hue: &Option<u16>| {
                    hue.map_or_else(|| tr!(lang, process.hue_none), |hue| words::colour(lang, hue))
                };
                arrow(tr!(lang, process.colour), (told(old), told(new)))
            }
            Change::Role(old, new) => {
                let told = |role: &Option<domain::access::Role>| {
                    role.map_or_else(|| tr!(lang, process.anybody), |role| crate::text::role(lang, role))
                };
                arrow(tr!(lang, process.role), (told(old), told(new)))
            }
            Change::Team(old, new) => {
                let told = |team: &Option<domain::id::TeamId>| {
                    team.map_or_else(|| tr!(lang, process.anybody), |team| self.team(&team.to_string()))
                };
                arrow(tr!(lang, process.team), (told(old), told(new)))
            }
            Change::Task(Edit::Changed(old, new)) => {
                let (was, is) = (reading::task(self.choices, old), reading::task(self.choices, new));
                let texts = if was == is { both(lang, &old.title, &new.title) } else { (was, is) };
                arrow(tr!(lang, process.tasks), texts)
            }
            Change::Task(edit) => {
                self.edit(tr!(lang, process.tasks), edit, |task, _| reading::task(self.choices, task))
            }
            Change::Item(Edit::Changed(old, new)) => {
                arrow(tr!(lang, process.checklist), both(lang, &old.text, &new.text))
            }
            Change::Item(edit) => {
                self.edit(tr!(lang, process.checklist), edit, |item, _| item.text.get(lang).to_owned())
            }
            Change::Asked(side, edit) => {
                let what = match side {
                    Side::Enter => tr!(lang, process.enter),
                    Side::Leave => tr!(lang, process.leave),
                };
                self.edit(what, edit, |asked, pipeline| crate::text::requirement(lang, *asked, pipeline))
            }
        };
        words.into()
    }

    /// A text of many lines.
    fn text(self, what: String, old: &Label, new: &Label) -> Told {
        let words = tr!(self.lang, process.changes_text, what = what);
        Told { words, texts: Some(both(self.lang, old, new)) }
    }

    /// What changed about a list; its parts are told with the version that they are of.
    fn edit<T>(self, what: String, edit: &Edit<'_, T>, name: impl Fn(&T, &Pipeline) -> String) -> String {
        let lang = self.lang;
        match *edit {
            Edit::Added(one) => tr!(lang, process.edit_added, what = what, name = name(one, self.after)),
            Edit::Removed(one) => tr!(lang, process.edit_removed, what = what, name = name(one, self.before)),
            Edit::Changed(old, new) => arrow(what, (name(old, self.before), name(new, self.after))),
            Edit::Reordered => tr!(lang, process.edit_order, what = what),
        }
    }

    /// The team of that id.
    fn team(self, id: &str) -> String {
        let known = self.choices.teams.iter().find(|(known, _)| known == id);
        known.map_or_else(|| tr!(self.lang, process.not_there), |(_, name)| name.clone())
    }
}
