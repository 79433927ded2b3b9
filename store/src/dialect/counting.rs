//! Triggers that note how each change of a deal changes its stage's counters. Only the database sees them all: deals are written one
//! by one, set-wise and by imports.

use sea_orm::DbBackend;

/// What of a deal is counted; changes of anything else note nothing.
const COUNTED: &str = "stage_id, closed_at, owner_id, team_id, amount_minor, currency, probability";

/// Statements that make the triggers and note the deals that are there already.
pub(crate) fn note_deals(backend: DbBackend) -> Vec<String> {
    let all = format!("{} FROM deals", noted("deals", 1, backend));
    let [old, new] = [noted("OLD", -1, backend), noted("NEW", 1, backend)];
    if backend == DbBackend::Postgres {
        return vec![
            all,
            format!(
                "CREATE OR REPLACE FUNCTION deals_noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                   IF TG_OP <> 'INSERT' THEN {old}; END IF; \
                   IF TG_OP <> 'DELETE' THEN {new}; END IF; \
                   RETURN NULL; END $$"
            ),
            format!(
                "CREATE TRIGGER deals_noted AFTER INSERT OR DELETE OR UPDATE OF {COUNTED} ON deals \
                 FOR EACH ROW EXECUTE FUNCTION deals_noted()"
            ),
        ];
    }
    vec![
        all,
        format!("CREATE TRIGGER deals_noted_new AFTER INSERT ON deals BEGIN {new}; END"),
        format!("CREATE TRIGGER deals_noted_gone AFTER DELETE ON deals BEGIN {old}; END"),
        format!("CREATE TRIGGER deals_noted AFTER UPDATE OF {COUNTED} ON deals BEGIN {old}; {new}; END"),
    ]
}

/// Notes `row` as so many deals; open ones have the day '', nobody's the nil owner.
fn noted(row: &str, deals: i32, backend: DbBackend) -> String {
    let (nil, day) = match backend {
        DbBackend::Postgres => (
            "'00000000-0000-0000-0000-000000000000'::uuid",
            format!("to_char({row}.closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
        ),
        // Times are text there, in UTC.
        _ => ("zeroblob(16)", format!("substr({row}.closed_at, 1, 10)")),
    };
    let amount = format!("COALESCE({row}.amount_minor, 0)");
    format!(
        "INSERT INTO deal_deltas (stage_id, owner_id, team_id, day, currency, deals, minor, by_stage, by_hand) \
         SELECT {row}.stage_id, COALESCE({row}.owner_id, {nil}), COALESCE({row}.team_id, {nil}), \
         COALESCE({day}, ''), COALESCE({row}.currency, ''), {deals}, {deals} * {amount}, \
         CASE WHEN {row}.probability IS NULL THEN {deals} * {amount} ELSE 0 END, \
         {deals} * COALESCE({row}.amount_minor * {row}.probability / 100, 0)"
    )
}
