//! The funnel against figures counted by hand.

use chrono::TimeDelta;
use domain::access::{Actor, Role};
use domain::deal::{DealFilter, DealStatus, EditDeal};
use domain::funnel::{Funnel, FunnelFilter, Step};
use domain::id::DealId;
use domain::{Currency, Money, Problem};
use store::{deals, leads, reports, settings};

use crate::harness::{T, both};
use crate::sales::{deal, lose, rub, shown, statements, to_place, waive_all, win};

both!(
    figures_are_those_counted_by_hand,
    every_figure_opens_its_records,
    reports_reach_as_far_as_the_actor,
    reopened_deals_stay_as_far_as_they_got,
);

async fn price(t: &T, id: DealId, minor: i64) {
    let deal = shown(t, id).await;
    let edit = EditDeal {
        id,
        version: deal.version,
        title: deal.title,
        amount: Some(rub(minor)),
        expected_close: None,
    };
    deals::edit(&t.db, &t.admin, edit).await.unwrap();
}

/// Four leads, three deals of the period and one of the time before.
async fn story(t: &T) -> FunnelFilter {
    let before = deal(t, &t.admin, "of last month", Some(rub(1_000_000))).await;
    to_place(t, &t.admin, before, 3).await.unwrap();
    t.lead(&t.admin, "Прошлый", "+7 921 555-00-00").await;
    t.pass(TimeDelta::days(30));
    let from = t.clock.now();

    // Converted, jumped to the third stage, lost there.
    let lost = t.client(&t.admin, "Анна", "+7 921 555-01-01", "").await.deal;
    price(t, lost, 100).await;
    to_place(t, &t.admin, lost, 2).await.unwrap();
    lose(t, &t.admin, lost).await.unwrap();
    // Converted, through the second stage straight to won.
    let won = t.client(&t.admin, "Борис", "+7 921 555-01-02", "").await.deal;
    price(t, won, 200).await;
    to_place(t, &t.admin, won, 1).await.unwrap();
    waive_all(t, won).await;
    win(t, &t.admin, won).await.unwrap();
    // Without a lead, still in the first stage.
    deal(t, &t.admin, "abroad", Some(Money::new(50, Currency::Usd))).await;
    // One that came to nothing, one that waits.
    let nothing = t.lead(&t.admin, "Вера", "+7 921 555-01-03").await;
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap()[3].id;
    leads::disqualify(&t.db, &t.admin, nothing, 1, Some(reason), "").await.unwrap();
    t.lead(&t.admin, "Глеб", "+7 921 555-01-04").await;

    t.pass(TimeDelta::days(1));
    let until = t.clock.now();
    deal(t, &t.admin, "of tomorrow", Some(rub(7))).await;
    FunnelFilter { from: Some(from), until: Some(until), ..FunnelFilter::default() }
}

fn figures(funnel: &Funnel) -> Vec<(u64, Vec<Money>, u64, Vec<Money>)> {
    funnel.rows.iter().map(|row| (row.count, row.sums.clone(), row.lost, row.lost_sums.clone())).collect()
}

async fn figures_are_those_counted_by_hand(t: &T) {
    let filter = story(t).await;
    let funnel = reports::funnel(&t.db, &t.admin, filter.clone()).await.unwrap();
    let all = vec![rub(300), Money::new(50, Currency::Usd)];
    assert_eq!(
        figures(&funnel),
        [
            (4, vec![], 1, vec![]),
            (2, vec![], 0, vec![]),
            (3, all, 0, vec![]),
            (2, vec![rub(300)], 0, vec![]),
            (2, vec![rub(300)], 1, vec![rub(100)]),
            (1, vec![rub(200)], 0, vec![]),
            (1, vec![rub(200)], 0, vec![]),
            (1, vec![rub(200)], 0, vec![]),
        ]
    );
    assert_eq!(funnel.rows[4].name.en, "Negotiate offer");
    let taken = statements(t, async || reports::funnel(&t.db, &t.admin, filter.clone()).await).await;
    assert_eq!(taken, 2);
}

async fn every_figure_opens_its_records(t: &T) {
    let period = story(t).await;
    let base = DealFilter { from: period.from, until: period.until, all: true, ..DealFilter::default() };
    let count = async |filter| deals::list(&t.db, &t.admin, filter).await.unwrap().count;
    for row in reports::funnel(&t.db, &t.admin, period.clone()).await.unwrap().rows {
        match row.step {
            Step::Stage(stage) => {
                assert_eq!(
                    count(DealFilter { reached: Some(stage), ..base.clone() }).await,
                    row.count,
                    "{row:?}"
                );
                assert_eq!(
                    count(DealFilter { lost_in: Some(stage), ..base.clone() }).await,
                    row.lost,
                    "{row:?}"
                );
            }
            Step::Won => {
                let won = DealFilter { status: Some(DealStatus::Won), ..base.clone() };
                assert_eq!(count(won).await, row.count);
            }
            Step::Leads | Step::Contacts => {}
        }
    }
}

async fn reports_reach_as_far_as_the_actor(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    let delivery = t.user("Delivery", Role::Delivery, Some(north)).await.actor();
    deal(t, &rep.actor(), "rep's", Some(rub(10))).await;
    deal(t, &t.admin, "admin's", Some(rub(20))).await;
    let first = async |actor: &Actor, owner| {
        let filter = FunnelFilter { owner, ..FunnelFilter::default() };
        let funnel = reports::funnel(&t.db, actor, filter).await.unwrap();
        (funnel.rows[2].count, funnel.rows[2].sums.clone())
    };
    assert_eq!(first(&t.admin, None).await, (2, vec![rub(30)]));
    assert_eq!(first(&t.admin, Some(rep.id)).await, (1, vec![rub(10)]));
    assert_eq!(first(&mate, None).await, (1, vec![rub(10)]));
    assert_eq!(first(&stranger, None).await, (0, vec![]));
    assert_eq!(first(&stranger, Some(rep.id)).await, (0, vec![]));
    assert_eq!(first(&marketer, None).await, (2, vec![rub(30)]));
    let refused = reports::funnel(&t.db, &delivery, FunnelFilter::default()).await;
    assert_eq!(refused, Err(Problem::Forbidden));
}

async fn reopened_deals_stay_as_far_as_they_got(t: &T) {
    let id = deal(t, &t.admin, "back and forth", Some(rub(10))).await;
    waive_all(t, id).await;
    win(t, &t.admin, id).await.unwrap();
    to_place(t, &t.admin, id, 0).await.unwrap();
    let funnel = reports::funnel(&t.db, &t.admin, FunnelFilter::default()).await.unwrap();
    let counts: Vec<_> = funnel.rows.iter().map(|row| row.count).collect();
    assert_eq!(counts, [0, 0, 1, 1, 1, 1, 1, 0]);
    lose(t, &t.admin, id).await.unwrap();
    let funnel = reports::funnel(&t.db, &t.admin, FunnelFilter::default()).await.unwrap();
    assert_eq!(funnel.rows.iter().map(|row| row.lost).collect::<Vec<_>>(), [0, 0, 1, 0, 0, 0, 0, 0]);
}
