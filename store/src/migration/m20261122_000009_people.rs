//! Legal entities of accounts, and who takes part in a deal.

use domain::people::{ContactRole, Part, Side};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{codes, index, references};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000009_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [legal_entities(), deal_users(), deal_contacts(), deal_parties()] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("legal_entities_account", "legal_entities", &["account_id", "created_at"][..]),
            ("deal_users_user", "deal_users", &["user_id"]),
            ("deal_contacts_contact", "deal_contacts", &["contact_id"]),
            ("deal_parties_entity", "deal_parties", &["entity_id"]),
        ] {
            manager.create_index(index(name, table, columns)).await?;
        }
        Ok(())
    }
}

fn legal_entities() -> TableCreateStatement {
    Table::create()
        .table("legal_entities")
        .col(pk_uuid("id"))
        .col(uuid("account_id"))
        .col(text("name"))
        .col(text("country"))
        .col(text("tax_id"))
        .col(text("registration"))
        .col(text("address"))
        .col(text("bank"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("account_id", "accounts"))
        .take()
}

fn deal_users() -> TableCreateStatement {
    Table::create()
        .table("deal_users")
        .col(uuid("deal_id"))
        .col(uuid("user_id"))
        .col(text("kind").check(codes("kind", Part::ALL.map(Part::code))))
        .col(timestamp_with_time_zone("at"))
        .primary_key(Index::create().col("deal_id").col("user_id"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

fn deal_contacts() -> TableCreateStatement {
    Table::create()
        .table("deal_contacts")
        .col(uuid("deal_id"))
        .col(uuid("contact_id"))
        .col(text("kind").check(codes("kind", ContactRole::ALL.map(ContactRole::code))))
        .col(timestamp_with_time_zone("at"))
        .primary_key(Index::create().col("deal_id").col("contact_id"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("contact_id", "contacts"))
        .take()
}

fn deal_parties() -> TableCreateStatement {
    Table::create()
        .table("deal_parties")
        .col(uuid("deal_id"))
        .col(text("kind").check(codes("kind", Side::ALL.map(Side::code))))
        .col(uuid("entity_id"))
        .primary_key(Index::create().col("deal_id").col("kind"))
        .foreign_key(&mut references("deal_id", "deals"))
        .foreign_key(&mut references("entity_id", "legal_entities"))
        .take()
}
