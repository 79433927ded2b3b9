//! The product's own table of where visitors come from: hosts of search engines, social networks, AI assistants, mail, maps and ad
//! networks, the names campaigns use for them, the parameters that carry the visitor's question, and the click ids they add.
//!
//! Which hosts and parameters belong to which engine, network or assistant is taken from the CC0 lists of Matomo
//! (`SearchEngines.yml`, `Socials.yml`, `AIAssistants.yml`): the facts, in our own form, without engines that are gone. Click ids, names
//! of ad systems and apps, and whatever else stands here are our own notes.

mod assistants;
mod clicks;
mod engines;
mod networks;
mod others;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::address::{Address, Legacy};
use super::rules::SourceKind;

pub(super) use clicks::{CLICK_IDS, ClickId};

/// One known source.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: &'static str,
    pub(super) kind: SourceKind,
    /// Patterns of hosts: `x.y` is that host (also with `www.` or `m.`), `.x.y` its subdomains too, `x.*` any country's domain;
    /// a `/path` narrows to addresses that begin so. An app on Android is the host of its referrer.
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

const fn source(name: &'static str, kind: SourceKind, hosts: &'static [&'static str]) -> Source {
    Source { name, kind, hosts, questions: &[], legacy: Legacy::Cyrillic, aliases: &[], ads: "" }
}

const fn search(
    name: &'static str,
    hosts: &'static [&'static str],
    questions: &'static [&'static str],
) -> Source {
    Source { questions, ..source(name, SourceKind::Search, hosts) }
}

const fn social(name: &'static str, hosts: &'static [&'static str]) -> Source {
    source(name, SourceKind::Social, hosts)
}

const fn sells(source: Source, ads: &'static str, aliases: &'static [&'static str]) -> Source {
    Source { ads, aliases, ..source }
}

const fn known_as(source: Source, aliases: &'static [&'static str]) -> Source {
    Source { aliases, ..source }
}

const fn written_in(source: Source, legacy: Legacy) -> Source {
    Source { legacy, ..source }
}

/// The first match counts: narrow patterns stand before wide ones.
fn all() -> impl Iterator<Item = &'static Source> {
    let tables = [assistants::ASSISTANTS, others::OTHERS, engines::ENGINES, networks::NETWORKS];
    tables.into_iter().flatten()
}

/// The names of all sources, for choosing one.
pub fn names() -> Vec<&'static str> {
    all().map(|source| source.name).collect()
}

/// The click ids that are known, for choosing one.
pub fn click_ids() -> Vec<&'static str> {
    let mut names: Vec<_> = CLICK_IDS.iter().map(|id| id.name).collect();
    names.dedup();
    names
}

/// The source of that name.
fn named(name: &str) -> Option<&'static Source> {
    all().find(|source| source.name == name)
}

/// The source that an address belongs to.
pub(super) fn of_address(address: &Address) -> Option<&'static Source> {
    TABLE.of_host(&address.host, &address.path)
}

/// The source that a `utm_source` names.
pub(super) fn of_campaign(utm_source: &str) -> Option<&'static Source> {
    let name = utm_source.trim().to_lowercase();
    TABLE.names.get(&name).copied().or_else(|| {
        let host = name.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        if host.contains('.') { TABLE.of_host(host, "/") } else { None }
    })
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(all()));

/// The sources, found without looking at each.
#[derive(Default)]
struct Table {
    /// By the host of a pattern.
    hosts: HashMap<&'static str, Vec<Pattern>>,
    /// By what stands before a pattern's `.*`.
    stems: HashMap<&'static str, Vec<Pattern>>,
    /// By names and aliases, in small letters.
    names: HashMap<String, &'static Source>,
}

struct Pattern {
    /// Among all patterns.
    place: usize,
    /// Whether subdomains belong to it.
    wide: bool,
    path: &'static str,
    source: &'static Source,
}

