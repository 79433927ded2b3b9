//! Tokens: random ones for sessions and one-time links, derived ones for the links that clients get.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Outcome, Problem};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Db;

/// 32 random bytes, base64url; only its [`hash`] is stored.
pub(crate) fn random() -> Outcome<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The token of a client's link: it can be shown again to those who may, yet the database alone does not hold it. A new
/// `nonce` makes the old link stop working.
pub(crate) fn derive(db: &Db, purpose: &str, id: Uuid, nonce: &str) -> String {
    let mut token = made_of(db, &[purpose.as_bytes(), id.as_bytes(), nonce.as_bytes()]);
    token.truncate(32);
    token
}

/// What belongs to somebody else's token: who has the token and the instance's secret computes it anew, the database holds
/// neither. 43 characters.
pub(crate) fn tied(db: &Db, purpose: &str, token: &str) -> String {
    made_of(db, &[purpose.as_bytes(), token.as_bytes()])
}

fn made_of(db: &Db, parts: &[&[u8]]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(db.secret()) else {
        unreachable!("HMAC takes keys of any length")
    };
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            mac.update(&[0]);
        }
        mac.update(part);
    }
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// What is stored of a token.
pub(crate) fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
