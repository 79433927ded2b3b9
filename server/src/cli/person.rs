//! `millrace person …`

use clap::{Args, Subcommand};
use domain::Problem;
use domain::access::Actor;
use domain::privacy::{Part, Preview, Why};
use store::privacy::{self, Who};
use store::{Clock, Db};

use super::{Refused, refused};
use crate::config::{BackupArgs, Config};
use crate::erased;

#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Write everything that is kept about somebody to standard output, as JSON
    Export(Whom),
    /// Take somebody out of every record; without --confirm only tell what would go and what would stay
    Erase {
        #[command(flatten)]
        whom: Whom,
        /// The person's name as the preview tells it; there is no way back
        #[arg(long)]
        confirm: Option<String>,
        #[command(flatten)]
        backup: BackupArgs,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whom {
    /// Everybody who is reached by this address
    #[arg(long)]
    email: Option<String>,
    /// Everybody who is reached by this phone
    #[arg(long)]
    phone: Option<String>,
    /// The id of a lead or a contact
    #[arg(long)]
    id: Option<uuid::Uuid>,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub async fn run(config: &Config, command: PersonCommand) -> anyhow::Result<()> {
    let db = config.open(Clock::default()).await?;
    match command {
        PersonCommand::Export(whom) => {
            let told = export(&db, &whom).await.map_err(|problem| refused(&problem))?;
            println!("{}", serde_json::to_string_pretty(&told)?);
        }
        PersonCommand::Erase { whom, confirm, backup } => {
            let (who, preview) = find(&db, &whom).await.map_err(|problem| refused(&problem))?;
            let Some(confirm) = confirm else {
                tell(&preview);
                return Ok(());
            };
            let folder = config.backup(&backup)?.dir;
            let done =
                privacy::erase(&db, &Actor::SYSTEM, &who, &confirm).await.map_err(|problem| match problem
                    .fault_of("confirm")
                {
                    Some(_) => {
                        anyhow::Error::from(Refused(format!("--confirm: the name is {}", preview.name)))
                    }
                    None => refused(&problem),
                })?;
            erased::write(&db, &folder).await?;
            println!(
                "Erased: {} leads, {} contacts, the values of {} audit entries.",
                done.leads, done.contacts, done.entries
            );
        }
    }
    db.close().await;
    Ok(())
}

/// Whom the arguments mean; an id is a lead's or a contact's.
async fn find(db: &Db, whom: &Whom) -> Result<(Who, Preview), Problem> {
    let mut candidates = Vec::new();
    candidates.extend(whom.email.clone().map(Who::Email));
    candidates.extend(whom.phone.clone().map(Who::Phone));
    if let Some(id) = whom.id {
        candidates.extend([Who::Contact(domain::id::ContactId(id)), Who::Lead(domain::id::LeadId(id))]);
    }
    for who in candidates {
        match privacy::preview(db, &Actor::SYSTEM, &who).await {
            Err(Problem::NotFound) => {}
            found => return found.map(|preview| (who, preview)),
        }
    }
    Err(Problem::NotFound)
}

async fn export(db: &Db, whom: &Whom) -> Result<serde_json::Map<String, serde_json::Value>, Problem> {
    let (who, _) = find(db, whom).await?;
    privacy::export(db, &Actor::SYSTEM, &who).await
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn tell(preview: &Preview) {
    println!("{}: {}", preview.name, preview.known_by.join(", "));
    println!("Goes from:");
    for (part, count) in &preview.going {
        println!("  {count} {}", name(*part));
    }
    if !preview.staying.is_empty() {
        println!("Stays, without the person:");
    }
    for stay in &preview.staying {
        println!("  {}: {}", stay.what, reason(stay.why));
    }
    println!("Nothing was changed. To erase, add --confirm with the name.");
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Leads => "leads",
        Part::Contacts => "contacts",
        Part::Submissions => "submissions",
        Part::Consents => "consents",
        Part::Activities => "activities",
        Part::Tasks => "tasks",
        Part::Deals => "deals",
        Part::Offers => "offers",
        Part::Acts => "acts",
        Part::Ratings => "ratings",
        Part::Mails => "mails",
        Part::Audit => "audit entries",
    }
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::SignedAct => "a signed act is kept by law",
        Why::AcceptedOffer => "acts are made of an accepted offer",
        Why::LegalEntity => "a legal entity is no person",
        Why::Shared => "others have it as well; it goes only from this person's records",
    }
}
