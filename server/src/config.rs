//! Settings of one process. Flags beat environment (`MILLRACE_…`) beats file (`millrace.toml` in the data folder, or `--config`).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use store::db::Connect;
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
}

/// The file's keys: the flags' names with underscores.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    database_url: Option<String>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
}

/// The settings of a command, flags, environment and file put together.
#[derive(Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database_url: String,
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
        Ok(Config { data_dir, database_url, file })
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
        Ok(ServeConfig { listen, public_url, smtp_url, mail_from: mail_from.unwrap_or_default() })
    }

    /// Opens (and on first use makes) the database and the instance's secret.
    pub async fn open(&self, clock: Clock) -> anyhow::Result<Db> {
        std::fs::create_dir_all(&self.data_dir)
            .with_context(|| format!("cannot make the data folder {}", self.data_dir.display()))?;
        let secret = secret(&self.data_dir.join("secret.key"))?;
        Db::open(Connect { url: self.database_url.clone(), secret, clock })
            .await
            .context("cannot open the database")
    }
}

/// 32 random bytes, made on first use, readable for the owner only.
fn secret(path: &Path) -> anyhow::Result<[u8; 32]> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    match std::fs::read(path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            anyhow::anyhow!("{} is damaged: it must have 32 bytes; restore it from a backup", path.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut fresh = [0; 32];
            getrandom::fill(&mut fresh).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)
                .with_context(|| format!("cannot write {}", path.display()))?;
            file.write_all(&fresh)
                .and_then(|()| file.sync_all())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(fresh)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
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
    fn the_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        assert_eq!(secret(&path).unwrap(), secret(&path).unwrap());
        std::fs::write(&path, b"short").unwrap();
        assert!(secret(&path).is_err());
    }
}
