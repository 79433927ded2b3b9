//! Who gets the leads of a form: everybody in turn, a team, a person; and who gets those of one channel.

use domain::user::Person;
use leptos::prelude::*;

use super::builder::Draft;
use super::input::{focus, told};
use super::typed::TypedException;
use crate::ui::icon::Icon;

/// Takers to choose from: what a group is called, and value and name of each.
type Takers = StoredValue<Vec<(String, Vec<(String, String)>)>>;

#[component]
pub fn Owners(
    draft: Draft,
    people: Vec<Person>,
    teams: Vec<(String, String)>,
    channels: Vec<String>,
) -> impl IntoView {
    let lang = draft.lang;
    let teams = teams
        .into_iter()
        .map(|(id, name)| (format!("team:{id}"), tr!(lang, forms.team_in_turn, name = name)));
    let people = people.into_iter().map(|person| (format!("user:{}", person.id), person.name));
    let takers: Takers = StoredValue::new(vec![
        (tr!(lang, forms.in_turn), vec![("turn".to_owned(), tr!(lang, forms.everyone_in_turn))]),
        (tr!(lang, settings.teams), teams.collect()),
        (tr!(lang, settings.users), people.collect()),
    ]);
    let owner = draft.form.with_untracked(|form| form.owner.clone());
    let known = channels.into_iter().map(|channel| view! { <option value=channel></option> }).collect_view();
    let add = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let key = draft
            .exceptions
            .with_untracked(|rows| rows.iter().map(|(key, _)| key + 1).max().unwrap_or_default());
        draft.exceptions.update(|rows| rows.push((key, TypedException::default())));
        draft.moved();
        focus([format!("#exception-{key} input")]);
    };
    view! {
        <div class="field">
            <label for="form-owner">{tr!(lang, forms.owner)}</label>
            {choice(takers, Signal::stored("draft[owner]".to_owned()), "form-owner".to_owned(), String::new(), owner)}
            {told("form-owner-error".to_owned(), Signal::derive(move || draft.fault("owner")))}
        </div>
        <div class="stack" role="group" aria-label=tr!(lang, forms.exceptions)>
            <ForEnumerate
                each=move || draft.exceptions.get()
                key=|(key, _)| *key
                children=move |index, (key, typed)| exception(draft, takers, index, key, typed)
            />
            {told("form-exceptions-error".to_owned(), Signal::derive(move || draft.fault("exceptions")))}
            <div class="row">
                <button class="button quiet" type="submit" name="step" value="except" id="form-except" on:click=add>
                    <Icon name="plus"/>{tr!(lang, forms.add_exception)}
                </button>
            </div>
        </div>
        <datalist id="form-channels">{known}</datalist>
    }
}

fn exception(
    draft: Draft,
    takers: Takers,
    index: ReadSignal<usize>,
    key: usize,
    typed: TypedException,
) -> AnyView {
    let lang = draft.lang;
    let name = move |part: &'static str| {
        Signal::derive(move || format!("draft[exceptions][{}][{part}]", index.get()))
    };
    let fault = move |part: &'static str| {
        Signal::derive(move || draft.fault(&format!("exceptions.{}.{part}", index.get())))
    };
    let (channel_name, channel_fault) = (name("channel"), fault("channel"));
    let remove = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        draft.exceptions.update(|rows| rows.retain(|(other, _)| *other != key));
        draft.moved();
        focus(["#form-except".to_owned()]);
    };
    let error = format!("exception-{key}-error");
    view! {
        <div class="field" id=format!("exception-{key}")>
            <div class="row exception">
                <input class="input" list="form-channels" autocomplete="off" aria-label=tr!(lang, common.channel)
                    placeholder=tr!(lang, common.channel) name=move || channel_name.get() value=typed.channel
                    aria-invalid=move || channel_fault.with(Option::is_some).then_some("true") aria-describedby=error.clone()/>
                {choice(takers, name("taker"), format!("exception-{key}-taker"), tr!(lang, forms.owner), typed.taker)}
                <button class="button quiet only" type="submit" name="step" value=move || format!("drop:{}", index.get())
                    aria-label=tr!(lang, forms.remove_exception) on:click=remove><Icon name="close"/></button>
            </div>
            {told(error, channel_fault)}
            {told(format!("exception-{key}-taker-error"), fault("taker"))}
        </div>
    }
    .into_any()
}

/// A select of takers; `label` where none stands beside it.
fn choice(takers: Takers, name: Signal<String>, id: String, label: String, chosen: String) -> AnyView {
    let groups = takers.with_value(|groups| {
        let shown = groups.iter().filter(|(_, takers)| !takers.is_empty());
        let group = shown.map(|(group, takers)| {
            let options = takers.iter().map(|(value, name)| {
                view! { <option value=value.clone() selected=*value == chosen>{name.clone()}</option> }
            });
            view! { <optgroup label=group.clone()>{options.collect_view()}</optgroup> }
        });
        group.collect_view()
    });
    view! {
        <select class="select" id=id name=move || name.get() aria-label=(!label.is_empty()).then_some(label)>{groups}</select>
    }
    .into_any()
}
