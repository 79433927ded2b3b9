//! XML as a tree that knows its lines. Whoever reads an element takes out of it what is understood; what is left is told.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;

use super::{BOUNDS, BPMN, DIAGRAM, INSTANCE, NAMESPACE, Remark, WAYPOINTS, What, is_legal};

/// Elements in elements: BPMN needs a dozen.
const DEPTH: usize = 64;
/// What the prefix `xml` stands for.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Which vocabulary a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Bpmn,
    Diagram,
    Millrace,
    /// An attribute without a prefix: its element's own.
    Own,
    Other,
}

pub(super) struct Element {
    pub(super) space: Space,
    pub(super) name: String,
    /// The name with its prefix.
    pub(super) shown: String,
    pub(super) line: usize,
    attributes: Vec<Attribute>,
    children: Vec<Element>,
    text: String,
}

struct Attribute {
    space: Space,
    name: String,
    shown: String,
    value: String,
}

impl Element {
    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }

    /// Takes an attribute of no namespace.
    pub(super) fn own(&mut self, name: &str) -> Option<String> {
        self.attribute(Space::Own, name)
    }

    /// Takes an attribute of ours.
    pub(super) fn ours(&mut self, name: &str) -> Option<String> {
        self.attribute(Space::Millrace, name)
    }

    fn attribute(&mut self, space: Space, name: &str) -> Option<String> {
        let place = self.attributes.iter().position(|known| known.space == space && known.name == name)?;
        Some(self.attributes.swap_remove(place).value)
    }

    /// Takes attributes that say nothing to us.
    pub(super) fn forget(&mut self, names: &[&str]) {
        self.attributes.retain(|known| known.space != Space::Own || !names.contains(&known.name.as_str()));
    }

    /// Takes the children of that name.
    pub(super) fn children(&mut self, space: Space, name: &str) -> Vec<Element> {
        self.children.extract_if(.., |child| child.is(space, name)).collect()
    }

    /// Takes all children.
    pub(super) fn everything(&mut self) -> Vec<Element> {
        std::mem::take(&mut self.children)
    }

    pub(super) fn text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Tells what nobody took.
    pub(super) fn finish(self, remarks: &mut Vec<Remark>) {
        let mut tell = |line, what| remarks.push(Remark { line, what });
        for attribute in self.attributes {
            tell(self.line, What::Attribute { element: self.shown.clone(), name: attribute.shown });
        }
        for child in self.children {
            tell(child.line, What::Element { name: child.shown });
        }
        if !self.text.trim().is_empty() {
            tell(self.line, What::Text { element: self.shown });
        }
    }
}

/// The root of a document, or what makes it none.
pub(super) fn parse(text: &str) -> Result<Element, Remark> {
    let mut lines = Lines { bytes: text.as_bytes(), seen: 0, line: 1 };
    if let Some(at) = text.find(|letter| !is_legal(letter)) {
        return Err(unreadable(lines.at(at), "a character that XML cannot hold"));
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let line = lines.at(place(reader.buffer_position()));
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                return Err(unreadable(lines.at(place(reader.error_position())), &error.to_string()));
            }
        };
        match event {
            Event::Start(start) => {
                if open.is_empty() && root.is_some() {
                    return Err(unreadable(line, "more than one root element"));
                }
                if open.len() == DEPTH {
                    return Err(unreadable(line, "too many elements in each other"));
                }
                open.push(element(reader.resolver(), &start, line)?);
            }
            Event::End(_) => match (open.pop(), open.last_mut()) {
                (Some(done), Some(parent)) => parent.children.push(done),
                (done, _) => root = done,
            },
            Event::Text(piece) => add(&mut open, &piece.xml10_content(), line)?,
            Event::CData(piece) => add(&mut open, &piece.xml10_content(), line)?,
            Event::GeneralRef(name) => {
                let letter = name.resolve_char_ref().map_err(|error| unreadable(line, &error.to_string()))?;
                match (letter, resolve_predefined_entity(&name)) {
                    (Some(letter), _) if is_legal(letter) => {
                        add(&mut open, letter.encode_utf8(&mut [0; 4]), line)?;
                    }
                    (None, Some(meant)) => add(&mut open, meant, line)?,
                    _ => return Err(unreadable(line, &format!("&{};", &*name))),
                }
            }
            // Elements without content come as a beginning and an end.
            Event::Comment(_) | Event::Empty(_) => {}
            Event::Decl(declared) => {
                if let Some(Ok(encoding)) = declared.encoding()
                    && !encoding.eq_ignore_ascii_case("utf-8")
                {
                    return Err(unreadable(line, &format!("encoding {encoding}, only UTF-8 is read")));
                }
            }
            Event::PI(instruction) => {
                let name = format!("<?{}?>", instruction.target());
                return Err(Remark { line, what: What::Element { name } });
            }
            Event::DocType(_) => return Err(Remark { line, what: What::Doctype }),
            Event::Eof => break,
        }
    }
    match (open.pop(), root) {
        (Some(left), _) => Err(unreadable(left.line, &format!("<{}> is not closed", left.shown))),
        (None, Some(root)) => Ok(root),
        (None, None) => Err(unreadable(1, "no element at all")),
    }
}

