//! Records given to somebody else, many at once: in one transaction, and each with its own line in timeline and log.

use domain::access::{Action, Actor, Ownership, can, check_any};
use domain::activity::{Happening, Subject};
use domain::id::{AccountId, ContactId, TeamId};
use domain::live::{Change, Changed};
use domain::transfer::{Given, MOST, Transfer};
use domain::user::User;
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::db::{Links, Tx};
use crate::entity::{account, contact, deal, lead, task};
use crate::error::OrProblem;
use crate::{Db, subject};

/// Gives the records to one person. Those that the actor may not give away stay, and are named where they may be read.
/// The people of an account go along with it when they were the same owner's.
pub async fn give(db: &Db, actor: &Actor, transfer: Transfer) -> Outcome<Given> {
    let Transfer { on, to, tasks } = transfer;
    for on in &on {
        check_any(actor, Action::Assign, on.entity())?;
    }
    if on.is_empty() {
        return Err(Problem::field("on", Fault::Required));
    }
    if on.len() > MOST {
        return Err(Problem::field("on", Fault::OutOfRange));
    }
    let reference = db.reference().await?;
    let works = |user: &&User| {
        let actor = reference.actor(user);
        user.active && on.iter().all(|on| actor.reaches(Action::Write, on.entity()))
    };
    let heir = reference.user(to).filter(works).ok_or_else(|| Problem::field("to", Fault::Unknown))?;
    let wanted = |kind: &str| -> Vec<Uuid> {
        on.iter()
            .map(|on| subject::named(*on))
            .filter(|(named, _)| *named == kind)
            .map(|(_, id)| id)
            .collect()
    };
    db.write(async |tx| {
        let giving = Giving { tx, actor, heir, tasks };
        let mut all = Given::default();
        // Leads come before deals and these before clients, as everywhere, lest two people wait for each other.
        giving.leads(wanted("lead"), &mut all).await?;
        giving.deals(wanted("deal"), &mut all).await?;
        giving.contacts(wanted("contact"), &mut all).await?;
        giving.accounts(wanted("account"), &mut all).await?;
        Ok(all)
    })
    .await
}

/// Gives deals, of which the caller has made sure that they may be given, within a transaction that does more.
pub(crate) async fn give_deals(
    tx: &Tx,
    actor: &Actor,
    heir: &User,
    tasks: bool,
    deals: Vec<Uuid>,
) -> Outcome<()> {
    Giving { tx, actor, heir, tasks }.deals(deals, &mut Given::default()).await
}

/// A record as giving it needs it.
struct Row {
    on: Subject,
    name: String,
    whose: Ownership,
    links: Links,
}

struct Giving<'a> {
    tx: &'a Tx,
    actor: &'a Actor,
    heir: &'a User,
    tasks: bool,
}

