//! Click ids: the parameters that ad systems and networks add to every click by themselves.

use super::{Source, named};

#[derive(Debug)]
pub(in crate::attribution) struct ClickId {
    pub(in crate::attribution) name: &'static str,
    source: &'static str,
    /// What its value begins with, where another system uses the same parameter.
    begins: &'static str,
    /// Whether only paid clicks carry it.
    pub(in crate::attribution) paid: bool,
}

impl ClickId {
    pub(in crate::attribution) fn source(&self) -> Option<&'static Source> {
        named(self.source)
    }

    /// Whether the parameter's value is one of this system.
    pub(in crate::attribution) fn is(&self, value: &str) -> bool {
        !value.is_empty() && value.starts_with(self.begins)
    }
}

const fn paid(name: &'static str, source: &'static str) -> ClickId {
    ClickId { name, source, begins: "", paid: true }
}

const fn free(name: &'static str, source: &'static str) -> ClickId {
    ClickId { name, source, begins: "", paid: false }
}

const fn begins(begins: &'static str, click: ClickId) -> ClickId {
    ClickId { begins, ..click }
}

/// Paid ones first: of several the first tells more.
pub(in crate::attribution) static CLICK_IDS: &[ClickId] = &[
    paid("gclid", "Google"),
    paid("gbraid", "Google"),
    paid("wbraid", "Google"),
    paid("dclid", "Google"),
    begins("YSS.", paid("yclid", "Yahoo Japan")),
    begins("YJAD.", paid("yclid", "Yahoo Japan")),
    paid("yclid", "Yandex"),
    paid("ymclid", "Yandex"),
    paid("yadclid", "Yandex"),
    paid("msclkid", "Bing"),
    paid("vkclid", "VK"),
    paid("rb_clickid", "VK"),
    paid("mt_click_id", "VK"),
    paid("ttclid", "TikTok"),
    paid("twclid", "X"),
    paid("li_fat_id", "LinkedIn"),
    paid("rdt_cid", "Reddit"),
    paid("epik", "Pinterest"),
    paid("sccid", "Snapchat"),
    paid("qclid", "Quora"),
    paid("ndclid", "Nextdoor"),
    paid("sznclid", "Seznam"),
    paid("bd_vid", "Baidu"),
    begins("nad-", paid("n_ad", "Naver")),
    paid("napm", "Naver"),
    paid("tblci", "Taboola"),
    paid("dicbo", "Outbrain"),
    paid("obclid", "Outbrain"),
    paid("ob_click_id", "Outbrain"),
    paid("cto_pld", "Criteo"),
    // Stays where the ids themselves are taken out.
    paid("gad_source", "Google"),
    free("fbclid", "Facebook"),
    free("igshid", "Instagram"),
    free("igsh", "Instagram"),
    free("ysclid", "Yandex"),
    free("srsltid", "Google"),
    free("awc", "Awin"),
    free("irclickid", "Impact"),
    free("cjevent", "CJ"),
    free("sscid", "ShareASale"),
    free("tduid", "Tradedoubler"),
    free("admitad_uid", "Admitad"),
    free("mc_eid", "Mailchimp"),
    free("mc_cid", "Mailchimp"),
    free("_hsenc", "HubSpot Mail"),
    free("mkt_tok", "Marketo"),
    free("_kx", "Klaviyo"),
    free("ml_subscriber", "MailerLite"),
];
