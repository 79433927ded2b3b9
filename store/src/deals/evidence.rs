//! What a deal has to show for the requirements of stages.

use domain::Outcome;
use domain::id::CheckItemId;
use domain::pipeline::{DealField, Evidence, Logging, Requirement};
use domain::task::TaskKind;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;

use crate::dialect;
use crate::entity::deal;
use crate::error::OrProblem;

/// One row per kind of proof, of the deal `$1` and its lead `$2`. The first branch has a value of every type, so that PostgreSQL knows the types of the others' NULLs.
/// A call proves something where the client was reached: bodies are written by one serializer, hence the exact text.
pub(super) const PROOFS: &str = "\
    SELECT 'tick' AS kind, t.item_id AS item, '' AS name, CAST(1 AS bigint) AS times \
      FROM deal_ticks t WHERE t.deal_id = $1 \
    UNION ALL \
    SELECT 'sent', NULL, '', count(*) FROM offer_revisions r JOIN offers o ON o.id = r.offer_id \
      WHERE o.deal_id = $1 AND r.sent_at IS NOT NULL \
    UNION ALL \
    SELECT 'accepted', NULL, '', count(*) FROM offer_revisions r JOIN offers o ON o.id = r.offer_id \
      WHERE o.deal_id = $1 AND r.status = 'accepted' \
    UNION ALL \
    SELECT 'act', NULL, a.status, count(*) FROM acts a WHERE a.deal_id = $1 GROUP BY a.status \
    UNION ALL \
    SELECT 'asked', NULL, '', count(*) FROM surveys s WHERE s.deal_id = $1 \
    UNION ALL \
    SELECT 'waiver', NULL, w.requirement, count(*) FROM waivers w WHERE w.deal_id = $1 GROUP BY w.requirement \
    UNION ALL \
    SELECT 'task', NULL, d.kind, count(*) FROM tasks d WHERE d.deal_id = $1 AND d.done_at IS NOT NULL GROUP BY d.kind \
    UNION ALL \
    SELECT 'logged', NULL, v.kind, count(*) FROM activities v WHERE (v.deal_id = $1 OR v.lead_id = $2) \
      AND (v.kind IN ('meeting', 'note') OR (v.kind = 'call' AND v.body LIKE '%\"outcome\":\"reached\"%')) \
      GROUP BY v.kind";

#[derive(FromQueryResult)]
pub(super) struct Proof {
    pub(super) kind: String,
    pub(super) item: Option<Uuid>,
    pub(super) name: String,
    pub(super) times: i64,
}

/// Everything that counts, in one statement beside the deal's own row.
pub(crate) async fn gather(conn: &impl ConnectionTrait, deal: &deal::Model) -> Outcome<Evidence> {
    let proofs = dialect::sql(conn, PROOFS, values(deal));
    let mut evidence = of_row(deal);
    for row in conn.query_all_raw(proofs).await.db()? {
        add(&mut evidence, Proof::from_query_result(&row, "").db()?);
    }
    Ok(evidence)
}

/// What [`PROOFS`] are asked with.
pub(super) fn values(deal: &deal::Model) -> [Value; 2] {
    [deal.id.into(), deal.lead_id.into()]
}

/// What the deal's own row proves.
pub(super) fn of_row(deal: &deal::Model) -> Evidence {
    Evidence { filled: filled(deal), ..Evidence::default() }
}

pub(super) fn add(evidence: &mut Evidence, proof: Proof) {
    let Proof { kind, item, name, times } = proof;
    let times = u32::try_from(times).unwrap_or(u32::MAX);
    match kind.as_str() {
        "tick" => evidence.ticked.extend(item.map(CheckItemId)),
        "sent" => evidence.offer_sent = times > 0,
        "accepted" => evidence.offer_accepted = times > 0,
        "act" => {
            evidence.acts += times;
            evidence.acts_signed += if name == "signed" { times } else { 0 };
        }
        "asked" => evidence.feedback_asked = times > 0,
        "waiver" => evidence.waived.extend(Requirement::from_code(&name)),
        "task" => evidence.tasks_done.extend(TaskKind::from_code(&name)),
        _ => evidence.logged.extend(Logging::ALL.into_iter().find(|known| known.code() == name)),
    }
}

fn filled(deal: &deal::Model) -> Vec<DealField> {
    let is_filled = |field: &DealField| match field {
        DealField::Amount => deal.amount_minor.is_some(),
        DealField::ExpectedClose => deal.expected_close.is_some(),
        DealField::Contact => deal.contact_id.is_some(),
        DealField::Account => deal.account_id.is_some(),
        DealField::Owner => deal.owner_id.is_some(),
        DealField::Service => deal.service_id.is_some(),
    };
    DealField::ALL.into_iter().filter(is_filled).collect()
}
