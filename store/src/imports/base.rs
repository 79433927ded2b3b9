//! What deals refer to: people, teams, services, accounts, the pipeline.

use std::collections::HashMap;

use domain::access::Actor;
use domain::activity::Happening;
use domain::fold::fold;
use domain::id::{AccountId, PipelineId, StageId, TeamId};
use domain::import::{Plan, Stage};
use domain::pipeline::{About, Pipeline, StageKind};
use domain::{Label, Outcome};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::Summary;
use crate::db::{Links, Tx};
use crate::entity::{account, loss_reason, service, service_category, team, user};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::{process, users};

/// The data set, as timelines name it.
pub(super) const SOURCE: &str = "crm-sales-opportunities";
const PIPELINE: (&str, &str) = ("Hardware sales", "Продажа оборудования");

/// Ids of the plan's records, each in its place.
pub(super) struct Base {
    pub(super) people: Vec<Owner>,
    pub(super) services: Vec<Uuid>,
    pub(super) accounts: Vec<Uuid>,
    pub(super) pipeline: Pipeline,
    pub(super) stages: HashMap<Stage, Uuid>,
    /// The files do not say why a deal was lost.
    pub(super) loss_reason: Option<Uuid>,
}

#[derive(Clone, Copy)]
pub(super) struct Owner {
    pub(super) id: Uuid,
    pub(super) team: Option<Uuid>,
}

pub(super) async fn store(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    plan: &Plan,
    summary: &mut Summary,
) -> Outcome<Base> {
    let people = people(tx, actor, reference, plan, summary).await?;
    let services = services(tx, actor, plan, summary).await?;
    let accounts = accounts(tx, actor, plan, summary).await?;
    let (pipeline, stages) = pipeline(tx, actor).await?;
    let reasons =
        loss_reason::Entity::find().order_by_asc(loss_reason::Column::Position).all(tx.conn()).await.db()?;
    let other = reasons.iter().find(|reason| reason.name_en == "Other").or(reasons.last());
    let loss_reason = other.map(|reason| reason.id);
    tx.reference_changed();
    Ok(Base { people, services, accounts, pipeline, stages, loss_reason })
}

/// Teams first without their heads, who are users of those teams.
async fn people(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    plan: &Plan,
    summary: &mut Summary,
) -> Outcome<Vec<Owner>> {
    let mut known: HashMap<String, Uuid> =
        names(team::Entity::find().filter(team::Column::Active.eq(true)).all(tx.conn()).await.db()?, |t| {
            (t.name, t.id)
        });
    let mut teams = Vec::with_capacity(plan.teams.len());
    let mut headless = Vec::new();
    for planned in &plan.teams {
        let id = known.get(&planned.name).copied();
        summary.teams.count(id.is_none());
        teams.push(match id {
            Some(id) => id,
            None => {
                let id = new_id();
                team::ActiveModel {
                    active: Set(true),
                    id: Set(id),
                    name: Set(planned.name.clone()),
                    head_id: Set(None),
                    created_at: Set(tx.now()),
                    version: Set(1),
                }
                .insert(tx.conn())
                .await
                .db()?;
                tx.audit(actor, "import", "team", id, json!({ "name": planned.name })).await?;
                known.insert(planned.name.clone(), id);
                headless.push((id, planned.head));
                id
            }
        });
    }
    let known: HashMap<String, user::Model> = user::Entity::find()
        .all(tx.conn())
        .await
        .db()?
        .into_iter()
        .map(|u| (u.email_folded.clone(), u))
        .collect();
    let mut people = Vec::with_capacity(plan.people.len());
    for planned in &plan.people {
        let found = known.get(&planned.email);
        summary.users.count(found.is_none());
        people.push(match found {
            Some(user) => Owner { id: user.id, team: user.team_id },
            None => {
                let team = planned.team.and_then(|at| teams.get(at)).copied();
                let fresh = users::Fresh {
                    email: planned.email.clone(),
                    name: planned.name.clone(),
                    role: planned.role,
                    team: team.map(TeamId),
                    lang: reference.settings.lang,
                    time_zone: reference.settings.time_zone.clone(),
                    // They come in through an invitation.
                    hash: String::new(),
                };
                let id = users::insert(tx, fresh).await?.id.0;
                let facts = json!({ "email": planned.email, "role": planned.role });
                tx.audit(actor, "import", "user", id, facts).await?;
                Owner { id, team }
            }
        });
    }
    for (team, head) in headless {
        let head = people.get(head).map(|person| person.id);
        team::Entity::update_many()
            .col_expr(team::Column::HeadId, Expr::value(head))
            .filter(team::Column::Id.eq(team))
            .exec(tx.conn())
            .await
            .db()?;
    }
    Ok(people)
}

fn names<R>(rows: Vec<R>, named: impl Fn(R) -> (String, Uuid)) -> HashMap<String, Uuid> {
    rows.into_iter().map(named).collect()
}

