//! Where a lead came from.

use serde::{Deserialize, Serialize};

#[cfg(feature = "native")]
mod address;
#[cfg(feature = "native")]
mod channel;
#[cfg(feature = "native")]
mod openstat;
mod rules;
#[cfg(feature = "native")]
mod sources;

#[cfg(feature = "native")]
pub use channel::{explain, understand};
pub use rules::{
    CHANNEL_MAX, CONDITIONS, ChannelRule, Comparison, Condition, Explained, Fact, NO, PLACEHOLDERS, RULES,
    SaveChannelRule, SourceKind, YES, standard_rules, value_field,
};
#[cfg(feature = "native")]
pub use sources::{click_ids, names};

/// What the visitor's browser tells about the way to the form; the server derives everything else from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RawAttribution {
    /// Address of the page where the visit that made the lead began, with its query.
    pub landing_url: String,
    pub referrer: String,
    /// The same of the very first visit that the site remembers.
    pub first_landing_url: String,
    pub first_referrer: String,
}

/// One touch: a visit to a site, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Touch {
    /// What a manager reads: "Google Ads", "Yandex organic", "Referral", "Direct". A [rule](ChannelRule) decides.
    pub channel: String,
    /// Search engine or ad system: "Google", "Yandex".
    pub search_engine: String,
    pub keyword: String,
    pub utm_source: String,
    pub utm_medium: String,
    pub utm_campaign: String,
    pub utm_term: String,
    pub utm_content: String,
    /// Which click id it is: `gclid`, `yclid`, …
    pub click_id_kind: String,
    pub click_id: String,
    pub landing_url: String,
    pub referrer: String,
    /// Host of the landing page.
    pub site: String,
}

/// First and last touch of a lead, and of the contact and the deal that were made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attribution {
    pub first: Touch,
    /// The touch that made the lead.
    pub last: Touch,
}

/// What records came by, for choosing which of them a list shows; each in order and once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origins {
    pub channels: Vec<String>,
    pub campaigns: Vec<String>,
    pub keywords: Vec<String>,
}

impl Attribution {
    /// Whether anything is known of where it came from.
    pub fn is_known(&self) -> bool {
        *self != Attribution::default()
    }

    /// Whether the first visit was another than the one that made the lead.
    pub fn has_earlier_touch(&self) -> bool {
        self.first != Touch::default() && self.first != self.last
    }
}
