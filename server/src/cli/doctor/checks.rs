//! One function per check; each tells what to do.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use store::checkup::{Checkup, look};
use store::seal::Fit;
use url::{Host, Url};

use crate::config::{BackupConfig, ServeConfig, SsoConfig};
use crate::sso::{CALLBACK, Provider};

/// Below it a day's growth may not fit.
const SPACE: u64 = 1 << 30;
/// What clocks of several machines may differ by.
const DRIFT: TimeDelta = TimeDelta::minutes(2);
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Ok,
    Warn,
    Fail,
}

impl Level {
    pub(super) fn word(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        }
    }
}

#[derive(Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    pub(super) about: &'static str,
    pub(super) text: String,
}

fn ok(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { level: Level::Ok, about, text: text.into() }
}

fn warn(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { level: Level::Warn, about, text: text.into() }
}

fn fail(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { level: Level::Fail, about, text: text.into() }
}

/// It can be written to, and strangers on this machine cannot look into it.
pub(super) fn folder(path: &Path) -> Finding {
    const ABOUT: &str = "data folder";
    let shown = path.display();
    let Ok(about) = fs::metadata(path) else {
        return fail(
            ABOUT,
            format!("{shown} is not there: start the server once, or name it with --data-dir"),
        );
    };
    let probe = path.join(format!(".doctor-{}", std::process::id()));
    match fs::write(&probe, b"") {
        Ok(()) => {
            if let Err(error) = fs::remove_file(&probe) {
                return warn(ABOUT, format!("{} stays behind: {error}", probe.display()));
            }
        }
        Err(error) => return fail(ABOUT, format!("{shown} cannot be written to: {error}")),
    }
    if about.permissions().mode() & 0o007 == 0 {
        ok(ABOUT, format!("{shown}, writable and private"))
    } else {
        fail(ABOUT, format!("everybody on this machine may look into {shown}: chmod 700 {shown}"))
    }
}

/// A file of 32 secret bytes is whole and nobody else's.
pub(super) fn key(about: &'static str, path: &Path) -> Finding {
    let shown = path.display();
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => fail(
            about,
            format!(
                "{shown} is missing: copy it from where you keep it; a new one is made for a new instance only"
            ),
        ),
        Err(error) => fail(about, format!("{shown} cannot be read: {error}")),
        Ok(file) if file.len() != 32 => fail(about, format!("{shown} is damaged: it must have 32 bytes")),
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            fail(about, format!("others may read {shown}: chmod 600 {shown}"))
        }
        Ok(_) => ok(about, format!("{shown}, for its owner only; keep a copy apart from the backups")),
    }
}

/// Reachable, migrated, safe against power loss; the clock is not behind it; its backups are young.
pub(super) async fn database(url: &str, backup: &BackupConfig, key: Option<[u8; 32]>) -> Vec<Finding> {
    match tokio::time::timeout(Duration::from_secs(15), look(url, key)).await {
        Ok(Ok(checkup)) => {
            let mut found = vec![schema(&checkup)];
            found.extend(log(&checkup));
            found.push(clock(&checkup));
            found.extend(checkup.seal.map(sealed));
            found.push(backups(&checkup, backup));
            found
        }
        Ok(Err(error)) => vec![fail("database", format!("cannot be reached: {error}"))],
        Err(_) => vec![fail("database", "does not answer within 15 seconds")],
    }
}

fn schema(checkup: &Checkup) -> Finding {
    const ABOUT: &str = "database";
    if !checkup.unknown.is_empty() {
        fail(ABOUT, "a newer Millrace has changed it: run that version, or restore a backup made before")
    } else if checkup.missing.is_empty() {
        ok(ABOUT, "answers, every migration is applied")
    } else {
        fail(ABOUT, format!("{} migrations are not applied: start the server once", checkup.missing.len()))
    }
}

fn log(checkup: &Checkup) -> Option<Finding> {
    const ABOUT: &str = "write-ahead log";
    Some(match checkup.writes_ahead? {
        true => ok(ABOUT, "in use"),
        false => fail(
            ABOUT,
            "SQLite does not use it: is the folder on a network disk? Use a local one, or PostgreSQL",
        ),
    })
}

