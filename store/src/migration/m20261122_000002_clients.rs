//! Accounts, contacts and the points by which they are recognised.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::{codes, references};
use crate::dialect;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000002_clients"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for table in [accounts(backend), contacts(backend), contact_points()] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("accounts_name", "accounts", &["folded", "id"][..]),
            ("accounts_owner", "accounts", &["owner_id"]),
            ("contacts_name", "contacts", &["folded", "id"]),
            ("contacts_account", "contacts", &["account_id"]),
            ("contacts_owner", "contacts", &["owner_id"]),
            ("contact_points_normal", "contact_points", &["kind", "normal"]),
            ("contact_points_lead", "contact_points", &["lead_id"]),
            ("contact_points_contact", "contact_points", &["contact_id"]),
            ("contact_points_account", "contact_points", &["account_id"]),
        ] {
            manager.create_index(super::index(name, table, columns)).await?;
        }
        for (name, column) in [
            ("contacts_channel", "channel"),
            ("contacts_campaign", "campaign"),
            ("contacts_keyword", "keyword"),
        ] {
            manager.create_index(super::came_by(name, "contacts", column, &["folded", "id"])).await?;
        }
        Ok(())
    }
}

fn accounts(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("accounts")
        .col(pk_uuid("id"))
        .col(text("name"))
        .col(dialect::bytewise(text("folded"), backend))
        .col(uuid_null("owner_id"))
        .col(uuid_null("team_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("owner_id", "users"))
        .foreign_key(&mut references("team_id", "teams"))
        .take()
}

fn contacts(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("contacts")
        .col(pk_uuid("id"))
        .col(text("name"))
        .col(dialect::bytewise(text("folded"), backend))
        .col(uuid_null("account_id"))
        .col(uuid_null("owner_id"))
        .col(uuid_null("team_id"))
        .col(text("channel"))
        .col(text("campaign"))
        .col(text("keyword"))
        .col(text("source"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("account_id", "accounts"))
        .foreign_key(&mut references("owner_id", "users"))
        .foreign_key(&mut references("team_id", "teams"))
        .take()
}

/// Leads come with a later migration, therefore `lead_id` has no foreign key.
fn contact_points() -> TableCreateStatement {
    Table::create()
        .table("contact_points")
        .col(pk_uuid("id"))
        .col(text("kind").check(codes("kind", ["phone", "email", "messenger", "domain"])))
        .col(text("raw"))
        .col(text("normal"))
        .col(uuid_null("lead_id"))
        .col(uuid_null("contact_id"))
        .col(uuid_null("account_id"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut references("contact_id", "contacts"))
        .foreign_key(&mut references("account_id", "accounts"))
        .take()
}
