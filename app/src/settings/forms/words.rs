//! Kinds, states, suspicions and faults in words.

use domain::form::{FieldKind, SubmissionStatus, Suspicion};
use domain::{Fault, Lang};

pub fn kind(lang: Lang, kind: FieldKind) -> String {
    match kind {
        FieldKind::Name => tr!(lang, forms.kind_name),
        FieldKind::Phone => tr!(lang, forms.kind_phone),
        FieldKind::Email => tr!(lang, forms.kind_email),
        FieldKind::Company => tr!(lang, forms.kind_company),
        FieldKind::Message => tr!(lang, forms.kind_message),
        FieldKind::Choice => tr!(lang, forms.kind_choice),
        FieldKind::Checkbox => tr!(lang, forms.kind_checkbox),
        FieldKind::Consent => tr!(lang, forms.kind_consent),
        FieldKind::Hidden => tr!(lang, forms.kind_hidden),
    }
}

pub fn status(lang: Lang, status: SubmissionStatus) -> String {
    match status {
        SubmissionStatus::Accepted => tr!(lang, forms.status_accepted),
        SubmissionStatus::Merged => tr!(lang, forms.status_merged),
        SubmissionStatus::Flagged => tr!(lang, forms.status_flagged),
        SubmissionStatus::Released => tr!(lang, forms.status_released),
        SubmissionStatus::Discarded => tr!(lang, forms.status_discarded),
        SubmissionStatus::Refused => tr!(lang, forms.status_refused),
    }
}

/// The mark of a state.
pub fn status_class(status: SubmissionStatus) -> &'static str {
    match status {
        SubmissionStatus::Accepted | SubmissionStatus::Released => "today",
        SubmissionStatus::Merged | SubmissionStatus::Discarded => "later",
        SubmissionStatus::Flagged => "none",
        SubmissionStatus::Refused => "overdue",
    }
}

pub fn suspicion(lang: Lang, suspicion: Suspicion) -> String {
    match suspicion {
        Suspicion::Honeypot => tr!(lang, forms.suspicion_honeypot),
        Suspicion::TooFast => tr!(lang, forms.suspicion_too_fast),
        Suspicion::NoProof => tr!(lang, forms.suspicion_no_proof),
        Suspicion::BadProof => tr!(lang, forms.suspicion_bad_proof),
        Suspicion::UsedProof => tr!(lang, forms.suspicion_used_proof),
        Suspicion::Rush => tr!(lang, forms.suspicion_rush),
    }
}

/// What is wrong with a field of the builder, named as the store does: `slug`, `fields.2.options`.
pub fn fault(lang: Lang, field: &str, fault: Fault) -> String {
    let part = field.rsplit('.').next().unwrap_or_default();
    match (part, fault) {
        ("slug", Fault::WrongType) => tr!(lang, forms.fault_slug),
        ("key", Fault::WrongType) => tr!(lang, forms.fault_key),
        ("redirect" | "origins", Fault::WrongType) => tr!(lang, forms.fault_address),
        ("origins" | "fields" | "exceptions", Fault::TooLong(n)) => tr!(lang, forms.fault_many, n = n),
        ("fields", Fault::Required) => tr!(lang, forms.fault_fields),
        ("options", Fault::Required | Fault::OutOfRange) => tr!(lang, forms.fault_options),
        ("required", Fault::Required) => tr!(lang, forms.fault_reach),
        ("call_back_minutes", Fault::OutOfRange) => tr!(lang, forms.fault_call_back),
        ("duplicate_minutes", Fault::OutOfRange) => tr!(lang, forms.fault_duplicate),
        _ => crate::text::fault(lang, fault),
    }
}
