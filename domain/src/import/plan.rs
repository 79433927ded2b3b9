//! The plan, made table by table; every bad cell is named before anything is refused.

use std::collections::HashMap;

use super::values::{clean, code, corrected, email, key};
use super::{
    AccountRow, BadCell, File, Plan, PlannedAccount, PlannedPerson, PlannedService, PlannedTeam, Repair,
    Source,
};
use crate::access::Role;
use crate::money::parse_decimal;
use crate::offer::MAX_PRICE_MINOR;
use crate::{Currency, Fault, Money};

const NAME_MAX: usize = 200;
/// What the catalog takes.
const CODE_MAX: usize = 40;

impl Source {
    /// What to store; or every cell that cannot be understood, and then nothing is to be stored.
    pub fn plan(&self) -> Result<Plan, Vec<BadCell>> {
        let mut builder = Builder::default();
        builder.catalog(self);
        builder.people(self);
        builder.accounts(self);
        builder.opportunities(&self.opportunities);
        if builder.bad.is_empty() { Ok(builder.plan) } else { Err(builder.bad) }
    }
}

/// Places of names in a list of the plan, found by any spelling.
pub(super) type Names = HashMap<String, usize>;

#[derive(Default)]
pub(super) struct Builder {
    pub(super) plan: Plan,
    pub(super) bad: Vec<BadCell>,
    pub(super) services: Names,
    pub(super) people: Names,
    pub(super) accounts: Names,
}

/// Where a cell stands; rows are counted from 0 without the header.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) file: File,
    pub(super) index: usize,
}

impl Builder {
    pub(super) fn bad(&mut self, at: At, column: &'static str, fault: Fault) {
        self.bad.push(BadCell { file: at.file, row: at.index + 2, column, fault });
    }

    pub(super) fn note(&mut self, repair: Repair) {
        *self.plan.repairs.entry(repair).or_default() += 1;
    }

    pub(super) fn respelled(&mut self, from: &str, to: &str) {
        if from != to {
            self.note(Repair::Respelled { from: from.to_owned(), to: to.to_owned() });
        }
    }

    /// A name that must be there: something with a letter or digit in it.
    pub(super) fn name(&mut self, at: At, column: &'static str, text: &str) -> Option<String> {
        let name = clean(text);
        if key(&name).is_empty() {
            self.bad(at, column, Fault::Required);
            None
        } else {
            self.fits(at, column, name)
        }
    }

    /// A name that may be missing.
    pub(super) fn maybe(&mut self, at: At, column: &'static str, text: &str) -> Option<String> {
        let name = clean(text);
        if key(&name).is_empty() { None } else { self.fits(at, column, name) }
    }

    fn fits(&mut self, at: At, column: &'static str, name: String) -> Option<String> {
        if name.chars().count() > NAME_MAX {
            self.bad(at, column, Fault::TooLong(NAME_MAX as u32));
            return None;
        }
        Some(name)
    }

    /// An amount in dollars.
    pub(super) fn dollars(&mut self, at: At, column: &'static str, text: &str) -> Option<Money> {
        match parse_decimal(text, 2) {
            Some(minor) if (0..=MAX_PRICE_MINOR).contains(&minor) => Some(Money::new(minor, Currency::Usd)),
            Some(_) => {
                self.bad(at, column, Fault::OutOfRange);
                None
            }
            None => {
                self.bad(at, column, Fault::NotAnAmount);
                None
            }
        }
    }

    fn catalog(&mut self, source: &Source) {
        let mut series = Names::new();
        for (index, row) in source.products.iter().enumerate() {
            let at = At { file: File::Products, index };
            let Some(name) = self.name(at, "product", &row.product) else { continue };
            let Some(price) = self.dollars(at, "sales_price", &row.sales_price) else { continue };
            if let Some(known) = self.services.get(&key(&name)) {
                // Two prices for one product: nobody can say which one holds.
                if self.plan.services[*known].price == price {
                    self.note(Repair::Repeated);
                } else {
                    self.bad(at, "product", Fault::Taken);
                }
                continue;
            }
            let category = self.maybe(at, "series", &row.series).map(|name| {
                *series.entry(key(&name)).or_insert_with(|| {
                    self.plan.categories.push(name);
                    self.plan.categories.len() - 1
                })
            });
            self.services.insert(key(&name), self.plan.services.len());
            let code = code(&name).chars().take(CODE_MAX).collect();
            self.plan.services.push(PlannedService { code, name, category, price });
        }
    }

