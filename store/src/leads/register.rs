//! How leads come into being: the lead, its touches and contact points, the first-call task, the activity, the news for its owner and
//! the audit entry.

use chrono::TimeDelta;
use domain::Outcome;
use domain::access::{self, Action, Actor, Entity, Ownership};
use domain::activity::{Happening, Subject};
use domain::attribution::{Attribution, Touch};
use domain::contact::PointKind;
use domain::fold::fold;
use domain::id::{FormId, LeadId};
use domain::lead::{LeadStatus, NewLead};
use domain::live::{Change, Changed};
use domain::task::TaskKind;
use sea_orm::Set;
use serde_json::json;

use crate::db::Tx;
use crate::entity::{activity, contact_point, lead, outbox, task, touch};
use crate::error::broken;
use crate::id::new_id;
use crate::intake::Visitor;
use crate::outbox::lead_arrived;
use crate::{Db, rows};

/// What a manager reads of a lead that came through no form.
const BY_HAND: &str = "Manual";
/// Minutes until the first call of such a lead is due.
pub(super) const CALL_BACK_MINUTES: i64 = 60;

/// A lead about to be registered.
pub(crate) struct Arrival<'a> {
    pub(crate) id: LeadId,
    pub(crate) visitor: &'a Visitor,
    pub(crate) form: Option<FormId>,
    pub(crate) attribution: &'a Attribution,
    pub(crate) whose: Ownership,
    /// From registration until the first call is due.
    pub(crate) call_back: TimeDelta,
    pub(crate) happening: Happening,
}

/// Leads of one transaction, inserted together: the number of statements does not grow with theirs.
pub(crate) struct Arrivals<'a> {
    tx: &'a Tx,
    next_number: i64,
    leads: Vec<lead::ActiveModel>,
    touches: Vec<touch::ActiveModel>,
    points: Vec<contact_point::ActiveModel>,
    tasks: Vec<task::ActiveModel>,
    activities: Vec<activity::ActiveModel>,
    news: Vec<outbox::ActiveModel>,
}

impl<'a> Arrivals<'a> {
    /// Takes the numbers of `count` leads.
    pub(crate) async fn begin(tx: &'a Tx, count: usize) -> Outcome<Self> {
        let next_number = tx.numbers("lead", i64::try_from(count).map_err(broken)?).await?;
        Ok(Arrivals {
            tx,
            next_number,
            leads: Vec::with_capacity(count),
            touches: Vec::with_capacity(2 * count),
            points: Vec::with_capacity(2 * count),
            tasks: Vec::with_capacity(count),
            activities: Vec::with_capacity(count),
            news: Vec::with_capacity(count),
        })
    }

