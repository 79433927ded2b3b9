//! Rules in words.

use domain::Lang;
use domain::attribution::{ChannelRule, Comparison, Condition, Fact, NO, SourceKind};

/// What can be asked about. Tags are called what they are called in addresses.
pub fn fact(lang: Lang, fact: Fact) -> String {
    match fact {
        Fact::UtmSource | Fact::UtmMedium | Fact::UtmCampaign | Fact::UtmTerm | Fact::UtmContent => {
            fact.code().to_owned()
        }
        Fact::ClickId => tr!(lang, channels.fact_click_id),
        Fact::Referrer => tr!(lang, channels.fact_referrer),
        Fact::Site => tr!(lang, channels.fact_site),
        Fact::Path => tr!(lang, channels.fact_path),
        Fact::Source => tr!(lang, channels.fact_source),
        Fact::Kind => tr!(lang, channels.fact_kind),
        Fact::Paid => tr!(lang, channels.fact_paid),
        Fact::Ads => tr!(lang, channels.fact_ads),
        Fact::Tagged => tr!(lang, channels.fact_tagged),
    }
}

pub fn comparison(lang: Lang, how: Comparison) -> String {
    match how {
        Comparison::Is => tr!(lang, channels.how_is),
        Comparison::OneOf => tr!(lang, channels.how_one_of),
        Comparison::Contains => tr!(lang, channels.how_contains),
        Comparison::StartsWith => tr!(lang, channels.how_starts_with),
        Comparison::Known => tr!(lang, channels.how_known),
    }
}

pub fn source_kind(lang: Lang, kind: SourceKind) -> String {
    match kind {
        SourceKind::Search => tr!(lang, channels.kind_search),
        SourceKind::Social => tr!(lang, channels.kind_social),
        SourceKind::Assistant => tr!(lang, channels.kind_assistant),
        SourceKind::Mail => tr!(lang, channels.kind_mail),
        SourceKind::Maps => tr!(lang, channels.kind_maps),
        SourceKind::Partners => tr!(lang, channels.kind_partners),
        SourceKind::Ads => tr!(lang, channels.kind_ads),
    }
}

/// A condition as a marketer would say it.
pub fn condition(lang: Lang, condition: &Condition) -> String {
    let Condition { what, how, value } = condition;
    match (what, how) {
        (Fact::Paid, _) if value == NO => tr!(lang, channels.says_unpaid),
        (Fact::Paid, _) => tr!(lang, channels.says_paid),
        (Fact::Tagged, _) if value == NO => tr!(lang, channels.says_untagged),
        (Fact::Tagged, _) => tr!(lang, channels.says_tagged),
        (Fact::Ads, Comparison::Known) => tr!(lang, channels.says_ads),
        (Fact::Source, Comparison::Known) => tr!(lang, channels.says_source),
        (Fact::Referrer, Comparison::Known) => tr!(lang, channels.says_referrer),
        (Fact::Kind, Comparison::Is | Comparison::OneOf) => {
            let kind = |code: &str| {
                let code = code.trim();
                SourceKind::from_code(code).map_or_else(|| code.to_owned(), |kind| source_kind(lang, kind))
            };
            let kinds: Vec<String> = value.split(',').map(kind).collect();
            tr!(lang, channels.says_kind, kind = kinds.join(", "))
        }
        (_, Comparison::Known) => format!("{} {}", fact(lang, *what), comparison(lang, *how)),
        _ => format!("{} {} “{value}”", fact(lang, *what), comparison(lang, *how)),
    }
}

/// All that a rule asks for.
pub fn asks(lang: Lang, rule: &ChannelRule) -> String {
    if rule.is_last() {
        return tr!(lang, channels.always);
    }
    let joined = format!(" {} ", tr!(lang, channels.joined));
    let conditions = rule.conditions.iter().map(|it| condition(lang, it));
    conditions.collect::<Vec<_>>().join(&joined)
}

#[cfg(test)]
mod tests {
    use domain::attribution::standard_rules;

    use super::*;

    #[test]
    fn rules_read_as_people_say_them() {
        let said: Vec<String> = standard_rules().iter().map(|rule| asks(Lang::En, rule)).collect();
        assert_eq!(said[0], "paid click and known ad system");
        assert_eq!(said[1], "utm_medium is one of “email, e-mail, mail, newsletter”");
        assert_eq!(said[6], "source is: search engine");
        assert_eq!(said[13], "in all other cases");
        let russian: Vec<String> = standard_rules().iter().map(|rule| asks(Lang::Ru, rule)).collect();
        assert_eq!(russian[0], "платный клик и известная рекламная система");
    }
}