async fn services(tx: &Tx, actor: &Actor, plan: &Plan, summary: &mut Summary) -> Outcome<Vec<Uuid>> {
    let rows = service_category::Entity::find().all(tx.conn()).await.db()?;
    let mut known = names(rows, |row| (row.name_en, row.id));
    let mut categories = Vec::with_capacity(plan.categories.len());
    for name in &plan.categories {
        categories.push(match known.get(name) {
            Some(id) => *id,
            None => {
                let id = new_id();
                service_category::ActiveModel {
                    id: Set(id),
                    name_en: Set(name.clone()),
                    name_ru: Set(String::new()),
                    created_at: Set(tx.now()),
                }
                .insert(tx.conn())
                .await
                .db()?;
                tx.audit(actor, "import", "service_category", id, json!({ "name": name })).await?;
                known.insert(name.clone(), id);
                id
            }
        });
    }
    let known = names(service::Entity::find().all(tx.conn()).await.db()?, |row| (row.code, row.id));
    let mut services = Vec::with_capacity(plan.services.len());
    for planned in &plan.services {
        let found = known.get(&planned.code).copied();
        summary.services.count(found.is_none());
        services.push(match found {
            Some(id) => id,
            None => {
                let id = new_id();
                service::ActiveModel {
                    id: Set(id),
                    code: Set(planned.code.clone()),
                    name_en: Set(planned.name.clone()),
                    name_ru: Set(String::new()),
                    description_en: Set(String::new()),
                    description_ru: Set(String::new()),
                    category_id: Set(planned.category.and_then(|at| categories.get(at)).copied()),
                    unit_en: Set("piece".into()),
                    unit_ru: Set("шт.".into()),
                    price_minor: Set(planned.price.minor),
                    currency: Set(planned.price.currency.code().to_owned()),
                    vat_bp: Set(0),
                    active: Set(true),
                    created_at: Set(tx.now()),
                    version: Set(1),
                }
                .insert(tx.conn())
                .await
                .db()?;
                let facts = json!({ "code": planned.code, "name": planned.name, "price": planned.price });
                tx.audit(actor, "import", "service", id, facts).await?;
                id
            }
        });
    }
    Ok(services)
}

async fn accounts(tx: &Tx, actor: &Actor, plan: &Plan, summary: &mut Summary) -> Outcome<Vec<Uuid>> {
    let known = names(account::Entity::find().all(tx.conn()).await.db()?, |row| (row.folded, row.id));
    let mut accounts = Vec::with_capacity(plan.accounts.len());
    for planned in &plan.accounts {
        let folded = fold(&planned.name);
        let found = known.get(&folded).copied();
        summary.accounts.count(found.is_none());
        accounts.push(match found {
            Some(id) => id,
            None => {
                let id = new_id();
                account::ActiveModel {
                    id: Set(id),
                    name: Set(planned.name.clone()),
                    folded: Set(folded),
                    owner_id: Set(None),
                    team_id: Set(None),
                    created_at: Set(tx.now()),
                    version: Set(1),
                }
                .insert(tx.conn())
                .await
                .db()?;
                tx.audit(actor, "import", "account", id, json!({ "name": planned.name })).await?;
                let links = Links { account: Some(AccountId(id)), ..Links::default() };
                tx.activity(actor, links, Happening::Imported { source: SOURCE.into() }).await?;
                if !planned.facts.is_empty() {
                    tx.activity(actor, links, Happening::Note { text: planned.facts.clone() }).await?;
                }
                id
            }
        });
    }
    Ok(accounts)
}

/// The pipeline of that name, behind the others where it has to be made, and its stages. A stage that was renamed since counts
/// by its kind.
async fn pipeline(tx: &Tx, actor: &Actor) -> Outcome<(Pipeline, HashMap<Stage, Uuid>)> {
    let known = process::load(tx.conn()).await?.pipelines;
    let pipeline = match known.into_iter().find(|pipeline| pipeline.name.en == PIPELINE.0) {
        Some(known) => known,
        None => make_pipeline(tx, actor).await?,
    };
    let mut stages = HashMap::new();
    for wanted in Stage::ALL {
        let found = pipeline.stages.iter().find(|stage| stage.name.en == wanted.name());
        let found = found
            .or_else(|| of_kind(&pipeline, wanted))
            .ok_or_else(|| broken("the pipeline lacks a stage"))?;
        stages.insert(wanted, found.id.0);
    }
    Ok((pipeline, stages))
}

fn of_kind(pipeline: &Pipeline, wanted: Stage) -> Option<&domain::pipeline::Stage> {
    match wanted {
        Stage::Prospecting => pipeline.first(),
        Stage::Engaging => pipeline.open_stages().last(),
        Stage::Won => pipeline.of_kind(StageKind::Won),
        Stage::Lost => pipeline.of_kind(StageKind::Lost),
    }
}

async fn make_pipeline(tx: &Tx, actor: &Actor) -> Outcome<Pipeline> {
    let stages = Stage::ALL.map(|wanted| {
        let (kind, ru, probability) = match wanted {
            Stage::Prospecting => (StageKind::Open, "Поиск", 10),
            Stage::Engaging => (StageKind::Open, "Работа с клиентом", 50),
            Stage::Won => (StageKind::Won, "Выиграна", 100),
            Stage::Lost => (StageKind::Lost, "Проиграна", 0),
        };
        domain::pipeline::Stage {
            id: StageId(new_id()),
            name: Label::new(wanted.name(), ru),
            kind,
            parent: None,
            probability,
            limit_days: None,
            about: About::default(),
        }
    });
    let made = Pipeline {
        id: PipelineId(new_id()),
        name: Label::new(PIPELINE.0, PIPELINE.1),
        version: 1,
        retired: false,
        stages: stages.to_vec(),
    };
    process::insert(tx, actor, &made).await?;
    tx.audit(actor, "import", "pipeline", made.id.0, json!({ "name": made.name })).await?;
    Ok(made)
}
