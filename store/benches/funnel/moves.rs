//! What the upkeep costs: moves with it and without it in turn.

use std::time::Instant;

use domain::access::Actor;
use domain::deal::MoveDeal;
use domain::id::DealId;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use store::{Db, deals, rollups};
use uuid::Uuid;

use super::fill::Company;
use super::{Wish, median, told};

/// An open deal with the place that it is in.
struct Open {
    id: DealId,
    version: i64,
    place: usize,
}

pub async fn measure(db: &Db, made: &Company<'_>, wish: &Wish, name: &str) -> anyhow::Result<()> {
    let mut open = open(made, wish.moves * 2).await?;
    let places = made.pipeline.open_stages().count();
    // Notes of the filling are added up by the first write.
    go(db, made, &mut open, 0..20, places).await?;
    let (mut with, mut without, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..wish.rounds {
        let mut rates = [0.0; 2];
        for at in 0..2 {
            // Whichever is first finds the disk as the other one left it; they take turns.
            let rests = (at + round) % 2 == 1;
            db.rest_rollups(rests);
            let span = if rests { wish.moves..2 * wish.moves } else { 0..wish.moves };
            let begun = Instant::now();
            let moved = go(db, made, &mut open, span, places).await?;
            rates[usize::from(rests)] = moved as f64 / begun.elapsed().as_secs_f64();
        }
        with.push(rates[0]);
        without.push(rates[1]);
        ratios.push(rates[0] / rates[1]);
    }
    db.rest_rollups(false);
    rollups::recount(db, &Actor::SYSTEM).await.map_err(told)?;
    println!("| database | moves/s with upkeep | without | × |");
    println!("| --- | --- | --- | --- |");
    println!(
        "| {name} | {:.0} | {:.0} | {:.2} |\n",
        median(&mut with),
        median(&mut without),
        median(&mut ratios)
    );
    Ok(())
}

/// Moves each of them one stage on, and those at the end back to the first; answers how many.
async fn go(
    db: &Db,
    made: &Company<'_>,
    open: &mut [Open],
    span: std::ops::Range<usize>,
    places: usize,
) -> anyhow::Result<usize> {
    let mut moved = 0;
    for deal in open.iter_mut().take(span.end).skip(span.start) {
        deal.place = (deal.place + 1) % places;
        let step = MoveDeal {
            id: deal.id,
            version: deal.version,
            to: made.pipeline.stages[deal.place].id,
            loss_reason: None,
            note: String::new(),
        };
        deal.version = deals::advance(db, &Actor::SYSTEM, step).await.map_err(told)?;
        moved += 1;
    }
    Ok(moved)
}

/// Some open deals from all over the time.
async fn open(made: &Company<'_>, count: usize) -> anyhow::Result<Vec<Open>> {
    let text = format!(
        "SELECT id, version, stage_id FROM deals WHERE status = 'open' ORDER BY (number * 7919) % 104729, number LIMIT {count}"
    );
    let statement = Statement::from_string(made.raw.get_database_backend(), text);
    let open = |row: &QueryResult| -> anyhow::Result<Open> {
        let stage: Uuid = row.try_get("", "stage_id")?;
        let place = made.pipeline.stages.iter().position(|known| known.id.0 == stage);
        Ok(Open {
            id: DealId(row.try_get("", "id")?),
            version: row.try_get("", "version")?,
            place: place.unwrap_or_default(),
        })
    };
    made.raw.query_all_raw(statement).await?.iter().map(open).collect()
}
