//! The `_openstat` label that Russian ad systems add to their links: `service;campaign;ad;place`, mostly in Base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::address::{Legacy, clean, legible};

/// A label, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Openstat {
    /// Who was paid for the click: `direct.yandex.ru`.
    pub(super) service: String,
    pub(super) campaign: String,
    pub(super) ad: String,
}

impl Openstat {
    /// The label as it stands in the address; rubbish is none.
    pub(super) fn read(value: &str) -> Option<Openstat> {
        let bytes: Vec<u8> = percent_encoding::percent_decode_str(value).collect();
        let label = legible(&decoded(&bytes).unwrap_or(bytes), Legacy::Cyrillic);
        let mut parts = label.split(';').map(clean);
        let service = parts.next().filter(|service| !service.is_empty())?;
        Some(Openstat { service, campaign: parts.next()?, ad: parts.next().unwrap_or_default() })
    }
}

/// Base64 of a label, in the alphabet for addresses or the common one.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let common = bytes.iter().filter(|byte| **byte != b'=').map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    });
    let label = STANDARD_NO_PAD.decode(common.collect::<Vec<u8>>()).ok()?;
    label.contains(&b';').then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_read_however_it_is_written() {
        let label =
            Openstat { service: "direct.yandex.ru".into(), campaign: "17373".into(), ad: "1234".into() };
        for written in [
            "ZGlyZWN0LnlhbmRleC5ydTsxNzM3MzsxMjM0O3lhbmRleC5ydTpwcmVtaXVt",
            "direct.yandex.ru;17373;1234;yandex.ru:premium",
            "direct.yandex.ru%3B17373%3B1234%3Byandex.ru%3Apremium",
            "ZGlyZWN0LnlhbmRleC5ydTsxNzM3MzsxMjM0Ow%3D%3D",
        ] {
            assert_eq!(Openstat::read(written).as_ref(), Some(&label), "{written}");
        }
        // "директ;осень;1" in windows-1251.
        let cyrillic =
            Openstat { service: "директ".into(), campaign: "осень".into(), ad: "1".into() };
        assert_eq!(Openstat::read("5Ojw5eryO-7x5e38OzE"), Some(cyrillic));
        for rubbish in ["", ";", "abc", "%%%", "====", "ZGlyZWN0"] {
            assert_eq!(Openstat::read(rubbish), None, "{rubbish}");
        }
    }
}
