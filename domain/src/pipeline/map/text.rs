//! Texts in a drawing: letters are counted, not measured, so that every drawing of a pipeline is the same.

/// A line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLine {
    pub text: String,
    pub indent: Indent,
}

/// How far from the left a line of a note begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indent {
    Heading,
    /// The first line of an item …
    Item,
    /// … and the next one.
    More,
}

/// Adds a heading with its items, once as text and once as lines; nothing without items.
pub(super) fn add(text: &mut String, lines: &mut Vec<NoteLine>, heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(heading);
    lines.push(NoteLine { text: heading.to_owned(), indent: Indent::Heading });
    for item in items {
        text.push_str("\n– ");
        text.push_str(item);
        for (place, line) in wrapped(item, 23, 2).into_iter().enumerate() {
            lines.push(match place {
                0 => NoteLine { text: format!("– {line}"), indent: Indent::Item },
                _ => NoteLine { text: line, indent: Indent::More },
            });
        }
    }
}

/// At most `most` lines of `width` letters each; what does not fit is cut off and told by an ellipsis.
pub(super) fn wrapped(text: &str, width: usize, most: usize) -> Vec<String> {
    let pieces = text.split_whitespace().flat_map(|word| {
        let letters: Vec<char> = word.chars().collect();
        letters.chunks(width).map(String::from_iter).collect::<Vec<String>>()
    });
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + piece.chars().count() <= width => {
                line.push(' ');
                line.push_str(&piece);
            }
            _ => lines.push(piece),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let kept: String = last.chars().take(width - 1).collect();
            *last = format!("{}…", kept.trim_end());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_wrapped_and_cut() {
        assert_eq!(wrapped("Prepare the offer", 10, 2), ["Prepare", "the offer"]);
        assert_eq!(wrapped("Prepare the offer and send it", 10, 2), ["Prepare", "the offer…"]);
        assert_eq!(wrapped("Вертикально-интегрированный", 10, 2), ["Вертикальн", "о-интегри…"]);
        assert_eq!(wrapped("  ", 10, 2), Vec::<String>::new());
    }

    #[test]
    fn a_heading_without_items_is_not_told() {
        let (mut text, mut lines) = (String::new(), Vec::new());
        add(&mut text, &mut lines, "To enter", &[]);
        assert!(text.is_empty() && lines.is_empty());
        add(&mut text, &mut lines, "To go on", &["Amount".into(), "Expected closing date".into()]);
        assert_eq!(text, "To go on\n– Amount\n– Expected closing date");
        assert_eq!(lines.len(), 3);
    }
}
