//! The funnel counted beforehand against the records: after whatever happened to deals, both tell the same.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Role};
use domain::deal::{DealStatus, MoveDeal};
use domain::funnel::{Funnel, FunnelFilter, Step, Total, day_number, median, stay_step};
use domain::id::{DealId, StageId};
use domain::pipeline::{Pipeline, StageKind};
use domain::{Currency, Money};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};
use store::{deals, reports, rollups, settings};
use uuid::Uuid;

use crate::funnel::price;
use crate::harness::{T, both};
use crate::process::{change, services};
use crate::sales::{deal, lose, rows, rub, shown, to_place, waive_all, win};

both!(
    whatever_happens_they_are_what_a_recount_finds,
    a_pipeline_of_another_order_is_counted_by_it,
    deals_of_a_retired_stage_are_counted_where_they_went,
    they_grow_with_days_and_not_with_deals,
    a_move_costs_two_statements_more,
);

/// Repeatable chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

async fn read(t: &T, text: &str) -> Vec<QueryResult> {
    let db: DatabaseConnection = Database::connect(&t.url).await.unwrap();
    let statement = Statement::from_string(db.get_database_backend(), text.to_owned());
    db.query_all_raw(statement).await.unwrap()
}

fn get<V: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> V {
    row.try_get("", column).unwrap()
}

/// Everything that is kept, without what adds up to nothing, and how far each deal got.
async fn kept(t: &T) -> Vec<String> {
    let mut all = Vec::new();
    let place = |row: &QueryResult| {
        let pipeline: Uuid = get(row, "pipeline_id");
        format!("{pipeline} {} {}", get::<i32>(row, "days"), get::<i32>(row, "begins"))
    };
    let sum = |row: &QueryResult| format!("{} {}", get::<i64>(row, "deals"), get::<i64>(row, "amount"));
    for row in read(t, "SELECT * FROM funnel_reached WHERE deals <> 0 OR amount <> 0").await {
        let (stage, status): (Uuid, String) = (get(&row, "furthest_id"), get(&row, "status"));
        let currency: String = get(&row, "currency");
        all.push(format!("reached {} {stage} {status} {currency} {}", place(&row), sum(&row)));
    }
    for row in read(t, "SELECT * FROM funnel_lost WHERE deals <> 0 OR amount <> 0").await {
        let (stage, reason): (Uuid, Uuid) = (get(&row, "stage_id"), get(&row, "reason_id"));
        let currency: String = get(&row, "currency");
        all.push(format!("lost {} {stage} {reason} {currency} {}", place(&row), sum(&row)));
    }
    for row in read(t, "SELECT * FROM funnel_stays WHERE stays <> 0").await {
        let (stage, step): (Uuid, i32) = (get(&row, "stage_id"), get(&row, "step"));
        all.push(format!("stays {} {stage} {step} {}", place(&row), get::<i64>(&row, "stays")));
    }
    for row in read(t, "SELECT id, furthest_id FROM deals").await {
        all.push(format!(
            "{} got to {:?}",
            get::<Uuid>(&row, "id"),
            get::<Option<Uuid>>(&row, "furthest_id")
        ));
    }
    all.sort();
    all
}

/// What is kept is what counting anew finds.
async fn check(t: &T) {
    let before = kept(t).await;
    rollups::recount(&t.db, &t.admin).await.unwrap();
    let after = kept(t).await;
    for (line, other) in before.iter().zip(&after) {
        assert_eq!(line, other, "kept, and counted anew");
    }
    assert_eq!(before.len(), after.len());
}

/// A deal as its rows tell of it.
struct Raw {
    day: i32,
    status: DealStatus,
    lost_from: Option<Uuid>,
    amount: Option<Money>,
    /// Where it went, and when.
    moves: Vec<(Option<Uuid>, Uuid, DateTime<Utc>)>,
}

