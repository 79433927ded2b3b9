//! Acts.

use chrono::Datelike;
use domain::access::{Action, Actor, Ownership};
use domain::act::{Act, ActRow, ActStatus};
use domain::activity::Happening;
use domain::deal::DealStatus;
use domain::id::{ActId, DealId};
use domain::input::Checks;
use domain::offer::OfferStatus;
use domain::{Currency, Money, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Set,
};
use serde_json::json;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{act, act_line, offer, offer_line, offer_revision};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::shares::Seen;
use crate::{Db, calendar, deals};

/// An act over all lines of the deal's accepted offer. There is one for each acceptance: asked for again, it is the same act.
pub async fn create(db: &Db, actor: &Actor, deal: DealId) -> Outcome<ActId> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = deals::load(tx, actor, Action::Write, deal).await?;
        let revision = accepted(tx, deal.id).await?.ok_or(Problem::refused(Refusal::NoAcceptedOffer))?;
        let before = act::Entity::find()
            .filter(act::Column::OfferRevisionId.eq(revision.id))
            .one(tx.conn())
            .await
            .db()?;
        if let Some(act) = before {
            return Ok(ActId(act.id));
        }
        if deal.status() != DealStatus::Open {
            return Err(Problem::refused(Refusal::DealClosed));
        }
        let today = calendar::day(tx.now(), &reference.settings.time_zone);
        let number = tx.next_number(&format!("act-{}", today.year())).await?;
        let act = act::ActiveModel {
            id: Set(new_id()),
            number: Set(format!("{}-{number:04}", today.year())),
            deal_id: Set(deal.id),
            offer_revision_id: Set(revision.id),
            status: Set(ActStatus::Draft.code().to_owned()),
            title: Set(revision.title.clone()),
            currency: Set(revision.currency.clone()),
            total_minor: Set(revision.total_minor),
            issued_on: Set(today),
            signed_at: Set(None),
            signed_by: Set(String::new()),
            created_at: Set(tx.now()),
            version: Set(1),
        };
        let act = act.insert(tx.conn()).await.db()?;
        copy_lines(tx, &revision, act.id).await?;

        let row = act.clone().into_row()?;
        let what = Happening::ActIssued { act: row.id, number: row.number.clone(), total: row.total };
        tx.activity(actor, deal.links(), what).await?;
        tx.audit(actor, "create", "act", act.id, json!({ "deal": deal.id, "number": row.number })).await?;
        tx.changed(deal.change());
        Ok(row.id)
    })
    .await
}

/// The revision that was accepted last.
async fn accepted(tx: &Tx, deal: Uuid) -> Outcome<Option<offer_revision::Model>> {
    let offers = offer::Entity::find()
        .select_only()
        .column(offer::Column::Id)
        .filter(offer::Column::DealId.eq(deal))
        .into_query();
    offer_revision::Entity::find()
        .filter(offer_revision::Column::OfferId.in_subquery(offers))
        .filter(offer_revision::Column::Status.eq(OfferStatus::Accepted.code()))
        .order_by_desc(offer_revision::Column::AnsweredAt)
        .order_by_desc(offer_revision::Column::Id)
        .one(tx.conn())
        .await
        .db()
}

/// The act's own copy of the lines.
async fn copy_lines(tx: &Tx, revision: &offer_revision::Model, act: Uuid) -> Outcome<()> {
    let lines = offer_line::Entity::find()
        .filter(offer_line::Column::RevisionId.eq(revision.id))
        .order_by_asc(offer_line::Column::Position)
        .all(tx.conn())
        .await
        .db()?;
    let copies = lines.into_iter().map(|line| {
        let position = line.position;
        act_line::ActiveModel::new(act, position, &line.into_line())
    });
    act_line::Entity::insert_many(copies).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}

pub async fn show(db: &Db, actor: &Actor, id: ActId) -> Outcome<Act> {
    let columns = (act::Column::Id, act::Column::DealId);
    let (act, Seen { row: deal, shared }, names) =
        deals::document::<act::Entity>(db.read(), actor, columns, id.0).await?;
    let lines = act_line::Entity::find()
        .filter(act_line::Column::ActId.eq(act.id))
        .order_by_asc(act_line::Column::Position)
        .all(db.read())
        .await
        .db()?;
    Ok(Act {
        deal: DealId(deal.id),
        whose: Ownership { shared, ..deal.whose() },
        title: act.title.clone(),
        client: names.client(),
        currency: act.currency()?,
        offer_number: offer_number(db.read(), act.offer_revision_id).await?,
        lines: lines.into_iter().map(act_line::Model::into_line).collect(),
        row: act.into_row()?,
    })
}

async fn offer_number(conn: &impl ConnectionTrait, revision: Uuid) -> Outcome<String> {
    let of = offer_revision::Entity::find_by_id(revision)
        .select_only()
        .column(offer_revision::Column::OfferId)
        .into_query();
    let number = offer::Entity::find()
        .select_only()
        .column(offer::Column::Number)
        .filter(offer::Column::Id.in_subquery(of))
        .into_tuple()
        .one(conn)
        .await
        .db()?;
    number.ok_or_else(|| broken("an act of no offer"))
}

/// Marks it as signed by the named person on the client's side.
pub async fn sign(db: &Db, actor: &Actor, id: ActId, version: i64, signed_by: &str) -> Outcome<()> {
    db.write(async |tx| {
        let find = || act::Entity::find_by_id(id.0);
        let of = find().one(tx.conn()).await.db()?.ok_or(Problem::NotFound)?.deal_id;
        let deal = deals::load(tx, actor, Action::Write, DealId(of)).await?;
        // Read again under the deal's lock.
        let act = find().one(tx.conn()).await.db()?.ok_or(Problem::NotFound)?;
        if act.version != version {
            return Err(Problem::Conflict { version: act.version });
        }
        let status = act.status()?.sign()?;
        let mut checks = Checks::new();
        let signed_by = checks.required("signed_by", signed_by, 200);
        checks.finish()?;
        act::Entity::update_many()
            .set(act::ActiveModel {
                status: Set(status.code().to_owned()),
                signed_at: Set(Some(tx.now())),
                signed_by: Set(signed_by.clone()),
                ..Default::default()
            })
            .col_expr(act::Column::Version, Expr::val(version + 1))
            .filter(act::Column::Id.eq(act.id))
            .exec(tx.conn())
            .await
            .db()?;
        tx.audit(actor, "sign", "act", act.id, json!({ "by": signed_by })).await?;
        tx.activity(actor, deal.links(), Happening::ActSigned { act: id, number: act.number, by: signed_by })
            .await?;
        tx.changed(deal.change());
        Ok(())
    })
    .await
}

impl act::Model {
    fn status(&self) -> Outcome<ActStatus> {
        ActStatus::from_code(&self.status).ok_or_else(|| broken("an act of no status"))
    }

    fn currency(&self) -> Outcome<Currency> {
        Currency::from_code(&self.currency).ok_or_else(|| broken("an act in no currency"))
    }

    fn into_row(self) -> Outcome<ActRow> {
        Ok(ActRow {
            id: ActId(self.id),
            status: self.status()?,
            total: Money::new(self.total_minor, self.currency()?),
            number: self.number,
            issued_on: self.issued_on,
            signed_at: self.signed_at,
            signed_by: self.signed_by,
            version: self.version,
        })
    }
}
