//! The funnel as the rows of a file, in the reader's language.

use std::collections::BTreeSet;

use domain::funnel::{Funnel, Step};
use domain::{Currency, Lang, Money};

/// A header and a row for each step, each followed by a row for every reason that deals were lost for there. Sums stand in one column
/// a currency, as decimals; shares in percent, stays in minutes.
pub fn rows(lang: Lang, funnel: &Funnel) -> Vec<Vec<String>> {
    let all = funnel.rows.iter().flat_map(|row| row.sums.iter().chain(&row.lost_sums));
    let currencies: Vec<Currency> =
        all.map(|sum| sum.currency).collect::<BTreeSet<_>>().into_iter().collect();
    let mut rows = vec![header(lang, &currencies)];
    for (index, row) in funnel.rows.iter().enumerate() {
        let name = match row.step {
            Step::Leads => tr!(lang, analytics.leads),
            Step::Contacts => tr!(lang, analytics.contacts),
            Step::Stage(_) => row.name.get(lang).to_owned(),
            Step::Won => tr!(lang, analytics.won),
        };
        let share = funnel.conversion(index).map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
        let before = row.before.as_ref();
        let mut cells = vec![name.clone(), String::new(), row.count.to_string(), share.unwrap_or_default()];
        cells.extend(sums(&currencies, &row.sums));
        cells.push(row.lost.to_string());
        cells.extend(sums(&currencies, &row.lost_sums));
        cells.push(row.stay.map(|seconds| (seconds / 60).to_string()).unwrap_or_default());
        cells.push(before.map(|before| before.count.to_string()).unwrap_or_default());
        cells.push(before.map(|before| before.lost.to_string()).unwrap_or_default());
        rows.push(cells);
        for loss in &row.losses {
            let reason = match loss.reason {
                Some(_) => loss.name.get(lang).to_owned(),
                None => tr!(lang, analytics.no_reason),
            };
            let mut cells = vec![name.clone(), reason, String::new(), String::new()];
            cells.extend(sums(&currencies, &[]));
            cells.push(loss.total.count.to_string());
            cells.extend(sums(&currencies, &loss.total.sums));
            cells.extend([String::new(), String::new(), String::new()]);
            rows.push(cells);
        }
    }
    rows
}

fn header(lang: Lang, currencies: &[Currency]) -> Vec<String> {
    let in_each =
        |name: String| currencies.iter().map(move |currency| format!("{name}, {}", currency.code()));
    let mut cells = vec![
        tr!(lang, analytics.stage),
        tr!(lang, analytics.reason),
        tr!(lang, analytics.reached),
        tr!(lang, analytics.file_share),
    ];
    cells.extend(in_each(tr!(lang, analytics.sum)));
    cells.push(tr!(lang, analytics.lost));
    cells.extend(in_each(tr!(lang, analytics.lost_sum)));
    cells.extend([
        tr!(lang, analytics.file_stay),
        tr!(lang, analytics.file_before),
        tr!(lang, analytics.file_lost_before),
    ]);
    cells
}

fn sums(currencies: &[Currency], sums: &[Money]) -> Vec<String> {
    let of = |currency: &Currency| sums.iter().find(|sum| sum.currency == *currency);
    currencies.iter().map(|currency| of(currency).map(|sum| sum.plain()).unwrap_or_default()).collect()
}
