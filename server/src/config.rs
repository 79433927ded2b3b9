//! Settings of one process. Flags beat environment (`MILLRACE_…`) beats file (`millrace.toml` in the data folder, or `--config`).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use store::db::Connect;
use store::intake::Guard;
use store::{Clock, Db};

/// Where the data is; every command takes these.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DataArgs {
    /// Folder of the embedded database, the instance's secret and `millrace.toml` [default: data]
    #[arg(long, env = "MILLRACE_DATA_DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// sqlite://… or postgres://… [default: SQLite in the data folder]
    #[arg(long, env = "MILLRACE_DATABASE_URL", global = true, hide_env_values = true)]
    database_url: Option<String>,
    /// File with the key that secrets in the database are sealed with; no backup holds it [default: key in the data folder]
    #[arg(long, env = "MILLRACE_KEY_FILE", global = true)]
    key_file: Option<PathBuf>,
    /// Configuration file [default: millrace.toml in the data folder, if it is there]
    #[arg(long, env = "MILLRACE_CONFIG", global = true)]
    config: Option<PathBuf>,
}

/// How the server is reached and how it reaches others.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ServeArgs {
    /// Address to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = "MILLRACE_LISTEN")]
    listen: Option<SocketAddr>,
    /// Public address as visitors see it, e.g. https://crm.example [default: http://ADDRESS]
    #[arg(long, env = "MILLRACE_PUBLIC_URL")]
    public_url: Option<String>,
    /// Mail server: smtp://user:password@host:587?tls=required, smtps://…, or smtp://127.0.0.1:25
    #[arg(long, env = "MILLRACE_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Sender of mails, e.g. "North Bridge <crm@north-bridge.example>"
    #[arg(long, env = "MILLRACE_MAIL_FROM")]
    mail_from: Option<String>,
    #[command(flatten)]
    sso: SsoArgs,
    #[command(flatten)]
    backup: BackupArgs,
    #[command(flatten)]
    intake: IntakeArgs,
}

/// The identity provider (OpenID Connect) that people may sign in by.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SsoArgs {
    /// Address of the identity provider as it calls itself, e.g. https://id.example/realms/north-bridge [default: none]
    #[arg(long, env = "MILLRACE_SSO_ISSUER")]
    sso_issuer: Option<String>,
    /// What the provider knows this server by
    #[arg(long, env = "MILLRACE_SSO_CLIENT_ID")]
    sso_client_id: Option<String>,
    /// File with the secret that the provider gave for it
    #[arg(long, env = "MILLRACE_SSO_CLIENT_SECRET_FILE")]
    sso_client_secret_file: Option<PathBuf>,
    /// What the button calls the provider [default: its host]
    #[arg(long, env = "MILLRACE_SSO_LABEL")]
    sso_label: Option<String>,
}

/// Where backups go and when they are made.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct BackupArgs {
    /// Folder for backups, best on another disk [default: backups in the data folder]
    #[arg(long, env = "MILLRACE_BACKUP_DIR")]
    backup_dir: Option<PathBuf>,
    /// How often the server makes one: 30m, 24h, 7d or off [default: off]
    #[arg(long, env = "MILLRACE_BACKUP_EVERY")]
    backup_every: Option<String>,
    /// How many of them to keep [default: 7]
    #[arg(long, env = "MILLRACE_BACKUP_KEEP")]
    backup_keep: Option<usize>,
}

/// How strictly the intake looks at what strangers send.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct IntakeArgs {
    /// Checks of submissions for bots: on or off, for load tests and closed networks [default: on]
    #[arg(long, env = "MILLRACE_INTAKE_GUARD", value_parser = switch)]
    intake_guard: Option<bool>,
    /// Bits of work that a form's visitor proves, 0 to 24; each doubles it [default: 14]
    #[arg(long, env = "MILLRACE_INTAKE_WORK", value_parser = clap::value_parser!(u32).range(0..=24))]
    intake_work: Option<u32>,
    /// Limit of submissions from one address: on or off [default: on, one a second after the first 60]
    #[arg(long, env = "MILLRACE_INTAKE_RATE_PER_IP", value_parser = switch)]
    intake_rate_per_ip: Option<bool>,
    /// Submissions of one form in a minute, above which they wait for a look; 0: any number [default: 300]
    #[arg(long, env = "MILLRACE_INTAKE_RATE_PER_FORM")]
    intake_rate_per_form: Option<u32>,
}

/// `on` or `off`.
fn switch(text: &str) -> Result<bool, String> {
    match text.trim() {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("{other} is neither on nor off")),
    }
}

