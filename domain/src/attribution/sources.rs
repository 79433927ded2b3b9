//! The product's own table of where visitors come from: hosts of search engines, social networks, AI assistants, mail and maps,
//! the names campaigns use for them, and the parameters that carry the visitor's question.

use super::address::{Address, Legacy};

/// What a source is; it decides the channel's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Search,
    Social,
    Assistant,
    Mail,
    Maps,
}

/// One known source.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Patterns of hosts: `x.y` is that host (also with `www.` or `m.`), `.x.y` its subdomains too, `x.*` any country's domain;
    /// a `/path` narrows to addresses that begin so.
    hosts: &'static [&'static str],
    /// Parameters of the referrer that carry the question.
    pub(super) questions: &'static [&'static str],
    /// The character set of old addresses that are not UTF-8.
    pub(super) legacy: Legacy,
    /// What `utm_source` calls it, besides its name and hosts.
    aliases: &'static [&'static str],
    /// The channel of its paid clicks; empty where it sells none.
    pub(super) ads: &'static str,
}

const fn source(name: &'static str, kind: Kind, hosts: &'static [&'static str]) -> Source {
    Source { name, kind, hosts, questions: &[], legacy: Legacy::Cyrillic, aliases: &[], ads: "" }
}

const fn search(
    name: &'static str,
    hosts: &'static [&'static str],
    questions: &'static [&'static str],
) -> Source {
    Source { questions, ..source(name, Kind::Search, hosts) }
}

const fn sells(source: Source, ads: &'static str, aliases: &'static [&'static str]) -> Source {
    Source { ads, aliases, ..source }
}

const fn known_as(source: Source, aliases: &'static [&'static str]) -> Source {
    Source { aliases, ..source }
}

const fn chinese(source: Source) -> Source {
    Source { legacy: Legacy::Chinese, ..source }
}