    pub(crate) fn add(&mut self, actor: &Actor, arrival: Arrival<'_>) -> Outcome<()> {
        let number = self.next_number;
        self.next_number += 1;
        let now = self.tx.now();
        let Arrival { id, visitor, whose, attribution, .. } = arrival;
        let due = now + arrival.call_back;
        let facts = json!({ "number": number, "form": arrival.form, "owner": whose.owner });
        self.tx.audited(actor, "register", "lead", id.0, &facts);
        self.activities.push(activity::ActiveModel {
            id: Set(new_id()),
            at: Set(now),
            kind: Set(arrival.happening.code().to_owned()),
            actor_id: Set(actor.user.map(|user| user.0)),
            lead_id: Set(Some(id.0)),
            deal_id: Set(None),
            contact_id: Set(None),
            account_id: Set(None),
            body: Set(serde_json::to_string(&arrival.happening).map_err(broken)?),
        });
        self.tasks.push(task::ActiveModel {
            id: Set(new_id()),
            kind: Set(TaskKind::FirstCall.code().to_owned()),
            title: Set(visitor.name.clone()),
            due_at: Set(due),
            assignee_id: Set(whose.owner.map(|user| user.0)),
            team_id: Set(whose.team.map(|team| team.0)),
            lead_id: Set(Some(id.0)),
            deal_id: Set(None),
            contact_id: Set(None),
            account_id: Set(None),
            done_at: Set(None),
            done_by: Set(None),
            created_by: Set(actor.user.map(|user| user.0)),
            created_at: Set(now),
            version: Set(1),
        });
        self.touches.push(touch::row(id.0, touch::FIRST, &attribution.first));
        self.touches.push(touch::row(id.0, touch::LAST, &attribution.last));
        self.add_points(id, visitor);
        self.leads.push(lead::ActiveModel {
            id: Set(id.0),
            number: Set(number),
            form_id: Set(arrival.form.map(|form| form.0)),
            name: Set(visitor.name.clone()),
            folded: Set(fold(&format!("{} {}", visitor.name, visitor.company))),
            phone: Set(visitor.phone.clone()),
            phone_raw: Set(visitor.phone_raw.clone()),
            email: Set(visitor.email.clone()),
            company: Set(visitor.company.clone()),
            message: Set(visitor.message.clone()),
            status: Set(LeadStatus::New.code().to_owned()),
            owner_id: Set(whose.owner.map(|user| user.0)),
            team_id: Set(whose.team.map(|team| team.0)),
            created_at: Set(now),
            call_due_at: Set(Some(due)),
            answer_due_at: Set(due),
            first_response_at: Set(None),
            channel: Set(attribution.last.channel.clone()),
            campaign: Set(attribution.last.utm_campaign.clone()),
            search_engine: Set(attribution.last.search_engine.clone()),
            keyword: Set(attribution.last.keyword.clone()),
            site: Set(attribution.last.site.clone()),
            contact_id: Set(None),
            account_id: Set(None),
            deal_id: Set(None),
            loss_reason_id: Set(None),
            disqualify_note: Set(String::new()),
            disqualified_at: Set(None),
            reopened_at: Set(None),
            version: Set(1),
        });
        // Who enters a lead by hand knows of it.
        if arrival.form.is_some() && whose.owner.is_some() {
            self.news.push(lead_arrived(id, now)?);
        }
        self.tx.changed(Change::new(Changed::Arrived, Subject::Lead(id), whose));
        Ok(())
    }

    fn add_points(&mut self, id: LeadId, visitor: &Visitor) {
        for (kind, raw, normal) in [
            (PointKind::Phone, &visitor.phone_raw, &visitor.phone),
            (PointKind::Email, &visitor.email, &visitor.email),
        ] {
            if !normal.is_empty() {
                self.points.push(contact_point::ActiveModel {
                    id: Set(new_id()),
                    kind: Set(kind.code().to_owned()),
                    raw: Set(raw.clone()),
                    normal: Set(normal.clone()),
                    lead_id: Set(Some(id.0)),
                    contact_id: Set(None),
                    account_id: Set(None),
                    created_at: Set(self.tx.now()),
                });
            }
        }
    }

    pub(crate) async fn insert(self) -> Outcome<()> {
        let conn = self.tx.conn();
        rows::insert(conn, self.leads).await?;
        rows::insert(conn, self.touches).await?;
        rows::insert(conn, self.points).await?;
        rows::insert(conn, self.tasks).await?;
        rows::insert(conn, self.activities).await?;
        if !self.news.is_empty() {
            self.tx.outbox_filled();
        }
        rows::insert(conn, self.news).await
    }
}

/// A lead entered by hand; it gets the same first-call task as one from a form.
pub async fn create(db: &Db, actor: &Actor, lead: NewLead) -> Outcome<LeadId> {
    access::check_any(actor, Action::Write, Entity::Lead)?;
    let visitor = Visitor::of_lead(&lead, &db.reference().await?.settings.phone_region)?;
    let touch = Touch { channel: BY_HAND.to_owned(), ..Touch::default() };
    let attribution = Attribution { first: touch.clone(), last: touch };
    db.write(async |tx| {
        let id = LeadId(new_id());
        let mut arrivals = Arrivals::begin(tx, 1).await?;
        arrivals.add(
            actor,
            Arrival {
                id,
                visitor: &visitor,
                form: None,
                attribution: &attribution,
                whose: Ownership { owner: actor.user, team: actor.team, shared: None },
                call_back: TimeDelta::minutes(CALL_BACK_MINUTES),
                happening: Happening::LeadEntered,
            },
        )?;
        arrivals.insert().await?;
        Ok(id)
    })
    .await
}
