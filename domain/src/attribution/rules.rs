//! The table that turns what is known of a visit into its channel: rules in order, of which the first that holds decides. It is data
//! that marketers edit; what a company begins with stands here as well.

use serde::{Deserialize, Serialize};

use super::Touch;
use crate::id::ChannelRuleId;
use crate::input::Checks;
use crate::{Fault, Outcome};

/// Longest name of a channel, in characters.
pub const CHANNEL_MAX: u32 = 80;
/// Longest value of a condition, in characters.
pub const CONDITION_MAX: u32 = 300;
/// More conditions of one rule nobody reads.
pub const CONDITIONS: usize = 8;
/// More rules nobody reads.
pub const RULES: usize = 200;

/// What may stand in a channel's name for a fact of the visit.
pub const PLACEHOLDERS: [(&str, Fact); 4] = [
    ("ads", Fact::Ads),
    ("source", Fact::Source),
    ("utm_source", Fact::UtmSource),
    ("referrer", Fact::Referrer),
];

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRule {
    pub id: ChannelRuleId,
    /// All of them must hold.
    pub conditions: Vec<Condition>,
    /// The channel's name; a [placeholder](PLACEHOLDERS) that nothing is known for lets the next rule decide.
    pub channel: String,
    pub version: i64,
}

impl ChannelRule {
    /// Whether it is the last one, which takes what no other rule took.
    pub fn is_last(&self) -> bool {
        self.conditions.is_empty()
    }
}

/// What a rule asks about a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub what: Fact,
    pub how: Comparison,
    /// Not looked at by [`Comparison::Known`].
    pub value: String,
}

/// What can be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    UtmSource,
    UtmMedium,
    UtmCampaign,
    UtmTerm,
    UtmContent,
    /// Which click id came along: `gclid`, `yclid`, …
    ClickId,
    /// Host of the site that the visitor came from, if that is another one.
    Referrer,
    /// Host of the landing page.
    Site,
    /// Path of the landing page.
    Path,
    /// Name of the known source: "Google", "Telegram".
    Source,
    /// What the known source is, by the code of its [`SourceKind`].
    Kind,
    /// Whether the click was paid for.
    Paid,
    /// The channel of the ad system that the click was paid to: "Google Ads".
    Ads,
    /// Whether the link names its campaign, source or medium.
    Tagged,
}

impl Fact {
    pub const ALL: [Fact; 14] = [
        Fact::Paid,
        Fact::Ads,
        Fact::Source,
        Fact::Kind,
        Fact::UtmSource,
        Fact::UtmMedium,
        Fact::UtmCampaign,
        Fact::UtmTerm,
        Fact::UtmContent,
        Fact::Tagged,
        Fact::ClickId,
        Fact::Referrer,
        Fact::Site,
        Fact::Path,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Fact::UtmSource => "utm_source",
            Fact::UtmMedium => "utm_medium",
            Fact::UtmCampaign => "utm_campaign",
            Fact::UtmTerm => "utm_term",
            Fact::UtmContent => "utm_content",
            Fact::ClickId => "click_id",
            Fact::Referrer => "referrer",
            Fact::Site => "site",
            Fact::Path => "path",
            Fact::Source => "source",
            Fact::Kind => "kind",
            Fact::Paid => "paid",
            Fact::Ads => "ads",
            Fact::Tagged => "tagged",
        }
    }

    pub fn from_code(code: &str) -> Option<Fact> {
        Fact::ALL.into_iter().find(|fact| fact.code() == code)
    }

    /// Whether it is `yes` or `no` and nothing else.
    pub fn is_flag(self) -> bool {
        matches!(self, Fact::Paid | Fact::Tagged)
    }
}

/// How a fact is compared with a condition's value; capitals make no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Is,
    /// One of those between the commas.
    OneOf,
    Contains,
    StartsWith,
    /// There is any value.
    Known,
}

impl Comparison {
    pub const ALL: [Comparison; 5] =
        [Comparison::Is, Comparison::OneOf, Comparison::Contains, Comparison::StartsWith, Comparison::Known];

    pub fn code(self) -> &'static str {
        match self {
            Comparison::Is => "is",
            Comparison::OneOf => "one_of",
            Comparison::Contains => "contains",
            Comparison::StartsWith => "starts_with",
            Comparison::Known => "known",
        }
    }

    pub fn from_code(code: &str) -> Option<Comparison> {
        Comparison::ALL.into_iter().find(|how| how.code() == code)
    }
}

/// What a known source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Search,
    Social,
    Assistant,
    Mail,
    Maps,
    /// A network that pays others for sending visitors.
    Partners,
    /// A network that shows ads on others' pages.
    Ads,
}

impl SourceKind {
    pub const ALL: [SourceKind; 7] = [
        SourceKind::Search,
        SourceKind::Social,
        SourceKind::Assistant,
        SourceKind::Mail,
        SourceKind::Maps,
        SourceKind::Partners,
        SourceKind::Ads,
    ];

