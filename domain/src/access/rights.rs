//! The matrix as data: how far each role reaches, as the company has set it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Entity, Field, Reach, Role, Shown};
use crate::input::Checks;
use crate::{Fault, Outcome};

/// A role's row of the matrix: per entity two bits for each action, then two for each of its fields. An actor carries
/// it along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rights([u16; Entity::ALL.len()]);

impl Rights {
    pub(super) const EVERYTHING: Rights = Rights([0x3ff; Entity::ALL.len()]);
    pub(super) const NOTHING: Rights = Rights([0; Entity::ALL.len()]);

    /// How far a role reaches in a company that has changed nothing.
    pub fn standard(role: Role) -> Rights {
        let mut rights = Rights::NOTHING;
        for (entity, action) in pairs() {
            rights = rights.with(entity, action, standard(role, entity, action));
        }
        rights
    }

    pub fn reach(self, entity: Entity, action: Action) -> Reach {
        match (self.0[entity as usize] >> shift(action)) & 3 {
            0 => Reach::None,
            1 => Reach::Own,
            2 => Reach::Team,
            _ => Reach::All,
        }
    }

    #[must_use]
    pub fn with(mut self, entity: Entity, action: Action, reach: Reach) -> Rights {
        let row = &mut self.0[entity as usize];
        *row = (*row & !(3 << shift(action))) | ((reach as u16) << shift(action));
        self
    }

    pub fn shown(self, field: Field) -> Shown {
        match (self.0[field.entity() as usize] >> shift_of(field)) & 3 {
            0 => Shown::Full,
            1 => Shown::ReadOnly,
            _ => Shown::Hidden,
        }
    }

    #[must_use]
    pub fn with_shown(mut self, field: Field, shown: Shown) -> Rights {
        let row = &mut self.0[field.entity() as usize];
        *row = (*row & !(3 << shift_of(field))) | ((shown as u16) << shift_of(field));
        self
    }

    /// The row with one entry as [`Rights::entries`] has them: `deal.write.own`, `lead.phone.hidden`.
    pub fn with_entry(self, entry: &str) -> Option<Rights> {
        if let Some(cell) = Cell::parse(entry) {
            return Some(self.with(cell.entity, cell.action, cell.reach));
        }
        let (name, shown) = entry.rsplit_once('.')?;
        let field = Field::ALL.into_iter().find(|field| name_of(*field) == name)?;
        Some(self.with_shown(field, Shown::ALL.into_iter().find(|known| known.code() == shown)?))
    }

    /// The row with the entries that `kept` names, separated by spaces; what names nothing is passed over.
    #[must_use]
    pub fn with_entries(self, kept: &str) -> Rights {
        kept.split_whitespace().fold(self, |rights, entry| rights.with_entry(entry).unwrap_or(rights))
    }

    /// What a company may set, as name and value, in the order of a table.
    pub fn entries(self) -> Vec<(String, &'static str)> {
        let cells = self.cells().map(|cell| (cell.name(), cell.reach.code()));
        let fields = Field::ALL.map(|field| (name_of(field), self.shown(field).code()));
        cells.chain(fields).collect()
    }

    /// The entries in which the row differs from another one.
    pub fn beside(self, other: Rights) -> Vec<(String, &'static str)> {
        let known = other.entries();
        self.entries().into_iter().filter(|entry| !known.contains(entry)).collect()
    }

    /// The cells that a company may set, in the order of a table.
    pub fn cells(self) -> impl Iterator<Item = Cell> {
        pairs()
            .filter(|(entity, action)| !choices(*entity, *action).is_empty())
            .map(move |(entity, action)| Cell { entity, action, reach: self.reach(entity, action) })
    }