async fn raw(t: &T) -> Vec<Raw> {
    let mut deals = BTreeMap::new();
    for row in read(t, "SELECT * FROM deals").await {
        let amount: Option<i64> = get(&row, "amount_minor");
        let currency: Option<String> = get(&row, "currency");
        let raw = Raw {
            day: get(&row, "opened_day"),
            status: DealStatus::from_code(&get::<String>(&row, "status")).unwrap(),
            lost_from: get(&row, "lost_from_stage_id"),
            amount: amount.map(|minor| Money::new(minor, Currency::from_code(&currency.unwrap()).unwrap())),
            moves: Vec::new(),
        };
        deals.insert(get::<Uuid>(&row, "id"), raw);
    }
    for row in read(t, "SELECT * FROM stage_changes ORDER BY at, id").await {
        let step = (get(&row, "from_stage_id"), get(&row, "to_stage_id"), get(&row, "at"));
        deals.get_mut(&get::<Uuid>(&row, "deal_id")).unwrap().moves.push(step);
    }
    deals.into_values().collect()
}

fn total<'a>(deals: impl Iterator<Item = &'a Raw>) -> Total {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    let mut count = 0;
    for deal in deals {
        count += 1;
        if let Some(amount) = deal.amount {
            *sums.entry(amount.currency).or_default() += amount.minor;
        }
    }
    Total { count, sums: sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect() }
}

/// The figures of a funnel without names: of each stage how many reached it, were lost, and how long they stayed; then won, lost, open.
type Figures = (Vec<(Total, Total, Option<i64>)>, [Total; 3]);

/// The funnel by its definition, from every move of every deal.
async fn by_definition(t: &T, pipeline: &Pipeline, days: std::ops::RangeInclusive<i32>) -> Figures {
    let all = raw(t).await;
    let cohort = || all.iter().filter(|deal| days.contains(&deal.day));
    let ranks: HashMap<Uuid, usize> = (0..)
        .zip(&pipeline.stages)
        .filter(|(_, stage)| stage.kind != StageKind::Lost)
        .map(|(rank, stage)| (stage.id.0, rank))
        .collect();
    let far = |deal: &Raw| deal.moves.iter().filter_map(|(_, to, _)| ranks.get(to)).max().copied();
    let stages = pipeline.open_stages().map(|stage| {
        let mut stays: BTreeMap<i64, u64> = BTreeMap::new();
        for deal in cohort() {
            for pair in deal.moves.windows(2) {
                if pair[1].0 == Some(stage.id.0) {
                    let seconds = pair[1].2.timestamp() - pair[0].2.timestamp();
                    *stays.entry(stay_step(seconds)).or_default() += 1;
                }
            }
        }
        let reached = cohort().filter(|deal| far(deal).is_some_and(|far| far >= ranks[&stage.id.0]));
        let lost = cohort().filter(|deal| deal.lost_from == Some(stage.id.0));
        (total(reached), total(lost), median(&stays))
    });
    let ends = [DealStatus::Won, DealStatus::Lost, DealStatus::Open]
        .map(|status| total(cohort().filter(|deal| deal.status == status)));
    (stages.collect(), ends)
}

fn figures(funnel: &Funnel) -> Figures {
    let stages = funnel.rows.iter().filter(|row| matches!(row.step, Step::Stage(_))).map(|row| {
        let reached = Total { count: row.count, sums: row.sums.clone() };
        (reached, Total { count: row.lost, sums: row.lost_sums.clone() }, row.stay)
    });
    (stages.collect(), [funnel.won.clone(), funnel.lost.clone(), funnel.open.clone()])
}

