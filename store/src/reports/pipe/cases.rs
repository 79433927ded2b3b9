//! What happened to the deals of a cohort, told deal by deal.

use std::ops::ControlFlow;
use std::pin::pin;

use chrono::{DateTime, Utc};
use domain::access::{Action, Actor, Entity};
use domain::deal::DealStatus;
use domain::funnel::day_number;
use domain::id::{CheckItemId, StageId};
use domain::pipe::{Arrival, Event, Leak, Log, PipeFilter, Versions, What, check};
use domain::pipeline::{DealField, Logging, Pipeline, Requirement};
use domain::task::TaskKind;
use domain::{Money, Outcome};
use futures::TryStreamExt;
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{ColumnTrait, FromQueryResult, Statement, StreamTrait};
use uuid::Uuid;

use super::shows_others;
use crate::entity::deal;
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::scope::{Owned, scope};
use crate::{Db, dialect};

/// The columns of the cohort, by which [`EVENTS`] knows them.
const COLUMNS: [(deal::Column, &str); 17] = [
    (deal::Column::Id, "id"),
    (deal::Column::Number, "number"),
    (deal::Column::CreatedAt, "created_at"),
    (deal::Column::OpenedDay, "opened_day"),
    (deal::Column::OwnerId, "owner_id"),
    (deal::Column::LeadId, "lead_id"),
    (deal::Column::Status, "status"),
    (deal::Column::StageId, "stage_id"),
    (deal::Column::AmountMinor, "amount_minor"),
    (deal::Column::Currency, "currency"),
    (deal::Column::Channel, "channel"),
    (deal::Column::ContactId, "contact_id"),
    (deal::Column::AccountId, "account_id"),
    (deal::Column::ServiceId, "service_id"),
    (deal::Column::ExpectedClose, "expected_close"),
    (deal::Column::LossReasonId, "loss_reason_id"),
    (deal::Column::LostFromStageId, "lost_from_stage_id"),
];

/// The versions of the process that the deals moved under, then deal by deal, newest first, everything that happened to it: moves in
/// the order in which they were made, the rest in any. The first branch has a value of every type, so that PostgreSQL knows the types
/// of the others' NULLs. A call is one in which the client was reached: bodies are written by one serializer, hence the exact text.
const EVENTS: &str = "\
    SELECT 1 AS ord, c.created_at AS born, c.id AS deal, 'deal' AS what, c.created_at AS at, c.created_at AS then_at, \
           c.owner_id AS to_id, c.stage_id AS from_id, c.status AS code, c.channel AS note, c.number AS figure, \
           c.amount_minor AS total, c.currency AS unit, c.opened_day AS day, c.id AS row_id, CAST( \
             CASE WHEN c.expected_close IS NULL THEN 0 ELSE 1 END + CASE WHEN c.contact_id IS NULL THEN 0 ELSE 2 END + \
             CASE WHEN c.account_id IS NULL THEN 0 ELSE 4 END + CASE WHEN c.service_id IS NULL THEN 0 ELSE 8 END + \
             CASE WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.deal_id = c.id AND t.done_at IS NULL) THEN 16 ELSE 0 END \
           AS bigint) AS flags FROM cohort c \
    UNION ALL \
    SELECT 0, v.at, v.pipeline_id, 'version', v.at, NULL, NULL, NULL, v.body, '', v.number, NULL, NULL, 0, NULL, 0 \
      FROM process_versions v WHERE (v.pipeline_id, v.number) IN \
        (SELECT s.pipeline_id, s.process_version FROM cohort c JOIN stage_changes s ON s.deal_id = c.id) \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'lost', c.created_at, NULL, c.loss_reason_id, c.lost_from_stage_id, '', '', 0, NULL, NULL, 0, NULL, 0 \
      FROM cohort c WHERE c.status = 'lost' \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'lead', l.created_at, l.answer_due_at, NULL, NULL, '', '', 0, NULL, NULL, 0, NULL, 0 \
      FROM cohort c JOIN leads l ON l.id = c.lead_id \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'answered', l.first_response_at, l.answer_due_at, NULL, NULL, '', '', 0, NULL, NULL, 0, NULL, 0 \
      FROM cohort c JOIN leads l ON l.id = c.lead_id WHERE l.first_response_at IS NOT NULL \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'entered', s.at, NULL, s.to_stage_id, s.from_stage_id, '', '', s.process_version, NULL, NULL, 0, s.id, 0 \
      FROM cohort c JOIN stage_changes s ON s.deal_id = c.id \
    UNION ALL \
    SELECT 1, h.born, h.id, 'happened', h.at, NULL, NULL, NULL, \
           CASE WHEN h.kind = 'call' AND h.body NOT LIKE '%\"outcome\":\"reached\"%' THEN 'tried' ELSE h.kind END, \
           '', 0, NULL, NULL, 0, NULL, 0 \
      FROM (SELECT c.created_at AS born, c.id AS id, a.at AS at, a.kind AS kind, a.body AS body \
              FROM cohort c JOIN activities a ON a.deal_id = c.id \
            UNION ALL \
            SELECT c.created_at, c.id, a.at, a.kind, a.body \
              FROM cohort c JOIN activities a ON a.lead_id = c.lead_id AND a.deal_id IS NULL) h \
     WHERE h.kind IN ('call', 'meeting', 'note', 'task_done', 'offer_sent', 'offer_viewed', 'offer_accepted', \
                      'offer_declined', 'act_issued', 'act_signed', 'feedback_asked', 'feedback_given') \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'done', t.done_at, t.due_at, NULL, NULL, t.kind, '', 0, NULL, NULL, 0, NULL, 0 \
      FROM cohort c JOIN tasks t ON t.deal_id = c.id WHERE t.done_at IS NOT NULL \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'ticked', k.at, NULL, k.item_id, NULL, '', '', 0, NULL, NULL, 0, NULL, 0 \
      FROM cohort c JOIN deal_ticks k ON k.deal_id = c.id \
    UNION ALL \
    SELECT 1, c.created_at, c.id, 'waived', w.at, NULL, NULL, NULL, w.requirement, '', 0, NULL, NULL, 0, NULL, 0 \
      FROM cohort c JOIN waivers w ON w.deal_id = c.id \
    ORDER BY ord, born DESC, deal DESC, row_id";

