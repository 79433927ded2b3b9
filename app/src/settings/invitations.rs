//! Letting people in: invitations, and links for a new password.

use domain::access::Role;
use domain::id::UserId;
use domain::user::{Standing, Team, User};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::catalog::languages;
use super::people::{roles, team_choices};
use crate::codec::Json;
use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::ui::field::{Field, Select};
use crate::ui::problem::{FormError, failure};
use crate::ui::toast::use_toast;

/// Adds a user and sends the invitation; answers its link when there is no mail server.
#[server(prefix = "/fn", endpoint = "settings/invite", output = Json)]
pub async fn invite(
    name: String,
    email: String,
    role: String,
    team: String,
    lang: String,
) -> Result<Option<String>, Fail> {
    use domain::{Fault, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    let server = crate::ctx::server()?;
    let role = Role::from_code(&role).ok_or_else(|| Problem::field("role", Fault::Unknown))?;
    let lang = domain::Lang::from_tag(&lang).ok_or_else(|| Problem::field("lang", Fault::Unknown))?;
    let team = if team.is_empty() { None } else { Some(team.parse()?) };
    let invitation = domain::user::Invitation { email, name, role, team, lang };
    let invited = store::users::invite(&db, &actor, invitation, server.post()).await?;
    crate::ctx::land("/settings?section=users");
    Ok(invited.link)
}

#[server(prefix = "/fn", endpoint = "settings/invite-again", output = Json)]
pub async fn invite_again(id: UserId) -> Result<Option<String>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let server = crate::ctx::server()?;
    let invited = store::users::invite_again(&db, &actor, id, server.post()).await?;
    crate::ctx::land("/settings?section=users");
    Ok(invited.link)
}

#[server(prefix = "/fn", endpoint = "settings/revoke-invitation", output = Json)]
pub async fn revoke_invitation(id: UserId) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::users::revoke_invitation(&db, &actor, id).await?;
    crate::ctx::land("/settings?section=users");
    Ok(())
}

/// The link for a new password goes to somebody who has an account.
#[server(prefix = "/fn", endpoint = "settings/send-reset", output = Json)]
pub async fn send_reset(id: UserId) -> Result<Option<String>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let server = crate::ctx::server()?;
    let link = store::users::send_reset(&db, &actor, id, server.post()).await?;
    crate::ctx::land("/settings?section=users");
    Ok(link)
}

/// Takes the second factor from somebody who has lost it.
#[server(prefix = "/fn", endpoint = "settings/reset-second-factor", output = Json)]
pub async fn reset_second_factor(id: UserId) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::second_factor::reset(&db, &actor, id).await?;
    crate::ctx::land("/settings?section=users");
    Ok(())
}

/// What was done with a link: it is on its way by mail, or shown once for handing over.
pub fn when_sent(
    value: impl Fn() -> Option<Answer<Option<String>>> + 'static,
    again: RwSignal<u32>,
    handed: RwSignal<Option<String>>,
) {
    let lang = use_lang();
    let toast = use_toast();
    Effect::new(move || {
        if let Some(Ok(link)) = value() {
            if link.is_none() {
                toast.say(tr!(lang, people.mail_on_its_way));
            }
            handed.set(link);
            again.update(|n| *n += 1);
        }
    });
}

/// The link to hand over, until the page is left.
pub fn handed_over(handed: RwSignal<Option<String>>) -> AnyView {
    let lang = use_lang();
    (move || {
        handed.get().map(|link| {
            view! {
                <section class="card settings-form" aria-labelledby="handed-title" role="status">
                    <h2 id="handed-title">{tr!(lang, people.hand_over_title)}</h2>
                    <p class="soft">{tr!(lang, people.hand_over_text)}</p>
                    <div class="field">
                        <label for="handed-link">{tr!(lang, people.link)}</label>
                        <input class="input" id="handed-link" readonly=true value=link/>
                    </div>
                </section>
            }
        })
    })
    .into_any()
}

