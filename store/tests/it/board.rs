//! The board and the list: order, filters, counts and the number of statements.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Role;
use domain::activity::Subject;
use domain::deal::{DealFilter, DealStatus, NewDeal};
use domain::id::DealId;
use domain::task::{NewTask, TaskKind};
use domain::{Currency, Fault, Money};
use store::{deals, tasks};

use crate::harness::{T, both};
use crate::sales::{deal, lose, rub, statements, to_place, waive_all, win};

both!(
    a_column_is_ordered_by_urgency,
    counts_and_sums_are_of_all_deals_of_a_column,
    closed_deals_leave_the_board_after_thirty_days,
    filters_find_what_they_name,
    pages_follow_each_other,
);

async fn plan(t: &T, deal: DealId, title: &str, due_at: DateTime<Utc>) {
    let new = NewTask {
        kind: TaskKind::Call,
        title: title.into(),
        due_at,
        assignee: None,
        on: Subject::Deal(deal),
    };
    tasks::create(&t.db, &t.admin, new).await.unwrap();
}

async fn a_column_is_ordered_by_urgency(t: &T) {
    let now = t.clock.now();
    let later = deal(t, &t.admin, "later", None).await;
    let nothing = deal(t, &t.admin, "nothing", None).await;
    let tonight = deal(t, &t.admin, "tonight", None).await;
    let overdue = deal(t, &t.admin, "overdue", None).await;
    plan(t, later, "call", now + TimeDelta::days(2)).await;
    plan(t, tonight, "late call", now + TimeDelta::hours(3)).await;
    plan(t, tonight, "call", now + TimeDelta::hours(2)).await;
    plan(t, overdue, "call", now + TimeDelta::hours(1)).await;
    // 13:30 in Moscow: one is overdue by half an hour.
    t.pass(TimeDelta::minutes(90));

    let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
    let first = &board.columns[0];
    let titles: Vec<_> = first.cards.iter().map(|card| card.title.as_str()).collect();
    assert_eq!(titles, ["overdue", "tonight", "nothing", "later"]);
    let next = first.cards[1].next_step.as_ref().unwrap();
    assert_eq!(
        (next.title.as_str(), next.due_at, next.kind),
        ("call", now + TimeDelta::hours(2), TaskKind::Call)
    );
    assert_eq!(first.cards[2].id, nothing);
    assert_eq!(board.columns.len(), 7);
    let taken =
        statements(t, async || deals::board(&t.db, &t.admin, None, DealFilter::default()).await).await;
    assert_eq!(taken, 2);
}

async fn counts_and_sums_are_of_all_deals_of_a_column(t: &T) {
    for number in 0..52 {
        deal(t, &t.admin, &format!("deal {number}"), Some(rub(number))).await;
    }
    deal(t, &t.admin, "abroad", Some(Money::new(7, Currency::Eur))).await;
    deal(t, &t.admin, "unpriced", None).await;
    let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
    assert_eq!((board.columns[0].count, board.columns[0].cards.len()), (54, 50));
    assert_eq!(board.columns[0].sums, [Money::new(7, Currency::Eur), rub(51 * 52 / 2)]);
    let mut seen = board.columns[0].cards.iter().map(|card| card.id).collect::<Vec<_>>();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 50);
}

async fn closed_deals_leave_the_board_after_thirty_days(t: &T) {
    let (won, lost) = (deal(t, &t.admin, "won", Some(rub(5))).await, deal(t, &t.admin, "lost", None).await);
    waive_all(t, won).await;
    win(t, &t.admin, won).await.unwrap();
    lose(t, &t.admin, lost).await.unwrap();
    let counts = async || {
        let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
        board.columns.iter().map(|column| (column.count, column.cards.len())).collect::<Vec<_>>()[5..]
            .to_vec()
    };
    t.pass(TimeDelta::days(30));
    assert_eq!(counts().await, [(1, 1), (1, 1)]);
    t.pass(TimeDelta::seconds(1));
    assert_eq!(counts().await, [(0, 0), (0, 0)]);
}

