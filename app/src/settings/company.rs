//! What holds for the whole company.

use domain::access::Entity;
use domain::settings::Settings;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::SaveCompany;
use super::backups::backups;
use super::catalog::{currencies, languages};
use super::page::{self, may_write, when_saved};
use super::sections::Section;
use crate::ctx::use_lang;
use crate::offers::words::plain_percent;
use crate::ui::field::{Field, Select};
use crate::ui::problem::{FormError, failure};

/// The section of settings.
#[component]
pub fn CompanySection() -> impl IntoView {
    page::built(Section::Company, |opened, _, again| {
        let shown = opened.company.map(|told| {
            let kept = backups(told.backups, told.backups_overdue);
            view! { {company(told.settings, again)} {kept} }
        });
        shown.into_any()
    })
}

/// The company's settings; those who may not change them read them.
fn company(settings: Settings, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let save = ServerAction::<SaveCompany>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let fixed = !may_write(Entity::Settings);
    view! {
        <section class="card settings-form" aria-labelledby="company-form">
            <h2 id="company-form">{tr!(lang, settings.company)}</h2>
            <ActionForm action=save>
                <fieldset class="stack" disabled=fixed>
                    <Field name="company" label=tr!(lang, settings.company_name) value=settings.company required=true fail=fail/>
                    <Field name="company_details" label=tr!(lang, settings.company_details) value=settings.company_details long=true
                        hint=tr!(lang, settings.company_details_hint) fail=fail/>
                    <div class="trio">
                        <Select name="currency" label=tr!(lang, settings.currency) value=settings.currency.code() options=currencies()/>
                        <Field name="vat_bp" label=tr!(lang, settings.vat_percent) value=plain_percent(settings.vat_bp) required=true fail=fail/>
                        <Field name="offer_days" label=tr!(lang, settings.offer_days) value=settings.offer_days.to_string() required=true fail=fail/>
                    </div>
                    <div class="trio">
                        <Select name="lang" label=tr!(lang, settings.company_lang) value=settings.lang.code() options=languages()/>
                        <Field name="time_zone" label=tr!(lang, settings.time_zone) value=settings.time_zone required=true
                            hint=tr!(lang, settings.time_zone_hint) fail=fail/>
                        <Field name="phone_region" label=tr!(lang, settings.phone_region) value=settings.phone_region required=true
                            hint=tr!(lang, settings.phone_region_hint) fail=fail/>
                    </div>
                    <Field name="consent" label=tr!(lang, settings.consent) value=settings.consent.en long=true
                        hint=tr!(lang, settings.consent_hint) fail=fail/>
                    <Field name="consent_ru" label=tr!(lang, settings.consent_ru) value=settings.consent.ru long=true fail=fail/>
                    <Select name="second_factor" label=tr!(lang, second.demand) value=settings.second_factor.code()
                        options=vec![
                            ("off".into(), tr!(lang, second.demand_off)),
                            ("admins".into(), tr!(lang, second.demand_admins)),
                            ("everybody".into(), tr!(lang, second.demand_everybody)),
                        ]/>
                    <FormError fail=fail/>
                    {(!fixed).then(|| view! {
                        <div class="row">
                            <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                        </div>
                    })}
                </fieldset>
            </ActionForm>
        </section>
    }
    .into_any()
}