    fn people(&mut self, source: &Source) {
        let mut teams = Names::new();
        for (index, row) in source.teams.iter().enumerate() {
            let at = At { file: File::SalesTeams, index };
            let Some(agent) = self.name(at, "sales_agent", &row.sales_agent) else { continue };
            let team = self.maybe(at, "manager", &row.manager).map(|manager| {
                let office = self.maybe(at, "regional_office", &row.regional_office);
                let team = match office {
                    Some(office) => format!("{office} · {manager}"),
                    None => manager.clone(),
                };
                *teams.entry(key(&team)).or_insert_with(|| {
                    let place = self.plan.teams.len();
                    let head = self.person(&manager, Role::HeadOfSales);
                    self.plan.people[head].role = Role::HeadOfSales;
                    self.plan.people[head].team.get_or_insert(place);
                    self.plan.teams.push(PlannedTeam { name: team, head });
                    place
                })
            });
            let agent = self.person(&agent, Role::SalesRep);
            let person = &mut self.plan.people[agent];
            match (person.team, team) {
                (Some(_), None) => {}
                (Some(known), Some(team)) if known == team => {}
                (Some(_), Some(_)) => {
                    let name = person.name.clone();
                    self.note(Repair::InTwoTeams { name });
                }
                (None, team) => person.team = team,
            }
        }
    }

    /// The place of a person, made on first sight.
    pub(super) fn person(&mut self, name: &str, role: Role) -> usize {
        if let Some(known) = self.people.get(&key(name)).copied() {
            let known_name = self.plan.people[known].name.clone();
            self.respelled(name, &known_name);
            return known;
        }
        let place = self.plan.people.len();
        self.people.insert(key(name), place);
        self.plan.people.push(PlannedPerson { name: name.to_owned(), email: email(name), role, team: None });
        place
    }

    fn accounts(&mut self, source: &Source) {
        let mut first: HashMap<String, &AccountRow> = HashMap::new();
        for (index, row) in source.accounts.iter().enumerate() {
            let at = At { file: File::Accounts, index };
            let Some(name) = self.name(at, "account", &row.account) else { continue };
            match first.get(&key(&name)) {
                Some(known) if *known == row => self.note(Repair::Repeated),
                Some(_) => self.bad(at, "account", Fault::Taken),
                None => {
                    first.insert(key(&name), row);
                    self.account(name);
                }
            }
        }
        // Parents may stand below their subsidiaries, therefore facts are told when all names are known.
        for place in 0..self.plan.accounts.len() {
            if let Some(row) = first.get(&key(&self.plan.accounts[place].name)) {
                self.plan.accounts[place].facts = self.facts(row);
            }
        }
    }

    /// A new account at the end of the list.
    pub(super) fn account(&mut self, name: String) -> usize {
        let place = self.plan.accounts.len();
        self.accounts.insert(key(&name), place);
        self.plan.accounts.push(PlannedAccount { name, facts: String::new() });
        place
    }

    fn facts(&mut self, row: &AccountRow) -> String {
        let parent = clean(&row.subsidiary_of);
        let parent = match self.accounts.get(&key(&parent)) {
            Some(known) => {
                let name = self.plan.accounts[*known].name.clone();
                self.respelled(&parent, &name);
                name
            }
            None => {
                if !parent.is_empty() {
                    self.note(Repair::UnknownParent { name: parent.clone() });
                }
                parent
            }
        };
        let facts = [
            ("Sector", self.word(&row.sector)),
            ("Founded", clean(&row.year_established)),
            ("Revenue, million USD", clean(&row.revenue)),
            ("Employees", clean(&row.employees)),
            ("Office", self.word(&row.office_location)),
            ("Subsidiary of", parent),
        ];
        let told = facts.into_iter().filter(|(_, value)| !value.is_empty());
        told.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
    }

    fn word(&mut self, text: &str) -> String {
        let word = clean(text);
        match corrected(&word) {
            Some(right) => {
                self.respelled(&word, right);
                right.to_owned()
            }
            None => word,
        }
    }
}
