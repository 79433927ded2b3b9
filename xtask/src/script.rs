//! Scripts without comments and indentation: most of what a minifier saves after compression, with none of its risk.

/// Removes comments, indentation and empty lines. Line breaks stay, because they may end statements. A script that
/// cannot be followed to its end is left as it is.
pub(crate) fn strip(source: &str) -> String {
    Stripper { source, at: 0, out: String::with_capacity(source.len()), templates: Vec::new() }
        .run()
        .unwrap_or_else(|| source.to_owned())
}

/// Words after which a `/` begins a regular expression, where after a name it divides.
const BEFORE_VALUE: [&str; 9] = ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "do"];

struct Stripper<'a> {
    source: &'a str,
    at: usize,
    out: String,
    /// Open template literals, each with the number of braces open in its current `${}`.
    templates: Vec<usize>,
}

impl Stripper<'_> {
    fn run(mut self) -> Option<String> {
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\n' | '\r' => self.line_break(),
                ' ' | '\t' => self.space(),
                '"' | '\'' => self.string(next)?,
                '`' => {
                    self.take(1);
                    self.template()?;
                }
                '/' if self.rest().starts_with("//") => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                '/' if self.rest().starts_with("/*") => self.block_comment()?,
                '/' if self.value_may_begin() => self.regular_expression()?,
                '{' => {
                    if let Some(braces) = self.templates.last_mut() {
                        *braces += 1;
                    }
                    self.take(1);
                }
                '}' => self.closing_brace()?,
                _ => self.take(next.len_utf8()),
            }
        }
        self.trim();
        self.templates.is_empty().then_some(self.out)
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn take(&mut self, length: usize) {
        self.out.push_str(&self.source[self.at..self.at + length]);
        self.at += length;
    }

    fn trim(&mut self) {
        self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
    }

    fn line_break(&mut self) {
        self.at += 1;
        self.trim();
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn space(&mut self) {
        self.at += 1;
        if !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
        }
    }

    fn string(&mut self, quote: char) -> Option<()> {
        let length = self.until(1, |character| character == quote, true)?;
        self.take(length);
        Some(())
    }

    fn block_comment(&mut self) -> Option<()> {
        let length = self.rest().find("*/")? + 2;
        let lines = self.rest()[..length].contains('\n');
        self.at += length;
        if lines {
            self.at -= 1;
            self.line_break();
        } else if !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
        }
        Some(())
    }

    /// Copies a template literal up to its end, or up to the code that it embeds.
    fn template(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let next = rest.find(['`', '\\', '$'])?;
            match &rest[next..] {
                end if end.starts_with('`') => {
                    self.take(next + 1);
                    return Some(());
                }
                code if code.starts_with("${") => {
                    self.take(next + 2);
                    self.templates.push(0);
                    return Some(());
                }
                escape if escape.starts_with('\\') => {
                    let escaped = escape[1..].chars().next()?.len_utf8();
                    self.take(next + 1 + escaped);
                }
                _ => self.take(next + 1),
            }
        }
    }

    fn closing_brace(&mut self) -> Option<()> {
        self.take(1);
        match self.templates.last_mut() {
            Some(0) => {
                self.templates.pop();
                self.template()
            }
            Some(braces) => {
                *braces -= 1;
                Some(())
            }
            None => Some(()),
        }
    }

    /// Copies a regular expression; what does not end on its line was a division after all.
    fn regular_expression(&mut self) -> Option<()> {
        let mut class = false;
        let end = |character| {
            match character {
                '[' => class = true,
                ']' => class = false,
                _ => {}
            }
            character == '/' && !class
        };
        let length = self.until(1, end, false).unwrap_or(1);
        self.take(length);
        Some(())
    }

    /// The length of the text up to and with the first unescaped character for which `end` holds, or nothing when
    /// the line ends before; a string may go on after an escaped line break.
    fn until(&self, from: usize, mut end: impl FnMut(char) -> bool, lines: bool) -> Option<usize> {
        let mut escaped = false;
        for (at, character) in self.rest().char_indices().skip(from) {
            if character == '\n' && !(escaped && lines) {
                return None;
            }
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if end(character) {
                return Some(at + character.len_utf8());
            }
        }
        None
    }

    fn value_may_begin(&self) -> bool {
        let before = self.out.trim_end();
        let word = before.rsplit(|character: char| !is_word(character)).next().unwrap_or_default();
        if word.is_empty() {
            !before.ends_with([')', ']', '"', '\'', '`'])
        } else {
            BEFORE_VALUE.contains(&word)
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn comments_and_indentation_go_and_line_breaks_stay() {
        let source =
            "// licence\n\n  let a = 1; // one\n\t/* two\n lines */ let b = a /* x */ + 2;   \n\n  f()\n";
        assert_eq!(strip(source), "let a = 1;\nlet b = a + 2;\nf()\n");
    }

    #[test]
    fn what_only_looks_like_a_comment_stays() {
        for kept in [
            "const url = 'https://example.org'; \n",
            "const text = \"/* no */ \\\" // no\";\n",
            "const css = `a {\n    /* kept */ color: red;\n  }`;\n",
            "const html = `<p> ${ list.map((x) => `  // ${x}  `) }  // kept\n   </p>`;\n",
            "const tail = /[/\"'`]+\\/\\/x/g.test(name);\n",
            "return /^\\s*\\/\\/`$/;\n",
            "const half = total / 2 / count;\n",
        ] {
            assert_eq!(strip(kept), kept.replace("; \n", ";\n"));
        }
    }

    #[test]
    fn braces_inside_embedded_code_are_counted() {
        let source = "x = `${ { a: { b: 1 } }.a.b }  // text`; // gone\n";
        assert_eq!(strip(source), "x = `${ { a: { b: 1 } }.a.b }  // text`;\n");
    }

    #[test]
    fn a_script_that_does_not_end_is_left_alone() {
        for source in ["let a = 'x\n  // y\n", "let a = `x // y\n", "/* for ever"] {
            assert_eq!(strip(source), source);
        }
    }
}
