//! Databases of a benchmark's own on a PostgreSQL server.

use anyhow::Context;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, PgConnection};

/// A fresh database of that name on the server; its address.
pub async fn create(server: &str, name: &str) -> anyhow::Result<String> {
    let mut connection = PgConnection::connect(server).await?;
    drop_database(&mut connection, name).await?;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
    let (base, _) = server.rsplit_once('/').context("the server's address names no database")?;
    Ok(format!("{base}/{name}"))
}

pub async fn remove(server: &str, name: &str) -> anyhow::Result<()> {
    drop_database(&mut PgConnection::connect(server).await?, name).await
}

async fn drop_database(connection: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(drop)).execute(connection).await?;
    Ok(())
}

/// Whether a commit waits for the disk there, without which nothing can be compared.
pub async fn is_durable(server: &str) -> anyhow::Result<bool> {
    let mut connection = PgConnection::connect(server).await?;
    let settings = "SELECT current_setting('fsync') || current_setting('synchronous_commit')";
    let set: String = sqlx::query_scalar(settings).fetch_one(&mut connection).await?;
    Ok(set == "onon")
}
