//! `millrace audit …`

use clap::Subcommand;
use domain::access::Actor;
use store::Clock;
use store::audit::{COLUMNS, Damage, Verdict, export, verify};

use super::export::{Format, write};
use super::refused;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no entry was changed, removed, moved or added behind Millrace's back; exit code 1 if one was
    Verify,
    /// Write every entry to standard output, oldest first
    Export {
        #[arg(long, value_enum, default_value = "jsonl")]
        format: Format,
    },
}

pub async fn run(config: &Config, command: AuditCommand) -> anyhow::Result<()> {
    let db = config.open(Clock::default()).await?;
    match command {
        AuditCommand::Verify => {
            let verdict = verify(&db, &Actor::SYSTEM).await;
            db.close().await;
            tell(verdict.map_err(|problem| refused(&problem))?)
        }
        AuditCommand::Export { format } => {
            let read = async |cursor: Option<String>| export(&db, &Actor::SYSTEM, cursor.as_deref()).await;
            write(format, COLUMNS, read).await
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn tell(verdict: Verdict) -> anyhow::Result<()> {
    match verdict {
        Verdict::Intact { entries, hash } => {
            println!("{entries} entries, intact");
            if !hash.is_empty() {
                println!("last hash: {hash}");
            }
            Ok(())
        }
        Verdict::Broken { seq, damage } => anyhow::bail!("entry {seq}: {}", words(damage)),
    }
}

fn words(damage: Damage) -> &'static str {
    match damage {
        Damage::Missing => "it is missing",
        Damage::Changed => {
            "it does not fit its hash or the entry before it: it was changed, moved or put in place of another"
        }
        Damage::Forged => {
            "it was not sealed with this instance's secret.key: the log was written anew, or cut off before it"
        }
        Damage::Added => "it stands outside the log: it was added",
        Damage::Emptied => {
            "its values are gone, and no erasure of a person's data is recorded that took them"
        }
        Damage::CutOff => "the end of the log was moved before it: it and what followed may be gone",
    }
}
