//! Languages of the interface and texts that exist in each of them.

use serde::{Deserialize, Serialize};

/// A language of the interface and of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    #[default]
    En,
    Ru,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Ru];

    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ru => "ru",
        }
    }

    /// The language of a tag such as `ru`, `ru-RU` or `en_US`.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Lang::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.code()))
    }

    /// The first known language of an `Accept-Language` header, in the order it is written.
    pub fn from_accept(header: &str) -> Option<Lang> {
        header.split(',').find_map(|part| Lang::from_tag(part.split(';').next().unwrap_or_default()))
    }
}

/// A name the company gives in every language: a stage, a loss reason, a category.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Label {
    pub en: String,
    pub ru: String,
}

impl Label {
    pub fn new(en: impl Into<String>, ru: impl Into<String>) -> Self {
        Label { en: en.into(), ru: ru.into() }
    }

    /// Whether it says nothing in any language.
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.ru.is_empty()
    }

    /// The text in `lang`; an empty translation falls back on the other language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru if !self.ru.is_empty() => &self.ru,
            Lang::En if self.en.is_empty() => &self.ru,
            _ => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_names_the_first_known_language() {
        assert_eq!(Lang::from_accept("de-DE,ru;q=0.9,en;q=0.5"), Some(Lang::Ru));
        assert_eq!(Lang::from_accept("en-US"), Some(Lang::En));
        assert_eq!(Lang::from_accept("fr"), None);
    }

    #[test]
    fn a_missing_translation_falls_back() {
        assert_eq!(Label::new("Won", "").get(Lang::Ru), "Won");
        assert_eq!(Label::new("", "Выиграна").get(Lang::En), "Выиграна");
    }
}
