//! The catalog of services.

use domain::access::{self, Action, Actor, Entity};
use domain::catalog::{Catalog, Category, SaveService, Service};
use domain::id::{CategoryId, ServiceId};
use domain::input::Checks;
use domain::offer::MAX_PRICE_MINOR;
use domain::{Currency, Fault, Label, Money, Outcome, Problem};
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use crate::Db;
use crate::audit::changed;
use crate::entity::{service, service_category};
use crate::error::{OrProblem, broken, is_unique, problem};
use crate::id::new_id;

/// Every category and service; inactive ones only for those who may change the catalog.
pub async fn show(db: &Db, actor: &Actor) -> Outcome<Catalog> {
    access::check_any(actor, Action::Read, Entity::Catalog)?;
    let categories = service_category::Entity::find()
        .order_by_asc(service_category::Column::CreatedAt)
        .order_by_asc(service_category::Column::Id)
        .all(db.read())
        .await
        .db()?;
    Ok(Catalog {
        categories: categories
            .into_iter()
            .map(|row| Category { id: CategoryId(row.id), name: Label::new(row.name_en, row.name_ru) })
            .collect(),
        services: services(db, actor).await?,
    })
}

/// Every service, by code; inactive ones only for those who may change the catalog.
pub async fn services(db: &Db, actor: &Actor) -> Outcome<Vec<Service>> {
    access::check_any(actor, Action::Read, Entity::Catalog)?;
    let mut services = service::Entity::find();
    if access::check_any(actor, Action::Write, Entity::Catalog).is_err() {
        services = services.filter(service::Column::Active.eq(true));
    }
    let services = services
        .order_by_asc(service::Column::Code)
        .order_by_asc(service::Column::CreatedAt)
        .order_by_asc(service::Column::Id)
        .all(db.read())
        .await
        .db()?;
    services.into_iter().map(told).collect()
}

fn told(row: service::Model) -> Outcome<Service> {
    let currency = Currency::from_code(&row.currency).ok_or_else(|| broken("a service in no currency"))?;
    Ok(Service {
        id: ServiceId(row.id),
        code: row.code,
        name: Label::new(row.name_en, row.name_ru),
        description: Label::new(row.description_en, row.description_ru),
        category: row.category_id.map(CategoryId),
        unit: Label::new(row.unit_en, row.unit_ru),
        price: Money::new(row.price_minor, currency),
        vat_bp: row.vat_bp,
        active: row.active,
        version: row.version,
    })
}

/// A text in both languages, of which one is enough.
fn label(checks: &mut Checks, field: &str, typed: &Label, max: u32) -> Label {
    Label::new(checks.optional(field, &typed.en, max), checks.optional(field, &typed.ru, max))
}

fn named(checks: &mut Checks, typed: &Label) -> Label {
    let name = label(checks, "name", typed, 200);
    if name == Label::default() && !checks.has("name") {
        checks.fail("name", Fault::Required);
    }
    name
}

pub async fn save_category(
    db: &Db,
    actor: &Actor,
    id: Option<CategoryId>,
    name: Label,
) -> Outcome<CategoryId> {
    access::check_any(actor, Action::Write, Entity::Catalog)?;
    let mut checks = Checks::new();
    let name = named(&mut checks, &name);
    checks.finish()?;
    db.write(async |tx| {
        let row = service_category::ActiveModel {
            name_en: Set(name.en.clone()),
            name_ru: Set(name.ru.clone()),
            ..Default::default()
        };
        let mut before = None;
        let id = match id {
            Some(id) => {
                let known = service_category::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await;
                let known = known.db()?.ok_or(Problem::NotFound)?;
                before = Some(Label::new(known.name_en, known.name_ru));
                service_category::Entity::update_many()
                    .set(row)
                    .filter(service_category::Column::Id.eq(id.0))
                    .exec(tx.conn())
                    .await
                    .db()?;
                id
            }
            None => {
                let row =
                    service_category::ActiveModel { id: Set(new_id()), created_at: Set(tx.now()), ..row };
                CategoryId(row.insert(tx.conn()).await.db()?.id)
            }
        };
        let changes = changed(&json!({ "name": before }), &json!({ "name": name }));
        tx.audit(actor, "save", "service_category", id.0, changes).await?;
        Ok(id)
    })
    .await
}

pub async fn save_service(db: &Db, actor: &Actor, service: SaveService) -> Outcome<ServiceId> {
    access::check_any(actor, Action::Write, Entity::Catalog)?;
    let mut checks = Checks::new();
    let name = named(&mut checks, &service.name);
    let description = Label::new(
        checks.paragraph("description", &service.description.en, 2000),
        checks.paragraph("description", &service.description.ru, 2000),
    );
    let unit = label(&mut checks, "unit", &service.unit, 40);
    let code = checks.optional("code", &service.code, 40);
    if !(0..=MAX_PRICE_MINOR).contains(&service.price.minor) {
        checks.fail("price", Fault::OutOfRange);
    }
    if !(0..=10_000).contains(&service.vat_bp) {
        checks.fail("vat", Fault::OutOfRange);
    }
    checks.finish()?;
    db.write(async |tx| {
        if let Some(category) = service.category
            && service_category::Entity::find_by_id(category.0).one(tx.conn()).await.db()?.is_none()
        {
            return Err(Problem::field("category", Fault::Unknown));
        }
        let after = json!({
            "code": code,
            "name": name,
            "description": description,
            "category": service.category,
            "unit": unit,
            "price": service.price,
            "vat_bp": service.vat_bp,
            "active": service.active,
        });
        let mut before = json!({});
        let row = service::ActiveModel {
            code: Set(code),
            name_en: Set(name.en),
            name_ru: Set(name.ru),
            description_en: Set(description.en),
            description_ru: Set(description.ru),
            category_id: Set(service.category.map(|id| id.0)),
            unit_en: Set(unit.en),
            unit_ru: Set(unit.ru),
            price_minor: Set(service.price.minor),
            currency: Set(service.price.currency.code().to_owned()),
            vat_bp: Set(service.vat_bp),
            active: Set(service.active),
            ..Default::default()
        };
        let id = match service.id {
            Some((id, version)) => {
                let known = service::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await.db()?;
                let known = told(known.ok_or(Problem::NotFound)?)?;
                if known.version != version {
                    return Err(Problem::Conflict { version: known.version });
                }
                before = json!(known);
                service::Entity::update_many()
                    .set(service::ActiveModel { version: Set(version + 1), ..row })
                    .filter(service::Column::Id.eq(id.0))
                    .exec(tx.conn())
                    .await
                    .map_err(|error| taken(&error))?;
                id
            }
            None => {
                let row = service::ActiveModel {
                    id: Set(new_id()),
                    created_at: Set(tx.now()),
                    version: Set(1),
                    ..row
                };
                ServiceId(row.insert(tx.conn()).await.map_err(|error| taken(&error))?.id)
            }
        };
        tx.audit(actor, "save", "service", id.0, changed(&before, &after)).await?;
        Ok(id)
    })
    .await
}

/// Two services of one code cannot be told apart on a document.
fn taken(error: &DbErr) -> Problem {
    if is_unique(error, "code") { Problem::field("code", Fault::Taken) } else { problem(error) }
}
