//! Dirt of every kind, and what becomes of it.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::values::{day, email, key};
use super::*;
use crate::Currency;

fn opportunity(id: &str, cells: [&str; 7]) -> OpportunityRow {
    let [agent, product, account, stage, engaged, closed, value] = cells.map(str::to_owned);
    OpportunityRow {
        opportunity_id: id.into(),
        sales_agent: agent,
        product,
        account,
        deal_stage: stage,
        engage_date: engaged,
        close_date: closed,
        close_value: value,
    }
}

fn source(opportunities: Vec<OpportunityRow>) -> Source {
    let account = |name: &str, sector: &str, parent: &str| AccountRow {
        account: name.into(),
        sector: sector.into(),
        employees: "12".into(),
        subsidiary_of: parent.into(),
        ..AccountRow::default()
    };
    let product = |name: &str, price: &str| ProductRow {
        product: name.into(),
        series: "AX".into(),
        sales_price: price.into(),
    };
    let team = |agent: &str, manager: &str| TeamRow {
        sales_agent: agent.into(),
        manager: manager.into(),
        regional_office: "North".into(),
    };
    Source {
        accounts: vec![
            account("Birch & Co", "technolgy", "Oak Holding"),
            account("Oak Holding", "retail", ""),
        ],
        products: vec![product("AX Pro", "1200"), product("AX Mini", "99.50")],
        teams: vec![team("Ann Lee", "Bob Ray"), team("Cy-Cy O'Hara", "Bob Ray")],
        opportunities,
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn usd(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::Usd))
}

fn respelled(from: &str, to: &str) -> Repair {
    Repair::Respelled { from: from.into(), to: to.into() }
}

#[test]
fn people_catalog_and_accounts_come_from_their_files() {
    let plan = source(vec![]).plan().unwrap();
    let people: Vec<_> =
        plan.people.iter().map(|p| (p.name.as_str(), p.email.as_str(), p.role, p.team)).collect();
    assert_eq!(
        people,
        [
            ("Bob Ray", "bob.ray@import.invalid", Role::HeadOfSales, Some(0)),
            ("Ann Lee", "ann.lee@import.invalid", Role::SalesRep, Some(0)),
            ("Cy-Cy O'Hara", "cy-cy.ohara@import.invalid", Role::SalesRep, Some(0)),
        ]
    );
    assert_eq!(plan.teams, [PlannedTeam { name: "North · Bob Ray".into(), head: 0 }]);
    assert_eq!(plan.categories, ["AX"]);
    assert_eq!((plan.services[1].code.as_str(), plan.services[1].price.minor), ("AX-MINI", 9950));
    assert_eq!(plan.accounts[0].facts, "Sector: technology\nEmployees: 12\nSubsidiary of: Oak Holding");
    assert_eq!(plan.repairs, BTreeMap::from([(respelled("technolgy", "technology"), 1)]));
}

#[test]
fn opportunities_become_deals_of_every_stage() {
    let plan = source(vec![
        opportunity("W", ["Ann Lee", "AXPro", "Birch & Co", "Won", "20-10-16", "01-03-17", "1150"]),
        opportunity("L", ["Ann Lee", "AX Mini", "birch and co", "Lost", "21-10-16", "02-03-17", "0"]),
        opportunity("E", ["ann lee", "AX Pro", "", "Engaging", "22-10-16", "", ""]),
        opportunity("P", ["Dee", "AX Max", "Elm", "prospecting", "", "", ""]),
    ])
    .plan()
    .unwrap();
    let told: Vec<_> = plan
        .deals
        .iter()
        .map(|d| (d.title.as_str(), d.owner, d.account, d.service, d.created.to_string(), d.closed, d.amount))
        .collect();
    let day = |text: &str| text.to_owned();
    assert_eq!(
        told,
        [
            ("AX Pro", Some(1), Some(0), Some(0), day("2016-10-20"), Some(date("2017-03-01")), usd(115_000)),
            ("AX Mini", Some(1), Some(2), Some(1), day("2016-10-21"), Some(date("2017-03-02")), usd(9950)),
            ("AX Pro", Some(1), None, Some(0), day("2016-10-22"), None, usd(120_000)),
            ("AX Max", Some(3), Some(3), None, day("2016-10-20"), None, None),
        ]
    );
    let repairs = BTreeMap::from([
        (respelled("technolgy", "technology"), 1),
        (respelled("AXPro", "AX Pro"), 1),
        (respelled("ann lee", "Ann Lee"), 1),
        (Repair::TwoDigitYears, 5),
        (Repair::WithoutAccount, 1),
        (Repair::UnknownAccount { name: "birch and co".into() }, 1),
        (Repair::UnknownAccount { name: "Elm".into() }, 1),
        (Repair::UnknownProduct { name: "AX Max".into() }, 1),
        (Repair::UnknownAgent { name: "Dee".into() }, 1),
        (Repair::ProspectingWithoutDate, 1),
        (Repair::LostAtListPrice, 1),
        (Repair::OpenAtListPrice, 2),
    ]);
    assert_eq!(plan.repairs, repairs);
    let steps = plan.deals[0].steps();
    assert_eq!(
        steps,
        [
            (None, Stage::Prospecting, date("2016-10-20")),
            (Some(Stage::Prospecting), Stage::Engaging, date("2016-10-20")),
            (Some(Stage::Engaging), Stage::Won, date("2017-03-01")),
        ]
    );
    assert_eq!([1, 2, 3].map(|at: usize| plan.deals[at].steps().len()), [3, 2, 1]);
}

