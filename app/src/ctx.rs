//! What a page knows from the start: language, who is signed in. The server puts it into the document; the browser reads it there.

use domain::user::Me;
use domain::{Lang, Money};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::i18n::Locale;

/// The context of one page load.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageContext {
    pub lang: Lang,
    /// `None` on the pages that need no sign-in.
    pub me: Option<Me>,
}

/// The translations' name of a language.
pub fn locale(lang: Lang) -> Locale {
    match lang {
        Lang::En => Locale::en,
        Lang::Ru => Locale::ru,
    }
}

/// The page's language.
pub fn use_lang() -> Lang {
    use_context::<PageContext>().unwrap_or_default().lang
}

/// Who is signed in. The router only lets signed-in people onto pages that ask for this.
pub fn use_me() -> Option<Me> {
    use_context::<PageContext>().and_then(|context| context.me)
}

/// How this page writes times, dates and money; copy it into closures freely.
#[derive(Clone)]
pub struct Format {
    pub lang: Lang,
    me: Option<Me>,
}

/// The page's way of writing.
pub fn use_format() -> Format {
    let context = use_context::<PageContext>().unwrap_or_default();
    Format { lang: context.lang, me: context.me }
}

impl Format {
    /// The server's clock when the page was made.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.me.as_ref().map(|me| me.now).unwrap_or_default()
    }

    pub fn zone(&self) -> domain::zone::Zone {
        self.me.as_ref().map(|me| me.zone.clone()).unwrap_or_default()
    }

    fn local(&self, at: chrono::DateTime<chrono::Utc>) -> chrono::NaiveDateTime {
        self.me.as_ref().map_or(at.naive_utc(), |me| me.zone.local(at))
    }

    /// `24 Nov 2026, 13:46`.
    pub fn date_time(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        domain::zone::date_time(self.local(at), self.lang)
    }

    /// `13:46`.
    pub fn time(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        domain::zone::time(self.local(at))
    }

    /// `24 Nov 2026`, of the local day.
    pub fn date(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        domain::zone::date(self.local(at).date(), self.lang)
    }

    /// `today, 13:46`, `yesterday, 13:46`, `tomorrow, 13:46`, else day and time.
    pub fn near(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        let (local, today) = (self.local(at), self.local(self.now()).date());
        let time = domain::zone::time(local);
        match (local.date() - today).num_days() {
            0 => tr!(self.lang, common.when_today, time = time),
            1 => tr!(self.lang, common.when_tomorrow, time = time),
            -1 => tr!(self.lang, common.when_yesterday, time = time),
            _ if self.me.is_some() => format!("{}, {time}", domain::zone::day_month(local.date(), self.lang)),
            _ => self.date_time(at),
        }
    }

    /// The local wall clock as `<input type=datetime-local>` wants it.
    pub fn input_value(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        self.local(at).format("%Y-%m-%dT%H:%M").to_string()
    }

    pub fn money(&self, money: Money) -> String {
        money.short(self.lang)
    }

    /// A sum or a dash.
    pub fn amount(&self, money: Option<Money>) -> String {
        money.map_or_else(|| "—".to_owned(), |money| money.short(self.lang))
    }
}

/// Percent-encoding of everything that could end or change a query value.
pub fn in_query(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(byte as char);
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
        escaped
    })
}

#[cfg(feature = "ssr")]
pub use ssr::*;

#[cfg(feature = "ssr")]
mod ssr {
    use std::sync::Arc;

    use domain::access::Actor;
    use domain::{Outcome, Problem};
    use leptos::prelude::*;
    use store::Db;

    /// Settings of the server that use cases need.
    #[derive(Debug, Clone)]
    pub struct Site {
        /// The configured public address, `https://crm.example`, without a slash at the end.
        pub origin: String,
        /// Whether cookies are for TLS only (`__Host-` prefix).
        pub secure: bool,
        /// Whether a mail server is configured.
        pub mail: bool,
    }

    /// Counts tries at the doors per account; the server keeps the counters.
    pub trait Doorkeeper: Send + Sync {
        /// One more try to sign in.
        fn sign_in(&self, email: &str) -> Outcome<()>;
        /// Whether a refused try is worth a line in the person's history: not each one, lest refusing cost more than checking.
        fn worth_noting(&self, email: &str) -> bool;
        /// They got in: the tries before count no more.
        fn let_in(&self, email: &str);
        /// One more wish for a new password.
        fn reset(&self, email: &str) -> Outcome<()>;
        /// One more search of that user.
        fn search(&self, user: domain::id::UserId) -> Outcome<()>;
    }

    /// What a server function works with; the server provides it for every request.
    #[derive(Clone)]
    pub struct Server {
        pub db: Db,
        pub site: Site,
        /// `None`: nobody is signed in.
        pub actor: Option<Actor>,
        /// The time zone of the signed-in person, for what they type.
        pub zone: domain::zone::Zone,
        /// The session's token, for signing out.
        pub session: Option<String>,
        /// What the identity provider is called, if there is one.
        pub sso: Option<Arc<str>>,
        /// Where the request comes from.
        pub origin: store::sessions::Origin,
        pub door: Arc<dyn Doorkeeper>,
    }

