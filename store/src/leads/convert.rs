//! A lead becomes a customer: contact, account and deal in one transaction.

use domain::access::{self, Action, Actor, Entity, Field, Ownership};
use domain::activity::Happening;
use domain::attribution::Attribution;
use domain::contact::PointKind;
use domain::fold::fold;
use domain::id::{AccountId, ContactId, DealId, UserId};
use domain::input::Checks;
use domain::lead::{ConvertLead, Converted, LeadStatus};
use domain::money::MAX_AMOUNT_MINOR;
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{load, save};
use crate::audit::changed;
use crate::db::{Links, Tx};
use crate::deals::{OpenDeal, open_deal, plan_again};
use crate::entity::{account, consent, contact, contact_point, deal, lead, task, touch};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::{Db, origins, shares};

const NAME_MAX: u32 = 200;

/// Contact, account and deal in one transaction; open tasks and the contact points go along.
pub async fn convert(db: &Db, actor: &Actor, convert: ConvertLead) -> Outcome<Converted> {
    let checked = check(&convert);
    let reference = db.reference().await?;
    db.write(async |tx| {
        let lead = load(tx, actor, Action::Write, convert.lead).await?;
        let convert = checked?;
        actor.check_field(Field::DealAmount, convert.amount.is_some())?;
        if convert.version != lead.version {
            return Err(Problem::Conflict { version: lead.version });
        }
        let status = lead.status().settle(LeadStatus::Converted)?;
        // Whoever converts a lead that nobody owns takes it.
        let owner = lead.owner_id.map(UserId).or(actor.user);
        let whose = Ownership { owner, team: owner.and_then(|owner| reference.team_of(owner)), shared: None };

        let account = find_or_make_account(tx, actor, &convert, whose).await?;
        let source = source(tx, &lead).await?;
        let contact = find_or_make_contact(tx, actor, &convert, account, whose, &source).await?;
        copy_points(tx, &lead, contact).await?;
        let open = OpenDeal {
            title: convert.deal_title.clone(),
            contact: Some(contact),
            account,
            lead: Some(lead.id()),
            amount: convert.amount,
            owner: whose.owner,
            team: whose.team,
            source,
            expected_close: None,
            pipeline: convert.pipeline,
        };
        let (deal, _) = open_deal(tx, actor, &reference, open).await?;

        let change = lead::ActiveModel {
            status: Set(status.code().to_owned()),
            owner_id: Set(whose.owner.map(|id| id.0)),
            team_id: Set(whose.team.map(|id| id.0)),
            call_due_at: Set(None),
            contact_id: Set(Some(contact.0)),
            account_id: Set(account.map(|id| id.0)),
            deal_id: Set(Some(deal.0)),
            ..Default::default()
        };
        save(tx, &lead, convert.version, change).await?;
        hand_over_tasks(tx, &lead, deal, contact, account).await?;
        hand_over_consents(tx, &lead, contact).await?;
        let links = Links { lead: Some(lead.id()), deal: None, contact: Some(contact), account };
        tx.activity(actor, links, Happening::Converted { deal, title: convert.deal_title }).await?;
        let before = json!({ "status": lead.status, "owner": lead.owner_id });
        let after = json!({
            "status": status,
            "owner": whose.owner,
            "contact": contact,
            "account": account,
            "deal": deal,
        });
        tx.audit(actor, "convert", "lead", lead.id, changed(&before, &after)).await?;
        Ok(Converted { contact, account, deal })
    })
    .await
}

/// The decision with its texts cleaned; names are only needed of what is to be made.
fn check(convert: &ConvertLead) -> Outcome<ConvertLead> {
    let mut checks = Checks::new();
    let mut clean = convert.clone();
    if convert.contact.is_none() {
        clean.contact_name = checks.required("contact_name", &convert.contact_name, NAME_MAX);
    }
    clean.account_name = checks.optional("account_name", &convert.account_name, NAME_MAX);
    clean.deal_title = checks.required("deal_title", &convert.deal_title, NAME_MAX);
    if convert.amount.is_some_and(|amount| !(0..=MAX_AMOUNT_MINOR).contains(&amount.minor)) {
        checks.fail("amount", Fault::OutOfRange);
    }
    checks.finish()?;
    Ok(clean)
}