/// Things that happen to deals, as chance has them; time goes by. The deals are those of `owners`.
async fn live(t: &T, chance: &mut Chance, owners: &[Actor], happenings: u64) {
    let reasons = settings::loss_reasons(&t.db, &t.admin).await.unwrap();
    let mut ids: Vec<DealId> = Vec::new();
    for number in 0..happenings {
        let owner = &owners[chance.below(owners.len() as u64) as usize];
        if ids.is_empty() || chance.below(4) == 0 {
            let amount = match chance.below(3) {
                0 => None,
                1 => Some(rub(100 + chance.below(900) as i64)),
                _ => Some(Money::new(chance.below(50) as i64, Currency::Usd)),
            };
            ids.push(deal(t, owner, &format!("deal {number}"), amount).await);
        }
        let id = ids[chance.below(ids.len() as u64) as usize];
        // What a rule forbids changes nothing, which is as good.
        match chance.below(8) {
            0 => {
                let now = shown(t, id).await;
                let to = now.pipeline.of_kind(StageKind::Lost).unwrap().id;
                let reason = reasons[chance.below(reasons.len() as u64) as usize].id;
                let note = "said so".to_owned();
                let step = MoveDeal { id, version: now.version, to, loss_reason: Some(reason), note };
                let _ = deals::advance(&t.db, &t.admin, step).await;
            }
            1 => {
                waive_all(t, id).await;
                let _ = win(t, &t.admin, id).await;
            }
            2 => price(t, id, chance.below(1000) as i64).await,
            3 => {
                let to = owners[chance.below(owners.len() as u64) as usize].user.unwrap();
                let version = shown(t, id).await.version;
                deals::assign(&t.db, &t.admin, id, version, to).await.unwrap();
            }
            _ => {
                let _ = to_place(t, &t.admin, id, chance.below(5) as usize).await;
            }
        }
        t.pass(TimeDelta::minutes(chance.below(3000) as i64));
    }
}

async fn whatever_happens_they_are_what_a_recount_finds(t: &T) {
    let team = t.team("Север").await;
    let mut owners = Vec::new();
    for name in ["Alla", "Boris", "Clara"] {
        owners.push(t.user(name, Role::SalesRep, Some(team)).await.actor());
    }
    live(t, &mut Chance(7), &owners, 90).await;
    let pipeline = services(t).await;
    let first = crate::harness::start().date_naive();
    let days = |from: u64, until: u64| {
        let day = |number: u64| Some(first + chrono::Days::new(number));
        FunnelFilter { from: day(from), until: day(until), ..FunnelFilter::default() }
    };
    let number = |day: Option<NaiveDate>, open: i32| day.map_or(open, day_number);
    for filter in
        [FunnelFilter::default(), days(0, 0), days(3, 40), days(20, 60), days(10, 12), days(70, 500)]
    {
        let wanted = number(filter.from, 0)..=number(filter.until, i32::MAX);
        let wanted = by_definition(t, &pipeline, wanted).await;
        let read = reports::funnel(&t.db, &t.admin, filter.clone()).await.unwrap();
        assert_eq!(figures(&read), wanted, "{filter:?}");
        // Who sees a team's deals, which all of them are, has them counted from the deals.
        let counted = reports::funnel(&t.db, &owners[0], filter.clone()).await.unwrap();
        assert_eq!(counted, read, "{filter:?}");
        // And all owners' funnels are the whole one.
        let mut reached = vec![0; wanted.0.len()];
        for owner in &owners {
            let filter = FunnelFilter { owner: owner.user, ..filter.clone() };
            let part = figures(&reports::funnel(&t.db, &t.admin, filter).await.unwrap());
            reached.iter_mut().zip(&part.0).for_each(|(all, (reached, ..))| *all += reached.count);
        }
        let all: Vec<u64> = wanted.0.iter().map(|(reached, ..)| reached.count).collect();
        assert_eq!(reached, all, "{filter:?}");
    }
    check(t).await;
}

/// Both say the same, and it is the definition.
async fn check_all(t: &T) -> Funnel {
    let funnel = reports::funnel(&t.db, &t.admin, FunnelFilter::default()).await.unwrap();
    assert_eq!(figures(&funnel), by_definition(t, &services(t).await, 0..=i32::MAX).await);
    check(t).await;
    funnel
}

