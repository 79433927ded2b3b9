//! Facts of a deal: made, corrected, given to somebody else.

use domain::access::{self, Action, Actor, Entity, Field, Ownership};
use domain::activity::Happening;
use domain::attribution::Attribution;
use domain::deal::{EditDeal, NewDeal};
use domain::fold::fold;
use domain::id::{AccountId, ContactId, DealId, UserId};
use domain::input::Checks;
use domain::money::MAX_AMOUNT_MINOR;
use domain::{Fault, Money, Outcome, Problem};
use sea_orm::{EntityTrait, Set};
use serde_json::json;

use super::{OpenDeal, Write, load, open_deal, save};
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::{account, contact, deal};
use crate::error::OrProblem;
use crate::{Db, origins, shares};

fn check_amount(checks: &mut Checks, amount: Option<Money>) {
    if amount.is_some_and(|amount| !(0..=MAX_AMOUNT_MINOR).contains(&amount.minor)) {
        checks.fail("amount", Fault::OutOfRange);
    }
}

/// A deal without a lead, of the actor's own.
pub async fn create(db: &Db, actor: &Actor, deal: NewDeal) -> Outcome<DealId> {
    access::check_any(actor, Action::Write, Entity::Deal)?;
    let mut checks = Checks::new();
    let title = checks.required("title", &deal.title, 200);
    check_amount(&mut checks, deal.amount);
    checks.finish()?;
    actor.check_field(Field::DealAmount, deal.amount.is_some())?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let (account, source) = client(tx, actor, deal.account, deal.contact).await?;
        let open = OpenDeal {
            title,
            contact: deal.contact,
            account,
            lead: None,
            amount: deal.amount,
            owner: actor.user,
            team: actor.team,
            source,
            expected_close: deal.expected_close,
            pipeline: deal.pipeline,
        };
        Ok(open_deal(tx, actor, &reference, open).await?.0)
    })
    .await
}

/// Names the field when the client in it is one that the actor may not know of.
async fn readable(tx: &Tx, actor: &Actor, id: uuid::Uuid, whose: Ownership, field: &str) -> Outcome<()> {
    let read = shares::check(tx.conn(), actor, Action::Read, Entity::Client, id, whose).await;
    read.map(|_| ()).map_err(|_| Problem::field(field, Fault::Unknown))
}

/// The deal's account, which is the contact's where none is named, and where the contact came from; both must be known to the
/// actor.
pub(super) async fn client(
    tx: &Tx,
    actor: &Actor,
    account: Option<AccountId>,
    contact: Option<ContactId>,
) -> Outcome<(Option<AccountId>, Attribution)> {
    if let Some(id) = account {
        let found = account::Entity::find_by_id(id.0).one(tx.conn()).await.db()?;
        let found = found.ok_or_else(|| Problem::field("account", Fault::Unknown))?;
        readable(tx, actor, found.id, found.whose(), "account").await?;
    }
    let Some(id) = contact else { return Ok((account, Attribution::default())) };
    let found = contact::Entity::find_by_id(id.0).one(tx.conn()).await.db()?;
    let found = found.ok_or_else(|| Problem::field("contact", Fault::Unknown))?;
    readable(tx, actor, found.id, found.whose(), "contact").await?;
    Ok((account.or(found.account_id.map(AccountId)), origins::read(&found.source)?))
}

pub async fn edit(db: &Db, actor: &Actor, edit: EditDeal) -> Outcome<()> {
    let mut checks = Checks::new();
    let title = checks.required("title", &edit.title, 200);
    check_amount(&mut checks, edit.amount);
    if edit.probability.is_some_and(|percent| !(0..=100).contains(&percent)) {
        checks.fail("probability", Fault::OutOfRange);
    }
    let faults = checks.finish();
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, edit.id).await?;
        faults?;
        // A form that does not show the sum leaves it as it is.
        let amount = if actor.writes(Field::DealAmount) { edit.amount } else { deal.amount() };
        actor.check_field(Field::DealAmount, edit.amount.is_some() && edit.amount != deal.amount())?;
        let change = deal::ActiveModel {
            folded: Set(fold(&title)),
            title: Set(title.clone()),
            amount_minor: Set(amount.map(|amount| amount.minor)),
            currency: Set(amount.map(|amount| amount.currency.code().to_owned())),
            expected_close: Set(edit.expected_close),
            probability: Set(edit.probability),
            ..Default::default()
        };
        save(tx, &deal, Write::From(edit.version), change).await?;
        let before = json!({
            "title": deal.title,
            "amount": deal.amount(),
            "expected_close": deal.expected_close,
            "probability": deal.probability,
        });
        let after = json!({
            "title": title,
            "amount": amount,
            "expected_close": edit.expected_close,
            "probability": edit.probability,
        });
        tx.audit(actor, "edit", "deal", deal.id, changed(&before, &after)).await
    })
    .await
}

pub async fn assign(db: &Db, actor: &Actor, id: DealId, version: i64, to: UserId) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Assign, id).await?;
        let owner = reference
            .user(to)
            .filter(|user| user.active)
            .ok_or_else(|| Problem::field("owner", Fault::Unknown))?;
        let change = deal::ActiveModel {
            owner_id: Set(Some(owner.id.0)),
            team_id: Set(owner.team.map(|id| id.0)),
            ..Default::default()
        };
        save(tx, &deal, Write::From(version), change).await?;
        tx.activity(actor, deal.links(), Happening::Assigned { to: owner.name.clone() }).await?;
        tx.audit(actor, "assign", "deal", deal.id, json!({ "owner": [deal.owner_id, to] })).await
    })
    .await
}
