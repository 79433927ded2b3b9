//! `millrace report pipe`

use chrono::NaiveDate;
use domain::access::Actor;
use domain::pipe::{LeakRow, PipeFilter};
use serde::Serialize;
use store::Db;

use super::{Format, Refused, named, refused};

#[derive(Debug, clap::Args)]
pub struct PipeArgs {
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

/// The deals of a manager that leaked in one way; kinds without any are left out.
#[derive(Serialize)]
struct Row {
    /// `null`: deals that belong to nobody.
    manager: Option<String>,
    leak: &'static str,
    count: usize,
    /// Their numbers, ascending.
    deals: Vec<i64>,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) async fn run(db: &Db, args: &PipeArgs) -> anyhow::Result<()> {
    if args.from.zip(args.to).is_some_and(|(from, to)| from > to) {
        return Err(Refused("--to is a day before --from".into()).into());
    }
    let pipeline = match &args.pipeline {
        Some(name) => Some(named(db, name).await?.id),
        None => None,
    };
    let filter = PipeFilter { from: args.from, until: args.to, pipeline, ..PipeFilter::default() };
    let leaks = store::reports::pipe_leaks(db, &Actor::SYSTEM, filter).await;
    let rows: Vec<Row> = leaks.map_err(|problem| refused(&problem))?.into_iter().map(Row::of).collect();
    let Format::Json = args.format;
    println!("{}", serde_json::to_string(&rows)?);
    Ok(())
}

impl Row {
    fn of(row: LeakRow) -> Row {
        Row {
            manager: row.manager.map(|person| person.name),
            leak: row.kind.code(),
            count: row.deals.len(),
            deals: row.deals,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::pipe::LeakKind;

    use super::*;

    #[test]
    fn the_report_is_as_it_is_documented() {
        let row = LeakRow { manager: None, kind: LeakKind::NoNextStep, deals: vec![3, 17] };
        let told = serde_json::to_string(&[Row::of(row)]).unwrap();
        assert_eq!(told, r#"[{"manager":null,"leak":"no_next_step","count":2,"deals":[3,17]}]"#);
    }
}
