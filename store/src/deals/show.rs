//! A deal with everything its page shows, in four statements.

use domain::access::{self, Action, Actor, Entity, Field, Ownership};
use domain::activity::Activity;
use domain::attribution::Attribution;
use domain::contact::{Contact, ContactPoint, PointKind};
use domain::deal::Deal;
use domain::id::{AccountId, ContactId, DealId, LeadId, LossReasonId, PipelineId, StageId};
use domain::query::PAGE;
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, NullOrdering, Order};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait,
};

use super::client::with_columns;
use super::{beside, documents, with_client};
use crate::entity::{account, activity, contact, contact_point, deal};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::shares::{SHARED, Seen};
use crate::{Db, origins, shares};

pub async fn show(db: &Db, actor: &Actor, id: DealId) -> Outcome<Deal> {
    let reference = db.reference().await?;
    let (Seen { row, shared }, account, contact) = head(db, actor, &reference, id).await?;
    let whose = Ownership { shared, ..row.whose() };
    access::check(actor, Action::Read, Entity::Deal, whose)?;
    let may_write = access::can(actor, Action::Write, Entity::Deal, whose);
    let contact = contact.map(|contact| Contact { points: actor.seen_points(contact.points), ..contact });
    let client = account.as_ref().map(|(_, name)| name.clone());
    let client = client.or_else(|| contact.as_ref().map(|c| c.name.clone())).unwrap_or_default();
    let documents = documents::of_deal(db, actor, &reference, &row, &client, may_write).await?;

    let pipeline =
        reference.pipeline(PipelineId(row.pipeline_id)).ok_or_else(|| broken("a deal of no pipeline"))?;
    // Another process may have made the stage a moment ago.
    let standard = reference.stage(StageId(row.stage_id)).map_or(0, |stage| stage.probability);
    let beside = beside::of_deal(db, &reference, &row, may_write).await?;
    let team = reference.teams.iter().find(|team| Some(team.id.0) == row.team_id);
    let loss_reason = row.loss_reason_id.and_then(|id| reference.loss_reason(LossReasonId(id)));
    Ok(Deal {
        id,
        number: row.number,
        status: row.status(),
        stage: StageId(row.stage_id),
        stage_entered_at: row.stage_entered_at,
        amount: actor.seen(Field::DealAmount, row.amount()),
        probability: row.probability.unwrap_or(standard),
        pipeline: pipeline.clone(),
        expected_close: row.expected_close,
        account,
        contact,
        lead: row.lead_id.map(LeadId),
        source: origins::read(&row.source)?,
        owner: reference.person(row.owner_id),
        whose,
        loss_reason: loss_reason.map(|reason| reason.name.clone()),
        created_at: row.created_at,
        closed_at: row.closed_at,
        version: row.version,
        evidence: documents.evidence,
        waivers: documents.waivers,
        tasks: beside.tasks,
        offers: documents.offers,
        acts: documents.acts,
        feedback: documents.feedback,
        timeline: timeline(db, actor, &reference, &row).await?,
        title: row.title,
        loss_note: row.loss_note,
        own_probability: row.probability,
        team: team.map(|team| team.name.clone()),
        service: beside.service,
        people: beside.people,
        history: beside.history,
    })
}

type Head = (Seen<deal::Model>, Option<(AccountId, String)>, Option<Contact>);

/// The deal, its account and its contact; one row per contact point.
async fn head(db: &Db, actor: &Actor, reference: &Reference, id: DealId) -> Outcome<Head> {
    let mut select = deal::Entity::find_by_id(id.0).expr_as(shares::shared(actor, deal::Column::Id), SHARED);
    let query = QueryTrait::query(&mut select);
    with_client(query);
    with_columns(query, contact::Entity, "contact_");
    query
        .join_as(
            JoinType::LeftJoin,
            account::Entity,
            "employer",
            Expr::col(("employer", "id")).equals((contact::Entity, contact::Column::AccountId)),
        )
        .left_join(
            contact_point::Entity,
            Expr::col((contact_point::Entity, contact_point::Column::ContactId))
                .equals((contact::Entity, contact::Column::Id)),
        )
        .expr_as(Expr::col(("employer", "name")), "employer_name");
    with_columns(query, contact_point::Entity, "point_");
    query.order_by_with_nulls(
        (contact_point::Entity, contact_point::Column::CreatedAt),
        Order::Asc,
        NullOrdering::Last,
    );
    query.order_by((contact_point::Entity, contact_point::Column::Id), Order::Asc);

    let rows = db.read().query_all(select.as_query()).await.db()?;
    let first = rows.first().ok_or(Problem::NotFound)?;
    let seen = Seen::<deal::Model>::from_query_result(first, "").db()?;
    let name: Option<String> = first.try_get("", "account_name").db()?;
    let account = seen.row.account_id.map(AccountId).zip(name);
    let contact = if seen.row.contact_id.is_some() { Some(client(reference, first, &rows)?) } else { None };
    Ok((seen, account, contact))
}

fn client(reference: &Reference, first: &QueryResult, rows: &[QueryResult]) -> Outcome<Contact> {
    let contact = contact::Model::from_query_result(first, "contact_").db()?;
    let employer: Option<String> = first.try_get("", "employer_name").db()?;
    let mut points = Vec::new();
    for row in rows {
        let kind: Option<String> = row.try_get("point_", "kind").db()?;
        if let Some(kind) = kind.as_deref().and_then(PointKind::from_code) {
            let (raw, normal) = (row.try_get("point_", "raw").db()?, row.try_get("point_", "normal").db()?);
            points.push(ContactPoint { kind, raw, normal });
        }
    }
    Ok(Contact {
        id: ContactId(contact.id),
        account: contact.account_id.map(AccountId).zip(employer),
        points,
        owner: reference.person(contact.owner_id),
        whose: contact.whose(),
        source: Attribution::default(),
        name: contact.name,
        created_at: contact.created_at,
        version: contact.version,
    })
}

/// The first page of what happened to the deal and, before it was one, to its lead.
async fn timeline(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    deal: &deal::Model,
) -> Outcome<Vec<Activity>> {
    let mut on = Condition::any().add(activity::Column::DealId.eq(deal.id));
    if let Some(lead) = deal.lead_id {
        on = on.add(activity::Column::LeadId.eq(lead));
    }
    let rows = activity::Entity::find()
        .filter(on)
        .order_by_desc(activity::Column::At)
        .order_by_desc(activity::Column::Id)
        .limit(PAGE)
        .all(db.read())
        .await
        .db()?;
    rows.into_iter().map(|row| row.into_activity(actor, reference)).collect()
}
