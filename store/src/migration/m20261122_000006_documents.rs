//! The catalog, offers, acts and ratings.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{codes, index, references};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000006_documents"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [categories(), services(), offers(), revisions(), acts(), surveys()] {
            manager.create_table(table).await?;
        }
        for (table, of, parent) in
            [("offer_lines", "revision_id", "offer_revisions"), ("act_lines", "act_id", "acts")]
        {
            manager.create_table(lines(table, of, parent)).await?;
        }
        for (name, table, columns, unique) in [
            ("offers_newest", "offers", &["created_at", "id"][..], false),
            ("offers_deal", "offers", &["deal_id"], false),
            ("offer_revisions_once", "offer_revisions", &["offer_id", "number"], true),
            ("offer_lines_order", "offer_lines", &["revision_id", "position"], true),
            ("acts_deal", "acts", &["deal_id"], false),
            ("act_lines_order", "act_lines", &["act_id", "position"], true),
        ] {
            let mut index = index(name, table, columns);
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        // Services may be without a code; those that have one are told apart by it.
        manager
            .get_connection()
            .execute_unprepared("CREATE UNIQUE INDEX services_code ON services (code) WHERE code <> ''")
            .await?;
        Ok(())
    }
}

fn categories() -> TableCreateStatement {
    Table::create()
        .table("service_categories")
        .col(pk_uuid("id"))
        .col(text("name_en"))
        .col(text("name_ru"))
        .col(timestamp_with_time_zone("created_at"))
        .take()
}

fn services() -> TableCreateStatement {
    Table::create()
        .table("services")
        .col(pk_uuid("id"))
        .col(text("code"))
        .col(text("name_en"))
        .col(text("name_ru"))
        .col(text("description_en"))
        .col(text("description_ru"))
        .col(uuid_null("category_id"))
        .col(text("unit_en"))
        .col(text("unit_ru"))
        .col(big_integer("price_minor"))
        .col(text("currency"))
        .col(integer("vat_bp"))
        .col(boolean("active"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("category_id", "service_categories"))
        .take()
}

fn offers() -> TableCreateStatement {
    Table::create()
        .table("offers")
        .col(pk_uuid("id"))
        .col(text_uniq("number"))
        .col(uuid("deal_id"))
        .col(integer("revision"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("deal_id", "deals"))
        .take()
}

fn revisions() -> TableCreateStatement {
    let statuses = ["draft", "sent", "viewed", "accepted", "declined", "expired", "superseded"];
    Table::create()
        .table("offer_revisions")
        .col(pk_uuid("id"))
        .col(uuid("offer_id"))
        .col(integer("number"))
        .col(text("status").check(codes("status", statuses)))
        .col(text("title"))
        .col(text("intro"))
        .col(text("terms"))
        .col(text("currency"))
        .col(date("valid_until"))
        .col(big_integer("total_minor"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("sent_at"))
        .col(text("sent_to"))
        .col(text("lang"))
        .col(timestamp_with_time_zone_null("viewed_at"))
        .col(timestamp_with_time_zone_null("answered_at"))
        .col(text("answered_by"))
        .col(text("answer_note"))
        .col(text_null("nonce"))
        .col(text_null("token_hash").unique_key())
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(uuid_null("outbox_id"))
        .foreign_key(&mut references("offer_id", "offers"))
        .take()
}

fn lines(table: &'static str, of: &'static str, parent: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(pk_uuid("id"))
        .col(uuid(of))
        .col(integer("position"))
        .col(uuid_null("service_id"))
        .col(text("name"))
        .col(text("description"))
        .col(text("unit"))
        .col(big_integer("quantity_milli"))
        .col(big_integer("price_minor"))
        .col(integer("discount_bp"))
        .col(integer("vat_bp"))
        .foreign_key(&mut references(of, parent))
        .foreign_key(&mut references("service_id", "services"))
        .take()
}

fn acts() -> TableCreateStatement {
    Table::create()
        .table("acts")
        .col(pk_uuid("id"))
        .col(text_uniq("number"))
        .col(uuid("deal_id"))
        .col(uuid("offer_revision_id"))
        .col(text("status").check(codes("status", ["draft", "sent", "signed"])))
        .col(text("title"))
        .col(text("currency"))
        .col(big_integer("total_minor"))
        .col(date("issued_on"))
        .col(timestamp_with_time_zone_null("signed_at"))
        .col(text("signed_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("offer_revision_id", "offer_revisions"))
        .take()
}

fn surveys() -> TableCreateStatement {
    Table::create()
        .table("surveys")
        .col(pk_uuid("id"))
        .col(uuid_uniq("deal_id"))
        .col(text("nonce"))
        .col(text_uniq("token_hash"))
        .col(timestamp_with_time_zone("asked_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(text("sent_to"))
        .col(text("lang"))
        .col(integer_null("score").check(Expr::cust("score BETWEEN 0 AND 10")))
        .col(text("comment"))
        .col(timestamp_with_time_zone_null("answered_at"))
        .foreign_key(&mut references("deal_id", "deals"))
        .take()
}
