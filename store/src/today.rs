//! Today's queue.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{self, Action, Actor, Entity, Field, Ownership, Sharing};
use domain::id::{DealId, LeadId, TeamId, UserId};
use domain::lead::LeadRow;
use domain::task::TaskKind;
use domain::today::{About, Done, Today, TodayTask};
use domain::zone::Zone;
use domain::{Outcome, Problem};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Value};
use uuid::Uuid;

use crate::entity::{activity, deal, lead, task};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{Db, dialect, offers};

/// More than this nobody does in a day; what is beyond appears when some of it is done.
const SHOWN: u64 = 200;
/// How far ahead the coming days reach.
const DAYS_AHEAD: i64 = 7;

/// The actor's queue; days are those of `zone`.
pub async fn show(db: &Db, actor: &Actor, zone: &Zone) -> Outcome<Today> {
    let me = actor.user.ok_or(Problem::SignedOut)?;
    let reference = db.reference().await?;
    let now = db.now();
    let today = zone.day(now);
    let midnight = zone.start_of(today);
    let tomorrow = zone.start_of(today + TimeDelta::days(1));
    let horizon = zone.start_of(today + TimeDelta::days(1 + DAYS_AHEAD));

    let mut queue = Today {
        first_calls: first_calls(db, actor, me, &reference).await?,
        offers: offers::waiting(db, actor, &reference).await?,
        done: done(db, me, midnight).await?,
        ..Today::default()
    };
    for item in tasks(db, actor, me, horizon, &reference).await? {
        match item.task.due_at {
            due if due < now => queue.overdue.push(item),
            due if due < tomorrow => queue.today.push(item),
            _ => queue.later.push(item),
        }
    }
    Ok(queue)
}

/// My leads that wait for their first call, and those that nobody has taken yet; the longest waiting first.
async fn first_calls(db: &Db, actor: &Actor, me: UserId, reference: &Reference) -> Outcome<Vec<LeadRow>> {
    let mut mine = Condition::any().add(lead::Column::OwnerId.eq(me.0));
    if actor.reaches(Action::Write, Entity::Lead) {
        mine = mine.add(lead::Column::OwnerId.is_null());
    }
    let rows = lead::Entity::find()
        .filter(mine)
        .filter(lead::Column::CallDueAt.is_not_null())
        .order_by_asc(lead::Column::CallDueAt)
        .order_by_asc(lead::Column::Id)
        .limit(SHOWN)
        .all(db.read())
        .await
        .db()?;
    Ok(rows.into_iter().map(|row| row.into_row(actor, reference)).collect())
}

/// A task with what it is about: the deal, else the lead, with the client's name and phone.
const TASKS: &str = "\
    SELECT t.*, l.name AS lead_name, l.phone AS lead_phone, l.owner_id AS lead_owner, l.team_id AS lead_team, \
           (SELECT max(s.sharing) FROM shares s WHERE s.record_id = l.id AND (s.user_id = u.id OR s.team_id = u.team_id)) AS lead_shared, \
           d.title AS deal_title, d.amount_minor AS amount_minor, d.currency AS currency, \
           d.owner_id AS deal_owner, d.team_id AS deal_team, \
           (SELECT max(s.sharing) FROM shares s WHERE s.record_id = d.id AND (s.user_id = u.id OR s.team_id = u.team_id)) AS deal_shared, \
           c.name AS contact_name, c.owner_id AS contact_owner, c.team_id AS contact_team, \
           (SELECT max(s.sharing) FROM shares s WHERE s.record_id = c.id AND (s.user_id = u.id OR s.team_id = u.team_id)) AS contact_shared, \
           a.name AS account_name, a.owner_id AS account_owner, a.team_id AS account_team, \
           (SELECT max(s.sharing) FROM shares s WHERE s.record_id = a.id AND (s.user_id = u.id OR s.team_id = u.team_id)) AS account_shared, \
           (SELECT p.raw FROM contact_points p WHERE p.contact_id = c.id AND p.kind = 'phone' \
             ORDER BY p.created_at, p.id LIMIT 1) AS contact_phone \
      FROM tasks t \
      JOIN users u ON u.id = t.assignee_id \
      LEFT JOIN deals d ON d.id = t.deal_id \
      LEFT JOIN leads l ON l.id = COALESCE(t.lead_id, d.lead_id) \
      LEFT JOIN contacts c ON c.id = COALESCE(t.contact_id, d.contact_id) \
      LEFT JOIN accounts a ON a.id = COALESCE(t.account_id, d.account_id) \
     WHERE t.assignee_id = $1 AND t.done_at IS NULL AND t.due_at < $2 \
       AND NOT (t.kind = $3 AND l.call_due_at IS NOT NULL) \
     ORDER BY t.due_at, t.id LIMIT $4";

