//! What is read alike in all elements.

use super::read::Reading;
use super::tree::{Element, Space};
use super::{Remark, What};
use crate::{Label, Lang};

impl Reading {
    pub(super) fn remark(&mut self, line: usize, what: What) {
        self.remarks.push(Remark { line, what });
    }

    pub(super) fn missing(&mut self, element: &Element, name: &str) {
        self.remark(element.line, What::Missing { element: element.shown.clone(), name: name.to_owned() });
    }

    /// A child of which there is at most one.
    pub(super) fn single(&mut self, element: &mut Element, name: &str) -> Option<Element> {
        let mut children = element.children(Space::Bpmn, name).into_iter();
        let first = children.next();
        for again in children {
            self.remark(again.line, What::Repeated { name: again.shown });
        }
        first
    }

    pub(super) fn id(&mut self, element: &mut Element) -> String {
        let Some(id) = element.own("id") else {
            self.missing(element, "id");
            return String::new();
        };
        if !self.ids.insert(id.clone()) {
            self.remark(element.line, What::Repeated { name: id.clone() });
        }
        id
    }

    /// A text that is drawn only for people; it must be what was drawn.
    pub(super) fn caption(&mut self, element: &mut Element, text: Option<String>) {
        let drawn = element.ours("drawn").unwrap_or_default();
        let text = text.unwrap_or_default();
        if text != drawn {
            self.remark(element.line, What::Caption { text });
        }
    }

    /// Takes the name, in all languages.
    pub(super) fn name(&mut self, element: &mut Element) -> Label {
        let mut name = self.in_own(element.own("name"));
        for mut piece in self.extension(element) {
            if piece.is(Space::Millrace, "label") {
                self.add_text(&mut piece, &mut name);
                piece.finish(&mut self.remarks);
            } else {
                self.remark(piece.line, What::Element { name: piece.shown });
            }
        }
        name
    }

    /// A text in the file's language.
    pub(super) fn in_own(&self, text: Option<String>) -> Label {
        let text = text.unwrap_or_default();
        match self.lang {
            Lang::En => Label { en: text, ru: String::new() },
            Lang::Ru => Label { en: String::new(), ru: text },
        }
    }

    pub(super) fn documentation(&mut self, element: &mut Element) -> Label {
        let text = self.single(element, "documentation").map(|mut documentation| {
            documentation.forget(&["id"]);
            let text = documentation.text();
            documentation.finish(&mut self.remarks);
            text
        });
        self.in_own(text)
    }

    /// Takes what stands in extensions.
    pub(super) fn extension(&mut self, element: &mut Element) -> Vec<Element> {
        let Some(mut extension) = self.single(element, "extensionElements") else { return Vec::new() };
        let pieces = extension.everything();
        extension.finish(&mut self.remarks);
        pieces
    }

    /// Takes an attribute that is understood by `read`.
    pub(super) fn value<T>(
        &mut self,
        element: &mut Element,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = element.own(name)?;
        self.understood(element.line, name, text, read)
    }

    /// The same of an attribute that must be there.
    pub(super) fn needed<T>(
        &mut self,
        element: &mut Element,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Some(text) = element.own(name) else {
            self.missing(element, name);
            return None;
        };
        self.understood(element.line, name, text, read)
    }

    /// The same of an attribute of ours.
    pub(super) fn our_value<T>(
        &mut self,
        element: &mut Element,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = element.ours(name)?;
        self.understood(element.line, &format!("millrace:{name}"), text, read)
    }

    pub(super) fn understood<T>(
        &mut self,
        line: usize,
        name: &str,
        text: String,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(&text);
        if value.is_none() {
            self.remark(line, What::Value { name: name.to_owned(), value: text });
        }
        value
    }
}