/// The file's keys: the flags' names with underscores.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    database_url: Option<String>,
    key_file: Option<PathBuf>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    sso_issuer: Option<String>,
    sso_client_id: Option<String>,
    sso_client_secret_file: Option<PathBuf>,
    sso_label: Option<String>,
    backup_dir: Option<PathBuf>,
    backup_every: Option<String>,
    backup_keep: Option<usize>,
    intake_guard: Option<bool>,
    intake_work: Option<u32>,
    intake_rate_per_ip: Option<bool>,
    intake_rate_per_form: Option<u32>,
}

/// The settings of a command, flags, environment and file put together.
#[derive(Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database_url: String,
    /// The file of the key that secrets in the database are sealed with.
    pub key_file: PathBuf,
    file: File,
}

/// The settings of `serve`.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    pub listen: SocketAddr,
    /// Without a slash at the end.
    pub public_url: String,
    pub smtp_url: Option<String>,
    pub mail_from: String,
    /// `None`: people sign in with their passwords alone.
    pub sso: Option<SsoConfig>,
    pub backup: BackupConfig,
    pub intake: IntakeConfig,
}

/// How strictly the intake looks at what strangers send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntakeConfig {
    pub guard: Guard,
    /// Whether submissions are limited per address.
    pub per_ip: bool,
    /// Submissions of one form in a minute; 0: any number.
    pub per_form: u32,
}

impl Default for IntakeConfig {
    fn default() -> Self {
        IntakeConfig { guard: Guard::STANDARD, per_ip: true, per_form: 300 }
    }
}

/// The identity provider.
#[derive(Debug, Clone)]
pub struct SsoConfig {
    pub issuer: String,
    pub client_id: String,
    /// `None`: a client without one, which PKCE alone protects.
    pub client_secret: Option<String>,
    pub label: String,
}

/// The settings of backups.
#[derive(Debug, Clone, Default)]
pub struct BackupConfig {
    pub dir: PathBuf,
    /// `None`: the server makes none by itself.
    pub every_minutes: Option<i64>,
    pub keep: usize,
}

