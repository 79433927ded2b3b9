//! A hundred thousand deals: the counters of the board, and how many rows it reads.

use domain::access::Role;
use domain::deal::{DealFilter, EditDeal};
use domain::id::DealId;
use domain::user::Handover;
use domain::{Currency, Money};
use sea_orm::{ConnectionTrait, Database, Statement};
use store::{deals, users};

use crate::harness::{T, both};
use crate::sales::{deal, lose, rows, rub, shown, statements, to_place, waive_all, win};

both!(counters_are_what_counting_finds, a_hundred_thousand_deals_cost_no_more_than_a_hundred);

/// Rows in which the counters and a count of the deals differ.
async fn miscounted(t: &T) -> i64 {
    let counters = "SELECT stage_id, currency, CASE WHEN day = '' THEN 1 ELSE 0 END AS is_open, \
         CAST(sum(deals) AS bigint) AS deals, CAST(sum(minor) AS bigint) AS minor, \
         CAST(sum(by_stage) AS bigint) AS by_stage, CAST(sum(by_hand) AS bigint) AS by_hand";
    let counted = "SELECT stage_id, COALESCE(currency, ''), CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END, count(*), \
         CAST(COALESCE(sum(amount_minor), 0) AS bigint), \
         CAST(COALESCE(sum(CASE WHEN probability IS NULL THEN amount_minor END), 0) AS bigint), \
         CAST(COALESCE(sum(amount_minor * probability / 100), 0) AS bigint)";
    let mut wrong = rows(t, "deal_deltas").await;
    for (sums, deals) in [
        ("stage_sums", "deals"),
        ("owner_sums", "deals"),
        ("owner_sums s JOIN users u ON u.id = s.owner_id", "deals WHERE owner_id IS NOT NULL"),
        ("owner_sums s JOIN teams u ON u.id = s.team_id", "deals WHERE team_id IS NOT NULL"),
    ] {
        let sums = format!("{counters} FROM {sums} GROUP BY 1, 2, 3 HAVING sum(deals) <> 0");
        let deals = format!("{counted} FROM {deals} GROUP BY 1, 2, 3");
        for both in [[&sums, &deals], [&deals, &sums]] {
            wrong += rows(t, &format!("({} EXCEPT {}) x", both[0], both[1])).await;
        }
    }
    wrong
}

async fn counters_are_what_counting_finds(t: &T) {
    let team = t.team("Север").await;
    let rep = t.user("Rep", Role::SalesRep, Some(team)).await;
    let heir = t.user("Heir", Role::SalesRep, None).await;
    let mut ids = Vec::new();
    for number in 0..6 {
        let amount = (number % 3 > 0).then(|| rub(100 * number));
        ids.push(deal(t, &rep.actor(), &format!("deal {number}"), amount).await);
    }
    assert_eq!(miscounted(t).await, 0);
    to_place(t, &t.admin, ids[0], 2).await.unwrap();
    lose(t, &t.admin, ids[1]).await.unwrap();
    waive_all(t, ids[2]).await;
    win(t, &t.admin, ids[2]).await.unwrap();
    to_place(t, &t.admin, ids[1], 0).await.unwrap();
    assert_eq!(miscounted(t).await, 0);
    let before = shown(t, ids[4]).await;
    let edit = EditDeal {
        id: ids[4],
        version: before.version,
        title: before.title,
        amount: Some(Money::new(77, Currency::Usd)),
        expected_close: None,
        probability: Some(35),
    };
    deals::edit(&t.db, &t.admin, edit).await.unwrap();
    let version = shown(t, ids[5]).await.version;
    deals::assign(&t.db, &t.admin, ids[5], version, heir.id).await.unwrap();
    assert_eq!(miscounted(t).await, 0);
    users::deactivate(&t.db, &t.admin, rep.id, rep.version, Handover::To(heir.id)).await.unwrap();
    assert_eq!(miscounted(t).await, 0);
}

