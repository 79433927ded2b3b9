//! Words for the domain's values: problems, states, kinds. Used by pages, by the API's problem details and by mails.

use domain::access::Role;
use domain::pipeline::{DealField, Logging, Pipeline, Requirement};
use domain::task::TaskKind;
use domain::{Fault, Lang, Problem, Refusal};

use crate::fail::Fail;

/// The link that writes to an e-mail address. What an address may hold and a link takes for its own is escaped: else a stranger's
/// address could add recipients and words to the letter.
pub fn mailto(email: &str) -> String {
    format!("mailto:{}", email.replace('%', "%25").replace('?', "%3F").replace('#', "%23"))
}

/// One or two sentences: what happened, what was kept, what to do.
pub fn problem(lang: Lang, problem: &Problem) -> String {
    match problem {
        Problem::Invalid { .. } => tr!(lang, common.problem_invalid),
        Problem::SignedOut => tr!(lang, common.problem_signed_out),
        Problem::Forbidden => tr!(lang, common.problem_forbidden),
        Problem::NotFound => tr!(lang, common.problem_not_found),
        Problem::Conflict { .. } => tr!(lang, common.problem_conflict),
        Problem::Refused { reasons } => {
            let reasons: Vec<String> = reasons.iter().map(|reason| refusal(lang, reason)).collect();
            format!("{} {}", tr!(lang, common.refused), reasons.join("; "))
        }
        Problem::Expired => tr!(lang, common.problem_expired),
        Problem::TooLarge => tr!(lang, common.problem_too_large),
        Problem::UnsupportedMedia => tr!(lang, common.problem_unsupported),
        Problem::TooMany { retry_after } => tr!(lang, common.problem_too_many, seconds = retry_after),
        Problem::Unavailable { retry_after } => tr!(lang, common.problem_unavailable, seconds = retry_after),
        Problem::Internal => tr!(lang, common.problem_internal),
    }
}

/// The same for what a server function failed with.
pub fn fail(lang: Lang, fail: &Fail) -> String {
    match fail {
        Fail::Problem(known) => problem(lang, known),
        Fail::Network => tr!(lang, common.problem_network),
    }
}

/// What is wrong with a field.
pub fn fault(lang: Lang, fault: Fault) -> String {
    match fault {
        Fault::Required => tr!(lang, common.fault_required),
        Fault::TooLong(n) => tr!(lang, common.fault_too_long, n = n),
        Fault::TooShort(n) => tr!(lang, common.fault_too_short, n = n),
        Fault::NotAPhone => tr!(lang, common.fault_not_a_phone),
        Fault::NotAnEmail => tr!(lang, common.fault_not_an_email),
        Fault::NotANumber => tr!(lang, common.fault_not_a_number),
        Fault::NotAnAmount => tr!(lang, common.fault_not_an_amount),
        Fault::NotADate => tr!(lang, common.fault_not_a_date),
        Fault::OutOfRange => tr!(lang, common.fault_out_of_range),
        Fault::Taken => tr!(lang, common.fault_taken),
        Fault::Unknown => tr!(lang, common.fault_unknown),
        Fault::WrongType => tr!(lang, common.fault_wrong_type),
        Fault::CommonPassword => tr!(lang, common.fault_common_password),
        Fault::PersonalPassword => tr!(lang, common.fault_personal_password),
        Fault::WrongPassword => tr!(lang, common.fault_wrong_password),
        Fault::ReadOnly => tr!(lang, common.fault_read_only),
        Fault::Mistyped => tr!(lang, common.fault_mistyped),
    }
}