impl Config {
    pub fn load(args: &DataArgs) -> anyhow::Result<Config> {
        let data_dir = args.data_dir.clone().unwrap_or_else(|| PathBuf::from("data"));
        let path = args.config.clone().unwrap_or_else(|| data_dir.join("millrace.toml"));
        let file = if path.exists() || args.config.is_some() {
            config::Config::builder()
                .add_source(config::File::from(path.as_path()).format(config::FileFormat::Toml))
                .build()
                .and_then(config::Config::try_deserialize::<File>)
                .with_context(|| format!("configuration file {}", path.display()))?
        } else {
            File::default()
        };
        let database_url = args
            .database_url
            .clone()
            .or_else(|| file.database_url.clone())
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("millrace.db").display()));
        let key_file = args.key_file.clone().or_else(|| file.key_file.clone());
        let key_file = key_file.unwrap_or_else(|| data_dir.join("key"));
        Ok(Config { data_dir, database_url, key_file, file })
    }

    pub fn serve(&self, args: &ServeArgs) -> anyhow::Result<ServeConfig> {
        let listen =
            args.listen.or(self.file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000)));
        let public_url = args.public_url.clone().or_else(|| self.file.public_url.clone());
        let public_url = public_url.unwrap_or_else(|| format!("http://{listen}"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        anyhow::ensure!(
            public_url.starts_with("https://") || public_url.starts_with("http://"),
            "the public address must begin with https:// or http://: {public_url}"
        );
        let smtp_url =
            args.smtp_url.clone().or_else(|| self.file.smtp_url.clone()).filter(|url| !url.is_empty());
        let mail_from = args.mail_from.clone().or_else(|| self.file.mail_from.clone());
        anyhow::ensure!(
            smtp_url.is_none() || mail_from.is_some(),
            "a mail server is configured but no sender: set --mail-from or MILLRACE_MAIL_FROM"
        );
        let backup = self.backup(&args.backup)?;
        let sso = self.sso(&args.sso)?;
        let intake = self.intake(&args.intake);
        Ok(ServeConfig {
            intake,
            listen,
            public_url,
            smtp_url,
            mail_from: mail_from.unwrap_or_default(),
            sso,
            backup,
        })
    }

    fn intake(&self, args: &IntakeArgs) -> IntakeConfig {
        let standard = IntakeConfig::default();
        let on = args.intake_guard.or(self.file.intake_guard).unwrap_or(standard.guard.on);
        let bits = args.intake_work.or(self.file.intake_work).unwrap_or(standard.guard.bits);
        IntakeConfig {
            guard: Guard { on, bits: bits.min(24) },
            per_ip: args.intake_rate_per_ip.or(self.file.intake_rate_per_ip).unwrap_or(standard.per_ip),
            per_form: args
                .intake_rate_per_form
                .or(self.file.intake_rate_per_form)
                .unwrap_or(standard.per_form),
        }
    }

    fn sso(&self, args: &SsoArgs) -> anyhow::Result<Option<SsoConfig>> {
        let chosen = |flag: &Option<String>, file: &Option<String>| {
            flag.clone().or_else(|| file.clone()).filter(|text| !text.is_empty())
        };
        let client_id = chosen(&args.sso_client_id, &self.file.sso_client_id);
        let Some(issuer) = chosen(&args.sso_issuer, &self.file.sso_issuer) else {
            anyhow::ensure!(
                client_id.is_none(),
                "sso_client_id without sso_issuer: name the provider's address"
            );
            return Ok(None);
        };
        let url = url::Url::parse(&issuer).with_context(|| format!("sso_issuer {issuer}"))?;
        let is_local = ["127.0.0.1", "[::1]", "localhost"].contains(&url.host_str().unwrap_or_default());
        anyhow::ensure!(
            url.scheme() == "https" || (url.scheme() == "http" && is_local),
            "sso_issuer {issuer}: it must begin with https://"
        );
        let secret = args.sso_client_secret_file.as_ref().or(self.file.sso_client_secret_file.as_ref());
        let client_secret = secret
            .map(|path| {
                std::fs::read_to_string(path)
                    .map(|text| text.trim().to_owned())
                    .with_context(|| format!("sso_client_secret_file {}", path.display()))
            })
            .transpose()?;
        Ok(Some(SsoConfig {
            client_id: client_id.context("sso_issuer without sso_client_id")?,
            client_secret,
            label: chosen(&args.sso_label, &self.file.sso_label)
                .unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned()),
            issuer,
        }))
    }

    pub fn backup(&self, args: &BackupArgs) -> anyhow::Result<BackupConfig> {
        let dir = args.backup_dir.clone().or_else(|| self.file.backup_dir.clone());
        let every = args.backup_every.as_ref().or(self.file.backup_every.as_ref());
        let keep = args.backup_keep.or(self.file.backup_keep).unwrap_or(7);
        anyhow::ensure!(keep > 0, "backup_keep: at least one backup is kept");
        Ok(BackupConfig {
            dir: dir.unwrap_or_else(|| self.data_dir.join("backups")),
            every_minutes: every.map_or(Ok(None), |every| minutes(every)).context("backup_every")?,
            keep,
        })
    }

    /// The file of the instance's secret.
    pub fn secret_path(&self) -> PathBuf {
        self.data_dir.join("secret.key")
    }

    /// The key that secrets in the database are sealed with, if there is one already.
    pub fn kept_key(&self) -> anyhow::Result<Option<[u8; 32]>> {
        if self.key_file.exists() { secret_file(&self.key_file).map(Some) } else { Ok(None) }
    }

    /// The instance's secret, if there is one already.
    pub fn kept_secret(&self) -> anyhow::Result<Option<[u8; 32]>> {
        let path = self.secret_path();
        if path.exists() { secret_file(&path).map(Some) } else { Ok(None) }
    }

    /// Writes a secret beside the present one, to take its place later.
    pub fn stage_secret(&self, secret: [u8; 32]) -> anyhow::Result<StagedSecret> {
        let path = self.secret_path();
        let staged = path.with_extension("key.new");
        if staged.exists() {
            std::fs::remove_file(&staged).with_context(|| format!("cannot remove {}", staged.display()))?;
        }
        write_secret(&staged, &secret)?;
        Ok(StagedSecret { staged, path })
    }

    /// Opens (and on first use makes) the database and the instance's secret.
    pub async fn open(&self, clock: Clock) -> anyhow::Result<Db> {
        self.make_folder()?;
        self.open_with(secret_file(&self.secret_path())?, clock).await
    }

    /// The data folder; a new one is for its owner only.
    fn make_folder(&self) -> anyhow::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data_dir)
            .with_context(|| format!("cannot make the data folder {}", self.data_dir.display()))
    }

    /// Opens the database with a secret that comes from elsewhere.
    pub async fn open_with(&self, secret: [u8; 32], clock: Clock) -> anyhow::Result<Db> {
        self.make_folder()?;
        let key = secret_file(&self.key_file)?;
        Db::open(Connect { url: self.database_url.clone(), secret, key, clock })
            .await
            .context("cannot open the database")
    }
}

/// A secret written but not yet in use; gone when it is dropped before it took its place.
pub struct StagedSecret {
    staged: PathBuf,
    path: PathBuf,
}

impl StagedSecret {
    pub fn take_its_place(self) -> anyhow::Result<()> {
        std::fs::rename(&self.staged, &self.path).with_context(|| {
            format!("the data are restored, but {} could not be put in place", self.path.display())
        })
    }
}

