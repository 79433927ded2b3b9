//! Fields that a company keeps from a role, or lets it only read, whoever the record belongs to.

use serde::{Deserialize, Serialize};

use super::{Actor, Entity};
use crate::activity::Happening;
use crate::contact::{ContactPoint, PointKind};
use crate::{Fault, Outcome, Problem};

/// A field that can be kept from a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    LeadPhone,
    LeadEmail,
    ClientPhone,
    ClientEmail,
    DealAmount,
}

impl Field {
    pub const ALL: [Field; 5] =
        [Field::LeadPhone, Field::LeadEmail, Field::ClientPhone, Field::ClientEmail, Field::DealAmount];

    /// The record it belongs to.
    pub fn entity(self) -> Entity {
        match self {
            Field::LeadPhone | Field::LeadEmail => Entity::Lead,
            Field::ClientPhone | Field::ClientEmail => Entity::Client,
            Field::DealAmount => Entity::Deal,
        }
    }

    /// Its name in forms and in a problem's faults.
    pub fn code(self) -> &'static str {
        match self {
            Field::LeadPhone | Field::ClientPhone => "phone",
            Field::LeadEmail | Field::ClientEmail => "email",
            Field::DealAmount => "amount",
        }
    }

    /// Which of its record's fields it is.
    pub(super) fn place(self) -> u32 {
        match self {
            Field::LeadPhone | Field::ClientPhone | Field::DealAmount => 0,
            Field::LeadEmail | Field::ClientEmail => 1,
        }
    }

    fn of_point(kind: PointKind) -> Option<Field> {
        match kind {
            PointKind::Phone => Some(Field::ClientPhone),
            PointKind::Email => Some(Field::ClientEmail),
            PointKind::Messenger | PointKind::Domain => None,
        }
    }
}

/// How much of a field a role has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    Full,
    ReadOnly,
    /// Neither read nor written, searched, exported or recognised by.
    Hidden,
}

impl Shown {
    pub const ALL: [Shown; 3] = [Shown::Full, Shown::ReadOnly, Shown::Hidden];

    pub fn code(self) -> &'static str {
        match self {
            Shown::Full => "full",
            Shown::ReadOnly => "read_only",
            Shown::Hidden => "hidden",
        }
    }
}

impl Actor {
    pub fn sees(&self, field: Field) -> bool {
        self.rights.shown(field) != Shown::Hidden
    }

    pub fn writes(&self, field: Field) -> bool {
        self.rights.shown(field) == Shown::Full
    }

    /// Names the field when it is to be changed by somebody who may not.
    pub fn check_field(&self, field: Field, changed: bool) -> Outcome<()> {
        if changed && !self.writes(field) {
            Err(Problem::field(field.code(), Fault::ReadOnly))
        } else {
            Ok(())
        }
    }

    /// The value, or nothing for those who may not see it.
    pub fn seen<T: Default>(&self, field: Field, value: T) -> T {
        if self.sees(field) { value } else { T::default() }
    }

    /// Whether a client's point of that kind is theirs to see.
    pub fn sees_point(&self, kind: PointKind) -> bool {
        Field::of_point(kind).is_none_or(|field| self.sees(field))
    }

    /// The points that are theirs to see.
    pub fn seen_points(&self, mut points: Vec<ContactPoint>) -> Vec<ContactPoint> {
        points.retain(|point| self.sees_point(point.kind));
        points
    }

    /// What happened, without the values that are not theirs to see.
    pub fn seen_happening(&self, what: Happening) -> Happening {
        match what {
            Happening::Won { amount } => Happening::Won { amount: self.seen(Field::DealAmount, amount) },
            Happening::OfferSent { offer, number, revision, total, to } => {
                let to = self.seen(Field::ClientEmail, to);
                Happening::OfferSent { offer, number, revision, total, to }
            }
            Happening::FeedbackAsked { to } => {
                Happening::FeedbackAsked { to: self.seen(Field::ClientEmail, to) }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Action, Reach, Rights, Role};
    use super::*;

    #[test]
    fn a_field_is_kept_beside_the_cells_and_the_other_fields() {
        for field in Field::ALL {
            let standard = Rights::standard(Role::SalesRep);
            for shown in Shown::ALL {
                let rights = standard.with_shown(field, shown);
                for other in Field::ALL {
                    let expected = if other == field { shown } else { Shown::Full };
                    assert_eq!(rights.shown(other), expected, "{field:?} {other:?}");
                }
                assert_eq!(rights.cells().collect::<Vec<_>>(), standard.cells().collect::<Vec<_>>());
                let entity = field.entity();
                let cell = rights.with(entity, Action::Read, Reach::Own);
                assert_eq!((cell.shown(field), cell.reach(entity, Action::Read)), (shown, Reach::Own));
            }
        }
    }

    #[test]
    fn what_is_hidden_is_gone_and_what_is_read_only_stays_as_it_is() {
        let actor = |shown| Actor {
            rights: Rights::EVERYTHING.with_shown(Field::DealAmount, shown),
            ..Actor::SYSTEM
        };
        assert_eq!(actor(Shown::ReadOnly).seen(Field::DealAmount, Some(1)), Some(1));
        assert_eq!(actor(Shown::Hidden).seen(Field::DealAmount, Some(1)), None);
        assert_eq!(
            actor(Shown::Hidden).seen_happening(Happening::Won { amount: None }),
            Happening::Won { amount: None }
        );
        let refused = Err(Problem::field("amount", Fault::ReadOnly));
        assert_eq!(actor(Shown::ReadOnly).check_field(Field::DealAmount, true), refused);
        assert_eq!(actor(Shown::ReadOnly).check_field(Field::DealAmount, false), Ok(()));
        assert_eq!(actor(Shown::Full).check_field(Field::DealAmount, true), Ok(()));
    }
}
