//! From addresses to what a manager reads: search engine, keyword and, by the company's rules, the channel.

use std::borrow::Cow;

use super::address::{Address, Legacy, VALUE_MAX, cut};
use super::openstat::Openstat;
use super::rules::{self, ChannelRule, Comparison, Condition, Explained, Fact, NO, SourceKind, YES};
use super::sources::{self, CLICK_IDS, ClickId, Source};
use super::{Attribution, RawAttribution, Touch};

/// Parameters of the landing page in which advertisers let the ad system put the keyword.
const KEYWORDS: [&str; 9] =
    ["keyword", "phrase", "kw", "term", "hsa_kw", "n_query", "n_keyword", "hmkw", "q"];

/// The channel of what no rule takes.
const DIRECT: &str = "Direct";

/// What the visitor's browser told, understood by the company's rules. Never fails: rubbish is an empty touch.
pub fn understand(raw: &RawAttribution, rules: &[ChannelRule]) -> Attribution {
    let last = visit(&raw.landing_url, &raw.referrer, rules).touch;
    // A site that remembers no earlier visit is seen for the first time.
    let first = if raw.first_landing_url.trim().is_empty() && raw.first_referrer.trim().is_empty() {
        last.clone()
    } else {
        visit(&raw.first_landing_url, &raw.first_referrer, rules).touch
    };
    Attribution { first, last }
}

/// The visit that made the lead, with the rule that decided its channel.
pub fn explain(raw: &RawAttribution, rules: &[ChannelRule]) -> Explained {
    visit(&raw.landing_url, &raw.referrer, rules)
}

fn visit(landing: &str, referrer: &str, rules: &[ChannelRule]) -> Explained {
    let landing = Address::page(landing);
    let referrer = Address::referrer(referrer);
    let parameter = |name| {
        let value = landing.as_ref().map(|page| page.parameter(name, Legacy::Cyrillic)).unwrap_or_default();
        if is_placeholder(&value) { String::new() } else { value }
    };
    let named: Vec<&str> = landing.iter().flat_map(Address::parameters).collect();
    let click = CLICK_IDS
        .iter()
        .filter(|id| named.iter().any(|name| name.eq_ignore_ascii_case(id.name)))
        .map(|id| (id, parameter(id.name)))
        .find(|(id, value)| id.is(value));
    let label = landing.as_ref().and_then(|page| page.values("_openstat").find_map(Openstat::read));
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
    let seller = label.as_ref().and_then(|label| sources::of_campaign(&label.service));
    if let Some(label) = label {
        fill(&mut touch.utm_source, label.service);
        fill(&mut touch.utm_campaign, label.campaign);
        fill(&mut touch.utm_content, label.ad);
    }
    // Walking about on one site brings nobody new.
    let from =
        referrer.as_ref().filter(|from| !landing.as_ref().is_some_and(|to| related(&from.host, &to.host)));
    let origin = Origin {
        click: click.as_ref().map(|(id, _)| *id),
        click_source: click.as_ref().and_then(|(id, _)| id.source()),
        campaign: sources::of_campaign(&touch.utm_source).or(seller),
        // Ad systems label the clicks they are paid for.
        paid: is_paid(&touch.utm_medium) || seller.is_some_and(|seller| !seller.ads.is_empty()),
        path: landing.as_ref().map(Address::shown_path).unwrap_or_default(),
        referrer: from,
        referrer_source: from.and_then(sources::of_address),
    };
    touch.search_engine = origin.search_engine().map(|source| source.name.to_owned()).unwrap_or_default();
    touch.keyword = match touch.utm_term.as_str() {
        "" => {
            let mut bought = KEYWORDS.into_iter().filter(|_| origin.is_paid()).map(parameter);
            bought.find(|keyword| !keyword.is_empty()).unwrap_or_else(|| origin.question())
        }
        term => term.to_owned(),
    };
    let facts = Facts { touch: &touch, origin: &origin };
    let decided = rules.iter().enumerate().find_map(|(at, rule)| Some((at, facts.decided_by(rule)?)));
    let rule = decided.as_ref().map(|(at, _)| *at);
    let source = origin.source().map(|source| source.name.to_owned()).unwrap_or_default();
    touch.channel = decided.map_or_else(|| DIRECT.to_owned(), |(_, channel)| channel);
    touch.click_id = click.map(|(_, value)| value).unwrap_or_default();
    touch.landing_url = landing.map(|page| page.text).unwrap_or_default();
    touch.referrer = referrer.map(|page| page.text).unwrap_or_default();
    Explained { touch, source, rule }
}

/// What a tag does not say, the ad system's label may.
fn fill(tag: &mut String, label: String) {
    if tag.is_empty() && !is_placeholder(&label) {
        *tag = label;
    }
}

/// What is known of a visit's origin.
struct Origin<'a> {
    click: Option<&'static ClickId>,
    click_source: Option<&'static Source>,
    campaign: Option<&'static Source>,
    /// Whether the link says that the click was paid for.
    paid: bool,
    /// Of the landing page.
    path: String,
    referrer: Option<&'a Address>,
    referrer_source: Option<&'static Source>,
}

