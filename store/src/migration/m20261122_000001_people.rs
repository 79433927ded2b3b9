//! People, their sessions, and what the whole instance keeps: settings, counters, outbox, audit.

use domain::Lang;
use domain::access::{Action, Entity, Field, Reach, Role, Shown};
use domain::session::SignInOutcome;
use domain::user::Theme;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{codes, references};
use crate::dialect;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000001_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            settings(),
            counters(),
            teams(),
            users(),
            role_rights(),
            sessions(),
            sign_ins(),
            one_time_tokens(),
            second_factors(),
            recovery_codes(),
            half_sessions(),
            sso_ways(),
            identities(),
            outbox(),
            audit_entries(),
            audit_head(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("sessions_user", "sessions", &["user_id"][..]),
            ("sign_ins_user", "sign_ins", &["user_id", "at"]),
            ("sign_ins_age", "sign_ins", &["at"]),
            ("sessions_expiry", "sessions", &["expires_at"]),
            ("recovery_codes_user", "recovery_codes", &["user_id"]),
            ("audit_entries_at", "audit_entries", &["at", "seq"]),
            ("audit_entries_actor", "audit_entries", &["actor_id", "at", "seq"]),
            ("audit_entries_entity", "audit_entries", &["entity", "at", "seq"]),
        ] {
            manager.create_index(super::index(name, table, columns)).await?;
        }
        for (name, columns) in [
            ("identities_subject", &["issuer", "subject"]),
            // Whoever gets somebody's old address at the provider is not that person.
            ("identities_user", &["issuer", "user_id"]),
        ] {
            let index = super::index(name, "identities", columns).unique().take();
            manager.create_index(index).await?;
        }
        let waiting = super::index("outbox_waiting", "outbox", &["run_at"])
            .and_where(Expr::col("sent_at").is_null())
            .and_where(Expr::col("dead_at").is_null())
            .take();
        manager.create_index(waiting).await?;
        for statement in dialect::append_only("audit_entries", ERASURE, manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

/// The only change that an audit entry may see: its values and their salt go, by a later entry that records an erasure.
const ERASURE: &str = "OLD.erased_by IS NULL AND NEW.erased_by > OLD.seq \
     AND NEW.origin = '' AND NEW.changes = '{}' AND NEW.salt = '' \
     AND NEW.seq = OLD.seq AND NEW.at = OLD.at AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id \
     AND NEW.action = OLD.action AND NEW.entity = OLD.entity AND NEW.entity_id = OLD.entity_id \
     AND NEW.commitment = OLD.commitment AND NEW.hash = OLD.hash AND NEW.seal = OLD.seal \
     AND EXISTS (SELECT 1 FROM audit_entries AS recorded WHERE recorded.seq = NEW.erased_by \
       AND recorded.entity = 'person' AND recorded.action = 'erase')";

fn settings() -> TableCreateStatement {
    Table::create().table("settings").col(text("key").primary_key()).col(text("value")).take()
}

fn counters() -> TableCreateStatement {
    Table::create().table("counters").col(text("name").primary_key()).col(big_integer("value")).take()
}

/// The head is a user, whose table comes later: no foreign key, which SQLite could not add afterwards.
fn teams() -> TableCreateStatement {
    Table::create()
        .table("teams")
        .col(pk_uuid("id"))
        .col(text("name"))
        .col(uuid_null("head_id"))
        .col(boolean("active"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .take()
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(pk_uuid("id"))
        .col(text("email"))
        .col(text("email_folded").unique_key())
        .col(text("name"))
        .col(text("role").check(codes("role", Role::ALL.map(Role::code))))
        .col(uuid_null("team_id"))
        .col(text("password_hash"))
        .col(text("lang").check(codes("lang", Lang::ALL.map(Lang::code))))
        .col(text("theme").check(codes("theme", Theme::ALL.map(Theme::code))))
        .col(text("time_zone"))
        .col(boolean("active"))
        .col(timestamp_with_time_zone_null("invited_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer("version").default(1))
        .foreign_key(&mut references("team_id", "teams"))
        .take()
}

/// Where a role reaches otherwise than as delivered, or has less of a field: `action` and `reach` name both kinds.
fn role_rights() -> TableCreateStatement {
    Table::create()
        .table("role_rights")
        .col(text("role").check(codes("role", Role::ALL.map(Role::code))))
        .col(text("entity").check(codes("entity", Entity::ALL.map(Entity::code))))
        .col(text("action").check(codes(
            "action",
            Action::ALL.map(Action::code).into_iter().chain(Field::ALL.map(Field::code)),
        )))
        .col(text("reach").check(codes(
            "reach",
            Reach::ALL.map(Reach::code).into_iter().chain(Shown::ALL.map(Shown::code)),
        )))
        .primary_key(Index::create().col("role").col("entity").col("action"))
        .take()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(pk_uuid("id"))
        .col(text("token_hash").unique_key())
        .col(uuid("user_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(text("ip"))
        .col(text("agent"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

/// The address that was typed is not kept: now and then it is a password.
fn sign_ins() -> TableCreateStatement {
    Table::create()
        .table("sign_ins")
        .col(pk_uuid("id"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("user_id"))
        .col(text("ip"))
        .col(text("agent"))
        .col(text("outcome").check(codes("outcome", SignInOutcome::ALL.map(SignInOutcome::code))))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

fn one_time_tokens() -> TableCreateStatement {
    Table::create()
        .table("one_time_tokens")
        .col(pk_uuid("id"))
        .col(text("kind").check(codes("kind", ["setup", "invitation", "reset"])))
        .col(text("token_hash").unique_key())
        .col(uuid_null("user_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

fn second_factors() -> TableCreateStatement {
    Table::create()
        .table("second_factors")
        .col(pk_uuid("user_id"))
        .col(text("sealed"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .col(big_integer("last_step"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

fn recovery_codes() -> TableCreateStatement {
    Table::create()
        .table("recovery_codes")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(text("code_hash"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

fn half_sessions() -> TableCreateStatement {
    Table::create()
        .table("half_sessions")
        .col(pk_uuid("id"))
        .col(text("token_hash").unique_key())
        .col(uuid("user_id"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

/// What goes to the provider is derived from the browser's token: the database alone neither starts nor ends a sign-in.
fn sso_ways() -> TableCreateStatement {
    Table::create()
        .table("sso_ways")
        .col(pk_uuid("id"))
        .col(text("token_hash").unique_key())
        .col(text("next"))
        .col(timestamp_with_time_zone("expires_at"))
        .take()
}

fn identities() -> TableCreateStatement {
    Table::create()
        .table("identities")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(text("issuer"))
        .col(text("subject"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut references("user_id", "users"))
        .take()
}

fn outbox() -> TableCreateStatement {
    Table::create()
        .table("outbox")
        .col(pk_uuid("id"))
        .col(text("kind").check(codes("kind", ["lead", "mail", "reset"])))
        .col(text("payload"))
        .col(text("message_id").unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("run_at"))
        .col(integer("attempts").default(0))
        .col(timestamp_with_time_zone_null("locked_until"))
        .col(timestamp_with_time_zone_null("sent_at"))
        .col(timestamp_with_time_zone_null("dead_at"))
        .col(text("last_error"))
        .take()
}

fn audit_entries() -> TableCreateStatement {
    Table::create()
        .table("audit_entries")
        .col(big_integer("seq").primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("actor_id"))
        .col(text("origin"))
        .col(text("action"))
        .col(text("entity"))
        .col(uuid("entity_id"))
        .col(text("changes"))
        .col(text("salt"))
        .col(text("commitment"))
        .col(big_integer_null("erased_by"))
        .col(text("hash"))
        .col(text("seal"))
        .take()
}

fn audit_head() -> TableCreateStatement {
    Table::create()
        .table("audit_head")
        .col(integer("id").primary_key())
        .col(big_integer("entries"))
        .col(text("hash"))
        .col(text("seal"))
        .take()
}
