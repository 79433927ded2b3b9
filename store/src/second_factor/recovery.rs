//! Recovery codes: each is good for one time, and the database holds only their hashes.

use domain::id::UserId;
use domain::{Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use totp_rs::Secret;

use crate::db::Tx;
use crate::entity::recovery_code;
use crate::error::OrProblem;
use crate::id::new_id;
use crate::token;

const COUNT: usize = 10;
/// 80 bits: nobody finds one by trying hashes.
const BYTES: usize = 10;
/// Characters between dashes.
const GROUP: usize = 4;

/// New codes in place of the old ones, as they are shown: `abcd-efgh-ijkl-mnop`.
pub(super) async fn renew(tx: &Tx, id: UserId) -> Outcome<Vec<String>> {
    remove(tx, id).await?;
    let codes = (0..COUNT).map(|_| random()).collect::<Outcome<Vec<_>>>()?;
    let rows = codes.iter().map(|code| recovery_code::ActiveModel {
        id: Set(new_id()),
        user_id: Set(id.0),
        code_hash: Set(hash(code)),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
    Ok(codes)
}

/// Uses a code up; whether it was one that is left.
pub(super) async fn take(tx: &Tx, id: UserId, typed: &str) -> Outcome<bool> {
    let taken = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(tx.now()))
        .filter(recovery_code::Column::UserId.eq(id.0))
        .filter(recovery_code::Column::CodeHash.eq(hash(typed)))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(tx.conn())
        .await
        .db()?;
    Ok(taken.rows_affected == 1)
}

pub(super) async fn left(conn: &impl ConnectionTrait, id: UserId) -> Outcome<u64> {
    recovery_code::Entity::find()
        .filter(recovery_code::Column::UserId.eq(id.0))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(conn)
        .await
        .db()
}

pub(super) async fn remove(tx: &Tx, id: UserId) -> Outcome<()> {
    let of_user = recovery_code::Column::UserId.eq(id.0);
    recovery_code::Entity::delete_many().filter(of_user).exec(tx.conn()).await.db()?;
    Ok(())
}

fn random() -> Outcome<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    let code: Vec<char> = Secret::from(bytes).to_base32().to_lowercase().chars().collect();
    Ok(code.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// Whoever copies a code by hand may leave out dashes and write large letters.
fn hash(code: &str) -> String {
    token::hash(&code.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
}
