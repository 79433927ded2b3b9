//! What a deal's page shows beside the deal and its documents, in one statement: open tasks, stays in stages, people, legal
//! entities, the service.

use chrono::{DateTime, Utc};
use domain::access::{self, Action, Entity, Ownership, Sharing};
use domain::history::{Entering, Stay, stays};
use domain::id::{ContactId, DealId, LeadId, LegalEntityId, ServiceId, StageId, TaskId, UserId};
use domain::people::{ContactRole, DealContact, Part, Participant, Party, People, Side};
use domain::pipeline::StageKind;
use domain::task::{Task, TaskKind};
use domain::user::{Person, User};
use domain::{Label, Outcome, Problem};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::entity::deal;
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::{Db, dialect, shares};

/// The same columns carry what each kind has. The first branch has a value of every type, so that PostgreSQL knows the types of
/// the others' NULLs.
const ALL: &str = "\
    SELECT 'task' AS what, t.id AS id, t.kind AS code, t.title AS text, '' AS more, t.due_at AS at, \
           t.assignee_id AS one, t.lead_id AS two, t.version AS number \
      FROM tasks t WHERE t.deal_id = $1 AND t.done_at IS NULL \
    UNION ALL \
    SELECT 'entering', c.id, '', c.reason, '', c.at, c.by_id, c.to_stage_id, CAST(c.process_version AS bigint) \
      FROM stage_changes c WHERE c.deal_id = $1 \
    UNION ALL \
    SELECT 'participant', u.user_id, u.kind, '', '', u.at, NULL, NULL, 0 FROM deal_users u WHERE u.deal_id = $1 \
    UNION ALL \
    SELECT 'contact', p.contact_id, p.kind, c.name, '', p.at, NULL, NULL, 0 \
      FROM deal_contacts p JOIN contacts c ON c.id = p.contact_id WHERE p.deal_id = $1 \
    UNION ALL \
    SELECT 'party', e.id, p.kind, e.name, e.tax_id, e.created_at, NULL, NULL, 0 \
      FROM deal_parties p JOIN legal_entities e ON e.id = p.entity_id WHERE p.deal_id = $1 \
    UNION ALL \
    SELECT 'entity', e.id, '', e.name, e.tax_id, e.created_at, NULL, NULL, 0 \
      FROM legal_entities e WHERE e.account_id = $2 \
    UNION ALL \
    SELECT 'service', s.id, '', s.name_en, s.name_ru, s.created_at, NULL, NULL, 0 FROM services s WHERE s.id = $3 \
    UNION ALL \
    SELECT 'share', s.id, '', '', '', s.at, s.user_id, s.team_id, 0 FROM shares s WHERE s.record_id = $1 \
    ORDER BY at, id";

#[derive(FromQueryResult)]
struct Row {
    what: String,
    id: Uuid,
    code: String,
    text: String,
    more: String,
    at: DateTime<Utc>,
    one: Option<Uuid>,
    two: Option<Uuid>,
    number: i64,
}

/// What stands beside a deal.
#[derive(Default)]
pub(super) struct Beside {
    /// The one due first on top.
    pub(super) tasks: Vec<Task>,
    /// In the order of time.
    pub(super) history: Vec<Stay>,
    pub(super) people: People,
    pub(super) service: Option<(ServiceId, Label)>,
}

