//! Deals with their client and their source.

use domain::Outcome;
use domain::access::{Actor, Field};
use domain::id::{LossReasonId, PipelineId, StageId};

use super::clients::{account_names, contact_names};
use super::{Filling, Key, Row, rows};
use crate::Db;
use crate::entity::deal;
use crate::reference::Reference;

/// `amount` is a decimal in `currency`, as text: floats lose kopecks.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "number",
    "title",
    "status",
    "pipeline",
    "stage",
    "stage_entered_at",
    "probability",
    "amount",
    "amount_minor",
    "currency",
    "expected_close",
    "account",
    "account_id",
    "contact",
    "contact_id",
    "lead_id",
    "owner",
    "owner_email",
    "channel",
    "campaign",
    "keyword",
    "loss_reason",
    "loss_note",
    "created_at",
    "closed_at",
    "external_ref",
];

pub(super) async fn page(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    after: Option<Key>,
) -> Outcome<(Vec<Row>, Option<String>)> {
    let (deals, next) = rows::<deal::Entity>(db, actor, after, |deal| (deal.created_at, deal.id)).await?;
    let accounts = account_names(db, deals.iter().filter_map(|deal| deal.account_id)).await?;
    let contacts = contact_names(db, deals.iter().filter_map(|deal| deal.contact_id)).await?;
    let lang = reference.settings.lang;
    let filled = deals.into_iter().map(|deal| {
        let stage = reference.stage(StageId(deal.stage_id));
        let pipeline = reference.pipeline(PipelineId(deal.pipeline_id));
        let reason = deal.loss_reason_id.and_then(|id| reference.loss_reason(LossReasonId(id)));
        let amount = actor.seen(Field::DealAmount, deal.amount_minor);
        let mut row = Filling::new(COLUMNS);
        row.id(deal.id)
            .put(deal.number)
            .put(deal.title)
            .put(deal.status)
            .put(pipeline.map(|pipeline| pipeline.name.get(lang).to_owned()))
            .put(stage.map(|stage| stage.name.get(lang).to_owned()))
            .at(deal.stage_entered_at)
            .put(deal.probability.or(stage.map(|stage| stage.probability)))
            .put(amount.map(decimal))
            .put(amount)
            .put(actor.seen(Field::DealAmount, deal.currency))
            .put(deal.expected_close.map(|day| day.to_string()))
            .put(deal.account_id.and_then(|id| accounts.get(&id)).cloned())
            .some_id(deal.account_id)
            .put(deal.contact_id.and_then(|id| contacts.get(&id)).cloned())
            .some_id(deal.contact_id)
            .some_id(deal.lead_id)
            .owner(reference, deal.owner_id)
            .put(deal.channel)
            .put(deal.campaign)
            .put(deal.keyword)
            .put(reason.map(|reason| reason.name.get(lang).to_owned()))
            .put(deal.loss_note)
            .at(deal.created_at)
            .some_at(deal.closed_at)
            .put(deal.external_ref);
        row.row
    });
    Ok((filled.collect(), next))
}

/// `-5` minor units are `-0.05`.
fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn sums_are_exact_decimals() {
        assert_eq!([decimal(184_952_005), decimal(-5), decimal(0)], ["1849520.05", "-0.05", "0.00"]);
    }
}
