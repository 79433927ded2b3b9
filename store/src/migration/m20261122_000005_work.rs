//! What is to be done, what happened, and with whom records are shared.

use domain::access::Sharing;
use domain::task::TaskKind;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{codes, index, references};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000005_work"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [tasks(), activities(), shares()] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("tasks_queue", "tasks", &["assignee_id", "done_at", "due_at"][..]),
            ("tasks_lead", "tasks", &["lead_id"]),
            ("tasks_deal", "tasks", &["deal_id"]),
            ("tasks_contact", "tasks", &["contact_id"]),
            ("tasks_account", "tasks", &["account_id"]),
            ("activities_lead", "activities", &["lead_id", "at", "id"]),
            ("activities_deal", "activities", &["deal_id", "at", "id"]),
            ("activities_contact", "activities", &["contact_id", "at", "id"]),
            ("activities_account", "activities", &["account_id", "at", "id"]),
            ("activities_actor", "activities", &["actor_id", "at"]),
            ("shares_record", "shares", &["record_id"]),
        ] {
            manager.create_index(index(name, table, columns)).await?;
        }
        for (name, columns) in
            [("shares_user", ["user_id", "record_id"]), ("shares_team", ["team_id", "record_id"])]
        {
            manager.create_index(index(name, "shares", &columns).unique().take()).await?;
        }
        Ok(())
    }
}

/// The subject columns of tasks and activities, with what they refer to.
const SUBJECTS: [(&str, &str); 4] =
    [("lead_id", "leads"), ("deal_id", "deals"), ("contact_id", "contacts"), ("account_id", "accounts")];

fn with_subjects(table: &mut TableCreateStatement) -> TableCreateStatement {
    for (column, subject) in SUBJECTS {
        table.col(uuid_null(column)).foreign_key(&mut references(column, subject));
    }
    table.take()
}

fn tasks() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("tasks")
        .col(pk_uuid("id"))
        .col(text("kind").check(codes("kind", TaskKind::ALL.map(TaskKind::code))))
        .col(text("title"))
        .col(timestamp_with_time_zone("due_at"))
        .col(uuid_null("assignee_id"))
        .col(uuid_null("team_id"))
        .col(timestamp_with_time_zone_null("done_at"))
        .col(uuid_null("done_by"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("assignee_id", "users"))
        .foreign_key(&mut references("team_id", "teams"))
        .foreign_key(&mut references("done_by", "users"))
        .foreign_key(&mut references("created_by", "users"));
    with_subjects(&mut table)
}

fn activities() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("activities")
        .col(pk_uuid("id"))
        .col(timestamp_with_time_zone("at"))
        .col(text("kind"))
        .col(uuid_null("actor_id"))
        .col(text("body"))
        .foreign_key(&mut references("actor_id", "users"));
    with_subjects(&mut table)
}

/// `record_id` is that of a lead, deal, contact or account; ids are never used twice.
fn shares() -> TableCreateStatement {
    Table::create()
        .table("shares")
        .col(pk_uuid("id"))
        .col(uuid("record_id"))
        .col(uuid_null("user_id"))
        .col(uuid_null("team_id"))
        .col(text("sharing").check(codes("sharing", Sharing::ALL.map(Sharing::code))))
        .col(uuid_null("by_id"))
        .col(timestamp_with_time_zone("at"))
        .check(Expr::cust("(user_id IS NULL) <> (team_id IS NULL)"))
        .foreign_key(&mut references("user_id", "users"))
        .foreign_key(&mut references("team_id", "teams"))
        .foreign_key(&mut references("by_id", "users"))
        .take()
}
