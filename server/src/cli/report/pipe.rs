//! `millrace report pipe`

use domain::access::Actor;
use domain::pipe::{LeakRow, PipeFilter};
use serde::Serialize;
use store::Db;

use super::{Format, ReportArgs, asked, refused};

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
pub(super) async fn run(db: &Db, args: &ReportArgs) -> anyhow::Result<()> {
    let pipeline = asked(db, args).await?;
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
