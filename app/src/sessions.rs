//! Where somebody is signed in, and who tried to.

use domain::id::SessionId;
use domain::session::{Session, SignIn, SignInOutcome};
use leptos::form::ActionForm;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codec::Json;
use crate::ctx::{use_format, use_lang};
use crate::fail::Fail;
use crate::ui::problem::{Failed, FormError, failure};

/// The reader's own sessions and tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    pub sessions: Vec<Session>,
    pub tries: Vec<SignIn>,
}

#[server(prefix = "/fn", endpoint = "profile/sessions", output = Json)]
pub async fn my_sessions() -> Result<Mine, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let this = crate::ctx::server()?.session;
    let user = actor.user.ok_or(domain::Problem::Forbidden)?;
    Ok(Mine {
        sessions: store::sessions::list(&db, &actor, this.as_deref()).await?,
        tries: store::sessions::history(&db, &actor, user).await?,
    })
}

#[server(prefix = "/fn", endpoint = "profile/end-session", output = Json)]
pub async fn end_session(id: SessionId) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::sessions::end(&db, &actor, id).await?;
    crate::ctx::land("/profile");
    Ok(())
}

/// Ends every session but this one.
#[server(prefix = "/fn", endpoint = "profile/end-others", output = Json)]
pub async fn end_others() -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let this = crate::ctx::server()?.session.ok_or(domain::Problem::SignedOut)?;
    store::sessions::end_others(&db, &actor, &this).await?;
    crate::ctx::land("/profile");
    Ok(())
}

/// The profile's part about sessions.
#[component]
pub fn Sessions() -> impl IntoView {
    let lang = use_lang();
    let end = ServerAction::<EndSession>::new();
    let others = ServerAction::<EndOthers>::new();
    let mine = Resource::new(move || (end.version().get(), others.version().get()), |_| my_sessions());
    let end_failed = failure(move || end.value().get());
    let others_failed = failure(move || others.value().get());
    view! {
        <section class="stack" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{tr!(lang, people.sessions)}</h2>
            <FormError fail=end_failed/>
            <FormError fail=others_failed/>
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || Suspend::new(async move {
                    match mine.await {
                        Ok(mine) => shown(mine, end, others),
                        Err(fail) => view! { <Failed fail/> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

fn shown(mine: Mine, end: ServerAction<EndSession>, others: ServerAction<EndOthers>) -> AnyView {
    let lang = use_lang();
    let several = mine.sessions.len() > 1;
    let rows = mine.sessions.into_iter().map(|session| row(session, end)).collect_view();
    view! {
        <table class="table rows">
            <caption class="sr-only">{tr!(lang, people.sessions)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tr!(lang, people.device)}</th>
                    <th scope="col">{tr!(lang, people.address)}</th>
                    <th scope="col">{tr!(lang, people.since)}</th>
                    <th scope="col">{tr!(lang, people.last_seen)}</th>
                    <th scope="col"><span class="sr-only">{tr!(lang, people.end)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {several.then(|| view! {
            <ActionForm action=others>
                <button class="button" type="submit" disabled=move || others.pending().get()>{tr!(lang, people.end_others)}</button>
            </ActionForm>
        })}
        <h3>{tr!(lang, people.tries)}</h3>
        {tries(mine.tries)}
    }
    .into_any()
}

fn row(session: Session, end: ServerAction<EndSession>) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let (since, last_seen) = (format.near(session.since), format.near(session.last_seen));
    let last = if session.this {
        view! { <span class="state today">{tr!(lang, people.this_one)}</span> }.into_any()
    } else {
        let label = format!("{}: {}", tr!(lang, people.end), device(&session.device));
        view! {
            <ActionForm action=end>
                <input type="hidden" name="id" value=session.id.to_string()/>
                <button class="button quiet" type="submit" aria-label=label>{tr!(lang, people.end)}</button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, people.device)><b>{device(&session.device)}</b></td>
            <td data-label=tr!(lang, people.address)>{session.ip}</td>
            <td data-label=tr!(lang, people.since)>{since}</td>
            <td data-label=tr!(lang, people.last_seen)>{last_seen}</td>
            <td>{last}</td>
        </tr>
    }
}

/// The last tries to sign in, as a table.
pub fn tries(tries: Vec<SignIn>) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    if tries.is_empty() {
        return view! { <p class="muted">{tr!(lang, people.no_tries)}</p> }.into_any();
    }
    let rows = tries.into_iter().map(|line| {
        let (class, outcome) = match line.outcome {
            SignInOutcome::Ok => ("state today", tr!(lang, people.outcome_ok)),
            SignInOutcome::Wrong => ("state overdue", tr!(lang, people.outcome_wrong)),
            SignInOutcome::Blocked => ("state overdue", tr!(lang, people.outcome_blocked)),
            SignInOutcome::OkCode => ("state today", tr!(lang, second.outcome_code)),
            SignInOutcome::OkRecovery => ("state today", tr!(lang, second.outcome_recovery)),
            SignInOutcome::OkSso => ("state today", tr!(lang, second.outcome_sso)),
            SignInOutcome::WrongCode => ("state overdue", tr!(lang, second.outcome_wrong_code)),
            SignInOutcome::SsoRefused => ("state overdue", tr!(lang, second.outcome_sso_refused)),
        };
        let when = format.near(line.at);
        view! {
            <tr>
                <td class="first" data-label=tr!(lang, people.when)>{when}</td>
                <td data-label=tr!(lang, people.outcome)><span class=class>{outcome}</span></td>
                <td data-label=tr!(lang, people.device)>{device(&line.device)}</td>
                <td data-label=tr!(lang, people.address)>{line.ip}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="table rows">
            <caption class="sr-only">{tr!(lang, people.tries)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tr!(lang, people.when)}</th>
                    <th scope="col">{tr!(lang, people.outcome)}</th>
                    <th scope="col">{tr!(lang, people.device)}</th>
                    <th scope="col">{tr!(lang, people.address)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn device(named: &str) -> String {
    if named.is_empty() { tr!(use_lang(), people.unknown_device) } else { named.to_owned() }
}
