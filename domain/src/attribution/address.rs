//! Reading the addresses that browsers report: hosts, parameters, character sets. Nothing here fails; rubbish reads as nothing.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, EUC_KR, GBK, WINDOWS_1251};
use url::Url;

/// Longest address that is kept, in characters.
const URL_MAX: usize = 2048;
/// Longest address that is read; parameters beyond are ignored.
const READ_MAX: usize = 16_384;
/// Longest value that is kept, in characters.
pub(super) const VALUE_MAX: usize = 300;

/// The character set that percent-encoded bytes are taken for when they are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Legacy {
    Cyrillic,
    Chinese,
    Japanese,
    Korean,
}

/// An address of a page or an app, taken apart.
#[derive(Debug)]
pub(super) struct Address {
    /// As it was given, cleaned and cut.
    pub(super) text: String,
    /// Lower case, ASCII (punycode), without `www.`.
    pub(super) host: String,
    pub(super) path: String,
    query: String,
}

impl Address {
    /// A page's address (`http`, `https`, or none: `example.com/?utm_source=…`).
    pub(super) fn page(text: &str) -> Option<Address> {
        Address::read(text, &["http", "https"])
    }

    /// A referrer: a page, or an app on Android.
    pub(super) fn referrer(text: &str) -> Option<Address> {
        Address::read(text, &["http", "https", "android-app"])
    }

    fn read(text: &str, schemes: &[&str]) -> Option<Address> {
        let text: String = text.trim().chars().filter(|c| !c.is_control()).take(READ_MAX).collect();
        let url = match Url::parse(&text) {
            Ok(url) if schemes.contains(&url.scheme()) => url,
            _ if text.contains("://") => return None,
            _ => {
                let url = Url::parse(&format!("https://{}", text.trim_start_matches('/'))).ok()?;
                let named = url.host_str().is_some_and(|h| h.contains('.') || h == "localhost");
                Some(url).filter(|u| named && u.username().is_empty())?
            }
        };
        let host = url.host_str()?.to_lowercase();
        let host = host.trim_end_matches('.');
        let host = host.strip_prefix("www.").unwrap_or(host).to_owned();
        // Pages of one script carry their parameters behind the `#`.
        let fragment = url.fragment().unwrap_or_default();
        let fragment = fragment.split_once('?').map_or(fragment, |(_, query)| query);
        let query = format!("{}&{fragment}", url.query().unwrap_or_default());
        Some(Address { text: cut(&text, URL_MAX), host, path: url.path().to_owned(), query })
    }

    /// The host as people write it: `xn--…` decoded.
    pub(super) fn site(&self) -> String {
        cut(&idna::domain_to_unicode(&self.host).0, VALUE_MAX)
    }

    /// The path as people write it.
    pub(super) fn shown_path(&self) -> String {
        clean(&percent_encoding::percent_decode_str(&self.path).decode_utf8_lossy())
    }

    /// The first non-empty value of a parameter, whatever the case of its name.
    pub(super) fn parameter(&self, name: &str, legacy: Legacy) -> String {
        let mut values = self.values(name).map(|value| clean(&decode(value, legacy)));
        values.find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// The names of all parameters that have a value.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name)
    }

    /// The values of a parameter as they stand in the address.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A parameter's value: `+` is a space.
fn decode(value: &str, legacy: Legacy) -> String {
    let spaced = value.replace('+', " ");
    let bytes: Cow<'_, [u8]> = percent_encoding::percent_decode_str(&spaced).into();
    legible(&bytes, legacy)
}

/// Bytes that are UTF-8 or else the legacy character set.
pub(super) fn legible(bytes: &[u8], legacy: Legacy) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // A value that was cut within its last letter is UTF-8 all the same, if it has other letters to show for it.
        Err(e) if e.error_len().is_none() && bytes[..e.valid_up_to()].iter().any(|b| *b >= 0x80) => {
            String::from_utf8_lossy(&bytes[..e.valid_up_to()]).into_owned()
        }
        Err(_) => {
            let charset = match legacy {
                Legacy::Cyrillic => WINDOWS_1251,
                Legacy::Chinese => GBK,
                Legacy::Japanese => EUC_JP,
                Legacy::Korean => EUC_KR,
            };
            charset.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

/// One line of bounded length.
pub(super) fn clean(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    cut(&words.join(" "), VALUE_MAX)
}

pub(super) fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}