    /// Whether the row may stand for `role`; every cell that may not is named, as [`Cell::name`] does. An administrator's row
    /// stays: somebody has to be able to undo everything else. And nobody changes what they may not read.
    pub fn check(self, role: Role) -> Outcome<()> {
        let standard = Rights::standard(role);
        let mut checks = Checks::new();
        for (entity, action) in pairs() {
            let cell = Cell { entity, action, reach: self.reach(entity, action) };
            let choices = choices(entity, action);
            let fixed = role == Role::Admin || choices.is_empty();
            let right = if fixed {
                cell.reach == standard.reach(entity, action)
            } else {
                choices.contains(&cell.reach)
                    && (cell.reach <= self.reach(entity, Action::Read)
                        || self::choices(entity, Action::Read).is_empty())
            };
            if !right {
                checks.fail(&cell.name(), Fault::OutOfRange);
            }
        }
        for field in Field::ALL {
            if role == Role::Admin && self.shown(field) != Shown::Full {
                checks.fail(&name_of(field), Fault::OutOfRange);
            }
        }
        checks.finish()
    }
}

fn pairs() -> impl Iterator<Item = (Entity, Action)> {
    Entity::ALL.into_iter().flat_map(|entity| Action::ALL.map(|action| (entity, action)))
}

fn shift(action: Action) -> u32 {
    2 * action as u32
}

fn shift_of(field: Field) -> u32 {
    2 * (Action::ALL.len() as u32 + field.place())
}

/// The field's entry of a row.
fn name_of(field: Field) -> String {
    format!("{}.{}", field.entity().code(), field.code())
}

/// What a cell can say; nothing for cells that the company does not set. Changing settings is an administrator's alone: whoever
/// may could give themselves all the rest.
pub fn choices(entity: Entity, action: Action) -> &'static [Reach] {
    use {Action as A, Entity as E};
    match (entity, action) {
        (E::Lead | E::Client | E::Deal, A::Read | A::Write | A::Assign | A::Export)
        | (E::Deal, A::Waive)
        | (E::Task, A::Write)
        | (E::Report, A::Read) => &Reach::ALL,
        (E::Catalog | E::Form | E::Process, A::Read | A::Write) | (E::Settings, A::Read) => {
            &[Reach::None, Reach::All]
        }
        _ => &[],
    }
}

/// A cell of a role's row with what it says; forms and the database write it `deal.write.own`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub entity: Entity,
    pub action: Action,
    pub reach: Reach,
}

impl Cell {
    pub fn parse(text: &str) -> Option<Cell> {
        let mut parts = text.split('.');
        let (entity, action, reach) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Cell {
            entity: Entity::ALL.into_iter().find(|known| known.code() == entity)?,
            action: Action::ALL.into_iter().find(|known| known.code() == action)?,
            reach: Reach::ALL.into_iter().find(|known| known.code() == reach)?,
        })
    }

    /// The cell's place in its row.
    pub fn name(self) -> String {
        format!("{}.{}", self.entity.code(), self.action.code())
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.entity.code(), self.action.code(), self.reach.code())
    }
}

/// Every role's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix([Rights; Role::ALL.len()]);

impl Default for Matrix {
    fn default() -> Self {
        Matrix(Role::ALL.map(Rights::standard))
    }
}

impl Matrix {
    pub fn of(&self, role: Role) -> Rights {
        self.0[role as usize]
    }

    pub fn set(&mut self, role: Role, rights: Rights) {
        self.0[role as usize] = rights;
    }
}

