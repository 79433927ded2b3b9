//! Browsers that are signed in, and tries to sign in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::SessionId;

/// A browser that is signed in, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    /// Browser and system in plain words; empty when the browser does not say.
    pub device: String,
    pub ip: String,
    pub since: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    /// The one that asks.
    pub this: bool,
}

/// A try to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub at: DateTime<Utc>,
    pub device: String,
    pub ip: String,
    pub outcome: SignInOutcome,
}

/// How a try to sign in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInOutcome {
    Ok,
    /// Wrong password, or an account that may not sign in.
    Wrong,
    /// Too many tries: the password was not looked at.
    Blocked,
    /// Password and code.
    OkCode,
    /// Password and one of the recovery codes.
    OkRecovery,
    /// By the identity provider.
    OkSso,
    /// The password was right, the code was not.
    WrongCode,
    /// The identity provider vouched for nobody who may come in.
    SsoRefused,
}

impl SignInOutcome {
    pub const ALL: [SignInOutcome; 8] = [
        SignInOutcome::Ok,
        SignInOutcome::Wrong,
        SignInOutcome::Blocked,
        SignInOutcome::OkCode,
        SignInOutcome::OkRecovery,
        SignInOutcome::OkSso,
        SignInOutcome::WrongCode,
        SignInOutcome::SsoRefused,
    ];

    pub fn code(self) -> &'static str {
        match self {
            SignInOutcome::Ok => "ok",
            SignInOutcome::Wrong => "wrong",
            SignInOutcome::Blocked => "blocked",
            SignInOutcome::OkCode => "ok_code",
            SignInOutcome::OkRecovery => "ok_recovery",
            SignInOutcome::OkSso => "ok_sso",
            SignInOutcome::WrongCode => "wrong_code",
            SignInOutcome::SsoRefused => "sso_refused",
        }
    }

    pub fn from_code(code: &str) -> Option<SignInOutcome> {
        SignInOutcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// Why nobody came in by the identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SsoRefusal {
    /// The provider does not answer, or not in its own terms.
    Unavailable,
    /// The way was too long, was gone already, or began in another browser.
    Expired,
    /// The provider said no.
    Denied,
    /// The provider does not vouch for the address.
    Unverified,
    /// Nobody here has the address.
    Unknown,
}

impl SsoRefusal {
    pub const ALL: [SsoRefusal; 5] = [
        SsoRefusal::Unavailable,
        SsoRefusal::Expired,
        SsoRefusal::Denied,
        SsoRefusal::Unverified,
        SsoRefusal::Unknown,
    ];

    pub fn code(self) -> &'static str {
        match self {
            SsoRefusal::Unavailable => "unavailable",
            SsoRefusal::Expired => "expired",
            SsoRefusal::Denied => "denied",
            SsoRefusal::Unverified => "unverified",
            SsoRefusal::Unknown => "unknown",
        }
    }

    pub fn from_code(code: &str) -> Option<SsoRefusal> {
        SsoRefusal::ALL.into_iter().find(|refusal| refusal.code() == code)
    }
}

/// Part of a user agent → its name; browsers name their ancestors too, so the more special ones come first.
const BROWSERS: [(&str, &str); 9] = [
    ("YaBrowser/", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// `Firefox, Windows` of a user agent; empty when neither is known.
pub fn device(agent: &str) -> String {
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name)
    };
    [known(&BROWSERS), known(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_in_plain_words() {
        for (agent, named) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            ("curl/8.16", ""),
        ] {
            assert_eq!(device(agent), named);
        }
    }
}
