//! Codes as they are computed and compared.

use chrono::{DateTime, Utc};
use domain::Outcome;
use domain::id::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use totp_rs::{Builder, Totp};

use super::{PURPOSE, recovery};
use crate::db::Tx;
use crate::entity::second_factor;
use crate::error::{OrProblem, broken};
use crate::{Db, seal};

/// Digits of a code: whatever is longer can only be a recovery code.
const DIGITS: usize = 6;
/// Steps of 30 seconds by which two clocks may differ.
const SKEW: u16 = 1;

/// With what somebody proved to have the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    Code,
    Recovery,
}

/// Takes a code of the authenticator or a recovery code, once.
pub(crate) async fn verify(db: &Db, tx: &Tx, id: UserId, typed: &str) -> Outcome<Option<Proof>> {
    let row = second_factor::Entity::find_by_id(id.0)
        .filter(second_factor::Column::ConfirmedAt.is_not_null())
        .one(tx.conn())
        .await
        .db()?;
    let Some(row) = row else { return Ok(None) };
    if plain(typed).len() > DIGITS {
        return Ok(recovery::take(tx, id, typed).await?.then_some(Proof::Recovery));
    }
    let Some(step) = step(db, tx.now(), &row, typed)? else { return Ok(None) };
    // Of two who show the same code at once, the second one finds the step taken.
    let taken = second_factor::Entity::update_many()
        .col_expr(second_factor::Column::LastStep, Expr::value(step))
        .filter(second_factor::Column::UserId.eq(id.0))
        .filter(second_factor::Column::LastStep.lt(step))
        .exec(tx.conn())
        .await
        .db()?;
    Ok((taken.rows_affected == 1).then_some(Proof::Code))
}

/// The time step that `typed` is the code of, now or one step away.
pub(super) fn step(
    db: &Db,
    now: DateTime<Utc>,
    row: &second_factor::Model,
    typed: &str,
) -> Outcome<Option<i64>> {
    let totp = totp(db, row, "", "")?;
    let step = totp.check(&plain(typed), now.timestamp().unsigned_abs());
    step.map(|step| i64::try_from(step).map_err(broken)).transpose()
}

/// What computes the codes of this row; the names are what an authenticator shows.
pub(super) fn totp(db: &Db, row: &second_factor::Model, company: &str, email: &str) -> Outcome<Totp> {
    let secret = seal::open(db, PURPOSE, row.user_id, &row.sealed)?;
    // A colon would end the name.
    let company = Some(company.replace(':', " ")).filter(|company| !company.is_empty());
    Builder::new()
        .with_secret(secret)
        .with_skew(SKEW)
        .with_issuer(company)
        .with_account_name(email.replace(':', " "))
        .build()
        .map_err(broken)
}

pub(super) fn address(totp: &Totp) -> Outcome<String> {
    totp.to_url().map_err(broken)
}

/// Authenticators show codes in groups.
fn plain(typed: &str) -> String {
    typed.chars().filter(|c| c.is_alphanumeric()).collect()
}