/// The fields whose being filled is a bit of `flags`, in the order of the bits; then comes whether something is planned.
const FLAGS: [DealField; 4] =
    [DealField::ExpectedClose, DealField::Contact, DealField::Account, DealField::Service];

/// A row of [`EVENTS`].
#[derive(FromQueryResult)]
struct Row {
    deal: Uuid,
    what: String,
    at: DateTime<Utc>,
    then_at: Option<DateTime<Utc>>,
    to_id: Option<Uuid>,
    from_id: Option<Uuid>,
    code: String,
    note: String,
    figure: i64,
    total: Option<i64>,
    unit: Option<String>,
    day: i32,
    flags: i64,
}

/// A deal with its log.
#[derive(Default)]
pub(super) struct Case {
    pub(super) facts: Facts,
    pub(super) log: Log,
}

/// What a deal is now.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) id: Uuid,
    /// As [`domain::funnel::day_number`] counts.
    pub(super) opened_day: i32,
    pub(super) number: i64,
    pub(super) owner: Option<Uuid>,
    pub(super) stage: Option<StageId>,
    pub(super) status: Option<DealStatus>,
    pub(super) channel: String,
    pub(super) amount: Option<Money>,
    pub(super) lost_for: Option<Uuid>,
    pub(super) lost_from: Option<StageId>,
}

/// Rows of whom the filter names, within what the actor's reports reach: those of others only for whom the pipe shows others.
pub(super) fn chosen<T: Owned>(actor: &Actor, reference: &Reference, filter: &PipeFilter) -> Condition {
    let mut all = Condition::all().add(scope::<T>(actor, Entity::Report, Action::Read));
    if !shows_others(actor, reference) {
        all = all.add(T::OWNER.eq(actor.user.map(|user| user.0)));
    }
    if let Some(owner) = filter.owner {
        all = all.add(T::OWNER.eq(owner.0));
    }
    if let Some(team) = filter.team {
        all = all.add(T::TEAM.eq(team.0));
    }
    all
}

/// Deals whose logs are held against the process.
pub(super) struct Cohort<'a> {
    pipeline: &'a Pipeline,
    deals: Condition,
}

impl<'a> Cohort<'a> {
    pub(super) fn new(
        actor: &Actor,
        reference: &Reference,
        pipeline: &'a Pipeline,
        filter: &PipeFilter,
    ) -> Self {
        let from = filter.from.map(|day| deal::Column::OpenedDay.gte(day_number(day)));
        let until = filter.until.map(|day| deal::Column::OpenedDay.lte(day_number(day)));
        let deals = chosen::<deal::Entity>(actor, reference, filter)
            .add(deal::Column::PipelineId.eq(pipeline.id.0))
            .add_option(from)
            .add_option(until);
        Cohort { pipeline, deals }
    }

