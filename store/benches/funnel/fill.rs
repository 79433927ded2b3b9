//! A company of two years, made up inside the database: deals opened evenly, each of which goes to and fro between the stages and is
//! then won, lost or left where it is. Stage changes are written in the order in which they happened.

use chrono::NaiveDate;
use domain::funnel::day_number;
use domain::loss::LossReason;
use domain::pipeline::Pipeline;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use super::Wish;

/// How long the company has been selling.
pub const DAYS: i64 = 730;

/// Its first day.
pub fn begin() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 1, 1).unwrap_or_default()
}

pub struct Company<'a> {
    pub raw: &'a DatabaseConnection,
    pub pipeline: &'a Pipeline,
    pub reasons: &'a [LossReason],
}

/// What a deal of number `i` is like: when it was opened, how far it goes, what becomes of it, how long a stage takes it.
const LIKE: &str = "SELECT i, {begin} + i * {span} / {deals} AS opened, 1 + (i / 7) % 4 AS far, (i * 7919) % 100 AS fate, \
     (1 + (i / 13) % 20) * 21600 AS pace FROM n";

/// The place that it is in after `{k}` changes: two forward, one back, and to and fro at the end of its way.
const PLACE: &str = "CASE WHEN {k} - 2 * ({k} / 3) > far THEN far - ({k} - 2 * ({k} / 3) - far) % 2 ELSE {k} - 2 * ({k} / 3) END";

impl Company<'_> {
    pub fn is_postgres(&self) -> bool {
        self.raw.get_database_backend() == DbBackend::Postgres
    }

    pub async fn run(&self, text: String) -> anyhow::Result<()> {
        self.raw.execute_unprepared(&text).await?;
        Ok(())
    }

    /// An id that two numbers make.
    fn id(&self, high: &str, low: &str) -> String {
        if self.is_postgres() {
            let hex = |number: &str| format!("lpad(to_hex(CAST({number} AS bigint)), 16, '0')");
            format!("CAST({} || {} AS uuid)", hex(high), hex(low))
        } else {
            format!("unhex(printf('%016x%016x', {high}, {low}))")
        }
    }

    /// That id, written out.
    pub fn known(&self, id: Uuid) -> String {
        if self.is_postgres() { format!("CAST('{id}' AS uuid)") } else { format!("x'{}'", id.simple()) }
    }

    fn time(&self, seconds: &str) -> String {
        if self.is_postgres() {
            format!("to_timestamp({seconds})")
        } else {
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {seconds}, 'unixepoch')")
        }
    }

    /// The stage in a place; the won one is behind the open ones, and behind it the lost one.
    fn stage(&self, place: &str) -> String {
        let cases = self.pipeline.stages.iter().enumerate();
        let cases: Vec<String> =
            cases.map(|(at, stage)| format!("WHEN {at} THEN {}", self.known(stage.id.0))).collect();
        format!("CASE {place} {} END", cases.join(" "))
    }

    /// The definitions that both tables are made of.
    fn like(&self, wish: &Wish) -> String {
        let like = LIKE
            .replace("{begin}", &(i64::from(day_number(begin())) * 86_400).to_string())
            .replace("{span}", &(DAYS * 86_400 - 1).to_string())
            .replace("{deals}", &wish.deals.to_string());
        format!(
            "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < {}), \
             changes(k) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT k + 1 FROM changes WHERE k < {}), likes AS ({like}) ",
            wish.deals,
            wish.changes - 1,
        )
    }

    pub async fn fill(&self, wish: &Wish) -> anyhow::Result<()> {
        let last = wish.changes - 1;
        let (won, lost) = (self.pipeline.stages.len() - 2, self.pipeline.stages.len() - 1);
        let place = |k: &str| PLACE.replace("{k}", k);
        let at = |k: &str| {
            format!(
                "CASE WHEN {k} = {last} AND fate < 30 THEN {won} WHEN {k} = {last} AND fate < 75 THEN {lost} ELSE {} END",
                place(k)
            )
        };
        let reasons: Vec<String> = self
            .reasons
            .iter()
            .enumerate()
            .map(|(at, reason)| format!("WHEN {at} THEN {}", self.known(reason.id.0)))
            .collect();
        let ended = format!("opened + {last} * pace");
        let deals = format!(
            "INSERT INTO deals (id, number, title, folded, pipeline_id, stage_id, status, stage_entered_at, amount_minor, currency, \
             loss_reason_id, loss_note, lost_from_stage_id, closed_at, channel, campaign, keyword, source, opened_day, furthest_id, \
             created_at, version) \
             SELECT {}, i, 'Deal ' || i, 'deal ' || i, {}, {}, \
             CASE WHEN fate < 30 THEN 'won' WHEN fate < 75 THEN 'lost' ELSE 'open' END, {}, 10000 + (i * 7907) % 1000000, 'RUB', \
             CASE WHEN fate BETWEEN 30 AND 74 THEN CASE (i / 11) % {} {} END END, '', CASE WHEN fate BETWEEN 30 AND 74 THEN {} END, \
             CASE WHEN fate < 75 THEN {} END, '', '', '', '{{}}', opened / 86400, NULL, {}, 1 FROM likes ORDER BY i",
            self.id("opened", "i"),
            self.known(self.pipeline.id.0),
            self.stage(&format!("({})", at(&last.to_string()))),
            self.time(&ended),
            reasons.len(),
            reasons.join(" "),
            self.stage(&format!("({})", place(&(last - 1).to_string()))),
            self.time(&ended),
            self.time("opened"),
        );
        let changes = format!(
            "INSERT INTO stage_changes (id, deal_id, from_stage_id, to_stage_id, at, by_id, reason, pipeline_id, process_version) \
             SELECT {}, {}, CASE WHEN k > 0 THEN {} END, {}, {}, NULL, '', {}, 1 \
             FROM likes CROSS JOIN changes ORDER BY opened + k * pace, i",
            self.id("(opened + k * pace)", "(i * 64 + k)"),
            self.id("opened", "i"),
            self.stage(&format!("({})", place("(k - 1)"))),
            self.stage(&format!("({})", at("k"))),
            self.time("(opened + k * pace)"),
            self.known(self.pipeline.id.0),
        );
        let like = self.like(wish);
        for (table, insert) in [("deals", deals), ("stage_changes", changes)] {
            // Indexes are quicker made at once than kept.
            let indexes = self.indexes(table).await?;
            for (name, _) in &indexes {
                self.run(format!("DROP INDEX \"{name}\"")).await?;
            }
            let (into, select) = insert.split_once("SELECT").unwrap_or((&insert, ""));
            self.run(format!("{into}{like}SELECT{select}")).await?;
            for (_, make) in indexes {
                self.run(make).await?;
            }
        }
        Ok(())
    }

    /// Names and definitions of the table's indexes, those aside that belong to its constraints.
    async fn indexes(&self, table: &str) -> anyhow::Result<Vec<(String, String)>> {
        let text = if self.is_postgres() {
            format!(
                "SELECT indexname::text AS name, indexdef AS make FROM pg_indexes WHERE tablename = '{table}' \
                 AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            )
        } else {
            format!(
                "SELECT name, sql AS make FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"
            )
        };
        let statement = Statement::from_string(self.raw.get_database_backend(), text);
        let rows = self.raw.query_all_raw(statement).await?;
        rows.iter().map(|row| Ok((row.try_get("", "name")?, row.try_get("", "make")?))).collect()
    }
}