async fn find_or_make_account(
    tx: &Tx,
    actor: &Actor,
    convert: &ConvertLead,
    whose: Ownership,
) -> Outcome<Option<AccountId>> {
    let unknown = || Problem::field("account", Fault::Unknown);
    if let Some(id) = convert.account {
        let found = account::Entity::find_by_id(id.0).one(tx.conn()).await.db()?;
        let account = found.ok_or_else(unknown)?;
        shares::check(tx.conn(), actor, Action::Read, Entity::Client, id.0, account.whose())
            .await
            .map_err(|_| unknown())?;
        return Ok(Some(id));
    }
    if convert.account_name.is_empty() {
        return Ok(None);
    }
    access::check(actor, Action::Write, Entity::Client, whose)?;
    let id = AccountId(new_id());
    account::ActiveModel {
        id: Set(id.0),
        name: Set(convert.account_name.clone()),
        folded: Set(fold(&convert.account_name)),
        owner_id: Set(whose.owner.map(|id| id.0)),
        team_id: Set(whose.team.map(|id| id.0)),
        created_at: Set(tx.now()),
        version: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    tx.audit(actor, "create", "account", id.0, json!({ "name": convert.account_name, "lead": convert.lead }))
        .await?;
    Ok(Some(id))
}

async fn find_or_make_contact(
    tx: &Tx,
    actor: &Actor,
    convert: &ConvertLead,
    account: Option<AccountId>,
    whose: Ownership,
    source: &Attribution,
) -> Outcome<ContactId> {
    let unknown = || Problem::field("contact", Fault::Unknown);
    if let Some(id) = convert.contact {
        let found = contact::Entity::find_by_id(id.0).one(tx.conn()).await.db()?;
        let found = found.ok_or_else(unknown)?;
        shares::check(tx.conn(), actor, Action::Read, Entity::Client, id.0, found.whose())
            .await
            .map_err(|_| unknown())?;
        if let Some(account) = account.filter(|_| found.account_id.is_none()) {
            join_account(tx, actor, &found, account).await?;
        }
        if !origins::read(&found.source)?.is_known() {
            came_by(tx, id, source).await?;
        }
        return Ok(id);
    }
    access::check(actor, Action::Write, Entity::Client, whose)?;
    let id = ContactId(new_id());
    contact::ActiveModel {
        id: Set(id.0),
        name: Set(convert.contact_name.clone()),
        folded: Set(fold(&convert.contact_name)),
        account_id: Set(account.map(|id| id.0)),
        owner_id: Set(whose.owner.map(|id| id.0)),
        team_id: Set(whose.team.map(|id| id.0)),
        channel: Set(source.last.channel.clone()),
        campaign: Set(source.last.utm_campaign.clone()),
        keyword: Set(source.last.keyword.clone()),
        source: Set(origins::kept(source)?),
        created_at: Set(tx.now()),
        version: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    tx.audit(actor, "create", "contact", id.0, json!({ "name": convert.contact_name, "lead": convert.lead }))
        .await?;
    Ok(id)
}

/// A contact of whom nobody knew where they came from came the lead's way. The version stays: nothing that people edit changed.
async fn came_by(tx: &Tx, contact: ContactId, source: &Attribution) -> Outcome<()> {
    let change = contact::ActiveModel {
        channel: Set(source.last.channel.clone()),
        campaign: Set(source.last.utm_campaign.clone()),
        keyword: Set(source.last.keyword.clone()),
        source: Set(origins::kept(source)?),
        ..Default::default()
    };
    contact::Entity::update_many()
        .set(change)
        .filter(contact::Column::Id.eq(contact.0))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}

/// A contact that belonged to no account belongs to the one the deal is made with.
async fn join_account(tx: &Tx, actor: &Actor, contact: &contact::Model, account: AccountId) -> Outcome<()> {
    contact::Entity::update_many()
        .set(contact::ActiveModel { account_id: Set(Some(account.0)), ..Default::default() })
        .col_expr(contact::Column::Version, Expr::cust("version + 1"))
        .filter(contact::Column::Id.eq(contact.id))
        .exec(tx.conn())
        .await
        .db()?;
    tx.audit(actor, "edit", "contact", contact.id, json!({ "account": [contact.account_id, account] })).await
}

/// Phone and e-mail of the lead become the contact's, unless it has them.
async fn copy_points(tx: &Tx, lead: &lead::Model, contact: ContactId) -> Outcome<()> {
    let had = contact_point::Entity::find()
        .filter(contact_point::Column::ContactId.eq(contact.0))
        .all(tx.conn())
        .await
        .db()?;
    let given =
        [(PointKind::Phone, &lead.phone_raw, &lead.phone), (PointKind::Email, &lead.email, &lead.email)];
    let missing = given.into_iter().filter(|(kind, _, normal)| {
        !normal.is_empty() && !had.iter().any(|point| point.kind == kind.code() && point.normal == **normal)
    });
    let rows = missing.map(|(kind, raw, normal)| contact_point::ActiveModel {
        id: Set(new_id()),
        kind: Set(kind.code().to_owned()),
        raw: Set(raw.clone()),
        normal: Set(normal.clone()),
        lead_id: Set(None),
        contact_id: Set(Some(contact.0)),
        account_id: Set(None),
        created_at: Set(tx.now()),
    });
    contact_point::Entity::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}

/// The first visit, and the one that made the lead.
async fn source(tx: &Tx, lead: &lead::Model) -> Outcome<Attribution> {
    let touches =
        touch::Entity::find().filter(touch::Column::LeadId.eq(lead.id)).all(tx.conn()).await.db()?;
    Ok(touch::both(touches))
}

/// What is still to be done is done for the deal.
async fn hand_over_tasks(
    tx: &Tx,
    lead: &lead::Model,
    deal: DealId,
    contact: ContactId,
    account: Option<AccountId>,
) -> Outcome<()> {
    let change = task::ActiveModel {
        deal_id: Set(Some(deal.0)),
        contact_id: Set(Some(contact.0)),
        account_id: Set(account.map(|id| id.0)),
        ..Default::default()
    };
    task::Entity::update_many()
        .set(change)
        .filter(task::Column::LeadId.eq(lead.id))
        .filter(task::Column::DoneAt.is_null())
        .exec(tx.conn())
        .await
        .db()?;
    plan_again(tx, deal::Column::Id.eq(deal.0)).await
}

/// What the person agreed to holds for the contact.
async fn hand_over_consents(tx: &Tx, lead: &lead::Model, contact: ContactId) -> Outcome<()> {
    consent::Entity::update_many()
        .set(consent::ActiveModel { contact_id: Set(Some(contact.0)), ..Default::default() })
        .filter(consent::Column::LeadId.eq(lead.id))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}