/// The first match counts: narrow patterns stand before wide ones.
static SOURCES: &[Source] = &[
    source("ChatGPT", Kind::Assistant, &["chatgpt.com", "chat.openai.com", "com.openai.chatgpt"]),
    source("Claude", Kind::Assistant, &["claude.ai"]),
    source("Gemini", Kind::Assistant, &["gemini.google.com", "bard.google.com"]),
    source("Copilot", Kind::Assistant, &["copilot.microsoft.com", "bing.com/chat"]),
    Source { questions: &["q"], ..source("Perplexity", Kind::Assistant, &[".perplexity.ai"]) },
    source("DeepSeek", Kind::Assistant, &["chat.deepseek.com", "deepseek.com"]),
    source("Grok", Kind::Assistant, &["grok.com", "x.com/i/grok"]),
    source("Le Chat", Kind::Assistant, &["chat.mistral.ai"]),
    source("Alice", Kind::Assistant, &["alice.yandex.*", "yandex.*/alice"]),
    source("GigaChat", Kind::Assistant, &["giga.chat"]),
    source("Meta AI", Kind::Assistant, &["meta.ai"]),
    source("Qwen", Kind::Assistant, &["chat.qwen.ai"]),
    source("Gmail", Kind::Mail, &["mail.google.com", "com.google.android.gm"]),
    source("Yandex Mail", Kind::Mail, &["mail.yandex.*"]),
    source("Mail.ru Mail", Kind::Mail, &["e.mail.ru", "touch.mail.ru"]),
    source("Outlook", Kind::Mail, &[".outlook.live.com", ".outlook.office.com", ".outlook.office365.com"]),
    source("Yahoo Mail", Kind::Mail, &["mail.yahoo.*"]),
    source("Google Maps", Kind::Maps, &["maps.google.*", "google.*/maps", "maps.app.goo.gl"]),
    source("Yandex Maps", Kind::Maps, &["maps.yandex.*", "yandex.*/maps", "yandex.*/profile"]),
    source("2GIS", Kind::Maps, &[".2gis.*"]),
    sells(
        search(
            "Google",
            &[
                "google.*",
                "images.google.*",
                "news.google.*",
                "encrypted.google.com",
                "com.google.android.googlequicksearchbox",
            ],
            &["q"],
        ),
        "Google Ads",
        &["adwords", "google_ads", "google-ads", "googleads", "gads"],
    ),
    sells(
        search(
            "Yandex",
            &["yandex.*", "ya.ru", "images.yandex.*", "clck.yandex.*", "yabs.yandex.*"],
            &["text", "q"],
        ),
        "Yandex Direct",
        &[
            "ya",
            "yd",
            "yandex_direct",
            "yandex-direct",
            "yandexdirect",
            "yandex.direct",
            "direct.yandex",
            "ydirect",
        ],
    ),
    sells(search("Bing", &[".bing.com"], &["q"]), "Microsoft Ads", &["microsoft", "bingads", "msn"]),
    search("DuckDuckGo", &[".duckduckgo.com"], &["q"]),
    known_as(search("Mail.ru", &["go.mail.ru"], &["q"]), &["mailru"]),
    search("Rambler", &["nova.rambler.ru", "search.rambler.ru"], &["query", "words"]),
    search("Yahoo", &[".search.yahoo.com", "search.yahoo.co.jp"], &["p", "q"]),
    chinese(search("Baidu", &[".baidu.com"], &["wd", "word", "kw"])),
    search("Ecosia", &["ecosia.org"], &["q"]),
    search("Qwant", &[".qwant.com"], &["q"]),
    search("Startpage", &[".startpage.com"], &["query"]),
    search("Brave", &["search.brave.com"], &["q"]),
    search("Seznam", &["search.seznam.cz"], &["q"]),
    search("Naver", &[".search.naver.com"], &["query"]),
    search("Daum", &["search.daum.net"], &["q"]),
    chinese(search("Sogou", &[".sogou.com"], &["query", "keyword"])),
    chinese(search("360", &["so.com", "so.360.cn"], &["q"])),
    search(
        "AOL",
        &["search.aol.com", "search.aol.co.uk", "suche.aol.de", "recherche.aol.fr"],
        &["query", "q"],
    ),
    search("Ask", &[".ask.com"], &["q", "ask", "searchfor"]),
    search("Sputnik", &["sputnik.ru"], &["q"]),
    search("Swisscows", &["swisscows.com"], &["query"]),
    search("Mojeek", &["mojeek.com"], &["q"]),
    search("Kagi", &["kagi.com"], &["q"]),
    search("Yep", &["yep.com"], &["q"]),
    search("You.com", &["you.com"], &["q"]),
    sells(
        source("Facebook", Kind::Social, &[".facebook.com", "fb.com", "fb.me"]),
        "Facebook Ads",
        &["fb", "meta"],
    ),
    sells(source("Instagram", Kind::Social, &[".instagram.com"]), "Instagram Ads", &["ig", "insta"]),
    sells(
        source("VK", Kind::Social, &[".vk.com", "vk.ru", "vkontakte.ru"]),
        "VK Ads",
        &["vkontakte", "vk_ads", "vkads", "vk-ads", "mytarget", "my_target"],
    ),
    sells(source("OK", Kind::Social, &[".ok.ru", "odnoklassniki.ru"]), "VK Ads", &["odnoklassniki"]),
    sells(
        source(
            "Telegram",
            Kind::Social,
            &["t.me", "telegram.me", "web.telegram.org", "org.telegram.messenger"],
        ),
        "Telegram Ads",
        &["tg", "telegram_ads"],
    ),
    source("WhatsApp", Kind::Social, &["wa.me", ".whatsapp.com"]),
    sells(source("YouTube", Kind::Social, &[".youtube.com", "youtu.be"]), "Google Ads", &["yt"]),
    sells(
        source("LinkedIn", Kind::Social, &[".linkedin.com", "lnkd.in", "com.linkedin.android"]),
        "LinkedIn Ads",
        &[],
    ),
    sells(source("TikTok", Kind::Social, &[".tiktok.com"]), "TikTok Ads", &["tt"]),
    sells(source("X", Kind::Social, &["x.com", "twitter.com", "t.co"]), "X Ads", &["twitter"]),
    sells(source("Pinterest", Kind::Social, &[".pinterest.*"]), "Pinterest Ads", &[]),
    sells(source("Reddit", Kind::Social, &[".reddit.com", "com.reddit.frontpage"]), "Reddit Ads", &[]),
    source("Threads", Kind::Social, &["threads.net", "threads.com"]),
    source("Discord", Kind::Social, &["discord.com", "discord.gg"]),
    source("Dzen", Kind::Social, &["dzen.ru", "zen.yandex.*"]),
];

