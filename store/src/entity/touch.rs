//! Visits that led to a lead: the first one and the one that made it.

use domain::attribution;
use sea_orm::Set;
use sea_orm::entity::prelude::*;

/// Position of the very first visit.
pub(crate) const FIRST: &str = "first";
/// Position of the visit that made the lead.
pub(crate) const LAST: &str = "last";

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "touches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub lead_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: String,
    pub channel: String,
    pub search_engine: String,
    pub keyword: String,
    pub utm_source: String,
    pub utm_medium: String,
    pub utm_campaign: String,
    pub utm_term: String,
    pub utm_content: String,
    pub click_id_kind: String,
    pub click_id: String,
    pub landing_url: String,
    pub referrer: String,
    pub site: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for attribution::Touch {
    fn from(row: Model) -> Self {
        attribution::Touch {
            channel: row.channel,
            search_engine: row.search_engine,
            keyword: row.keyword,
            utm_source: row.utm_source,
            utm_medium: row.utm_medium,
            utm_campaign: row.utm_campaign,
            utm_term: row.utm_term,
            utm_content: row.utm_content,
            click_id_kind: row.click_id_kind,
            click_id: row.click_id,
            landing_url: row.landing_url,
            referrer: row.referrer,
            site: row.site,
        }
    }
}

/// A lead's touches.
pub(crate) fn both(rows: impl IntoIterator<Item = Model>) -> attribution::Attribution {
    let mut both = attribution::Attribution::default();
    for row in rows {
        let place = if row.position == FIRST { &mut both.first } else { &mut both.last };
        *place = row.into();
    }
    both
}

/// The row of a lead's touch.
pub(crate) fn row(lead: Uuid, position: &str, touch: &attribution::Touch) -> ActiveModel {
    ActiveModel {
        lead_id: Set(lead),
        position: Set(position.to_owned()),
        channel: Set(touch.channel.clone()),
        search_engine: Set(touch.search_engine.clone()),
        keyword: Set(touch.keyword.clone()),
        utm_source: Set(touch.utm_source.clone()),
        utm_medium: Set(touch.utm_medium.clone()),
        utm_campaign: Set(touch.utm_campaign.clone()),
        utm_term: Set(touch.utm_term.clone()),
        utm_content: Set(touch.utm_content.clone()),
        click_id_kind: Set(touch.click_id_kind.clone()),
        click_id: Set(touch.click_id.clone()),
        landing_url: Set(touch.landing_url.clone()),
        referrer: Set(touch.referrer.clone()),
        site: Set(touch.site.clone()),
    }
}
