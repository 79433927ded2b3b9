//! `millrace report funnel`

use std::collections::BTreeMap;

use domain::access::Actor;
use domain::funnel::{Funnel, FunnelFilter, Step, Total};
use domain::{Currency, Lang, Money};
use serde::Serialize;
use store::Db;

use super::{Format, ReportArgs, asked, refused};

/// Amounts are of `currency` alone: the company's, or where no deal has an amount in it, the one that most is asked in. Deals are
/// counted whatever their currency.
#[derive(Serialize)]
struct Report {
    currency: &'static str,
    stages: Vec<Stage>,
    won: Sum,
    lost: Sum,
    open: Sum,
}

#[derive(Serialize)]
struct Stage {
    stage: String,
    entered: u64,
    amount: i64,
}

#[derive(Serialize)]
struct Sum {
    count: u64,
    amount: i64,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) async fn run(db: &Db, args: &ReportArgs) -> anyhow::Result<()> {
    let pipeline = asked(db, args).await?;
    let filter = FunnelFilter { from: args.from, until: args.to, pipeline, ..FunnelFilter::default() };
    let told = |problem| refused(&problem);
    let funnel = store::reports::funnel(db, &Actor::SYSTEM, filter).await.map_err(told)?;
    let settings = store::settings::company(db).await.map_err(told)?;
    let report = report(&funnel, settings.currency, settings.lang);
    let Format::Json = args.format;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn report(funnel: &Funnel, company: Currency, lang: Lang) -> Report {
    let currency = currency(funnel, company);
    let amount = |sums: &[Money]| sums.iter().find(|sum| sum.currency == currency).map_or(0, |sum| sum.minor);
    let sum = |total: &Total| Sum { count: total.count, amount: amount(&total.sums) };
    let stages = funnel.rows.iter().filter(|row| matches!(row.step, Step::Stage(_))).map(|row| Stage {
        stage: row.name.get(lang).to_owned(),
        entered: row.count,
        amount: amount(&row.sums),
    });
    Report {
        currency: currency.code(),
        stages: stages.collect(),
        won: sum(&funnel.won),
        lost: sum(&funnel.lost),
        open: sum(&funnel.open),
    }
}

fn currency(funnel: &Funnel, company: Currency) -> Currency {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for sum in [&funnel.won, &funnel.lost, &funnel.open].into_iter().flat_map(|total| &total.sums) {
        let all = sums.entry(sum.currency).or_default();
        *all = all.saturating_add(sum.minor);
    }
    if sums.contains_key(&company) {
        return company;
    }
    sums.into_iter().max_by_key(|(_, minor)| *minor).map_or(company, |(currency, _)| currency)
}

#[cfg(test)]
mod tests {
    use domain::Label;
    use domain::funnel::FunnelRow;
    use domain::id::{PipelineId, StageId};

    use super::*;

    fn funnel(won: Vec<Money>, open: Vec<Money>) -> Funnel {
        let id = uuid::Uuid::nil();
        let stage = FunnelRow {
            step: Step::Stage(StageId(id)),
            name: Label::new("Clarify", "Уточнить"),
            count: 3,
            sums: won.clone(),
            lost: 0,
            lost_sums: vec![],
            losses: vec![],
            stay: None,
            before: None,
        };
        let leads = FunnelRow { step: Step::Leads, count: 9, ..stage.clone() };
        Funnel {
            pipeline: PipelineId(id),
            rows: vec![leads, stage],
            won: Total { count: 2, sums: won },
            lost: Total::default(),
            open: Total { count: 1, sums: open },
            before: None,
            span: (None, None),
        }
    }

    #[test]
    fn the_report_is_as_it_is_documented() {
        let usd = |minor| Money::new(minor, Currency::Usd);
        let told = report(&funnel(vec![usd(500)], vec![]), Currency::Rub, Lang::Ru);
        assert_eq!(
            serde_json::to_string(&told).unwrap(),
            r#"{"currency":"USD","stages":[{"stage":"Уточнить","entered":3,"amount":500}],"#.to_owned()
                + r#""won":{"count":2,"amount":500},"lost":{"count":0,"amount":0},"open":{"count":1,"amount":0}}"#
        );
    }

    #[test]
    fn amounts_are_of_the_companys_currency_where_any_are() {
        let (rub, usd) = (Money::new(1, Currency::Rub), Money::new(900, Currency::Usd));
        assert_eq!(currency(&funnel(vec![usd], vec![rub]), Currency::Rub), Currency::Rub);
        assert_eq!(currency(&funnel(vec![usd], vec![]), Currency::Eur), Currency::Usd);
        assert_eq!(currency(&funnel(vec![], vec![]), Currency::Eur), Currency::Eur);
    }
}
