//! One spelling for comparing and finding: lower case, ё as е, single spaces.

/// The text as it is searched and sorted by. `lower()` and `LIKE` of the databases fold ASCII only, therefore it is made here.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        for c in word.chars().flat_map(char::to_lowercase) {
            folded.push(if c == 'ё' { 'е' } else { c });
        }
    }
    folded
}

/// Escapes `%`, `_` and `\` for a `LIKE … ESCAPE '\'` pattern.
pub fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_hides_case_spaces_and_yo() {
        assert_eq!(fold("  ВоробьЁва   Елена "), "воробьева елена");
        assert_eq!(escape_like("50%_\\"), "50\\%\\_\\\\");
    }
}