#[test]
fn dates_that_contradict_are_put_in_order_and_told() {
    let plan = source(vec![
        opportunity("A", ["Ann Lee", "AX Pro", "Elm", "Won", "05-03-17", "01-03-17", "1"]),
        opportunity("B", ["Ann Lee", "AX Pro", "Elm", "Lost", "06-03-2017", "", "0"]),
        opportunity("C", ["Ann Lee", "AX Pro", "Elm", "Won", "", "2017-03-07", ""]),
        opportunity("D", ["Ann Lee", "AX Pro", "Elm", "Engaging", "", "08-03-17", ""]),
        opportunity("D", ["Ann Lee", "AX Pro", "Elm", "Engaging", "", "08-03-17", ""]),
    ])
    .plan()
    .unwrap();
    let days: Vec<_> =
        plan.deals.iter().map(|deal| (deal.created, deal.closed, deal.expected_close)).collect();
    let (first, sixth, seventh) = (date("2017-03-01"), date("2017-03-06"), date("2017-03-07"));
    assert_eq!(
        days,
        [
            (first, Some(first), None),
            (sixth, Some(sixth), None),
            (seventh, Some(seventh), None),
            (first, None, Some(date("2017-03-08"))),
        ]
    );
    for (repair, times) in [
        (Repair::ClosedBeforeEngaged, 1),
        (Repair::WithoutCloseDate, 1),
        (Repair::WithoutEngageDate, 2),
        (Repair::WonWithoutValue, 1),
        (Repair::Repeated, 1),
        (Repair::TwoDigitYears, 3),
    ] {
        assert_eq!(plan.repairs.get(&repair), Some(&times), "{repair:?}");
    }
}

#[test]
fn every_cell_that_cannot_be_understood_is_named() {
    let mut source = source(vec![
        opportunity("A", ["Ann Lee", "AX Pro", "Elm", "Won", "31-02-17", "01-03-17", "1"]),
        opportunity("A", ["Ann Lee", "AX Pro", "Elm", "Lost", "01-02-17", "01-03-17", "0"]),
        opportunity(" ", ["Ann Lee", "AX Pro", "Elm", "Won", "01-02-17", "01-03-17", "1"]),
        opportunity("B", ["Ann Lee", "AX Pro", "Elm", "Closed", "01-02-17", "01-03-17", "1"]),
        opportunity("C", ["Ann Lee", "AX Pro", "Elm", "Won", "01-02-17", "01-03-17", "much"]),
        opportunity("D", ["Ann Lee", "AX Pro", "Elm", "Won", "01-02-17", "01-03-17", "-1"]),
    ]);
    source.products.push(ProductRow {
        product: "axpro".into(),
        sales_price: "1".into(),
        ..ProductRow::default()
    });
    let bad: Vec<_> = source.plan().unwrap_err().iter().map(|b| (b.file, b.row, b.column, b.fault)).collect();
    let pipeline = File::SalesPipeline;
    assert_eq!(
        bad,
        [
            (File::Products, 4, "product", Fault::Taken),
            (pipeline, 2, "engage_date", Fault::NotADate),
            (pipeline, 3, "opportunity_id", Fault::Taken),
            (pipeline, 4, "opportunity_id", Fault::Required),
            (pipeline, 5, "deal_stage", Fault::Unknown),
            (pipeline, 6, "close_value", Fault::NotAnAmount),
            (pipeline, 7, "close_value", Fault::OutOfRange),
        ]
    );
}

#[test]
fn days_are_read_in_the_usual_spellings_only() {
    for (text, read) in [("01-03-17", true), ("1/3/17", true), ("01.03.2017", false), ("2017-03-01", false)] {
        assert_eq!(day(text), Some((date("2017-03-01"), read)), "{text}");
    }
    for text in ["", "01-13-17", "01-03", "1-3-017", "01-03-17 10:00", "+1-03-17", "017-03-01", "a-b-c"] {
        assert_eq!(day(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn no_row_is_lost_whatever_stands_in_it(
        cells in proptest::collection::vec(
            ("[A-C]{1}[0-9]", "[ -~]{0,12}", "(AX ?Pro)?", "[a-zа-я ]{0,8}", 0usize..4, 0u32..31, 0u32..31), 0..20,
        )
    ) {
        let rows: Vec<OpportunityRow> = cells
            .iter()
            .map(|(id, agent, product, account, stage, engaged, closed)| {
                let day = |day: &u32| if *day == 0 { String::new() } else { format!("{day:02}-07-17") };
                let name = Stage::ALL[*stage].name();
                opportunity(id, [agent, product, account, name, &day(engaged), &day(closed), ""])
            })
            .collect();
        let count = rows.len() as u64;
        if let Ok(plan) = source(rows).plan() {
            let repeated = plan.repairs.get(&Repair::Repeated).copied().unwrap_or_default();
            prop_assert_eq!(plan.deals.len() as u64 + repeated, count);
            for deal in &plan.deals {
                prop_assert_eq!(deal.closed.is_some(), matches!(deal.stage, Stage::Won | Stage::Lost));
                prop_assert!(deal.closed.is_none_or(|closed| closed >= deal.created));
            }
        }
    }

    #[test]
    fn names_of_one_key_have_one_address(name in "[A-Za-z]{1,6}( [A-Za-z'-]{1,6}){0,2}") {
        let upper = name.to_uppercase();
        prop_assert_eq!(key(&name), key(&upper));
        prop_assert_eq!(email(&name), email(&upper));
    }
}
