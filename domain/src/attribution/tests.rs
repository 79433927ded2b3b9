use proptest::prelude::*;

use super::super::rules::standard_rules;
use super::*;
use crate::id::ChannelRuleId;

fn raw(landing: &str, referrer: &str) -> RawAttribution {
    RawAttribution { landing_url: landing.into(), referrer: referrer.into(), ..RawAttribution::default() }
}

fn visit(landing: &str, referrer: &str) -> Touch {
    understand(&raw(landing, referrer), &standard_rules()).last
}

/// Landing address (its query only: the site is always the same), referrer → channel, search engine, keyword.
const VISITS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "utm_source=google&utm_medium=cpc&utm_campaign=consulting&utm_term=business+consultant&gclid=x",
        "",
        "Google Ads",
        "Google",
        "business consultant",
    ),
    (
        "utm_source=google&utm_medium=cpc&utm_term=%D0%B0%D1%83%D0%B4%D0%B8%D1%82",
        "https://www.google.ru/",
        "Google Ads",
        "Google",
        "аудит",
    ),
    ("gclid=Cj0KCQ", "https://www.google.com/", "Google Ads", "Google", ""),
    ("GCLID=Cj0KCQ", "", "Google Ads", "Google", ""),
    ("gbraid=1", "", "Google Ads", "Google", ""),
    ("wbraid=1", "", "Google Ads", "Google", ""),
    ("yclid=123", "", "Yandex Direct", "Yandex", ""),
    (
        "UTM_Source=Yandex&UTM_Medium=CPC&UTM_TERM=%E1%F3%F5%E3%E0%EB%F2%E5%F0",
        "",
        "Yandex Direct",
        "Yandex",
        "бухгалтер",
    ),
    (
        "utm_source=yandex&utm_medium=cpc&utm_term={keyword}",
        "https://yandex.ru/search/?text=%D1%8E%D1%80%D0%B8%D1%81%D1%82",
        "Yandex Direct",
        "Yandex",
        "юрист",
    ),
    ("ysclid=lk2", "https://yandex.ru/", "Yandex organic", "Yandex", ""),
    ("msclkid=1", "", "Microsoft Ads", "Bing", ""),
    ("rb_clickid=1", "", "VK Ads", "VK", ""),
    ("utm_source=vk&utm_medium=cpm", "", "VK Ads", "VK", ""),
    ("ttclid=1", "", "TikTok Ads", "TikTok", ""),
    ("twclid=1", "", "X Ads", "X", ""),
    ("fbclid=IwAR", "https://l.facebook.com/", "Facebook", "", ""),
    ("utm_source=fb&utm_medium=paid_social&fbclid=IwAR", "", "Facebook Ads", "Facebook", ""),
    ("utm_source=ig&utm_medium=social", "", "Instagram", "", ""),
    ("utm_source=newsletter&utm_medium=email", "", "E-mail", "", ""),
    ("utm_source=chatgpt.com", "", "ChatGPT", "", ""),
    ("utm_source=avito&utm_medium=cpc", "", "Other ads", "", ""),
    ("utm_source=spring&utm_campaign=fair", "", "Campaign", "", ""),
    ("", "https://www.google.co.uk/search?q=tax+consultant", "Google organic", "Google", "tax consultant"),
    (
        "",
        "https://www.bing.com/search?q=Unternehmensberater%20M%C3%BCnchen",
        "Bing organic",
        "Bing",
        "Unternehmensberater München",
    ),
    ("", "https://yandex.ru/search/?text=%F3%F1%EB%F3%E3%E8", "Yandex organic", "Yandex", "услуги"),
    ("", "https://ya.ru/search/?text=аудит", "Yandex organic", "Yandex", "аудит"),
    ("", "https://go.mail.ru/search?q=%ED%E0%EB%EE%E3%E8", "Mail.ru organic", "Mail.ru", "налоги"),
    ("", "https://nova.rambler.ru/search?query=консалтинг", "Rambler organic", "Rambler", "консалтинг"),
    ("", "https://www.baidu.com/s?wd=%D7%C9%D1%AF", "Baidu organic", "Baidu", "咨询"),
    ("", "https://search.yahoo.com/search?p=audit", "Yahoo organic", "Yahoo", "audit"),
    ("", "android-app://com.google.android.googlequicksearchbox/", "Google organic", "Google", ""),
    ("", "https://chatgpt.com/", "ChatGPT", "", ""),
    ("", "https://www.perplexity.ai/search?q=crm", "Perplexity", "", "crm"),
    ("", "https://gemini.google.com/app", "Gemini", "", ""),
    ("", "https://away.vk.com/away.php", "VK", "", ""),
    ("", "https://t.me/", "Telegram", "", ""),
    ("", "https://mail.google.com/mail/u/0/", "E-mail", "", ""),
    ("", "https://yandex.ru/maps/org/1234", "Yandex Maps", "", ""),
    ("", "https://blog.partner.example/review?q=x", "Referral", "", ""),
    ("", "https://shop.agency.example/prices", "Direct", "", ""),
    ("", "", "Direct", "", ""),
    ("", "javascript:alert(1)", "Direct", "", ""),
    // Keywords that ad systems put where the advertiser asked for them.
    ("yclid=1&keyword=%D0%B0%D1%83%D0%B4%D0%B8%D1%82", "", "Yandex Direct", "Yandex", "аудит"),
    ("yclid=1&phrase=%E1%F3%F5%E3%E0%EB%F2%E5%F0", "", "Yandex Direct", "Yandex", "бухгалтер"),
    ("gclid=1&kw=tax+advice", "", "Google Ads", "Google", "tax advice"),
    ("gclid=1&q=tax+advice", "https://www.google.com/search?q=taxes", "Google Ads", "Google", "tax advice"),
    (
        "gclid=1&keyword={keyword}&kw={{kw}}&q=__KW__",
        "https://www.google.com/search?q=taxes",
        "Google Ads",
        "Google",
        "taxes",
    ),
    // A page's own search is no keyword.
    ("q=prices", "", "Direct", "", ""),
    ("utm_source={source}&utm_medium={{medium}}&utm_campaign=__CAMPAIGN_NAME__", "", "Direct", "", ""),
    // `direct.yandex.ru;17373;1234;yandex.ru:premium`
    (
        "_openstat=ZGlyZWN0LnlhbmRleC5ydTsxNzM3MzsxMjM0O3lhbmRleC5ydTpwcmVtaXVt",
        "",
        "Yandex Direct",
        "Yandex",
        "",
    ),
    ("_openstat=news.example%3B1%3B2%3B3", "", "Campaign", "", ""),
    ("yclid=YJAD.1700000000.abc", "", "Yahoo Japan Ads", "Yahoo Japan", ""),
    ("yclid=YSS.1000.abc", "", "Yahoo Japan Ads", "Yahoo Japan", ""),
    ("ScCid=1", "", "Snapchat Ads", "Snapchat", ""),
    ("qclid=1", "", "Quora Ads", "Quora", ""),
    ("tblci=1", "", "Taboola", "Taboola", ""),
    ("dicbo=1", "", "Outbrain", "Outbrain", ""),
    ("mt_click_id=1", "", "VK Ads", "VK", ""),
    ("utm_source=mytarget&utm_medium=cpc", "", "VK Ads", "VK", ""),
    ("gad_source=1", "", "Google Ads", "Google", ""),
    ("gad_source=1&yclid=2", "", "Yandex Direct", "Yandex", ""),
    ("sznclid=1", "", "Sklik", "Seznam", ""),
    ("n_media=27758&n_query=%EC%84%B8%EB%AC%B4&n_ad=nad-a001-01", "", "Naver Ads", "Naver", "세무"),
    ("awc=1_2_3", "", "Partners", "", ""),
    ("mc_cid=1", "", "E-mail", "", ""),
    ("srsltid=1", "", "Google organic", "Google", ""),
    (
        "",
        "https://search.yahoo.co.jp/search?p=%C0%C7%CD%FD%BB%CE",
        "Yahoo Japan organic",
        "Yahoo Japan",
        "税理士",
    ),
    ("", "https://suche.gmx.net/web?q=steuer", "Google organic", "Google", "steuer"),
    ("", "https://search.seznam.cz/?q=da%C5%88", "Seznam organic", "Seznam", "daň"),
    ("", "https://www.sogou.com/web?query=%D7%C9%D1%AF", "Sogou organic", "Sogou", "咨询"),
    ("", "https://html.duckduckgo.com/html/?q=audit", "DuckDuckGo organic", "DuckDuckGo", "audit"),
    ("", "android-app://ru.yandex.searchplugin/", "Yandex organic", "Yandex", ""),
    ("", "https://www.doubao.com/chat/", "Doubao", "", ""),
    ("", "https://fosstodon.org/@somebody", "Mastodon", "", ""),
    ("", "https://api.whatsapp.com/", "WhatsApp", "", ""),
    ("", "https://maps.apple.com/place", "Apple Maps", "", ""),
];

