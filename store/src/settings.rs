//! Company-wide settings and the lists that everybody reads.

use std::str::FromStr;

use domain::access::{Action, Actor, Entity, check_any};
use domain::input::Checks;
use domain::loss::LossReason;
use domain::pipeline::Pipeline;
use domain::settings::Settings;
use domain::user::{Person, Team};
use domain::zone::Zone;
use domain::{Fault, Label, Outcome};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Set};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::Db;
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::setting;
use crate::error::{OrProblem, broken};

const CONSENT_MAX: u32 = 2000;

/// The settings; everybody signed in may read them.
pub async fn show(db: &Db, _actor: &Actor) -> Outcome<Settings> {
    company(db).await
}

/// The settings without an actor, for pages and jobs that act for the company.
pub async fn company(db: &Db) -> Outcome<Settings> {
    Ok(db.reference().await?.settings.clone())
}

/// The company's time zone, around now.
pub async fn zone(db: &Db) -> Outcome<Zone> {
    Ok(crate::sessions::zone::around(&db.reference().await?.settings.time_zone, db.now()))
}

/// The consent's version is counted here; the caller's is not looked at.
pub async fn save(db: &Db, actor: &Actor, settings: Settings) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let settings = checked(settings)?;
    db.write(async |tx| {
        let before = load(tx.conn()).await?;
        let grown = i64::from(settings.consent != before.consent);
        let settings = Settings { consent_version: before.consent_version + grown, ..settings };
        keep(tx, &settings).await?;
        tx.audit(actor, "save", "settings", Uuid::nil(), changed(&json!(before), &json!(settings))).await
    })
    .await
}

fn checked(settings: Settings) -> Outcome<Settings> {
    let mut checks = Checks::new();
    let company = checks.required("company", &settings.company, 200);
    let company_details = checks.paragraph("company_details", &settings.company_details, 2000);
    let phone_region = settings.phone_region.trim().to_ascii_uppercase();
    if phone_region.len() != 2 || !phone_region.chars().all(|c| c.is_ascii_uppercase()) {
        checks.fail("phone_region", Fault::Unknown);
    }
    check_zone(&mut checks, &settings.time_zone);
    if !(0..=10_000).contains(&settings.vat_bp) {
        checks.fail("vat_bp", Fault::OutOfRange);
    }
    if !(1..=365).contains(&settings.offer_days) {
        checks.fail("offer_days", Fault::OutOfRange);
    }
    let consent = Label::new(
        checks.paragraph("consent", &settings.consent.en, CONSENT_MAX),
        checks.paragraph("consent_ru", &settings.consent.ru, CONSENT_MAX),
    );
    checks.finish()?;
    Ok(Settings { company, company_details, phone_region, consent, ..settings })
}

/// Time zones come from the IANA list.
pub(crate) fn check_zone(checks: &mut Checks, name: &str) {
    if chrono_tz::Tz::from_str(name).is_err() {
        checks.fail("time_zone", Fault::Unknown);
    }
}

/// Writes every setting; for those who have checked rights and values.
pub(crate) async fn keep(tx: &Tx, settings: &Settings) -> Outcome<()> {
    let Value::Object(fields) = serde_json::to_value(settings).map_err(broken)? else {
        return Err(broken("settings are no object"));
    };
    let rows = fields
        .into_iter()
        .map(|(key, value)| setting::ActiveModel { key: Set(key), value: Set(value.to_string()) });
    setting::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await
        .db()?;
    tx.reference_changed();
    Ok(())
}

/// What is stored over the defaults, so that a setting added by a newer version needs no migration.
pub(crate) async fn load(conn: &impl ConnectionTrait) -> Outcome<Settings> {
    let Value::Object(mut fields) = serde_json::to_value(Settings::default()).map_err(broken)? else {
        return Err(broken("settings are no object"));
    };
    let stored: Map<String, Value> = setting::Entity::find()
        .all(conn)
        .await
        .db()?
        .into_iter()
        .map(|row| serde_json::from_str(&row.value).map(|value| (row.key, value)))
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    fields.extend(stored);
    serde_json::from_value(Value::Object(fields)).map_err(broken)
}

/// Active users, for choosing an owner.
pub async fn people(db: &Db, _actor: &Actor) -> Outcome<Vec<Person>> {
    let reference = db.reference().await?;
    let active = reference.users.iter().filter(|user| user.active);
    Ok(active.map(|user| Person { id: user.id, name: user.name.clone() }).collect())
}

pub async fn teams(db: &Db, _actor: &Actor) -> Outcome<Vec<Team>> {
    Ok(db.reference().await?.teams.clone())
}

pub async fn pipelines(db: &Db, _actor: &Actor) -> Outcome<Vec<Pipeline>> {
    Ok(db.reference().await?.pipelines.clone())
}

/// The reasons that can be chosen, in order.
pub async fn loss_reasons(db: &Db, _actor: &Actor) -> Outcome<Vec<LossReason>> {
    Ok(db.reference().await?.loss_reasons.iter().filter(|reason| reason.active).cloned().collect())
}
