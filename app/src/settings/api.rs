//! Server functions about settings: plain forms, so that they work without wasm.

use domain::access::Matrix;
use domain::audit::{AuditEntry, AuditFilter};
use domain::backup::Backups;
use domain::catalog::Catalog;
use domain::query::Page;
use domain::settings::Settings;
use domain::user::{Team, User};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::{TypedCompany, TypedService};
use crate::codec::Json;
use crate::fail::Fail;

/// What the reader may see.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub catalog: Catalog,
    /// Only for those who may read settings.
    pub company: Option<Company>,
}

/// Everything but the catalog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Company {
    pub settings: Settings,
    pub users: Vec<User>,
    pub teams: Vec<Team>,
    pub rights: Matrix,
    pub backups: Backups,
    /// By the server's clock.
    pub backups_overdue: bool,
    /// Whether it sends mails.
    pub mail: bool,
}

#[server(prefix = "/fn", endpoint = "settings/open", input = Json, output = Json)]
pub async fn open() -> Result<Opened, Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    let catalog = store::catalog::show(&db, &actor).await?;
    if check_any(&actor, Action::Read, Entity::Settings).is_err() {
        return Ok(Opened { catalog, company: None });
    }
    let backups = store::backup::show(&db, &actor).await?;
    let site = crate::ctx::server()?.site;
    let company = Company {
        settings: store::settings::show(&db, &actor).await?,
        users: store::users::list(&db, &actor).await?,
        teams: store::settings::teams(&db, &actor).await?,
        rights: store::rights::show(&db, &actor).await?,
        mail: site.mail,
        backups_overdue: backups.is_overdue(db.now()),
        backups,
    };
    Ok(Opened { catalog, company: Some(company) })
}

/// A page of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    pub page: Page<AuditEntry>,
    /// Everybody, for choosing one.
    pub people: Vec<User>,
}

#[server(prefix = "/fn", endpoint = "settings/audit", input = Json, output = Json)]
pub async fn audit_log(filter: AuditFilter) -> Result<Log, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let page = store::audit::list(&db, &actor, &filter).await?;
    Ok(Log { page, people: store::users::list(&db, &actor).await? })
}

/// A new category, or a new name of an old one.
#[server(prefix = "/fn", endpoint = "settings/category", output = Json)]
pub async fn save_category(id: String, name: String, name_ru: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id = if id.is_empty() { None } else { Some(id.parse()?) };
    store::catalog::save_category(&db, &actor, id, domain::Label::new(name, name_ru)).await?;
    leptos_axum::redirect("/settings?section=catalog");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "settings/service", output = Json)]
pub async fn save_service(#[server(flatten)] service: TypedService) -> Result<(), Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    // Whoever may not change it is told so, and not what is wrong with their input.
    check_any(&actor, Action::Write, Entity::Catalog)?;
    store::catalog::save_service(&db, &actor, service.read()?).await?;
    leptos_axum::redirect("/settings?section=catalog");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "settings/edit-user", output = Json)]
pub async fn edit_user(
    id: domain::id::UserId,
    version: i64,
    name: String,
    role: String,
    team: String,
) -> Result<(), Fail> {
    use domain::{Fault, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    let role =
        domain::access::Role::from_code(&role).ok_or_else(|| Problem::field("role", Fault::Unknown))?;
    let team = if team.is_empty() { None } else { Some(team.parse()?) };
    let edit = store::users::EditUser { id, version, name, role, team };
    store::users::edit(&db, &actor, edit).await?;
    leptos_axum::redirect("/settings?section=users");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "settings/add-team", output = Json)]
pub async fn add_team(name: String, head: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let head = if head.is_empty() { None } else { Some(head.parse()?) };
    store::users::add_team(&db, &actor, &name, head).await?;
    leptos_axum::redirect("/settings?section=teams");
    Ok(())
}

/// Everything about a team but its records.
#[server(prefix = "/fn", endpoint = "settings/edit-team", output = Json)]
pub async fn edit_team(
    id: domain::id::TeamId,
    version: i64,
    name: String,
    head: String,
    #[server(default)] members: Vec<domain::id::UserId>,
) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let head = if head.is_empty() { None } else { Some(head.parse()?) };
    let edit = store::users::EditTeam { id, version, name, head, members };
    store::users::edit_team(&db, &actor, edit).await?;
    leptos_axum::redirect("/settings?section=teams");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "settings/retire-team", output = Json)]
pub async fn retire_team(id: domain::id::TeamId, version: i64) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::users::retire_team(&db, &actor, id, version).await?;
    leptos_axum::redirect("/settings?section=teams");
    Ok(())
}

/// A role's row of the matrix: its cells (`deal.write.own`), or as it was delivered.
#[server(prefix = "/fn", endpoint = "settings/rights", output = Json)]
pub async fn set_rights(
    role: String,
    #[server(default)] cells: Vec<String>,
    #[server(default)] standard: String,
) -> Result<(), Fail> {
    use domain::access::{Action, Entity, Rights, Role, check_any};
    use domain::{Fault, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    check_any(&actor, Action::Write, Entity::Settings)?;
    let role = Role::from_code(&role).ok_or_else(|| Problem::field("role", Fault::Unknown))?;
    let mut rights = Rights::standard(role);
    for cell in cells.iter().filter(|_| standard.is_empty()) {
        rights = rights.with_entry(cell).ok_or_else(|| Problem::field("cells", Fault::Unknown))?;
    }
    store::rights::set(&db, &actor, role, rights).await?;
    leptos_axum::redirect(&format!("/settings?section=rights&role={}", role.code()));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "settings/company", output = Json)]
pub async fn save_company(#[server(flatten)] company: TypedCompany) -> Result<(), Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    check_any(&actor, Action::Write, Entity::Settings)?;
    store::settings::save(&db, &actor, company.read()?).await?;
    leptos_axum::redirect("/settings?section=company");
    Ok(())
}