/// A click id: the parameter an ad system or network adds to every click.
#[derive(Debug)]
pub(super) struct ClickId {
    pub(super) name: &'static str,
    source: &'static str,
    /// Whether only paid clicks carry it.
    pub(super) paid: bool,
}

const fn click(name: &'static str, source: &'static str, paid: bool) -> ClickId {
    ClickId { name, source, paid }
}

/// Paid ones first: of several the first tells more.
pub(super) static CLICK_IDS: &[ClickId] = &[
    click("gclid", "Google", true),
    click("gbraid", "Google", true),
    click("wbraid", "Google", true),
    click("dclid", "Google", true),
    click("yclid", "Yandex", true),
    click("ymclid", "Yandex", true),
    click("msclkid", "Bing", true),
    click("vkclid", "VK", true),
    click("rb_clickid", "VK", true),
    click("ttclid", "TikTok", true),
    click("twclid", "X", true),
    click("li_fat_id", "LinkedIn", true),
    click("rdt_cid", "Reddit", true),
    click("epik", "Pinterest", true),
    click("fbclid", "Facebook", false),
    click("igshid", "Instagram", false),
    click("igsh", "Instagram", false),
    click("ysclid", "Yandex", false),
];

impl ClickId {
    pub(super) fn source(&self) -> Option<&'static Source> {
        SOURCES.iter().find(|s| s.name == self.source)
    }
}

/// The source that an address belongs to.
pub(super) fn of_address(address: &Address) -> Option<&'static Source> {
    SOURCES.iter().find(|s| s.hosts.iter().any(|pattern| matches(pattern, &address.host, &address.path)))
}

/// The source that a `utm_source` names.
pub(super) fn of_campaign(utm_source: &str) -> Option<&'static Source> {
    let name = utm_source.trim().to_lowercase();
    let by_name = |s: &&Source| s.name.to_lowercase() == name || s.aliases.contains(&name.as_str());
    SOURCES.iter().find(by_name).or_else(|| {
        let host = name.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        host.contains('.').then(|| SOURCES.iter().find(|s| s.hosts.iter().any(|p| matches(p, host, "/"))))?
    })
}

fn matches(pattern: &str, host: &str, path: &str) -> bool {
    let (pattern, prefix) = pattern.split_once('/').unwrap_or((pattern, ""));
    if !path.trim_start_matches('/').starts_with(prefix) {
        return false;
    }
    let (wide, pattern) = pattern.strip_prefix('.').map_or((false, pattern), |rest| (true, rest));
    let stem = match pattern.strip_suffix(".*") {
        None => host.strip_suffix(pattern).filter(|rest| rest.is_empty() || rest.ends_with('.')),
        Some(name) => without_country(host)
            .and_then(|h| h.strip_suffix(name))
            .filter(|r| r.is_empty() || r.ends_with('.')),
    };
    stem.is_some_and(|rest| wide || matches!(rest, "" | "www." | "m."))
}

/// `www.google.co.uk` → `www.google`; `None` for a host without a dot.
fn without_country(host: &str) -> Option<&str> {
    let (rest, top) = host.rsplit_once('.')?;
    match rest.rsplit_once('.') {
        Some((name, "com" | "co" | "org" | "net")) if top.len() == 2 => Some(name),
        _ => Some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_labels() {
        for (pattern, host, path) in [
            ("google.*", "www.google.co.uk", "/"),
            ("google.*", "google.com", "/search"),
            (".bing.com", "cn.bing.com", "/"),
            (".bing.com", "bing.com", "/"),
            ("yandex.*/maps", "yandex.ru", "/maps/org/1"),
            ("yandex.*", "yandex.com.tr", "/"),
        ] {
            assert!(matches(pattern, host, path), "{pattern} {host}");
        }
        for (pattern, host) in [
            ("google.*", "notgoogle.com"),
            ("google.*", "google.evil.com"),
            ("google.*", "docs.google.com"),
            (".bing.com", "bing.com.evil.org"),
            ("t.co", "reddit.co"),
            ("x.com", "box.com"),
        ] {
            assert!(!matches(pattern, host, "/"), "{pattern} {host}");
        }
    }

    #[test]
    fn every_click_id_has_its_source() {
        for id in CLICK_IDS {
            assert!(id.source().is_some_and(|s| !id.paid || !s.ads.is_empty()), "{}", id.name);
        }
    }
}
