//! Opportunities become deals.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::plan::{At, Builder};
use super::values::{clean, day, key};
use super::{File, OpportunityRow, PlannedDeal, Repair, Stage};
use crate::access::Role;
use crate::{Fault, Money};

/// What a row says, read but not yet put together: the earliest day of the file is known only after the last row.
struct Read<'a> {
    at: At,
    row: &'a OpportunityRow,
    external_ref: String,
    stage: Stage,
    engaged: Option<NaiveDate>,
    closed: Option<NaiveDate>,
}

impl Builder {
    pub(super) fn opportunities(&mut self, rows: &[OpportunityRow]) {
        let mut seen: HashMap<String, &OpportunityRow> = HashMap::new();
        let mut read = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let at = At { file: File::SalesPipeline, index };
            let Some(external_ref) = self.name(at, "opportunity_id", &row.opportunity_id) else { continue };
            match seen.get(&external_ref) {
                Some(known) if *known == row => self.note(Repair::Repeated),
                Some(_) => self.bad(at, "opportunity_id", Fault::Taken),
                None => {
                    seen.insert(external_ref.clone(), row);
                    let (engaged, closed) = (
                        self.day(at, "engage_date", &row.engage_date),
                        self.day(at, "close_date", &row.close_date),
                    );
                    match stage(&row.deal_stage) {
                        Some(stage) => read.push(Read { at, row, external_ref, stage, engaged, closed }),
                        None => self.bad(at, "deal_stage", Fault::Unknown),
                    }
                }
            }
        }
        let earliest = read.iter().flat_map(|read| [read.engaged, read.closed]).flatten().min();
        for read in read {
            self.opportunity(&read, earliest);
        }
    }

    fn day(&mut self, at: At, column: &'static str, text: &str) -> Option<NaiveDate> {
        if text.trim().is_empty() {
            return None;
        }
        let Some((day, short)) = day(text) else {
            self.bad(at, column, Fault::NotADate);
            return None;
        };
        if short {
            self.note(Repair::TwoDigitYears);
        }
        Some(day)
    }

    fn opportunity(&mut self, read: &Read, earliest: Option<NaiveDate>) {
        let Some(earliest) = earliest else {
            self.bad(read.at, "engage_date", Fault::Required);
            return;
        };
        let (created, closed) = self.days(read, earliest);
        let owner = match self.maybe(read.at, "sales_agent", &read.row.sales_agent) {
            Some(name) => {
                if !self.people.contains_key(&key(&name)) {
                    self.note(Repair::UnknownAgent { name: name.clone() });
                }
                Some(self.person(&name, Role::SalesRep))
            }
            None => {
                self.note(Repair::WithoutAgent);
                None
            }
        };
        let (title, service) = self.product(read);
        let account = self.account_of(read);
        let price = service.map(|place| self.plan.services[place].price);
        let amount = self.amount(read, price);
        self.plan.deals.push(PlannedDeal {
            external_ref: read.external_ref.clone(),
            title,
            owner,
            account,
            service,
            stage: read.stage,
            created,
            closed,
            expected_close: read.closed.filter(|_| closed.is_none()),
            amount,
        });
    }

    /// The days of engagement (or creation) and of closing.
    fn days(&mut self, read: &Read, earliest: NaiveDate) -> (NaiveDate, Option<NaiveDate>) {
        match (read.stage, read.engaged, read.closed) {
            (Stage::Prospecting | Stage::Engaging, Some(engaged), _) => (engaged, None),
            (Stage::Prospecting, None, _) => {
                self.note(Repair::ProspectingWithoutDate);
                (earliest, None)
            }
            (Stage::Engaging, None, _) => {
                self.note(Repair::WithoutEngageDate);
                (earliest, None)
            }
            (Stage::Won | Stage::Lost, Some(engaged), Some(closed)) if closed < engaged => {
                self.note(Repair::ClosedBeforeEngaged);
                (closed, Some(closed))
            }
            (Stage::Won | Stage::Lost, Some(engaged), Some(closed)) => (engaged, Some(closed)),
            (Stage::Won | Stage::Lost, Some(engaged), None) => {
                self.note(Repair::WithoutCloseDate);
                (engaged, Some(engaged))
            }
            (Stage::Won | Stage::Lost, None, closed) => {
                self.note(Repair::WithoutEngageDate);
                if closed.is_none() {
                    self.note(Repair::WithoutCloseDate);
                }
                let closed = closed.unwrap_or(earliest);
                (closed, Some(closed))
            }
        }
    }

    /// The deal's title and its place in the catalog.
    fn product(&mut self, read: &Read) -> (String, Option<usize>) {
        let Some(name) = self.maybe(read.at, "product", &read.row.product) else {
            self.note(Repair::WithoutProduct);
            return (read.external_ref.clone(), None);
        };
        match self.services.get(&key(&name)).copied() {
            Some(place) => {
                let known = self.plan.services[place].name.clone();
                self.respelled(&name, &known);
                (known, Some(place))
            }
            None => {
                self.note(Repair::UnknownProduct { name: name.clone() });
                (name, None)
            }
        }
    }

    fn account_of(&mut self, read: &Read) -> Option<usize> {
        let Some(name) = self.maybe(read.at, "account", &read.row.account) else {
            self.note(Repair::WithoutAccount);
            return None;
        };
        Some(match self.accounts.get(&key(&name)).copied() {
            Some(place) => {
                let known = self.plan.accounts[place].name.clone();
                self.respelled(&name, &known);
                place
            }
            None => {
                self.note(Repair::UnknownAccount { name: name.clone() });
                self.account(name)
            }
        })
    }

    fn amount(&mut self, read: &Read, price: Option<Money>) -> Option<Money> {
        let value = clean(&read.row.close_value);
        let value =
            if value.is_empty() { None } else { Some(self.dollars(read.at, "close_value", &value)?) };
        match (read.stage, value) {
            (Stage::Won, None) => {
                self.note(Repair::WonWithoutValue);
                None
            }
            (Stage::Lost, value) if value.is_none_or(|value| value.minor == 0) => {
                self.note(Repair::LostAtListPrice);
                price
            }
            (Stage::Prospecting | Stage::Engaging, None) => {
                self.note(Repair::OpenAtListPrice);
                price
            }
            (_, value) => value,
        }
    }
}

fn stage(text: &str) -> Option<Stage> {
    Stage::ALL.into_iter().find(|stage| stage.name().eq_ignore_ascii_case(text.trim()))
}
