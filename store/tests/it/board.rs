//! The board and the list: order, filters, counts and the number of statements.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Role;
use domain::activity::Subject;
use domain::deal::{DealFilter, DealStatus, NewDeal};
use domain::id::DealId;
use domain::pipeline::{About, Requirement};
use domain::task::{NewTask, TaskKind};
use domain::{Currency, Fault, Label, Money};
use store::{deals, tasks};

use crate::harness::{T, both};
use crate::sales::{deal, lose, rub, statements, to_place, waive_all, win};

both!(
    a_column_is_ordered_by_urgency,
    the_next_step_follows_the_tasks,
    counts_and_sums_are_of_all_deals_of_a_column,
    everybody_reads_what_their_reach_covers,
    a_month_shows_what_closes_when,
    closed_deals_leave_the_board_after_thirty_days,
    filters_find_what_they_name,
    pages_follow_each_other,
    a_card_tells_what_was_waived_and_a_column_nothing_long,
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

async fn the_next_step_follows_the_tasks(t: &T) {
    let now = t.clock.now();
    let id = deal(t, &t.admin, "planned", None).await;
    let next = async || {
        let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
        let row = deals::list(&t.db, &t.admin, DealFilter::default()).await.unwrap().rows.remove(0);
        let step = board.columns[0].cards[0].next_step.clone();
        assert_eq!(step.as_ref().map(|step| step.due_at), row.next_step_at);
        step.map(|step| step.title)
    };
    assert_eq!(next().await, None);
    plan(t, id, "late", now + TimeDelta::hours(5)).await;
    plan(t, id, "early", now + TimeDelta::hours(2)).await;
    assert_eq!(next().await.as_deref(), Some("early"));
    let task = async |title: &str| {
        let open = tasks::open_on(&t.db, &t.admin, Subject::Deal(id)).await.unwrap();
        open.into_iter().find(|task| task.title == title).unwrap()
    };
    let early = task("early").await;
    tasks::reschedule(&t.db, &t.admin, early.id, early.version, now + TimeDelta::hours(9)).await.unwrap();
    assert_eq!(next().await.as_deref(), Some("late"));
    let late = task("late").await;
    tasks::finish(&t.db, &t.admin, late.id, late.version).await.unwrap();
    assert_eq!(next().await.as_deref(), Some("early"));
    // A deal that was converted goes on with what was planned for its lead.
    let made = t.client(&t.admin, "Пётр Сомов", "+7 921 555-01-39", "").await;
    let shown = crate::sales::shown(t, made.deal).await;
    let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
    let card = board.columns[0].cards.iter().find(|card| card.id == made.deal).unwrap();
    assert_eq!(
        card.next_step.as_ref().map(|step| (step.kind, step.due_at)),
        shown.tasks.first().map(|task| (task.kind, task.due_at))
    );
    assert_eq!(card.next_step.as_ref().unwrap().kind, TaskKind::FirstCall);
}

async fn counts_and_sums_are_of_all_deals_of_a_column(t: &T) {
    for number in 0..52 {
        deal(t, &t.admin, &format!("deal {number}"), Some(rub(number))).await;
    }
    deal(t, &t.admin, "abroad", Some(Money::new(7, Currency::Eur))).await;
    deal(t, &t.admin, "unpriced", None).await;
    let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
    let first = &board.columns[0];
    assert_eq!((first.count, first.cards.len()), (54, 15));
    assert_eq!(first.sums, [Money::new(7, Currency::Eur), rub(51 * 52 / 2)]);
    // The first stage's chance is 20 %.
    assert_eq!(first.weighted, [Money::new(1, Currency::Eur), rub(51 * 52 / 2 / 5)]);
    let more = DealFilter { more: vec![(first.stage.id, 40)], ..DealFilter::default() };
    let more = deals::board(&t.db, &t.admin, None, more).await.unwrap();
    let mut seen = more.columns[0].cards.iter().map(|card| card.id).collect::<Vec<_>>();
    assert!(first.cards.iter().map(|card| card.id).eq(seen[..15].iter().copied()));
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 40);
    let all = DealFilter { more: vec![(first.stage.id, u32::MAX)], ..DealFilter::default() };
    let all = deals::board(&t.db, &t.admin, None, all).await.unwrap();
    assert_eq!(all.columns[0].cards.len(), 54);
}

