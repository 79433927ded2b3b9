//! Entries in words. What has none, because a newer part of the program wrote it, is told by its code.

use domain::Lang;
use domain::access::Role;
use domain::audit::FieldValue;
use domain::pipeline::Requirement;

use crate::ctx::Format;
use crate::offers::words::share;

/// Characters of a text that are shown of a value.
const SHOWN: usize = 120;

/// A kind of record.
pub fn kind(lang: Lang, code: &str) -> String {
    match code {
        "lead" => tr!(lang, audit.kind_lead),
        "deal" => tr!(lang, audit.kind_deal),
        "contact" => tr!(lang, audit.kind_contact),
        "account" => tr!(lang, audit.kind_account),
        "legal_entity" => tr!(lang, audit.kind_legal_entity),
        "offer" => tr!(lang, audit.kind_offer),
        "act" => tr!(lang, audit.kind_act),
        "survey" => tr!(lang, audit.kind_survey),
        "task" => tr!(lang, audit.kind_task),
        "service" => tr!(lang, audit.kind_service),
        "service_category" => tr!(lang, audit.kind_service_category),
        "pipeline" => tr!(lang, audit.kind_pipeline),
        "user" => tr!(lang, audit.kind_user),
        "team" => tr!(lang, audit.kind_team),
        "rights" => tr!(lang, access.rights),
        "session" => tr!(lang, audit.kind_session),
        "settings" => tr!(lang, audit.kind_settings),
        "form" => tr!(lang, audit.kind_form),
        "submission" => tr!(lang, audit.kind_submission),
        "channel_rule" => tr!(lang, audit.kind_channel_rule),
        "loss_reason" => tr!(lang, audit.kind_loss_reason),
        "saved_view" => tr!(lang, audit.kind_saved_view),
        "consent" => tr!(lang, audit.kind_consent),
        "person" => tr!(lang, audit.kind_person),
        other => plain(other),
    }
}

/// What was done.
pub fn action(lang: Lang, code: &str) -> String {
    match code {
        "accepted" => tr!(lang, audit.action_accepted),
        "add" => tr!(lang, audit.action_add),
        "advance" => tr!(lang, audit.action_advance),
        "answer" => tr!(lang, audit.action_answer),
        "ask" => tr!(lang, audit.action_ask),
        "assign" => tr!(lang, audit.action_assign),
        "begin_second_factor" => tr!(lang, second.did_begin),
        "bind_identity" => tr!(lang, second.did_bind),
        "change_password" => tr!(lang, audit.action_change_password),
        "confirm_second_factor" => tr!(lang, second.did_confirm),
        "convert" => tr!(lang, audit.action_convert),
        "create" => tr!(lang, audit.action_create),
        "create_owner" => tr!(lang, audit.action_create_owner),
        "declined" => tr!(lang, audit.action_declined),
        "discarded" => tr!(lang, audit.action_discarded),
        "disable_second_factor" => tr!(lang, second.did_disable),
        "disqualify" => tr!(lang, audit.action_disqualify),
        "edit" => tr!(lang, audit.action_edit),
        "erase" => tr!(lang, audit.action_erase),
        "finish" => tr!(lang, audit.action_finish),
        "import" => tr!(lang, audit.action_import),
        "log" => tr!(lang, audit.action_log),
        "move" => tr!(lang, audit.action_move),
        "record" => tr!(lang, audit.action_record),
        "recount" => tr!(lang, audit.action_recount),
        "register" => tr!(lang, audit.action_register),
        "released" => tr!(lang, audit.action_released),
        "remove" => tr!(lang, audit.action_remove),
        "renew_recovery_codes" => tr!(lang, second.did_renew),
        "reopen" => tr!(lang, audit.action_reopen),
        "reset" => tr!(lang, audit.action_reset),
        "reset_second_factor" => tr!(lang, second.did_reset),
        "reschedule" => tr!(lang, audit.action_reschedule),
        "revise" => tr!(lang, audit.action_revise),
        "retire" => tr!(lang, audit.action_retire),
        "save" => tr!(lang, audit.action_save),
        "send" => tr!(lang, audit.action_send),
        "set" => tr!(lang, audit.action_save),
        "set_preferences" => tr!(lang, audit.action_set_preferences),
        "setup_token" => tr!(lang, audit.action_setup_token),
        "share" => tr!(lang, audit.action_share),
        "sign" => tr!(lang, audit.action_sign),
        "sign_in" => tr!(lang, audit.action_sign_in),
        "sign_out" => tr!(lang, audit.action_sign_out),
        "sso_refused" => tr!(lang, second.did_refuse),
        "undo" => tr!(lang, audit.action_undo),
        "tick" => tr!(lang, audit.action_tick),
        "untick" => tr!(lang, audit.action_untick),
        "unshare" => tr!(lang, audit.action_unshare),
        "view" => tr!(lang, audit.action_view),
        "waive" => tr!(lang, audit.action_waive),
        "withdraw" => tr!(lang, audit.action_withdraw),
        other => plain(other),
    }
}

