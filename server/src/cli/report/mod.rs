//! `millrace report …`: the figures of the pages, for scripts.

mod funnel;
mod pipe;

use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};
use domain::access::Actor;
use domain::fold::fold;
use domain::id::PipelineId;
use domain::pipeline::Pipeline;
use store::{Clock, Db};

use super::{Refused, refused};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// How far the deals opened in a period got, and what became of them
    Funnel(ReportArgs),
    /// Where the deals opened in a period left the process, one object for each manager and kind of leak
    Pipe(ReportArgs),
    /// Count anew what reports have counted beforehand: after records were written by other means than Millrace
    Recount,
}

#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// The first day of the period that the deals were opened in, YYYY-MM-DD, a day of the company's time zone
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// The last day, which is part of the period
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Of this pipeline; without it, of the first one
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    Json,
}

pub async fn run(config: &Config, command: ReportCommand) -> anyhow::Result<()> {
    let db = config.open(Clock::default()).await?;
    let done = match command {
        ReportCommand::Funnel(args) => funnel::run(&db, &args).await,
        ReportCommand::Pipe(args) => pipe::run(&db, &args).await,
        ReportCommand::Recount => {
            store::rollups::recount(&db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))
        }
    };
    db.close().await;
    done
}

/// Checks the period; gives the pipeline that is named.
async fn asked(db: &Db, args: &ReportArgs) -> anyhow::Result<Option<PipelineId>> {
    if args.from.zip(args.to).is_some_and(|(from, to)| from > to) {
        return Err(Refused("--to is a day before --from".into()).into());
    }
    match &args.pipeline {
        Some(name) => Ok(Some(named(db, name).await?.id)),
        None => Ok(None),
    }
}

/// The pipeline of that name, in either language.
async fn named(db: &Db, name: &str) -> anyhow::Result<Pipeline> {
    let pipelines =
        store::settings::pipelines(db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))?;
    let wanted = fold(name);
    let is = |text: &String| !text.is_empty() && fold(text) == wanted;
    let is = |pipeline: &&Pipeline| is(&pipeline.name.en) || is(&pipeline.name.ru);
    if let Some(found) = pipelines.iter().find(is) {
        return Ok(found.clone());
    }
    let known: Vec<&str> = pipelines.iter().map(|pipeline| pipeline.name.get(domain::Lang::En)).collect();
    Err(Refused(format!("there is no pipeline called {name}; there are: {}", known.join(", "))).into())
}