/// What a rule misses.
pub fn refusal(lang: Lang, refusal: &Refusal) -> String {
    match refusal {
        Refusal::OfferSent => tr!(lang, common.refusal_offer_sent),
        Refusal::OfferAccepted => tr!(lang, common.refusal_offer_accepted),
        Refusal::ActsSigned => tr!(lang, common.refusal_acts_signed),
        Refusal::FeedbackAsked => tr!(lang, common.refusal_feedback_asked),
        Refusal::ReasonNeeded => tr!(lang, common.refusal_reason_needed),
        Refusal::DealClosed => tr!(lang, common.refusal_deal_closed),
        Refusal::LeadSettled => tr!(lang, common.refusal_lead_settled),
        Refusal::Immutable => tr!(lang, common.refusal_immutable),
        Refusal::NoLines => tr!(lang, common.refusal_no_lines),
        Refusal::NoRecipient => tr!(lang, common.refusal_no_recipient),
        Refusal::OfferNotOpen => tr!(lang, common.refusal_offer_not_open),
        Refusal::NoAcceptedOffer => tr!(lang, common.refusal_no_accepted_offer),
        Refusal::TaskDone => tr!(lang, common.refusal_task_done),
        Refusal::LastAdmin => tr!(lang, common.refusal_last_admin),
        Refusal::TeamInUse => tr!(lang, common.refusal_team_in_use),
        Refusal::SubmissionSettled => tr!(lang, common.refusal_submission_settled),
        Refusal::ForeignStage => tr!(lang, common.refusal_foreign_stage),
        Refusal::FieldEmpty(field) => tr!(lang, common.refusal_field_empty, field = deal_field(lang, *field)),
        Refusal::TaskNeeded(kind) => tr!(lang, common.refusal_task_needed, kind = task_kind(lang, *kind)),
        Refusal::ActivityNeeded(Logging::Call) => tr!(lang, common.refusal_call_needed),
        Refusal::ActivityNeeded(Logging::Meeting) => tr!(lang, common.refusal_meeting_needed),
        Refusal::ActivityNeeded(Logging::Note) => tr!(lang, common.refusal_note_needed),
        Refusal::ItemOpen { text, .. } => tr!(lang, common.refusal_item_open, text = text.get(lang)),
        Refusal::StageInUse => tr!(lang, common.refusal_stage_in_use),
        Refusal::PipelineRetired => tr!(lang, common.refusal_pipeline_retired),
        Refusal::LastPipeline => tr!(lang, common.refusal_last_pipeline),
    }
}

/// What a stage asks for, as what it is when it is met.
pub fn requirement(lang: Lang, asked: Requirement, pipeline: &Pipeline) -> String {
    let item = match asked {
        Requirement::Item(id) => pipeline.check_item(id),
        _ => None,
    };
    match item {
        Some(item) => tr!(lang, process.need_ticked, text = item.text.get(lang)),
        None => requirement_kind(lang, asked),
    }
}

/// The same without the words of a checklist's item.
pub fn requirement_kind(lang: Lang, asked: Requirement) -> String {
    match asked {
        Requirement::OfferSent => tr!(lang, process.need_offer_sent),
        Requirement::OfferAccepted => tr!(lang, process.need_offer_accepted),
        Requirement::ActsSigned => tr!(lang, process.need_acts_signed),
        Requirement::FeedbackAsked => tr!(lang, process.need_feedback_asked),
        Requirement::Field(field) => tr!(lang, process.need_field, field = deal_field(lang, field)),
        Requirement::Task(kind) => tr!(lang, process.need_task, kind = task_kind(lang, kind)),
        Requirement::Activity(Logging::Call) => tr!(lang, process.need_call),
        Requirement::Activity(Logging::Meeting) => tr!(lang, process.need_meeting),
        Requirement::Activity(Logging::Note) => tr!(lang, process.need_note),
        Requirement::Item(_) => tr!(lang, process.need_item),
    }
}

pub fn deal_field(lang: Lang, field: DealField) -> String {
    match field {
        DealField::Amount => tr!(lang, common.amount),
        DealField::ExpectedClose => tr!(lang, deals.expected_close),
        DealField::Contact => tr!(lang, deals.contact),
        DealField::Account => tr!(lang, deals.client),
        DealField::Owner => tr!(lang, common.owner),
        DealField::Service => tr!(lang, deals.service),
    }
}

pub fn role(lang: Lang, role: Role) -> String {
    match role {
        Role::Admin => tr!(lang, common.role_admin),
        Role::HeadOfSales => tr!(lang, common.role_head_of_sales),
        Role::SalesRep => tr!(lang, common.role_sales_rep),
        Role::Delivery => tr!(lang, common.role_delivery),
        Role::Marketer => tr!(lang, common.role_marketer),
        Role::Viewer => tr!(lang, common.role_viewer),
    }
}

pub fn task_kind(lang: Lang, kind: TaskKind) -> String {
    match kind {
        TaskKind::FirstCall | TaskKind::Call => tr!(lang, common.task_kind_call),
        TaskKind::Mail => tr!(lang, common.task_kind_mail),
        TaskKind::Meeting => tr!(lang, common.task_kind_meeting),
        TaskKind::Document => tr!(lang, common.task_kind_document),
        TaskKind::Other => tr!(lang, common.task_kind_other),
    }
}

/// A task's title: "Call Elena" for a first call, else as it was typed.
pub fn task_title(lang: Lang, kind: TaskKind, title: &str) -> String {
    match kind {
        TaskKind::FirstCall => tr!(lang, common.task_first_call, name = title),
        _ => title.to_owned(),
    }
}