fn counts(funnel: &Funnel) -> Vec<u64> {
    figures(funnel).0.iter().map(|(reached, ..)| reached.count).collect()
}

async fn a_pipeline_of_another_order_is_counted_by_it(t: &T) {
    let [one, other, third] = ["one", "other", "third"];
    let one = deal(t, &t.admin, one, Some(rub(10))).await;
    to_place(t, &t.admin, one, 2).await.unwrap();
    let other = deal(t, &t.admin, other, Some(rub(20))).await;
    to_place(t, &t.admin, other, 1).await.unwrap();
    to_place(t, &t.admin, other, 2).await.unwrap();
    deal(t, &t.admin, third, Some(rub(30))).await;
    assert_eq!(counts(&check_all(t).await), [3, 2, 2, 0, 0]);
    // The second and the third stage change places: only one deal was in what is now the third.
    change(t, |draft| draft.stages.swap(1, 2)).await.unwrap();
    assert_eq!(counts(&check_all(t).await), [3, 2, 1, 0, 0]);
    // A name is no place.
    change(t, |draft| draft.stages[1].name.en = "Renamed".into()).await.unwrap();
    assert_eq!(counts(&check_all(t).await), [3, 2, 1, 0, 0]);
}

async fn deals_of_a_retired_stage_are_counted_where_they_went(t: &T) {
    let mut ids = Vec::new();
    for title in ["stands there", "was there", "came back", "never there"] {
        ids.push(deal(t, &t.admin, title, Some(rub(10))).await);
    }
    t.pass(TimeDelta::hours(30));
    for (id, way) in ids.iter().zip([&[1][..], &[1, 0], &[2, 1], &[]]) {
        for place in way {
            to_place(t, &t.admin, *id, *place).await.unwrap();
            t.pass(TimeDelta::hours(7));
        }
    }
    lose(t, &t.admin, ids[1]).await.unwrap();
    assert_eq!(counts(&check_all(t).await), [4, 3, 1, 0, 0]);
    let stages = services(t).await.stages;
    let (gone, target): (StageId, StageId) = (stages[1].id, stages[3].id);
    let retire = |draft: &mut domain::pipeline::SavePipeline| {
        draft.stages.retain(|stage| stage.id != gone);
        draft.moves = vec![(gone, target)];
    };
    change(t, retire).await.unwrap();
    // Two stand further on than they ever got; of the other one the retired stage is forgotten.
    assert_eq!(counts(&check_all(t).await), [4, 2, 2, 0]);
    assert!(rows(t, "funnel_stays WHERE stays > 0").await > 0);
}

async fn they_grow_with_days_and_not_with_deals(t: &T) {
    let one = async || {
        let id = deal(t, &t.admin, "like any other", Some(rub(10))).await;
        to_place(t, &t.admin, id, 1).await.unwrap();
        lose(t, &t.admin, id).await.unwrap();
    };
    let all = async || {
        let (reached, lost) = (rows(t, "funnel_reached").await, rows(t, "funnel_lost").await);
        reached + lost + rows(t, "funnel_stays").await
    };
    one().await;
    let few = all().await;
    for _ in 0..20 {
        one().await;
    }
    assert_eq!(all().await, few);
    t.pass(TimeDelta::days(1));
    one().await;
    assert!(all().await > few);
    check(t).await;
}

async fn a_move_costs_two_statements_more(t: &T) {
    let id = deal(t, &t.admin, "on its way", Some(rub(10))).await;
    let cost = async |place| {
        // The cached reference data is fresh, however slow the machine.
        settings::company(&t.db).await.unwrap();
        let before = t.db.statements();
        to_place(t, &t.admin, id, place).await.unwrap();
        t.db.statements() - before
    };
    cost(1).await;
    t.db.rest_rollups(true);
    let without = cost(2).await;
    t.db.rest_rollups(false);
    assert_eq!(cost(3).await, without + 2);
    // Going back changes no figure but the stay.
    assert_eq!(cost(1).await, without + 1);
}