async fn filters_find_what_they_name(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("Север").await)).await;
    let made = t.client(&t.admin, "Пётр Сомов", "+7 921 555-01-39", "ООО «Северная Верфь»").await;
    let mine = deal(t, &rep.actor(), "50% скидка_", None).await;
    t.pass(TimeDelta::days(1));
    let until = t.clock.now();
    let lost = deal(t, &t.admin, "Ёлка", None).await;
    to_place(t, &t.admin, lost, 1).await.unwrap();
    lose(t, &t.admin, lost).await.unwrap();

    let find = async |filter: DealFilter| {
        let page = deals::list(&t.db, &t.admin, filter.clone()).await.unwrap();
        assert_eq!(page.count as usize, page.rows.len());
        page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let text = |text: &str| DealFilter { text: text.into(), all: true, ..DealFilter::default() };
    assert_eq!(find(DealFilter::default()).await, [mine, made.deal]);
    assert_eq!(find(DealFilter { all: true, ..DealFilter::default() }).await, [lost, mine, made.deal]);
    assert_eq!(find(DealFilter { status: Some(DealStatus::Lost), ..DealFilter::default() }).await, [lost]);
    assert_eq!(find(text("северная верфь")).await, [made.deal]);
    assert_eq!(find(text("елка")).await, [lost]);
    assert_eq!(find(text("%")).await, [mine]);
    assert_eq!(find(text("_")).await, [mine]);
    assert_eq!(find(DealFilter { owner: Some(rep.id), ..DealFilter::default() }).await, [mine]);
    assert_eq!(
        find(DealFilter { until: Some(until), all: true, ..DealFilter::default() }).await,
        [mine, made.deal]
    );
    assert_eq!(find(DealFilter { from: Some(until), all: true, ..DealFilter::default() }).await, [lost]);
    let stages = crate::sales::shown(t, lost).await.pipeline.stages;
    let lost_in = DealFilter { lost_in: Some(stages[1].id), ..DealFilter::default() };
    assert_eq!(find(lost_in.clone()).await, [lost]);
    assert_eq!(find(DealFilter { reached: Some(stages[1].id), ..DealFilter::default() }).await, [lost]);
    assert_eq!(
        find(DealFilter { stage: Some(stages[0].id), ..DealFilter::default() }).await,
        [mine, made.deal]
    );

    let board =
        deals::board(&t.db, &t.admin, None, DealFilter { text: "верфь".into(), ..DealFilter::default() })
            .await;
    assert_eq!(board.unwrap().columns[0].count, 1);
    let row = deals::list(&t.db, &t.admin, text("верфь")).await.unwrap().rows.remove(0);
    assert_eq!(row.account, "ООО «Северная Верфь»");
}

async fn pages_follow_each_other(t: &T) {
    for number in 0..55 {
        let title = format!("deal {number}");
        let new = NewDeal { title, contact: None, account: None, amount: None, expected_close: None };
        deals::create(&t.db, &t.admin, new).await.unwrap();
    }
    let first = deals::list(&t.db, &t.admin, DealFilter::default()).await.unwrap();
    assert_eq!((first.rows.len(), first.count), (50, 55));
    let next = DealFilter { cursor: first.next.clone(), ..DealFilter::default() };
    let second = deals::list(&t.db, &t.admin, next).await.unwrap();
    assert_eq!((second.rows.len(), second.next, second.count), (5, None, 55));
    let numbers: Vec<_> = first.rows.iter().chain(&second.rows).map(|row| row.number).collect();
    assert_eq!(numbers, (1..=55).rev().collect::<Vec<_>>());

    let bad = DealFilter { cursor: Some("nonsense".into()), ..DealFilter::default() };
    let bad = deals::list(&t.db, &t.admin, bad).await.unwrap_err();
    assert_eq!(bad.fault_of("cursor"), Some(Fault::Unknown));
    let taken = statements(t, async || deals::list(&t.db, &t.admin, DealFilter::default()).await).await;
    assert_eq!(taken, 2);
}