impl Table {
    fn of(sources: impl Iterator<Item = &'static Source>) -> Table {
        let mut table = Table::default();
        let mut place = 0;
        for source in sources {
            table.names.entry(source.name.to_lowercase()).or_insert(source);
            for alias in source.aliases {
                table.names.entry((*alias).to_owned()).or_insert(source);
            }
            for &pattern in source.hosts {
                let (host, path) = pattern.split_once('/').unwrap_or((pattern, ""));
                let (wide, host) = host.strip_prefix('.').map_or((false, host), |rest| (true, rest));
                let (patterns, host) = match host.strip_suffix(".*") {
                    Some(stem) => (&mut table.stems, stem),
                    None => (&mut table.hosts, host),
                };
                patterns.entry(host).or_default().push(Pattern { place, wide, path, source });
                place += 1;
            }
        }
        table
    }

    fn of_host(&self, host: &str, path: &str) -> Option<&'static Source> {
        let path = path.trim_start_matches('/');
        let exact = matching(&self.hosts, host, path);
        let anywhere = without_country(host).and_then(|stem| matching(&self.stems, stem, path));
        [exact, anywhere].into_iter().flatten().min_by_key(|pattern| pattern.place).map(|found| found.source)
    }
}

/// The first pattern that the host, or a domain above it, has.
fn matching<'a>(
    patterns: &'a HashMap<&'static str, Vec<Pattern>>,
    host: &str,
    path: &str,
) -> Option<&'a Pattern> {
    let domains = std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, above)| above));
    let found = domains.filter_map(|domain| {
        let below = host.strip_suffix(domain)?;
        let exact = matches!(below, "" | "www." | "m.");
        patterns.get(domain)?.iter().find(|it| (it.wide || exact) && path.starts_with(it.path))
    });
    found.min_by_key(|pattern| pattern.place)
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
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn patterns_match_whole_labels() {
        static GOOGLE: Source = search("Google", &["google.*"], &[]);
        static BING: Source = search("Bing", &[".bing.com"], &[]);
        static MAPS: Source = source("Maps", SourceKind::Maps, &["yandex.*/maps"]);
        static YANDEX: Source = search("Yandex", &["yandex.*"], &[]);
        static X: Source = social("X", &["t.co", "x.com"]);
        let table = Table::of([&GOOGLE, &BING, &MAPS, &YANDEX, &X].into_iter());
        for (source, host, path) in [
            ("Google", "www.google.co.uk", "/"),
            ("Google", "google.com", "/search"),
            ("Bing", "cn.bing.com", "/"),
            ("Bing", "bing.com", "/"),
            ("Maps", "yandex.ru", "/maps/org/1"),
            ("Yandex", "yandex.com.tr", "/"),
            ("X", "t.co", "/"),
        ] {
            assert_eq!(table.of_host(host, path).map(|found| found.name), Some(source), "{host}{path}");
        }
        for host in [
            "notgoogle.com",
            "google.evil.com",
            "docs.google.com",
            "bing.com.evil.org",
            "reddit.co",
            "box.com",
            "localhost",
            "",
        ] {
            assert_eq!(table.of_host(host, "/").map(|found| found.name), None, "{host}");
        }
    }

    #[test]
    fn no_pattern_hides_behind_another_source() {
        for source in all() {
            for &pattern in source.hosts {
                let (host, path) = pattern.split_once('/').unwrap_or((pattern, ""));
                let host = host.trim_start_matches('.').replace(".*", ".ru");
                let found = TABLE.of_host(&host, &format!("/{path}")).map(|found| found.name);
                assert_eq!(found, Some(source.name), "{pattern}");
            }
        }
    }

    #[test]
    fn a_name_means_one_source() {
        let mut seen = HashSet::new();
        for source in all() {
            for name in [&[source.name][..], source.aliases].concat() {
                assert!(seen.insert(name.to_lowercase()), "{name}");
            }
            assert!(source.aliases.iter().all(|alias| *alias == alias.to_lowercase()), "{}", source.name);
        }
    }

    #[test]
    fn every_click_id_has_its_source() {
        for id in CLICK_IDS {
            assert!(id.source().is_some_and(|s| !id.paid || !s.ads.is_empty()), "{}", id.name);
        }
    }
}