#[test]
fn visits_are_understood() {
    for (query, referrer, channel, engine, keyword) in VISITS {
        let landing = format!("https://www.agency.example/services?{query}");
        let touch = visit(&landing, referrer);
        assert_eq!(
            (
                touch.channel.as_str(),
                touch.search_engine.as_str(),
                touch.keyword.as_str(),
                touch.site.as_str()
            ),
            (*channel, *engine, *keyword, "agency.example"),
            "{query} from {referrer}"
        );
        assert_eq!(touch.landing_url, landing);
    }
}

#[test]
fn every_part_of_a_tagged_click_is_kept() {
    let touch = visit(
        "https://www.xn--e1afmkfd.xn--p1ai/?utm_source=google&utm_medium=cpc&utm_campaign=spring%2F2026&utm_term=a&utm_content=v2#utm_content=v3&yclid=7",
        "https://www.google.com/",
    );
    assert_eq!(touch.site, "пример.рф");
    assert_eq!(
        (
            touch.utm_campaign.as_str(),
            touch.utm_content.as_str(),
            touch.click_id_kind.as_str(),
            touch.click_id.as_str()
        ),
        ("spring/2026", "v2", "yclid", "7")
    );
    assert_eq!(touch.referrer, "https://www.google.com/");
}

#[test]
fn an_address_may_lack_its_scheme() {
    let touch = visit("agency.example/?utm_source=yandex&utm_medium=cpc", "");
    assert_eq!((touch.site.as_str(), touch.channel.as_str()), ("agency.example", "Yandex Direct"));
    assert_eq!(visit("http://localhost:3000/demo/landing?gclid=x", "").site, "localhost");
}

