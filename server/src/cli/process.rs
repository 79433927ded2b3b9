//! `millrace process …`: pipelines as files of BPMN 2.0.

use std::io::{Read, Write};

use anyhow::Context;
use app::drawing::{Drawn, NotImported};
use clap::{Args, Subcommand};
use domain::access::Actor;
use domain::bpmn::{Drawing, MAX, read, write};
use domain::fold::fold;
use domain::id::StageId;
use domain::pipeline::{Pipeline, Stage, StageKind};
use domain::{Label, Lang, Problem, Refusal};
use store::{Clock, Db};

use super::{Refused, refused};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum ProcessCommand {
    /// Write a pipeline to standard output as BPMN 2.0 XML, with a diagram; without a name the first one
    Export(Which),
    /// Make a pipeline what BPMN 2.0 XML on standard input says: the named one, else the one that was exported, else a new one.
    /// A file that is not understood as a whole changes nothing
    Import(Import),
}

#[derive(Debug, Args)]
pub struct Which {
    /// The pipeline's name in any language
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    which: Which,
    /// Where the open deals of a stage go that the file leaves out: the stage's name and that of one in the file, in any language;
    /// may be given several times
    #[arg(long = "move", value_name = "OLD=NEW")]
    moves: Vec<String>,
}

pub async fn run(config: &Config, command: ProcessCommand) -> anyhow::Result<()> {
    match command {
        ProcessCommand::Export(which) => {
            let db = config.open(Clock::default()).await?;
            let done = export(&db, which.pipeline.as_deref()).await;
            db.close().await;
            done
        }
        ProcessCommand::Import(asked) => {
            // What is no process is refused before a database is opened or made.
            let drawing = typed()?;
            let db = config.open(Clock::default()).await?;
            let done = import(&db, &asked, drawing).await;
            db.close().await;
            done
        }
    }
}

async fn export(db: &Db, name: Option<&str>) -> anyhow::Result<()> {
    let pipelines = list(db).await?;
    let pipeline = match name {
        Some(name) => named(&pipelines, name)?,
        None => pipelines.first().context("there is no pipeline")?,
    };
    let lang = store::settings::company(db).await.map_err(|problem| refused(&problem))?.lang;
    let xml = write(pipeline, &Drawn(lang), env!("CARGO_PKG_VERSION"));
    std::io::stdout().write_all(xml.as_bytes()).context("cannot write to standard output")
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn import(db: &Db, asked: &Import, drawing: Drawing) -> anyhow::Result<()> {
    let onto = match &asked.which.pipeline {
        Some(name) => Some(named(&list(db).await?, name)?.id),
        None => None,
    };
    let left = store::process::left_out(db, &Actor::SYSTEM, &drawing, onto).await;
    let left = left.map_err(|problem| refused(&problem))?;
    let moves: Vec<(StageId, usize)> =
        asked.moves.iter().map(|typed| moved(typed, &left, &drawing)).collect::<Result<_, _>>()?;
    let stages: Vec<Label> = drawing.stages.iter().map(|stage| stage.name.clone()).collect();
    let id = match store::process::import(db, &Actor::SYSTEM, drawing, onto, &moves).await {
        Ok(id) => id,
        Err(problem @ (Problem::Internal | Problem::Unavailable { .. })) => return Err(refused(&problem)),
        Err(problem) if problem == Problem::refused(Refusal::StageInUse) => {
            let used = left.into_iter().filter(|(_, deals)| *deals > 0);
            let used: Vec<(Label, u64)> = used.map(|(stage, deals)| (stage.name, deals)).collect();
            let Refused(told) = complaint(&NotImported::in_use(Lang::En, &used));
            return Err(Refused(format!("{told}\nfor each of them: --move \"OLD=NEW\"")).into());
        }
        Err(problem) => return Err(complaint(&NotImported::problem(Lang::En, &problem, &stages)).into()),
    };
    let saved = store::process::show(db, &Actor::SYSTEM, id).await.map_err(|problem| refused(&problem))?;
    let Pipeline { name, version, stages, .. } = saved.pipeline;
    println!("{}: version {version}, {} stages", name.get(Lang::En), stages.len());
    Ok(())
}

/// `OLD=NEW`: a stage that is left out, and the place of one in the file. Names may have an equals sign in them.
fn moved(typed: &str, left: &[(Stage, u64)], drawing: &Drawing) -> Result<(StageId, usize), Refused> {
    let found = typed.match_indices('=').find_map(|(at, sign)| {
        let (old, new) = (&typed[..at], &typed[at + sign.len()..]);
        let (from, _) = left.iter().find(|(stage, _)| is_called(&stage.name, old))?;
        let is_open = |stage: &Stage| stage.kind == StageKind::Open;
        let to = drawing.stages.iter().position(|stage| is_open(stage) && is_called(&stage.name, new))?;
        Some((from.id, to))
    });
    found.ok_or_else(|| {
        let names = left.iter().map(|(stage, _)| stage.name.get(Lang::En)).collect::<Vec<_>>().join(", ");
        let left = if names.is_empty() { "nothing".to_owned() } else { names };
        Refused(format!("--move {typed}: not a stage that the file leaves out ({left}) and one that it has"))
    })
}

async fn list(db: &Db) -> anyhow::Result<Vec<Pipeline>> {
    store::process::list(db, &Actor::SYSTEM).await.map_err(|problem| refused(&problem))
}

/// The pipeline that is called so; one in force comes before one that was retired.
fn named<'a>(pipelines: &'a [Pipeline], name: &str) -> Result<&'a Pipeline, Refused> {
    pipelines.iter().find(|pipeline| is_called(&pipeline.name, name)).ok_or_else(|| {
        let all: Vec<&str> = pipelines.iter().map(|pipeline| pipeline.name.get(Lang::En)).collect();
        Refused(format!("there is no pipeline {name}; there are: {}", all.join(", ")))
    })
}

/// Whether that is its name in any language.
fn is_called(label: &Label, name: &str) -> bool {
    let wanted = fold(name);
    [&label.en, &label.ru].iter().any(|own| !own.is_empty() && fold(own) == wanted)
}

/// The drawing on standard input.
fn typed() -> anyhow::Result<Drawing> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX + 1)?;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("cannot read standard input")?;
    if bytes.len() > MAX {
        return Err(Refused(format!("standard input is larger than {} MB", MAX / (1024 * 1024))).into());
    }
    let text = String::from_utf8(bytes).map_err(|_| Refused("standard input is not UTF-8".to_owned()))?;
    Ok(read(&text).map_err(|remarks| complaint(&NotImported::remarks(Lang::En, &remarks)))?)
}

fn complaint(told: &NotImported) -> Refused {
    let places = told.places.iter().map(|place| format!("\n  {place}"));
    Refused(std::iter::once(told.why.clone()).chain(places).collect())
}
