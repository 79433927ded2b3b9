//! The baseline: the same figures by grouping deals and their raw stage changes.

use std::collections::BTreeMap;

use domain::Money;
use domain::funnel::{Funnel, FunnelFilter, Step, day_number, median};
use domain::pipeline::StageKind;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use uuid::Uuid;

use super::fill::Company;

/// Deals and their amount.
type Sum = (u64, i64);

/// What is compared: of each open stage how many reached it, how many were lost there, the median stay; then won, lost, open.
pub type Figures = (Vec<(Sum, Sum, Option<i64>)>, [Sum; 3]);

/// The figures of a report, which are all in one currency.
pub fn figures(funnel: &Funnel) -> Figures {
    let sum = |count: u64, sums: &[Money]| (count, sums.first().map_or(0, |sum| sum.minor));
    let stages = funnel.rows.iter().filter(|row| matches!(row.step, Step::Stage(_)));
    let stages = stages.map(|row| (sum(row.count, &row.sums), sum(row.lost, &row.lost_sums), row.stay));
    (stages.collect(), [&funnel.won, &funnel.lost, &funnel.open].map(|total| sum(total.count, &total.sums)))
}

/// Deals that have the same story.
struct Group {
    far: i64,
    status: String,
    lost_from: Option<Uuid>,
    sum: Sum,
}

pub async fn read(made: &Company<'_>, filter: &FunnelFilter) -> anyhow::Result<Figures> {
    let groups = groups(made, filter).await?;
    let stays = stays(made, filter).await?;
    let total = |of: &dyn Fn(&Group) -> bool| {
        groups
            .iter()
            .filter(|group| of(group))
            .fold((0, 0), |sum: Sum, group| (sum.0 + group.sum.0, sum.1 + group.sum.1))
    };
    let open = made.pipeline.stages.iter().zip(0_i64..).filter(|(stage, _)| stage.kind == StageKind::Open);
    let stages = open.map(|(stage, place)| {
        let lost = |group: &Group| group.status == "lost" && group.lost_from == Some(stage.id.0);
        (total(&|group| group.far >= place), total(&lost), stays.get(&stage.id.0).and_then(median))
    });
    let ends = ["won", "lost", "open"].map(|status| total(&|group| group.status == status));
    Ok((stages.collect(), ends))
}

fn cohort(made: &Company<'_>, filter: &FunnelFilter) -> String {
    let mut text = format!("d.pipeline_id = {}", made.known(made.pipeline.id.0));
    if let Some(from) = filter.from {
        text.push_str(&format!(" AND d.opened_day >= {}", day_number(from)));
    }
    if let Some(until) = filter.until {
        text.push_str(&format!(" AND d.opened_day <= {}", day_number(until)));
    }
    text
}

async fn rows(made: &Company<'_>, text: String) -> anyhow::Result<Vec<QueryResult>> {
    let statement = Statement::from_string(made.raw.get_database_backend(), text);
    Ok(made.raw.query_all_raw(statement).await?)
}

async fn groups(made: &Company<'_>, filter: &FunnelFilter) -> anyhow::Result<Vec<Group>> {
    let reached = made.pipeline.stages.iter().enumerate().filter(|(_, stage)| stage.kind != StageKind::Lost);
    let places: Vec<String> =
        reached.map(|(place, stage)| format!("WHEN {} THEN {place}", made.known(stage.id.0))).collect();
    let text = format!(
        "SELECT CAST(far AS bigint) AS far, status, lost_from_stage_id, count(*) AS deals, \
         CAST(sum(amount_minor) AS bigint) AS amount FROM (\
           SELECT d.status, d.lost_from_stage_id, d.amount_minor, max(CASE c.to_stage_id {} ELSE -1 END) AS far \
           FROM deals d JOIN stage_changes c ON c.deal_id = d.id WHERE {} \
           GROUP BY d.id, d.status, d.lost_from_stage_id, d.amount_minor) r \
         GROUP BY far, status, lost_from_stage_id",
        places.join(" "),
        cohort(made, filter),
    );
    let group = |row: &QueryResult| -> anyhow::Result<Group> {
        let deals: i64 = row.try_get("", "deals")?;
        Ok(Group {
            far: row.try_get("", "far")?,
            status: row.try_get("", "status")?,
            lost_from: row.try_get("", "lost_from_stage_id")?,
            sum: (deals.unsigned_abs(), row.try_get("", "amount")?),
        })
    };
    rows(made, text).await?.iter().map(group).collect()
}

async fn stays(
    made: &Company<'_>,
    filter: &FunnelFilter,
) -> anyhow::Result<BTreeMap<Uuid, BTreeMap<i64, u64>>> {
    let at = if made.is_postgres() {
        "CAST(floor(extract(epoch FROM c.at)) AS bigint)"
    } else {
        "unixepoch(substr(c.at, 1, 19))"
    };
    let text = format!(
        "SELECT stage, step, count(*) AS stays FROM (\
           SELECT stage, CAST(CASE WHEN stayed < 3600 THEN stayed / 300 WHEN stayed < 86400 THEN 11 + stayed / 3600 \
             ELSE 34 + stayed / 86400 END AS bigint) AS step FROM (\
             SELECT c.from_stage_id AS stage, {at} - LAG({at}) OVER (PARTITION BY c.deal_id ORDER BY c.at, c.id) AS stayed \
             FROM deals d JOIN stage_changes c ON c.deal_id = d.id WHERE {}) s \
           WHERE stage IS NOT NULL) t GROUP BY stage, step",
        cohort(made, filter),
    );
    let mut all: BTreeMap<Uuid, BTreeMap<i64, u64>> = BTreeMap::new();
    for row in rows(made, text).await? {
        let stays: i64 = row.try_get("", "stays")?;
        let stage = all.entry(row.try_get("", "stage")?).or_default();
        stage.insert(row.try_get("", "step")?, stays.unsigned_abs());
    }
    Ok(all)
}
