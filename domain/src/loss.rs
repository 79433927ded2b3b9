//! Why a lead or a deal went nowhere; both choose from the company's list.

use serde::{Deserialize, Serialize};

use crate::id::LossReasonId;
use crate::input::Checks;
use crate::{Fault, Label, Outcome, Problem};

/// From more reasons nobody chooses.
pub const REASONS: usize = 50;
const NAME_MAX: u32 = 80;

/// What a reason comes down to, whatever the company calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    Price,
    Timing,
    Competitor,
    NoFit,
    NoResponse,
    /// They were not served as they should have been.
    Service,
    Other,
}

impl LossKind {
    pub const ALL: [LossKind; 7] = [
        LossKind::Price,
        LossKind::Timing,
        LossKind::Competitor,
        LossKind::NoFit,
        LossKind::NoResponse,
        LossKind::Service,
        LossKind::Other,
    ];

    pub fn code(self) -> &'static str {
        match self {
            LossKind::Price => "price",
            LossKind::Timing => "timing",
            LossKind::Competitor => "competitor",
            LossKind::NoFit => "no_fit",
            LossKind::NoResponse => "no_response",
            LossKind::Service => "service",
            LossKind::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<LossKind> {
        LossKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One of the company's reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossReason {
    pub id: LossReasonId,
    pub name: Label,
    pub kind: LossKind,
    /// Whether the reason alone does not say enough.
    pub note_required: bool,
    /// A retired one is not chosen any more; what was lost for it keeps it.
    pub active: bool,
    pub version: i64,
}

impl LossReason {
    /// Whether the reason can be given with `note`.
    pub fn check_note(&self, note: &str) -> Outcome<()> {
        if self.note_required && note.trim().is_empty() {
            Err(Problem::field("note", Fault::Required))
        } else {
            Ok(())
        }
    }
}

/// A reason as it is typed; `id` of an existing one with its version to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveLossReason {
    pub id: Option<(LossReasonId, i64)>,
    pub name: Label,
    pub kind: LossKind,
    pub note_required: bool,
    pub active: bool,
}

impl SaveLossReason {
    /// With its name cleaned; a name in one language is enough.
    pub fn checked(self) -> Outcome<SaveLossReason> {
        let mut checks = Checks::new();
        let name = Label::new(
            checks.optional("name", &self.name.en, NAME_MAX),
            checks.optional("name", &self.name.ru, NAME_MAX),
        );
        if name.is_empty() && !checks.has("name") {
            checks.fail("name", Fault::Required);
        }
        checks.finish()?;
        Ok(SaveLossReason { name, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(en: &str, ru: &str) -> SaveLossReason {
        SaveLossReason {
            id: None,
            name: Label::new(en, ru),
            kind: LossKind::Other,
            note_required: true,
            active: true,
        }
    }

    #[test]
    fn a_name_in_one_language_is_enough() {
        assert_eq!(typed(" Too  dear ", "").checked().unwrap().name, Label::new("Too dear", ""));
        assert_eq!(typed("", " ").checked().unwrap_err().fault_of("name"), Some(Fault::Required));
        let long = typed(&"x".repeat(81), "").checked().unwrap_err();
        assert_eq!(long.fault_of("name"), Some(Fault::TooLong(80)));
    }

    #[test]
    fn a_note_is_asked_for_where_it_is_set() {
        let SaveLossReason { name, kind, .. } = typed("Other", "Другое");
        let id = LossReasonId(uuid::Uuid::nil());
        let mut reason = LossReason { id, name, kind, note_required: true, active: true, version: 1 };
        assert_eq!(reason.check_note(" \n"), Err(Problem::field("note", Fault::Required)));
        assert_eq!(reason.check_note("they moved away"), Ok(()));
        reason.note_required = false;
        assert_eq!(reason.check_note(""), Ok(()));
    }

    #[test]
    fn codes_are_read_back() {
        for kind in LossKind::ALL {
            assert_eq!(LossKind::from_code(kind.code()), Some(kind));
        }
    }
}
