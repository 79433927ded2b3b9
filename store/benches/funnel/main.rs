//! How fast the funnel is read from what was counted beforehand, against the records themselves, and what counting beforehand costs:
//! `cargo bench -p store --bench funnel`.
//!
//! A company of two years is made up; the same figures are read in turn by `store::reports::funnel` and by grouping the raw stage
//! changes, on connections with the same settings, and compared. Then deals are moved in turn with and without the upkeep. All of it is
//! printed as tables for `docs/benchmarks.md`.
//!
//! `DEALS` (20000, the goals are told for 1000000), `CHANGES` of each (10), `ROUNDS` (5), `MOVES` of a round (200), `FOLDER` where the
//! data are, `MILLRACE_TEST_POSTGRES` for PostgreSQL as well (a server that really syncs: `scripts/postgres.sh` starts none).
#![expect(clippy::print_stdout, reason = "its tables are all it is for")]

mod fill;
mod moves;
mod raw;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use chrono::NaiveDate;
use domain::access::Actor;
use domain::funnel::{Funnel, FunnelFilter};
use sea_orm::{ConnectionTrait, Database};
use store::db::Connect;
use store::{Clock, Db, reports, rollups, settings};

/// What a run is asked for.
pub struct Wish {
    deals: u64,
    changes: u64,
    rounds: usize,
    moves: usize,
}

/// The period that is read, and what it is called.
type Period = (&'static str, Option<(NaiveDate, NaiveDate)>);

fn main() -> anyhow::Result<()> {
    let number = |name: &str, usual: u64| -> anyhow::Result<u64> {
        std::env::var(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name}={text}")))
    };
    let wish = Wish {
        deals: number("DEALS", 20_000)?.max(1),
        changes: number("CHANGES", 10)?.clamp(2, 60),
        rounds: number("ROUNDS", 5)?.max(1) as usize,
        moves: number("MOVES", 200)?.max(1) as usize,
    };
    let folder = std::env::var("FOLDER").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
    let folder = tempfile::tempdir_in(folder)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        println!(
            "{} deals × {} stage changes; medians of {} rounds.\n",
            wish.deals, wish.changes, wish.rounds
        );
        run(&wish, "SQLite", &sqlite(folder.path())).await?;
        if let Ok(server) = std::env::var("MILLRACE_TEST_POSTGRES") {
            let admin = Database::connect(&server).await?;
            let (base, _) = server.rsplit_once('/').context("the server's address names no database")?;
            let drop = "DROP DATABASE IF EXISTS millrace_funnel WITH (FORCE)";
            admin.execute_unprepared(drop).await?;
            admin.execute_unprepared("CREATE DATABASE millrace_funnel").await?;
            run(&wish, "PostgreSQL", &format!("{base}/millrace_funnel")).await?;
            admin.execute_unprepared(drop).await?;
        }
        Ok(())
    })
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("millrace.db").display())
}

async fn run(wish: &Wish, name: &str, url: &str) -> anyhow::Result<()> {
    println!("### {name}\n");
    let clock = Clock::default();
    let db = Db::open(Connect { url: url.to_owned(), secret: [7; 32], key: [9; 32], clock }).await?;
    let pipeline = settings::pipelines(&db, &Actor::SYSTEM).await.map_err(told)?.swap_remove(0);
    let reasons = settings::loss_reasons(&db, &Actor::SYSTEM).await.map_err(told)?;
    let raw = Database::connect(url).await?;
    let made = fill::Company { raw: &raw, pipeline: &pipeline, reasons: &reasons };
    let took = timed(made.fill(wish)).await?.1;
    println!("Made up in {:.0} s.", took.as_secs_f64());
    let ((), took) = timed(async { rollups::recount(&db, &Actor::SYSTEM).await.map_err(told) }).await?;
    println!("Counted anew in {:.0} s.\n", took.as_secs_f64());
    if raw.get_database_backend() == sea_orm::DbBackend::Postgres {
        raw.execute_unprepared("VACUUM ANALYZE").await?;
    }

    println!("| database | period | raw | Millrace | × | statements | figures |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let [first, quarter, last] = [0, 450, 540].map(|days| fill::begin() + chrono::Days::new(days));
    let periods: [Period; 3] = [
        ("all time", None),
        ("two years", Some((first, fill::begin() + chrono::Days::new(fill::DAYS as u64 - 1)))),
        ("a quarter", Some((quarter, last))),
    ];
    for (period, days) in periods {
        let filter = FunnelFilter {
            from: days.map(|(from, _)| from),
            until: days.map(|(_, until)| until),
            ..FunnelFilter::default()
        };
        read(&db, &made, wish, (name, period), &filter).await?;
    }
    println!();
    moves::measure(&db, &made, wish, name).await?;
    raw.close().await?;
    db.close().await;
    Ok(())
}

/// Reads the same figures both ways in turn.
async fn read(
    db: &Db,
    made: &fill::Company<'_>,
    wish: &Wish,
    (name, period): (&str, &str),
    filter: &FunnelFilter,
) -> anyhow::Result<()> {
    let product = async || -> anyhow::Result<Funnel> {
        reports::funnel(db, &Actor::SYSTEM, filter.clone()).await.map_err(told)
    };
    product().await?;
    let (mut slow, mut fast, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut statements = 0;
    for _ in 0..wish.rounds {
        let (wanted, long) = timed(raw::read(made, filter)).await?;
        let before = db.statements();
        let (found, short) = timed(product()).await?;
        statements = db.statements() - before;
        ensure!(raw::figures(&found) == wanted, "the figures differ:\n{found:?}\n{wanted:?}");
        ratios.push(long.as_secs_f64() / short.as_secs_f64());
        slow.push(long.as_secs_f64());
        fast.push(short.as_secs_f64());
    }
    println!(
        "| {name} | {period} | {:.2} s | {:.2} ms | {:.0} | {statements} | identical |",
        median(&mut slow),
        1000.0 * median(&mut fast),
        median(&mut ratios),
    );
    Ok(())
}

/// How long it took.
async fn timed<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(T, Duration)> {
    let begun = Instant::now();
    Ok((work.await?, begun.elapsed()))
}

fn told(problem: domain::Problem) -> anyhow::Error {
    anyhow!("{problem:?}")
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
