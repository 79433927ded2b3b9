//! The funnel against figures counted by hand.

use chrono::{NaiveDate, TimeDelta};
use domain::access::{Actor, Role};
use domain::deal::{DealFilter, DealStatus, EditDeal};
use domain::funnel::{Before, Funnel, FunnelFilter, Step, Total};
use domain::id::{DealId, ServiceId};
use domain::lead::LeadFilter;
use domain::{Currency, Fault, Money, Problem};
use sea_orm::{ConnectionTrait, Database};
use store::{deals, leads, reports, settings};

use crate::harness::{T, both};
use crate::sales::{deal, lose, rub, shown, statements, to_place, waive_all, win};

both!(
    figures_are_those_counted_by_hand,
    every_figure_opens_its_records,
    reports_reach_as_far_as_the_actor,
    reopened_deals_stay_as_far_as_they_got,
    the_median_stay_is_one_of_those_that_ended,
    a_period_stands_beside_the_one_before,
    days_are_the_companys,
    filters_narrow_it_and_their_records_alike,
);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The cohort of these days.
fn period(from: &str, until: &str) -> FunnelFilter {
    FunnelFilter { from: Some(day(from)), until: Some(day(until)), ..FunnelFilter::default() }
}

async fn funnel(t: &T, filter: &FunnelFilter) -> Funnel {
    reports::funnel(&t.db, &t.admin, filter.clone()).await.unwrap()
}

pub(crate) async fn price(t: &T, id: DealId, minor: i64) {
    let deal = shown(t, id).await;
    let edit = EditDeal {
        id,
        version: deal.version,
        title: deal.title,
        amount: Some(rub(minor)),
        expected_close: None,
        probability: None,
    };
    deals::edit(&t.db, &t.admin, edit).await.unwrap();
}

/// Four leads, three deals of the period and one of the time before.
async fn story(t: &T) -> FunnelFilter {
    let before = deal(t, &t.admin, "of last month", Some(rub(1_000_000))).await;
    to_place(t, &t.admin, before, 3).await.unwrap();
    t.lead(&t.admin, "Прошлый", "+7 921 555-00-00").await;
    t.pass(TimeDelta::days(30));

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
    deal(t, &t.admin, "of tomorrow", Some(rub(7))).await;
    period("2026-12-24", "2026-12-24")
}

fn figures(funnel: &Funnel) -> Vec<(u64, Vec<Money>, u64, Vec<Money>)> {
    funnel.rows.iter().map(|row| (row.count, row.sums.clone(), row.lost, row.lost_sums.clone())).collect()
}

async fn figures_are_those_counted_by_hand(t: &T) {
    let filter = story(t).await;
    let funnel = funnel(t, &filter).await;
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
    assert_eq!(funnel.won, Total { count: 1, sums: vec![rub(200)] });
    assert_eq!(funnel.lost, Total { count: 1, sums: vec![rub(100)] });
    assert_eq!(funnel.open, Total { count: 1, sums: vec![Money::new(50, Currency::Usd)] });
    let reason = &settings::loss_reasons(&t.db, &t.admin).await.unwrap()[0];
    let [loss] = funnel.rows[4].losses.as_slice() else { panic!("one reason") };
    assert_eq!((loss.reason, &loss.name, &loss.total), (Some(reason.id), &reason.name, &funnel.lost));
    let narrowed = FunnelFilter { owner: t.admin.user, ..filter.clone() };
    for filter in [filter, narrowed] {
        let taken = statements(t, async || reports::funnel(&t.db, &t.admin, filter.clone()).await).await;
        assert_eq!(taken, 2, "{filter:?}");
    }
}

/// How many deals a list shows.
async fn listed(t: &T, filter: DealFilter) -> u64 {
    deals::list(&t.db, &t.admin, filter).await.unwrap().count
}

/// The filter as a list of deals knows it.
fn of_deals(filter: &FunnelFilter, funnel: &Funnel) -> DealFilter {
    DealFilter {
        pipeline: Some(funnel.pipeline),
        opened_from: filter.from,
        opened_until: filter.until,
        owner: filter.owner,
        team: filter.team,
        channel: filter.channel.clone(),
        service: filter.service,
        all: true,
        ..DealFilter::default()
    }
}

