//! Forms, rules of channels, what visitors sent, and the leads made of it.

use domain::Lang;
use domain::consent::Purpose;
use domain::form::SubmissionStatus;
use domain::lead::LeadStatus;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{came_by, codes, index, references};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000004_leads"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [forms(), channel_rules(), leads(), touches(), submissions(), consents(), erasures()] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("leads_newest", "leads", &["created_at", "id"][..]),
            ("leads_status", "leads", &["status", "created_at", "id"]),
            ("leads_owner", "leads", &["owner_id", "created_at", "id"]),
            ("leads_channel", "leads", &["channel", "created_at", "id"]),
            ("leads_contact", "leads", &["contact_id"]),
            ("leads_account", "leads", &["account_id"]),
            ("submissions_lead", "submissions", &["lead_id"]),
            ("submissions_newest", "submissions", &["created_at", "id"]),
            ("submissions_form", "submissions", &["form_id", "created_at", "id"]),
            ("submissions_status", "submissions", &["status", "created_at", "id"]),
            ("consents_lead", "consents", &["lead_id"]),
            ("consents_contact", "consents", &["contact_id"]),
        ] {
            manager.create_index(index(name, table, columns)).await?;
        }
        let waiting = index("leads_waiting", "leads", &["owner_id", "call_due_at"])
            .and_where(Expr::col("call_due_at").is_not_null())
            .take();
        manager.create_index(waiting).await?;
        for (name, column) in [("leads_campaign", "campaign"), ("leads_keyword", "keyword")] {
            manager.create_index(came_by(name, "leads", column, &["created_at", "id"])).await?;
        }
        let once = index("submissions_once", "submissions", &["form_id", "idempotency_key"]).unique().take();
        manager.create_index(once).await?;
        let proof = index("submissions_proof", "submissions", &["proof"])
            .unique()
            .and_where(Expr::col("proof").is_not_null())
            .take();
        manager.create_index(proof).await
    }
}