fn element(resolver: &NamespaceResolver, start: &BytesStart<'_>, line: usize) -> Result<Element, Remark> {
    let (bound, name) = resolver.resolve_element(start.name());
    let mut element = Element {
        space: space(bound, line)?,
        name: name.into_inner().to_owned(),
        shown: start.name().into_inner().to_owned(),
        line,
        attributes: Vec::new(),
        children: Vec::new(),
        text: String::new(),
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| unreadable(line, &error.to_string()))?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (bound, name) = resolver.resolve_attribute(attribute.key);
        // Where a schema is and which type is meant changes nothing.
        if matches!(bound, ResolveResult::Bound(Namespace(INSTANCE | XML))) {
            continue;
        }
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| unreadable(line, &error.to_string()))?;
        if !value.chars().all(is_legal) {
            return Err(unreadable(line, "a character that XML cannot hold"));
        }
        element.attributes.push(Attribute {
            space: if bound == ResolveResult::Unbound { Space::Own } else { space(bound, line)? },
            name: name.into_inner().to_owned(),
            shown: attribute.key.into_inner().to_owned(),
            value: value.into_owned(),
        });
    }
    Ok(element)
}

fn space(bound: ResolveResult<'_>, line: usize) -> Result<Space, Remark> {
    match bound {
        ResolveResult::Bound(Namespace(BPMN)) => Ok(Space::Bpmn),
        ResolveResult::Bound(Namespace(DIAGRAM | BOUNDS | WAYPOINTS)) => Ok(Space::Diagram),
        ResolveResult::Bound(Namespace(NAMESPACE)) => Ok(Space::Millrace),
        ResolveResult::Bound(_) | ResolveResult::Unbound => Ok(Space::Other),
        ResolveResult::Unknown(prefix) => Err(unreadable(line, &format!("prefix {prefix} is not declared"))),
    }
}

/// Adds text to the element that is open.
fn add(open: &mut [Element], text: &str, line: usize) -> Result<(), Remark> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(unreadable(line, "text outside of all elements")),
    }
    Ok(())
}

fn unreadable(line: usize, why: &str) -> Remark {
    Remark { line, what: What::Unreadable { why: why.to_owned() } }
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Counts lines on the way through the text.
struct Lines<'a> {
    bytes: &'a [u8],
    seen: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a place; one that was passed already has the line that was last counted.
    fn at(&mut self, place: usize) -> usize {
        let place = place.min(self.bytes.len());
        if let Some(passed) = self.bytes.get(self.seen..place) {
            self.line += passed.iter().filter(|byte| **byte == b'\n').count();
            self.seen = place;
        }
        self.line
    }
}