    pub fn code(self) -> &'static str {
        match self {
            SourceKind::Search => "search",
            SourceKind::Social => "social",
            SourceKind::Assistant => "assistant",
            SourceKind::Mail => "mail",
            SourceKind::Maps => "maps",
            SourceKind::Partners => "partners",
            SourceKind::Ads => "ads",
        }
    }

    pub fn from_code(code: &str) -> Option<SourceKind> {
        SourceKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A flag that is set, as conditions ask for it.
pub const YES: &str = "yes";
/// A flag that is not.
pub const NO: &str = "no";

/// A rule as it is typed; `id` of an existing one with its version to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveChannelRule {
    pub id: Option<(ChannelRuleId, i64)>,
    pub conditions: Vec<Condition>,
    pub channel: String,
}

/// The field that a fault of a condition's value is told for.
pub fn value_field(condition: usize) -> String {
    format!("value_{condition}")
}

impl SaveChannelRule {
    /// Cleaned, or every fault of it. The last rule asks for nothing and always has a name to give; any other asks for something.
    pub fn checked(&self, is_last: bool) -> Outcome<SaveChannelRule> {
        let mut checks = Checks::new();
        let channel = checks.required("channel", &self.channel, CHANNEL_MAX);
        let placeholders = placeholders(&channel);
        if placeholders.as_ref().is_none_or(|named| is_last && !named.is_empty()) {
            checks.fail("channel", Fault::Unknown);
        }
        if is_last != self.conditions.is_empty() {
            checks.fail("conditions", if is_last { Fault::ReadOnly } else { Fault::Required });
        }
        if self.conditions.len() > CONDITIONS {
            checks.fail("conditions", Fault::OutOfRange);
        }
        let conditions = self.conditions.iter().enumerate();
        let conditions = conditions.map(|(at, condition)| condition.checked(&mut checks, &value_field(at)));
        let conditions = conditions.collect();
        checks.finish()?;
        Ok(SaveChannelRule { id: self.id, conditions, channel })
    }
}

impl Condition {
    fn checked(&self, checks: &mut Checks, field: &str) -> Condition {
        let Condition { what, how, value } = self;
        if what.is_flag() {
            let value = value.trim().to_lowercase();
            if *how != Comparison::Known && value != YES && value != NO {
                checks.fail(field, Fault::Unknown);
            }
            let value = if *how == Comparison::Known { YES.to_owned() } else { value };
            return Condition { what: *what, how: Comparison::Is, value };
        }
        if *how == Comparison::Known {
            return Condition { what: *what, how: *how, value: String::new() };
        }
        let value = checks.required(field, value, CONDITION_MAX);
        let is_whole = matches!(how, Comparison::Is | Comparison::OneOf);
        let asked: Vec<String> = parts(*how, &value).collect();
        if asked.is_empty() && !checks.has(field) {
            checks.fail(field, Fault::Required);
        }
        let is_unknown = |kind: &String| SourceKind::from_code(kind).is_none();
        if *what == Fact::Kind && is_whole && asked.iter().any(is_unknown) {
            checks.fail(field, Fault::Unknown);
        }
        Condition { what: *what, how: *how, value }
    }
}

/// What a condition's value asks for, in small letters.
pub(super) fn parts(how: Comparison, value: &str) -> impl Iterator<Item = String> {
    let comma = how == Comparison::OneOf;
    let parts = value.split(move |c| comma && c == ',').map(|part| part.trim().to_lowercase());
    parts.filter(|part| !part.is_empty())
}

/// The facts that stand in a channel's name; `None` when something in braces is none.
fn placeholders(channel: &str) -> Option<Vec<Fact>> {
    let mut named = Vec::new();
    let mut rest = channel;
    while let Some((_, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}')?;
        named.push(placeholder(name)?);
        rest = after;
    }
    Some(named)
}

/// The fact that a placeholder stands for.
pub(super) fn placeholder(name: &str) -> Option<Fact> {
    PLACEHOLDERS.into_iter().find(|(known, _)| *known == name).map(|(_, fact)| fact)
}

/// What became of an address in the test of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Explained {
    pub touch: Touch,
    /// Name of the known source; empty: none was recognised.
    pub source: String,
    /// Where in the table the rule stands that decided; `None`: none did.
    pub rule: Option<usize>,
}