#[test]
fn rubbish_is_an_empty_touch() {
    let direct = Touch { channel: "Direct".into(), ..Touch::default() };
    for rubbish in [
        "",
        "  ",
        "hello",
        "http://",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.ru",
        "ftp://x.y/z",
        "%%%",
        "\0",
    ] {
        assert_eq!(visit(rubbish, rubbish), direct, "{rubbish:?}");
    }
}

#[test]
fn the_first_touch_is_the_last_one_where_nothing_else_is_remembered() {
    let one = understand(
        &RawAttribution { landing_url: "https://a.example/?gclid=1".into(), ..RawAttribution::default() },
        &standard_rules(),
    );
    assert!(!one.has_earlier_touch());
    assert_eq!(one.first, one.last);
    let two = understand(
        &RawAttribution {
            landing_url: "https://a.example/".into(),
            first_landing_url: "https://a.example/?yclid=1".into(),
            ..RawAttribution::default()
        },
        &standard_rules(),
    );
    assert_eq!((two.first.channel.as_str(), two.last.channel.as_str()), ("Yandex Direct", "Direct"));
    assert!(two.has_earlier_touch());
}

#[test]
fn a_cut_value_keeps_its_letters() {
    assert_eq!(visit("https://a.example/?utm_term=%D0%BA%D0%BE%D0", "").keyword, "ко");
}