fn standard(role: Role, entity: Entity, action: Action) -> Reach {
    use {Action as A, Entity as E, Reach as R, Role as L};
    match (role, entity, action) {
        (L::Admin, _, _) => R::All,
        (L::HeadOfSales, E::Settings | E::Form, A::Read) => R::All,
        (L::HeadOfSales, E::Settings | E::Form, _) => R::None,
        (L::HeadOfSales, _, _) => R::All,
        (L::SalesRep, E::Lead | E::Client | E::Deal | E::Task, A::Read) => R::Team,
        (L::SalesRep, E::Lead | E::Client | E::Deal | E::Task, A::Write) => R::Own,
        (L::SalesRep, E::Report, A::Read) => R::Team,
        (L::SalesRep | L::Delivery | L::Marketer | L::Viewer, E::Catalog | E::Process, A::Read) => R::All,
        (L::Delivery, E::Deal | E::Client | E::Task, A::Read) => R::Team,
        (L::Delivery, E::Deal | E::Task, A::Write) => R::Own,
        (L::Marketer, E::Lead | E::Report, A::Read | A::Export)
        | (L::Marketer, E::Form, A::Read | A::Write) => R::All,
        (L::Viewer, E::Lead | E::Client | E::Deal | E::Task | E::Report, A::Read) => R::All,
        _ => R::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    #[test]
    fn a_cell_keeps_what_it_was_given_and_leaves_the_others() {
        for role in Role::ALL {
            for entity in Entity::ALL {
                for action in Action::ALL {
                    for reach in Reach::ALL {
                        let before = Rights::standard(role);
                        let after = before.with(entity, action, reach);
                        assert_eq!(after.reach(entity, action), reach);
                        assert_eq!(after.with(entity, action, before.reach(entity, action)), before);
                    }
                }
            }
        }
        assert_eq!(Rights::standard(Role::Admin), Rights::EVERYTHING);
    }

    #[test]
    fn cells_are_written_and_read_alike() {
        for cell in Rights::standard(Role::SalesRep).cells() {
            assert_eq!(Cell::parse(&cell.to_string()), Some(cell));
        }
        for nonsense in ["", "lead", "lead.read", "lead.read.some", "cow.read.all"] {
            assert_eq!(Cell::parse(nonsense), None, "{nonsense}");
        }
        let kept = "deal.write.own nonsense lead.read.none lead.phone.hidden deal.amount.read_only";
        let rights = Rights::standard(Role::Viewer).with_entries(kept);
        assert_eq!(rights.shown(Field::LeadPhone), Shown::Hidden);
        let differing = rights.beside(Rights::standard(Role::Viewer));
        let differing: Vec<_> =
            differing.into_iter().map(|(name, value)| format!("{name}.{value}")).collect();
        assert_eq!(
            differing,
            ["lead.read.none", "deal.write.own", "lead.phone.hidden", "deal.amount.read_only"]
        );
        assert_eq!(rights.reach(Entity::Deal, Action::Write), Reach::Own);
        assert_eq!(rights.reach(Entity::Lead, Action::Read), Reach::None);
    }

    #[test]
    fn what_may_not_stand_is_named_by_its_cell() {
        for role in Role::ALL {
            assert_eq!(Rights::standard(role).check(role), Ok(()), "{role:?}");
        }
        let named = |role, rights: Rights| match rights.check(role) {
            Err(Problem::Invalid { fields }) => fields.into_iter().map(|f| f.field).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let admin = Rights::standard(Role::Admin).with(Entity::Task, Action::Write, Reach::Own);
        assert_eq!(named(Role::Admin, admin), ["task.write"]);
        let blind = Rights::standard(Role::Admin).with_shown(Field::LeadEmail, Shown::Hidden);
        assert_eq!(named(Role::Admin, blind), ["lead.email"]);
        let rep = Rights::standard(Role::SalesRep);
        let further =
            rep.with(Entity::Deal, Action::Write, Reach::All).with(Entity::Catalog, Action::Read, Reach::Own);
        assert_eq!(named(Role::SalesRep, further), ["deal.write", "catalog.read"]);
        let blind = rep.with(Entity::Lead, Action::Read, Reach::None);
        assert_eq!(named(Role::SalesRep, blind), ["lead.write"]);
        let configuring = rep.with(Entity::Settings, Action::Write, Reach::All);
        assert_eq!(named(Role::SalesRep, configuring), ["settings.write"]);
    }

    #[test]
    fn nobody_but_an_administrator_is_let_into_changing_settings() {
        assert!(choices(Entity::Settings, Action::Write).is_empty());
        let cells = Rights::EVERYTHING.cells();
        assert!(
            cells.into_iter().all(|cell| (cell.entity, cell.action) != (Entity::Settings, Action::Write))
        );
    }
}
