//! People who leave: their records go to somebody else in the same transaction.

use domain::access::{Action, Actor, Entity, Ownership, Reach, Rights, Role, check_any};
use domain::activity::{Happening, Subject};
use domain::id::{AccountId, ContactId, DealId, LeadId, UserId};
use domain::live::{Change, Changed};
use domain::user::{Handover, User};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value};
use serde_json::json;
use uuid::Uuid;

use super::{domain_user, end_sessions, find, keep_an_admin, links, teams};
use crate::db::{Links, Tx};
use crate::entity::user;
use crate::error::OrProblem;
use crate::{Db, dialect};

/// Rows that one statement inserts.
const BATCH: usize = 500;

/// Kinds of records that belong to somebody. Leads come before tasks, as everywhere, lest two people wait for each other.
#[derive(Clone, Copy)]
enum Kind {
    Lead,
    Deal,
    Contact,
    Account,
    Task,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Lead, Kind::Deal, Kind::Contact, Kind::Account, Kind::Task];

    fn name(self) -> &'static str {
        match self {
            Kind::Lead => "lead",
            Kind::Deal => "deal",
            Kind::Contact => "contact",
            Kind::Account => "account",
            Kind::Task => "task",
        }
    }

    fn entity(self) -> Entity {
        match self {
            Kind::Lead => Entity::Lead,
            Kind::Deal => Entity::Deal,
            Kind::Contact | Kind::Account => Entity::Client,
            Kind::Task => Entity::Task,
        }
    }

    /// Finished tasks stay with those who did them.
    fn give(self) -> &'static str {
        match self {
            Kind::Lead => {
                "UPDATE leads SET owner_id = $1, team_id = $2, version = version + 1 WHERE owner_id = $3 RETURNING id"
            }
            Kind::Deal => {
                "UPDATE deals SET owner_id = $1, team_id = $2, version = version + 1 WHERE owner_id = $3 RETURNING id"
            }
            Kind::Contact => {
                "UPDATE contacts SET owner_id = $1, team_id = $2, version = version + 1 WHERE owner_id = $3 RETURNING id"
            }
            Kind::Account => {
                "UPDATE accounts SET owner_id = $1, team_id = $2, version = version + 1 WHERE owner_id = $3 RETURNING id"
            }
            Kind::Task => {
                "UPDATE tasks SET assignee_id = $1, team_id = $2, version = version + 1 \
                 WHERE assignee_id = $3 AND done_at IS NULL RETURNING id"
            }
        }
    }

    /// Where the giving stands on a timeline, and what open pages hear; a task's record is told of by its own owner.
    fn subject(self, id: Uuid) -> Option<(Links, Subject)> {
        let none = Links::default();
        Some(match self {
            Kind::Lead => (Links { lead: Some(LeadId(id)), ..none }, Subject::Lead(LeadId(id))),
            Kind::Deal => (Links { deal: Some(DealId(id)), ..none }, Subject::Deal(DealId(id))),
            Kind::Contact => {
                (Links { contact: Some(ContactId(id)), ..none }, Subject::Contact(ContactId(id)))
            }
            Kind::Account => {
                (Links { account: Some(AccountId(id)), ..none }, Subject::Account(AccountId(id)))
            }
            Kind::Task => return None,
        })
    }
}

/// Switches somebody off: they are signed out everywhere, their links stop working, and their leads, deals, contacts, accounts
/// and open tasks go to whom `to` names. The last active admin stays.
pub async fn deactivate(db: &Db, actor: &Actor, id: UserId, version: i64, to: Handover) -> Outcome<User> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let before = domain_user(find(tx.conn(), id).await?)?;
        if before.version != version {
            return Err(Problem::Conflict { version: before.version });
        }
        if before.active && before.role == Role::Admin {
            keep_an_admin(tx, id).await?;
        }
        let heir = match to {
            Handover::Unowned => None,
            Handover::To(heir) => Some(heir),
            Handover::TeamHead => {
                let team = reference.teams.iter().find(|team| Some(team.id) == before.team);
                Some(team.and_then(|team| team.head).ok_or_else(nobody)?)
            }
        };
        let heir = match heir {
            None => None,
            Some(heir) => Some(domain_user(find(tx.conn(), heir).await.map_err(|_| nobody())?)?),
        };
        if heir.as_ref().is_some_and(|heir| heir.id == id || !heir.active) {
            return Err(nobody());
        }
        let after = switch(tx, &before, false).await?;
        end_sessions(tx, id, None).await?;
        links::void(tx, id, None).await?;
        teams::leave(tx, actor, id).await?;
        let receiver = heir.as_ref().map(|heir| (heir, reference.rights.of(heir.role)));
        let mut given = serde_json::Map::new();
        for kind in Kind::ALL {
            let count = give(tx, actor, kind, &before, receiver).await?;
            given.insert(kind.name().to_owned(), count.into());
        }
        let facts = json!({"to": heir.map(|heir| heir.id), "given": given});
        tx.audit(actor, "deactivate", "user", id.0, facts).await?;
        Ok(after)
    })
    .await
}

