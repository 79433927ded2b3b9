//! Records that another program kept: rows of its files become a plan of what to store, with a list of everything that was
//! repaired on the way. Nothing is written here; `store::imports` carries the plan out.
//!
//! The shape is that of the public data set "CRM sales opportunities": accounts, products, sales teams and a sales pipeline.

mod opportunities;
mod plan;
mod values;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::access::Role;
use crate::{Fault, Money};

/// The files of the data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    Accounts,
    Products,
    SalesTeams,
    SalesPipeline,
}

impl File {
    pub fn name(self) -> &'static str {
        match self {
            File::Accounts => "accounts.csv",
            File::Products => "products.csv",
            File::SalesTeams => "sales_teams.csv",
            File::SalesPipeline => "sales_pipeline.csv",
        }
    }
}

/// A row of `accounts.csv`, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct AccountRow {
    pub account: String,
    pub sector: String,
    pub year_established: String,
    /// Millions of dollars.
    pub revenue: String,
    pub employees: String,
    pub office_location: String,
    pub subsidiary_of: String,
}

/// A row of `products.csv`; the price is in dollars.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct ProductRow {
    pub product: String,
    pub series: String,
    pub sales_price: String,
}

/// A row of `sales_teams.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct TeamRow {
    pub sales_agent: String,
    pub manager: String,
    pub regional_office: String,
}

/// A row of `sales_pipeline.csv`; columns that follow from these are not read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct OpportunityRow {
    pub opportunity_id: String,
    pub sales_agent: String,
    pub product: String,
    pub account: String,
    pub deal_stage: String,
    /// `dd-mm-yy`.
    pub engage_date: String,
    pub close_date: String,
    /// Dollars; 0 for lost ones, empty for open ones.
    pub close_value: String,
}

/// The four files.
#[derive(Debug, Clone, Default)]
pub struct Source {
    pub accounts: Vec<AccountRow>,
    pub products: Vec<ProductRow>,
    pub teams: Vec<TeamRow>,
    pub opportunities: Vec<OpportunityRow>,
}

/// A cell that cannot be understood; `row` counts the header as 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    pub file: File,
    pub row: usize,
    pub column: &'static str,
    pub fault: Fault,
}

/// What is to be stored. Records name each other by their place in these lists.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub people: Vec<PlannedPerson>,
    pub teams: Vec<PlannedTeam>,
    pub categories: Vec<String>,
    pub services: Vec<PlannedService>,
    pub accounts: Vec<PlannedAccount>,
    pub deals: Vec<PlannedDeal>,
    /// Everything that was not taken literally, and how often.
    pub repairs: BTreeMap<Repair, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPerson {
    pub name: String,
    /// Invented from the name; under `.invalid` nothing is ever delivered.
    pub email: String,
    pub role: Role,
    pub team: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTeam {
    pub name: String,
    /// Place among the people.
    pub head: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedService {
    pub code: String,
    pub name: String,
    pub category: Option<usize>,
    pub price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAccount {
    pub name: String,
    /// What the file knows of it and Millrace has no field for, as a note; empty when nothing.
    pub facts: String,
}

/// A stage of the pipeline that the opportunities went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Prospecting,
    Engaging,
    Won,
    Lost,
}

impl Stage {
    pub const ALL: [Stage; 4] = [Stage::Prospecting, Stage::Engaging, Stage::Won, Stage::Lost];

    /// The name in the file and in the imported pipeline.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Prospecting => "Prospecting",
            Stage::Engaging => "Engaging",
            Stage::Won => "Won",
            Stage::Lost => "Lost",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDeal {
    /// The opportunity's id: what tells that it was imported already.
    pub external_ref: String,
    /// The product's name.
    pub title: String,
    pub owner: Option<usize>,
    pub account: Option<usize>,
    pub service: Option<usize>,
    pub stage: Stage,
    /// Day of the engagement; the earliest day of the file where there is none.
    pub created: NaiveDate,
    /// Day it was won or lost.
    pub closed: Option<NaiveDate>,
    /// Closing day that the file has for an open one.
    pub expected_close: Option<NaiveDate>,
    /// The closing value where there is one, else the product's price: for lost ones that is what was at stake, as everywhere
    /// in Millrace, and not the 0 that the file has.
    pub amount: Option<Money>,
}

impl PlannedDeal {
    /// Its way: from which stage to which, and when.
    pub fn steps(&self) -> Vec<(Option<Stage>, Stage, NaiveDate)> {
        let mut steps = vec![(None, Stage::Prospecting, self.created)];
        if self.stage != Stage::Prospecting {
            steps.push((Some(Stage::Prospecting), Stage::Engaging, self.created));
        }
        if let Some(closed) = self.closed {
            steps.push((Some(Stage::Engaging), self.stage, closed));
        }
        steps
    }

    /// When it entered the stage it is in.
    pub fn stage_entered(&self) -> NaiveDate {
        self.closed.unwrap_or(self.created)
    }
}

/// Something that was not taken literally.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repair {
    /// Another spelling of a known name, or a known misspelling.
    Respelled {
        from: String,
        to: String,
    },
    /// Years of two digits, counted by dates.
    TwoDigitYears,
    WithoutAccount,
    WithoutAgent,
    WithoutProduct,
    /// Not in `accounts.csv`: made by its name alone.
    UnknownAccount {
        name: String,
    },
    /// Not in `products.csv`: kept as the deal's title.
    UnknownProduct {
        name: String,
    },
    /// Not in `sales_teams.csv`: made without a team.
    UnknownAgent {
        name: String,
    },
    /// An agent in more than one team stays in the first one.
    InTwoTeams {
        name: String,
    },
    /// A parent that is not in `accounts.csv`: kept as text.
    UnknownParent {
        name: String,
    },
    /// Counted from the earliest day of the file.
    ProspectingWithoutDate,
    /// Engaged or closed without a day of engagement: the closing day, or the earliest day of the file.
    WithoutEngageDate,
    /// Closed without a day: the day of engagement.
    WithoutCloseDate,
    /// Engaged after it was closed: engaged on the closing day.
    ClosedBeforeEngaged,
    /// Lost ones have 0 for a value.
    LostAtListPrice,
    /// Open ones have no value yet.
    OpenAtListPrice,
    WonWithoutValue,
    /// The same row again, stored once.
    Repeated,
}

#[cfg(test)]
mod tests;
