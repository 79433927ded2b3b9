//! Pipelines, deals and what happened to them.

use domain::loss::LossKind;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{came_by, codes, index, references};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000003_sales"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            pipelines(),
            stages(),
            process_versions(),
            loss_reasons(),
            deals(),
            stage_changes(),
            waivers(),
            deal_ticks(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("stages_pipeline", "stages", &["pipeline_id", "position"][..]),
            ("deals_newest", "deals", &["created_at", "id"]),
            ("deals_stage", "deals", &["stage_id", "closed_at", "id"]),
            ("deals_owner", "deals", &["owner_id", "created_at"]),
            ("deals_account", "deals", &["account_id"]),
            ("deals_contact", "deals", &["contact_id"]),
            ("deals_lead", "deals", &["lead_id"]),
            ("deals_cohort", "deals", &["pipeline_id", "opened_day"]),
            ("stage_changes_deal", "stage_changes", &["deal_id"]),
            ("stage_changes_to", "stage_changes", &["to_stage_id", "at"]),
        ] {
            manager.create_index(index(name, table, columns)).await?;
        }
        for (name, column) in
            [("deals_channel", "channel"), ("deals_campaign", "campaign"), ("deals_keyword", "keyword")]
        {
            manager.create_index(came_by(name, "deals", column, &["created_at", "id"])).await?;
        }
        // What was imported from elsewhere is told apart by its id there.
        manager.create_index(index("deals_external_ref", "deals", &["external_ref"]).unique().take()).await?;
        manager
            .create_index(index("waivers_once", "waivers", &["deal_id", "requirement"]).unique().take())
            .await
    }
}

fn pipelines() -> TableCreateStatement {
    Table::create()
        .table("pipelines")
        .col(pk_uuid("id"))
        .col(text("name_en"))
        .col(text("name_ru"))
        .col(integer("position"))
        .col(integer("version"))
        .col(timestamp_with_time_zone_null("retired_at"))
        .take()
}

fn stages() -> TableCreateStatement {
    Table::create()
        .table("stages")
        .col(pk_uuid("id"))
        .col(uuid("pipeline_id"))
        .col(integer("position"))
        .col(text("kind").check(codes("kind", ["open", "won", "lost"])))
        .col(text("name_en"))
        .col(text("name_ru"))
        .col(integer("probability"))
        .col(integer_null("limit_days"))
        .col(uuid_null("parent_id"))
        .col(timestamp_with_time_zone_null("retired_at"))
        .col(text("about"))
        .foreign_key(&mut references("pipeline_id", "pipelines"))
        .foreign_key(&mut references("parent_id", "stages"))
        .take()
}

fn process_versions() -> TableCreateStatement {
    Table::create()
        .table("process_versions")
        .col(uuid("pipeline_id"))
        .col(integer("number"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("by_id"))
        .col(text("body"))
        .primary_key(Index::create().col("pipeline_id").col("number"))
        .foreign_key(&mut references("pipeline_id", "pipelines"))
        .foreign_key(&mut references("by_id", "users"))
        .take()
}

fn loss_reasons() -> TableCreateStatement {
    Table::create()
        .table("loss_reasons")
        .col(pk_uuid("id"))
        .col(text("name_en"))
        .col(text("name_ru"))
        .col(integer("position"))
        .col(text("kind").check(codes("kind", LossKind::ALL.map(LossKind::code))))
        .col(boolean("note_required"))
        .col(boolean("active"))
        .col(big_integer("version").default(1))
        .take()
}

fn deals() -> TableCreateStatement {
    Table::create()
        .table("deals")
        .col(pk_uuid("id"))
        .col(big_integer_uniq("number"))
        .col(text("title"))
        .col(text("folded"))
        .col(uuid("pipeline_id"))
        .col(uuid("stage_id"))
        .col(text("status").check(codes("status", ["open", "won", "lost"])))
        .col(timestamp_with_time_zone("stage_entered_at"))
        .col(uuid_null("account_id"))
        .col(uuid_null("contact_id"))
        .col(uuid_null("lead_id"))
        .col(uuid_null("owner_id"))
        .col(uuid_null("team_id"))
        .col(big_integer_null("amount_minor"))
        .col(text_null("currency"))
        .col(integer_null("probability"))
        .col(date_null("expected_close"))
        .col(uuid_null("loss_reason_id"))
        .col(text("loss_note"))
        .col(uuid_null("lost_from_stage_id"))
        .col(timestamp_with_time_zone_null("closed_at"))
        .col(text("channel"))
        .col(text("campaign"))
        .col(text("keyword"))
        .col(text("source"))
        // Services come with a later migration: no foreign key, which SQLite could not add afterwards.
        .col(uuid_null("service_id"))
        .col(text_null("external_ref"))
        // The open task that is due first, kept with the tasks: boards are in its order.
        .col(timestamp_with_time_zone_null("next_step_at"))
        .col(text_null("next_step_kind"))
        .col(text_null("next_step_title"))
        // The cohort it belongs to, and how far it ever got.
        .col(integer("opened_day"))
        .col(uuid_null("furthest_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        // A deal is closed exactly when it is not open, and a sum never is without its currency.
        .check(Expr::cust("(status = 'open') = (closed_at IS NULL)"))
        .check(Expr::cust("(amount_minor IS NULL) = (currency IS NULL)"))
        .foreign_key(&mut references("pipeline_id", "pipelines"))
        .foreign_key(&mut references("stage_id", "stages"))
        .foreign_key(&mut references("account_id", "accounts"))
        .foreign_key(&mut references("contact_id", "contacts"))
        .foreign_key(&mut references("owner_id", "users"))
        .foreign_key(&mut references("team_id", "teams"))
        .foreign_key(&mut references("loss_reason_id", "loss_reasons"))
        .foreign_key(&mut references("lost_from_stage_id", "stages"))
        .foreign_key(&mut references("furthest_id", "stages"))
        .take()
}

fn stage_changes() -> TableCreateStatement {
    Table::create()
        .table("stage_changes")
        .col(pk_uuid("id"))
        .col(uuid("deal_id"))
        .col(uuid_null("from_stage_id"))
        .col(uuid("to_stage_id"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("by_id"))
        .col(text("reason"))
        .col(uuid("pipeline_id"))
        .col(integer("process_version"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("from_stage_id", "stages"))
        .foreign_key(&mut references("to_stage_id", "stages"))
        .foreign_key(&mut references("by_id", "users"))
        .take()
}

fn waivers() -> TableCreateStatement {
    Table::create()
        .table("waivers")
        .col(pk_uuid("id"))
        .col(uuid("deal_id"))
        .col(text("requirement"))
        .col(uuid_null("by_id"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("at"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("by_id", "users"))
        .take()
}

fn deal_ticks() -> TableCreateStatement {
    Table::create()
        .table("deal_ticks")
        .col(uuid("deal_id"))
        .col(uuid("item_id"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("by_id"))
        .primary_key(Index::create().col("deal_id").col("item_id"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("by_id", "users"))
        .take()
}
