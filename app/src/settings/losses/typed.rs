//! A reason as its form sends it: texts, until they are understood.

#[cfg(feature = "ssr")]
use domain::loss::{LossKind, LossReason};
use serde::{Deserialize, Serialize};

/// `id` and `version` are empty for a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedReason {
    pub id: String,
    pub version: String,
    pub name: String,
    pub name_ru: String,
    pub kind: String,
    /// Empty: the reason says enough.
    pub note_required: String,
    /// Empty: it is not chosen any more.
    pub active: String,
}

impl TypedReason {
    /// A new one.
    #[cfg(feature = "ssr")]
    pub fn fresh() -> Self {
        TypedReason { kind: LossKind::Other.code().into(), active: "on".into(), ..TypedReason::default() }
    }

    /// A saved one, as its form shows it.
    #[cfg(feature = "ssr")]
    pub fn of(reason: &LossReason) -> Self {
        let ticked = |flag: bool| if flag { "on".to_owned() } else { String::new() };
        TypedReason {
            id: reason.id.to_string(),
            version: reason.version.to_string(),
            name: reason.name.en.clone(),
            name_ru: reason.name.ru.clone(),
            kind: reason.kind.code().to_owned(),
            note_required: ticked(reason.note_required),
            active: ticked(reason.active),
        }
    }

    #[cfg(feature = "ssr")]
    pub fn read(&self) -> domain::Outcome<domain::loss::SaveLossReason> {
        use domain::{Fault, Label, Problem};
        let id = match self.id.as_str() {
            "" => None,
            id => Some((
                id.parse()?,
                self.version.parse().map_err(|_| Problem::field("version", Fault::NotANumber))?,
            )),
        };
        Ok(domain::loss::SaveLossReason {
            id,
            name: Label::new(&self.name, &self.name_ru),
            kind: LossKind::from_code(&self.kind).ok_or_else(|| Problem::field("kind", Fault::Unknown))?,
            note_required: !self.note_required.is_empty(),
            active: !self.active.is_empty(),
        })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::id::LossReasonId;
    use domain::{Fault, Label, Problem};

    use super::*;

    #[test]
    fn what_the_form_shows_is_what_it_saves() {
        let reason = LossReason {
            id: LossReasonId(uuid::Uuid::from_u128(5)),
            name: Label::new("Price", "Цена"),
            kind: LossKind::Price,
            note_required: true,
            active: false,
            version: 3,
        };
        let read = TypedReason::of(&reason).read().unwrap();
        assert_eq!((read.id, read.kind), (Some((reason.id, 3)), LossKind::Price));
        assert_eq!((read.name, read.note_required, read.active), (reason.name, true, false));
        let fresh = TypedReason::fresh().read().unwrap();
        assert_eq!((fresh.id, fresh.kind, fresh.active), (None, LossKind::Other, true));
        let strange = TypedReason { kind: "weather".into(), ..TypedReason::fresh() };
        assert_eq!(strange.read(), Err(Problem::field("kind", Fault::Unknown)));
    }
}