/// So many open deals beside the one of that id, its like but for the next step.
async fn multiply(t: &T, id: DealId, deals: u32) {
    let db = Database::connect(&t.url).await.unwrap();
    let (new_id, at) = match t.url.starts_with("sqlite") {
        true => ("randomblob(16)", ""),
        false => ("gen_random_uuid()", "timestamptz "),
    };
    let copied = "title, folded, pipeline_id, stage_id, status, stage_entered_at, owner_id, amount_minor, currency, loss_note, \
         channel, campaign, keyword, source, opened_day, created_at, version";
    let from_d = copied.split(", ").map(|column| format!("d.{column}")).collect::<Vec<_>>().join(", ");
    let text = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {deals}) \
         INSERT INTO deals (id, number, next_step_at, {copied}) \
         SELECT {new_id}, 1000000 + n.i, \
           CASE n.i % 3 WHEN 0 THEN {at}'2026-11-20T09:00:00+00:00' WHEN 1 THEN {at}'2026-12-20T09:00:00+00:00' END, {from_d} \
         FROM n CROSS JOIN deals d WHERE d.id = (SELECT id FROM deals WHERE number = {})",
        shown(t, id).await.number
    );
    db.execute_unprepared(&text).await.unwrap();
    if !t.url.starts_with("sqlite") {
        // As autovacuum would soon. Nothing does so on SQLite.
        db.execute_unprepared("ANALYZE").await.unwrap();
    }
}

/// How the database goes about a statement; on PostgreSQL with what each step really read.
async fn explained(t: &T, statement: &str) -> Vec<String> {
    let db = Database::connect(&t.url).await.unwrap();
    let (explain, column) = match t.url.starts_with("sqlite") {
        true => ("EXPLAIN QUERY PLAN", "detail"),
        false => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)", "QUERY PLAN"),
    };
    let statement = Statement::from_string(db.get_database_backend(), format!("{explain} {statement}"));
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect()
}

/// Rows that the scans of a plan of PostgreSQL read, those they threw away included.
fn read_by(plan: &[String]) -> u64 {
    let number = |text: &str| text.split(['.', ' ', ')']).next().unwrap().parse::<u64>().unwrap();
    let mut loops = 0;
    let mut read = 0;
    for line in plan {
        if let Some((_, rest)) = line.split_once("(actual rows=") {
            let times = rest.split_once("loops=").map_or(0, |(_, times)| number(times));
            loops = if line.contains("Scan") && !line.contains("Subquery Scan") { times } else { 0 };
            read += number(rest) * loops;
        } else if let Some((_, rows)) = line.split_once("Rows Removed by Filter: ") {
            read += number(rows) * loops;
        }
    }
    read
}

async fn a_hundred_thousand_deals_cost_no_more_than_a_hundred(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("Север").await)).await;
    let first = deal(t, &t.admin, "one of many", Some(rub(100))).await;
    deal(t, &rep.actor(), "own", Some(rub(5))).await;
    multiply(t, first, 100_000).await;
    // Whatever is written next adds up what was noted of them.
    deal(t, &rep.actor(), "own as well", None).await;
    let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
    assert_eq!(board.columns[0].count, 100_003);
    assert_eq!(board.columns[0].sums, [rub(10_000_105)]);
    assert_eq!(board.columns[0].cards.len(), 15);
    assert!(board.columns[0].cards.iter().all(|card| card.title == "one of many"), "the overdue ones");
    let own = deals::board(&t.db, &rep.actor(), None, DealFilter::default()).await.unwrap();
    assert_eq!((own.columns[0].count, own.columns[0].cards.len()), (2, 2));
    let of_rep = DealFilter { owner: Some(rep.id), ..DealFilter::default() };
    for (actor, filter) in
        [(&t.admin, DealFilter::default()), (&t.admin, of_rep), (&rep.actor(), DealFilter::default())]
    {
        let taken = statements(t, async || deals::board(&t.db, actor, None, filter.clone()).await).await;
        assert_eq!(taken, 2);
        let mut read = 0;
        for statement in deals::board_statements(&t.db, actor, filter.clone()).await.unwrap() {
            let plan = explained(t, &statement).await;
            let whole =
                plan.iter().filter(|line| line.contains("SCAN deals") || line.contains("Seq Scan on deals"));
            assert_eq!(whole.count(), 0, "{plan:#?}");
            read += read_by(&plan);
        }
        assert!(read <= 500, "{read} rows");
    }
}