    /// Tells each deal with its leaks, newest first, until `see` has seen enough.
    pub(super) async fn each(
        self,
        db: &Db,
        mut see: impl FnMut(Case, &[Leak]) -> ControlFlow<()>,
    ) -> Outcome<()> {
        let now = db.now();
        let mut versions = Versions::default();
        versions.add(self.pipeline.clone());
        let statement = self.statement(db);
        let mut rows = pin!(db.read().stream_raw(statement).await.db()?);
        let mut open = Case::default();
        while let Some(row) = rows.try_next().await.db()? {
            let row = Row::from_query_result(&row, "").db()?;
            if row.what == "version" {
                let version: Pipeline = serde_json::from_str(&row.code).map_err(broken)?;
                if version.id == self.pipeline.id {
                    versions.add(version);
                }
                continue;
            }
            if row.deal != open.facts.id {
                let done = std::mem::take(&mut open);
                if done.is_whole() {
                    let leaks = check(&done.log, &versions, now);
                    if see(done, &leaks).is_break() {
                        return Ok(());
                    }
                }
                open.facts.id = row.deal;
            }
            open.take(row)?;
        }
        if open.is_whole() {
            let leaks = check(&open.log, &versions, now);
            let _ = see(open, &leaks);
        }
        Ok(())
    }

    fn statement(&self, db: &Db) -> Statement {
        let select = Query::select()
            .columns(COLUMNS.map(|(column, _)| (deal::Entity, column)))
            .from(deal::Entity)
            .cond_where(self.deals.clone())
            .take();
        let names = COLUMNS.map(|(_, name)| name).join(", ");
        dialect::reading(db.read(), &format!("cohort ({names})"), &select, EVENTS)
    }
}

impl Case {
    /// Whether the deal's own row was there.
    fn is_whole(&self) -> bool {
        self.facts.status.is_some()
    }

    fn take(&mut self, row: Row) -> Outcome<()> {
        match row.what.as_str() {
            "deal" => self.take_facts(row),
            "lost" => {
                self.facts.lost_for = row.to_id;
                self.facts.lost_from = row.from_id.map(StageId);
                Ok(())
            }
            "lead" | "answered" => {
                let due_at = row.then_at.ok_or_else(|| broken("a lead that was promised nothing"))?;
                let arrival = self.log.arrival.get_or_insert(Arrival { due_at, answered_at: None });
                if row.what == "answered" {
                    arrival.answered_at = Some(row.at);
                }
                Ok(())
            }
            _ => {
                let what = what(&row)?;
                self.log.events.push(Event { at: row.at, what });
                Ok(())
            }
        }
    }

    fn take_facts(&mut self, row: Row) -> Outcome<()> {
        let status = DealStatus::from_code(&row.code).ok_or_else(|| broken("a deal of no status"))?;
        let is_set = |bit: usize| (row.flags >> bit) & 1 == 1;
        let filled = FLAGS.into_iter().enumerate().filter(|(bit, _)| is_set(*bit));
        self.log.filled = filled.map(|(_, field)| field).collect();
        self.log.filled.extend(row.total.map(|_| DealField::Amount));
        self.log.filled.extend(row.to_id.map(|_| DealField::Owner));
        self.log.planned = is_set(FLAGS.len());
        self.facts = Facts {
            id: row.deal,
            opened_day: row.day,
            number: row.figure,
            owner: row.to_id,
            stage: row.from_id.map(StageId),
            status: Some(status),
            channel: row.note,
            amount: deal::money(row.total, row.unit.as_deref()),
            lost_for: self.facts.lost_for,
            lost_from: self.facts.lost_from,
        };
        Ok(())
    }

    /// The stages that the deal entered, in the order of time.
    pub(super) fn entered(&self) -> Vec<(DateTime<Utc>, StageId)> {
        let entered = self.log.events.iter().filter_map(|event| match event.what {
            What::Entered { to, .. } => Some((event.at, to)),
            _ => None,
        });
        let mut entered: Vec<_> = entered.collect();
        entered.sort_by_key(|(at, _)| *at);
        entered
    }
}

fn what(row: &Row) -> Outcome<What> {
    let unknown = || broken(format_args!("{} of no kind", row.what));
    Ok(match row.what.as_str() {
        "entered" => What::Entered {
            from: row.from_id.map(StageId),
            to: row.to_id.map(StageId).ok_or_else(unknown)?,
            version: i32::try_from(row.figure).map_err(broken)?,
        },
        "done" => What::TaskDone {
            kind: TaskKind::from_code(&row.code).ok_or_else(unknown)?,
            due_at: row.then_at.ok_or_else(unknown)?,
        },
        "ticked" => What::Ticked(row.to_id.map(CheckItemId).ok_or_else(unknown)?),
        "waived" => What::Waived(Requirement::from_code(&row.code).ok_or_else(unknown)?),
        _ => match row.code.as_str() {
            "call" => What::Logged(Logging::Call),
            "meeting" => What::Logged(Logging::Meeting),
            "note" => What::Logged(Logging::Note),
            "offer_sent" => What::OfferSent,
            "offer_accepted" => What::OfferAccepted,
            "act_issued" => What::ActIssued,
            "act_signed" => What::ActSigned,
            "feedback_asked" => What::FeedbackAsked,
            _ => What::Touched,
        },
    })
}
