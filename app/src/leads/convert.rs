//! Converting: contact, account and deal from a lead. Records that look the same are chosen, never merged by themselves.

use domain::lead::{Conversion, Match, MatchReason};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Convert;
use crate::ctx::{use_lang, use_me};
use crate::fail::{Answer, Fail};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;
use crate::ui::problem::{Failed, FormError, failure};

/// The dialog; saving opens the deal.
#[component]
pub fn ConvertDialog(
    open: RwSignal<bool>,
    proposal: Resource<Option<Answer<Conversion>>>,
    convert: ServerAction<Convert>,
) -> impl IntoView {
    let lang = use_lang();
    let fail = failure(move || convert.value().get());
    view! {
        <Dialog open=open title=tr!(lang, leads.convert_title) wide=true>
            <ActionForm action=convert attr:class="body">
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || Suspend::new(async move {
                        match proposal.await {
                            Some(Ok(proposal)) => fields(proposal, fail),
                            Some(Err(fail)) => view! { <Failed fail/> }.into_any(),
                            None => ().into_any(),
                        }
                    })}
                </Transition>
                <FormError fail=fail/>
                <div class="row">
                    <span class="muted wide-only"><kbd class="kbd">"Esc"</kbd>" "{tr!(lang, leads.esc_keeps)}</span>
                    <button class="button primary push" type="submit" disabled=move || convert.pending().get()>
                        <Icon name="arrow"/>{tr!(lang, leads.convert)}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
}

fn fields(proposal: Conversion, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let currency = use_me().map(|me| me.currency.sign()).unwrap_or_default();
    let writes = use_me().is_some_and(|me| me.actor().writes(domain::access::Field::DealAmount));
    let alike = !proposal.contacts.is_empty() || !proposal.accounts.is_empty();
    let contacts = proposal.contacts.into_iter().map(choice).collect();
    let accounts = proposal.accounts.into_iter().map(choice).collect();
    let pipelines: Vec<_> =
        proposal.pipelines.iter().map(|(id, name)| (id.to_string(), name.get(lang).to_owned())).collect();
    let pipelines = (pipelines.len() > 1)
        .then(|| view! { <Select name="pipeline" label=tr!(lang, leads.pipeline) options=pipelines/> });
    view! {
        <input type="hidden" name="lead" value=proposal.lead.to_string()/>
        <input type="hidden" name="version" value=proposal.version.to_string()/>
        {alike.then(|| view! {
            <div class="notice none">
                <Icon name="warn"/>
                <div><b>{tr!(lang, leads.alike_title)}</b>" "{tr!(lang, leads.alike_text)}</div>
            </div>
        })}
        {matches("contact", tr!(lang, leads.its_contact), tr!(lang, leads.new_contact), contacts)}
        <Field name="contact_name" label=tr!(lang, leads.its_contact) value=proposal.contact_name required=true fail=fail/>
        {matches("account", tr!(lang, leads.its_account), tr!(lang, leads.new_account), accounts)}
        <Field name="account_name" label=tr!(lang, leads.its_account) value=proposal.account_name hint=tr!(lang, leads.account_hint) fail=fail/>
        <div class="pair">
            <Field name="deal_title" label=tr!(lang, leads.its_deal) value=proposal.deal_title required=true fail=fail/>
            {writes.then(|| view! { <Field name="amount" label=tr!(lang, common.amount) hint=currency fail=fail/> })}
        </div>
        {pipelines}
    }
    .into_any()
}

/// An existing record to choose: id, name, what tells it from others, why it is proposed.
fn choice<Id: ToString>(found: Match<Id>) -> (String, String, String, MatchReason) {
    (found.id.to_string(), found.name, found.detail, found.why)
}

/// Existing records and "make a new one"; nothing is asked where nothing looks the same.
fn matches(
    name: &'static str,
    label: String,
    new: String,
    found: Vec<(String, String, String, MatchReason)>,
) -> AnyView {
    let lang = use_lang();
    if found.is_empty() {
        return view! { <input type="hidden" name=name value="new"/> }.into_any();
    }
    let choices = found
        .into_iter()
        .enumerate()
        .map(|(index, (id, title, detail, why))| {
            view! {
                <label class="choice">
                    <span class="checkbox"><input type="radio" name=name value=id checked=index == 0/></span>
                    <Avatar name=title.clone() class="mid"/>
                    <span><b>{tr!(lang, leads.add_to, name = title)}</b><span class="muted">{detail}</span></span>
                    <span class="tag accent">{reason(lang, why)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="match">
            <legend class="fold-title">{label}</legend>
            {choices}
            <label class="choice">
                <span class="checkbox"><input type="radio" name=name value="new"/></span>
                <span class="avatar mid"><Icon name="plus"/></span>
                <span><b>{new}</b></span>
            </label>
        </fieldset>
    }
    .into_any()
}

fn reason(lang: domain::Lang, why: MatchReason) -> String {
    match why {
        MatchReason::SamePhone => tr!(lang, leads.same_phone),
        MatchReason::SameEmail => tr!(lang, leads.same_email),
        MatchReason::SameName => tr!(lang, leads.same_name),
        MatchReason::ItsAccount => tr!(lang, leads.same_account),
    }
}