/// The standard rules with one of these conditions on top.
fn with(conditions: &[(Fact, Comparison, &str)], channel: &str) -> Vec<ChannelRule> {
    let conditions = conditions.iter().map(|(what, how, value)| Condition {
        what: *what,
        how: *how,
        value: (*value).to_owned(),
    });
    let id = ChannelRuleId(uuid::Uuid::nil());
    let rule = ChannelRule { id, conditions: conditions.collect(), channel: channel.to_owned(), version: 1 };
    [vec![rule], standard_rules()].concat()
}

const AD: &str = "https://www.xn--e1afmkfd.xn--p1ai/%D1%83%D1%81%D0%BB%D1%83%D0%B3%D0%B8?utm_source=Yandex&utm_medium=cpc\
                  &utm_campaign=Spring-2026&utm_term=%D0%90%D1%83%D0%B4%D0%B8%D1%82&utm_content=v2&yclid=7";

#[test]
fn every_fact_is_compared_in_every_way() {
    use Comparison::{Contains, Is, Known, OneOf, StartsWith};
    let raw = raw(AD, "https://blog.partner.example/review");
    for (what, how, value, holds) in [
        (Fact::UtmSource, Is, "yandex", true),
        (Fact::UtmSource, Is, "yande", false),
        (Fact::UtmMedium, OneOf, "email, CPC ,ppc", true),
        (Fact::UtmMedium, OneOf, "email,ppc", false),
        (Fact::UtmMedium, Is, "email, cpc", false),
        (Fact::UtmCampaign, Contains, "2026", true),
        (Fact::UtmCampaign, Contains, "2027", false),
        (Fact::UtmCampaign, StartsWith, "spring", true),
        (Fact::UtmCampaign, StartsWith, "2026", false),
        (Fact::UtmTerm, Is, "аудит", true),
        (Fact::UtmContent, Known, "", true),
        (Fact::ClickId, OneOf, "gclid, yclid", true),
        (Fact::Referrer, Contains, "partner", true),
        (Fact::Referrer, Is, "BLOG.partner.example", true),
        (Fact::Site, Is, "пример.рф", true),
        (Fact::Site, Is, "xn--e1afmkfd.xn--p1ai", true),
        (Fact::Site, Contains, "agency", false),
        (Fact::Path, StartsWith, "/услуги", true),
        (Fact::Source, Is, "yandex", true),
        (Fact::Kind, Is, "search", true),
        (Fact::Kind, OneOf, "social,mail", false),
        (Fact::Paid, Is, "yes", true),
        (Fact::Paid, Is, "no", false),
        (Fact::Ads, Is, "yandex direct", true),
        (Fact::Ads, Known, "", true),
        (Fact::Tagged, Is, "yes", true),
    ] {
        let explained = explain(&raw, &with(&[(what, how, value)], "Mine"));
        let expected = if holds { ("Mine", Some(0)) } else { ("Yandex Direct", Some(1)) };
        assert_eq!((explained.touch.channel.as_str(), explained.rule), expected, "{what:?} {how:?} {value}");
    }
    let nothing = explain(&self::raw("", ""), &with(&[(Fact::UtmContent, Known, "")], "Mine"));
    assert_eq!((nothing.touch.channel.as_str(), nothing.rule), ("Direct", Some(standard_rules().len())));
}