fn forms() -> TableCreateStatement {
    Table::create()
        .table("forms")
        .col(pk_uuid("id"))
        .col(text("slug").unique_key())
        .col(text("name_en"))
        .col(text("name_ru"))
        .col(text("fields"))
        .col(text("texts"))
        .col(text("redirect"))
        .col(text("origins"))
        .col(integer("call_back_minutes"))
        .col(text("owner"))
        .col(integer("duplicate_minutes"))
        .col(boolean("guarded"))
        .col(boolean("active"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .take()
}

fn channel_rules() -> TableCreateStatement {
    Table::create()
        .table("channel_rules")
        .col(pk_uuid("id"))
        .col(integer("position"))
        .col(text("conditions"))
        .col(text("channel"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .take()
}

fn leads() -> TableCreateStatement {
    Table::create()
        .table("leads")
        .col(pk_uuid("id"))
        .col(big_integer("number").unique_key())
        .col(uuid_null("form_id"))
        .col(text("name"))
        .col(text("folded"))
        .col(text("phone"))
        .col(text("phone_raw"))
        .col(text("email"))
        .col(text("company"))
        .col(text("message"))
        .col(text("status").check(codes("status", LeadStatus::ALL.map(LeadStatus::code))))
        .col(uuid_null("owner_id"))
        .col(uuid_null("team_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("call_due_at"))
        .col(timestamp_with_time_zone("answer_due_at"))
        .col(timestamp_with_time_zone_null("first_response_at"))
        .col(text("channel"))
        .col(text("campaign"))
        .col(text("search_engine"))
        .col(text("keyword"))
        .col(text("site"))
        .col(uuid_null("contact_id"))
        .col(uuid_null("account_id"))
        .col(uuid_null("deal_id"))
        .col(uuid_null("loss_reason_id"))
        .col(text("disqualify_note"))
        .col(timestamp_with_time_zone_null("disqualified_at"))
        .col(timestamp_with_time_zone_null("reopened_at"))
        .col(big_integer("version").default(1))
        // A lead is converted exactly when there is a deal of it, and a settled one waits for no call.
        .check(Expr::cust("(status = 'converted') = (deal_id IS NOT NULL)"))
        // Why it went nowhere stays known when it is taken up again.
        .check(Expr::cust("status <> 'disqualified' OR disqualified_at IS NOT NULL"))
        .check(Expr::cust("(disqualified_at IS NULL) = (loss_reason_id IS NULL)"))
        .check(Expr::cust("status IN ('new', 'working') OR call_due_at IS NULL"))
        .foreign_key(&mut references("form_id", "forms"))
        .foreign_key(&mut references("owner_id", "users"))
        .foreign_key(&mut references("team_id", "teams"))
        .foreign_key(&mut references("contact_id", "contacts"))
        .foreign_key(&mut references("account_id", "accounts"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("loss_reason_id", "loss_reasons"))
        .take()
}

fn touches() -> TableCreateStatement {
    Table::create()
        .table("touches")
        .col(uuid("lead_id"))
        .col(text("position").check(codes("position", ["first", "last"])))
        .col(text("channel"))
        .col(text("search_engine"))
        .col(text("keyword"))
        .col(text("utm_source"))
        .col(text("utm_medium"))
        .col(text("utm_campaign"))
        .col(text("utm_term"))
        .col(text("utm_content"))
        .col(text("click_id_kind"))
        .col(text("click_id"))
        .col(text("landing_url"))
        .col(text("referrer"))
        .col(text("site"))
        .primary_key(Index::create().col("lead_id").col("position"))
        .foreign_key(&mut references("lead_id", "leads"))
        .take()
}

fn submissions() -> TableCreateStatement {
    Table::create()
        .table("submissions")
        .col(pk_uuid("id"))
        .col(uuid("form_id"))
        .col(text_null("idempotency_key"))
        .col(text("body_hash"))
        .col(uuid("receipt_id"))
        .col(uuid_null("lead_id"))
        .col(text("status").check(codes("status", SubmissionStatus::ALL.map(SubmissionStatus::code))))
        .col(text("suspicions"))
        .col(text("faults"))
        .col(text("answer"))
        .col(text("redirect"))
        .col(text("fields"))
        .col(text("attribution"))
        .col(text("channel"))
        .col(text("consent"))
        .col(text("ip"))
        .col(text_null("proof"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("settled_by"))
        .col(timestamp_with_time_zone_null("settled_at"))
        // Whatever was made a lead says which; nothing else has one.
        .check(Expr::cust("(status IN ('accepted', 'merged', 'released')) = (lead_id IS NOT NULL)"))
        .foreign_key(&mut references("form_id", "forms"))
        .foreign_key(&mut references("lead_id", "leads"))
        .foreign_key(&mut references("settled_by", "users"))
        .take()
}

fn consents() -> TableCreateStatement {
    Table::create()
        .table("consents")
        .col(pk_uuid("id"))
        .col(uuid_null("lead_id"))
        .col(uuid_null("contact_id"))
        .col(text("purpose").check(codes("purpose", Purpose::ALL.map(Purpose::code))))
        .col(big_integer("text_version"))
        .col(text("text"))
        .col(text("lang").check(codes("lang", Lang::ALL.map(Lang::code))))
        .col(timestamp_with_time_zone("given_at"))
        .col(uuid_null("form_id"))
        .col(uuid_null("submission_id"))
        .col(text("ip"))
        .col(text("how"))
        .col(uuid_null("recorded_by"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .col(uuid_null("withdrawn_by"))
        .col(text("withdrawn_why"))
        // Somebody gave it, through a form or to a colleague.
        .check(Expr::cust("lead_id IS NOT NULL OR contact_id IS NOT NULL"))
        .check(Expr::cust("form_id IS NOT NULL OR how <> ''"))
        .foreign_key(&mut references("lead_id", "leads"))
        .foreign_key(&mut references("contact_id", "contacts"))
        .foreign_key(&mut references("form_id", "forms"))
        .foreign_key(&mut references("submission_id", "submissions"))
        .foreign_key(&mut references("recorded_by", "users"))
        .foreign_key(&mut references("withdrawn_by", "users"))
        .take()
}

/// Whose data were erased, by the hashes of their records' ids: an older backup that is restored is cleaned by it.
fn erasures() -> TableCreateStatement {
    Table::create()
        .table("erasures")
        .col(text("record_hash").primary_key())
        .col(timestamp_with_time_zone("at"))
        .take()
}