/// `may_write`: whether the reader may change it, and chooses from what could be put there.
pub(super) async fn of_deal(
    db: &Db,
    reference: &Reference,
    deal: &deal::Model,
    may_write: bool,
) -> Outcome<Beside> {
    let values = [deal.id.into(), deal.account_id.into(), deal.service_id.into()];
    let rows = db.read().query_all_raw(dialect::sql(db.read(), ALL, values)).await.db()?;
    let (mut all, mut entered, mut shared) = (Beside::default(), Vec::new(), Vec::new());
    for row in rows {
        let row = Row::from_query_result(&row, "").db()?;
        match row.what.as_str() {
            "task" => all.tasks.push(task(row, deal.id(), reference)?),
            "entering" => entered.push(entering(row, reference)?),
            "participant" => {
                let part = Part::from_code(&row.code).ok_or_else(|| broken("an unknown part in a deal"))?;
                let person = reference.person(Some(row.id));
                all.people.participants.extend(person.map(|person| Participant { person, part }));
            }
            "contact" => {
                let role = ContactRole::from_code(&row.code)
                    .ok_or_else(|| broken("an unknown role of a contact"))?;
                all.people.contacts.push(DealContact { id: ContactId(row.id), name: row.text, role });
            }
            "party" => match Side::from_code(&row.code) {
                Some(Side::Payer) => all.people.payer = Some(row.into_party()),
                Some(Side::Consignee) => all.people.consignee = Some(row.into_party()),
                None => return Err(broken("an unknown side of a deal")),
            },
            "entity" if may_write => all.people.entities.push(row.into_party()),
            "service" => all.service = Some((ServiceId(row.id), Label::new(row.text, row.more))),
            "share" => shared.extend([row.one, row.two].into_iter().flatten()),
            _ => {}
        }
    }
    all.history = stays(entered);
    if may_write {
        all.people.may_join = may_join(reference, deal, &all.people, &shared);
    }
    Ok(all)
}

impl Row {
    fn into_party(self) -> Party {
        Party { id: LegalEntityId(self.id), name: self.text, tax_id: self.more }
    }
}

fn task(row: Row, deal: DealId, reference: &Reference) -> Outcome<Task> {
    Ok(Task {
        id: TaskId(row.id),
        kind: TaskKind::from_code(&row.code).ok_or_else(|| broken("a task of no kind"))?,
        title: row.text,
        due_at: row.at,
        assignee: reference.person(row.one),
        lead: row.two.map(LeadId),
        deal: Some(deal),
        done_at: None,
        version: row.number,
    })
}

fn entering(row: Row, reference: &Reference) -> Outcome<Entering> {
    let id = StageId(row.two.ok_or_else(|| broken("a move to no stage"))?);
    // Another process may have made the stage a moment ago.
    let stage = reference.stage(id);
    Ok(Entering {
        stage: id,
        name: stage.map(|stage| stage.name.clone()).unwrap_or_default(),
        kind: stage.map_or(StageKind::Open, |stage| stage.kind),
        limit_days: stage.and_then(|stage| stage.limit_days),
        at: row.at,
        by: reference.person(row.one),
        reason: row.text,
        process_version: i32::try_from(row.number).unwrap_or_default(),
    })
}

/// Colleagues who see the deal, by themselves or because it is shared with them (`shared`: users and teams).
fn may_join(reference: &Reference, deal: &deal::Model, people: &People, shared: &[Uuid]) -> Vec<Person> {
    let takes_part = |id: UserId| {
        Some(id.0) == deal.owner_id || people.participants.iter().any(|known| known.person.id == id)
    };
    let sees = |user: &&User| {
        let with = shared.contains(&user.id.0) || user.team.is_some_and(|team| shared.contains(&team.0));
        let whose = Ownership { shared: with.then_some(Sharing::Read), ..deal.whose() };
        user.active
            && !takes_part(user.id)
            && access::can(&reference.actor(user), Action::Read, Entity::Deal, whose)
    };
    let joining = reference.users.iter().filter(sees);
    joining.map(|user| Person { id: user.id, name: user.name.clone() }).collect()
}

/// Whether the user sees the deal, and therefore may take part in it.
pub(super) async fn sees(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    deal: &deal::Model,
    user: UserId,
) -> Outcome<bool> {
    let Some(user) = reference.user(user).filter(|user| user.active) else { return Ok(false) };
    let actor = reference.actor(user);
    match shares::check(conn, &actor, Action::Read, Entity::Deal, deal.id, deal.whose()).await {
        Ok(_) => Ok(true),
        Err(Problem::NotFound | Problem::Forbidden) => Ok(false),
        Err(problem) => Err(problem),
    }
}