impl Drop for StagedSecret {
    fn drop(&mut self) {
        if self.staged.exists()
            && let Err(error) = std::fs::remove_file(&self.staged)
        {
            tracing::warn!(%error, "a staged secret could not be removed");
        }
    }
}

/// Minutes of `30m`, `24h` or `7d`; `None` of `off`.
fn minutes(text: &str) -> anyhow::Result<Option<i64>> {
    let text = text.trim();
    if text == "off" {
        return Ok(None);
    }
    let unit = match text.as_bytes().last() {
        Some(b'm') => 1,
        Some(b'h') => 60,
        Some(b'd') => 24 * 60,
        _ => 0,
    };
    let count: i64 =
        text.get(..text.len().saturating_sub(1)).and_then(|count| count.parse().ok()).unwrap_or(0);
    // A hundred years bound what is added to dates later.
    let minutes = count.checked_mul(unit).filter(|minutes| (1..=52_560_000).contains(minutes));
    Ok(Some(minutes.with_context(|| format!("{text} is no interval: 30m, 24h, 7d or off"))?))
}

/// 32 random bytes, made on first use, readable for the owner only.
fn secret_file(path: &Path) -> anyhow::Result<[u8; 32]> {
    match std::fs::read(path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            anyhow::anyhow!("{} is damaged: it must have 32 bytes; restore it from a backup", path.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut fresh = [0; 32];
            getrandom::fill(&mut fresh).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
            write_secret(path, &fresh)?;
            Ok(fresh)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn write_secret(path: &Path, secret: &[u8; 32]) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(secret).and_then(|()| file.sync_all()))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_beat_the_file_which_beats_defaults() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("millrace.toml"),
            "listen = \"127.0.0.1:4000\"\npublic_url = \"https://a.example/\"\n",
        )
        .unwrap();
        let args = DataArgs { data_dir: Some(folder.path().to_owned()), ..DataArgs::default() };
        let config = Config::load(&args).unwrap();
        let serve = config.serve(&ServeArgs::default()).unwrap();
        assert_eq!((serve.listen.port(), serve.public_url.as_str()), (4000, "https://a.example"));
        let flag =
            ServeArgs { listen: Some(SocketAddr::from(([127, 0, 0, 1], 5000))), ..ServeArgs::default() };
        assert_eq!(config.serve(&flag).unwrap().listen.port(), 5000);
        assert!(config.database_url.starts_with("sqlite://"));
    }

    #[test]
    fn a_file_with_an_unknown_key_or_mail_without_sender_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("millrace.toml"), "lisen = 1\n").unwrap();
        let args = DataArgs { data_dir: Some(folder.path().to_owned()), ..DataArgs::default() };
        assert!(Config::load(&args).is_err());
        std::fs::write(folder.path().join("millrace.toml"), "smtp_url = \"smtp://127.0.0.1:25\"\n").unwrap();
        assert!(Config::load(&args).unwrap().serve(&ServeArgs::default()).is_err());
    }

    #[test]
    fn a_provider_is_named_whole_and_reached_by_tls() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            std::fs::write(folder.path().join("millrace.toml"), text).unwrap();
            let args = DataArgs { data_dir: Some(folder.path().to_owned()), ..DataArgs::default() };
            Config::load(&args).unwrap().serve(&ServeArgs::default()).map(|serve| serve.sso)
        };
        assert!(read("").unwrap().is_none());
        let sso = read("sso_issuer = \"https://id.example/x\"\nsso_client_id = \"crm\"\n").unwrap().unwrap();
        assert_eq!((sso.label.as_str(), sso.client_secret), ("id.example", None));
        for bad in [
            "sso_issuer = \"https://id.example\"\n",
            "sso_client_id = \"crm\"\n",
            "sso_issuer = \"http://id.example\"\nsso_client_id = \"crm\"\n",
            "sso_issuer = \"https://id.example\"\nsso_client_id = \"crm\"\nsso_client_secret_file = \"/nowhere\"\n",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_interval_has_a_unit() {
        for (text, known) in [("30m", Some(30)), ("24h", Some(1440)), (" 7d ", Some(10_080)), ("off", None)] {
            assert_eq!(minutes(text).unwrap(), known, "{text}");
        }
        for text in ["", "h", "24", "0h", "-1h", "1.5h", "24 hours", "9999999999999999d", "7д"] {
            assert!(minutes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        assert_eq!(secret_file(&path).unwrap(), secret_file(&path).unwrap());
        std::fs::write(&path, b"short").unwrap();
        assert!(secret_file(&path).is_err());
    }
}