#[test]
fn all_conditions_of_a_rule_must_hold() {
    use Comparison::{Is, StartsWith};
    let both = [(Fact::Paid, Is, "yes"), (Fact::UtmCampaign, StartsWith, "brand")];
    let rules = with(&both, "Brand");
    for (query, channel) in [
        ("gclid=1&utm_campaign=Brand-search", "Brand"),
        ("gclid=1&utm_campaign=other", "Google Ads"),
        ("utm_campaign=brand", "Campaign"),
    ] {
        let touch = understand(&raw(&format!("https://a.example/?{query}"), ""), &rules).last;
        assert_eq!(touch.channel, channel, "{query}");
    }
}

#[test]
fn the_order_of_the_rules_decides() {
    use Comparison::{Contains, Known};
    let ad = raw("https://a.example/?gclid=1&utm_source=partner-x", "");
    let mut rules = with(&[(Fact::UtmSource, Contains, "partner")], "Partner {utm_source}");
    assert_eq!(understand(&ad, &rules).last.channel, "Partner partner-x");
    rules.swap(0, 1);
    assert_eq!(understand(&ad, &rules).last.channel, "Google Ads");
    // Both touches are understood by the same rules.
    let referrer = with(&[(Fact::Referrer, Known, "")], "From {referrer}");
    let both = RawAttribution {
        first_landing_url: "https://a.example/".into(),
        first_referrer: "https://xn--e1afmkfd.xn--p1ai/x".into(),
        ..ad
    };
    let understood = understand(&both, &referrer);
    assert_eq!(understood.first.channel, "From пример.рф");
    assert_eq!(understood.last.channel, "Google Ads");
}

#[test]
fn a_placeholder_without_a_value_lets_the_next_rule_decide() {
    use Comparison::{Is, Known};
    let rules = with(&[(Fact::Paid, Is, "yes")], "{ads} by {source}");
    let told = |query: &str| explain(&raw(&format!("https://a.example/?{query}"), ""), &rules);
    let known = told("gclid=1");
    assert_eq!((known.touch.channel.as_str(), known.source.as_str()), ("Google Ads by Google", "Google"));
    let unknown = told("utm_source=avito&utm_medium=cpc");
    assert_eq!((unknown.touch.channel.as_str(), unknown.source.as_str()), ("Other ads", ""));
    // Where no rule decides, the visit is direct all the same.
    let none = explain(&raw("https://a.example/", ""), &with(&[(Fact::Source, Known, "")], "{source}")[..1]);
    assert_eq!((none.touch.channel.as_str(), none.rule), ("Direct", None));
}

#[test]
fn a_label_of_an_ad_system_stands_in_for_missing_tags() {
    let label = "_openstat=direct.yandex.ru%3B17373%3B1234%3Byandex.ru%3Apremium";
    let touch = visit(&format!("https://a.example/?{label}"), "");
    assert_eq!(
        [&touch.utm_source, &touch.utm_campaign, &touch.utm_content],
        ["direct.yandex.ru", "17373", "1234"]
    );
    let tagged = visit(&format!("https://a.example/?utm_source=yandex&utm_campaign=autumn&{label}"), "");
    assert_eq!(
        [&tagged.utm_source, &tagged.utm_campaign, &tagged.channel],
        ["yandex", "autumn", "Yandex Direct"]
    );
}

proptest! {
    #[test]
    fn nothing_fails_and_everything_is_bounded(query in ".{0,3000}", host in ".{0,40}", tail in "(%[0-9A-F]{2}){0,2000}") {
        for landing in [format!("https://a.example/?utm_source={query}&utm_term={tail}"), query.clone(), host.clone()] {
            let touch = visit(&landing, &format!("https://{host}/?q={query}&text={tail}"));
            for url in [&touch.landing_url, &touch.referrer] {
                prop_assert!(url.chars().count() <= 2048 && !url.contains('\0'));
            }
            for value in [&touch.utm_source, &touch.utm_term, &touch.keyword, &touch.site, &touch.channel] {
                prop_assert!(value.chars().count() <= 300 && !value.contains('\0'), "{value}");
            }
        }
    }
}
