//! Addresses of other people's sites. Only on the server.

use url::{Host, Url};

/// Longest address, in bytes.
const MAX: usize = 2048;

/// The origin of a typed address as browsers send it: `example.com/page` → `https://example.com`. `None` when no site can stand
/// there.
pub fn origin(typed: &str) -> Option<String> {
    let url = read(typed)?;
    Some(url.origin().ascii_serialization())
}

/// An address that visitors may be sent to, as browsers write it.
pub fn destination(typed: &str) -> Option<String> {
    read(typed).map(String::from)
}

/// What is typed without a scheme means https. Plain http is for sites on this very machine.
fn read(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    let typed = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&typed).ok().filter(|url| url.as_str().len() <= MAX)?;
    let here = match url.host()? {
        Host::Domain(name) if name.contains('*') => return None,
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && here);
    (safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        for (typed, origin) in [
            ("https://example.com", "https://example.com"),
            (" EXAMPLE.com/page?x#y ", "https://example.com"),
            ("https://example.com:443/", "https://example.com"),
            ("https://example.com:8443", "https://example.com:8443"),
            ("пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(super::origin(typed).as_deref(), Some(origin), "{typed}");
        }
    }

    #[test]
    fn what_no_visitor_may_be_sent_to() {
        for typed in [
            "",
            "http://example.com",
            "https://",
            "https://*.example.com",
            "https://user:secret@example.com",
            "https://user@example.com",
            "javascript://example.com/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com",
            "https://exa mple.com",
        ] {
            assert_eq!(destination(typed), None, "{typed}");
            assert_eq!(origin(typed), None, "{typed}");
        }
        assert_eq!(
            destination("example.com/спасибо?a=1#b").as_deref(),
            Some("https://example.com/%D1%81%D0%BF%D0%B0%D1%81%D0%B8%D0%B1%D0%BE?a=1#b")
        );
        assert_eq!(destination(&format!("https://example.com/{}", "x".repeat(2048))), None);
    }
}
