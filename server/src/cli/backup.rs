//! `millrace backup` and `millrace restore`

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::access::Actor;
use store::Clock;
use store::backup::{self, BackupError};
use store::{privacy, seal};

use super::{Refused, refused, wrong_key};
use crate::config::{BackupArgs, Config};
use crate::{backups, erased};

/// What the owner of a backup must know of the key.
const SEALED: &str = "The key of sealed secrets (second factors) is in no backup: keep a copy of it apart.";
const WITHOUT_KEY: &str = "The secret key is not in it. Keep a copy of secret.key apart: without it links that clients already \
have still work, but pages cannot show them again, and every link has to be sent anew.";
const WITH_KEY: &str =
    "It holds the secret key: whoever has this file can make valid links. Keep it like a password.";

#[derive(Debug, clap::Args)]
pub struct MakeArgs {
    /// File to write; must not exist yet [default: a name with the time, in the backup folder]
    #[arg(long)]
    to: Option<PathBuf>,
    /// Put the instance's secret key into the backup as well
    #[arg(long)]
    with_key: bool,
    #[command(flatten)]
    backup: BackupArgs,
}

#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// A file made by `millrace backup`, of either kind of database
    file: PathBuf,
    /// Replace everything in a database that is in use, and its secret key if the backup holds one
    #[arg(long)]
    force: bool,
}

#[expect(clippy::print_stdout, reason = "what was made and what it lacks is the command's answer")]
pub async fn make(config: &Config, args: &MakeArgs) -> anyhow::Result<()> {
    let folder = config.backup(&args.backup)?.dir;
    let db = config.open(Clock::default()).await?;
    let path = args.to.clone().unwrap_or_else(|| folder.join(backups::name(db.now())));
    if path.exists() {
        return Err(Refused(format!("--to: {} exists already", path.display())).into());
    }
    let key = if args.with_key { config.kept_secret()? } else { None };
    let made = backups::make(&db, &path, key).await;
    db.close().await;
    let good = made.map_err(told).with_context(|| format!("no backup was made at {}", path.display()))?;
    println!("{}: {} rows, {} bytes, written and read back", good.file, good.rows, good.bytes);
    println!("{}", if args.with_key { WITH_KEY } else { WITHOUT_KEY });
    println!("{SEALED}");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what was restored is the command's answer")]
pub async fn restore(config: &Config, args: &RestoreArgs) -> anyhow::Result<()> {
    let header = backup::header(open(&args.file)?).map_err(told)?;
    let key = header.key().map_err(told)?;
    let kept = config.kept_secret()?;
    if key.is_some() && kept.is_some() && key != kept && !args.force {
        let kept = config.secret_path();
        return Err(Refused(format!(
            "{} is another key than the backup's; --force replaces it",
            kept.display()
        ))
        .into());
    }
    let db = match key {
        Some(key) => config.open_with(key, Clock::default()).await?,
        None => config.open(Clock::default()).await?,
    };
    // Written before, named after: once the data are there, nothing but a rename is left to do.
    let staged = key.filter(|_| key != kept).map(|key| config.stage_secret(key)).transpose()?;
    // Who was erased since the backup was made is not to come back with it: this database knows, and the list beside the backup.
    let mut hashes = erased::read(args.file.parent().unwrap_or(Path::new(".")))?;
    hashes.extend(privacy::erasures(&db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))?);
    let restored = backup::restore(&db, &Actor::SYSTEM, open(&args.file)?, args.force).await;
    let fit = seal::fit(&db).await;
    let restored = restored.map_err(told).context("nothing was restored")?;
    let again = privacy::replay(&db, &Actor::SYSTEM, &Vec::from_iter(hashes)).await;
    db.close().await;
    let again = again.context("restored, but who was erased since could not be erased again")?;
    if let Some(staged) = staged {
        staged.take_its_place()?;
    }
    println!(
        "Restored {} rows of {} tables as they were at {} ({} database).",
        restored.rows(),
        restored.tables.len(),
        restored.header.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
        restored.header.database
    );
    if key.is_none() {
        println!(
            "The backup holds no secret key. If it was made elsewhere, put that instance's secret.key to {}.",
            config.secret_path().display()
        );
    }
    if again > 0 {
        println!("Erased again: {again} people who had been erased after the backup was made.");
    }
    if fit.map_err(|problem| refused(&problem))? == seal::Fit::Wrong {
        println!("The server will not start yet: {}.", wrong_key(config));
    }
    println!("Mails that waited when it was made are sent as soon as a server with a mail server runs.");
    Ok(())
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)),
        Err(error) => Err(Refused(format!("cannot read {}: {error}", path.display())).into()),
    }
}

/// A refusal exits with 2, everything else with 1.
fn told(error: BackupError) -> anyhow::Error {
    match error {
        BackupError::Problem(problem) => refused(&problem),
        error if error.is_refusal() => Refused(error.to_string()).into(),
        error => error.into(),
    }
}
