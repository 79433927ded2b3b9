//! What people agreed to, and what they took back.

use domain::consent::{Consent, Purpose};
use domain::id::{ConsentId, FormId};
use domain::{Lang, Outcome};
use sea_orm::entity::prelude::*;

use crate::error::broken;
use crate::reference::Reference;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub lead_id: Option<Uuid>,
    /// Also that of the lead, once it was converted.
    pub contact_id: Option<Uuid>,
    pub purpose: String,
    pub text_version: i64,
    /// As it was shown.
    pub text: String,
    pub lang: String,
    pub given_at: DateTimeUtc,
    pub form_id: Option<Uuid>,
    pub submission_id: Option<Uuid>,
    /// The network address that the form was sent from.
    pub ip: String,
    /// Told by whoever recorded it by hand.
    pub how: String,
    pub recorded_by: Option<Uuid>,
    pub withdrawn_at: Option<DateTimeUtc>,
    pub withdrawn_by: Option<Uuid>,
    pub withdrawn_why: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_consent(self, reference: &Reference) -> Outcome<Consent> {
        Ok(Consent {
            id: ConsentId(self.id),
            purpose: Purpose::from_code(&self.purpose).ok_or_else(|| broken("a consent to nothing"))?,
            version: self.text_version,
            text: self.text,
            lang: Lang::from_tag(&self.lang).unwrap_or_default(),
            given_at: self.given_at,
            form: self.form_id.and_then(|id| reference.form(FormId(id))).map(|form| form.name.clone()),
            ip: self.ip,
            how: self.how,
            recorded_by: reference.person(self.recorded_by),
            withdrawn_at: self.withdrawn_at,
            withdrawn_by: reference.person(self.withdrawn_by),
            withdrawn_why: self.withdrawn_why,
        })
    }
}
