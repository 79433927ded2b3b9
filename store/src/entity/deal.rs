//! Sales in progress and closed ones.

use domain::access::Ownership;
use domain::activity::Subject;
use domain::deal::DealStatus;
use domain::id::{AccountId, ContactId, DealId, TeamId, UserId};
use domain::live::{Change, Changed};
use domain::{Currency, Money};
use sea_orm::entity::prelude::*;

use crate::db::Links;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    pub title: String,
    /// The title as it is searched.
    pub folded: String,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    pub status: String,
    pub stage_entered_at: DateTimeUtc,
    pub account_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub lead_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    /// Percent, where somebody overrode the stage's.
    pub probability: Option<i32>,
    pub expected_close: Option<Date>,
    pub loss_reason_id: Option<Uuid>,
    pub loss_note: String,
    /// The stage it was in when it was lost.
    pub lost_from_stage_id: Option<Uuid>,
    pub closed_at: Option<DateTimeUtc>,
    pub channel: String,
    pub campaign: String,
    pub keyword: String,
    /// First and last touch of the lead or, without one, of the contact, as JSON: shown, never filtered by.
    pub source: String,
    /// The main service of the catalog that it sells, where one is known.
    pub service_id: Option<Uuid>,
    /// Its id in the program it was imported from.
    pub external_ref: Option<String>,
    /// The open task that is due first; kept by `deals::plan_again`.
    pub next_step_at: Option<DateTimeUtc>,
    pub next_step_kind: Option<String>,
    pub next_step_title: Option<String>,
    /// The company's calendar day of its opening, counted from 1970: the cohort it belongs to. It stays what it was when the company
    /// moves to another zone.
    pub opened_day: i32,
    /// The furthest stage that it entered, by the order in force; losing is not a place one gets to.
    pub furthest_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn id(&self) -> DealId {
        DealId(self.id)
    }

    pub(crate) fn whose(&self) -> Ownership {
        Ownership { owner: self.owner_id.map(UserId), team: self.team_id.map(TeamId), shared: None }
    }

    pub(crate) fn status(&self) -> DealStatus {
        DealStatus::from_code(&self.status).unwrap_or(DealStatus::Open)
    }

    pub(crate) fn amount(&self) -> Option<Money> {
        money(self.amount_minor, self.currency.as_deref())
    }

    /// The timelines that a happening of this deal stands on.
    pub(crate) fn links(&self) -> Links {
        Links {
            lead: None,
            deal: Some(self.id()),
            contact: self.contact_id.map(ContactId),
            account: self.account_id.map(AccountId),
        }
    }

    /// What open pages are told when anything about it changed.
    pub(crate) fn change(&self) -> Change {
        Change::new(Changed::Updated, Subject::Deal(self.id()), self.whose())
    }
}

/// A sum from its two columns.
pub(crate) fn money(minor: Option<i64>, currency: Option<&str>) -> Option<Money> {
    Some(Money::new(minor?, Currency::from_code(currency?)?))
}
