//! Passwords: argon2id, off the async threads, a few at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::input::Checks;
use domain::password::LONGEST;
use domain::{Outcome, Problem};

use crate::Db;

/// Verified when there is no such user, so that an unknown address takes as long as a wrong password.
const NOBODYS: &str = concat!(
    "$argon2id$v=19$m=19456,t=2,p=1$bWlsbHJhY2VtaWxscmFjZQ$",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
);

/// Notes what is wrong with a new password; `about` is what others know of its owner.
pub(crate) fn check(checks: &mut Checks, field: &str, password: &str, about: &[&str]) {
    if let Some(fault) = domain::password::fault(password, about) {
        checks.fail(field, fault);
    }
}

/// The PHC string that is stored.
pub(crate) async fn hash(db: &Db, password: &str) -> Outcome<String> {
    let password = password.to_owned();
    off_thread(db, move || {
        let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| {
            tracing::error!(%error, "hashing a password");
            Problem::Internal
        })?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` is the one behind `stored`; `None` (nobody) and an empty one (no password yet) take as long and are
/// never right. What no password can be is not even hashed.
pub(crate) async fn verify(db: &Db, password: &str, stored: Option<&str>) -> Outcome<bool> {
    if password.chars().nth(LONGEST as usize).is_some() {
        return Ok(false);
    }
    let stored = stored.filter(|stored| !stored.is_empty());
    let known = stored.is_some();
    let stored = stored.unwrap_or(NOBODYS).to_owned();
    let password = password.to_owned();
    off_thread(db, move || {
        let matches = Argon2::default().verify_password(password.as_bytes(), stored.as_str()).is_ok();
        Ok(known && matches)
    })
    .await
}

async fn off_thread<T: Send + 'static>(
    db: &Db,
    work: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let internal = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "hashing a password");
        Problem::Internal
    };
    db.hash_counted();
    let _permit = db.hashing().acquire().await.map_err(|error| internal(&error))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_as_much_as_a_real_one() {
        let real: PasswordHash = Argon2::default().hash_password(b"correct horse").unwrap();
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(
            (real.algorithm, real.version, real.params),
            (nobodys.algorithm, nobodys.version, nobodys.params)
        );
        assert_eq!(real.hash.unwrap().len(), nobodys.hash.unwrap().len());
    }
}