fn clock(checkup: &Checkup) -> Finding {
    const ABOUT: &str = "clock";
    match checkup.newest {
        Some(newest) if newest - checkup.now > DRIFT => fail(
            ABOUT,
            format!("the newest record is of {newest}, which is in the future: set the clock (timedatectl)"),
        ),
        _ => ok(ABOUT, format!("{}", checkup.now.format("%Y-%m-%d %H:%M:%S UTC"))),
    }
}

/// The key opens what it must.
fn sealed(fit: Fit) -> Finding {
    const ABOUT: &str = "sealed secrets";
    match fit {
        Fit::Any => ok(ABOUT, "there are none yet"),
        Fit::Right => ok(ABOUT, "the key opens them"),
        Fit::Wrong => fail(
            ABOUT,
            "the key is not the one they were sealed with: put the right file in its place, or `millrace forget-sealed`",
        ),
    }
}

fn backups(checkup: &Checkup, config: &BackupConfig) -> Finding {
    const ABOUT: &str = "backups";
    let known = &checkup.backups;
    let last = known.good.as_ref().map_or_else(
        || "there is none yet".to_owned(),
        |good| {
            format!("the last good one is {} hours old ({})", (checkup.now - good.at).num_hours(), good.file)
        },
    );
    let failure = known.failure.as_ref().map(|failure| format!("; the newest failed: {}", failure.reason));
    let text = format!("{last}{}", failure.unwrap_or_default());
    if known.is_overdue(checkup.now) {
        fail(ABOUT, format!("{text}. They are overdue: look into the server's log"))
    } else if config.every_minutes.is_none() && known.schedule.is_none() {
        warn(ABOUT, format!("{text}. The server makes none by itself: set backup_every = \"24h\""))
    } else if known.failure.is_some() {
        warn(ABOUT, text)
    } else {
        ok(ABOUT, text)
    }
}

/// A gigabyte is left.
pub(super) fn space(about: &'static str, path: &Path) -> Finding {
    match rustix::fs::statvfs(path) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let text = format!("{} MiB in {}", free >> 20, path.display());
            if free >= SPACE {
                ok(about, text)
            } else {
                fail(about, format!("{text}: make room, at least 1 GiB"))
            }
        }
        Err(error) => fail(about, format!("{}: {error}", path.display())),
    }
}

/// There is room for backups, and a broken disk does not take them along.
pub(super) fn backup_folder(backup: &BackupConfig, data: &Path) -> Vec<Finding> {
    let Ok(there) = fs::metadata(&backup.dir) else { return Vec::new() };
    let mut found = vec![space("free space for backups", &backup.dir)];
    if fs::metadata(data).is_ok_and(|data| data.dev() == there.dev()) {
        let text =
            format!("{} is on the disk of the data: copy backups to another machine", backup.dir.display());
        found.push(warn("backup folder", text));
    }
    found
}