async fn everybody_reads_what_their_reach_covers(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    deal(t, &rep.actor(), "own", Some(rub(1))).await;
    deal(t, &mate.actor(), "the mate's", Some(rub(20))).await;
    let hidden = deal(t, &stranger.actor(), "the stranger's", Some(rub(300))).await;
    let shared = deal(t, &stranger.actor(), "shared", Some(rub(4000))).await;
    let closed = deal(t, &mate.actor(), "lost", Some(rub(50_000))).await;
    lose(t, &t.admin, closed).await.unwrap();
    let with = domain::share::With::User(rep.id);
    let share = domain::access::Sharing::Read;
    store::shares::share(&t.db, &t.admin, Subject::Deal(shared), with, share).await.unwrap();
    let rows = async |actor: &domain::access::Actor, filter: DealFilter| {
        let board = deals::board(&t.db, actor, None, filter).await.unwrap();
        let [first, .., last] = &board.columns[..] else { panic!("columns") };
        assert_eq!(first.count as usize, first.cards.len());
        let mut titles: Vec<_> = first.cards.iter().map(|card| card.title.clone()).collect();
        titles.sort();
        (titles, first.sums.first().map(|sum| sum.minor), last.count)
    };
    let own = DealFilter::default;
    let of = |owner| DealFilter { owner: Some(owner), ..DealFilter::default() };
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let all = names(&["own", "shared", "the mate's", "the stranger's"]);
    assert_eq!(rows(&t.admin, own()).await, (all, Some(4321), 1));
    assert_eq!(rows(&rep.actor(), own()).await, (names(&["own", "shared", "the mate's"]), Some(4021), 1));
    assert_eq!(rows(&rep.actor(), of(mate.id)).await, (names(&["the mate's"]), Some(20), 1));
    assert_eq!(rows(&rep.actor(), of(stranger.id)).await, (names(&["shared"]), Some(4000), 0));
    assert_eq!(rows(&stranger.actor(), own()).await, (names(&["shared", "the stranger's"]), Some(4300), 0));
    // What nobody owns is everybody's.
    store::users::deactivate(&t.db, &t.admin, stranger.id, stranger.version, domain::user::Handover::Unowned)
        .await
        .unwrap();
    let left = names(&["own", "shared", "the mate's", "the stranger's"]);
    assert_eq!(rows(&rep.actor(), own()).await, (left, Some(4321), 1));
    assert_eq!(crate::sales::shown(t, hidden).await.whose.owner, None);
}

async fn a_month_shows_what_closes_when(t: &T) {
    let month = domain::calendar::Month::parse("2026-11").unwrap();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let close = async |title: &str, on: &str, minor| {
        let new = NewDeal {
            title: title.into(),
            contact: None,
            account: None,
            amount: Some(rub(minor)),
            expected_close: Some(day(on)),
            pipeline: None,
        };
        deals::create(&t.db, &t.admin, new).await.unwrap()
    };
    for number in 1..=6 {
        close(&format!("deal {number}"), "2026-11-27", number).await;
    }
    // The week of the month's first day begins in October.
    close("before", "2026-10-26", 10).await;
    close("too early", "2026-10-25", 20).await;
    let gone = close("lost", "2026-11-27", 40).await;
    lose(t, &t.admin, gone).await.unwrap();
    deal(t, &t.admin, "some day", None).await;
    let show = async |filter| deals::calendar(&t.db, &t.admin, month, filter).await.unwrap();
    let calendar = show(DealFilter::default()).await;
    assert_eq!(calendar.undated, 1);
    let days: Vec<_> = calendar.days.iter().map(|day| (day.day, day.count, day.sums.clone())).collect();
    assert_eq!(days, [(day("2026-10-26"), 1, vec![rub(10)]), (day("2026-11-27"), 6, vec![rub(21)])]);
    assert_eq!(calendar.days[1].deals.len(), 4);
    assert_eq!(show(DealFilter { all: true, ..DealFilter::default() }).await.days[1].count, 7);
    let taken = statements(t, async || show(DealFilter::default()).await).await;
    assert_eq!(taken, 3);
    let on = Some(day("2026-11-27"));
    let listed = DealFilter { close_from: on, close_until: on, ..DealFilter::default() };
    assert_eq!(deals::list(&t.db, &t.admin, listed).await.unwrap().count, 6);
    let undated = DealFilter { undated: true, ..DealFilter::default() };
    assert_eq!(deals::list(&t.db, &t.admin, undated).await.unwrap().count, 1);
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
    // By the days of Greenwich, where it was nine in the morning.
    t.pass(TimeDelta::days(30) + TimeDelta::hours(14));
    assert_eq!(counts().await, [(1, 1), (1, 1)]);
    t.pass(TimeDelta::hours(1));
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
        let new = NewDeal {
            title,
            contact: None,
            account: None,
            amount: None,
            expected_close: None,
            pipeline: None,
        };
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

async fn a_card_tells_what_was_waived_and_a_column_nothing_long(t: &T) {
    crate::process::change(t, |draft| {
        let about = &mut draft.stages[0].about;
        about.script = Label::new("Good day! ".repeat(40), "");
        about.hue = Some(120);
        about.leave = vec![Requirement::OfferSent];
    })
    .await
    .unwrap();
    let plain = deal(t, &t.admin, "plain", None).await;
    let pushed = deal(t, &t.admin, "pushed", None).await;
    waive_all(t, pushed).await;
    let board = deals::board(&t.db, &t.admin, None, DealFilter::default()).await.unwrap();
    let first = &board.columns[0];
    let waivers = |id| first.cards.iter().find(|card| card.id == id).map(|card| card.waivers);
    assert_eq!((waivers(plain), waivers(pushed)), (Some(0), Some(3)));
    assert_eq!(first.stage.about, About { hue: Some(120), ..About::default() });
}
