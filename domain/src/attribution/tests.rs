use proptest::prelude::*;

use super::*;

fn visit(landing: &str, referrer: &str) -> Touch {
    let raw = RawAttribution {
        landing_url: landing.into(),
        referrer: referrer.into(),
        ..RawAttribution::default()
    };
    understand(&raw).last
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
    let one = understand(&RawAttribution {
        landing_url: "https://a.example/?gclid=1".into(),
        ..RawAttribution::default()
    });
    assert!(!one.has_earlier_touch());
    assert_eq!(one.first, one.last);
    let two = understand(&RawAttribution {
        landing_url: "https://a.example/".into(),
        first_landing_url: "https://a.example/?yclid=1".into(),
        ..RawAttribution::default()
    });
    assert_eq!((two.first.channel.as_str(), two.last.channel.as_str()), ("Yandex Direct", "Direct"));
    assert!(two.has_earlier_touch());
}

#[test]
fn a_cut_value_keeps_its_letters() {
    assert_eq!(visit("https://a.example/?utm_term=%D0%BA%D0%BE%D0", "").keyword, "ко");
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
