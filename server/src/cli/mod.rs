//! The command line: a contract that others script against. Exit codes: 0 done, 1 failed, 2 wrong usage or refused input.

mod audit;
mod backup;
mod demo;
mod doctor;
pub mod export;
mod import;
mod person;
mod process;
mod report;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use domain::Problem;
use domain::access::Actor;
use store::seal::Fit;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, DataArgs};

/// Open-source CRM for companies that sell services.
#[derive(Debug, Parser)]
#[command(name = "millrace", version, about)]
pub struct Cli {
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the application, the lead intake and the clients' pages
    Serve(crate::config::ServeArgs),
    /// Manage users
    #[command(subcommand)]
    User(user::UserCommand),
    /// Write records to standard output
    Export(export::ExportArgs),
    /// Check or export the log of who did what
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Tell or erase what is kept about a person on the customers' side
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Print the figures of the reports
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Read records from elsewhere
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Pipelines as files that other tools draw
    #[command(subcommand)]
    Process(process::ProcessCommand),
    /// Write everything into one file, also while the server runs
    Backup(backup::MakeArgs),
    /// Put a backup into an empty database; no server may run on it meanwhile
    Restore(backup::RestoreArgs),
    /// Drop what was sealed with a key that is lost: people set up their second factor anew
    ForgetSealed,
    /// Check this deployment and tell what to do
    Doctor(crate::config::ServeArgs),
    /// Fill an empty database with a believable service company and print its logins
    Demo(demo::DemoArgs),
    /// List every HTTP route, one per line: METHOD /path/{param} [public]
    Routes,
}

impl Cli {
    pub async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(&self.data)?;
        match self.command {
            Command::Serve(args) => serve::run(&config, &args).await,
            Command::User(command) => user::run(&config, command).await,
            Command::Export(args) => export::run(&config, &args).await,
            Command::Audit(command) => audit::run(&config, command).await,
            Command::Person(command) => person::run(&config, command).await,
            Command::Report(command) => report::run(&config, command).await,
            Command::Import(command) => import::run(&config, command).await,
            Command::Process(command) => process::run(&config, command).await,
            Command::Backup(args) => backup::make(&config, &args).await,
            Command::Restore(args) => backup::restore(&config, &args).await,
            Command::ForgetSealed => forget_sealed(&config).await,
            Command::Doctor(args) => doctor::run(&config, &args).await,
            Command::Demo(args) => demo::run(&config, &args).await,
            Command::Routes => print_routes(),
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn forget_sealed(config: &Config) -> anyhow::Result<()> {
    let db = config.open(store::Clock::default()).await?;
    if store::seal::fit(&db).await.map_err(|problem| refused(&problem))? != Fit::Wrong {
        return Err(
            Refused(format!("{} is the right key: nothing was dropped", config.key_file.display())).into()
        );
    }
    let people = store::seal::forget(&db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))?;
    db.close().await;
    println!("dropped the second factors of {people} people");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn print_routes() -> anyhow::Result<()> {
    crate::http::routes::listed().iter().for_each(|route| println!("{route}"));
    Ok(())
}

/// Input that was refused: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// What to do about a key that does not open what is sealed in the database.
pub fn wrong_key(config: &Config) -> String {
    format!(
        "{} is not the key that secrets in this database (second factors) were sealed with: put the right one there, or name it \
         with --key-file. If it is lost for good, `millrace forget-sealed` drops them, and people set up their second factor anew",
        config.key_file.display()
    )
}

/// A problem in English, the command line's language.
pub fn refused(problem: &Problem) -> anyhow::Error {
    let text = match problem {
        Problem::Invalid { fields } => fields
            .iter()
            .map(|f| format!("{}: {}", f.field, app::text::fault(domain::Lang::En, f.fault)))
            .collect::<Vec<_>>()
            .join("; "),
        other => app::text::problem(domain::Lang::En, other),
    };
    match problem {
        Problem::Internal | Problem::Unavailable { .. } => anyhow::anyhow!(text),
        _ => Refused(text).into(),
    }
}

/// Prints the failure to standard error, causes included, and gives its exit code.
#[expect(clippy::print_stderr, reason = "standard error is where a command tells why it failed")]
pub fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("millrace: {error:#}");
    if error.is::<Refused>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// Whatever is asked for, not what libraries tell of people: the phone numbers that are read.
pub fn discreet(filter: EnvFilter) -> EnvFilter {
    match "rlibphonenumber=off".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    }
}

/// Logs to standard error; `RUST_LOG` filters, `MILLRACE_LOG_FORMAT=json` for machines.
pub fn log() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(discreet(filter)).with_writer(std::io::stderr);
    if std::env::var("MILLRACE_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.init();
    }
}
