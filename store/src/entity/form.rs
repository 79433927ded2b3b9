//! Lead forms.

use domain::form;
use domain::id::FormId;
use domain::{Label, Outcome};
use sea_orm::entity::prelude::*;

use crate::error::broken;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "forms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub slug: String,
    pub name_en: String,
    pub name_ru: String,
    /// JSON.
    pub fields: String,
    /// JSON.
    pub texts: String,
    pub redirect: String,
    /// One a line.
    pub origins: String,
    pub call_back_minutes: i32,
    /// JSON.
    pub owner: String,
    pub duplicate_minutes: i32,
    pub guarded: bool,
    pub active: bool,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_form(self) -> Outcome<form::Form> {
        Ok(form::Form {
            id: FormId(self.id),
            slug: self.slug,
            name: Label::new(self.name_en, self.name_ru),
            fields: serde_json::from_str(&self.fields).map_err(broken)?,
            texts: serde_json::from_str(&self.texts).map_err(broken)?,
            redirect: self.redirect,
            origins: self.origins.lines().map(str::to_owned).collect(),
            call_back_minutes: self.call_back_minutes,
            owner: serde_json::from_str(&self.owner).map_err(broken)?,
            duplicate_minutes: self.duplicate_minutes,
            guarded: self.guarded,
            active: self.active,
            version: self.version,
        })
    }
}
