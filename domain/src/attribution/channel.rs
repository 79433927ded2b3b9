//! From addresses to what a manager reads: channel, search engine, keyword.

use super::address::{Address, Legacy};
use super::sources::{self, CLICK_IDS, ClickId, Kind, Source};
use super::{Attribution, RawAttribution, Touch};

/// What the visitor's browser told, understood. Never fails: rubbish is an empty touch, "Direct".
pub fn understand(raw: &RawAttribution) -> Attribution {
    let last = touch(&raw.landing_url, &raw.referrer);
    // A site that remembers no earlier visit is seen for the first time.
    let first = if raw.first_landing_url.trim().is_empty() && raw.first_referrer.trim().is_empty() {
        last.clone()
    } else {
        touch(&raw.first_landing_url, &raw.first_referrer)
    };
    Attribution { first, last }
}

fn touch(landing: &str, referrer: &str) -> Touch {
    let landing = Address::page(landing);
    let referrer = Address::referrer(referrer);
    let parameter =
        |name| landing.as_ref().map(|page| page.parameter(name, Legacy::Cyrillic)).unwrap_or_default();
    let click = CLICK_IDS.iter().map(|id| (id, parameter(id.name))).find(|(_, value)| !value.is_empty());
    let mut touch = Touch {
        utm_source: parameter("utm_source"),
        utm_medium: parameter("utm_medium"),
        utm_campaign: parameter("utm_campaign"),
        utm_term: parameter("utm_term"),
        utm_content: parameter("utm_content"),
        click_id_kind: click.as_ref().map(|(id, _)| id.name.to_owned()).unwrap_or_default(),
        site: landing.as_ref().map(Address::site).unwrap_or_default(),
        ..Touch::default()
    };
    let origin = Origin {
        click: click.as_ref().map(|(id, _)| *id),
        campaign: sources::of_campaign(&touch.utm_source),
        // Walking about on one site brings nobody new.
        referrer: referrer
            .as_ref()
            .filter(|from| !landing.as_ref().is_some_and(|to| related(&from.host, &to.host))),
    };
    touch.channel = origin.channel(&touch);
    touch.search_engine =
        origin.search_engine(&touch).map(|source| source.name.to_owned()).unwrap_or_default();
    touch.keyword = if is_placeholder(&touch.utm_term) { origin.question() } else { touch.utm_term.clone() };
    touch.click_id = click.map(|(_, value)| value).unwrap_or_default();
    touch.landing_url = landing.map(|page| page.text).unwrap_or_default();
    touch.referrer = referrer.map(|page| page.text).unwrap_or_default();
    touch
}

/// What is known of a visit's origin.
struct Origin<'a> {
    click: Option<&'static ClickId>,
    campaign: Option<&'static Source>,
    referrer: Option<&'a Address>,
}

impl Origin<'_> {
    fn referrer_source(&self) -> Option<&'static Source> {
        self.referrer.and_then(sources::of_address)
    }

    /// The ad system, when the click was paid for: its own click id is surer than what somebody typed into a campaign's link.
    fn ad_system(&self, touch: &Touch) -> Option<&'static Source> {
        match self.click {
            Some(click) if click.paid => click.source(),
            _ if is_paid(&touch.utm_medium) => {
                self.campaign.or_else(|| self.click?.source()).filter(|s| !s.ads.is_empty())
            }
            _ => None,
        }
    }

    fn search_engine(&self, touch: &Touch) -> Option<&'static Source> {
        self.ad_system(touch).or_else(|| {
            let free = self.click.and_then(ClickId::source);
            [self.campaign, free, self.referrer_source()]
                .into_iter()
                .flatten()
                .find(|s| s.kind == Kind::Search)
        })
    }

    fn channel(&self, touch: &Touch) -> String {
        if let Some(system) = self.ad_system(touch) {
            return system.ads.to_owned();
        }
        if let Some(channel) = by_medium(&touch.utm_medium) {
            return channel.to_owned();
        }
        let source =
            self.campaign.or_else(|| self.click.and_then(ClickId::source)).or_else(|| self.referrer_source());
        if let Some(source) = source {
            return unpaid(source);
        }
        let tagged =
            !touch.utm_source.is_empty() || !touch.utm_medium.is_empty() || !touch.utm_campaign.is_empty();
        match (tagged, self.referrer) {
            _ if is_social(&touch.utm_medium) => "Social",
            (true, _) => "Campaign",
            (false, Some(_)) => "Referral",
            (false, None) => "Direct",
        }
        .to_owned()
    }

    /// What the visitor asked the search engine that the referrer belongs to.
    fn question(&self) -> String {
        let Some((address, source)) = self.referrer.zip(self.referrer_source()) else { return String::new() };
        let questions = source.questions.iter().map(|name| address.parameter(name, source.legacy));
        questions.into_iter().find(|question| !question.is_empty()).unwrap_or_default()
    }
}

fn unpaid(source: &Source) -> String {
    match source.kind {
        Kind::Search => format!("{} organic", source.name),
        Kind::Mail => "E-mail".to_owned(),
        Kind::Social | Kind::Assistant | Kind::Maps => source.name.to_owned(),
    }
}

fn is_paid(medium: &str) -> bool {
    let medium = medium.to_lowercase();
    medium.starts_with("paid")
        || matches!(
            medium.as_str(),
            "cpc"
                | "ppc"
                | "cpm"
                | "cpv"
                | "cpa"
                | "cpl"
                | "cpo"
                | "cpi"
                | "sem"
                | "ad"
                | "ads"
                | "display"
                | "banner"
                | "retargeting"
        )
}

fn is_social(medium: &str) -> bool {
    matches!(
        medium.to_lowercase().as_str(),
        "social" | "smm" | "social-network" | "social_network" | "sm" | "social-media"
    )
}

/// Channels that the campaign's medium decides whatever its source.
fn by_medium(medium: &str) -> Option<&'static str> {
    match medium.to_lowercase().as_str() {
        "email" | "e-mail" | "mail" | "newsletter" => Some("E-mail"),
        "sms" => Some("SMS"),
        "affiliate" | "partner" | "partners" => Some("Partners"),
        "referral" => Some("Referral"),
        medium if is_paid(medium) => Some("Other ads"),
        _ => None,
    }
}

/// Nothing, or a placeholder that the ad system should have replaced: `{keyword}`.
fn is_placeholder(term: &str) -> bool {
    term.is_empty() || (term.starts_with('{') && term.ends_with('}'))
}

/// One site or its subdomain.
fn related(a: &str, b: &str) -> bool {
    let within = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    within(a, b) || within(b, a)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