async fn every_figure_opens_its_records(t: &T) {
    let period = story(t).await;
    let funnel = funnel(t, &period).await;
    let base = of_deals(&period, &funnel);
    let (from, until) = funnel.span;
    let leads = async |status| {
        let filter = LeadFilter { status, all: true, from, until, ..LeadFilter::default() };
        leads::list(&t.db, &t.admin, filter).await.unwrap().count
    };
    for row in &funnel.rows {
        match row.step {
            Step::Leads => {
                assert_eq!(leads(None).await, row.count);
                assert_eq!(leads(Some(domain::lead::LeadStatus::Disqualified)).await, row.lost);
            }
            Step::Contacts => {
                assert_eq!(leads(Some(domain::lead::LeadStatus::Converted)).await, row.count);
            }
            Step::Stage(stage) => {
                let reached = DealFilter { reached: Some(stage), ..base.clone() };
                assert_eq!(listed(t, reached).await, row.count, "{row:?}");
                let lost = DealFilter { lost_in: Some(stage), ..base.clone() };
                assert_eq!(listed(t, lost.clone()).await, row.lost, "{row:?}");
                for loss in &row.losses {
                    let why = DealFilter { loss_reason: loss.reason, ..lost.clone() };
                    assert_eq!(listed(t, why).await, loss.total.count, "{row:?}");
                }
            }
            Step::Won => {
                let won = DealFilter { status: Some(DealStatus::Won), ..base.clone() };
                assert_eq!(listed(t, won).await, row.count);
            }
        }
    }
    for (status, total) in
        [(DealStatus::Won, &funnel.won), (DealStatus::Lost, &funnel.lost), (DealStatus::Open, &funnel.open)]
    {
        let of = DealFilter { status: Some(status), ..base.clone() };
        assert_eq!(listed(t, of).await, total.count);
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

async fn the_median_stay_is_one_of_those_that_ended(t: &T) {
    let mut ids = Vec::new();
    for title in ["hours", "a day", "days", "stays"] {
        ids.push(deal(t, &t.admin, title, None).await);
    }
    for (id, pass) in ids.iter().zip([TimeDelta::hours(5), TimeDelta::hours(22), TimeDelta::days(3)]) {
        t.pass(pass);
        to_place(t, &t.admin, *id, 1).await.unwrap();
    }
    let stay = async |filter: FunnelFilter| {
        let rows = funnel(t, &filter).await.rows;
        (rows[2].stay, rows[3].stay)
    };
    // 5 hours, 27 hours, 99 hours: a day of the middle one is whole.
    assert_eq!(stay(FunnelFilter::default()).await, (Some(86_400), None));
    assert_eq!(
        stay(FunnelFilter { owner: t.admin.user, ..FunnelFilter::default() }).await,
        (Some(86_400), None)
    );
    // Back after ten minutes, and gone again after ten more: two stays more, of which one is in the first stage.
    t.pass(TimeDelta::minutes(10));
    to_place(t, &t.admin, ids[2], 0).await.unwrap();
    t.pass(TimeDelta::minutes(12));
    to_place(t, &t.admin, ids[2], 1).await.unwrap();
    assert_eq!(stay(FunnelFilter::default()).await, (Some(5 * 3_600), Some(600)));
}

async fn a_period_stands_beside_the_one_before(t: &T) {
    deal(t, &t.admin, "long ago", Some(rub(1))).await;
    t.pass(TimeDelta::days(9));
    let before = deal(t, &t.admin, "before", Some(rub(10))).await;
    to_place(t, &t.admin, before, 1).await.unwrap();
    lose(t, &t.admin, before).await.unwrap();
    t.lead(&t.admin, "Раньше", "+7 921 555-02-01").await;
    t.pass(TimeDelta::days(1));
    deal(t, &t.admin, "now", Some(rub(100))).await;
    deal(t, &t.admin, "now, too", Some(rub(100))).await;
    t.pass(TimeDelta::days(1));

    // Two days, one of which is over, and two days before.
    let filter = FunnelFilter { from: Some(day("2026-12-04")), ..FunnelFilter::default() };
    for filter in [FunnelFilter { owner: t.admin.user, ..filter.clone() }, filter] {
        let found = funnel(t, &filter).await;
        assert_eq!(found.before, Some((day("2026-12-02"), day("2026-12-03"))));
        let [leads, _, first, second, ..] = found.rows.as_slice() else { panic!("rows") };
        if filter.owner.is_none() {
            assert_eq!((leads.count, leads.before.as_ref().map(|before| before.count)), (0, Some(1)));
        }
        assert_eq!(first.count, 2);
        let was = |lost| Some(Before { count: 1, sums: vec![rub(10)], lost, stay: Some(0) });
        assert_eq!((&first.before, &second.before), (&was(0), &was(1)));
    }
    let all = funnel(t, &FunnelFilter::default()).await;
    assert!(all.before.is_none() && all.rows.iter().all(|row| row.before.is_none()));
    assert_eq!(all.rows[2].count, 4);

    let absurd = FunnelFilter { until: day("9999-12-31").succ_opt(), ..FunnelFilter::default() };
    let refused = reports::funnel(&t.db, &t.admin, absurd).await;
    assert_eq!(refused, Err(Problem::field("until", Fault::OutOfRange)));
    assert_eq!(funnel(t, &period("2026-12-05", "2026-12-04")).await.rows[2].count, 0);
}

/// The company lives in Moscow, three hours before Greenwich.
async fn days_are_the_companys(t: &T) {
    t.clock.set("2026-11-24T20:59:59Z".parse().unwrap());
    deal(t, &t.admin, "just before midnight", None).await;
    t.lead(&t.admin, "До полуночи", "+7 921 555-03-01").await;
    t.pass(TimeDelta::seconds(1));
    deal(t, &t.admin, "at midnight", None).await;
    deal(t, &t.admin, "at midnight, too", None).await;
    for (on, wanted) in [("2026-11-24", [1, 0, 1]), ("2026-11-25", [0, 0, 2]), ("2026-11-26", [0, 0, 0])] {
        let rows = funnel(t, &period(on, on)).await.rows;
        assert_eq!(rows.iter().map(|row| row.count).take(3).collect::<Vec<_>>(), wanted, "{on}");
    }
}

async fn filters_narrow_it_and_their_records_alike(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let anna = t.user("Alla", Role::SalesRep, Some(north)).await;
    let boris = t.user("Boris", Role::SalesRep, Some(south)).await;
    for (actor, title) in [(anna.actor(), "one"), (boris.actor(), "two"), (boris.actor(), "three")] {
        let id = deal(t, &actor, title, Some(rub(10))).await;
        to_place(t, &actor, id, 1).await.unwrap();
    }
    // Where deals come from and what they sell is written by leads and documents: here it is written straight.
    let service = uuid::Uuid::from_u128(7);
    let db = Database::connect(&t.url).await.unwrap();
    let text = "UPDATE deals SET channel = 'Yandex Direct', service_id = $1 WHERE title = 'two'";
    let backend = db.get_database_backend();
    let statement = sea_orm::Statement::from_sql_and_values(backend, text, [service.into()]);
    db.execute_raw(statement).await.unwrap();

    let none = FunnelFilter::default();
    for (filter, wanted) in [
        (none.clone(), 3),
        (FunnelFilter { owner: Some(boris.id), ..none.clone() }, 2),
        (FunnelFilter { team: Some(north), ..none.clone() }, 1),
        (FunnelFilter { channel: "Yandex Direct".into(), ..none.clone() }, 1),
        (FunnelFilter { service: Some(ServiceId(service)), ..none.clone() }, 1),
        (FunnelFilter { service: Some(ServiceId(service)), team: Some(north), ..none.clone() }, 0),
    ] {
        let found = funnel(t, &filter).await;
        // Leads have no service: the funnel of one begins with the deals.
        let first = found.rows.iter().find(|row| matches!(row.step, Step::Stage(_))).unwrap();
        assert_eq!(found.rows.len(), if filter.service.is_some() { 6 } else { 8 });
        assert_eq!((first.count, listed(t, of_deals(&filter, &found)).await), (wanted, wanted), "{filter:?}");
    }
}