/// A field that was changed.
pub fn field(lang: Lang, code: &str) -> String {
    match code {
        "account" => tr!(lang, audit.field_account),
        "active" => tr!(lang, audit.field_active),
        "address" => tr!(lang, audit.field_address),
        "amount" => tr!(lang, audit.field_amount),
        "bank" => tr!(lang, audit.field_bank),
        "by" => tr!(lang, audit.field_by),
        "call_back_minutes" => tr!(lang, forms.call_back),
        "category" => tr!(lang, audit.field_category),
        "channel" => tr!(lang, common.channel),
        "channels" => tr!(lang, audit.field_channels),
        "code" => tr!(lang, audit.field_code),
        "company" => tr!(lang, audit.field_company),
        "company_details" => tr!(lang, audit.field_company_details),
        "conditions" => tr!(lang, audit.field_conditions),
        "consent" => tr!(lang, audit.field_consent),
        "consent_version" => tr!(lang, audit.field_consent_version),
        "consignee" => tr!(lang, audit.field_consignee),
        "contact" => tr!(lang, audit.field_contact),
        "contacts" => tr!(lang, audit.field_contacts),
        "country" => tr!(lang, audit.field_country),
        "currency" => tr!(lang, audit.field_currency),
        "deal" => tr!(lang, audit.field_deal),
        "description" => tr!(lang, audit.field_description),
        "due_at" => tr!(lang, audit.field_due_at),
        "duplicate_minutes" => tr!(lang, forms.duplicate),
        "email" => tr!(lang, audit.field_email),
        "entries" => tr!(lang, audit.field_entries),
        "expected_close" => tr!(lang, audit.field_expected_close),
        "external_ref" => tr!(lang, audit.field_external_ref),
        "fields" => tr!(lang, forms.fields),
        "form" => tr!(lang, audit.field_form),
        "guarded" => tr!(lang, forms.guarded),
        "head" => tr!(lang, audit.field_head),
        "how" => tr!(lang, audit.field_how),
        "intro" => tr!(lang, audit.field_intro),
        "ip" => tr!(lang, audit.field_ip),
        "item" => tr!(lang, audit.field_item),
        "kind" => tr!(lang, audit.field_kind),
        "lang" => tr!(lang, audit.field_lang),
        "lead" => tr!(lang, audit.field_lead),
        "leads" => tr!(lang, audit.field_leads),
        "lines" => tr!(lang, audit.field_lines),
        "loss_reason" => tr!(lang, audit.field_loss_reason),
        "name" => tr!(lang, audit.field_name),
        "note" => tr!(lang, audit.field_note),
        "note_required" => tr!(lang, losses.asks_note),
        "number" => tr!(lang, audit.field_number),
        "offer_days" => tr!(lang, audit.field_offer_days),
        "origins" => tr!(lang, forms.origins),
        "owner" => tr!(lang, audit.field_owner),
        "part" => tr!(lang, audit.field_part),
        "participant" => tr!(lang, audit.field_participant),
        "payer" => tr!(lang, audit.field_payer),
        "place" => tr!(lang, audit.field_place),
        "phone_region" => tr!(lang, audit.field_phone_region),
        "price" => tr!(lang, audit.field_price),
        "probability" => tr!(lang, audit.field_probability),
        "purpose" => tr!(lang, audit.field_purpose),
        "reason" => tr!(lang, audit.field_reason),
        "retired" => tr!(lang, process.retired),
        "redirect" => tr!(lang, forms.redirect),
        "registration" => tr!(lang, audit.field_registration),
        "revision" => tr!(lang, audit.field_revision),
        "role" => tr!(lang, audit.field_role),
        "score" => tr!(lang, audit.field_score),
        "second_factor" => tr!(lang, second.demand),
        "service" => tr!(lang, audit.field_service),
        "shared" => tr!(lang, audit.field_shared),
        "sharing" => tr!(lang, audit.field_sharing),
        "slug" => tr!(lang, forms.slug),
        "stage" => tr!(lang, audit.field_stage),
        "stages" => tr!(lang, process.stages),
        "status" => tr!(lang, audit.field_status),
        "tax_id" => tr!(lang, audit.field_tax_id),
        "team" => tr!(lang, audit.field_team),
        "terms" => tr!(lang, audit.field_terms),
        "texts" => tr!(lang, forms.texts),
        "theme" => tr!(lang, audit.field_theme),
        "time_zone" => tr!(lang, audit.field_time_zone),
        "title" => tr!(lang, audit.field_title),
        "to" => tr!(lang, audit.field_to),
        "total" => tr!(lang, audit.field_total),
        "unit" => tr!(lang, audit.field_unit),
        "valid_until" => tr!(lang, audit.field_valid_until),
        "vat_bp" => tr!(lang, audit.field_vat_bp),
        "with" => tr!(lang, audit.field_with),
        other => plain(other),
    }
}

