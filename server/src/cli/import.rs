//! `millrace import …`: an example of an importer, for the public data set "CRM sales opportunities".

use std::path::{Path, PathBuf};

use clap::Subcommand;
use domain::access::Actor;
use domain::import::{AccountRow, BadCell, File, OpportunityRow, ProductRow, Repair, Source, TeamRow};
use serde::de::DeserializeOwned;
use store::Clock;
use store::imports::Stored;

use super::{Refused, refused};
use crate::config::Config;

/// More bad cells than these are only counted.
const SHOWN: usize = 20;

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Read accounts.csv, products.csv, sales_teams.csv and sales_pipeline.csv; a second run adds only what is new
    CrmSalesOpportunities {
        /// Folder of the four files
        dir: PathBuf,
    },
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub async fn run(config: &Config, command: ImportCommand) -> anyhow::Result<()> {
    let ImportCommand::CrmSalesOpportunities { dir } = command;
    let source = Source {
        accounts: rows::<AccountRow>(&dir, File::Accounts)?,
        products: rows::<ProductRow>(&dir, File::Products)?,
        teams: rows::<TeamRow>(&dir, File::SalesTeams)?,
        opportunities: rows::<OpportunityRow>(&dir, File::SalesPipeline)?,
    };
    let plan = source.plan().map_err(|bad| Refused(complaint(&bad)))?;
    let repairs = plan.repairs.clone();
    let db = config.open(Clock::default()).await?;
    let stored = store::imports::opportunities(&db, &Actor::SYSTEM, plan).await;
    db.close().await;
    let stored = stored.map_err(|problem| refused(&problem))?;

    println!("opportunities: {} read, {}", source.opportunities.len(), told(stored.deals));
    println!("accounts: {} read, {}", source.accounts.len(), told(stored.accounts));
    println!("products: {} read, {}", source.products.len(), told(stored.services));
    println!("sales agents: {} read; users with their managers: {}", source.teams.len(), told(stored.users));
    println!("teams: {}", told(stored.teams));
    if !repairs.is_empty() {
        println!("not taken literally:");
        for (repair, times) in &repairs {
            println!("  {}: {times}", words(repair));
        }
    }
    Ok(())
}

fn rows<R: DeserializeOwned>(dir: &Path, file: File) -> anyhow::Result<Vec<R>> {
    let path = dir.join(file.name());
    let unreadable = |error: csv::Error| Refused(format!("cannot read {}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
    Ok(reader.deserialize().collect::<Result<_, _>>().map_err(unreadable)?)
}

fn told(stored: Stored) -> String {
    format!("{} stored ({} new, {} there already)", stored.all(), stored.new, stored.known)
}

/// Every cell that stopped the import, one a line.
fn complaint(bad: &[BadCell]) -> String {
    let mut text = String::from("nothing was imported, these cells cannot be understood:");
    for cell in bad.iter().take(SHOWN) {
        let fault = app::text::fault(domain::Lang::En, cell.fault);
        text.push_str(&format!("\n  {} row {}, {}: {fault}", cell.file.name(), cell.row, cell.column));
    }
    if bad.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", bad.len() - SHOWN));
    }
    text
}

fn words(repair: &Repair) -> String {
    match repair {
        Repair::Respelled { from, to } => format!("{from} read as {to}"),
        Repair::TwoDigitYears => "dates with two-digit years read as 20YY".into(),
        Repair::WithoutAccount => "without account".into(),
        Repair::WithoutAgent => "without sales agent, owned by nobody".into(),
        Repair::WithoutProduct => "without product, named by their id".into(),
        Repair::UnknownAccount { name } => {
            format!("account {name} is not in {}, made by its name", File::Accounts.name())
        }
        Repair::UnknownProduct { name } => {
            format!("product {name} is not in {}, kept as title", File::Products.name())
        }
        Repair::UnknownAgent { name } => {
            format!("agent {name} is not in {}, made without a team", File::SalesTeams.name())
        }
        Repair::InTwoTeams { name } => format!("agent {name} is in several teams, kept in the first"),
        Repair::UnknownParent { name } => {
            format!("parent {name} is not in {}, kept as text", File::Accounts.name())
        }
        Repair::ProspectingWithoutDate => "prospecting without a date, counted from the earliest one".into(),
        Repair::WithoutEngageDate => "without engage date, engaged on the closing or the earliest day".into(),
        Repair::WithoutCloseDate => "closed without close date, closed on the day of engagement".into(),
        Repair::ClosedBeforeEngaged => "closed before engaged, engaged on the closing day".into(),
        Repair::LostAtListPrice => "lost without a value, counted at the list price".into(),
        Repair::OpenAtListPrice => "open without a value, counted at the list price".into(),
        Repair::WonWithoutValue => "won without a value, left without an amount".into(),
        Repair::Repeated => "rows repeated, stored once".into(),
    }
}