impl Origin<'_> {
    fn is_paid(&self) -> bool {
        self.paid || self.click.is_some_and(|click| click.paid)
    }

    /// The ad system, when the click was paid for: its own click id is surer than what somebody typed into a campaign's link.
    fn ad_system(&self) -> Option<&'static Source> {
        match self.click {
            Some(click) if click.paid => self.click_source,
            _ if self.paid => self.campaign.or(self.click_source).filter(|s| !s.ads.is_empty()),
            _ => None,
        }
    }

    /// The known source: who was paid, else what the campaign names, the click id tells or the referrer is.
    fn source(&self) -> Option<&'static Source> {
        self.ad_system().or(self.campaign).or(self.click_source).or(self.referrer_source)
    }

    fn search_engine(&self) -> Option<&'static Source> {
        self.ad_system().or_else(|| {
            let known = [self.campaign, self.click_source, self.referrer_source];
            known.into_iter().flatten().find(|source| source.kind == SourceKind::Search)
        })
    }

    /// What the visitor asked the search engine that the referrer belongs to.
    fn question(&self) -> String {
        let Some((address, source)) = self.referrer.zip(self.referrer_source) else { return String::new() };
        let mut questions = source.questions.iter().map(|name| address.parameter(name, source.legacy));
        questions.find(|question| !question.is_empty()).unwrap_or_default()
    }
}

/// A visit as rules ask about it.
struct Facts<'a> {
    touch: &'a Touch,
    origin: &'a Origin<'a>,
}

impl Facts<'_> {
    fn of(&self, what: Fact) -> Cow<'_, str> {
        let (touch, origin) = (self.touch, self.origin);
        match what {
            Fact::UtmSource => Cow::from(&touch.utm_source),
            Fact::UtmMedium => Cow::from(&touch.utm_medium),
            Fact::UtmCampaign => Cow::from(&touch.utm_campaign),
            Fact::UtmTerm => Cow::from(&touch.utm_term),
            Fact::UtmContent => Cow::from(&touch.utm_content),
            Fact::ClickId => Cow::from(&touch.click_id_kind),
            Fact::Referrer => Cow::from(origin.referrer.map(Address::site).unwrap_or_default()),
            Fact::Site => Cow::from(&touch.site),
            Fact::Path => Cow::from(&origin.path),
            Fact::Source => Cow::from(origin.source().map_or("", |source| source.name)),
            Fact::Kind => Cow::from(origin.source().map_or("", |source| source.kind.code())),
            Fact::Ads => Cow::from(origin.ad_system().map_or("", |system| system.ads)),
            Fact::Paid => Cow::from(flag(origin.is_paid())),
            Fact::Tagged => {
                let tags = [&touch.utm_source, &touch.utm_medium, &touch.utm_campaign];
                Cow::from(flag(tags.into_iter().any(|tag| !tag.is_empty())))
            }
        }
    }

    /// The channel, if the rule is the one for this visit.
    fn decided_by(&self, rule: &ChannelRule) -> Option<String> {
        if !rule.conditions.iter().all(|condition| self.fulfil(condition)) {
            return None;
        }
        self.filled(&rule.channel).filter(|channel| !channel.is_empty())
    }

    fn fulfil(&self, condition: &Condition) -> bool {
        let Condition { what, how, value } = condition;
        let fact = self.of(*what).to_lowercase();
        let is_host = matches!(what, Fact::Referrer | Fact::Site);
        let mut asked = rules::parts(*how, value).map(|asked| {
            // Hosts are compared as people write them, however the condition has them.
            if is_host && asked.contains("xn--") { idna::domain_to_unicode(&asked).0 } else { asked }
        });
        match how {
            Comparison::Known => !fact.is_empty(),
            Comparison::Is | Comparison::OneOf => asked.any(|asked| fact == asked),
            Comparison::Contains => asked.any(|asked| fact.contains(&asked)),
            Comparison::StartsWith => asked.any(|asked| fact.starts_with(&asked)),
        }
    }

    /// The channel's name with its placeholders replaced; `None` where nothing is known for one.
    fn filled(&self, name: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = name;
        while let Some((before, tail)) = rest.split_once('{') {
            filled.push_str(before);
            let (placeholder, after) = tail.split_once('}')?;
            let fact = self.of(rules::placeholder(placeholder)?);
            if fact.is_empty() {
                return None;
            }
            filled.push_str(&fact);
            rest = after;
        }
        filled.push_str(rest);
        Some(cut(&filled, VALUE_MAX))
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

fn flag(set: bool) -> &'static str {
    if set { YES } else { NO }
}

/// What the ad system should have replaced: `{keyword}`, `{{campaign.name}}`, `__CAMPAIGN_NAME__`.
fn is_placeholder(value: &str) -> bool {
    let is_macro = |c: char| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit();
    (value.starts_with('{') && value.ends_with('}'))
        || (value.len() > 4
            && value.starts_with("__")
            && value.ends_with("__")
            && value.chars().all(is_macro))
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