    impl Server {
        /// How links leave this server.
        pub fn post(&self) -> store::users::Post<'_> {
            store::users::Post { origin: &self.site.origin, mail: self.site.mail }
        }
    }

    /// The request's context, whether or not somebody is signed in.
    pub fn server() -> Outcome<Server> {
        use_context::<Server>().ok_or_else(|| {
            tracing::error!("a server function ran without its context");
            Problem::Internal
        })
    }

    /// The cookies that hold tokens; over TLS bound to the host by their prefix.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Cookie {
        Session,
        /// Between the password and the second factor.
        Half,
        /// On the way to the identity provider and back.
        Sso,
    }

    impl Cookie {
        pub fn name(self, secure: bool) -> &'static str {
            match (self, secure) {
                (Cookie::Session, true) => "__Host-millrace",
                (Cookie::Session, false) => "millrace",
                (Cookie::Half, true) => "__Host-millrace-half",
                (Cookie::Half, false) => "millrace-half",
                (Cookie::Sso, true) => "__Host-millrace-sso",
                (Cookie::Sso, false) => "millrace-sso",
            }
        }

        fn seconds(self) -> i64 {
            match self {
                Cookie::Session => store::sessions::SESSION_DAYS * 86_400,
                Cookie::Half => store::sessions::HALF_MINUTES * 60,
                Cookie::Sso => store::sso::WAY_MINUTES * 60,
            }
        }

        /// The header that sets it.
        pub fn set(self, site: &Site, token: &str) -> String {
            self.header(site, token, self.seconds())
        }

        /// The header that takes it away.
        pub fn clear(self, site: &Site) -> String {
            self.header(site, "", 0)
        }

        fn header(self, site: &Site, token: &str, age: i64) -> String {
            let secure = if site.secure { "; Secure" } else { "" };
            let name = self.name(site.secure);
            format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
        }
    }

    /// Puts the cookie of whoever signed in into the answer. The one between the two steps takes the place of a session.
    pub fn set_session(site: &Site, signed: &store::sessions::SignedIn) -> Outcome<()> {
        let cookies = if signed.is_half {
            vec![Cookie::Half.set(site, &signed.token), Cookie::Session.clear(site)]
        } else {
            vec![Cookie::Session.set(site, &signed.token)]
        };
        let options = use_context::<leptos_axum::ResponseOptions>().ok_or(Problem::Internal)?;
        for cookie in cookies {
            let value = axum::http::HeaderValue::from_str(&cookie).map_err(|_| Problem::Internal)?;
            options.append_header(axum::http::header::SET_COOKIE, value);
        }
        Ok(())
    }

    /// `path` when it is one of ours, else the first page. Browsers read backslashes as slashes, and leave out tabs and line ends.
    pub fn own_path(path: &str) -> &str {
        let is_odd = |c: char| c == '\\' || c.is_control();
        if path.starts_with('/') && !path.starts_with("//") && !path.contains(is_odd) { path } else { "/" }
    }

    /// The instant of what a `datetime-local` input holds, by the user's wall clock.
    pub fn instant(field: &str, typed: &str) -> Outcome<chrono::DateTime<chrono::Utc>> {
        let typed = typed.trim();
        let parsed = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|format| chrono::NaiveDateTime::parse_from_str(typed, format).ok());
        let local = parsed.ok_or_else(|| Problem::field(field, domain::Fault::NotADate))?;
        // Years beyond what offsets and databases hold are slips of the hand.
        if !(2000..2200).contains(&chrono::Datelike::year(&local)) {
            return Err(Problem::field(field, domain::Fault::OutOfRange));
        }
        Ok(server()?.zone.instant(local))
    }

    /// A typed sum in the company's currency; empty is none.
    pub async fn amount(field: &str, typed: &str) -> Outcome<Option<domain::Money>> {
        let typed = typed.trim().trim_end_matches(['₽', '$', '€']).trim_start_matches(['$', '€', '₽']).trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let minor = domain::money::parse_decimal(typed, 2)
            .ok_or_else(|| Problem::field(field, domain::Fault::NotAnAmount))?;
        if !(0..=domain::money::MAX_AMOUNT_MINOR).contains(&minor) {
            return Err(Problem::field(field, domain::Fault::OutOfRange));
        }
        let currency = store::settings::company(&server()?.db).await?.currency;
        Ok(Some(domain::Money::new(minor, currency)))
    }

    /// Whether a browser without wasm sent this form and waits for a page.
    pub fn is_plain_form() -> bool {
        use_context::<axum::http::request::Parts>().is_some_and(|parts| {
            let accepts = parts.headers.get(axum::http::header::ACCEPT).and_then(|value| value.to_str().ok());
            parts.method == axum::http::Method::POST
                && accepts.is_some_and(|value| value.contains("text/html"))
        })
    }

    /// Brings the sender of a plain form to `path` of ours. With wasm nothing moves: the page that asked shows what changed.
    pub fn land(path: &str) {
        if is_plain_form()
            && path.starts_with('/')
            && !path.starts_with("//")
            && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
        {
            leptos_axum::redirect(path);
        }
    }

    /// One more search, if there is a text to search for.
    pub fn searching(text: &str) -> Outcome<()> {
        let server = server()?;
        match server.actor.and_then(|actor| actor.user) {
            Some(user) if !text.trim().is_empty() => server.door.search(user),
            _ => Ok(()),
        }
    }

    /// Database and actor of a signed-in request; `SignedOut` otherwise.
    pub fn signed_in() -> Outcome<(Db, Actor)> {
        let server = server()?;
        let actor = server.actor.ok_or(Problem::SignedOut)?;
        Ok((server.db, actor))
    }
}
