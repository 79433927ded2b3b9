//! An offer with its latest revision, in three statements.

use chrono::{DateTime, Utc};
use domain::Outcome;
use domain::access::{self, Action, Actor, Entity, Field, Ownership};
use domain::id::{DealId, OfferId};
use domain::offer::{MailState, Offer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryTrait,
};

use super::record::{self, status_on};
use crate::entity::{offer, offer_revision, outbox};
use crate::error::{OrProblem, broken};
use crate::shares::Seen;
use crate::{Db, calendar, deals};

/// The outbox row of a revision's mail.
#[derive(FromQueryResult)]
struct Mail {
    mail_attempts: Option<i32>,
    mail_sent_at: Option<DateTime<Utc>>,
    mail_dead_at: Option<DateTime<Utc>>,
    mail_error: Option<String>,
}

impl Mail {
    fn state(self) -> Option<MailState> {
        let attempts = self.mail_attempts?;
        Some(match (self.mail_sent_at, self.mail_dead_at) {
            (Some(at), _) => MailState::Delivered { at },
            (None, Some(_)) => MailState::Failed { error: self.mail_error.unwrap_or_default() },
            (None, None) => MailState::Waiting { attempts },
        })
    }
}

pub async fn show(db: &Db, actor: &Actor, id: OfferId) -> Outcome<Offer> {
    let reference = db.reference().await?;
    let columns = (offer::Column::Id, offer::Column::DealId);
    let (offer, Seen { row: deal, shared }, names) =
        deals::document::<offer::Entity>(db.read(), actor, columns, id.0).await?;
    let mut revisions = revisions(db, &offer).await?.into_iter();
    let (revision, mail) = revisions.next().ok_or_else(|| broken("an offer without a revision"))?;
    let lines = record::lines(db.read(), revision.id).await?;

    let today = calendar::day(db.now(), &reference.settings.time_zone);
    let earlier = revisions.map(|(old, _)| {
        Ok((old.number, status_on(&old.status, old.valid_until, today)?, old.total()?, old.sent_at))
    });
    let whose = Ownership { shared, ..deal.whose() };
    let may_write = access::can(actor, Action::Write, Entity::Deal, whose);
    let nonce = revision.nonce.as_deref().filter(|_| may_write);
    let recipient_email = if revision.sent_to.is_empty() {
        names.email.clone().unwrap_or_default()
    } else {
        revision.sent_to.clone()
    };
    Ok(Offer {
        id,
        number: offer.number,
        deal: DealId(deal.id),
        whose,
        earlier: earlier.collect::<Outcome<_>>()?,
        recipient_email: actor.seen(Field::ClientEmail, recipient_email),
        client: names.client(),
        recipient_name: names.contact_name.unwrap_or_default(),
        version: offer.version,
        mail: mail.state(),
        public_path: nonce.map(|nonce| record::path(db, revision.id, nonce)),
        revision: revision.into_revision(lines, today)?,
        deal_title: deal.title,
    })
}

/// All revisions with the state of their mails, the latest first.
async fn revisions(db: &Db, offer: &offer::Model) -> Outcome<Vec<(offer_revision::Model, Mail)>> {
    let mut select = offer_revision::Entity::find()
        .filter(offer_revision::Column::OfferId.eq(offer.id))
        .order_by_desc(offer_revision::Column::Number);
    QueryTrait::query(&mut select)
        .left_join(
            outbox::Entity,
            Expr::col((offer_revision::Entity, offer_revision::Column::OutboxId))
                .equals((outbox::Entity, outbox::Column::Id)),
        )
        .expr_as(Expr::col((outbox::Entity, outbox::Column::Attempts)), "mail_attempts")
        .expr_as(Expr::col((outbox::Entity, outbox::Column::SentAt)), "mail_sent_at")
        .expr_as(Expr::col((outbox::Entity, outbox::Column::DeadAt)), "mail_dead_at")
        .expr_as(Expr::col((outbox::Entity, outbox::Column::LastError)), "mail_error");
    let rows = db.read().query_all(select.as_query()).await.db()?;
    rows.iter()
        .map(|row| {
            Ok((
                offer_revision::Model::from_query_result(row, "").db()?,
                Mail::from_query_result(row, "").db()?,
            ))
        })
        .collect()
}
