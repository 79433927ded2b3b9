//! Lead forms: what sites embed, as marketers build it.

mod check;

use std::sync::Arc;

use domain::access::{Action, Actor, Entity, check_any};
use domain::form::{Field, FieldKind, Form, OwnerRule, Texts};
use domain::id::FormId;
use domain::{Fault, Label, Outcome, Problem};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Set,
};
use serde::Serialize;
use serde_json::json;

use crate::Db;
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::form;
use crate::error::{OrProblem, broken, is_unique, problem};
use crate::id::new_id;

/// A form as it is to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SaveForm {
    /// `None`: a new one. Else which, in the version that was read.
    #[serde(skip)]
    pub id: Option<(FormId, i64)>,
    pub slug: String,
    pub name: Label,
    pub fields: Vec<Field>,
    pub texts: Texts,
    /// Empty: the thanks are shown.
    pub redirect: String,
    /// Addresses of sites; of each its origin is kept. Empty: any site.
    pub origins: Vec<String>,
    pub call_back_minutes: i32,
    pub owner: OwnerRule,
    pub duplicate_minutes: i32,
    pub guarded: bool,
    pub active: bool,
}

impl From<Form> for SaveForm {
    fn from(form: Form) -> Self {
        SaveForm {
            id: Some((form.id, form.version)),
            slug: form.slug,
            name: form.name,
            fields: form.fields,
            texts: form.texts,
            redirect: form.redirect,
            origins: form.origins,
            call_back_minutes: form.call_back_minutes,
            owner: form.owner,
            duplicate_minutes: form.duplicate_minutes,
            guarded: form.guarded,
            active: form.active,
        }
    }
}

/// The active form of that name; anybody may read it.
pub async fn public(db: &Db, slug: &str) -> Outcome<Arc<Form>> {
    let reference = db.reference().await?;
    reference.form_by_slug(slug).filter(|form| form.active).cloned().ok_or(Problem::NotFound)
}

/// Every form, those switched off included, by its address.
pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<Form>> {
    check_any(actor, Action::Read, Entity::Form)?;
    load_all(db.read()).await
}

/// Makes a form or changes one; it is in force at once.
pub async fn save(db: &Db, actor: &Actor, form: SaveForm) -> Outcome<FormId> {
    check_any(actor, Action::Write, Entity::Form)?;
    let reference = db.reference().await?;
    let form = check::checked(&reference, form)?;
    db.write(async |tx| {
        let mut before = json!({});
        let id = match form.id {
            Some((id, version)) => {
                let known = form::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await.db()?;
                let known = known.ok_or(Problem::NotFound)?.into_form()?;
                if known.version != version {
                    return Err(Problem::Conflict { version: known.version });
                }
                before = json!(SaveForm::from(known));
                form::Entity::update_many()
                    .set(form::ActiveModel { version: Set(version + 1), ..row(&form)? })
                    .filter(form::Column::Id.eq(id.0))
                    .exec(tx.conn())
                    .await
                    .map_err(|error| taken(&error))?;
                id
            }
            None => insert(tx, &form).await?,
        };
        tx.reference_changed();
        tx.audit(actor, "save", "form", id.0, changed(&before, &json!(form))).await?;
        Ok(id)
    })
    .await
}

async fn insert(tx: &Tx, form: &SaveForm) -> Outcome<FormId> {
    let new =
        form::ActiveModel { id: Set(new_id()), created_at: Set(tx.now()), version: Set(1), ..row(form)? };
    Ok(FormId(new.insert(tx.conn()).await.map_err(|error| taken(&error))?.id))
}

/// The columns that people edit.
fn row(form: &SaveForm) -> Outcome<form::ActiveModel> {
    Ok(form::ActiveModel {
        slug: Set(form.slug.clone()),
        name_en: Set(form.name.en.clone()),
        name_ru: Set(form.name.ru.clone()),
        fields: Set(text(&form.fields)?),
        texts: Set(text(&form.texts)?),
        redirect: Set(form.redirect.clone()),
        origins: Set(form.origins.join("\n")),
        call_back_minutes: Set(form.call_back_minutes),
        owner: Set(text(&form.owner)?),
        duplicate_minutes: Set(form.duplicate_minutes),
        guarded: Set(form.guarded),
        active: Set(form.active),
        ..Default::default()
    })
}

fn text(value: &impl Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(broken)
}

/// Two forms at one address cannot be told apart.
fn taken(error: &DbErr) -> Problem {
    if is_unique(error, "slug") { Problem::field("slug", Fault::Taken) } else { problem(error) }
}

pub(crate) async fn load_all(conn: &impl ConnectionTrait) -> Outcome<Vec<Form>> {
    let rows = form::Entity::find().order_by_asc(form::Column::Slug).all(conn).await.db()?;
    rows.into_iter().map(form::Model::into_form).collect()
}

/// The form `call-back`, where there is none at all.
pub(crate) async fn seed(tx: &Tx) -> Outcome<()> {
    if form::Entity::find().count(tx.conn()).await.db()? > 0 {
        return Ok(());
    }
    let field = |kind: FieldKind, en: &str, ru: &str, required| Field {
        kind,
        key: kind.key().unwrap_or_default().to_owned(),
        label: Label::new(en, ru),
        required,
        options: Vec::new(),
        value: String::new(),
    };
    let form = SaveForm {
        id: None,
        slug: "call-back".to_owned(),
        name: Label::new("Call me back", "Обратный звонок"),
        fields: vec![
            field(FieldKind::Name, "Your name", "Ваше имя", true),
            field(FieldKind::Phone, "Phone", "Телефон", true),
            field(FieldKind::Email, "E-mail", "Эл. почта", false),
            field(FieldKind::Message, "What is it about?", "О чём речь?", false),
            field(FieldKind::Consent, "", "", false),
        ],
        texts: Texts {
            thanks: Label::new("Thank you! I'll call you soon.", "Спасибо! Я скоро вам позвоню."),
            ..Texts::default()
        },
        redirect: String::new(),
        origins: Vec::new(),
        call_back_minutes: 60,
        owner: OwnerRule::default(),
        duplicate_minutes: 10,
        guarded: true,
        active: true,
    };
    insert(tx, &form).await?;
    Ok(())
}