impl Giving<'_> {
    async fn leads(&self, ids: Vec<Uuid>, all: &mut Given) -> Outcome<()> {
        let rows = locked::<lead::Entity>(self.tx, lead::Column::Id, ids).await?;
        let rows = rows.into_iter().map(|row| Row {
            on: Subject::Lead(row.id()),
            whose: row.whose(),
            links: row.links(),
            name: row.name,
        });
        let ids = self.mine(rows, all).await?;
        self.give_tasks(task::Column::LeadId, "leads", &ids).await?;
        let (team, version) = (lead::Column::TeamId, lead::Column::Version);
        self.own::<lead::Entity>([lead::Column::Id, lead::Column::OwnerId, team, version], ids).await
    }

    async fn deals(&self, ids: Vec<Uuid>, all: &mut Given) -> Outcome<()> {
        let rows = locked::<deal::Entity>(self.tx, deal::Column::Id, ids).await?;
        let rows = rows.into_iter().map(|row| Row {
            on: Subject::Deal(row.id()),
            whose: row.whose(),
            links: row.links(),
            name: row.title,
        });
        let ids = self.mine(rows, all).await?;
        self.give_tasks(task::Column::DealId, "deals", &ids).await?;
        let (team, version) = (deal::Column::TeamId, deal::Column::Version);
        self.own::<deal::Entity>([deal::Column::Id, deal::Column::OwnerId, team, version], ids).await
    }

    async fn contacts(&self, ids: Vec<Uuid>, all: &mut Given) -> Outcome<()> {
        let rows = locked::<contact::Entity>(self.tx, contact::Column::Id, ids).await?;
        let rows = rows.into_iter().map(|row| {
            let links = Links { account: row.account_id.map(AccountId), ..Links::default() };
            Row {
                on: Subject::Contact(ContactId(row.id)),
                whose: row.whose(),
                links: Links { contact: Some(ContactId(row.id)), ..links },
                name: row.name,
            }
        });
        let ids = self.mine(rows, all).await?;
        self.give_tasks(task::Column::ContactId, "contacts", &ids).await?;
        let (team, version) = (contact::Column::TeamId, contact::Column::Version);
        self.own::<contact::Entity>([contact::Column::Id, contact::Column::OwnerId, team, version], ids).await
    }

    async fn accounts(&self, ids: Vec<Uuid>, all: &mut Given) -> Outcome<()> {
        let rows = locked::<account::Entity>(self.tx, account::Column::Id, ids).await?;
        let rows = rows.into_iter().map(|row| Row {
            on: Subject::Account(AccountId(row.id)),
            whose: row.whose(),
            links: Links { account: Some(AccountId(row.id)), ..Links::default() },
            name: row.name,
        });
        let ids = self.mine(rows, all).await?;
        let same = "owner_id = (SELECT a.owner_id FROM accounts a WHERE a.id = contacts.account_id)";
        let people: Vec<Uuid> = contact::Entity::find()
            .select_only()
            .column(contact::Column::Id)
            .filter(contact::Column::AccountId.is_in(ids.iter().copied()))
            .filter(Expr::cust(same))
            .into_tuple()
            .all(self.tx.conn())
            .await
            .db()?;
        // They were not chosen themselves: neither count they, nor is anybody told of those that stay.
        self.contacts(people, &mut Given::default()).await?;
        self.give_tasks(task::Column::AccountId, "accounts", &ids).await?;
        let (team, version) = (account::Column::TeamId, account::Column::Version);
        self.own::<account::Entity>([account::Column::Id, account::Column::OwnerId, team, version], ids).await
    }

    /// The ids of those that may be given and are not the heir's already; that they are is told and noted.
    async fn mine(&self, rows: impl Iterator<Item = Row>, all: &mut Given) -> Outcome<Vec<Uuid>> {
        let (mut ids, mut links) = (Vec::new(), Vec::new());
        let theirs = Ownership { owner: Some(self.heir.id), team: self.heir.team, shared: None };
        for row in rows.filter(|row| row.whose.owner != Some(self.heir.id)) {
            let (entity, id) = subject::named(row.on);
            let may = |action| can(self.actor, action, row.on.entity(), row.whose);
            if !may(Action::Assign) {
                all.kept.extend(may(Action::Read).then_some(row.name));
                continue;
            }
            // Whoever may see it from now on hears of it as well as those who could before.
            for whose in [row.whose, theirs] {
                self.tx.changed(Change::new(Changed::Updated, row.on, whose));
            }
            self.tx.audited(
                self.actor,
                "assign",
                entity,
                id,
                &json!({ "owner": [row.whose.owner, self.heir.id] }),
            );
            ids.push(id);
            links.push(row.links);
        }
        self.tx
            .activity_on_each(self.actor, &links, &Happening::Assigned { to: self.heir.name.clone() })
            .await?;
        all.given += u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Ok(ids)
    }

    /// What the old owners or nobody have planned for the records; a deal's tasks go with the deal and not with its client.
    async fn give_tasks(&self, of: task::Column, table: &str, ids: &[Uuid]) -> Outcome<()> {
        if !self.tasks {
            return Ok(());
        }
        let column = sea_orm::IdenStatic::as_str(&of);
        let owners = format!(
            "(assignee_id IS NULL OR assignee_id = (SELECT r.owner_id FROM {table} r WHERE r.id = tasks.{column}))"
        );
        let narrower = match of {
            task::Column::ContactId => Condition::all().add(task::Column::LeadId.is_null()),
            task::Column::AccountId => {
                Condition::all().add(task::Column::LeadId.is_null()).add(task::Column::ContactId.is_null())
            }
            _ => Condition::all(),
        };
        let of_deal = matches!(of, task::Column::DealId);
        let change = task::ActiveModel {
            assignee_id: Set(Some(self.heir.id.0)),
            team_id: Set(self.heir.team.map(|team| team.0)),
            ..Default::default()
        };
        task::Entity::update_many()
            .set(change)
            .col_expr(task::Column::Version, Expr::cust("version + 1"))
            .filter(of.is_in(ids.iter().copied()))
            .filter(task::Column::DoneAt.is_null())
            .filter(if of_deal {
                Condition::all()
            } else {
                Condition::all().add(task::Column::DealId.is_null())
            })
            .filter(narrower)
            .filter(Expr::cust(owners))
            .exec(self.tx.conn())
            .await
            .db()?;
        Ok(())
    }

    async fn own<E: EntityTrait>(&self, columns: [E::Column; 4], ids: Vec<Uuid>) -> Outcome<()> {
        let [id, owner, team, version] = columns;
        E::update_many()
            .col_expr(owner, Expr::value(Some(self.heir.id.0)))
            .col_expr(team, Expr::value(self.heir.team.map(|TeamId(team)| team)))
            .col_expr(version, Expr::cust("version + 1"))
            .filter(id.is_in(ids))
            .exec(self.tx.conn())
            .await
            .db()?;
        Ok(())
    }
}

async fn locked<E: EntityTrait>(tx: &Tx, id: E::Column, ids: Vec<Uuid>) -> Outcome<Vec<E::Model>> {
    E::find().filter(id.is_in(ids)).order_by_asc(id).lock_exclusive().all(tx.conn()).await.db()
}