#[derive(Debug, FromQueryResult)]
struct Context {
    lead_name: Option<String>,
    lead_phone: Option<String>,
    lead_owner: Option<Uuid>,
    lead_team: Option<Uuid>,
    lead_shared: Option<String>,
    deal_title: Option<String>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    deal_owner: Option<Uuid>,
    deal_team: Option<Uuid>,
    deal_shared: Option<String>,
    contact_name: Option<String>,
    contact_owner: Option<Uuid>,
    contact_team: Option<Uuid>,
    contact_shared: Option<String>,
    contact_phone: Option<String>,
    account_name: Option<String>,
    account_owner: Option<Uuid>,
    account_team: Option<Uuid>,
    account_shared: Option<String>,
}

impl Context {
    /// What the task is about, as far as the actor may know of it.
    fn about(self, actor: &Actor, lead: Option<Uuid>, deal: Option<Uuid>) -> Option<About> {
        let may = |entity, owner: Option<Uuid>, team: Option<Uuid>, shared: &Option<String>| {
            let shared = shared.as_deref().and_then(Sharing::from_code);
            let whose = Ownership { owner: owner.map(UserId), team: team.map(TeamId), shared };
            access::can(actor, Action::Read, entity, whose)
        };
        let deal_title =
            self.deal_title.filter(|_| may(Entity::Deal, self.deal_owner, self.deal_team, &self.deal_shared));
        let lead_seen =
            self.lead_name.is_some() && may(Entity::Lead, self.lead_owner, self.lead_team, &self.lead_shared);
        let lead_name = self.lead_name.filter(|_| lead_seen);
        let contact_seen = may(Entity::Client, self.contact_owner, self.contact_team, &self.contact_shared);
        let contact_name = self.contact_name.filter(|_| contact_seen);
        let account = self
            .account_name
            .filter(|_| may(Entity::Client, self.account_owner, self.account_team, &self.account_shared));
        let of_contact = self.contact_phone.filter(|_| contact_seen && actor.sees(Field::ClientPhone));
        let phone = of_contact.or(self.lead_phone.filter(|_| lead_seen && actor.sees(Field::LeadPhone)));
        let amount =
            deal_title.as_ref().and_then(|_| deal::money(self.amount_minor, self.currency.as_deref()));
        let deal = deal_title.as_ref().and(deal).map(DealId);
        let lead = lead_name.as_ref().and(lead).map(LeadId);
        let client = account.clone().or_else(|| contact_name.clone());
        Some(About {
            lead,
            deal,
            title: deal_title.or(lead_name).or(contact_name).or(account)?,
            client: client.unwrap_or_default(),
            phone: phone.unwrap_or_default(),
            amount: actor.seen(Field::DealAmount, amount),
        })
    }
}

/// Open tasks due before `until`; a first call that is still awaited stands among the leads.
async fn tasks(
    db: &Db,
    actor: &Actor,
    me: UserId,
    until: DateTime<Utc>,
    reference: &Reference,
) -> Outcome<Vec<TodayTask>> {
    let values: [Value; 4] = [
        me.0.into(),
        until.into(),
        TaskKind::FirstCall.code().into(),
        i64::try_from(SHOWN).unwrap_or(i64::MAX).into(),
    ];
    let rows = sea_orm::ConnectionTrait::query_all_raw(db.read(), dialect::sql(db.read(), TASKS, values))
        .await
        .db()?;
    rows.iter()
        .map(|row| {
            let task = task::Model::from_query_result(row, "").db()?;
            let about = Context::from_query_result(row, "").db()?.about(actor, task.lead_id, task.deal_id);
            Ok(TodayTask { task: task.into_task(reference), about })
        })
        .collect()
}

/// What I did since midnight.
async fn done(db: &Db, me: UserId, midnight: DateTime<Utc>) -> Outcome<Done> {
    let rows: Vec<(String, i64)> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Kind)
        .column_as(activity::Column::Id.count(), "times")
        .filter(activity::Column::ActorId.eq(me.0))
        .filter(activity::Column::At.gte(midnight))
        .group_by(activity::Column::Kind)
        .into_tuple()
        .all(db.read())
        .await
        .db()?;
    let times =
        |kind: &str| rows.iter().find(|(k, _)| k == kind).map_or(0, |(_, times)| times.unsigned_abs());
    Ok(Done {
        calls: times("call"),
        meetings: times("meeting"),
        offers: times("offer_sent"),
        tasks: times("task_done"),
    })
}