fn plain(code: &str) -> String {
    code.replace('_', " ")
}

/// A value of the field `code`.
pub fn value(format: &Format, code: &str, value: &FieldValue) -> String {
    let lang = format.lang;
    match value {
        FieldValue::Nothing => tr!(lang, audit.nothing),
        FieldValue::Flag(true) => tr!(lang, audit.yes),
        FieldValue::Flag(false) => tr!(lang, audit.no),
        FieldValue::Number(number) if code == "vat_bp" => {
            i32::try_from(*number).map_or_else(|_| number.to_string(), |number| share(lang, number))
        }
        FieldValue::Number(number) => number.to_string(),
        FieldValue::At(at) => format.date_time(*at),
        FieldValue::Money(money) => format.money(*money),
        FieldValue::Label(label) => label.get(lang).to_owned(),
        FieldValue::Text(text) => match (code, Role::from_code(text)) {
            ("role", Some(role)) => crate::text::role(lang, role),
            ("status", _) => status(lang, text),
            ("item", _) => Requirement::from_code(text)
                .map_or_else(|| cut(text), |asked| crate::text::requirement_kind(lang, asked)),
            _ => cut(text),
        },
    }
}

fn status(lang: Lang, code: &str) -> String {
    match code {
        "new" => tr!(lang, leads.status_new),
        "working" => tr!(lang, leads.status_working),
        "converted" => tr!(lang, leads.status_converted),
        "disqualified" => tr!(lang, leads.status_disqualified),
        "open" => tr!(lang, deals.status_open),
        "won" => tr!(lang, deals.status_won),
        "lost" => tr!(lang, deals.status_lost),
        other => plain(other),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(SHOWN).collect();
    short.push('…');
    short
}
