//! Switching people off, with their records in somebody else's hands, and on again.

use domain::access::{Action, Entity, Reach};
use domain::id::UserId;
use domain::session::SignIn;
use domain::user::{Standing, User};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Company;
use super::page::when_saved;
use crate::codec::Json;
use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::sessions::tries;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, FormError, failure};

/// `to` is the id of whoever takes over, `head`, or empty for nobody.
#[server(prefix = "/fn", endpoint = "settings/deactivate", output = Json)]
pub async fn deactivate(id: UserId, version: i64, to: String) -> Result<(), Fail> {
    use domain::user::Handover;
    let (db, actor) = crate::ctx::signed_in()?;
    let to = match to.as_str() {
        "" => Handover::Unowned,
        "head" => Handover::TeamHead,
        id => Handover::To(id.parse()?),
    };
    store::users::deactivate(&db, &actor, id, version, to).await?;
    crate::ctx::land("/settings?section=users");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "settings/reactivate", output = Json)]
pub async fn reactivate(id: UserId, version: i64) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::users::reactivate(&db, &actor, id, version).await?;
    crate::ctx::land("/settings?section=users");
    Ok(())
}

/// The last tries to sign in as that user.
#[server(prefix = "/fn", endpoint = "settings/sign-ins", input = Json, output = Json)]
pub async fn sign_ins(id: UserId) -> Result<Vec<SignIn>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::sessions::history(&db, &actor, id).await?)
}

/// The tries to sign in as the user of the form.
pub fn history(lines: Answer<Vec<SignIn>>) -> AnyView {
    let lang = use_lang();
    let shown = match lines {
        Ok(lines) => tries(lines),
        Err(fail) => view! { <Failed fail/> }.into_any(),
    };
    view! {
        <section class="card settings-form" aria-labelledby="tries-title">
            <h2 id="tries-title">{tr!(lang, people.tries)}</h2>
            {shown}
        </section>
    }
    .into_any()
}

/// The switch at a user's form: a dialog that asks for the heir, or the way back. `asked` opens the dialog at once.
pub fn switch(user: &User, company: &Company, asked: bool, again: RwSignal<u32>) -> AnyView {
    if user.active { off(user, company, asked, again) } else { on(user, again) }
}

fn on(user: &User, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let action = ServerAction::<Reactivate>::new();
    let fail = failure(move || action.value().get());
    when_saved(move || action.value().get(), again);
    let (id, version) = (user.id.to_string(), user.version);
    view! {
        <ActionForm action=action>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <FormError fail=fail/>
            <button class="button" type="submit" disabled=move || action.pending().get()>{tr!(lang, people.switch_on)}</button>
        </ActionForm>
    }
    .into_any()
}

fn off(user: &User, company: &Company, asked: bool, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let action = ServerAction::<Deactivate>::new();
    let fail = failure(move || action.value().get());
    when_saved(move || action.value().get(), again);
    let open = RwSignal::new(asked);
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            open.set(false);
        }
    });
    let title = tr!(lang, people.switch_off_title, name = user.name.clone());
    let (id, version) = (user.id.to_string(), user.version);
    let choices = heirs(user, company)
        .into_iter()
        .map(|(key, text)| view! { <option value=key>{text}</option> })
        .collect_view();
    let refused = move || {
        let fault = matches!(fail.get(), Some(Fail::Problem(problem)) if problem.fault_of("to").is_some());
        fault.then(|| view! { <p class="error"><Icon name="warn"/>{tr!(lang, people.cannot_take_over)}</p> })
    };
    view! {
        <form
            method="get"
            on:submit=move |event| {
                event.prevent_default();
                open.set(true);
            }
        >
            <input type="hidden" name="section" value="users"/>
            <input type="hidden" name="user" value=id.clone()/>
            <input type="hidden" name="do" value="off"/>
            <button class="button" type="submit" aria-haspopup="dialog">{tr!(lang, people.switch_off)}</button>
        </form>
        <Dialog open=open title=title>
            <ActionForm action=action attr:class="body">
                <p class="soft">{tr!(lang, people.switch_off_text)}</p>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
                <div class="field">
                    <label for="f-to">{tr!(lang, people.hand_to)}</label>
                    <select class="select" id="f-to" name="to" aria-describedby="e-to">{choices}</select>
                    <div id="e-to" aria-live="polite">{refused}</div>
                </div>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button danger push" type="submit" disabled=move || action.pending().get()>{tr!(lang, people.switch_off)}</button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

/// Who may take over: the team's head first, then everybody who works with deals, then nobody.
fn heirs(leaving: &User, company: &Company) -> Vec<(String, String)> {
    let lang = use_lang();
    let (users, teams) = (&company.users, &company.teams);
    let works = |user: &&User| {
        user.id != leaving.id
            && user.active
            && user.standing == Standing::Joined
            && company.rights.of(user.role).reach(Entity::Deal, Action::Write) != Reach::None
    };
    let head = teams.iter().find(|team| Some(team.id) == leaving.team).and_then(|team| team.head);
    let head = users.iter().filter(works).find(|user| Some(user.id) == head);
    let head =
        head.map(|head| ("head".to_owned(), format!("{}: {}", tr!(lang, people.hand_to_head), head.name)));
    let all = users.iter().filter(works).map(|user| (user.id.to_string(), user.name.clone()));
    let nobody = [(String::new(), tr!(lang, people.hand_to_nobody))];
    head.into_iter().chain(all).chain(nobody).collect()
}