/// The form for a new user.
pub fn invite_form(
    teams: &[Team],
    mail: bool,
    again: RwSignal<u32>,
    handed: RwSignal<Option<String>>,
) -> AnyView {
    let teams = team_choices(teams);
    let lang = use_lang();
    let save = ServerAction::<Invite>::new();
    let fail = failure(move || save.value().get());
    when_sent(move || save.value().get(), again, handed);
    let hint = if mail { tr!(lang, people.invite_hint) } else { tr!(lang, people.invite_hint_by_hand) };
    view! {
        <section class="card settings-form" aria-labelledby="user-form">
            <h2 id="user-form">{tr!(lang, settings.add_user)}</h2>
            <ActionForm action=save attr:class="stack" attr:autocomplete="off">
                <div class="pair">
                    <Field name="name" label=tr!(lang, common.name) required=true fail=fail autocomplete="off"/>
                    <Field name="email" kind="email" label=tr!(lang, common.email) required=true fail=fail autocomplete="off"/>
                </div>
                <div class="trio">
                    <Select name="role" label=tr!(lang, settings.role) options=roles() value=Role::SalesRep.code()/>
                    <Select name="team" label=tr!(lang, settings.team) options=teams/>
                    <Select name="lang" label=tr!(lang, settings.language) options=languages() value=lang.code()/>
                </div>
                <p class="hint">{hint}</p>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, people.invite)}</button>
                    <a href="/settings?section=users" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

/// What the list does with people who have no password yet.
#[derive(Clone, Copy)]
pub struct Invitations {
    again: ServerAction<InviteAgain>,
    revoke: ServerAction<RevokeInvitation>,
}

impl Invitations {
    pub fn new(saved: RwSignal<u32>, handed: RwSignal<Option<String>>) -> Self {
        let doing = Invitations { again: ServerAction::new(), revoke: ServerAction::new() };
        when_sent(move || doing.again.value().get(), saved, handed);
        super::page::when_saved(move || doing.revoke.value().get(), saved);
        doing
    }

    /// Why the last of them failed.
    pub fn failed(self) -> AnyView {
        let again = failure(move || self.again.value().get());
        let revoke = failure(move || self.revoke.value().get());
        view! { <FormError fail=again/> <FormError fail=revoke/> }.into_any()
    }

    /// The buttons in the row of `user`.
    pub fn buttons(self, user: &User) -> Option<AnyView> {
        if !user.active || user.standing == Standing::Joined {
            return None;
        }
        let lang = use_lang();
        let id = user.id.to_string();
        let send = match user.standing {
            Standing::Invited => tr!(lang, people.resend),
            _ => tr!(lang, people.invite),
        };
        let revoke = (user.standing == Standing::Invited).then(|| {
            let label = format!("{}: {}", tr!(lang, people.revoke), user.name);
            let id = id.clone();
            view! {
                <ActionForm action=self.revoke>
                    <input type="hidden" name="id" value=id/>
                    <button class="button quiet" type="submit" aria-label=label>{tr!(lang, people.revoke)}</button>
                </ActionForm>
            }
        });
        let label = format!("{send}: {}", user.name);
        Some(
            view! {
                <ActionForm action=self.again>
                    <input type="hidden" name="id" value=id/>
                    <button class="button quiet" type="submit" aria-label=label>{send}</button>
                </ActionForm>
                {revoke}
            }
            .into_any(),
        )
    }
}

/// The button that sends somebody a link for a new password.
pub fn reset_button(user: &User, again: RwSignal<u32>, handed: RwSignal<Option<String>>) -> AnyView {
    let lang = use_lang();
    let send = ServerAction::<SendReset>::new();
    let fail = failure(move || send.value().get());
    when_sent(move || send.value().get(), again, handed);
    let inside = about(user, fail, send.pending(), tr!(lang, people.send_reset));
    view! { <ActionForm action=send>{inside}</ActionForm> }.into_any()
}

/// The button that takes somebody's second factor away.
pub fn second_factor_button(user: &User, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let reset = ServerAction::<ResetSecondFactor>::new();
    let fail = failure(move || reset.value().get());
    super::page::when_saved(move || reset.value().get(), again);
    let inside = about(user, fail, reset.pending(), tr!(lang, second.reset));
    view! { <ActionForm action=reset>{inside}</ActionForm> }.into_any()
}

/// The inside of a form that only names somebody.
fn about(user: &User, fail: Signal<Option<Fail>>, pending: Memo<bool>, label: String) -> AnyView {
    let id = user.id.to_string();
    view! {
        <input type="hidden" name="id" value=id/>
        <FormError fail=fail/>
        <button class="button" type="submit" disabled=pending>{label}</button>
    }
    .into_any()
}