/// The rules that a company begins with. Ids and versions are the store's to give.
pub fn standard_rules() -> Vec<ChannelRule> {
    use Comparison::{Is, Known, OneOf};
    let rule = |conditions: &[(Fact, Comparison, &str)], channel: &str| ChannelRule {
        id: ChannelRuleId(uuid::Uuid::nil()),
        conditions: conditions
            .iter()
            .map(|(what, how, value)| Condition { what: *what, how: *how, value: (*value).to_owned() })
            .collect(),
        channel: channel.to_owned(),
        version: 1,
    };
    vec![
        rule(&[(Fact::Paid, Is, YES), (Fact::Ads, Known, "")], "{ads}"),
        rule(&[(Fact::UtmMedium, OneOf, "email, e-mail, mail, newsletter")], "E-mail"),
        rule(&[(Fact::UtmMedium, Is, "sms")], "SMS"),
        rule(&[(Fact::UtmMedium, OneOf, "affiliate, partner, partners")], "Partners"),
        rule(&[(Fact::UtmMedium, Is, "referral")], "Referral"),
        rule(&[(Fact::Paid, Is, YES)], "Other ads"),
        rule(&[(Fact::Kind, Is, "search")], "{source} organic"),
        rule(&[(Fact::Kind, Is, "mail")], "E-mail"),
        rule(&[(Fact::Kind, Is, "partners")], "Partners"),
        rule(&[(Fact::Source, Known, "")], "{source}"),
        rule(
            &[(Fact::UtmMedium, OneOf, "social, smm, social-network, social_network, sm, social-media")],
            "Social",
        ),
        rule(&[(Fact::Tagged, Is, YES)], "Campaign"),
        rule(&[(Fact::Referrer, Known, "")], "Referral"),
        rule(&[], "Direct"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    fn save(conditions: &[(Fact, Comparison, &str)], channel: &str) -> SaveChannelRule {
        let conditions = conditions.iter().map(|(what, how, value)| Condition {
            what: *what,
            how: *how,
            value: (*value).to_owned(),
        });
        SaveChannelRule { id: None, conditions: conditions.collect(), channel: channel.into() }
    }

    fn fault(rule: &SaveChannelRule, is_last: bool, field: &str) -> Option<Fault> {
        rule.checked(is_last).err().and_then(|problem: Problem| problem.fault_of(field))
    }

    #[test]
    fn the_standard_rules_pass_their_own_checks() {
        let rules = standard_rules();
        for (at, rule) in rules.iter().enumerate() {
            let is_last = at + 1 == rules.len();
            assert_eq!(rule.is_last(), is_last, "{}", rule.channel);
            let typed = SaveChannelRule {
                id: None,
                conditions: rule.conditions.clone(),
                channel: rule.channel.clone(),
            };
            assert_eq!(typed.checked(is_last).as_ref(), Ok(&typed));
        }
    }

    #[test]
    fn every_code_means_what_it_came_from() {
        assert!(Fact::ALL.into_iter().all(|fact| Fact::from_code(fact.code()) == Some(fact)));
        assert!(Comparison::ALL.into_iter().all(|how| Comparison::from_code(how.code()) == Some(how)));
        assert!(SourceKind::ALL.into_iter().all(|kind| SourceKind::from_code(kind.code()) == Some(kind)));
    }

    #[test]
    fn every_fault_of_a_rule_is_named() {
        use Comparison::{Is, Known, OneOf};
        for (rule, is_last, field, wanted) in [
            (save(&[(Fact::Site, Is, "a.example")], " "), false, "channel", Fault::Required),
            (save(&[(Fact::Site, Is, "a.example")], "{keyword}"), false, "channel", Fault::Unknown),
            (save(&[(Fact::Site, Is, "a.example")], "Ads {source"), false, "channel", Fault::Unknown),
            (save(&[(Fact::Site, Is, "a.example")], &"x".repeat(81)), false, "channel", Fault::TooLong(80)),
            (save(&[], "Ads"), false, "conditions", Fault::Required),
            (save(&[(Fact::Site, Known, "")], "Direct"), true, "conditions", Fault::ReadOnly),
            (save(&[], "{source}"), true, "channel", Fault::Unknown),
            (save(&[(Fact::Site, Known, ""); 9], "Ads"), false, "conditions", Fault::OutOfRange),
            (
                save(&[(Fact::Paid, Is, "yes"), (Fact::Site, Is, " ")], "Ads"),
                false,
                "value_1",
                Fault::Required,
            ),
            (save(&[(Fact::UtmMedium, OneOf, ", ,")], "Ads"), false, "value_0", Fault::Required),
            (save(&[(Fact::Paid, Is, "perhaps")], "Ads"), false, "value_0", Fault::Unknown),
            (save(&[(Fact::Kind, OneOf, "search, sauna")], "Ads"), false, "value_0", Fault::Unknown),
        ] {
            assert_eq!(fault(&rule, is_last, field), Some(wanted), "{rule:?}");
        }
    }

    #[test]
    fn what_is_typed_is_cleaned() {
        use Comparison::{Contains, Is, Known};
        let typed = save(
            &[(Fact::Paid, Known, "x"), (Fact::Tagged, Is, " NO "), (Fact::Source, Known, "x")],
            "  {source}\n ads ",
        );
        let clean = save(
            &[(Fact::Paid, Is, "yes"), (Fact::Tagged, Is, "no"), (Fact::Source, Known, "")],
            "{source} ads",
        );
        assert_eq!(typed.checked(false), Ok(clean));
        let part = save(&[(Fact::Kind, Contains, "sea")], "Any search");
        assert_eq!(part.checked(false).as_ref(), Ok(&part));
    }
}