/// Visitors reach it over TLS, or nobody from outside does.
pub(super) fn address(public_url: &str) -> Finding {
    const ABOUT: &str = "public address";
    match Url::parse(public_url) {
        Ok(url) if url.scheme() == "https" => ok(ABOUT, public_url),
        Ok(url) if is_loopback(&url) => ok(ABOUT, format!("{public_url}, for this machine only")),
        Ok(_) => fail(
            ABOUT,
            format!(
                "{public_url} is not encrypted: passwords can be read on the way. Set --public-url https://…"
            ),
        ),
        Err(error) => fail(ABOUT, format!("{public_url}: {error}")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// TLS is another program's work; the plain port must not be open beside it.
pub(super) fn proxy(serve: &ServeConfig) -> Finding {
    const ABOUT: &str = "proxy";
    let https = serve.public_url.starts_with("https://");
    if serve.listen.ip().is_loopback() {
        let text = if https {
            "a proxy on this machine must end TLS and pass requests on to the listening address, without buffering /live"
        } else {
            "not needed on this machine alone; for others put one with TLS in front"
        };
        ok(ABOUT, text)
    } else {
        warn(
            ABOUT,
            format!(
                "{} is open to the network without TLS: listen on 127.0.0.1, or let only the proxy reach it",
                serve.listen
            ),
        )
    }
}

/// The mail server takes connections.
pub(super) async fn mail(smtp_url: Option<&str>) -> Finding {
    const ABOUT: &str = "mail";
    let Some(url) = smtp_url else {
        return warn(ABOUT, "no mail server is set: mails wait and links are shown on pages. Set --smtp-url");
    };
    // The address holds a password: it is not shown.
    let Some((host, port)) = Url::parse(url).ok().and_then(|url| host_and_port(&url)) else {
        return fail(
            ABOUT,
            "the mail server's address is not one: smtp://user:password@host:587?tls=required",
        );
    };
    match tokio::time::timeout(PATIENCE, tokio::net::TcpStream::connect((host.as_str(), port))).await {
        Ok(Ok(_)) => ok(ABOUT, format!("{host}:{port} takes connections")),
        Ok(Err(error)) => fail(ABOUT, format!("{host}:{port}: {error}")),
        Err(_) => fail(ABOUT, format!("{host}:{port} does not answer within 3 seconds: is the port open?")),
    }
}

/// The identity provider tells of itself.
pub(super) async fn sso(config: SsoConfig, public_url: &str) -> Finding {
    const ABOUT: &str = "single sign-on";
    let issuer = config.issuer.clone();
    match Provider::new(config, public_url).client().await {
        Ok(_) => ok(ABOUT, format!("{issuer} answers; it must know {public_url}{CALLBACK}")),
        Err(_) => fail(
            ABOUT,
            format!(
                "{issuer} does not tell of itself: is it, to the last slash, what the provider calls itself?"
            ),
        ),
    }
}

/// The port that the mail library takes when none is named.
fn host_and_port(url: &Url) -> Option<(String, u16)> {
    let required = url.query_pairs().any(|(key, value)| key == "tls" && value == "required");
    let port = url.port().unwrap_or(match url.scheme() {
        "smtps" => 465,
        _ if required => 587,
        _ => 25,
    });
    Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn folder_and_key_must_be_private() {
        let data = tempfile::tempdir().unwrap();
        let secret = data.path().join("secret.key");
        assert_eq!(key("secret key", &secret).level, Level::Fail);
        fs::write(&secret, [1; 32]).unwrap();
        for (bits, level) in [(0o644, Level::Fail), (0o600, Level::Ok)] {
            mode(&secret, bits);
            assert_eq!(key("secret key", &secret).level, level, "{bits:o}");
        }
        for (bits, level) in [(0o755, Level::Fail), (0o750, Level::Ok), (0o700, Level::Ok)] {
            mode(data.path(), bits);
            assert_eq!(folder(data.path()).level, level, "{bits:o}");
        }
        assert_eq!(folder(&data.path().join("nowhere")).level, Level::Fail);
        fs::write(&secret, b"short").unwrap();
        assert_eq!(key("secret key", &secret).level, Level::Fail);
    }

    #[test]
    fn an_open_address_is_refused() {
        for (url, level) in [
            ("https://crm.example", Level::Ok),
            ("http://127.0.0.1:3000", Level::Ok),
            ("http://[::1]:3000", Level::Ok),
            ("http://localhost", Level::Ok),
            ("http://crm.example", Level::Fail),
            ("http://127.0.0.1.evil.example", Level::Fail),
        ] {
            assert_eq!(address(url).level, level, "{url}");
        }
    }

    #[tokio::test]
    async fn a_provider_is_one_that_tells_of_itself() {
        crate::sso::prepare_tls();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let config = SsoConfig { issuer, client_id: "x".into(), client_secret: None, label: "x".into() };
        assert_eq!(sso(config, "https://crm.example").await.level, Level::Fail);
    }

    #[tokio::test]
    async fn a_mail_server_is_one_that_takes_connections() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://me:secret@{}", listener.local_addr().unwrap());
        assert_eq!(mail(Some(&url)).await.level, Level::Ok);
        drop(listener);
        let closed = mail(Some(&url)).await;
        assert_eq!(closed.level, Level::Fail);
        assert!(!closed.text.contains("secret"));
        assert_eq!(mail(None).await.level, Level::Warn);
        let port = |url: &str| host_and_port(&Url::parse(url).unwrap()).unwrap().1;
        assert_eq!([port("smtps://a"), port("smtp://a?tls=required"), port("smtp://a")], [465, 587, 25]);
    }
}
