//! Lead forms.

use domain::form::{Field, FieldKind, Form};
use domain::{Label, Outcome, Problem};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryOrder, Set};

use crate::Db;
use crate::db::Tx;
use crate::entity::form;
use crate::error::{OrProblem, broken};
use crate::id::new_id;

/// The active form of that name; anybody may read it.
pub async fn public(db: &Db, slug: &str) -> Outcome<Form> {
    let reference = db.reference().await?;
    reference.form_by_slug(slug).filter(|form| form.active).cloned().ok_or(Problem::NotFound)
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
    let field = |kind, en, ru, required| Field { kind, label: Label::new(en, ru), required };
    let fields = [
        field(FieldKind::Name, "Your name", "Ваше имя", true),
        field(FieldKind::Phone, "Phone", "Телефон", true),
        field(FieldKind::Email, "E-mail", "Эл. почта", false),
        field(FieldKind::Message, "What is it about?", "О чём речь?", false),
    ];
    form::ActiveModel {
        id: Set(new_id()),
        slug: Set("call-back".to_owned()),
        name_en: Set("Call me back".to_owned()),
        name_ru: Set("Обратный звонок".to_owned()),
        fields: Set(serde_json::to_string(&fields).map_err(broken)?),
        thanks_en: Set("Thank you! I'll call you soon.".to_owned()),
        thanks_ru: Set("Спасибо! Я скоро вам позвоню.".to_owned()),
        call_back_minutes: Set(60),
        owner_id: Set(None),
        active: Set(true),
        created_at: Set(tx.now()),
        version: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    Ok(())
}