/// Lets somebody in again; what was handed over stays with whoever has it.
pub async fn reactivate(db: &Db, actor: &Actor, id: UserId, version: i64) -> Outcome<User> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        let before = domain_user(find(tx.conn(), id).await?)?;
        if before.version != version {
            return Err(Problem::Conflict { version: before.version });
        }
        let after = switch(tx, &before, true).await?;
        tx.audit(actor, "reactivate", "user", id.0, json!({})).await?;
        Ok(after)
    })
    .await
}

fn nobody() -> Problem {
    Problem::field("to", Fault::Unknown)
}

async fn switch(tx: &Tx, user: &User, active: bool) -> Outcome<User> {
    let changed = user::Entity::update_many()
        .col_expr(user::Column::Active, Expr::value(active))
        .col_expr(user::Column::InvitedAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
        .col_expr(user::Column::Version, Expr::value(user.version + 1))
        .filter(user::Column::Id.eq(user.id.0))
        .filter(user::Column::Version.eq(user.version))
        .exec(tx.conn())
        .await
        .db()?;
    if changed.rows_affected == 0 {
        return Err(Problem::Conflict { version: find(tx.conn(), user.id).await?.version });
    }
    tx.reference_changed();
    domain_user(find(tx.conn(), user.id).await?)
}

/// Gives all records of a kind to `heir` (`None`: nobody); how many there were.
async fn give(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    from: &User,
    heir: Option<(&User, Rights)>,
) -> Outcome<usize> {
    let works = heir.is_none_or(|(_, rights)| rights.reach(kind.entity(), Action::Write) != Reach::None);
    let heir = heir.map(|(heir, _)| heir);
    let (owner, team) = (heir.map(|heir| heir.id), heir.and_then(|heir| heir.team));
    let values: [Value; 3] = [owner.map(|id| id.0).into(), team.map(|id| id.0).into(), from.id.0.into()];
    let rows = tx.conn().query_all_raw(dialect::sql(tx.conn(), kind.give(), values)).await.db()?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id").db()).collect::<Outcome<_>>()?;
    if !ids.is_empty() && !works {
        return Err(nobody());
    }
    for id in &ids {
        let Some((_, on)) = kind.subject(*id) else { continue };
        // Whoever may see it from now on hears of it as well as those who could before.
        let before = Ownership { owner: Some(from.id), team: from.team, shared: None };
        for whose in [before, Ownership { owner, team, shared: None }] {
            tx.changed(Change::new(Changed::Updated, on, whose));
        }
    }
    for ids in ids.chunks(BATCH) {
        note(tx, actor, kind, ids, from, heir).await?;
    }
    Ok(ids.len())
}

/// Audit entries, and the timelines of what has a new owner.
async fn note(
    tx: &Tx,
    actor: &Actor,
    kind: Kind,
    ids: &[Uuid],
    from: &User,
    heir: Option<&User>,
) -> Outcome<()> {
    let changes = json!({ "from": from.id, "to": heir.map(|heir| heir.id) });
    for id in ids {
        tx.audited(actor, "assign", kind.name(), *id, &changes);
    }
    let Some(heir) = heir else { return Ok(()) };
    let links: Vec<Links> = ids.iter().filter_map(|id| kind.subject(*id)).map(|(links, _)| links).collect();
    tx.activity_on_each(actor, &links, &Happening::Assigned { to: heir.name.clone() }).await
}
