//! Secrets at rest, sealed with a key that is kept outside the database: who gets hold of the database or of a backup opens none
//! of them.
//!
//! A sealed value reads `v1.` and, base64url without padding, 24 random bytes (the nonce) and what XChaCha20-Poly1305 makes of the
//! secret. What it is for and whose it is are authenticated with it: put into another row, it does not open.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use domain::access::{Action, Actor, Entity, check_any};
use domain::{Outcome, Problem};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{recovery_code, second_factor, setting};
use crate::error::{OrProblem, broken};
use crate::{Db, dialect};

const VERSION: &str = "v1.";
const NONCE: usize = 24;
/// The setting that holds a sealed value from the first sealing on; only the key of that time opens it.
const CHECK: &str = "seal_check";

/// Whether the key is the one that the database's secrets are sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Nothing is sealed yet: any key will do.
    Any,
    Right,
    Wrong,
}

/// Whether this process has the right key.
pub async fn fit(db: &Db) -> Outcome<Fit> {
    fit_of(db.read(), db.key()).await
}

pub(crate) async fn fit_of(conn: &impl ConnectionTrait, key: &[u8; 32]) -> Outcome<Fit> {
    let Some(row) = setting::Entity::find_by_id(CHECK).one(conn).await.db()? else {
        return Ok(Fit::Any);
    };
    let sealed: String = serde_json::from_str(&row.value).map_err(broken)?;
    Ok(if unsealed(key, CHECK, Uuid::nil(), &sealed).is_some() { Fit::Right } else { Fit::Wrong })
}

/// Drops whatever was sealed with a key that is lost, so that people can begin anew; answers how many lose their second factor.
/// With the right key there is nothing to be forgotten.
pub async fn forget(db: &Db, actor: &Actor) -> Outcome<u64> {
    check_any(actor, Action::Write, Entity::Settings)?;
    if fit(db).await? != Fit::Wrong {
        return Ok(0);
    }
    db.write(async |tx| {
        recovery_code::Entity::delete_many().exec(tx.conn()).await.db()?;
        let people = second_factor::Entity::delete_many().exec(tx.conn()).await.db()?.rows_affected;
        setting::Entity::delete_by_id(CHECK).exec(tx.conn()).await.db()?;
        tx.audit(actor, "forget_sealed", "settings", Uuid::nil(), json!({ "people": people })).await?;
        Ok(people)
    })
    .await
}

/// Seals `secret` for the row `id`; the first time also what the key will be known by.
pub(crate) async fn close(db: &Db, tx: &Tx, purpose: &str, id: Uuid, secret: &[u8]) -> Outcome<String> {
    let check = serde_json::to_string(&sealed(db.key(), CHECK, Uuid::nil(), b"")?).map_err(broken)?;
    let keep = dialect::sql(
        tx.conn(),
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
        [CHECK.into(), check.into()],
    );
    tx.conn().execute_raw(keep).await.db()?;
    sealed(db.key(), purpose, id, secret)
}

/// The secret behind a sealed value of the row `id`.
pub(crate) fn open(db: &Db, purpose: &str, id: Uuid, value: &str) -> Outcome<Vec<u8>> {
    unsealed(db.key(), purpose, id, value)
        .ok_or_else(|| broken(format!("a sealed {purpose} that the key does not open")))
}

fn sealed(key: &[u8; 32], purpose: &str, id: Uuid, secret: &[u8]) -> Outcome<String> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    let about = about(purpose, id);
    let payload = Payload { msg: secret, aad: &about };
    let closed = XChaCha20Poly1305::new(key.into())
        .encrypt(&nonce.into(), payload)
        .map_err(|_| broken("a secret too long to be sealed"))?;
    Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode([&nonce[..], &closed].concat())))
}

fn unsealed(key: &[u8; 32], purpose: &str, id: Uuid, value: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(value.strip_prefix(VERSION)?).ok()?;
    let (nonce, closed) = bytes.split_first_chunk::<NONCE>()?;
    let about = about(purpose, id);
    XChaCha20Poly1305::new(key.into()).decrypt(nonce.into(), Payload { msg: closed, aad: &about }).ok()
}

/// A purpose is a word of the program without a zero byte, so that no two pairs read alike.
fn about(purpose: &str, id: Uuid) -> Vec<u8> {
    [purpose.as_bytes(), &[0], id.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [1; 32];
    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn only_the_same_key_purpose_and_row_open_a_value() {
        let value = sealed(&KEY, "totp", ID, b"secret").unwrap();
        assert_eq!(unsealed(&KEY, "totp", ID, &value).as_deref(), Some(&b"secret"[..]));
        assert_eq!(unsealed(&[2; 32], "totp", ID, &value), None);
        assert_eq!(unsealed(&KEY, "mail", ID, &value), None);
        assert_eq!(unsealed(&KEY, "totp", Uuid::from_u128(8), &value), None);
    }

    #[test]
    fn a_changed_or_cut_value_does_not_open() {
        let value = sealed(&KEY, "totp", ID, b"secret").unwrap();
        assert!(value.starts_with("v1.") && !value.contains("secret"));
        for end in 0..value.len() {
            assert_eq!(unsealed(&KEY, "totp", ID, &value[..end]), None, "{end}");
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(&value[3..]).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            let changed = format!("v1.{}", URL_SAFE_NO_PAD.encode(&bytes));
            assert_eq!(unsealed(&KEY, "totp", ID, &changed), None, "{at}");
            bytes[at] ^= 1;
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        assert_ne!(sealed(&KEY, "totp", ID, b"").unwrap(), sealed(&KEY, "totp", ID, b"").unwrap());
    }
}
